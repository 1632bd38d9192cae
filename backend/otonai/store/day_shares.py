"""Rows of day shares and of what was packed. To delete a share's secret is to shred the pages of a tablet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select

from ..domain.day_share import DataClass, ShareEnd
from .ids import new_id
from .tables import DayShare, PackedDay


def share_of(
    session: Session, clinic_id: UUID, device_id: UUID, staff_id: UUID, day: date, data_class: DataClass
) -> DayShare | None:
    """This person's share on this tablet, ended or not; held until the end of the transaction."""
    return session.exec(
        select(DayShare)
        .where(
            DayShare.clinic_id == clinic_id,
            DayShare.device_id == device_id,
            DayShare.staff_id == staff_id,
            DayShare.day == day,
            DayShare.data_class == data_class.value,
        )
        .with_for_update()
    ).first()


def end_shares(
    session: Session,
    clinic_id: UUID,
    why: ShareEnd,
    now: datetime,
    *,
    device_id: UUID | None = None,
    staff_id: UUID | None = None,
    data_class: DataClass | None = None,
    over: bool = False,
) -> int:
    """Delete the secrets of all shares that fit; `over`: only those whose end has come. Says how many went."""
    session.flush()
    fitting = update(DayShare).where(col(DayShare.clinic_id) == clinic_id, col(DayShare.ended_at).is_(None))
    if device_id is not None:
        fitting = fitting.where(col(DayShare.device_id) == device_id)
    if staff_id is not None:
        fitting = fitting.where(col(DayShare.staff_id) == staff_id)
    if data_class is not None:
        fitting = fitting.where(col(DayShare.data_class) == data_class.value)
    if over:
        fitting = fitting.where(col(DayShare.not_after) <= now)
    done: CursorResult[tuple[()]] = session.execute(  # type: ignore[assignment]
        fitting.values(secret=None, ended_at=now, ended_because=why.value)
    )
    return done.rowcount


def shares_on(session: Session, clinic_id: UUID, device_id: UUID) -> list[DayShare]:
    """Every share that a tablet ever got, newest first."""
    return list(
        session.exec(
            select(DayShare)
            .where(DayShare.clinic_id == clinic_id, DayShare.device_id == device_id)
            .order_by(col(DayShare.made_at).desc(), col(DayShare.id).desc())
        )
    )


def note_packed(
    session: Session,
    clinic_id: UUID,
    device_id: UUID,
    staff_id: UUID,
    day: date,
    now: datetime,
    *,
    patients: Iterable[UUID] = (),
    medical: Iterable[UUID] = (),
) -> None:
    """Add to what a tablet carries of a day. What left it meanwhile stays written: it was there."""
    row = session.exec(
        select(PackedDay)
        .where(
            PackedDay.clinic_id == clinic_id,
            PackedDay.device_id == device_id,
            PackedDay.staff_id == staff_id,
            PackedDay.day == day,
        )
        .with_for_update()
    ).first() or PackedDay(
        clinic_id=clinic_id, id=new_id(), device_id=device_id, staff_id=staff_id, day=day, packed_at=now
    )
    row.patients = sorted({*row.patients, *map(str, patients)})
    row.medical = sorted({*row.medical, *map(str, medical)})
    row.packed_at = now
    session.add(row)


def packed_on(session: Session, clinic_id: UUID, device_id: UUID) -> list[PackedDay]:
    """Every day that a tablet carried, newest first."""
    return list(
        session.exec(
            select(PackedDay)
            .where(PackedDay.clinic_id == clinic_id, PackedDay.device_id == device_id)
            .order_by(col(PackedDay.day).desc(), col(PackedDay.packed_at).desc())
        )
    )
