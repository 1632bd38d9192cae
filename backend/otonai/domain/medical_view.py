"""What of a person's medical information exists for a reader now: consent and deadlines decide, each kind on its own.

Sources: medical-info 1.4, 2.6; home-visit-workflow A5, A6; requirements S-026, S-027. A closed kind is named with its
reason and nothing else: not how much there would be, not since when.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .consent import Consent, ConsentFlag, ConsentKind, ConsentState, consent_state
from .medical import TreatmentEvent, TreatmentKind
from .visit import VisitType

#: Kinds of medical information, in the order of the screens.
MEDICAL_KINDS = (ConsentKind.DRUG, ConsentKind.CHECKUP, ConsentKind.DIAGNOSIS, ConsentKind.OPERATION)
#: How long a consent serves where care does not continue and the result names no end (A6).
ONE_DAY = timedelta(hours=24)

_KIND_OF_TREATMENT = {
    TreatmentKind.DIAGNOSIS: ConsentKind.DIAGNOSIS,
    TreatmentKind.OPERATION: ConsentKind.OPERATION,
}


class ClosedReason(StrEnum):
    """Why one kind is not there."""

    NO_CONSENT = "no_consent"
    EXPIRED = "expired"
    OTHER_PERSON = "other_person"
    UNKNOWN_SUBJECT = "unknown_subject"


@dataclass(frozen=True, slots=True)
class Closed:
    """One kind that is closed, and why."""

    kind: ConsentKind
    reason: ClosedReason


def until_of(consent: Consent, visit_type: VisitType) -> datetime | None:
    """When the right to look ends; None while care continues and the result names no end.

    往診 and outpatient consents hold 24 hours even where the result forgot to say so; 訪問診療 holds on (A5, A-15).
    """
    if consent.available_until is not None or visit_type.care_continues or consent.consented_at is None:
        return consent.available_until
    return consent.consented_at + ONE_DAY


def state_of(consents: Iterable[Consent], kind: ConsentKind, visit_type: VisitType, at: datetime) -> ConsentState:
    """Whether one kind may be read at an instant. A consent without any time, where care does not continue, is over."""
    consent = next((each for each in consents if each.kind is kind), None)
    state = consent_state(consent, at)
    if consent is None or state is not ConsentState.OPEN:
        return state
    until = until_of(consent, visit_type)
    if until is None:
        return ConsentState.OPEN if visit_type.care_continues else ConsentState.EXPIRED
    return ConsentState.OPEN if at < until else ConsentState.EXPIRED


def closed_kinds(
    consents: Sequence[Consent], kinds: Iterable[ConsentKind], visit_type: VisitType, at: datetime
) -> tuple[Closed, ...]:
    """Those of the kinds that may not be read, each with its reason."""
    return tuple(
        Closed(kind, ClosedReason(state.value))
        for kind in kinds
        if (state := state_of(consents, kind, visit_type, at)) is not ConsentState.OPEN
    )


def readable_treatments(
    treatments: Iterable[TreatmentEvent], closed: Iterable[Closed]
) -> tuple[tuple[TreatmentEvent, ...], int]:
    """The rows whose own consent is open, newest first, and how many were hidden: an anomaly to log, never to show."""
    shut = {each.kind for each in closed}
    rows = list(treatments)
    open_rows = [row for row in rows if _KIND_OF_TREATMENT[row.kind] not in shut]
    open_rows.sort(key=lambda row: (row.treated_on is None, row.treated_on and -row.treated_on.toordinal(), row.name))
    return tuple(open_rows), len(rows) - len(open_rows)


def given(consents: Iterable[Consent]) -> tuple[ConsentKind, ...]:
    """The medical kinds somebody agreed to, whatever became of it."""
    flags = {each.kind: each.flag for each in consents}
    return tuple(kind for kind in MEDICAL_KINDS if flags.get(kind) is ConsentFlag.GIVEN)
