"""The house board as the models that go out. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.attendance import Arrival, AttendanceState, Place, waited_minutes
from ..domain.dates import age_on, business_day
from ..domain.insurance import Validity
from ..store.patients import coverages_of
from ..store.tables import Attendance, Patient
from ..store.visits import visits_on
from .models.board import AttendanceOut


def board_out(session: Session, clinic_id: UUID, rows: Sequence[Attendance], now: datetime) -> list[AttendanceOut]:
    """The rows with their people, in the order given."""
    if not rows:
        return []
    ids = {row.patient_id for row in rows}
    patients = {
        p.id: p for p in session.exec(select(Patient).where(Patient.clinic_id == clinic_id, col(Patient.id).in_(ids)))
    }
    coverages = coverages_of(session, clinic_id, list(ids))
    planned = {visit.patient_id: visit.planned_at for visit in visits_on(session, clinic_id, rows[0].day)}
    shown = []
    for row in rows:
        patient, state = patients[row.patient_id], AttendanceState(row.state)
        insurances = coverages[row.patient_id]
        shown.append(
            AttendanceOut(
                id=row.id,
                patient_id=row.patient_id,
                patient_name=patient.name,
                patient_name_kana=patient.name_kana,
                chart_number=patient.chart_number,
                age=age_on(patient.birth_date, business_day(now)),
                arrived_at=row.arrived_at,
                arrival=Arrival(row.arrival),
                waited_minutes=waited_minutes(row.arrived_at, state, now),
                appointed_at=planned.get(row.patient_id),
                state=state,
                place=Place(row.place),
                doctor_id=row.doctor_id,
                validity=Validity(patient.last_validity) if patient.last_validity else None,
                checked_at=patient.last_checked_at,
                check_kind=patient.last_check_kind,
                insurer_number=insurances[0].insurer_number if insurances else None,
                version=row.version,
            )
        )
    return shown
