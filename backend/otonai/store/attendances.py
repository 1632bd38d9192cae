"""Rows of the house board: who is in the house on a day. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.access import Role
from ..domain.errors import NotFound
from .changes import note_change
from .tables import Attendance, Staff


def attendances_on(session: Session, clinic_id: UUID, day: date) -> Sequence[Attendance]:
    """Everybody who came on a day, first come first."""
    return session.exec(
        select(Attendance)
        .where(Attendance.clinic_id == clinic_id, Attendance.day == day)
        .order_by(col(Attendance.arrived_at), col(Attendance.id))
    ).all()


def get_attendance(session: Session, clinic_id: UUID, attendance_id: UUID) -> Attendance:
    """One row, locked until the transaction ends, or NotFound."""
    found = session.exec(
        select(Attendance).where(Attendance.clinic_id == clinic_id, Attendance.id == attendance_id).with_for_update()
    ).first()
    if found is None:
        raise NotFound()
    return found


def attendance_of(session: Session, clinic_id: UUID, patient_id: UUID, day: date) -> Attendance | None:
    """Where one person stands on a day."""
    return session.exec(
        select(Attendance).where(
            Attendance.clinic_id == clinic_id, Attendance.patient_id == patient_id, Attendance.day == day
        )
    ).first()


def save_attendance(session: Session, row: Attendance) -> None:
    """Write it, and tell who listens."""
    session.add(row)
    session.flush()
    note_change(session, row.clinic_id, "attendance", row.id)


def doctors_of(session: Session, clinic_id: UUID) -> Sequence[Staff]:
    """Who works here as a doctor now, by name."""
    return session.exec(
        select(Staff)
        .where(Staff.clinic_id == clinic_id, Staff.role == Role.DOCTOR.value, col(Staff.active))
        .order_by(Staff.name)
    ).all()
