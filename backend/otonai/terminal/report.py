"""What `otonai terminal read` prints about one file: plain JSON values in a fixed order.

Personal data is shown on purpose. Shapes: `direction` is `request` or `response`. `validity` is the word that holds for
every person of the file, `mixed` where they differ, null where none is stated. A consent is `{kind, flag, consented_at,
available_until}` with instants in Japan's time. `unsafe_fields` is sorted. `reason` is null for facts read.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ..domain.consent import Consent
from ..domain.dates import JST
from ..domain.eligibility import EligibilityRecord, TerminalResult
from ..domain.medical import MedicalResult, MedicalSubject
from .outcome import Outcome, Reason
from .result import ReadOutcome


def report(file: str, found: ReadOutcome) -> dict[str, Any]:
    """One line's content for a file that was looked at."""
    told, asked = found.message, found.question
    reason = None if asked is not None and found.reason is Reason.REQUEST_COPY else found.reason
    result = told if isinstance(told, TerminalResult) else None
    records: Iterable[dict[str, Any]] = ()
    unknown: tuple[str, ...] = ()
    if asked is not None:
        records, unknown = map(_record, asked.records), asked.unknown_elements
    elif result is not None:
        people = result.people if reason is None else ()
        records, unknown = (_record(each) for person in people for each in person.records), result.unknown_elements
    elif isinstance(told, MedicalResult):
        records, unknown = (_subject(told.subject) if reason is None else ()), told.unknown_elements
    return _line(
        file,
        family=found.name.family if found.name else None,
        direction={"req": "request", "res": "response"}[found.name.direction] if found.name else None,
        outcome=found.outcome,
        reason=reason,
        reception_number=asked.reception_number if asked else (result.reception_number if result else None),
        validity=_validity(result) if result else None,
        records=list(records),
        unknown_elements=list(unknown),
    )


def unreadable(file: str) -> dict[str, Any]:
    """One line's content for what is no file or cannot be opened."""
    return _line(file, outcome=Outcome.QUARANTINED, reason=Reason.UNREADABLE_FILE)


def _line(
    file: str,
    *,
    outcome: Outcome,
    reason: Reason | None,
    family: str | None = None,
    direction: str | None = None,
    reception_number: str | None = None,
    validity: str | None = None,
    records: list[dict[str, Any]] | None = None,
    unknown_elements: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "file": file,
        "family": family,
        "direction": direction,
        "outcome": outcome.value,
        "reason": reason.value if reason else None,
        "reception_number": reception_number,
        "validity": validity,
        "records": records or [],
        "unknown_elements": unknown_elements or [],
    }


def _validity(result: TerminalResult) -> str | None:
    words = {person.validity.value for person in result.people if person.validity is not None}
    return "mixed" if len(words) > 1 else next(iter(words), None)


def _record(record: EligibilityRecord) -> dict[str, Any]:
    card = record.coverage
    return {
        "name": record.name,
        "name_kana": record.name_kana,
        "birth_date": record.birth_date.isoformat() if record.birth_date else None,
        "sex": record.sex.value if record.sex else None,
        "insurer_number": card.insurer_number,
        "card_symbol": card.card_symbol,
        "card_number": card.card_number,
        "branch_number": card.branch_number,
        "reference_number": record.reference_number,
        "consents": [_consent(each) for each in record.consents],
        "unsafe_fields": sorted(record.unsafe_fields),
    }


def _subject(subject: MedicalSubject) -> list[dict[str, Any]]:
    """The person a drug or checkup file is about; the file names no insurance."""
    if subject.name is None and subject.name_kana is None:
        return []
    person = EligibilityRecord(
        name=subject.name, name_kana=subject.name_kana, birth_date=subject.birth_date, sex=subject.sex
    )
    return [_record(person)]


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "kind": consent.kind.value,
        "flag": consent.flag.value,
        "consented_at": _in_japan(consent.consented_at),
        "available_until": _in_japan(consent.available_until),
    }


def _in_japan(at: datetime | None) -> str | None:
    return at.astimezone(JST).isoformat() if at else None
