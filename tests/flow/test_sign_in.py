"""Getting in: tries are counted by person and place, locks end on the second, and a stopped tablet is stopped."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, select
from tests.flow.story import Story
from tests.people import ADMIN, NURSE

from otonai.domain.access import Role, TryOutcome
from otonai.domain.errors import Conflict, Invalid, NotFound, NotSignedIn, OtonaiError, Refused
from otonai.flow.enrol_device import (
    approve,
    grant_by_code,
    keep_tokens,
    refreshable,
    start_grant,
    waiting_grant,
)
from otonai.flow.sign_in import (
    Opened,
    SignedIn,
    add_person_to_tablet,
    add_staff,
    device_of,
    end_session,
    lock,
    people_of,
    session_of,
    start_session,
    stop_device,
    touch_device,
    try_password,
    try_pin,
)
from otonai.store.ids import new_id
from otonai.store.session import writing
from otonai.store.tables import Device, DeviceToken, Staff

WRONG = "not-the-right-one-at-all"
HALF_HOUR = timedelta(minutes=30)
MOMENT = timedelta(microseconds=1)


class Door:
    """The ways in, each try in a transaction of its own, as the API does it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        with writing(story.engine) as session:
            self.nurse = add_staff(
                session,
                story.clinic.id,
                name=NURSE.name,
                login_name=NURSE.login_name,
                role=Role.NURSE,
                password=NURSE.password,
                actor=story.office,
                now=story.now,
            ).id

    def password(self, password: str = NURSE.password, name: str = NURSE.login_name) -> Opened:
        with writing(self.story.engine) as session:
            return try_password(session, name, password, self.story.now)

    def cookie(self) -> str:
        with writing(self.story.engine) as session:
            return start_session(session, session.get_one(Staff, (self.story.clinic.id, self.nurse)), self.story.now)

    def whose(self, cookie: str) -> SignedIn | None:
        return self.story.look(lambda s: session_of(s, cookie, self.story.now))


class Tablet:
    """A tablet with its tokens; the nurse has chosen her PIN on it."""

    def __init__(self, door: Door, name: str) -> None:
        self.door, self.story, self.name = door, door.story, name
        self.access, self.refresh = f"access of {name}", f"refresh of {name}"
        self.device = Device(
            clinic_id=self.story.clinic.id, id=new_id(), kind="tablet", name=name, enrolled_at=self.story.now
        )
        with writing(self.story.engine) as session:
            session.add(self.device)
            session.flush()
            keep_tokens(
                session,
                self.device,
                access_token=self.access,
                refresh_token=self.refresh,
                family=None,
                now=self.story.now,
            )

    def choose(self, pin: str = NURSE.pin, password: str = NURSE.password, login: str = NURSE.login_name) -> Opened:
        with writing(self.story.engine) as session:
            return add_person_to_tablet(
                session, self.row(session), login_name=login, password=password, new_pin=pin, now=self.story.now
            )

    def pin(self, pin: str = NURSE.pin) -> Opened:
        with writing(self.story.engine) as session:
            opened = try_pin(session, self.row(session), self.door.nurse, pin, self.story.now)
        assert opened is not None
        return opened

    def row(self, session: Session) -> Device:
        return session.get_one(Device, (self.story.clinic.id, self.device.id))

    def opened_by(self, unlock: str) -> UUID | None:
        signed = self.story.look(lambda s: device_of(s, self.access, unlock, self.story.now))[1]
        return signed.staff_id if signed else None


@pytest.fixture
def door(small_story: Story) -> Door:
    """The clinic with its nurse."""
    return Door(small_story)


@pytest.fixture
def tablet(door: Door) -> Tablet:
    """Her tablet."""
    made = Tablet(door, "一台目")
    assert made.choose().outcome is TryOutcome.OPENED
    return made


# --- passwords -----------------------------------------------------------------------------------------------


@pytest.mark.shows("S-171")
def test_five_wrong_passwords_lock_for_thirty_minutes_to_the_moment(door: Door) -> None:
    told = [door.password(WRONG).outcome for _ in range(5)]
    assert told == [TryOutcome.WRONG] * 4 + [TryOutcome.LOCKED]
    locked = door.password()
    assert (locked.outcome, locked.until, locked.staff) == (TryOutcome.LOCKED, door.story.now + HALF_HOUR, None)

    door.story.now += HALF_HOUR - MOMENT
    assert door.password().outcome is TryOutcome.LOCKED
    door.story.now += MOMENT
    assert door.password().outcome is TryOutcome.OPENED


@pytest.mark.shows("S-171")
def test_the_right_password_forgives_the_wrong_ones_before(door: Door) -> None:
    for _ in range(3):
        assert [door.password(WRONG).outcome for _ in range(4)] == [TryOutcome.WRONG] * 4
        assert door.password().outcome is TryOutcome.OPENED


