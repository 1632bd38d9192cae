"""Calendar of a Japanese clinic: business days in JST, eras, and the terminal's digit forms.

Instants are aware `datetime`s in UTC everywhere; this module is the only place that knows Japan's offset.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache

JST = timezone(timedelta(hours=9), "JST")

#: Digits with the spaces somebody may have put around them; what is longer is neither a day nor an instant.
_LONGEST_DIGITS = 64

#: Start of each era, newest first (明治 counts from 1873, when the Gregorian calendar came in).
ERAS: tuple[tuple[date, str], ...] = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1873, 1, 1), "明治"),
)


def business_day(at: datetime) -> date:
    """The calendar day in Japan at this instant."""
    return at.astimezone(JST).date()


def end_of_business_day(at: datetime) -> datetime:
    """The first instant (UTC) of the following day in Japan."""
    return datetime.combine(business_day(at) + timedelta(days=1), time.min, tzinfo=JST).astimezone(UTC)


def era_text(day: date) -> str:
    """`昭和12年3月3日（1937）`; before 1873 the plain Gregorian date."""
    for start, name in ERAS:
        if day >= start:
            year = day.year - start.year + 1
            if name == "明治":
                year = day.year - 1867
            return f"{name}{'元' if year == 1 else year}年{day.month}月{day.day}日（{day.year}）"
    return f"{day.year}年{day.month}月{day.day}日"


def parse_terminal_date(text: str | None) -> date | None:
    """`YYYYMMDD` to a date; None for empty, `99999999` (no end) and days that do not exist.

    The raw text stays in the archived message, so nothing is lost when a day is not a day.
    """
    return _day(text) if text and len(text) <= _LONGEST_DIGITS else None


def parse_terminal_time(text: str | None) -> datetime | None:
    """`YYYYMMDDHHmmss` in JST (oqs-interface 3.3) to an instant in UTC; None when it is not one."""
    return _instant(text) if text and len(text) <= _LONGEST_DIGITS else None


# A list repeats few days and instants over many people.
@lru_cache(maxsize=2048)
def _day(text: str) -> date | None:
    digits = text.strip()
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


@lru_cache(maxsize=2048)
def _instant(text: str) -> datetime | None:
    digits = text.strip()
    if len(digits) != 14 or not digits.isascii() or not digits.isdigit():
        return None
    year = int(digits[:4])
    if year <= 1:  # its first hours have no instant in UTC, and no clinic has them either
        return None
    try:
        return datetime(
            year, int(digits[4:6]), int(digits[6:8]), int(digits[8:10]), int(digits[10:12]), int(digits[12:]),
            tzinfo=JST,
        ).astimezone(UTC)  # fmt: skip
    except (ValueError, OverflowError):
        return None


def terminal_date(day: date) -> str:
    """A date as the terminal writes it."""
    return day.isoformat().replace("-", "")


def age_on(birth_date: date, day: date) -> int:
    """Completed years of life."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))
