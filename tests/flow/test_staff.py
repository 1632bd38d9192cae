"""People of a clinic: taken in by a code, helped back in, stopped; never a clinic without an administrator."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select
from tests.flow.door import A_STRANGERS, HER_PC, MOMENT, WRONG, Door, NursesTablet
from tests.flow.story import Story
from tests.people import ADMIN, DOCTOR, NURSE
from tests.staffing import complete

from otonai.domain.access import STAFF_ROLES, Role
from otonai.domain.errors import Conflict, Invalid, NotFound, Refused
from otonai.domain.factors import Factor, Stage
from otonai.flow import staff as people
from otonai.flow.break_glass import seal_code
from otonai.flow.passwords import choose_password
from otonai.flow.sessions import sessions_of
from otonai.flow.sign_in import KnockOutcome
from otonai.flow.staff import Invitation, Lost
from otonai.flow.tries import Place
from otonai.store.audit import Actor
from otonai.store.session import writing
from otonai.store.tables import Clinic, HandedCode, Staff

#: The same person with the password of a later day.
DOCTOR_LATER = replace(DOCTOR, password="seventeen paper boats")
RIGHT, NO = KnockOutcome.RIGHT, KnockOutcome.WRONG


@pytest.fixture
def door(story: Story) -> Door:
    """The clinic with its nurse, on both engines."""
    return Door(story)


def invite(door: Door, role: Role = Role.DOCTOR, login_name: str = DOCTOR.login_name) -> Invitation:
    """例示 慎一 is taken in."""
    return door.change(
        lambda s: people.invite(
            s,
            door.story.clinic.id,
            name=DOCTOR.name,
            login_name=login_name,
            role=role,
            actor=door.admin,
            now=door.story.now,
        )
    )


def help_in(door: Door, lost: Lost, staff_id: UUID | None = None) -> Invitation:
    """The administrator helps somebody back in; the nurse unless another is named."""
    return door.change(lambda s: people.help_back_in(s, door.her(s, staff_id), lost, door.admin, door.story.now))


def choose(door: Door, staff_id: UUID, password: str) -> None:
    """Somebody chooses a password."""
    door.change(
        lambda s: choose_password(
            s, door.her(s, staff_id), password, Actor("staff", staff_id), door.story.now, has_second_factor=False
        )
    )


# --- a new person --------------------------------------------------------------------------------------------


def test_a_new_person_begins_with_the_code_and_has_everything_to_themselves(door: Door) -> None:
    invitation = invite(door)
    tried = door.handed(invitation.code)
    assert tried.staff is not None
    who = tried.staff.id
    arrived = door.enter(Factor.SIGN_UP_CODE, staff_id=who)
    assert arrived.stage is Stage.CHOOSE_PASSWORD
    choose(door, who, DOCTOR.password)
    assert door.enter(Factor.PASSWORD, staff_id=who).stage is Stage.ENROL_SECOND_FACTOR
    door.change(lambda s: complete(s, door.her(s, who), DOCTOR_LATER, door.story.now))
    assert door.enter(Factor.PASSWORD, staff_id=who).stage is Stage.SECOND_FACTOR
    assert door.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE, staff_id=who).stage is Stage.OPEN


def test_the_code_works_again_until_a_password_was_chosen_and_never_after(door: Door) -> None:
    invitation = invite(door)
    assert door.handed(invitation.code).outcome is RIGHT
    assert door.handed(invitation.code).outcome is RIGHT, "the battery was empty; begun again"
    choose(door, invitation.staff.id, DOCTOR.password)
    assert door.handed(invitation.code).outcome is NO


def test_the_code_is_good_for_seventy_two_hours_to_the_moment(door: Door) -> None:
    invitation = invite(door)
    assert invitation.expires_at == door.story.now + timedelta(hours=72)
    door.story.now = invitation.expires_at - MOMENT
    assert door.handed(invitation.code).outcome is RIGHT
    door.story.now = invitation.expires_at
    assert door.handed(invitation.code).outcome is NO


def test_a_newer_code_voids_the_one_before(door: Door) -> None:
    first = invite(door)
    second = help_in(door, Lost.PASSWORD, first.staff.id)
    assert door.handed(first.code).outcome is NO
    assert door.handed(second.code).outcome is RIGHT


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\n"])
def test_a_code_may_be_typed_from_paper_with_small_letters_and_dashes(door: Door, typed: str) -> None:
    code = invite(door).code
    grouped = "-".join(code[i : i + 4] for i in range(0, len(code), 4)).lower()
    assert door.handed(typed.format(grouped)).outcome is RIGHT


def test_codes_are_long_are_kept_as_digests_and_hold_nothing_that_is_misread(door: Door) -> None:
    code = invite(door).code
    assert len(code) == 24
    assert not set(code) & set("ILOU01")
    kept = door.story.look(lambda s: s.exec(select(HandedCode.code_hash)).all())
    assert kept
    assert all(code not in each for each in kept)


@pytest.mark.shows("F53")
def test_wrong_codes_of_others_keep_nobody_from_beginning(door: Door) -> None:
    invitation = invite(door)
    for each in range(40):
        door.handed("AAAA-BBBB", Place(address=f"198.51.100.{each}"))
    assert door.handed(invitation.code).outcome is RIGHT


@pytest.mark.shows("F52")
def test_guessing_codes_from_one_address_has_to_wait(door: Door) -> None:
    told = [door.handed("AAAA-BBBB", A_STRANGERS).outcome for _ in range(31)]
    assert told == [NO] * 29 + [KnockOutcome.THROTTLED] * 2


@pytest.mark.shows("F43")
@pytest.mark.parametrize("role", sorted(set(Role) - set(STAFF_ROLES)))
def test_nobody_is_given_a_role_that_nobody_may_have(door: Door, role: Role) -> None:
    with pytest.raises(Invalid):
        invite(door, role)
    with pytest.raises(Invalid):
        door.change(lambda s: people.change_role(s, door.her(s), role, door.admin, door.story.now))


def test_a_log_in_name_is_one_persons_in_the_whole_installation(door: Door) -> None:
    for taken in (NURSE.login_name, "hinata-admin"):
        with pytest.raises(Conflict) as refused:
            invite(door, login_name=taken)
        assert refused.value.code == "login_name_taken"


@pytest.mark.shows("S-031")
def test_before_the_account_is_completed_no_tablet_opens(door: Door) -> None:
    invitation = invite(door)
    tablet = NursesTablet(door, "一台目")
    choose(door, invitation.staff.id, DOCTOR.password)
    with pytest.raises(Refused) as refused:
        tablet.choose(DOCTOR.login_name, DOCTOR.password, DOCTOR.pin)
    assert refused.value.code == "sign_up_unfinished"


# --- helped back in ------------------------------------------------------------------------------------------


def test_a_lost_password_is_void_at_once_and_the_app_is_still_asked(door: Door) -> None:
    cookie = door.cookie()
    invitation = help_in(door, Lost.PASSWORD)
    assert door.password() is NO
    assert door.whose(cookie) is None
    assert door.handed(invitation.code).outcome is RIGHT
    arrived = door.enter(Factor.SIGN_UP_CODE)
    assert arrived.stage is Stage.SECOND_FACTOR, "whoever holds the code alone gets no further"
    assert door.code() is RIGHT
    assert door.enter(Factor.ONE_TIME_CODE, after=arrived.token).stage is Stage.CHOOSE_PASSWORD


def test_a_lost_telephone_takes_everything_that_was_on_it(door: Door) -> None:
    help_in(door, Lost.SECOND_FACTOR)
    assert door.code() is NO
    assert door.enter(Factor.SIGN_UP_CODE).stage is Stage.CHOOSE_PASSWORD
    choose(door, door.nurse, "another quiet river")
    assert door.enter(Factor.PASSWORD).stage is Stage.ENROL_SECOND_FACTOR


def test_help_opens_a_door_that_wrong_tries_had_closed(door: Door) -> None:
    for _ in range(5):
        door.password(WRONG)
    help_in(door, Lost.PASSWORD)
    choose(door, door.nurse, "another quiet river")
    assert door.password("another quiet river") is RIGHT


def test_who_was_stopped_is_helped_by_coming_back_alone(door: Door) -> None:
    door.change(lambda s: people.stop(s, door.her(s), door.admin, door.story.now))
    with pytest.raises(Conflict) as refused:
        help_in(door, Lost.PASSWORD)
    assert refused.value.code == "staff_is_stopped"


# --- stopped, and another role -------------------------------------------------------------------------------


@pytest.mark.shows("F23")
def test_who_is_stopped_in_the_middle_of_their_work_is_out_with_the_next_request(door: Door) -> None:
    cookie, half = door.cookie(), door.enter(Factor.PASSWORD).token
    tablet = NursesTablet.opened(door)
    unlock = tablet.try_pin().token or ""
    known = door.known_place()
    door.change(lambda s: people.stop(s, door.her(s), door.admin, door.story.now))
    assert (door.whose(cookie), door.whose(half), tablet.opened_by(unlock)) == (None, None, None)
    assert door.password() is NO
    assert door.password(place=known) is NO
    assert list(door.outcomes("sessions_ended"))[-1] == "staff_stopped"


@pytest.mark.shows("F23")
def test_another_role_begins_with_a_new_sign_in(door: Door) -> None:
    cookie = door.cookie()
    door.change(lambda s: people.change_role(s, door.her(s), Role.OFFICE, door.admin, door.story.now))
    assert door.whose(cookie) is None
    signed = door.whose(door.cookie())
    assert signed is not None
    assert signed.role is Role.OFFICE
    before = len(door.story.events())
    door.change(lambda s: people.change_role(s, door.her(s), Role.OFFICE, door.admin, door.story.now))
    assert len(door.story.events()) == before, "the same role again is no change"


def test_a_code_of_somebody_who_was_stopped_opens_nothing(door: Door) -> None:
    invitation = invite(door)
    door.change(lambda s: people.stop(s, door.her(s, invitation.staff.id), door.admin, door.story.now))
    assert door.handed(invitation.code).outcome is NO


def test_who_comes_back_begins_like_a_new_person(door: Door) -> None:
    door.change(lambda s: people.stop(s, door.her(s), door.admin, door.story.now))
    invitation = door.change(lambda s: people.take_back(s, door.her(s), door.admin, door.story.now))
    assert door.password() is NO
    assert door.handed(invitation.code).outcome is RIGHT
    assert door.enter(Factor.SIGN_UP_CODE).stage is Stage.CHOOSE_PASSWORD


def test_the_last_administrator_is_neither_stopped_nor_made_something_else(door: Door) -> None:
    the_only = door.story.clinic.admin_id
    for act in (
        lambda s: people.stop(s, door.her(s, the_only), door.admin, door.story.now),
        lambda s: people.change_role(s, door.her(s, the_only), Role.NURSE, door.admin, door.story.now),
    ):
        with pytest.raises(Conflict) as refused:
            door.change(act)
        assert refused.value.code == "last_administrator"


def test_an_administrator_who_was_only_invited_is_none_yet(door: Door) -> None:
    invitation = invite(door, Role.ADMIN)
    the_only = door.story.clinic.admin_id
    with pytest.raises(Conflict):
        door.change(lambda s: people.stop(s, door.her(s, the_only), door.admin, door.story.now))
    choose(door, invitation.staff.id, DOCTOR.password)
    door.change(lambda s: people.stop(s, door.her(s, the_only), door.admin, door.story.now))
    with pytest.raises(Conflict):
        door.change(lambda s: people.stop(s, door.her(s, invitation.staff.id), door.admin, door.story.now))


def test_an_administrator_of_another_clinic_does_not_count(door: Door) -> None:
    neighbour = door.story.look(lambda s: s.exec(select(Staff.login_name)).all())
    assert "hinata-admin" not in neighbour
    with writing(door.story.engine, door.story.clinic.id) as session, pytest.raises(Conflict):
        people.stop(session, door.her(session, door.story.clinic.admin_id), door.admin, door.story.now)


def test_the_emergency_account_is_nobodys_to_see_or_change(door: Door) -> None:
    sealed = door.change(lambda s: seal_code(s, door.story.clinic.id, door.admin, door.story.now))
    assert sealed.seal.staff_id not in {
        each.id for each in door.story.look(lambda s: people.people(s, door.story.clinic.id))
    }
    with pytest.raises(NotFound):
        door.story.look(lambda s: people.person(s, door.story.clinic.id, sealed.seal.staff_id))


def test_the_first_password_of_a_clinic_is_good_for_its_first_use_only(door: Door) -> None:
    """What an operator has typed is known to two people, and so it only begins the account."""

    def refused(password: str) -> str:
        with pytest.raises(Invalid) as told:
            door.change(
                lambda s: people.add_first_administrator(
                    s,
                    s.get_one(Clinic, door.story.clinic.id),
                    name=ADMIN.name,
                    login_name="second@minamo",
                    password=password,
                    actor=Actor("operator", None),
                    now=door.story.now,
                )
            )
        return told.value.code

    assert refused("short") == "password_too_short"
    assert refused("minamo-minamo-minamo") == "password_own_words"
    assert refused("password123456") == "password_easy_to_guess"


# --- sessions under one's own eyes ---------------------------------------------------------------------------


def test_sessions_that_last_are_listed_and_the_newest_is_in_front(door: Door) -> None:
    first = door.enter(
        Factor.PASSWORD, Factor.ONE_TIME_CODE, place=Place(address="192.0.2.1", label="Chrome · Windows")
    )
    door.story.wait(minutes=5)
    door.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE, place=HER_PC)
    door.enter(Factor.PASSWORD)  # half-way: no session of hers yet
    listed = door.story.look(lambda s: sessions_of(s, door.story.clinic.id, door.nurse, door.story.now))
    assert [each.browser for each in listed] == ["", "Chrome · Windows"]
    door.story.wait(minutes=25)
    listed = door.story.look(lambda s: sessions_of(s, door.story.clinic.id, door.nurse, door.story.now))
    assert [each.browser for each in listed] == [""], "the other one has rested for thirty minutes"
    assert door.whose(first.token) is None
