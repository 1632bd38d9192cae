"""Getting in at a tablet: PINs are counted by person and tablet, locks end on the second, a stopped one is stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.flow.door import HALF_HOUR, MOMENT, WRONG, Door, NursesTablet
from tests.flow.story import Story
from tests.people import ADMIN

from otonai.domain.access import TryOutcome
from otonai.domain.errors import Invalid
from otonai.flow.sign_in import KnockOutcome
from otonai.flow.tablet_pins import lock, people_of
from otonai.store.session import writing


@pytest.fixture
def door(small_story: Story) -> Door:
    """The clinic with its nurse."""
    return Door(small_story)


@pytest.fixture
def tablet(door: Door) -> NursesTablet:
    """Her tablet."""
    return NursesTablet.opened(door)


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
