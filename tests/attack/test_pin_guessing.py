"""A thief with many tablets and a script that knows what people choose: the server counts, so guessing ends (F39)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from tests.databases import known_clinics
from tests.flow.door import Door
from tests.flow.story import Story
from tests.flow.tablets import Tablet
from tests.people import NURSE
from tests.staffing import SEALING

from otonai.domain.access import TryOutcome, check_pin
from otonai.domain.errors import Invalid
from otonai.flow.day_shares import tell_shares
from otonai.store.session import writing
from otonai.store.tables import DayShare, TabletPerson

#: What lists of leaked PINs of six digits begin with; the product refuses the first of them at once.
POPULAR = ("123456", "000000", "111111", "123123", "654321", "112233", "121212", "159753", "147258", "246810")


def chosen(chance: random.Random) -> str:
    """A PIN that somebody could have chosen: any six digits that are not refused."""
    while True:
        pin = f"{chance.randrange(1_000_000):06d}"
        try:
            check_pin(pin)
        except Invalid:
            continue
        return pin


def guesses(chance: random.Random) -> Iterator[str]:
    """Popular ones first, then anything."""
    yield from POPULAR
    while True:
        yield f"{chance.randrange(1_000_000):06d}"


class Stolen:
    """Tablets of one clinic in a thief's hands, each with a PIN of its own and a day that was opened this morning."""

    def __init__(self, story: Story, count: int) -> None:
        self.story, self.door, chance = story, Door(story), random.Random(20261123)
        story.switch(carry_medical=True)
        self.tablets = []
        for number in range(count):
            tablet = Tablet(story, f"訪問{number}号")
            opened = tablet.choose(NURSE.login_name, NURSE.password, chosen(chance))
            assert opened.outcome is TryOutcome.OPENED
            self.tablets.append(tablet)
            with writing(story.engine, story.clinic.id) as session:
                tell_shares(session, SEALING, tablet.row(session), self.door.her(session), tablet.rules, story.now)

    def guess(self, tablet: Tablet, script: Iterator[str]) -> bool:
        """Type until it opens or is dead; waits out every lock."""
        for pin in script:
            outcome = tablet.pin(self.door.nurse, pin).outcome
            if outcome in (TryOutcome.OPENED, TryOutcome.STOPPED):
                return outcome is TryOutcome.OPENED
            if outcome is TryOutcome.LOCKED:
                self.story.now += timedelta(minutes=30)
        raise AssertionError("a script never ends")

    def living_shares(self) -> set[UUID]:
        """Tablets for which the server still keeps a share."""
        rows = self.story.look(lambda s: s.exec(select(DayShare).where(DayShare.secret.is_not(None))).all())  # type: ignore[union-attr]
        return {row.device_id for row in rows}


@pytest.mark.prove("pins")
@pytest.mark.shows("F39", "F40")
def test_a_thousand_stolen_tablets_give_way_to_a_guessing_script_in_no_more_than_five_cases(
    embedded: Engine, sized: Callable[[int, int], int]
) -> None:
    count = sized(8, 1000)
    story = Story(embedded, known_clinics(embedded).minamo)
    stolen, chance = Stolen(story, count), random.Random(7)
    opened = [tablet for tablet in stolen.tablets if stolen.guess(tablet, guesses(chance))]
    assert len(opened) <= 5
    assert stolen.living_shares() <= {tablet.device.id for tablet in opened}
    tries = story.events("unlock")
    assert len(tries) == 10 * (count - len(opened)) + sum(1 for _ in opened)
    dead = story.look(lambda s: s.exec(select(TabletPerson)).all())
    assert sum(person.wrong_in_row == 10 for person in dead) == count - len(opened)


def test_no_popular_pin_can_be_chosen_that_a_list_would_try_first() -> None:
    refused = 0
    for pin in POPULAR[:7]:
        with pytest.raises(Invalid):
            check_pin(pin)
        refused += 1
    assert refused == 7
