"""The calendar: business days in Japan, eras, and the digit forms of the terminal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.dates import (
    age_on,
    business_day,
    end_of_business_day,
    era_text,
    parse_terminal_date,
    parse_terminal_time,
    terminal_date,
)

instants = st.integers(-(2**31), 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, tz=UTC))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2019, 5, 1), "令和元年5月1日（2019）"),
        (date(2019, 4, 30), "平成31年4月30日（2019）"),
        (date(1989, 1, 8), "平成元年1月8日（1989）"),
        (date(1989, 1, 7), "昭和64年1月7日（1989）"),
        (date(1937, 3, 3), "昭和12年3月3日（1937）"),
        (date(1926, 12, 25), "昭和元年12月25日（1926）"),
        (date(1926, 12, 24), "大正15年12月24日（1926）"),
        (date(1912, 7, 29), "明治45年7月29日（1912）"),
        (date(1873, 1, 1), "明治6年1月1日（1873）"),
        (date(1872, 12, 31), "1872年12月31日"),
    ],
)
def test_an_era_begins_and_ends_on_its_very_day(day: date, text: str) -> None:
    assert era_text(day) == text


@given(st.dates())
def test_a_date_survives_the_way_to_the_terminal_and_back(day: date) -> None:
    assert len(terminal_date(day)) == 8
    assert parse_terminal_date(terminal_date(day)) == day


@pytest.mark.parametrize(
    "text", [None, "", "  ", "99999999", "20260230", "2026-07-14", "２０２６０７１４", "0", "00000000"]
)
def test_what_is_no_day_is_none_and_never_an_error(text: str | None) -> None:
    assert parse_terminal_date(text) is None


def test_a_terminal_time_is_japans_time() -> None:
    assert parse_terminal_time("20260714140000") == datetime(2026, 7, 14, 5, 0, tzinfo=UTC)
    assert parse_terminal_time("20260714083000") == datetime(2026, 7, 13, 23, 30, tzinfo=UTC)


@given(st.text(alphabet="0123456789", min_size=14, max_size=14))
def test_fourteen_digits_are_an_instant_or_none(digits: str) -> None:
    at = parse_terminal_time(digits)
    assert at is None or at.strftime("%M%S") == digits[10:]


@pytest.mark.parametrize("text", [None, "", "20260714", "20260714250000", "20260230000000", "00010101000000"])
def test_what_is_no_instant_is_none(text: str | None) -> None:
    assert parse_terminal_time(text) is None


@given(instants)
def test_the_business_day_ends_less_than_a_day_ahead_at_midnight_in_japan(at: datetime) -> None:
    end = end_of_business_day(at)
    assert timedelta(0) < end - at <= timedelta(days=1)
    assert business_day(end) == business_day(at) + timedelta(days=1)
    assert business_day(end - timedelta(microseconds=1)) == business_day(at)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(1951, 7, 1), date(2026, 6, 30), 74),
        (date(1951, 7, 1), date(2026, 7, 1), 75),
        (date(2024, 2, 29), date(2025, 2, 28), 0),
        (date(2024, 2, 29), date(2025, 3, 1), 1),
    ],
)
def test_age_counts_completed_years(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age
