"""Rows of the 訪問オン資同意済一覧, the consents they bring, and the medical documents that follow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, update
from sqlmodel import Session, col, select

from ..domain.consent import Consent, ConsentFlag, ConsentKind
from ..domain.eligibility import EligibilityRecord
from ..domain.errors import NotFound
from ..domain.writing import kana_key
from .changes import changed_since, note_change
from .facts import from_json
from .tables import ConsentedPatient, MedicalDocument, PatientConsent


def get_consented(session: Session, clinic_id: UUID, consented_id: UUID) -> ConsentedPatient:
    """One row of this clinic's list, or NotFound."""
    found = session.get(ConsentedPatient, (clinic_id, consented_id))
    if found is None:
        raise NotFound()
    return found


def record_of(row: ConsentedPatient) -> EligibilityRecord:
    """What was delivered, as the value rules read."""
    return from_json(EligibilityRecord, row.record)


def want_match_again(session: Session, clinic_id: UUID) -> None:
    """The ledger changed: rows without a chart that no person decided are matched once more."""
    session.execute(
        update(ConsentedPatient)
        .where(
            col(ConsentedPatient.clinic_id) == clinic_id,
            col(ConsentedPatient.matched_by) == "rule",
            col(ConsentedPatient.state) != "confirmed",
        )
        .values(match_wanted=True)
    )


def save_consented(session: Session, row: ConsentedPatient) -> None:
    """Write a changed row, move its version on and announce it."""
    row.version += 1
    session.add(row)
    session.flush()
    note_change(session, row.clinic_id, "consented_patient", row.id)


