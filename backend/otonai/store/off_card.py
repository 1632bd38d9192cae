"""公費 and 介護保険 of charts: rows ↔ the values that rules read, and versioned writing.

An act here is one `ledger_change` like every other on the chart, and is undone by `patients.undo_change`. Nothing else
writes these tables: neither a check nor an act of the comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.care_insurance import CareInsuranceFacts, CareLevel
from ..domain.public_expense import PublicExpenseFacts
from .audit import Actor
from .ids import new_id
from .patients import Snapshot, note_act
from .tables import CareInsurance, LedgerChange, Patient, PublicExpense

Facts = PublicExpenseFacts | CareInsuranceFacts


def public_expenses_of(
    session: Session, clinic_id: UUID, patient_ids: Iterable[UUID]
) -> dict[UUID, dict[UUID, PublicExpenseFacts]]:
    """By chart and id: 公費１ first, of each the newest first. Withdrawn ones (undone) are left out."""
    wanted = list(patient_ids)
    found: dict[UUID, dict[UUID, PublicExpenseFacts]] = {each: {} for each in wanted}
    rows = session.exec(
        select(PublicExpense)
        .where(
            PublicExpense.clinic_id == clinic_id,
            col(PublicExpense.patient_id).in_(wanted),
            col(PublicExpense.withdrawn).is_(False),
        )
        .order_by(col(PublicExpense.priority), col(PublicExpense.valid_from).desc(), col(PublicExpense.id))
    )
    for row in rows:
        values = {each.name: getattr(row, each.name) for each in fields(PublicExpenseFacts)}
        found[row.patient_id][row.id] = PublicExpenseFacts(**values)
    return found


def care_insurances_of(
    session: Session, clinic_id: UUID, patient_ids: Iterable[UUID]
) -> dict[UUID, dict[UUID, CareInsuranceFacts]]:
    """By chart and id, the newest 認定 first. Withdrawn ones (undone) are left out."""
    wanted = list(patient_ids)
    found: dict[UUID, dict[UUID, CareInsuranceFacts]] = {each: {} for each in wanted}
    rows = session.exec(
        select(CareInsurance)
        .where(
            CareInsurance.clinic_id == clinic_id,
            col(CareInsurance.patient_id).in_(wanted),
            col(CareInsurance.withdrawn).is_(False),
        )
        .order_by(col(CareInsurance.valid_from).desc(), col(CareInsurance.id))
    )
    for row in rows:
        values = {each.name: getattr(row, each.name) for each in fields(CareInsuranceFacts)}
        level = CareLevel(row.care_level) if row.care_level else None
        found[row.patient_id][row.id] = CareInsuranceFacts(**values | {"care_level": level})
    return found


def insert_off_card(session: Session, clinic_id: UUID, patient_id: UUID, facts: Facts) -> UUID:
    """A new row; returns its id. Its place in the history is the caller's business."""
    table = PublicExpense if isinstance(facts, PublicExpenseFacts) else CareInsurance
    row = table(clinic_id=clinic_id, id=new_id(), patient_id=patient_id, **_values(facts))
    session.add(row)
    session.flush()
    return row.id


def apply_off_card(
    session: Session,
    patient: Patient,
    *,
    typed: Facts,
    which: UUID | None,
    ends: Mapping[UUID, date],
    actor: Actor,
    now: datetime,
) -> LedgerChange | None:
    """Write one act: correct the row `which`, or make a new one and end those in `ends`. None when nothing differs."""
    public = isinstance(typed, PublicExpenseFacts)
    table, group = (PublicExpense, "public_expense") if public else (CareInsurance, "care_insurance")
    writes: dict[UUID, dict[str, Any]] = {ident: {"valid_until": last} for ident, last in ends.items()}
    if which is not None:
        writes[which] = _values(typed)
    before: Snapshot = {"patient": {}, "coverage": {}, group: {}}
    after: Snapshot = {"patient": {}, "coverage": {}, group: {}}
    for ident, values in writes.items():
        row = session.get_one(table, (patient.clinic_id, ident))
        changed = {name: value for name, value in values.items() if value != getattr(row, name)}
        if not changed:
            continue
        before[group][str(ident)] = {name: getattr(row, name) for name in changed}
        after[group][str(ident)] = changed
        for name, value in changed.items():
            setattr(row, name, value)
        session.add(row)
    if which is None:
        made = str(insert_off_card(session, patient.clinic_id, patient.id, typed))
        before[group][made], after[group][made] = None, _values(typed)
    if not after[group]:
        return None
    return note_act(session, patient, f"{group}_typed", before, after, actor, ("person", actor.id), now)


def _values(facts: Facts) -> dict[str, Any]:
    """Plain values as the columns hold them."""
    return {name: getattr(value, "value", value) for name, value in asdict(facts).items()}
