"""Step 7: the day as one tablet may hold it, and what the tablet sends back.

`scope_of` names the visits and patients a tablet may hold now; pack and changes never reach beyond it. Entries come
sealed, in order, each applied in one transaction with its receipt: *applied, merged, conflict, rejected, duplicate*.
A good entry is kept when another one is bad; nothing of an entry is lost, not even of a rejected one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, select

from ..domain.audit import CARRIED
from ..domain.entry import (
    ConsentReported,
    Entry,
    HandoverOpened,
    MedicalOpened,
    RegistrationUndone,
    RouteSet,
    VisitAdded,
    VisitRegistered,
    VisitTakenOff,
    read_entry,
)
from ..domain.errors import Invalid, NotFound
from ..store.audit import Actor, write_event
from ..store.changes import changed_since, current_sequence
from ..store.tables import Device, Staff, SyncReceipt, TabletPerson, Visit
from ..store.visits import get_visit, save_visit, visits_about, visits_named, visits_on
from .bedside import register_visit, report_consent, undo_registration
from .boxes import aad_of, open_box
from .plan_visit import plan_visit, set_route, take_off, visit_of


@dataclass(frozen=True, slots=True)
class Scope:
    """What a tablet may hold now: the visits of one day and their patients."""

    visits: dict[UUID, Visit]
    patients: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """One entry as it came."""

    sequence: int
    id: UUID
    schema: str
    key_id: str
    box: str


@dataclass(frozen=True, slots=True)
class EntryResult:
    """What became of it."""

    id: UUID
    sequence: int
    outcome: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of what changed inside the scope, and of what left it."""

    sequence: int
    visits: list[UUID]
    patients: list[UUID]
    forget: list[tuple[str, UUID]]
    more: bool


def scope_of(session: Session, clinic_id: UUID, day: date) -> Scope:
    """Today's visits and the people visited."""
    return _scope(visits_on(session, clinic_id, day))


def _scope(rows: Iterable[Visit]) -> Scope:
    visits = {v.id: v for v in rows}
    return Scope(visits, frozenset(v.patient_id for v in visits.values()))


def changes_for(session: Session, clinic_id: UUID, day: date, since: int, limit: int = 500) -> Changes:
    """What a tablet must fetch or forget since a sequence number.

    A record that is not in the scope any more comes as *forget*, also when it never was: the tablet then forgets
    nothing. A patient whose visit was added today comes with the visit; and a visit of today comes again when one of
    its patient's on another day changed, because it tells of the visit before. With somebody's last visit of the day
    the person is to be forgotten.
    """
    rows = changed_since(session, clinic_id, since, limit)
    named = {kind: {ident for _, entity, ident in rows if entity == kind} for kind in ("visit", "patient")}
    scope = _scope(visits_about(session, clinic_id, day, named["visit"], named["patient"]))
    told_of = {v.id: v.patient_id for v in visits_named(session, clinic_id, named["visit"] - scope.visits.keys())}
    after = _scope(visits_about(session, clinic_id, day, (), set(told_of.values()))).visits if told_of else {}
    visits: list[UUID] = []
    patients: list[UUID] = []
    forget: list[tuple[str, UUID]] = []
    for _, entity, entity_id in rows:
        if entity == "visit" and entity_id in scope.visits:
            visits.append(entity_id)
            patients.append(scope.visits[entity_id].patient_id)
        elif entity == "patient" and entity_id in scope.patients:
            patients.append(entity_id)
            visits += [v.id for v in scope.visits.values() if v.patient_id == entity_id]
        elif entity in ("visit", "patient"):
            forget.append((entity, entity_id))
            patient = told_of.get(entity_id)
            visits += [v.id for v in after.values() if v.patient_id == patient]
            if patient is not None and all(v.patient_id != patient for v in after.values()):
                forget.append(("patient", patient))
    newest = rows[-1][0] if len(rows) == limit else current_sequence(session, clinic_id)
    return Changes(
        max(newest, since), _unique(visits), _unique(patients), list(dict.fromkeys(forget)), len(rows) == limit
    )


