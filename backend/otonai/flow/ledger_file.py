"""The ledger out of a file and into one: a clinic's first day and its last, and everything about one person.

Taking in never changes a chart that is there: new ones are made, equal ones are left, different ones are told and left.
So the same file may be sent again after anything, and nothing is doubled or overwritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, LargeBinary, Table
from sqlmodel import Session, SQLModel, col, select

from ..domain.care_insurance import CareInsuranceFacts
from ..domain.dates import business_day
from ..domain.insurance import CoverageFacts
from ..domain.ledger_file import FileChart, RowOutcome, outcome_for, read_ledger, rows_of
from ..domain.public_expense import PublicExpenseFacts
from ..domain.table_file import BadCell
from ..store.audit import Actor, write_event
from ..store.consented import want_match_again
from ..store.ids import new_id
from ..store.off_card import care_insurances_of, insert_off_card, public_expenses_of
from ..store.patients import charts_of, create_patient, get_patient
from ..store.session import writing
from ..store.tables import Coverage, Patient

#: Charts made in one transaction: others at the office write in between.
AT_ONCE = 100
#: How many charts one question names.
IDS_AT_ONCE = 500
#: What the center answered about drugs and checkups is not the clinic's to hand on, and leaves by its own deadline.
NOT_OURS = {"medical_document"}


@dataclass(slots=True)
class Report:
    """What a file holds, and after taking it in: what became of it. `differs` names rows of the file."""

    new: int = 0
    same: int = 0
    differs: list[int] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)
    taken: int = 0


def look_at_file(session: Session, clinic_id: UUID, text: str, now: datetime) -> Report:
    """What would become of the file; nothing is written. Raises Invalid(ledger_file_unreadable)."""
    report, _ = _judged(session, clinic_id, text, business_day(now))
    return report


def take_file(engine: Engine, clinic_id: UUID, text: str, actor: Actor, now: datetime) -> Report:
    """Make the charts that are not there yet, in transactions of its own. Raises Invalid(ledger_file_unreadable)."""
    with writing(engine, clinic_id) as session:
        report, fresh = _judged(session, clinic_id, text, business_day(now))
    for start in range(0, len(fresh), AT_ONCE):
        with writing(engine, clinic_id) as session:
            for chart in fresh[start : start + AT_ONCE]:
                report.taken += _make(session, clinic_id, chart, actor, now)
    with writing(engine, clinic_id) as session:
        want_match_again(session, clinic_id)
        write_event(
            session, clinic_id, now, action="ledger_imported", actor=actor, outcome=f"rows={report.taken}"
        )  # fmt: skip
    return report


def ledger_rows(session: Session, clinic_id: UUID) -> Iterator[list[object]]:
    """Every chart with every insurance, 公費 and 介護保険, by chart number."""
    rows = session.exec(
        select(Patient)
        .where(Patient.clinic_id == clinic_id, col(Patient.withdrawn).is_(False))
        .order_by(col(Patient.chart_number), col(Patient.id))
    ).all()
    ids = [row.id for row in rows]
    held, public, care = charts_of(session, clinic_id, ids), *_off_card(session, clinic_id, ids)
    for row in rows:
        yield from rows_of(row.model_dump(), held[row.id].coverages, public[row.id], care[row.id])


def everything_about(session: Session, clinic_id: UUID, patient_id: UUID) -> dict[str, Any]:
    """Every row of every table that speaks of this person, table by table. Raises NotFound.

    By construction complete: a table that is added later is in it when it names the patient. Without what the center
    answered about drugs and checkups (`NOT_OURS`), and without sealed or binary columns.
    """
    patient = get_patient(session, clinic_id, patient_id)
    found: dict[str, Any] = {"patient": patient.model_dump(mode="json")}
    for table in SQLModel.metadata.sorted_tables:
        if "patient_id" in table.c and "clinic_id" in table.c and table.name not in NOT_OURS:
            found[table.name] = _rows_about(session, table, clinic_id, patient_id)
    return found


def _rows_about(session: Session, table: Table, clinic_id: UUID, patient_id: UUID) -> list[dict[str, Any]]:
    columns = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
    rows = session.execute(
        select(*columns).where(table.c.clinic_id == clinic_id, table.c.patient_id == patient_id)
    ).mappings()
    return [{name: _plain(value) for name, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _judged(session: Session, clinic_id: UUID, text: str, today: date) -> tuple[Report, Sequence[FileChart]]:
    read = read_ledger(text, today)
    report, fresh = Report(bad=read.bad), list[FileChart]()
    known = _known(session, clinic_id)
    ids = [row.id for row in known.values()]
    held, public, care = charts_of(session, clinic_id, ids), *_off_card(session, clinic_id, ids)
    for chart in read.charts:
        row = known.get(chart.chart_number)
        kept = (held[row.id].coverages, public[row.id], care[row.id]) if row else ((), (), ())
        match outcome_for(chart, row.model_dump() if row else None, *kept):
            case RowOutcome.NEW:
                report.new += 1
                fresh.append(chart)
            case RowOutcome.SAME:
                report.same += 1
            case _:
                report.differs.append(chart.row)
    return report, fresh


def _off_card(
    session: Session, clinic_id: UUID, ids: list[UUID]
) -> tuple[dict[UUID, list[PublicExpenseFacts]], dict[UUID, list[CareInsuranceFacts]]]:
    public, care = dict[UUID, list[PublicExpenseFacts]](), dict[UUID, list[CareInsuranceFacts]]()
    for start in range(0, len(ids), IDS_AT_ONCE):
        some = ids[start : start + IDS_AT_ONCE]
        public |= {each: list(kept.values()) for each, kept in public_expenses_of(session, clinic_id, some).items()}
        care |= {each: list(kept.values()) for each, kept in care_insurances_of(session, clinic_id, some).items()}
    return public, care


def _known(session: Session, clinic_id: UUID) -> dict[str, Patient]:
    rows = session.exec(
        select(Patient).where(Patient.clinic_id == clinic_id, col(Patient.chart_number).is_not(None))
    ).all()
    return {str(row.chart_number): row for row in rows}


def _make(session: Session, clinic_id: UUID, chart: FileChart, actor: Actor, now: datetime) -> int:
    """1 if it was made; 0 if somebody made a chart of this number meanwhile."""
    taken = select(Patient.id).where(Patient.clinic_id == clinic_id, Patient.chart_number == chart.chart_number)
    if session.exec(taken).first() is not None:
        return 0
    first, *former = chart.coverages or (None,)
    patient = create_patient(
        session, clinic_id, chart.values, first, kind="registered", actor=actor, source=("file", None), now=now
    )
    for position, facts in enumerate(former, start=1):
        session.add(_former(clinic_id, patient.id, position, facts))
    certificates: list[PublicExpenseFacts | CareInsuranceFacts] = [*chart.public_expenses, *chart.care_insurances]
    for certificate in certificates:
        insert_off_card(session, clinic_id, patient.id, certificate)
    return 1


def _former(clinic_id: UUID, patient_id: UUID, position: int, facts: CoverageFacts | None) -> Coverage:
    assert facts is not None
    return Coverage.model_validate(
        asdict(facts) | {"clinic_id": clinic_id, "id": new_id(), "patient_id": patient_id, "position": position}
    )
