"""`/api/sync`: the day for one tablet, changes since a cursor, sealed entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date
from uuid import UUID

from flask import current_app
from sqlmodel import col, select

from ..domain.access import LEDGER_WORKERS, MEDICAL_READERS, Caller, Role
from ..domain.dates import business_day, end_of_business_day
from ..domain.errors import Conflict, NotFound, OtonaiError, Refused
from ..flow import advance_soon, show_medical
from ..flow.day_shares import carrying
from ..flow.invite_consent import consent_link
from ..flow.sync_tablet import SealedEntry, changes_for, scope_of, take_entry
from ..store.audit import write_event
from ..store.changes import current_sequence
from ..store.day_shares import note_packed
from ..store.patients import get_patient
from ..store.session import reading, writing
from ..store.tables import Clinic, Device, Patient, SyncReceipt, Visit
from . import cursor as cursors
from .access import access, caller, now, session, settings
from .medical_answers import checkups_of, medications_of
from .models.bag import CarriedOut, MedicalPackIn, MedicalPackOut, PartWithheldOut
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
from .models.off_card import ChartOut
from .present_medical import treatments_shown
from .present_off_card import charts_out
from .present_visits import visits_out
from .proving import rules
from .resource import Resource

blp = Resource("sync", "/api/sync", about="What a tablet holds and sends")


@blp.post("/pack")
@access(Caller.BEDSIDE, roles=LEDGER_WORKERS, served_apps_only=True)
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
    _note_packed(day, scope.patients)
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
@access(Caller.BEDSIDE, roles=LEDGER_WORKERS, discloses=True, served_apps_only=True)
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
        _note_packed(day, found.patients)
    return ChangesOut(
        cursor=cursors.pack(found.sequence, day.isoformat()),
        visits=_visits(list(visits)),
        patients=_patients(found.patients),
        forget=[ForgetOut(kind=kind, id=ident) for kind, ident in found.forget],
        more=found.more,
    )


@blp.post("/medical")
@access(Caller.BEDSIDE, roles=MEDICAL_READERS, served_apps_only=True)
@blp.takes(MedicalPackIn)
@blp.gives(200, MedicalPackOut)
def medical(body: MedicalPackIn) -> MedicalPackOut:
    """Medical information to carry, of people visited today: by the rules of reading it, audited per person and kind.

    Refused as a whole where this person may carry none on this tablet; a kind that is closed is named with its reason.
    """
    tx, who = session(), caller()
    clinic, device = tx.get_one(Clinic, who.clinic_id), tx.get_one(Device, (who.clinic_id, who.device_id))
    withheld = carrying(clinic, device, who.role or Role.OFFICE, rules())
    if withheld is not None:
        raise Refused(withheld.value, code="medical_not_carried")
    day = business_day(now())
    wanted = list(dict.fromkeys(body.patient_ids))
    if not scope_of(tx, who.clinic_id, day).patients.issuperset(wanted):
        raise NotFound()
    _note_packed(day, wanted, medical=wanted)
    return MedicalPackOut(
        server_time=now(), documents=[_carried(get_patient(tx, who.clinic_id, each)) for each in wanted]
    )


def _carried(chart: Patient) -> CarriedOut:
    tx, who, today = session(), caller(), business_day(now())
    shown = {
        kind: show_medical.show(tx, chart, kind, actor=who.actor, carried=True, now=now().astimezone(UTC), packed=True)
        for kind in ("drug", "checkup", "diagnosis", "operation")
    }
    open_ = {kind: each for kind, each in shown.items() if each.state in ("available", "none")}
    ends = [end_of_business_day(now()), *(each.available_until for each in open_.values() if each.available_until)]
    return CarriedOut(
        patient_id=chart.id,
        medications=medications_of(tx, chart, open_["drug"], today) if "drug" in open_ else None,
        checkups=checkups_of(chart, open_["checkup"], today) if "checkup" in open_ else None,
        diagnosis=treatments_shown(open_["diagnosis"]) if "diagnosis" in open_ else None,
        operation=treatments_shown(open_["operation"]) if "operation" in open_ else None,
        not_after=min(ends),
        withheld=[
            PartWithheldOut.model_validate({"kind": kind, "reason": each.state})
            for kind, each in shown.items()
            if kind not in open_
        ],
    )


def _note_packed(day: date, patients: Iterable[UUID], medical: Iterable[UUID] = ()) -> None:
    """What this tablet carries from now on, for the report that a lost one needs."""
    who = caller()
    if who.device_id is not None and who.staff_id is not None:
        note_packed(
            session(), who.clinic_id, who.device_id, who.staff_id, day, now(), patients=patients, medical=medical
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


def _patients(ids: list[UUID]) -> list[ChartOut]:
    rows = session().exec(
        select(Patient)
        .where(Patient.clinic_id == caller().clinic_id, col(Patient.id).in_(ids))
        .order_by(col(Patient.id))
    )
    return charts_out(session(), caller().clinic_id, list(rows), now())


def _link(clinic: Clinic) -> LinkOut | None:
    """The link if it may be shown; a tablet packs without it rather than not at all."""
    try:
        return LinkOut.model_validate(consent_link(clinic, settings().consent_hosts), from_attributes=True)
    except OtonaiError:
        return None
