"""The audit trail: append-only and hash-chained, one event per disclosure, change, sign-in and denied try.

An event is written in the transaction of what it tells about, so neither exists without the other. It holds ids
and words, never names or numbers. The chain: hash = SHA-256 over the previous hash and the event's own fields.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from .tables import AuditEvent, ClinicClock


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: staff, a tablet opened by staff, a bridge, or the server's own rules."""

    kind: str
    id: UUID | None = None
    device_id: UUID | None = None


THE_RULES = Actor("rule")


def write_event(
    session: Session,
    clinic_id: UUID,
    at: datetime,
    *,
    action: str,
    actor: Actor,
    outcome: str = "done",
    patient_id: UUID | None = None,
    subject: str | None = None,
    device_time: datetime | None = None,
) -> AuditEvent:
    """Append one event. Takes the clinic's lock until the end of the transaction."""
    clock = session.exec(
        select(ClinicClock)
        .where(ClinicClock.clinic_id == clinic_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    clock.audit_sequence += 1
    event = AuditEvent(
        clinic_id=clinic_id,
        sequence=clock.audit_sequence,
        at=at,
        action=action,
        outcome=outcome,
        actor_kind=actor.kind,
        actor_id=actor.id,
        device_id=actor.device_id,
        patient_id=patient_id,
        subject=subject,
        device_time=device_time,
        previous_hash=clock.audit_hash,
        hash="",
    )
    event.hash = event_hash(event)
    clock.audit_hash = event.hash
    session.add(event)
    session.add(clock)
    session.flush()
    return event


def event_hash(event: AuditEvent) -> str:
    """The link of the chain for one event."""
    fields = [
        event.previous_hash,
        str(event.clinic_id),
        event.sequence,
        _instant(event.at),
        event.action,
        event.outcome,
        event.actor_kind,
        _text(event.actor_id),
        _text(event.device_id),
        _text(event.patient_id),
        event.subject,
        _instant(event.device_time) if event.device_time else None,
    ]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def first_bad_event(session: Session, clinic_id: UUID) -> int | None:
    """The sequence of the first event that does not fit the chain, or None when all of it holds."""
    previous, expected = "0" * 64, 1
    events = session.exec(
        select(AuditEvent).where(AuditEvent.clinic_id == clinic_id).order_by(col(AuditEvent.sequence))
    )
    for event in events:
        if event.sequence != expected or event.previous_hash != previous or event.hash != event_hash(event):
            return expected
        previous, expected = event.hash, expected + 1
    clock = session.get_one(ClinicClock, clinic_id)
    return expected if (clock.audit_sequence, clock.audit_hash) != (expected - 1, previous) else None


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
