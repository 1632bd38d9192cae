"""The audit trail: append-only and hash-chained, one event per disclosure, change, sign-in and denied try.

An event is written in the transaction of what it tells about, so neither exists without the other. It holds ids
and words, never names or numbers. The chain: hash = SHA-256 over the previous hash and the event's own fields.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from .tables import AuditEvent, ClinicClock

_EVENTS = AuditEvent.metadata.tables["audit_event"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: staff, a tablet opened by staff, a bridge, or the server's own rules."""

    kind: str
    id: UUID | None = None
    device_id: UUID | None = None


THE_RULES = Actor("rule")


@dataclass(frozen=True, slots=True)
class Told:
    """What one event says beside who did it and when."""

    action: str
    outcome: str = "done"
    patient_id: UUID | None = None
    subject: str | None = None
    device_time: datetime | None = None


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
) -> int:
    """Append one event; returns its number. Takes the clinic's lock until the end of the transaction."""
    return write_events(session, clinic_id, at, actor, (Told(action, outcome, patient_id, subject, device_time),))


def write_events(session: Session, clinic_id: UUID, at: datetime, actor: Actor, told: Iterable[Told]) -> int:
    """Append what one actor did at one moment, in this order; returns the newest number. Locks like `write_event`."""
    session.flush()
    last, newest = session.execute(
        select(ClinicClock.audit_sequence, ClinicClock.audit_hash)
        .where(ClinicClock.clinic_id == clinic_id)
        .with_for_update()
    ).one()
    rows: list[dict[str, Any]] = []
    for sequence, each in enumerate(told, last + 1):
        row = {
            "clinic_id": clinic_id,
            "sequence": sequence,
            "at": at,
            "action": each.action,
            "outcome": each.outcome,
            "actor_kind": actor.kind,
            "actor_id": actor.id,
            "device_id": actor.device_id,
            "patient_id": each.patient_id,
            "subject": each.subject,
            "device_time": each.device_time,
            "previous_hash": newest,
        }
        row["hash"] = newest = _link(row)
        rows.append(row)
    number = int(last) + len(rows)
    if rows:
        session.execute(insert(_EVENTS), rows)
        session.execute(
            update(ClinicClock)
            .where(col(ClinicClock.clinic_id) == clinic_id)
            .values(audit_sequence=number, audit_hash=newest)
        )
    return number


def event_hash(event: AuditEvent) -> str:
    """The link of the chain for one event."""
    return _link({name: getattr(event, name) for name in _CHAINED})


_CHAINED = (
    "previous_hash", "clinic_id", "sequence", "at", "action", "outcome", "actor_kind", "actor_id", "device_id",
    "patient_id", "subject", "device_time",
)  # fmt: skip


def _link(row: Mapping[str, Any]) -> str:
    fields = [
        row["previous_hash"],
        str(row["clinic_id"]),
        row["sequence"],
        _instant(row["at"]),
        row["action"],
        row["outcome"],
        row["actor_kind"],
        _text(row["actor_id"]),
        _text(row["device_id"]),
        _text(row["patient_id"]),
        row["subject"],
        _instant(row["device_time"]) if row["device_time"] else None,
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
