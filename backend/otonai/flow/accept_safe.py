"""Step 6 for many rows at once: one look at what would be written, one yes, one act for each person.

Every row is an act of its own in the history, undone like any other (S-123). What moved on since the person looked is
named and left as it is; the others go through. Accepts nothing that a rule would not call safe at this very moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.comparison import Difference, compare
from ..domain.errors import Conflict, NotFound
from ..domain.insurance import Validity
from ..domain.ledger import suggested_act
from ..domain.match import MatchOutcome
from ..domain.patient import LedgerPatient
from ..domain.safe_row import Acceptance, Hold, SafeAct, safe_act
from ..store.audit import Actor
from ..store.consented import certain_rows, get_consented, record_of
from ..store.patients import charts_of, get_patient, load_ledger_patient
from ..store.tables import ConsentedPatient
from .update_ledger import apply_act


@dataclass(frozen=True, slots=True, repr=False)
class SafeRow:
    """A row to accept, its chart, and the differences that accepting it writes."""

    row: ConsentedPatient
    chart: LedgerPatient
    writes: tuple[Difference, ...]

    def __repr__(self) -> str:
        return f"SafeRow({self.row.id}, fields={len(self.writes)})"


@dataclass(frozen=True, slots=True)
class Looked:
    """A row as the person saw it: on which version of the row, and of the chart."""

    consented_id: UUID
    version: int
    base_version: int


def safe_rows(session: Session, clinic_id: UUID) -> list[SafeRow]:
    """Every undecided row that may be accepted with others, newest confirmation first."""
    rows = certain_rows(session, clinic_id)
    charts = charts_of(session, clinic_id, {row.patient_id for row in rows if row.patient_id is not None})
    found = list[SafeRow]()
    for row in rows:
        if row.patient_id is None:
            continue
        chart = charts[row.patient_id]
        differences, act = _judged(row, chart)
        if isinstance(act, SafeAct):
            found.append(SafeRow(row, chart, tuple(d for d in differences if d.field in act.fields)))
    return found


def accept(
    session: Session, clinic_id: UUID, looked: Sequence[Looked], actor: Actor, now: datetime
) -> dict[UUID, Acceptance]:
    """Carry out the rows as they were looked at; one word for each, in their order."""
    return {one.consented_id: _accept(session, clinic_id, one, actor, now) for one in looked}


def _accept(session: Session, clinic_id: UUID, looked: Looked, actor: Actor, now: datetime) -> Acceptance:
    try:
        row = get_consented(session, clinic_id, looked.consented_id)
    except NotFound:
        return Acceptance.NOT_FOUND
    if row.state == "confirmed":
        return Acceptance.ALREADY_DECIDED
    if row.version != looked.version or row.patient_id is None:
        return Acceptance.CHANGED_MEANWHILE
    if get_patient(session, clinic_id, row.patient_id).version != looked.base_version:
        return Acceptance.CHANGED_MEANWHILE
    _, act = _judged(row, load_ledger_patient(session, clinic_id, row.patient_id))
    if not isinstance(act, SafeAct):
        return Acceptance.NOT_SAFE
    try:
        with session.begin_nested():
            apply_act(
                session, row, row.patient_id, act.act, fields=act.fields, switch_date=None,
                base_version=looked.base_version, actor=actor, now=now,
            )  # fmt: skip
    except Conflict:
        return Acceptance.CHANGED_MEANWHILE
    return Acceptance.ACCEPTED


def _judged(row: ConsentedPatient, chart: LedgerPatient) -> tuple[tuple[Difference, ...], SafeAct | Hold]:
    differences = compare(chart, record_of(row))
    validity = Validity(row.validity) if row.validity else None
    return differences, safe_act(
        MatchOutcome(row.match_outcome), validity, differences, suggested_act(chart, differences)
    )
