"""The monthly confirmation of one patient: done, changed, under way, due, or why not. Reads facts, asks nobody.

Sources: requirements S-102, S-114, S-115, S-117, S-133…S-139; home-visit-workflow A5; ui mock-up 11.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from .dates import business_day
from .inquiry import InquiryState, MayAsk
from .inquiry_outcome import InquiryOutcome
from .insurance import Validity


class MonthState(StrEnum):
    """Where one patient stands in a month."""

    DONE = "done"
    CHANGED = "changed"  # confirmed, and the insurance or other values changed in the ledger
    NEEDS_PERSON = "needs_person"
    ASKED = "asked"
    PLANNED = "planned"
    DUE = "due"
    NOT_POSSIBLE = "not_possible"


class MonthReason(StrEnum):
    """What a person has to look at. Words of `InquiryOutcome` and `MayAsk` stand beside these."""

    DIFFERENCES = "differences"
    OTHER_PERSON = "other_person"


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """One patient's month: the newest check and inquiry in it, what waits for a decision, and whether one may ask.

    `waiting_differences`: another insurance or a doubtful person; what only fills a gap is no reason to wait.
    """

    validity: Validity | None = None
    checked_at: datetime | None = None
    inquiry: InquiryState | None = None
    outcome: InquiryOutcome | None = None
    answered_at: datetime | None = None
    other_person: bool = False
    waiting_differences: bool = False
    changed: bool = False
    may: MayAsk = MayAsk.YES


@dataclass(frozen=True, slots=True)
class MonthView:
    """State and the word of its reason; no reason needed where everything is well."""

    state: MonthState
    reason: str | None = None


_GOOD = frozenset({Validity.VALID, Validity.VALID_UNREGISTERED})


def month_view(facts: MonthFacts) -> MonthView:
    """What under way or wrong goes before what was well: only exceptions need a person."""
    if facts.inquiry is InquiryState.ASKED:
        return MonthView(MonthState.ASKED)
    if facts.inquiry is InquiryState.PLANNED:
        return MonthView(MonthState.PLANNED)
    newest_is_inquiry = (
        facts.answered_at is not None and facts.outcome is not None and not _later(facts.checked_at, facts.answered_at)
    )
    if newest_is_inquiry and facts.outcome is not None:
        if not facts.outcome.is_good:
            return MonthView(MonthState.NEEDS_PERSON, facts.outcome.value)
        if facts.other_person:
            return MonthView(MonthState.NEEDS_PERSON, MonthReason.OTHER_PERSON.value)
    if facts.waiting_differences:
        return MonthView(MonthState.NEEDS_PERSON, MonthReason.DIFFERENCES.value)
    if facts.checked_at is not None:
        if facts.validity is not None and facts.validity not in _GOOD:
            return MonthView(MonthState.NEEDS_PERSON, facts.validity.value)
        return MonthView(MonthState.CHANGED if facts.changed else MonthState.DONE)
    if facts.may is MayAsk.YES:
        return MonthView(MonthState.DUE)
    return MonthView(MonthState.NOT_POSSIBLE, facts.may.value)


def past_mark(validities: Iterable[Validity | None], *, changed: bool) -> MonthState | None:
    """An earlier month in one sign: None when nothing was checked in it."""
    told = list(validities)
    if not told:
        return None
    if told[-1] is not None and told[-1] not in _GOOD:
        return MonthState.NEEDS_PERSON
    return MonthState.CHANGED if changed else MonthState.DONE


def month_of(at: datetime) -> date:
    """The first day of the month in Japan."""
    return business_day(at).replace(day=1)


def month_after(month: date, count: int = 1) -> date:
    """The first day of a month `count` months later, or earlier."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def _later(one: datetime | None, other: datetime) -> bool:
    return one is not None and one > other