@pytest.mark.shows("F53")
def test_an_account_guessed_at_for_hours_locks_and_locks_but_is_never_gone(door: Door) -> None:
    for _ in range(4):
        for _ in range(5):
            door.password(WRONG)
        door.story.now += HALF_HOUR
    assert door.password().outcome is TryOutcome.OPENED


@pytest.mark.shows("F52")
def test_an_unknown_name_gets_the_answer_of_a_wrong_password(door: Door) -> None:
    known, unknown = door.password(WRONG), door.password(WRONG, name="nobody")
    assert (known.outcome, known.staff, known.token) == (unknown.outcome, unknown.staff, unknown.token)
    assert unknown.until is None


@pytest.mark.shows("F52", "F39")
def test_guesses_sent_side_by_side_are_counted_one_after_the_other(story: Story) -> None:
    door = Door(story)
    with ThreadPoolExecutor(8) as pool:
        told = Counter(pool.map(lambda _: door.password(WRONG).outcome, range(8)))
    assert told == {TryOutcome.WRONG: 4, TryOutcome.LOCKED: 4}


def test_a_short_password_and_a_taken_name_are_refused(door: Door) -> None:
    def add(login: str, password: str) -> None:
        with writing(door.story.engine) as session:
            add_staff(
                session,
                door.story.clinic.id,
                name=ADMIN.name,
                login_name=login,
                role=Role.OFFICE,
                password=password,
                actor=door.story.office,
                now=door.story.now,
            )

    with pytest.raises(Invalid) as weak:
        add("someone", "twelve-chars")
    assert weak.value.code == "password_weak"
    with pytest.raises(Conflict) as taken:
        add(NURSE.login_name, ADMIN.password)
    assert taken.value.code == "login_name_taken"


# --- sessions ------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-173", "S-145")
def test_a_session_lives_29_59_of_idleness_and_is_over_at_30_00(door: Door) -> None:
    cookie = door.cookie()
    begun = door.story.now
    door.story.now = begun + timedelta(minutes=29, seconds=59)
    signed = door.whose(cookie)
    assert signed is not None
    assert (signed.staff_id, signed.role, signed.stale) == (door.nurse, Role.NURSE, True)
    door.story.now = begun + timedelta(minutes=30)
    assert door.whose(cookie) is None


@pytest.mark.shows("S-144")
def test_a_signed_out_cookie_and_an_unknown_one_belong_to_nobody(door: Door) -> None:
    cookie = door.cookie()
    with writing(door.story.engine) as session:
        end_session(session, cookie, door.story.now)
        end_session(session, "never seen", door.story.now)
    assert (door.whose(cookie), door.whose("never seen")) == (None, None)
    assert len(door.story.events("sign_out")) == 1


@pytest.mark.shows("F23")
def test_a_person_who_was_stopped_is_out_at_once_everywhere(door: Door, tablet: Tablet) -> None:
    cookie, unlock = door.cookie(), tablet.pin().token or ""
    with writing(door.story.engine) as session:
        session.get_one(Staff, (door.story.clinic.id, door.nurse)).active = False
    assert door.whose(cookie) is None
    assert tablet.opened_by(unlock) is None
    assert door.password().outcome is TryOutcome.WRONG
    with writing(door.story.engine) as session:
        assert try_pin(session, tablet.row(session), door.nurse, NURSE.pin, door.story.now) is None
        assert people_of(session, tablet.row(session)) == []


# --- PINs ----------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-031")
@pytest.mark.parametrize("pin", ["111111", "123456", "654321", "121212", "900101", "12345", "1234567", "abcdef"])
def test_an_easy_pin_is_refused_at_first_use_and_nothing_is_kept(door: Door, pin: str) -> None:
    tablet = Tablet(door, "一台目")
    with pytest.raises(Invalid) as refused:
        tablet.choose(pin)
    assert refused.value.code == "pin_weak"
    with writing(door.story.engine) as session:
        assert people_of(session, tablet.row(session)) == []


@pytest.mark.shows("S-031")
def test_first_use_asks_for_the_password_of_this_clinic(door: Door) -> None:
    tablet = Tablet(door, "一台目")
    assert tablet.choose(password=WRONG).outcome is TryOutcome.WRONG
    assert tablet.choose(login="hinata-admin", password=ADMIN.password).outcome is TryOutcome.WRONG
    assert tablet.choose().outcome is TryOutcome.OPENED
    with writing(door.story.engine) as session:
        assert [s.id for s in people_of(session, tablet.row(session))] == [door.nurse]


