"""A card read at the office: its chart is found; link, 確認日, consents and place on the board need no click.

Runs inside step 3's transaction, as `told_people` does for lists. Values of the chart stay as they are. A file of
another day, an older one of the same person, and one whose person is not certain write nothing but their event.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Session, col, select

from ..domain.attendance import Arrival
from ..domain.card_reading import CardOutcome, counts_today, judged_card, moved_consents, only_record
from ..domain.eligibility import EligibilityRecord, TerminalResult
from ..domain.match import LedgerIndex, Match, match
from ..domain.writing import number_writings
from ..store.audit import THE_RULES, write_event
from ..store.checks import FinishedCheck, write_checks
from ..store.consented import consents_of
from ..store.patients import ledger_for
from ..store.tables import Clinic, EligibilityCheck, TerminalMessage
from .attend import arrive

#: The kind of a check by card at the office; at home it is `myna_home_visit`.
CARD_CHECK = "myna"


def take_card(
    session: Session, message: TerminalMessage, told: TerminalResult, stamped_at: datetime | None, now: datetime
) -> CardOutcome:
    """Write what one reading changes, and its event. Safe to repeat."""
    clinic_id, message_id = message.clinic_id, message.id
    read_at = told.processed_at or stamped_at or message.received_at
    record, patient_id = only_record(told), None
    if not (counts_today(stamped_at or read_at, now) and counts_today(read_at, now)):
        outcome = CardOutcome.STALE
    elif record is None:
        outcome = CardOutcome.NOT_CONFIRMED
    else:
        found = _chart_of(session, clinic_id, record)
        patient_id = UUID(found.patient_id) if found.patient_id else None
        outcome = judged_card(
            found.outcome, read_at, _newest_card(session, clinic_id, patient_id),
            links_by_itself=session.get_one(Clinic, clinic_id).link_by_itself,
        )  # fmt: skip
        if outcome is CardOutcome.MATCHED and patient_id is not None:
            _write(session, clinic_id, message_id, patient_id, record, told, min(read_at, now), now)
            arrive(session, clinic_id, patient_id, Arrival.CARD, min(read_at, now), THE_RULES, now)
        elif outcome is CardOutcome.UNCERTAIN:
            patient_id = None
    write_event(
        session, clinic_id, now, action="card_read", actor=THE_RULES,
        outcome=outcome, patient_id=patient_id, subject=str(message_id),
    )  # fmt: skip
    return outcome


def _write(
    session: Session,
    clinic_id: UUID,
    message_id: UUID,
    patient_id: UUID,
    record: EligibilityRecord,
    told: TerminalResult,
    checked_at: datetime,
    now: datetime,
) -> None:
    (person,) = told.people
    standing = {consent.kind: consent for consent in consents_of(session, clinic_id, [patient_id])[patient_id]}
    check = FinishedCheck(
        patient_id=patient_id,
        record=replace(record, consents=moved_consents(record.consents, standing, now)),
        message_id=message_id,
        checked_at=checked_at,
        kind=CARD_CHECK,
        validity=person.validity.value if person.validity else None,
        validity_code=person.validity_code,
    )
    write_checks(session, clinic_id, [check], THE_RULES, now)


def _chart_of(session: Session, clinic_id: UUID, record: EligibilityRecord) -> Match:
    charts = ledger_for(
        session,
        clinic_id,
        [record.birth_date] if record.birth_date else [],
        [record.reference_number] if record.reference_number else [],
        number_writings(record.coverage.card_number),
    )
    return match(record, LedgerIndex(charts))


def _newest_card(session: Session, clinic_id: UUID, patient_id: UUID | None) -> datetime | None:
    return session.exec(
        select(func.max(col(EligibilityCheck.checked_at))).where(
            EligibilityCheck.clinic_id == clinic_id,
            EligibilityCheck.patient_id == patient_id,
            EligibilityCheck.kind == CARD_CHECK,
        )
    ).first()
