"""`/api/visits`: who is visited when."""

from __future__ import annotations

from uuid import UUID

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.dates import business_day
from ..domain.readiness import planned_card
from ..domain.visit import CardPlan
from ..flow.ask_inquiry import ask_on_arrival
from ..rules import cadence_on
from ..rules.inquiry import inquiry_rules_on
from ..rules.readiness import readiness_rules_on
from ..store.audit import write_event
from ..store.changes import note_change
from ..store.ids import new_id
from ..store.patients import get_patient
from ..store.readiness import readiness_of, readiness_rows
from ..store.tables import Clinic, Visit
from ..store.visits import get_visit, save_visit, visits_on
from .access import access, caller, now, session
from .models.care import DayQuery, OfficeVisitOut, VisitIn, VisitListOut
from .models.common import Empty
from .present import visits_out
from .resource import Resource

blp = Resource("visits", "/api/visits", about="Visits of a day")


@blp.get("")
@access(Caller.STAFF, Caller.BEDSIDE, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(DayQuery, location="query")
@blp.gives(200, VisitListOut)
def day(query: DayQuery) -> VisitListOut:
    """A day's visits with consent, eligibility and results."""
    tx, who = session(), caller()
    rows = visits_on(tx, who.clinic_id, query.day or business_day(now()))
    write_event(tx, who.clinic_id, now(), action="visits_viewed", actor=who.actor, outcome=f"rows={len(rows)}")
    return VisitListOut(items=visits_out(tx, who.clinic_id, rows, now()))


@blp.post("")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(VisitIn)
@blp.gives(201, OfficeVisitOut)
def plan(body: VisitIn) -> OfficeVisitOut:
    """Plan a visit."""
    tx, who = session(), caller()
    get_patient(tx, who.clinic_id, body.patient_id)
    today = business_day(now())
    plan = body.card_plan
    if plan is CardPlan.UNKNOWN:
        known = readiness_of(readiness_rows(tx, who.clinic_id, [body.patient_id]).get(body.patient_id))
        plan = planned_card(known, today, readiness_rules_on(today))
    visit = Visit(
        clinic_id=who.clinic_id,
        id=new_id(),
        patient_id=body.patient_id,
        planned_at=body.planned_at,
        day=business_day(body.planned_at),
        visit_type=body.visit_type.value,
        place_note=body.place_note,
        card_plan=plan.value,
        card_note=body.card_note,
    )
    tx.add(visit)
    tx.flush()
    note_change(tx, who.clinic_id, "visit", visit.id)
    write_event(tx, who.clinic_id, now(), action="visit_planned", actor=who.actor, patient_id=visit.patient_id)
    if visit.day == today:
        clinic = tx.get_one(Clinic, who.clinic_id)
        cadence = cadence_on(today, restarts=clinic.terminal_restarts)
        ask_on_arrival(tx, clinic, visit.patient_id, now(), cadence, inquiry_rules_on(today))
    return visits_out(tx, who.clinic_id, [visit], now())[0]


@blp.post("/<uuid:visit_id>/cancel")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(Empty)
@blp.gives(200, OfficeVisitOut)
def cancel(_: Empty, visit_id: UUID) -> OfficeVisitOut:
    """Take a visit off the day; it is kept and tablets forget it."""
    tx, who = session(), caller()
    visit = get_visit(tx, who.clinic_id, visit_id)
    visit.state = "cancelled"
    save_visit(tx, visit)
    write_event(tx, who.clinic_id, now(), action="visit_cancelled", actor=who.actor, patient_id=visit.patient_id)
    return visits_out(tx, who.clinic_id, [visit], now())[0]
