"""A lost tablet: whose data it carried, which halves of its keys were deleted when, and what it said at its end.

Facts for the report that the clinic owes (design 8). Stopping is `device_access.py`; nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, func, select

from ..domain.day_share import MedicalMode, ShareEnd
from ..domain.errors import Conflict
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.day_shares import packed_on, shares_on
from ..store.tables import Clinic, DayShare, Device, DeviceToken, Patient, Staff, SyncReceipt
from .sync_tablet import SealedEntry

#: The word under which entries wait that came from a tablet after its stop.
HELD = "held"


@dataclass(frozen=True, slots=True)
class CarriedDay:
    """One person's day on the tablet. `ended_at`: when the last half of its keys was deleted; None: it still opens."""

    day: date
    staff_name: str
    patients: list[UUID]
    medical: list[UUID]
    ended_at: datetime | None
    ended_because: ShareEnd | None


@dataclass(frozen=True, slots=True, repr=False)
class CarriedPerson:
    """A patient whose data were on it."""

    id: UUID
    chart_number: str | None
    name: str
    last_day: date
    medical: bool

    def __repr__(self) -> str:
        return f"CarriedPerson({self.id})"


@dataclass(frozen=True, slots=True)
class LossReport:
    """The facts."""

    medical_mode: MedicalMode
    tokens_ended: bool
    entries_held: int
    days: list[CarriedDay]
    patients: list[CarriedPerson]


def report_on(session: Session, device: Device) -> LossReport:
    """Everything that is known of one tablet, stopped or not."""
    shares = shares_on(session, device.clinic_id, device.id)
    names = dict(session.exec(select(Staff.id, Staff.name).where(Staff.clinic_id == device.clinic_id)).all())
    days = [
        CarriedDay(
            row.day,
            names[row.staff_id],
            [UUID(each) for each in row.patients],
            [UUID(each) for each in row.medical],
            *_end(s for s in shares if (s.day, s.staff_id) == (row.day, row.staff_id)),
        )
        for row in packed_on(session, device.clinic_id, device.id)
    ]
    living = select(func.count()).where(
        DeviceToken.clinic_id == device.clinic_id,
        DeviceToken.device_id == device.id,
        col(DeviceToken.revoked_at).is_(None),
    )
    held = select(func.count()).where(
        SyncReceipt.clinic_id == device.clinic_id, SyncReceipt.device_id == device.id, SyncReceipt.outcome == HELD
    )
    return LossReport(
        medical_mode=MedicalMode(session.get_one(Clinic, device.clinic_id).offline_medical),
        tokens_ended=session.exec(living).one() == 0,
        entries_held=session.exec(held).one(),
        days=days,
        patients=_people(session, device.clinic_id, days),
    )


def take_last_words(
    session: Session, device: Device, entries: Iterable[SealedEntry], wiped: Iterable[str], now: datetime
) -> int:
    """Keep what nobody received yet, still sealed, and note that the tablet emptied itself. Says how many were kept.

    The tablet is in unknown hands, so nothing of it enters a chart by itself (F23); the office opens it, or not.
    """
    kept = 0
    for entry in entries:
        if session.get(SyncReceipt, (device.clinic_id, entry.id)) is not None:
            continue
        session.add(
            SyncReceipt(
                clinic_id=device.clinic_id,
                id=entry.id,
                device_id=device.id,
                sequence=entry.sequence,
                outcome=HELD,
                code="device_stopped",
                box=entry.box,
                key_id=entry.key_id,
                received_at=now,
            )
        )
        kept += 1
    if device.state != "stopped":
        raise Conflict(code="changed_meanwhile")
    device.wiped_at, device.unsent = now, 0
    session.add(device)
    write_event(
        session, device.clinic_id, now, action="device_wiped", actor=Actor("tablet", device.id, device.id),
        outcome="+".join(sorted(wiped)) or "nothing", subject=str(device.id),
    )  # fmt: skip
    note_change(session, device.clinic_id, "device", device.id)
    return kept


def _end(shares: Iterable[DayShare]) -> tuple[datetime | None, ShareEnd | None]:
    """When the last of a day's shares was deleted, and why; None while one still stands."""
    rows = list(shares)
    ended = [(row.ended_at, row.ended_because) for row in rows if row.ended_at is not None and row.ended_because]
    if not rows or len(ended) < len(rows):
        return None, None
    at, why = max(ended)
    return at, ShareEnd(why)


def _people(session: Session, clinic_id: UUID, days: Iterable[CarriedDay]) -> list[CarriedPerson]:
    last: dict[UUID, date] = {}
    medical: set[UUID] = set()
    for carried in days:
        medical.update(carried.medical)
        for ident in (*carried.patients, *carried.medical):
            last[ident] = max(last.get(ident, carried.day), carried.day)
    rows = session.exec(
        select(Patient)
        .where(Patient.clinic_id == clinic_id, col(Patient.id).in_(list(last)))
        .order_by(col(Patient.kana_key), col(Patient.id))
    )
    return [CarriedPerson(row.id, row.chart_number, row.name, last[row.id], row.id in medical) for row in rows]
