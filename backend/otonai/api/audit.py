"""`/api/audit-events`: what happened, for the administrator, on the screen and as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from flask import Response, current_app

from ..domain.access import Caller, Role
from ..domain.dates import JST
from ..store.audit import write_event
from ..store.audit_reading import Choice, Named, count_events, every_event, names_of, page_of_events
from ..store.tables import AuditEvent, ClinicClock
from .access import access, caller, now, session
from .csv_file import as_file
from .cursor import number, pack, unpack
from .models.audit import AuditAnchorOut, AuditEventOut, AuditListOut, AuditQuery
from .resource import Resource

blp = Resource("audit-events", "/api/audit-events", about="The audit trail")

COLUMNS = ("番号", "日時", "端末の時刻", "操作", "結果", "立場", "操作した人", "端末", "患者", "対象", "ハッシュ")


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN], discloses=True)
@blp.takes(AuditQuery, location="query")
@blp.gives(200, AuditListOut)
def events(query: AuditQuery) -> AuditListOut:
    """Newest first, with the names of today. Looking at the trail is itself written into it."""
    tx, who = session(), caller()
    after = unpack(query.cursor, number)
    chosen = _choice(query)
    total = count_events(tx, who.clinic_id, chosen)
    rows = page_of_events(tx, who.clinic_id, chosen, before=after[0] if after else None, limit=query.limit)
    named = names_of(tx, who.clinic_id, rows)
    clock = tx.get_one(ClinicClock, who.clinic_id)
    anchor = AuditAnchorOut(sequence=clock.audit_sequence, hash=clock.audit_hash)
    write_event(tx, who.clinic_id, now(), action="audit_viewed", actor=who.actor, outcome=f"rows={len(rows)}")
    return AuditListOut(
        items=[_told(row, named) for row in rows],
        next_cursor=pack(rows[-1].sequence) if len(rows) == query.limit else None,
        total=total,
        anchor=anchor,
    )


@blp.get("/export")
@access(Caller.STAFF, roles=[Role.ADMIN], discloses=True)
@blp.takes(AuditQuery, location="query")
@blp.gives_file("text/csv")
def export(query: AuditQuery) -> Response:
    """The same choice as CSV, however long it is; the export is the newest event and not part of the file."""
    tx, who = session(), caller()
    chosen = _choice(query)
    rows = count_events(tx, who.clinic_id, chosen)
    this = write_event(tx, who.clinic_id, now(), action="audit_exported", actor=who.actor, outcome=f"rows={rows}")
    engine = current_app.extensions["otonai"].engine
    found = every_event(engine, who.clinic_id, chosen, before=this)
    return as_file(f"audit-{now().astimezone(JST):%Y%m%d-%H%M}.csv", COLUMNS, _rows(found))


def _choice(query: AuditQuery) -> Choice:
    return Choice(query.since, query.until, query.staff_id, query.patient_id, query.action, query.outcome)


def _rows(found: Iterator[tuple[AuditEvent, Named]]) -> Iterator[tuple[object, ...]]:
    for event, named in found:
        told = _told(event, named)
        yield (
            told.sequence, _local(told.at), _local(told.device_time), told.action, told.outcome, told.actor_kind,
            told.actor_name, told.device_name, told.patient_name, told.subject, event.hash,
        )  # fmt: skip


def _told(event: AuditEvent, named: Named) -> AuditEventOut:
    actor = event.actor_id
    return AuditEventOut(
        sequence=event.sequence,
        at=event.at,
        device_time=event.device_time,
        action=event.action,
        outcome=event.outcome,
        actor_kind=event.actor_kind,
        actor_id=actor,
        actor_name=(named.staff.get(actor) or named.devices.get(actor)) if actor else None,
        device_id=event.device_id,
        device_name=named.devices.get(event.device_id) if event.device_id else None,
        patient_id=event.patient_id,
        patient_name=named.patients.get(event.patient_id) if event.patient_id else None,
        subject=event.subject,
    )


def _local(at: datetime | None) -> str:
    return at.astimezone(JST).isoformat(" ", "seconds") if at else ""
