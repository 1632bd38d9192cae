"""The server's halves of a tablet's keys: the same all day for one person on one tablet, and then gone for ever."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select
from tests.flow.door import MOMENT, Door, NursesTablet
from tests.flow.story import Story
from tests.flow.tablets import Tablet
from tests.people import SETTLED, WIFE
from tests.staffing import SEALING

from otonai.domain.access import Role
from otonai.domain.dates import end_of_business_day
from otonai.domain.day_share import DataClass, ShareEnd, Withheld
from otonai.domain.devices import StopReason
from otonai.flow import staff as staff_flow
from otonai.flow.day_shares import ToldShares, tell_shares
from otonai.flow.device_access import stop_device
from otonai.flow.forget_expired import forget_expired
from otonai.flow.lost_tablet import report_on, take_last_words
from otonai.flow.sync_tablet import SealedEntry
from otonai.store.day_shares import end_shares, note_packed
from otonai.store.ids import new_id
from otonai.store.session import writing
from otonai.store.tables import Clinic, DayShare, SyncReceipt


class Bag:
    """One clinic that carries medical information, its nurse and her tablet."""

    def __init__(self, story: Story) -> None:
        self.story, self.door = story, Door(story)
        story.switch(carry_medical=True)
        self.tablet = NursesTablet.opened(self.door)

    def shares(self, tablet: Tablet | None = None, staff_id: UUID | None = None) -> ToldShares:
        """What the tablet is told when she has it open."""
        of = tablet or self.tablet
        with writing(self.story.engine, self.story.clinic.id) as session:
            staff = self.door.her(session, staff_id)
            return tell_shares(session, SEALING, of.row(session), staff, of.rules, self.story.now)

    def kept(self) -> list[DayShare]:
        """The rows."""
        return self.story.look(lambda s: list(s.exec(select(DayShare).order_by(col(DayShare.made_at))).all()))

    def stop(self, why: StopReason = StopReason.LOST) -> None:
        """The office stops the tablet."""
        self.door.change(lambda s: stop_device(s, self.tablet.row(s), self.story.office, self.story.now, why))


@pytest.fixture
def bag(story: Story) -> Bag:
    """On both engines: what is deleted must be gone from either."""
    return Bag(story)


def secrets(told: ToldShares) -> dict[DataClass, str]:
    """The halves by class."""
    return {share.data_class: share.share for share in told.shares}


@pytest.mark.shows("F40")
def test_the_same_share_all_day_and_another_for_every_class_tablet_and_day(bag: Bag) -> None:
    morning = secrets(bag.shares())
    bag.story.wait(hours=2)
    assert secrets(bag.shares()) == morning
    second = NursesTablet.opened(bag.door, "二台目")
    other = secrets(bag.shares(second))
    bag.story.now = end_of_business_day(bag.story.now)
    tomorrow = secrets(bag.shares())
    told = [*morning.values(), *other.values(), *tomorrow.values()]
    assert len(told) == len(set(told)) == 6


@pytest.mark.shows("F30")
def test_the_last_moment_of_the_day_still_opens_and_midnight_begins_anew(bag: Bag) -> None:
    first = bag.shares()
    bag.story.now = first.shares[0].not_after - MOMENT
    assert secrets(bag.shares()) == secrets(first)
    bag.story.now += MOMENT
    assert not set(secrets(bag.shares()).values()) & set(secrets(first).values())


@pytest.mark.shows("F40")
def test_no_share_is_kept_readable_in_the_database(bag: Bag) -> None:
    told = secrets(bag.shares())
    kept = "".join(str(row.secret) for row in bag.kept())
    assert not [half for half in told.values() if half in kept]


@pytest.mark.shows("F30")
def test_the_days_end_deletes_the_secrets_and_keeps_what_happened(bag: Bag) -> None:
    bag.shares()
    before = end_of_business_day(bag.story.now)
    assert forget_expired(bag.story.engine, bag.story.clinic.id, before - MOMENT)["shares"] == 0
    assert forget_expired(bag.story.engine, bag.story.clinic.id, before)["shares"] == 2
    assert {(row.secret, row.ended_because) for row in bag.kept()} == {(None, "day_over")}


@pytest.mark.shows("F40")
def test_a_stopped_tablet_has_no_share_from_that_instant_and_gets_none_again(bag: Bag) -> None:
    bag.shares()
    bag.stop()
    assert {(row.secret, row.ended_at, row.ended_because) for row in bag.kept()} == {
        (None, bag.story.now, "device_stopped")
    }
    bag.door.change(lambda s: setattr(bag.tablet.row(s), "state", "active"))  # even if it were let in again
    assert bag.shares().shares == ()


@pytest.mark.shows("F39", "F40")
def test_ten_wrong_pins_in_a_row_delete_the_shares_with_the_tablet(bag: Bag) -> None:
    bag.shares()
    for _ in range(10):
        bag.tablet.try_pin("000000")
        bag.story.wait(minutes=31)
    assert {row.ended_because for row in bag.kept()} == {"device_stopped"}
    assert bag.door.change(lambda s: bag.tablet.row(s).stopped_because) == "pin_tries"


@pytest.mark.shows("F23")
def test_somebody_who_works_here_no_more_takes_no_share_along(bag: Bag) -> None:
    bag.shares()
    bag.door.change(lambda s: staff_flow.stop(s, bag.door.her(s), bag.door.admin, bag.story.now))
    assert {(row.secret, row.ended_because) for row in bag.kept()} == {(None, "staff_stopped")}


@pytest.mark.shows("F23")
def test_somebody_who_reads_no_medical_information_any_more_loses_its_half_at_once(bag: Bag) -> None:
    day_half = secrets(bag.shares())[DataClass.DAY]
    bag.door.change(lambda s: staff_flow.change_role(s, bag.door.her(s), Role.OFFICE, bag.door.admin, bag.story.now))
    assert {(row.data_class, row.ended_because) for row in bag.kept()} == {("R", None), ("M", "role_changed")}
    told = bag.shares()
    assert (secrets(told), told.withheld) == ({DataClass.DAY: day_half}, Withheld.ROLE)


def test_a_clinic_that_stops_carrying_keeps_the_days_visits_and_loses_the_medical_half(bag: Bag) -> None:
    day_half = secrets(bag.shares())[DataClass.DAY]
    bag.story.switch(carry_medical=False)
    bag.door.change(
        lambda s: end_shares(s, bag.story.clinic.id, ShareEnd.CARRYING_OFF, bag.story.now, data_class=DataClass.MEDICAL)
    )
    told = bag.shares()
    assert secrets(told) == {DataClass.DAY: day_half}
    assert told.withheld is Withheld.CARRYING_OFF
    bag.story.switch(carry_medical=True)
    assert secrets(bag.shares()) == {DataClass.DAY: day_half}  # what was shredded today stays so today


@pytest.mark.shows("S-031")
def test_a_private_tablet_never_gets_the_medical_half(bag: Bag) -> None:
    bag.door.change(lambda s: setattr(bag.tablet.row(s), "ownership", "byod"))
    told = bag.shares()
    assert set(secrets(told)) == {DataClass.DAY}
    assert told.withheld is Withheld.PRIVATE_DEVICE


def test_every_telling_is_written_down(bag: Bag) -> None:
    bag.shares()
    bag.stop()
    bag.shares()
    assert list(bag.door.outcomes("day_share_told")) == ["R+M", "none"]
    (event,) = bag.story.events("device_stopped")
    assert event.outcome == "lost"


# --- the report -----------------------------------------------------------------------------------------------


def packed(bag: Bag, *patients: UUID, medical: tuple[UUID, ...] = ()) -> None:
    """The tablet took these along."""
    bag.door.change(
        lambda s: note_packed(
            s, bag.story.clinic.id, bag.tablet.device.id, bag.door.nurse, bag.story.now.date(), bag.story.now,
            patients=patients, medical=medical,
        )
    )  # fmt: skip


@pytest.mark.shows("F40")
def test_the_report_names_whose_data_were_on_it_and_when_its_keys_were_gone(bag: Bag) -> None:
    first, second = bag.story.chart(SETTLED), bag.story.chart(WIFE)
    bag.shares()
    packed(bag, first)
    packed(bag, first, second, medical=(second,))
    living = bag.door.change(lambda s: report_on(s, bag.tablet.row(s)))
    assert [day.ended_at for day in living.days] == [None]
    assert not living.tokens_ended
    bag.stop()
    report = bag.door.change(lambda s: report_on(s, bag.tablet.row(s)))
    (day,) = report.days
    assert (set(day.patients), day.medical) == ({first, second}, [second])
    assert (day.ended_at, day.ended_because) == (bag.story.now, ShareEnd.DEVICE_STOPPED)
    assert report.tokens_ended
    assert {(person.id, person.medical) for person in report.patients} == {(first, False), (second, True)}


@pytest.mark.shows("F23", "F40")
def test_a_stopped_tablets_last_words_are_kept_sealed_once_and_change_no_chart(bag: Bag) -> None:
    bag.stop()
    entry = SealedEntry(1, new_id(), "entry/1", "k1", "sealed")

    def keep() -> int:
        return bag.door.change(
            lambda s: take_last_words(s, bag.tablet.row(s), [entry], ["database", "keys"], bag.story.now)
        )

    assert (keep(), keep()) == (1, 0)
    (receipt,) = bag.story.look(lambda s: s.exec(select(SyncReceipt)).all())
    assert (receipt.outcome, receipt.code, receipt.box) == ("held", "device_stopped", "sealed")
    report = bag.door.change(lambda s: report_on(s, bag.tablet.row(s)))
    assert report.entries_held == 1
    assert bag.door.change(lambda s: bag.tablet.row(s).wiped_at) == bag.story.now
    assert list(bag.door.outcomes("device_wiped")) == ["database+keys"] * 2


def test_the_clinics_mode_is_strict_until_somebody_chooses_otherwise(bag: Bag) -> None:
    assert bag.shares().medical_mode.value == "strict"
    bag.door.change(lambda s: setattr(s.get_one(Clinic, bag.story.clinic.id), "offline_medical", "passkey"))
    assert bag.shares().medical_mode.value == "passkey"
    assert bag.story.now + timedelta(hours=24) >= bag.shares().shares[0].not_after
