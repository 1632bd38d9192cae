"""Where information was wanted and none came: refused, failed at the bedside, or asked for and not there.

The add-on is judged by use; what could not be used is told with its reason (home-visit-workflow A9, A11). Decides
nothing about consent: that is the center's word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from .consent import ReportedOutcome


class Unobtained(StrEnum):
    """Why there was nothing to read."""

    REFUSED = "refused"
    FAILED = "failed"
    NO_INFORMATION = "no_information"


@dataclass(frozen=True, slots=True)
class UnobtainedRecord:
    """One day and one person. `reason` is what was told at the bedside, `kind` what was asked for and not there."""

    day: date
    patient_id: UUID
    what: Unobtained
    reason: str | None = None
    kind: str | None = None


def of_visit(day: date, patient_id: UUID, outcome: str | None, reason: str | None) -> UnobtainedRecord | None:
    """What a visit's last word about the consent says; None where it worked or nobody said anything."""
    match outcome:
        case ReportedOutcome.REFUSED.value:
            return UnobtainedRecord(day, patient_id, Unobtained.REFUSED, reason)
        case ReportedOutcome.FAILED.value:
            return UnobtainedRecord(day, patient_id, Unobtained.FAILED, reason)
        case _:
            return None


def in_order(records: Iterable[UnobtainedRecord]) -> list[UnobtainedRecord]:
    """Oldest first; what was asked for again on one day is one record."""
    return sorted(set(records), key=lambda r: (r.day, str(r.patient_id), r.what, r.kind or "", r.reason or ""))
