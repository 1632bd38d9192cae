"""`/api/sync`: the day for one tablet, changes since a cursor, sealed entries."""

from __future__ import annotations

from uuid import UUID

from flask import current_app
from sqlmodel import col, select

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.dates import business_day, end_of_business_day
from ..domain.errors import Conflict, OtonaiError
from ..flow import advance_soon
from ..flow.invite_consent import consent_link
from ..flow.sync_tablet import SealedEntry, changes_for, scope_of, take_entry
from ..store.audit import write_event
from ..store.changes import current_sequence
from ..store.session import reading, writing
from ..store.tables import Clinic, Device, Patient, SyncReceipt, Visit
from . import cursor as cursors
from .access import access, caller, now, session, settings
from .models.care import (
    ChangesOut,
    ChangesQuery,
    EntriesIn,
    EntriesOut,
    EntryResultOut,
    ForgetOut,
    LinkOut,
    PackIn,
    PackOut,
    VisitOut,
)
from .models.ledger import PatientOut
from .present import patients_out, visits_out
from .resource import Resource

blp = Resource("sync", "/api/sync", about="What a tablet holds and sends")


@blp.post("/pack")
@access(Caller.BEDSIDE, roles=LEDGER_WORKERS)
@blp.takes(PackIn)
@blp.gives(200, PackOut)
def pack(body: PackIn) -> PackOut:
    """The day's visits and people. Drugs and checkups are not in it: they are fetched when somebody reads them."""
    tx, who = session(), caller()
    day = body.day or business_day(now())
    sequence = current_sequence(tx, who.clinic_id)
    scope = scope_of(tx, who.clinic_id, day)
    clinic = tx.get_one(Clinic, who.clinic_id)
    write_event(tx, who.clinic_id, now(), action="day_packed", actor=who.actor, outcome=f"visits={len(scope.visits)}")
    return PackOut(
        cursor=cursors.pack(sequence, day.isoformat()),
        day=day,
        server_time=now(),
        not_after=end_of_business_day(now()),
        carry_medical=clinic.carry_medical,
        visits=_visits(list(scope.visits.values())),
        patients=_patients(sorted(scope.patients)),
        link=_link(clinic),
    )


@blp.get("/changes")
@access(Caller.BEDSIDE, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(ChangesQuery, location="query")
@blp.gives(200, ChangesOut)
def changes(query: ChangesQuery) -> ChangesOut:
    """Rows as they are now, and rows that left what this tablet may hold."""
    tx, who = session(), caller()
    since, day = cursors.unpack(query.cursor, cursors.number, cursors.day) or (0, business_day(now()))
    found = changes_for(tx, who.clinic_id, day, since)
    visits = tx.exec(select(Visit).where(Visit.clinic_id == who.clinic_id, col(Visit.id).in_(found.visits))).all()
    if found.visits or found.patients:
        write_event(
            tx,
            who.clinic_id,
            now(),
            action="changes_pulled",
            actor=who.actor,
            outcome=f"patients={len(found.patients)}",
        )
    return ChangesOut(
        cursor=cursors.pack(found.sequence, day.isoformat()),
        visits=_visits(list(visits)),
        patients=_patients(found.patients),
        forget=[ForgetOut(kind=kind, id=ident) for kind, ident in found.forget],
        more=found.more,
    )


@blp.post("/entries")
@access(Caller.TABLET, Caller.BEDSIDE, own_transaction=True)
@blp.takes(EntriesIn)
@blp.gives(200, EntriesOut)
def entries(body: EntriesIn) -> EntriesOut:
    """Sealed entries in order, each in its own transaction with its receipt; then the flow runs what became ready.

    Needs no unlock: unsent work leaves a locked tablet. A gap stops the batch and names the number expected.
    """
    who, engine = caller(), current_app.extensions["otonai"].engine
    results: list[EntryResultOut] = []
    expected = 0
    for entry in body.entries:
        with writing(engine, who.clinic_id) as tx:
            device = tx.get_one(Device, (who.clinic_id, who.device_id), with_for_update=True)
            device.unsent = body.unsent if body.unsent is not None else device.unsent
            known = tx.get(SyncReceipt, (who.clinic_id, entry.id)) is not None
            if not known and entry.sequence != device.next_sequence:
                if results:
                    break
                raise Conflict(code="sequence_gap", expected_sequence=device.next_sequence)
            sealed = SealedEntry(entry.sequence, entry.id, entry.schema_, entry.key_id, entry.box)
            told = take_entry(tx, device, sealed, now())
            expected = device.next_sequence
        results.append(EntryResultOut.model_validate(told, from_attributes=True))
    if not body.entries:
        with reading(engine, who.clinic_id) as tx:
            expected = tx.get_one(Device, (who.clinic_id, who.device_id)).next_sequence
    advance_soon(engine, who.clinic_id, now())
    return EntriesOut(results=results, expected_sequence=expected)


def _visits(rows: list[Visit]) -> list[VisitOut]:
    rows = sorted(rows, key=lambda v: (v.planned_at, v.id))
    return [
        VisitOut.model_validate(v, from_attributes=True) for v in visits_out(session(), caller().clinic_id, rows, now())
    ]


def _patients(ids: list[UUID]) -> list[PatientOut]:
    rows = session().exec(
        select(Patient)
        .where(Patient.clinic_id == caller().clinic_id, col(Patient.id).in_(ids))
        .order_by(col(Patient.id))
    )
    return patients_out(session(), caller().clinic_id, list(rows), now())


def _link(clinic: Clinic) -> LinkOut | None:
    """The link if it may be shown; a tablet packs without it rather than not at all."""
    try:
        return LinkOut.model_validate(consent_link(clinic, settings().consent_hosts), from_attributes=True)
    except OtonaiError:
        return None
