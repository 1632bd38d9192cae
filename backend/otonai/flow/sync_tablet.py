"""Step 7: the day as one tablet may hold it, and what the tablet sends back.

`scope_of` names the visits and patients a tablet may hold now; pack and changes never reach beyond it. Entries come
sealed, in order, each applied in one transaction with its receipt: *applied, merged, conflict, rejected, duplicate*.
A good entry is kept when another one is bad; nothing of an entry is lost, not even of a rejected one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from ..domain.consent import ReportedOutcome
from ..domain.errors import Invalid, NotFound
from ..store.audit import Actor, write_event
from ..store.changes import changed_since, current_sequence
from ..store.tables import Device, Staff, SyncReceipt, TabletPerson, Visit
from ..store.visits import get_visit, save_visit, visits_on
from .boxes import aad_of, open_box


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
    visits = {v.id: v for v in visits_on(session, clinic_id, day)}
    return Scope(visits, frozenset(v.patient_id for v in visits.values()))


def changes_for(session: Session, clinic_id: UUID, day: date, since: int, limit: int = 500) -> Changes:
    """What a tablet must fetch or forget since a sequence number.

    A record that is not in the scope any more comes as *forget*, also when it never was: the tablet then forgets
    nothing. A patient whose visit was added today comes with the visit.
    """
    scope = scope_of(session, clinic_id, day)
    rows = changed_since(session, clinic_id, since, limit)
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
    newest = rows[-1][0] if len(rows) == limit else current_sequence(session, clinic_id)
    return Changes(max(newest, since), _unique(visits), _unique(patients), forget, len(rows) == limit)


def take_entry(session: Session, device: Device, entry: SealedEntry, now: datetime) -> EntryResult:
    """Apply one entry in the current transaction and write its receipt. The caller checks the order before.

    A repeated entry gets the receipt of its first time. A rejected one is kept, still sealed, with its reason.
    """
    known = session.get(SyncReceipt, (device.clinic_id, entry.id))
    if known is not None:
        return EntryResult(entry.id, known.sequence, "duplicate", known.code)
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
            box=None if outcome == "applied" else entry.box,
            key_id=entry.key_id,
            received_at=now,
        )
    )
    device.next_sequence = max(device.next_sequence, entry.sequence + 1)
    session.add(device)
    session.flush()
    return EntryResult(entry.id, entry.sequence, outcome, code)


def _apply(session: Session, device: Device, entry: SealedEntry, now: datetime) -> str:
    aad = aad_of(device.clinic_id, device.id, entry.sequence, entry.id, entry.schema)
    plain = open_box(session, device.clinic_id, entry.key_id, entry.box, aad)
    try:
        body: dict[str, Any] = json.loads(plain)
        staff_id, visit_id = UUID(body["staff_id"]), UUID(body["visit_id"])
        kind, data, entered_at = str(body["kind"]), dict(body["data"]), datetime.fromisoformat(body["entered_at"])
    except (ValueError, KeyError, TypeError):
        raise Invalid("the entry is not of schema entry/1", code="entry_unreadable") from None
    if entered_at.tzinfo is None:
        raise Invalid("the entry's time has no zone", code="entry_unreadable")
    _known_person(session, device, staff_id)
    visit = get_visit(session, device.clinic_id, visit_id)
    if kind not in _KINDS:
        raise Invalid(f"unknown kind {kind}", code="entry_kind_unknown")
    actor = Actor("bedside", staff_id, device.id)
    outcome = _KINDS[kind](
        session, visit, data, _Entered(entry.id, actor, entered_at, int(body.get("base_version", 0)), now)
    )
    write_event(
        session, device.clinic_id, now, action=kind, actor=actor, outcome=outcome,
        patient_id=visit.patient_id, subject=str(visit.id), device_time=entered_at,
    )  # fmt: skip
    return outcome


@dataclass(frozen=True, slots=True)
class _Entered:
    """Who entered it, when by the tablet's clock, on which version of the visit, and now by the server's."""

    entry_id: UUID
    actor: Actor
    entered_at: datetime
    base_version: int
    now: datetime


def _handover_opened(session: Session, visit: Visit, _data: dict[str, Any], entered: _Entered) -> str:
    visit.handover_opened_at = max(filter(None, (visit.handover_opened_at, entered.entered_at)))
    save_visit(session, visit)
    return "applied"


def _consent_reported(session: Session, visit: Visit, data: dict[str, Any], entered: _Entered) -> str:
    """「同意登録完了」が出た, refused, or failed. A promised result makes a 情報申請 due at once (design 3)."""
    outcome = _word(ReportedOutcome, data.get("outcome"))
    visit.consent_outcome, visit.consent_reason = outcome.value, data.get("reason")
    visit.consent_reported_at = entered.entered_at
    visit.consent_awaited = outcome.promises_a_result
    visit.consent_received_at = entered.now
    save_visit(session, visit)
    return "applied"


def _visit_registered(session: Session, visit: Visit, data: dict[str, Any], entered: _Entered) -> str:
    """The visit as registered at the bedside. A later registration by another person does not erase the first."""
    outcome = _word(ReportedOutcome, data.get("outcome"))
    before = visit.registration
    newer_elsewhere = (
        before is not None and entered.base_version < visit.version and before["staff_id"] != str(entered.actor.id)
    )
    registration = {
        "entry_id": str(entered.entry_id),
        "staff_id": str(entered.actor.id),
        "registered_at": entered.entered_at.isoformat(),
        "identity_method": data.get("identity_method"),
        "outcome": outcome.value,
        "reason": data.get("reason"),
        "items": data.get("items", []),
        "prescription_form": data.get("prescription_form"),
        "helper": data.get("helper"),
        "note": data.get("note"),
        "before": before,
    }
    if newer_elsewhere:
        # Both are kept: the first stays visible, the second waits for a person (要確認).
        visit.registration = {**(before or {}), "also": [*(before or {}).get("also", []), registration]}
        save_visit(session, visit)
        return "conflict"
    visit.registration, visit.registered_at, visit.state = registration, entered.entered_at, "visited"
    first_report = visit.consent_reported_at is None
    if first_report:
        visit.consent_outcome, visit.consent_reason = outcome.value, data.get("reason")
        visit.consent_reported_at = entered.entered_at
        asks = outcome.promises_a_result and data.get("identity_method") in ("web_pin", "app_pin", "app_visual")
        visit.consent_awaited, visit.consent_received_at = asks, entered.now
    save_visit(session, visit)
    return "applied"


def _registration_undone(session: Session, visit: Visit, data: dict[str, Any], _entered: _Entered) -> str:
    current = visit.registration
    if current is None or current["entry_id"] != str(data.get("entry_id")):
        raise Invalid("another registration stands now", code="nothing_to_undo")
    visit.registration = current["before"]
    visit.registered_at = (
        datetime.fromisoformat(current["before"]["registered_at"]) if current["before"] is not None else None
    )
    visit.state = "visited" if visit.registration else "planned"
    save_visit(session, visit)
    return "applied"


_KINDS = {
    "handover_opened": _handover_opened,
    "consent_reported": _consent_reported,
    "visit_registered": _visit_registered,
    "visit_registration_undone": _registration_undone,
}


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


def _word(words: type[ReportedOutcome], value: object) -> ReportedOutcome:
    try:
        return words(str(value))
    except ValueError:
        raise Invalid("unknown outcome", code="entry_unreadable") from None


def _unique(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))