def take_entry(session: Session, device: Device, entry: SealedEntry, now: datetime) -> EntryResult:
    """Apply one entry in the current transaction and write its receipt. The caller checks the order before.

    A repeated entry gets the receipt of its first time. A rejected one is kept, still sealed, with its reason.
    """
    known = session.get(SyncReceipt, (device.clinic_id, entry.id))
    if known is not None:
        # Two registrations that wait for a person do so for the tablet too whose first answer got lost.
        outcome = "conflict" if known.outcome == "conflict" else "duplicate"
        return EntryResult(entry.id, known.sequence, outcome, known.code)
    try:
        with session.begin_nested():
            outcome, code = _apply(session, device, entry, now), None
    except (Invalid, NotFound) as refusal:
        outcome, code = "rejected", refusal.code
    session.add(
        SyncReceipt(
            clinic_id=device.clinic_id,
            id=entry.id,
            device_id=device.id,
            sequence=entry.sequence,
            outcome=outcome,
            code=code,
            # A My Number is never kept, not even sealed; the tablet keeps the entry until it is corrected.
            box=None if outcome == "applied" or code == "my_number_refused" else entry.box,
            key_id=entry.key_id,
            received_at=now,
        )
    )
    device.next_sequence = max(device.next_sequence, entry.sequence + 1)
    session.add(device)
    session.flush()
    return EntryResult(entry.id, entry.sequence, outcome, code)


def _apply(session: Session, device: Device, sealed: SealedEntry, now: datetime) -> str:
    aad = aad_of(device.clinic_id, device.id, sealed.sequence, sealed.id, sealed.schema)
    plain = open_box(session, device.clinic_id, sealed.key_id, sealed.box, aad)
    try:
        told = json.loads(plain)
    except ValueError:
        raise Invalid("the box holds no JSON", code="entry_unreadable") from None
    entry = read_entry(told)
    _known_person(session, device, entry.staff_id)
    actor = Actor("bedside", entry.staff_id, device.id)
    if isinstance(entry.data, VisitAdded):
        return _add_visit(session, device.clinic_id, entry, entry.data, actor, now)
    visit = get_visit(session, device.clinic_id, entry.visit_id)
    if isinstance(entry.data, RouteSet):
        return _set_route(session, visit, entry, entry.data, actor, now)
    if isinstance(entry.data, MedicalOpened):
        return _note_a_look(session, visit, entry, entry.data, actor, now)
    match entry.data:
        case HandoverOpened():
            visit.handover_opened_at = max(filter(None, (visit.handover_opened_at, entry.entered_at)))
            outcome = "applied"
        case ConsentReported():
            outcome = report_consent(visit, entry.data, entry, now)
        case VisitRegistered():
            outcome = register_visit(visit, entry.data, entry, sealed.id, now)
        case RegistrationUndone():
            outcome = undo_registration(visit, entry.data)
        case VisitTakenOff():
            take_off(visit)
            outcome = "applied"
    save_visit(session, visit)
    write_event(
        session, device.clinic_id, now, action=entry.kind.value, actor=actor, outcome=outcome,
        patient_id=visit.patient_id, subject=str(visit.id), device_time=entry.entered_at,
    )  # fmt: skip
    return outcome


def _add_visit(session: Session, clinic_id: UUID, entry: Entry, told: VisitAdded, actor: Actor, now: datetime) -> str:
    if session.get(Visit, (clinic_id, entry.visit_id)) is not None:
        raise Invalid("a visit of this id exists", code="visit_exists")
    visit = visit_of(clinic_id, entry.visit_id, told)
    plan_visit(session, visit, actor, now, action=entry.kind.value, device_time=entry.entered_at)
    return "applied"


def _set_route(session: Session, visit: Visit, entry: Entry, told: RouteSet, actor: Actor, now: datetime) -> str:
    placed = set_route(session, visit.clinic_id, visit.day, told.order)
    write_event(
        session, visit.clinic_id, now, action=entry.kind.value, actor=actor, outcome=f"visits={placed}",
        subject=visit.day.isoformat(), device_time=entry.entered_at,
    )  # fmt: skip
    return "applied"


def _note_a_look(session: Session, visit: Visit, entry: Entry, told: MedicalOpened, actor: Actor, now: datetime) -> str:
    """The disclosure that happened without a network, as soon as it is heard of; the visit itself stays as it is."""
    write_event(
        session, visit.clinic_id, now, action=f"{told.kind.value}_viewed", actor=actor,
        outcome=CARRIED, patient_id=visit.patient_id, device_time=entry.entered_at,
        subject=f"{told.first}/{told.last}" if told.first and told.last else None,
    )  # fmt: skip
    return "applied"


def _known_person(session: Session, device: Device, staff_id: UUID) -> None:
    on_tablet = session.exec(
        select(TabletPerson.id).where(
            TabletPerson.clinic_id == device.clinic_id,
            TabletPerson.device_id == device.id,
            TabletPerson.staff_id == staff_id,
        )
    ).first()
    if on_tablet is None or session.get(Staff, (device.clinic_id, staff_id)) is None:
        raise Invalid("nobody of this tablet", code="person_not_on_tablet")


def _unique(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))
