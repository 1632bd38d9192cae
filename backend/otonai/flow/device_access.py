"""A device's call: which device holds a token, who has it open, and that each proof is good once.

Reads and remembers; whether a proof fits is decided by `domain/device_proof.py`. Every function but `holder_of`,
which finds out the clinic, works inside one clinic.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from ..domain.access import IDLE_LIMIT, Role
from ..domain.day_share import ShareEnd
from ..domain.device_proof import SignedProof
from ..domain.devices import DeviceKind, StopReason
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.day_shares import end_shares
from ..store.ids import token_hash
from ..store.session import enter_by
from ..store.tables import Device, DeviceToken, Staff, TabletPerson, Unlock, UsedProof
from ..store.walls import WayIn

#: How often a use is written down.
TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Holder:
    """The device an access token was issued to. `thumbprint` None: taken in before devices had keys."""

    clinic_id: UUID
    device_id: UUID
    kind: DeviceKind
    active: bool
    pair_id: UUID
    pair_used: bool
    ended: bool
    thumbprint: str | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenedBy:
    """A named person who has a tablet open."""

    unlock_id: UUID
    staff_id: UUID
    role: Role
    last_used_at: datetime


def holder_of(session: Session, access_token: str, now: datetime) -> Holder | None:
    """The device a token belongs to, whatever has become of both; None for a token that nobody issued. Only reads."""
    if enter_by(session, WayIn.ACCESS_TOKEN, token_hash(access_token)) is None:
        return None
    row = session.exec(select(DeviceToken).where(DeviceToken.access_hash == token_hash(access_token))).first()
    if row is None:
        return None
    device = session.get_one(Device, (row.clinic_id, row.device_id))
    return Holder(
        clinic_id=device.clinic_id,
        device_id=device.id,
        kind=DeviceKind(device.kind),
        active=device.state == "active",
        pair_id=row.id,
        pair_used=row.used_at is not None,
        ended=row.revoked_at is not None or now >= row.access_expires_at,
        thumbprint=device.key_thumbprint,
        last_seen_at=device.last_seen_at,
    )


def opened_by(session: Session, holder: Holder, unlock_token: str, now: datetime) -> OpenedBy | None:
    """Who has this tablet open; None when it is locked, idle, or the unlock is another tablet's. Only reads."""
    row = session.exec(
        select(Unlock).where(
            Unlock.clinic_id == holder.clinic_id,
            Unlock.device_id == holder.device_id,
            Unlock.token_hash == token_hash(unlock_token),
        )
    ).first()
    if row is None or row.ended_at is not None or now - row.last_used_at >= IDLE_LIMIT:
        return None
    staff = session.get(Staff, (row.clinic_id, row.staff_id))
    if staff is None or not staff.active:
        return None
    return OpenedBy(row.id, staff.id, Role(staff.role), row.last_used_at)


def note_use(
    session: Session, holder: Holder, opened: OpenedBy | None, proof: SignedProof, *, forget_at: datetime, now: datetime
) -> bool:
    """Remember the proof and, now and then, that device and unlock are in use. False: the proof was used before."""
    if not use_once(session, holder.clinic_id, holder.device_id, proof, forget_at):
        return False
    if not holder.pair_used:
        pair = session.get_one(DeviceToken, (holder.clinic_id, holder.pair_id))
        pair.used_at = pair.used_at or now
        session.add(pair)
        if pair.spent_at is None:  # otherwise its own successor may be on its way to the device
            end_unheard(session, pair, now)
    if holder.last_seen_at is None or now - holder.last_seen_at >= TOUCH_EVERY:
        device = session.get_one(Device, (holder.clinic_id, holder.device_id))
        device.last_seen_at = now
        session.add(device)
        old = (col(UsedProof.clinic_id) == holder.clinic_id, col(UsedProof.forget_at) <= now)
        session.execute(delete(UsedProof).where(*old))
    if opened is not None and now - opened.last_used_at >= TOUCH_EVERY:
        unlock = session.get_one(Unlock, (holder.clinic_id, opened.unlock_id))
        unlock.last_used_at = now
        session.add(unlock)
    return True


def end_unheard(session: Session, chosen: DeviceToken, now: datetime) -> None:
    """The device has shown which pair it holds: unused others are answers that got lost."""
    others = session.exec(
        select(DeviceToken).where(
            DeviceToken.clinic_id == chosen.clinic_id,
            DeviceToken.family == chosen.family,
            DeviceToken.id != chosen.id,
            col(DeviceToken.used_at).is_(None),
            col(DeviceToken.spent_at).is_(None),
            col(DeviceToken.revoked_at).is_(None),
        )
    )
    for pair in others:
        pair.revoked_at = now
        session.add(pair)


def use_once(session: Session, clinic_id: UUID, device_id: UUID, proof: SignedProof, forget_at: datetime) -> bool:
    """Remember a proof; False when it was seen before.

    Two processes that get the same proof at once meet at the primary key, and the later one fails with the
    database's own error: its caller's transaction is lost, and with it the request.
    """
    digest = hashlib.sha256(f"{proof.thumbprint}.{proof.unique}".encode()).digest()
    ident = UUID(bytes=digest[:16])
    if session.get(UsedProof, (clinic_id, ident)) is not None:
        return False
    session.add(UsedProof(clinic_id=clinic_id, id=ident, device_id=device_id, forget_at=forget_at))
    session.flush()
    return True


def stop_device(
    session: Session, device: Device, actor: Actor, now: datetime, why: StopReason = StopReason.RETIRED
) -> None:
    """Stop a device at once: its tokens, unlocks and day shares end in this transaction, and its open streams with it.

    Entries it sealed stay readable.
    """
    device.state, device.stopped_at, device.stopped_because = "stopped", now, why.value
    session.add(device)
    end_tokens(session, device, now)
    end_shares(session, device.clinic_id, ShareEnd.DEVICE_STOPPED, now, device_id=device.id)
    write_event(
        session, device.clinic_id, now, action="device_stopped", actor=actor,
        outcome=why.value, subject=str(device.id),
    )  # fmt: skip
    note_change(session, device.clinic_id, "device", device.id)


def end_tokens(session: Session, device: Device, now: datetime) -> None:
    """End every pair of tokens and every unlock of a device."""
    mine = (DeviceToken.clinic_id == device.clinic_id, DeviceToken.device_id == device.id)
    for token in session.exec(select(DeviceToken).where(*mine)):
        token.revoked_at = token.revoked_at or now
        session.add(token)
    opened = (Unlock.clinic_id == device.clinic_id, Unlock.device_id == device.id)
    for unlock in session.exec(select(Unlock).where(*opened)):
        unlock.ended_at = unlock.ended_at or now
        session.add(unlock)


def forgive_tries(session: Session, device: Device) -> None:
    """The office has the device in its hands: nobody is locked out of it by what somebody typed before."""
    mine = (TabletPerson.clinic_id == device.clinic_id, TabletPerson.device_id == device.id)
    for person in session.exec(select(TabletPerson).where(*mine)):
        person.wrong_in_row, person.locked_until = 0, None
        session.add(person)