def page_of_list(
    session: Session,
    clinic_id: UUID,
    *,
    states: Iterable[str] | None,
    include_imported: bool,
    query: str | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> tuple[list[ConsentedPatient], int]:
    """One page, newest confirmation first, and how many rows the filters leave."""
    conditions: list[ColumnElement[bool]] = [col(ConsentedPatient.clinic_id) == clinic_id, _in_list()]
    if states is not None:
        conditions.append(col(ConsentedPatient.state).in_(list(states)))
    if not include_imported:
        conditions.append(col(ConsentedPatient.state) != "confirmed")
    if query and kana_key(query):
        conditions.append(col(ConsentedPatient.name_kana_key).contains(kana_key(query), autoescape=True))
    total = session.exec(select(func.count()).select_from(ConsentedPatient).where(*conditions)).one()
    if after is not None:
        at, ident = after
        conditions.append(
            or_(
                col(ConsentedPatient.confirmed_at) < at,
                (col(ConsentedPatient.confirmed_at) == at) & (col(ConsentedPatient.id) > ident),
            )
        )
    rows = session.exec(
        select(ConsentedPatient)
        .where(*conditions)
        .order_by(col(ConsentedPatient.confirmed_at).desc(), col(ConsentedPatient.id))
        .limit(limit)
    ).all()
    return list(rows), int(total)


def changed_rows(
    session: Session, clinic_id: UUID, since: int, most: int
) -> tuple[list[ConsentedPatient], list[UUID]] | None:
    """Rows that changed after a number of the feed, or whose person's chart did, and ids that left the list.

    None when more than `most` records of the clinic changed: then the whole list is asked for anew.
    """
    changed = changed_since(session, clinic_id, since, most + 1)
    if len(changed) > most:
        return None
    named = {
        kind: {ident for _, entity, ident in changed if entity == kind} for kind in ("consented_patient", "patient")
    }
    rows = session.exec(
        select(ConsentedPatient)
        .where(
            ConsentedPatient.clinic_id == clinic_id,
            _in_list(),
            or_(
                col(ConsentedPatient.id).in_(named["consented_patient"]),
                col(ConsentedPatient.patient_id).in_(named["patient"]),
            ),
        )
        .order_by(col(ConsentedPatient.confirmed_at).desc(), col(ConsentedPatient.id))
    ).all()
    return list(rows), sorted(named["consented_patient"] - {row.id for row in rows})


def _in_list() -> ColumnElement[bool]:
    """What the list shows: whoever consented, and answers to inquiries about which somebody has or had to decide."""
    return or_(
        col(ConsentedPatient.route) == "home_visit",
        col(ConsentedPatient.state) != "confirmed",
        col(ConsentedPatient.decided_by).is_not(None),
    )


def certain_rows(session: Session, clinic_id: UUID) -> list[ConsentedPatient]:
    """Undecided rows that have a chart which needed no person to be known, newest confirmation first."""
    rows = session.exec(
        select(ConsentedPatient)
        .where(
            ConsentedPatient.clinic_id == clinic_id,
            ConsentedPatient.state != "confirmed",
            col(ConsentedPatient.patient_id).is_not(None),
            col(ConsentedPatient.match_outcome).in_(("linked", "matched")),
        )
        .order_by(col(ConsentedPatient.confirmed_at).desc(), col(ConsentedPatient.id))
    )
    return list(rows)


def counts_by_state(session: Session, clinic_id: UUID) -> dict[str, int]:
    """How many rows are in each state."""
    rows = session.execute(
        select(col(ConsentedPatient.state), func.count())
        .where(col(ConsentedPatient.clinic_id) == clinic_id, _in_list())
        .group_by(col(ConsentedPatient.state))
    ).all()
    return {str(state): int(count) for state, count in rows}


def consents_of(session: Session, clinic_id: UUID, patient_ids: Iterable[UUID]) -> dict[UUID, list[Consent]]:
    """The newest answers of several patients."""
    wanted = list(patient_ids)
    found: dict[UUID, list[Consent]] = {i: [] for i in wanted}
    rows = session.exec(
        select(PatientConsent)
        .where(PatientConsent.clinic_id == clinic_id, col(PatientConsent.patient_id).in_(wanted))
        .order_by(col(PatientConsent.kind))
    )
    for row in rows:
        found[row.patient_id].append(
            Consent(ConsentKind(row.kind), ConsentFlag(row.flag), row.consented_at, row.available_until)
        )
    return found


def restore_consents(session: Session, clinic_id: UUID, patient_id: UUID, before: Iterable[dict[str, Any]]) -> None:
    """Put the answers back as they stood before a link that was wrong."""
    rows = {
        r.kind: r
        for r in session.exec(
            select(PatientConsent).where(PatientConsent.clinic_id == clinic_id, PatientConsent.patient_id == patient_id)
        )
    }
    for old in before:
        row = rows.get(old["kind"])
        if row is None:
            continue
        if old["flag"] is None:
            session.delete(row)
            continue
        row.flag = old["flag"]
        row.consented_at = datetime.fromisoformat(old["consented_at"]) if old["consented_at"] else None
        row.available_until = datetime.fromisoformat(old["available_until"]) if old["available_until"] else None
        row.message_id = UUID(old["message_id"]) if old["message_id"] else None
        session.add(row)
    session.flush()


def documents_of(
    session: Session, clinic_id: UUID, patient_ids: Iterable[UUID]
) -> dict[tuple[UUID, str], MedicalDocument]:
    """Medical documents of several patients by (patient, kind)."""
    rows = session.exec(
        select(MedicalDocument).where(
            MedicalDocument.clinic_id == clinic_id, col(MedicalDocument.patient_id).in_(list(patient_ids))
        )
    )
    return {(row.patient_id, row.kind): row for row in rows}


def copy_failed(session: Session, clinic_id: UUID, job_id: UUID, reason: str | None) -> None:
    """The file that asked for a copy was not answered: the copy is named as failed, unless it came otherwise."""
    copy = session.exec(
        select(MedicalDocument).where(MedicalDocument.clinic_id == clinic_id, MedicalDocument.job_id == job_id)
    ).first()
    if copy is not None and copy.state == "waiting":
        copy.state, copy.reason = "failed", reason
        session.add(copy)


def drop_documents(session: Session, clinic_id: UUID, patient_id: UUID) -> None:
    """A link turned out wrong: what was fetched through it is taken away from the patient at once.

    The raw messages stay in the archive, under the job that asked for them.
    """
    for row in documents_of(session, clinic_id, [patient_id]).values():
        session.delete(row)
    session.flush()
