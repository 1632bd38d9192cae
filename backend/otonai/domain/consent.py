"""Consent: who was invited, what was agreed to, how long it holds, and what may be asked for.

Sources: oqs-interface 7 and 12 (OQSCD016); home-visit-workflow A2, A6; requirements S-026, S-027, S-032, S-042.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from .errors import Invalid


class ConsentKind(StrEnum):
    """The items a patient agrees to, each on its own."""

    LIMIT = "limit"
    SPECIFIC_DISEASE = "specific_disease"
    CHECKUP = "checkup"
    DRUG = "drug"
    DIAGNOSIS = "diagnosis"
    OPERATION = "operation"


class ConsentFlag(StrEnum):
    """同意区分 (OQSCD016)."""

    NONE = "none"
    GIVEN = "given"
    EXPIRED = "expired"
    UNOBTAINABLE = "unobtainable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Consent:
    """One item's answer. `available_until` None with `given` means: no fixed end while care continues (A-15)."""

    kind: ConsentKind
    flag: ConsentFlag
    consented_at: datetime | None = None
    available_until: datetime | None = None


class ConsentState(StrEnum):
    """Whether one kind of information may be asked for or shown now."""

    OPEN = "open"
    NO_CONSENT = "no_consent"
    EXPIRED = "expired"


def consent_state(consent: Consent | None, now: datetime) -> ConsentState:
    """Decides from flag and deadline alone; the deadline itself is already closed (24:00:00 is over)."""
    if consent is None or consent.flag in (ConsentFlag.NONE, ConsentFlag.UNOBTAINABLE, ConsentFlag.UNKNOWN):
        return ConsentState.NO_CONSENT
    if consent.flag is ConsentFlag.EXPIRED:
        return ConsentState.EXPIRED
    if consent.available_until is not None and now >= consent.available_until:
        return ConsentState.EXPIRED
    return ConsentState.OPEN


class ReportedOutcome(StrEnum):
    """What the visiting staff saw at the bedside; the authoritative answer comes with the result (S-006)."""

    COMPLETED = "completed"
    PARTIAL = "partial"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def promises_a_result(self) -> bool:
        """Whether the center should now hold something to fetch."""
        return self in (ReportedOutcome.COMPLETED, ReportedOutcome.PARTIAL)


@dataclass(frozen=True, slots=True)
class ConsentInvitation:
    """Step 1 of the flow: one patient was handed the clinic's official page at one visit."""

    clinic_id: str
    visit_id: str
    opened_at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class ConsentPeriod:
    """確認期間: the days of consent that a 情報申請 asks for, both included (S-042)."""

    first: date
    last: date


#: Convention A-07 of oqs-interface 16; the real maximum is not public.
LONGEST_PERIOD = timedelta(days=31)


def checked_period(first: date, last: date, today: date) -> ConsentPeriod:
    """The period, or Invalid with the code that names what is wrong with it."""
    if first > last:
        raise Invalid("the first day lies after the last", code="period_reversed")
    if last > today:
        raise Invalid("the last day lies in the future", code="period_in_future")
    if last - first >= LONGEST_PERIOD:
        raise Invalid("more than 31 days", code="period_too_long")
    return ConsentPeriod(first, last)