@pytest.mark.shows("S-171", "F39")
def test_five_wrong_pins_lock_this_person_on_this_tablet_for_thirty_minutes(door: Door, tablet: Tablet) -> None:
    told = [tablet.pin("000000") for _ in range(5)]
    assert [t.outcome for t in told] == [TryOutcome.WRONG] * 4 + [TryOutcome.LOCKED]
    assert [t.remaining for t in told[:4]] == [4, 3, 2, 1]
    door.story.now += HALF_HOUR - MOMENT
    assert tablet.pin().outcome is TryOutcome.LOCKED
    door.story.now += MOMENT
    assert tablet.pin().outcome is TryOutcome.OPENED


@pytest.mark.shows("F53")
def test_a_lock_on_one_tablet_locks_nobody_out_of_another_nor_of_the_office(door: Door, tablet: Tablet) -> None:
    other = Tablet(door, "二台目")
    other.choose()
    for _ in range(5):
        tablet.pin("000000")
    assert other.pin().outcome is TryOutcome.OPENED
    assert door.password().outcome is TryOutcome.OPENED
    for _ in range(5):
        door.password(WRONG)
    assert other.pin().outcome is TryOutcome.OPENED


@pytest.mark.shows("F39")
def test_ten_wrong_in_a_row_stop_the_tablet_with_all_its_tokens(door: Door, tablet: Tablet) -> None:
    unlock = tablet.pin().token or ""
    for _ in range(5):
        tablet.pin("000000")
    door.story.now += HALF_HOUR
    told = [tablet.pin("000000").outcome for _ in range(5)]
    assert told == [TryOutcome.WRONG] * 4 + [TryOutcome.STOPPED]

    with pytest.raises(Refused) as refused:
        tablet.opened_by(unlock)
    assert refused.value.code == "device_stopped"
    with writing(door.story.engine) as session:
        assert refreshable(session, tablet.refresh, door.story.now) is None
        assert tablet.row(session).state == "stopped"
    assert [e.subject for e in door.story.events("device_stopped")] == [str(tablet.device.id)]


@pytest.mark.shows("S-173", "F39")
def test_an_opened_tablet_locks_by_itself_after_thirty_idle_minutes(door: Door, tablet: Tablet) -> None:
    unlock = tablet.pin().token or ""
    begun = door.story.now
    with writing(door.story.engine) as session:  # the access token outlives the unlock in this story
        keep_tokens(
            session, tablet.row(session), access_token="later", refresh_token="later too", family=None,
            now=begun + timedelta(minutes=20),
        )  # fmt: skip
    tablet.access = "later"
    door.story.now = begun + timedelta(minutes=29, seconds=59)
    assert tablet.opened_by(unlock) == door.nurse
    with writing(door.story.engine) as session:
        touch_device(session, tablet.access, unlock, begun + timedelta(minutes=10))
    door.story.now = begun + timedelta(minutes=39, seconds=59)
    assert tablet.opened_by(unlock) == door.nurse
    door.story.now = begun + timedelta(minutes=40)
    assert tablet.opened_by(unlock) is None


def test_a_locked_tablet_is_locked_and_an_unlock_opens_no_other_tablet(door: Door, tablet: Tablet) -> None:
    other = Tablet(door, "二台目")
    unlock = tablet.pin().token or ""
    assert other.opened_by(unlock) is None
    with writing(door.story.engine) as session:
        lock(session, other.row(session), unlock, door.story.now)
    assert tablet.opened_by(unlock) == door.nurse, "only its own tablet locks it"
    with writing(door.story.engine) as session:
        lock(session, tablet.row(session), unlock, door.story.now)
    assert tablet.opened_by(unlock) is None


# --- tokens of devices ---------------------------------------------------------------------------------------


@pytest.mark.shows("F44")
def test_a_token_that_nobody_issued_opens_nothing(door: Door, tablet: Tablet) -> None:
    with pytest.raises(NotSignedIn):
        door.story.look(lambda s: device_of(s, "made up", "", door.story.now))
    door.story.now += HALF_HOUR
    with pytest.raises(NotSignedIn) as refused:
        tablet.opened_by("")
    assert refused.value.code == "token_expired"


def rotate(door: Door, tablet: Tablet, refresh: str, number: int) -> bool:
    """Exchange a refresh token for pair `number`, as the token endpoint does."""
    with writing(door.story.engine) as session:
        row = refreshable(session, refresh, door.story.now)
        if row is None:
            return False
        row.spent_at = door.story.now
        keep_tokens(
            session, tablet.row(session), access_token=f"access {number}", refresh_token=f"refresh {number}",
            family=row.family, now=door.story.now,
        )  # fmt: skip
        return True


