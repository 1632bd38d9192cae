"""Getting in: tries are counted by person and place, locks end on the second, and a stopped tablet is stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.flow.story import Story
from tests.flow.tablets import Tablet
from tests.people import ADMIN, NURSE
from tests.staffing import employ

from otonai.domain.access import Role, TryOutcome
from otonai.domain.errors import Invalid
from otonai.domain.factors import Factor
from otonai.flow.sessions import OfficeSession, end_session, session_of
from otonai.flow.sign_in import (
    Entrance,
    KnockOutcome,
    Opened,
    Tried,
    identity_proved,
    lock,
    people_of,
    try_password,
    try_pin,
)
from otonai.flow.tries import Place
from otonai.store.session import writing
from otonai.store.tables import Staff

WRONG = "not-the-right-one-at-all"
HALF_HOUR = timedelta(minutes=30)
MOMENT = timedelta(microseconds=1)
HER_PC = Place(address="192.0.2.10")


class Door:
    """The ways in, each try in a transaction of its own, as the API does it."""

    def __init__(self, story: Story) -> None:
        self.story = story
        with writing(story.engine, story.clinic.id) as session:
            self.nurse = employ(session, story.clinic.id, NURSE, story.now, by=story.office).id

    def password(
        self, password: str = NURSE.password, name: str = NURSE.login_name, place: Place = HER_PC
    ) -> KnockOutcome:
        return self.tried(password, name, place).outcome

    def tried(self, password: str = NURSE.password, name: str = NURSE.login_name, place: Place = HER_PC) -> Tried:
        with writing(self.story.engine, self.story.clinic.id) as session:
            return try_password(session, name, password, place, self.story.now)

    def enter(self, *factors: Factor, place: Place = HER_PC) -> Entrance:
        with writing(self.story.engine, self.story.clinic.id) as session:
            staff = session.get_one(Staff, (self.story.clinic.id, self.nurse))
            return identity_proved(session, staff, factors, place, self.story.now)

    def cookie(self) -> str:
        return self.enter(Factor.PASSWORD, Factor.ONE_TIME_CODE).token

    def whose(self, cookie: str) -> OfficeSession | None:
        return self.story.look(lambda s: session_of(s, cookie, self.story.now))


class NursesTablet(Tablet):
    """A tablet on which the nurse of this clinic chooses her PIN."""

    def __init__(self, door: Door, name: str) -> None:
        super().__init__(door.story, name)
        self.door = door

    def first_use(self, pin: str = NURSE.pin, password: str = NURSE.password, login: str = NURSE.login_name) -> Opened:
        return self.choose(login, password, pin)

    def try_pin(self, pin: str = NURSE.pin) -> Opened:
        return self.pin(self.door.nurse, pin)


@pytest.fixture
def door(small_story: Story) -> Door:
    """The clinic with its nurse."""
    return Door(small_story)


@pytest.fixture
def tablet(door: Door) -> NursesTablet:
    """Her tablet."""
    made = NursesTablet(door, "一台目")
    assert made.first_use().outcome is TryOutcome.OPENED
    return made


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
    with writing(door.story.engine, door.story.clinic.id) as session:
        end_session(session, cookie, door.story.now)
        end_session(session, "never seen", door.story.now)
    assert (door.whose(cookie), door.whose("never seen")) == (None, None)
    assert len(door.story.events("sign_out")) == 1


@pytest.mark.shows("F23")
def test_a_person_who_was_stopped_is_out_at_once_everywhere(door: Door, tablet: NursesTablet) -> None:
    cookie, unlock = door.cookie(), tablet.try_pin().token or ""
    with writing(door.story.engine, door.story.clinic.id) as session:
        session.get_one(Staff, (door.story.clinic.id, door.nurse)).active = False
    assert door.whose(cookie) is None
    assert tablet.opened_by(unlock) is None
    assert door.password() is KnockOutcome.WRONG
    with writing(door.story.engine, door.story.clinic.id) as session:
        assert try_pin(session, tablet.row(session), door.nurse, NURSE.pin, door.story.now) is None
        assert people_of(session, tablet.row(session)) == []


# --- PINs ----------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-031")
@pytest.mark.parametrize("pin", ["111111", "123456", "654321", "121212", "900101", "12345", "1234567", "abcdef"])
def test_an_easy_pin_is_refused_at_first_use_and_nothing_is_kept(door: Door, pin: str) -> None:
    tablet = NursesTablet(door, "一台目")
    with pytest.raises(Invalid) as refused:
        tablet.first_use(pin)
    assert refused.value.code == "pin_weak"
    with writing(door.story.engine, door.story.clinic.id) as session:
        assert people_of(session, tablet.row(session)) == []


@pytest.mark.shows("S-031")
def test_first_use_asks_for_the_password_of_this_clinic(door: Door) -> None:
    tablet = NursesTablet(door, "一台目")
    assert tablet.first_use(password=WRONG).outcome is TryOutcome.WRONG
    assert tablet.first_use(login="hinata-admin", password=ADMIN.password).outcome is TryOutcome.WRONG
    assert tablet.first_use().outcome is TryOutcome.OPENED
    with writing(door.story.engine, door.story.clinic.id) as session:
        assert [s.id for s in people_of(session, tablet.row(session))] == [door.nurse]


@pytest.mark.shows("S-171", "F39")
def test_five_wrong_pins_lock_this_person_on_this_tablet_for_thirty_minutes(door: Door, tablet: NursesTablet) -> None:
    told = [tablet.try_pin("000000") for _ in range(5)]
    assert [t.outcome for t in told] == [TryOutcome.WRONG] * 4 + [TryOutcome.LOCKED]
    assert [t.remaining for t in told[:4]] == [4, 3, 2, 1]
    door.story.now += HALF_HOUR - MOMENT
    assert tablet.try_pin().outcome is TryOutcome.LOCKED
    door.story.now += MOMENT
    assert tablet.try_pin().outcome is TryOutcome.OPENED


@pytest.mark.shows("F53")
def test_a_lock_on_one_tablet_locks_nobody_out_of_another_nor_of_the_office(door: Door, tablet: NursesTablet) -> None:
    other = NursesTablet(door, "二台目")
    other.first_use()
    for _ in range(5):
        tablet.try_pin("000000")
    assert other.try_pin().outcome is TryOutcome.OPENED
    assert door.password() is KnockOutcome.RIGHT
    for _ in range(5):
        door.password(WRONG)
    assert other.try_pin().outcome is TryOutcome.OPENED


@pytest.mark.shows("F39")
def test_ten_wrong_in_a_row_stop_the_tablet_with_all_its_tokens(door: Door, tablet: NursesTablet) -> None:
    unlock = tablet.try_pin().token or ""
    for _ in range(5):
        tablet.try_pin("000000")
    door.story.now += HALF_HOUR
    told = [tablet.try_pin("000000").outcome for _ in range(5)]
    assert told == [TryOutcome.WRONG] * 4 + [TryOutcome.STOPPED]

    assert tablet.opened_by(unlock) is None
    assert not tablet.works(1)
    assert tablet.renew(1, 2) is False
    with writing(door.story.engine, door.story.clinic.id) as session:
        assert tablet.row(session).state == "stopped"
    assert [e.subject for e in door.story.events("device_stopped")] == [str(tablet.device.id)]


@pytest.mark.shows("S-173", "F39")
def test_an_opened_tablet_locks_by_itself_after_thirty_idle_minutes(door: Door, tablet: NursesTablet) -> None:
    unlock = tablet.try_pin().token or ""
    begun = door.story.now
    door.story.now = begun + timedelta(minutes=29, seconds=59)
    assert tablet.opened_by(unlock) == door.nurse
    door.story.now = begun + timedelta(minutes=10)
    assert tablet.use(unlock=unlock)
    door.story.now = begun + timedelta(minutes=39, seconds=59)
    assert tablet.opened_by(unlock) == door.nurse
    door.story.now = begun + timedelta(minutes=40)
    assert tablet.opened_by(unlock) is None


def test_a_locked_tablet_is_locked_and_an_unlock_opens_no_other_tablet(door: Door, tablet: NursesTablet) -> None:
    other = NursesTablet(door, "二台目")
    unlock = tablet.try_pin().token or ""
    assert other.opened_by(unlock) is None
    with writing(door.story.engine, door.story.clinic.id) as session:
        lock(session, other.row(session), unlock, door.story.now)
    assert tablet.opened_by(unlock) == door.nurse, "only its own tablet locks it"
    with writing(door.story.engine, door.story.clinic.id) as session:
        lock(session, tablet.row(session), unlock, door.story.now)
    assert tablet.opened_by(unlock) is None
