"""Which share somebody can have, by age, scheme and day."""

from __future__ import annotations

from datetime import date

import pytest
from tests.people import ASSISTANCE, ASSOCIATION, CITY, LATE_ELDERLY, SETTLED, TODAY, TURNED_75

from otonai.domain.contribution import is_unlikely_share, must_have_moved, possible_shares
from otonai.rules import shares_on

NOW = shares_on(TODAY)


@pytest.mark.shows("S-064")
@pytest.mark.parametrize(
    ("birth_date", "insurer", "shares"),
    [
        (date(2021, 5, 5), ASSOCIATION, {20}),
        (date(2019, 5, 5), ASSOCIATION, {30}),
        (date(1986, 4, 2), CITY, {30}),
        (date(1956, 7, 1), CITY, {20, 30}),
        (date(1956, 7, 31), CITY, {30}),
        (date(1951, 7, 1), LATE_ELDERLY, {10, 20, 30}),
        (date(1960, 1, 1), LATE_ELDERLY, {10, 20, 30}),  # with a recognised disability from 65 on
        (date(1953, 2, 2), ASSISTANCE, set()),
    ],
)
def test_the_possible_shares_of_a_day(birth_date: date, insurer: str, shares: set[int]) -> None:
    assert possible_shares(birth_date, insurer, TODAY, NOW) == shares


def test_twenty_percent_came_to_the_late_elderly_in_october_2022() -> None:
    for day, unlikely in ((date(2022, 9, 30), True), (date(2022, 10, 1), False)):
        assert is_unlikely_share(20, date(1937, 3, 3), LATE_ELDERLY, day, shares_on(day)) is unlikely


def test_nothing_known_is_nothing_unlikely() -> None:
    assert not is_unlikely_share(None, SETTLED.birth_date, LATE_ELDERLY, TODAY, NOW)
    assert not is_unlikely_share(70, None, LATE_ELDERLY, TODAY, NOW)
    assert not is_unlikely_share(70, date(1953, 2, 2), ASSISTANCE, TODAY, NOW)


def test_a_day_before_every_rule_has_none() -> None:
    with pytest.raises(LookupError):
        shares_on(date(2014, 3, 31))


@pytest.mark.parametrize(
    ("insurer", "day", "moved"),
    [
        (ASSOCIATION, date(2026, 6, 30), False),
        (ASSOCIATION, date(2026, 7, 1), True),
        (CITY, date(2026, 7, 1), True),
        (LATE_ELDERLY, date(2026, 7, 1), False),
        (ASSISTANCE, date(2026, 7, 1), False),
        (None, date(2026, 7, 1), False),
    ],
)
def test_at_75_another_scheme_is_a_sign_of_an_old_card(insurer: str | None, day: date, moved: bool) -> None:
    assert TURNED_75.birth_date is not None
    assert must_have_moved(TURNED_75.birth_date, insurer, day) is moved