@pytest.mark.shows("F19")
def test_a_device_that_never_received_its_new_pair_may_ask_once_more_in_a_minute(door: Door, tablet: Tablet) -> None:
    assert rotate(door, tablet, tablet.refresh, 2)
    door.story.now += timedelta(seconds=60)
    assert rotate(door, tablet, tablet.refresh, 3), "the answer got lost on the way"
    with pytest.raises(NotSignedIn):
        door.story.look(lambda s: device_of(s, "access 2", "", door.story.now))
    assert rotate(door, tablet, "refresh 3", 4), "and it goes on as if nothing had happened"


def test_after_a_minute_the_same_is_taken_for_a_copy(door: Door, tablet: Tablet) -> None:
    assert rotate(door, tablet, tablet.refresh, 2)
    door.story.now += timedelta(seconds=61)
    assert not rotate(door, tablet, tablet.refresh, 3)
    assert not rotate(door, tablet, "refresh 2", 4)


@pytest.mark.shows("F41", "F40")
def test_a_thief_who_plays_the_lost_answer_is_found_when_the_true_device_comes(door: Door, tablet: Tablet) -> None:
    assert rotate(door, tablet, tablet.refresh, 2), "the true device has this pair"
    assert rotate(door, tablet, tablet.refresh, 3), "the copy says that its answer was lost"
    assert not rotate(door, tablet, "refresh 2", 4), "the true device asks with what it holds"
    with pytest.raises(NotSignedIn):
        door.story.look(lambda s: device_of(s, "access 3", "", door.story.now))
    assert not rotate(door, tablet, "refresh 3", 5)
    assert [e.outcome for e in door.story.events("tokens_revoked")] == ["refresh_token_reused"]


@pytest.mark.shows("F41", "F40")
def test_a_refresh_token_used_twice_ends_its_whole_family(door: Door, tablet: Tablet) -> None:
    other = Tablet(door, "二台目")
    assert rotate(door, tablet, tablet.refresh, 2)
    assert rotate(door, tablet, "refresh 2", 3)
    assert not rotate(door, tablet, tablet.refresh, 4), "the copy comes back"
    assert not rotate(door, tablet, "refresh 3", 5), "and the true one must enrol again"
    for access in ("access 2", "access 3"):
        with pytest.raises(NotSignedIn):
            door.story.look(lambda s, access=access: device_of(s, access, "", door.story.now))
    assert other.opened_by("") is None, "another device goes on; only nobody has opened it"
    assert [e.outcome for e in door.story.events("tokens_revoked")] == ["refresh_token_reused"]


def test_a_device_is_taken_in_once_by_the_clinic_that_reads_its_code(door: Door) -> None:
    now = door.story.now
    with writing(door.story.engine) as session:
        start_grant(
            session, device_code="secret", user_code="ABCD-EFGH", kind="tablet", device_name="", ownership="byod",
            interval=5, now=now,
        )  # fmt: skip
    with writing(door.story.engine) as session:
        grant = waiting_grant(session, " abcd-efgh ", now)
        made = approve(session, door.story.clinic.id, grant, None, actor=door.story.office, now=now)
        assert (made.kind, made.ownership, made.name) == ("tablet", "byod", "タブレット")
    with writing(door.story.engine) as session:
        found = grant_by_code(session, "secret")
        assert found is not None
        assert (found.state, found.clinic_id) == ("approved", door.story.clinic.id)

    for code, at in (("ABCD-EFGH", now), ("WRONG", now)):
        with pytest.raises(NotFound) as refused:
            door.story.look(lambda s, code=code, at=at: waiting_grant(s, code, at))
        assert refused.value.code == "grant_not_found"


def test_a_code_is_over_after_ten_minutes(door: Door) -> None:
    now = door.story.now
    with writing(door.story.engine) as session:
        start_grant(
            session, device_code="s", user_code="LATE", kind="bridge", device_name="x", ownership="clinic", interval=5,
            now=now,
        )  # fmt: skip
    ten = timedelta(minutes=10)
    assert door.story.look(lambda s: waiting_grant(s, "LATE", now + ten - MOMENT)).user_code == "LATE"
    with pytest.raises(OtonaiError):
        door.story.look(lambda s: waiting_grant(s, "LATE", now + ten))


@pytest.mark.shows("F39")
def test_stopping_a_tablet_stops_no_other_device(door: Door, tablet: Tablet) -> None:
    other = Tablet(door, "二台目")
    with writing(door.story.engine) as session:
        stop_device(session, tablet.row(session), door.story.office, door.story.now)
    assert other.opened_by("") is None
    live = door.story.look(lambda s: [t.device_id for t in s.exec(select(DeviceToken)) if t.revoked_at is None])
    assert live == [other.device.id]
