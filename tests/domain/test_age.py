"""The days on which an age begins to count, first and last of a month included."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import TURNED_75

from otonai.domain.age import birthday, elderly_share_from, is_70_or_older, late_elderly_from, preschool_until


@pytest.mark.parametrize(
    ("birth_date", "first"),
    [
        (date(1956, 7, 1), date(2026, 7, 1)),  # completed on 30 June
        (date(1956, 7, 2), date(2026, 8, 1)),
        (date(1956, 7, 31), date(2026, 8, 1)),
        (date(1956, 12, 15), date(2027, 1, 1)),
        (date(1956, 1, 1), date(2026, 1, 1)),  # completed on 31 December
        (date(1956, 2, 29), date(2026, 3, 1)),
    ],
)
def test_the_share_of_the_elderly_begins_with_a_month(birth_date: date, first: date) -> None:
    assert elderly_share_from(birth_date) == first


def test_late_elderly_begins_on_the_birthday_itself() -> None:
    assert TURNED_75.birth_date is not None
    assert late_elderly_from(TURNED_75.birth_date) == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("birth_date", "last"),
    [
        (date(2020, 4, 1), date(2026, 3, 31)),  # six years are complete on 31 March: school begins the next day
        (date(2020, 4, 2), date(2027, 3, 31)),
        (date(2020, 3, 31), date(2026, 3, 31)),
        (date(2020, 12, 24), date(2027, 3, 31)),
    ],
)
def test_preschool_ends_with_the_school_year(birth_date: date, last: date) -> None:
    assert preschool_until(birth_date) == last


def test_who_was_born_on_29_february_has_a_birthday_every_year() -> None:
    assert birthday(date(1952, 2, 29), 75) == date(2027, 3, 1)
    assert birthday(date(1952, 2, 29), 76) == date(2028, 2, 29)


@given(st.dates(date(1900, 1, 1), date(2030, 12, 31)))
def test_the_elderly_share_begins_within_a_month_of_the_birthday(birth_date: date) -> None:
    first = elderly_share_from(birth_date)
    assert first.day == 1
    assert 0 <= (first - birthday(birth_date, 70)).days <= 30
    assert is_70_or_older(birth_date, first)
    assert not is_70_or_older(birth_date, date.fromordinal(first.toordinal() - 1))
