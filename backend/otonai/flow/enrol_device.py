"""A tablet or bridge becomes the clinic's: device authorization (RFC 8628), approval at the office, token pairs.

The protocol itself is Authlib's (`api/oauth.py`); here is what it stores. A device code is consumed in the
transaction that issues its tokens; a refresh token works once, and using a spent one ends the whole family.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.errors import NotFound
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.ids import new_id, token_hash
from ..store.tables import Device, DeviceGrant, DeviceToken

GRANT_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(minutes=30)
REFRESH_LIFE = timedelta(days=60)
#: How long a device may repeat a refresh whose answer it never received.
LOST_ANSWER = timedelta(seconds=60)
KINDS = {"otonai-tablet": "tablet", "otonai-bridge": "bridge"}


def start_grant(
    session: Session, *, device_code: str, user_code: str, kind: str, device_name: str, ownership: str, interval: int,
    now: datetime,
) -> None:  # fmt: skip
    """A device asks to be taken in; nobody knows yet by whom."""
    device_name = "".join(c for c in device_name if c.isprintable()).strip()
    session.add(
        DeviceGrant(
            id=new_id(),
            device_code_hash=token_hash(device_code),
            user_code=user_code,
            kind=kind,
            device_name=device_name[:60] or ("タブレット" if kind == "tablet" else "事務所のブリッジ"),
            ownership="byod" if ownership == "byod" else "clinic",
            created_at=now,
            expires_at=now + GRANT_LIFE,
            interval=interval,
        )
    )


def grant_by_code(session: Session, device_code: str) -> DeviceGrant | None:
    """The grant a polling device means."""
    return session.exec(
        select(DeviceGrant).where(DeviceGrant.device_code_hash == token_hash(device_code)).with_for_update()
    ).first()


def waiting_grant(session: Session, user_code: str, now: datetime) -> DeviceGrant:
    """The grant shown on a device's screen. Raises NotFound(grant_not_found)."""
    code = user_code.strip().upper()
    grant = session.exec(select(DeviceGrant).where(DeviceGrant.user_code == code)).first()
    if grant is None or grant.state != "pending" or now >= grant.expires_at:
        raise NotFound(code="grant_not_found")
    return grant


def approve(
    session: Session, clinic_id: UUID, grant: DeviceGrant, name: str | None, *, actor: Actor, now: datetime
) -> Device:
    """Take the device into this clinic under a name the office will recognise."""
    device = Device(
        clinic_id=clinic_id,
        id=new_id(),
        kind=grant.kind,
        name=name or grant.device_name,
        ownership=grant.ownership,
        enrolled_at=now,
        enrolled_by=actor.id,
    )
    session.add(device)
    session.flush()
    grant.state, grant.clinic_id, grant.device_id = "approved", clinic_id, device.id
    session.add(grant)
    write_event(
        session, clinic_id, now, action="device_enrolled", actor=actor, outcome=device.kind, subject=str(device.id)
    )
    note_change(session, clinic_id, "device", device.id)
    return device


def keep_tokens(
    session: Session, device: Device, *, access_token: str, refresh_token: str, family: UUID | None, now: datetime
) -> None:
    """Store a new pair as hashes."""
    session.add(
        DeviceToken(
            clinic_id=device.clinic_id,
            id=new_id(),
            device_id=device.id,
            family=family or new_id(),
            access_hash=token_hash(access_token),
            refresh_hash=token_hash(refresh_token),
            issued_at=now,
            access_expires_at=now + ACCESS_LIFE,
            refresh_expires_at=now + REFRESH_LIFE,
        )
    )


def refreshable(session: Session, refresh_token: str, now: datetime) -> DeviceToken | None:
    """The pair a refresh token belongs to, if it may be used; a spent one ends its family (RFC 9700).

    Except when the answer got lost on the way: within a minute, and while nobody used the successor, the device may
    ask once more. The successor that nobody received is revoked then; should it come after all, two hold copies, and
    the family ends.
    """
    row = session.exec(
        select(DeviceToken).where(DeviceToken.refresh_hash == token_hash(refresh_token)).with_for_update()
    ).first()
    if row is None or now >= row.refresh_expires_at:
        return None
    if row.revoked_at is not None:
        if _has_live_pair(session, row):
            revoke_family(session, row, now, outcome="refresh_token_reused")
        return None
    if row.spent_at is not None and not _answer_was_lost(session, row, now):
        revoke_family(session, row, now, outcome="refresh_token_reused")
        return None
    device = session.get(Device, (row.clinic_id, row.device_id))
    return row if device is not None and device.state == "active" else None


def _answer_was_lost(session: Session, row: DeviceToken, now: datetime) -> bool:
    if row.spent_at is None or now - row.spent_at > LOST_ANSWER:
        return False
    successors = session.exec(
        select(DeviceToken).where(
            DeviceToken.clinic_id == row.clinic_id,
            DeviceToken.family == row.family,
            DeviceToken.id > row.id,
        )
    ).all()
    if any(s.spent_at is not None or s.revoked_at is not None for s in successors):
        return False
    for successor in successors:
        successor.revoked_at = now
        session.add(successor)
    return True


def _has_live_pair(session: Session, row: DeviceToken) -> bool:
    return (
        session.exec(
            select(DeviceToken.id).where(
                DeviceToken.clinic_id == row.clinic_id,
                DeviceToken.family == row.family,
                col(DeviceToken.revoked_at).is_(None),
                col(DeviceToken.spent_at).is_(None),
            )
        ).first()
        is not None
    )


def revoke_family(session: Session, token: DeviceToken, now: datetime, *, outcome: str) -> None:
    """End every pair of one enrolment."""
    rows = session.exec(
        select(DeviceToken).where(
            DeviceToken.clinic_id == token.clinic_id,
            DeviceToken.family == token.family,
            col(DeviceToken.revoked_at).is_(None),
        )
    ).all()
    for row in rows:
        row.revoked_at = now
        session.add(row)
    write_event(
        session, token.clinic_id, now, action="tokens_revoked", actor=Actor("device", token.device_id), outcome=outcome,
        subject=str(token.device_id),
    )  # fmt: skip
