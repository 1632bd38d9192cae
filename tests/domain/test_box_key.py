"""The key that tablets seal to changes once a year, and an old one is forgotten only when nothing needs it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.people import NOW

from otonai.domain.box_key import BoxKeyRules, TabletFacts, is_drained, is_due

RULES = BoxKeyRules(life=timedelta(days=365), rest=timedelta(days=60))
MOMENT = timedelta(microseconds=1)
RETIRED = NOW - timedelta(days=60)
LATELY, LONG_AGO = NOW - timedelta(days=1), NOW - timedelta(days=31)


def test_a_key_seals_for_a_year_to_the_moment() -> None:
    assert not is_due(NOW - RULES.life + MOMENT, NOW, RULES)
    assert is_due(NOW - RULES.life, NOW, RULES)


@pytest.mark.parametrize(
    ("tablets", "kept_sealed", "expected"),
    [
        ([], 0, True),
        ([TabletFacts(LATELY, 0)], 0, True),
        ([TabletFacts(LATELY, 0), TabletFacts(LATELY, 1)], 0, False),  # something has not arrived
        ([TabletFacts(LATELY, None)], 0, False),  # it never said
        ([TabletFacts(LONG_AGO, 0)], 0, False),  # it may have sealed to the old key since
        ([TabletFacts(None, 0)], 0, False),
        ([TabletFacts(LATELY, 0)], 1, False),  # we keep an entry that a person may still want opened
    ],
)
def test_an_old_key_stays_while_anything_may_be_sealed_to_it(
    tablets: list[TabletFacts], kept_sealed: int, expected: bool
) -> None:
    assert is_drained(RETIRED, tablets, kept_sealed=kept_sealed, now=NOW, rules=RULES) is expected


def test_an_old_key_rests_for_its_whole_time_whoever_says_what() -> None:
    assert not is_drained(RETIRED + MOMENT, [], kept_sealed=0, now=NOW, rules=RULES)
