"""People come into the house and move through it (院内患者, S-055): rows, their change and the audit event.

A card that was read at the office puts its person on the board without a click; whoever stands there already stays as
they are. Decides no access; what a move means is `domain/attendance.py`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.attendance import GONE, Arrival, AttendanceState, Place, Standing, moved
from ..domain.dates import business_day
from ..store.attendances import attendance_of, doctors_of, get_attendance, save_attendance
from ..store.audit import Actor, write_event
from ..store.ids import new_id
from ..store.patients import get_patient
from ..store.tables import Attendance


def arrive(
    session: Session,
    clinic_id: UUID,
    patient_id: UUID,
    arrival: Arrival,
    arrived_at: datetime,
    actor: Actor,
    now: datetime,
) -> Attendance:
    """Put a patient onto the board of the day on which they came; safe to repeat.

    Somebody whom the desk puts there after they had left waits again; a card read twice changes nothing. Raises
    NotFound for a patient of nobody here.
    """
    get_patient(session, clinic_id, patient_id)
    row = attendance_of(session, clinic_id, patient_id, business_day(arrived_at))
    if row is not None:
        if arrival is Arrival.DESK and AttendanceState(row.state) in GONE:
            again = Standing(AttendanceState.WAITING, Place.WAITING_ROOM, row.doctor_id, row.version)
            return move(session, clinic_id, row.id, again, actor, now)
        return row
    row = Attendance(
        clinic_id=clinic_id,
        id=new_id(),
        patient_id=patient_id,
        day=business_day(arrived_at),
        arrived_at=arrived_at,
        arrival=arrival.value,
        state=AttendanceState.WAITING.value,
        place=(Place.RECEPTION if arrival is Arrival.CARD else Place.WAITING_ROOM).value,
    )
    save_attendance(session, row)
    write_event(
        session, clinic_id, now, action="attendance_added", actor=actor, outcome=arrival.value,
        patient_id=patient_id, subject=str(row.id),
    )  # fmt: skip
    return row


def move(
    session: Session, clinic_id: UUID, attendance_id: UUID, wanted: Standing, actor: Actor, now: datetime
) -> Attendance:
    """Move one person; a repeated move is none. Raises what `moved` raises, and NotFound."""
    row = get_attendance(session, clinic_id, attendance_id)
    before = standing_of(row)
    after = moved(before, wanted, {each.id for each in doctors_of(session, clinic_id)})
    if after == before:
        return row
    row.state, row.place, row.doctor_id, row.version = (
        after.state.value,
        after.place.value,
        after.doctor_id,
        after.version,
    )
    save_attendance(session, row)
    write_event(
        session, clinic_id, now, action="attendance_moved", actor=actor,
        outcome=f"{before.state}/{before.place}>{after.state}/{after.place}",
        patient_id=row.patient_id, subject=str(row.id),
    )  # fmt: skip
    return row


def standing_of(row: Attendance) -> Standing:
    """The row as a plain value."""
    return Standing(AttendanceState(row.state), Place(row.place), row.doctor_id, row.version)
