"""Ages at which the share to pay and the scheme change, each on its own kind of day.

By law a year of life is completed on the day *before* the birthday, so who is born on the first of a month completes
it in the month before. Sources: 健康保険法 §74, 高齢者の医療の確保に関する法律 §50; S-064, S-071, registry-sync 8.3.
"""

from __future__ import annotations

from datetime import date, timedelta


def birthday(birth_date: date, age: int) -> date:
    """The day on which somebody turns this age; 1 March for 29 February in a year without it."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


def late_elderly_from(birth_date: date) -> date:
    """First day of 後期高齢者医療 by age: the 75th birthday itself."""
    return birthday(birth_date, 75)


def elderly_share_from(birth_date: date) -> date:
    """First day of the share from 70 on (高齢受給者): the month after the one in which 70 years are completed."""
    completed = birthday(birth_date, 70) - timedelta(days=1)
    return date(completed.year + completed.month // 12, completed.month % 12 + 1, 1)


def is_70_or_older(birth_date: date, on: date) -> bool:
    """Whether the rules from 70 on hold on a day."""
    return on >= elderly_share_from(birth_date)


def preschool_until(birth_date: date) -> date:
    """Last day of 未就学: the first 31 March on or after the day on which six years are completed."""
    completed = birthday(birth_date, 6) - timedelta(days=1)
    end = date(completed.year, 3, 31)
    return end if completed <= end else date(completed.year + 1, 3, 31)
