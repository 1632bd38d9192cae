"""切替日: what happens to the insurance in force when another begins."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import family_card, late_elderly

from otonai.domain.insurance import CoverageFacts
from otonai.domain.periods import SwitchFit, first_day_of, is_empty, judge_switch, last_day_of, place_of

JULY_1 = date(2026, 7, 1)


@pytest.mark.shows("S-110", "S-113")
@pytest.mark.parametrize(
    ("old", "fit", "old_until"),
    [
        ({}, "ends_old", date(2026, 6, 30)),
        ({"valid_until": date(2026, 7, 31)}, "ends_old", date(2026, 6, 30)),
        ({"valid_until": JULY_1}, "ends_old", date(2026, 6, 30)),
        ({"valid_until": date(2026, 6, 30)}, "seamless", None),
        ({"lost_on": JULY_1}, "seamless", None),
        ({"lost_on": JULY_1, "valid_until": date(2026, 12, 31)}, "seamless", None),
        ({"valid_until": date(2026, 6, 29)}, "gap", None),
        ({"valid_from": JULY_1}, "same_day", None),
        ({"valid_from": date(2026, 7, 2)}, "too_early", None),
        ({"valid_from": None, "qualified_on": date(2026, 7, 2)}, "too_early", None),
        ({"valid_from": None, "qualified_on": None}, "ends_old", date(2026, 6, 30)),
    ],
)
def test_the_old_insurance_ends_on_the_day_before_unless_it_ended_before(
    old: dict[str, date | None], fit: str, old_until: date | None
) -> None:
    switch = judge_switch(family_card("01", **old), JULY_1)
    assert (switch.fit, switch.old_until) == (fit, old_until)


@pytest.mark.shows("S-118")
@pytest.mark.parametrize("old", [None, CoverageFacts(), CoverageFacts(valid_from=date(2027, 1, 1))])
def test_a_first_insurance_ends_nothing(old: CoverageFacts | None) -> None:
    assert judge_switch(old, JULY_1).fit is SwitchFit.FIRST


def test_days_without_an_insurance_are_named() -> None:
    switch = judge_switch(family_card("01", valid_until=date(2026, 6, 15)), JULY_1)
    assert (switch.fit, switch.gap) == (SwitchFit.GAP, (date(2026, 6, 16), date(2026, 6, 30)))


@given(
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1))),
    st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1))),
)
def test_no_day_belongs_to_two_insurances_and_no_end_is_ever_moved_later(
    day: date, begins: date | None, ends: date | None
) -> None:
    old = family_card("01", valid_from=begins, qualified_on=None, valid_until=ends)
    switch = judge_switch(old, day)
    if switch.fit in (SwitchFit.TOO_EARLY, SwitchFit.SAME_DAY):
        assert begins is not None
        assert day <= begins
        return
    last = switch.old_until or ends
    assert last is not None
    assert last < day
    assert ends is None or last <= ends
    assert begins is None or begins <= last or ends is not None


def test_the_days_of_an_insurance() -> None:
    assert first_day_of(family_card("01", valid_from=None)) == date(2021, 4, 1), "the day of qualification stands in"
    assert last_day_of(family_card("01")) is None
    assert last_day_of(late_elderly("1", valid_until=JULY_1, lost_on=date(2026, 6, 1))) == date(2026, 5, 31)
    assert is_empty(CoverageFacts(insurer_name="見本"))
    assert not is_empty(CoverageFacts(card_number="1"))


@pytest.mark.parametrize(
    ("begins", "place"),
    [(date(2026, 7, 1), 0), (date(2025, 4, 1), 0), (date(2024, 1, 1), 1), (date(2021, 4, 1), 1), (date(2010, 1, 1), 2)],
)
def test_an_added_insurance_stands_where_its_first_day_belongs(begins: date, place: int) -> None:
    kept = (late_elderly("1", valid_from=date(2025, 4, 1)), family_card("01", valid_from=date(2021, 4, 1)))
    assert place_of(kept, begins) == place


def test_an_insurance_without_a_first_day_was_there_before() -> None:
    assert place_of((family_card("01", valid_from=None, qualified_on=None),), date(1990, 1, 1)) == 0
    assert place_of((), date(1990, 1, 1)) == 0
