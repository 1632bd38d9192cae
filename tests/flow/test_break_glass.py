"""The emergency account: sealed, one use, loud, a day at most, and over when an administrator says so."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlmodel import select
from tests.flow.door import A_STRANGERS, HALF_HOUR, HER_PC, MOMENT, WRONG, Door
from tests.flow.story import Story
from tests.people import NURSE

from otonai.domain.access import STAFF_ROLES, Role, role_reaches
from otonai.domain.factors import Factor, Stage
from otonai.flow import break_glass
from otonai.flow import staff as people
from otonai.flow.break_glass import Reason, Sealed, SealState
from otonai.flow.handed_codes import grouped
from otonai.flow.sign_in import Entrance, KnockOutcome, Tried
from otonai.flow.tries import Place
from otonai.store.ids import token_hash
from otonai.store.session import writing
from otonai.store.tables import EmergencySeal


@pytest.fixture
def door(story: Story) -> Door:
    """The clinic with its nurse, on both engines."""
    return Door(story)


def seal(door: Door) -> Sealed:
    """A code for the safe."""
    return door.change(lambda s: break_glass.seal_code(s, door.story.clinic.id, door.admin, door.story.now))


def broken(door: Door, code: str, name: str = NURSE.login_name, place: Place = HER_PC) -> Tried | Entrance:
    """Somebody breaks the seal; nothing is known of the clinic before."""
    with writing(door.story.engine) as session:
        return break_glass.break_seal(session, code, name, Reason.ADMINISTRATOR_AWAY, place, door.story.now)


def opened(door: Door, code: str, place: Place = HER_PC) -> Entrance:
    """The same, and it opens."""
    entrance = broken(door, code, place=place)
    assert isinstance(entrance, Entrance)
    return entrance


def is_refused(found: Tried | Entrance) -> bool:
    """Whether nothing was opened."""
    return isinstance(found, Tried) and found.staff is None


def states(door: Door) -> list[SealState]:
    """What has become of all codes, the newest in front."""
    rows = door.story.look(lambda s: break_glass.seals(s, door.story.clinic.id))
    return [break_glass.state_of(row, door.story.now) for row in rows]


def test_the_code_is_kept_as_a_digest_and_told_once(door: Door) -> None:
    sealed = seal(door)
    row = door.story.look(lambda s: s.exec(select(EmergencySeal)).one())
    assert row.code_hash == token_hash(sealed.code)
    assert sealed.code not in repr(sealed)
    assert [states(door), list(door.outcomes("emergency_sealed"))] == [[SealState.SEALED], ["done"]]


def test_it_opens_by_the_code_and_the_name_of_somebody_who_works_here(door: Door) -> None:
    sealed = seal(door)
    assert is_refused(broken(door, sealed.code, "nobody@minamo"))
    assert is_refused(broken(door, sealed.code, "hinata-admin"))
    assert is_refused(broken(door, "AAAA-BBBB"))
    entrance = opened(door, grouped(sealed.code).lower())
    signed = door.whose(entrance.token)
    assert signed is not None
    assert (entrance.stage, signed.role) == (Stage.OPEN, Role.EMERGENCY)
    assert signed.factors == {Factor.SEALED_CODE}
    row = door.story.look(lambda s: s.exec(select(EmergencySeal)).one())
    assert (row.opened_by, row.reason) == (door.nurse, "administrator_away"), "its use is somebody's"


def test_somebody_who_was_stopped_breaks_no_seal(door: Door) -> None:
    sealed = seal(door)
    door.change(lambda s: people.stop(s, door.her(s), door.admin, door.story.now))
    assert is_refused(broken(door, sealed.code))


def test_it_is_loud(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    sealed = seal(door)
    with caplog.at_level(logging.WARNING, "otonai.emergency"):
        opened(door, sealed.code)
    assert [r.levelname for r in caplog.records if "emergency account opened" in r.message] == ["WARNING"]
    assert list(door.outcomes("emergency_opened")) == ["administrator_away"]
    assert door.story.events("emergency_opened")[0].actor_id == door.nurse
    assert door.story.look(lambda s: break_glass.open_seal(s, door.story.clinic.id, door.story.now)) is not None


def test_it_opens_once_and_only_the_browser_that_opened_it_may_come_back(door: Door) -> None:
    sealed = seal(door)
    first = opened(door, sealed.code)
    assert is_refused(broken(door, sealed.code, place=A_STRANGERS)), "the paper has been read by somebody else"
    assert is_refused(broken(door, sealed.code)), "nor without the cookie"
    door.story.wait(minutes=31)
    assert door.whose(first.token) is None, "it rested for thirty minutes, like every session"
    again = opened(door, sealed.code, Place(address=HER_PC.address, browser=first.browser or ""))
    assert door.whose(again.token) is not None
    assert list(door.outcomes("emergency_opened")) == ["administrator_away", "again"]
    assert "open" in list(door.outcomes("emergency_refused"))


def test_it_is_over_after_twenty_four_hours_to_the_moment(door: Door) -> None:
    sealed, begun = seal(door), door.story.now
    first = opened(door, sealed.code)
    her = Place(address=HER_PC.address, browser=first.browser or "")
    door.story.now = begun + timedelta(hours=24) - MOMENT
    last = opened(door, sealed.code, her)
    assert last.ends_at == begun + timedelta(hours=24)
    door.story.now = begun + timedelta(hours=24)
    assert door.whose(last.token) is None
    assert is_refused(broken(door, sealed.code, place=her))
    assert states(door) == [SealState.ENDED]


def test_an_administrator_ends_it_before_its_time(door: Door) -> None:
    entrance = opened(door, seal(door).code)
    end = lambda s: break_glass.end(s, door.story.clinic.id, door.admin, door.story.now)  # noqa: E731
    assert door.change(end)
    assert door.whose(entrance.token) is None
    assert states(door) == [SealState.ENDED]
    assert not door.change(end), "nothing is open any more"
    assert len(door.story.events("emergency_ended")) == 1


def test_a_newer_code_voids_a_sealed_one_and_leaves_an_open_account_open(door: Door) -> None:
    first, second = seal(door), seal(door)
    assert is_refused(broken(door, first.code))
    entrance = opened(door, second.code)
    third = seal(door)
    assert door.whose(entrance.token) is not None
    assert states(door) == [SealState.SEALED, SealState.OPEN, SealState.REPLACED]
    assert not is_refused(broken(door, third.code))


@pytest.mark.shows("F53")
def test_nobody_can_hold_this_door_shut(door: Door) -> None:
    sealed = seal(door)
    told = [broken(door, "AAAA-BBBB", place=A_STRANGERS) for _ in range(40)]
    assert isinstance(told[-1], Tried)
    assert told[-1].outcome is KnockOutcome.THROTTLED
    assert told[-1].until == door.story.now + HALF_HOUR
    assert isinstance(broken(door, sealed.code, place=A_STRANGERS), Entrance)


@pytest.mark.shows("F52")
def test_guessing_here_opens_no_door_that_spraying_has_closed(door: Door) -> None:
    for each in range(30):
        door.password(WRONG, f"somebody{each}@minamo", A_STRANGERS)
    broken(door, "AAAA-BBBB", place=A_STRANGERS)
    assert door.password(place=A_STRANGERS) is KnockOutcome.THROTTLED


def test_the_account_has_no_password_and_cannot_be_signed_in_to_otherwise(door: Door) -> None:
    sealed = seal(door)
    opened(door, sealed.code)
    account = door.story.look(lambda s: door.her(s, sealed.seal.staff_id))
    assert account.password_hash == ""
    assert door.password("", account.login_name) is KnockOutcome.WRONG
    assert account.role not in {role.value for role in STAFF_ROLES}


@pytest.mark.parametrize("declared", [{Role.DOCTOR}, {Role.DOCTOR, Role.OFFICE}, frozenset(STAFF_ROLES)])
def test_it_sees_what_a_doctor_sees_and_changes_nothing(declared: set[Role]) -> None:
    assert role_reaches(Role.EMERGENCY, frozenset(declared), reads=True)
    assert not role_reaches(Role.EMERGENCY, frozenset(declared), reads=False)
    assert not role_reaches(Role.EMERGENCY, frozenset({Role.ADMIN}), reads=True)
