"""Which day an insurance ends and the next begins: 切替日 and the place of a new period (S-110…S-113, S-118).

Pure calendar. Does not decide which of two insurances is right. An insurance ends on the day before the next begins
(registry-sync 8.4); one that ended earlier keeps its end, and the days between are named as a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .insurance import CoverageFacts

_DAY = timedelta(days=1)


class SwitchFit(StrEnum):
    """How a switch date lies to the insurance in force."""

    FIRST = "first"  # there is none, or an empty one (S-118)
    SEAMLESS = "seamless"  # it ended on the day before
    ENDS_OLD = "ends_old"  # it has no end or a later one: it ends on the day before
    GAP = "gap"  # it ended earlier: days without insurance remain
    SAME_DAY = "same_day"  # on its first day: it never was in force, and keeps its values
    TOO_EARLY = "too_early"  # before its first day: the new one is a past insurance


@dataclass(frozen=True, slots=True)
class Switch:
    """The judgement on one switch date. `old_until` is the new last day of the old insurance where it changes;
    `gap` are the first and last day without any."""

    fit: SwitchFit
    old_until: date | None = None
    gap: tuple[date, date] | None = None


def first_day_of(coverage: CoverageFacts) -> date | None:
    """Start of validity, else the day of qualification; None when neither is known."""
    return coverage.valid_from or coverage.qualified_on


def last_day_of(coverage: CoverageFacts) -> date | None:
    """End of validity, or the day before the loss if that is earlier; None for an open end (S-093)."""
    ends = [coverage.valid_until, coverage.lost_on - _DAY if coverage.lost_on else None]
    return min((end for end in ends if end is not None), default=None)


def judge_switch(old: CoverageFacts | None, day: date) -> Switch:
    """What happens to the insurance in force when another begins on a day."""
    if old is None or is_empty(old):
        return Switch(SwitchFit.FIRST)
    begins, ends = first_day_of(old), last_day_of(old)
    if begins is not None and day <= begins:
        return Switch(SwitchFit.SAME_DAY if day == begins else SwitchFit.TOO_EARLY)
    if ends is None or ends >= day:
        return Switch(SwitchFit.ENDS_OLD, old_until=day - _DAY)
    if ends == day - _DAY:
        return Switch(SwitchFit.SEAMLESS)
    return Switch(SwitchFit.GAP, gap=(ends + _DAY, day - _DAY))


def is_empty(coverage: CoverageFacts) -> bool:
    """Whether an insurance says nothing about a card: the blank that a forgotten certificate leaves (S-118, S-119)."""
    return not coverage.insurer_number and not coverage.card_number


def place_of(coverages: tuple[CoverageFacts, ...], begins: date) -> int:
    """Where an insurance that begins on a day stands in a list that is newest first. 0 is in force.

    One whose first day nobody knows was there before what is added now.
    """
    for place, own in enumerate(coverages):
        started = first_day_of(own)
        if started is None or started <= begins:
            return place
    return len(coverages)
