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
from sqlalchemy import select as sqlalchemy_select
from sqlmodel import Session, col, select

from .tables import AuditEvent, ClinicClock

_EVENTS = AuditEvent.metadata.tables["audit_event"]
#: Rows that a check holds in memory.
_AT_ONCE = 1000


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


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a trail stood at a moment: kept outside the database, it gives away a trail that was rewritten whole."""

    clinic_id: UUID
    sequence: int
    hash: str


def anchor_of(session: Session, clinic_id: UUID) -> Anchor:
    """The newest event of a clinic, as it is now."""
    clock = session.get_one(ClinicClock, clinic_id)
    return Anchor(clinic_id, clock.audit_sequence, clock.audit_hash)


def first_bad_event(session: Session, clinic_id: UUID, anchors: Iterable[Anchor] = ()) -> int | None:
    """The sequence of the first event that does not fit the chain or an anchor, or None when all of it holds.

    Whoever rewrites everything from one event on, and the clinic's clock with it, leaves a chain that holds; only an
    anchor from outside shows it, at the first anchor whose event has another hash or is gone.
    """
    kept = {each.sequence: each.hash for each in anchors if each.clinic_id == clinic_id and each.sequence}
    previous, expected = "0" * 64, 1
    columns = [_EVENTS.c[name] for name in (*_CHAINED, "hash")]
    chain = sqlalchemy_select(*columns).where(_EVENTS.c.clinic_id == clinic_id).order_by(_EVENTS.c.sequence)
    rows = session.connection().execute(chain.execution_options(yield_per=_AT_ONCE))
    for event in (dict(zip(rows.keys(), row, strict=True)) for row in rows):
        fits = event["sequence"] == expected and event["previous_hash"] == previous and event["hash"] == _link(event)
        if not fits or kept.pop(expected, event["hash"]) != event["hash"]:
            return expected
        previous, expected = event["hash"], expected + 1
    clock = session.get_one(ClinicClock, clinic_id)
    whole = (clock.audit_sequence, clock.audit_hash) == (expected - 1, previous) and not kept
    return None if whole else expected


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
