"""`/api/visits`: who is visited when."""

from __future__ import annotations

from uuid import UUID

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.dates import business_day
from ..flow.bedside import choose_registration
from ..flow.plan_visit import plan_visit
from ..store.audit import write_event
from ..store.ids import new_id
from ..store.patients import get_patient, search
from ..store.tables import Visit
from ..store.visits import get_visit, past_visits, save_visit, visits_on
from .access import access, caller, now, session
from .models.care import ChooseIn, DayQuery, OfficeVisitOut, PeopleOut, PeopleQuery, VisitIn, VisitListOut
from .models.common import Empty
from .present import patients_out
from .present_visits import visits_out
from .resource import Resource

#: Rows of an answer to somebody who looks for one person, and visits of one person shown at once.
FEW, NEWEST = 20, 50

blp = Resource("visits", "/api/visits", about="Visits of a day")


@blp.get("")
@access(Caller.STAFF, Caller.BEDSIDE, roles=LEDGER_WORKERS, discloses=True, served_apps_only=True)
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
    visit = Visit(
        clinic_id=who.clinic_id,
        id=new_id(),
        patient_id=body.patient_id,
        planned_at=body.planned_at,
        day=business_day(body.planned_at),
        visit_type=body.visit_type.value,
        place_note=body.place_note,
        card_plan=body.card_plan.value,
        card_note=body.card_note,
    )
    plan_visit(tx, visit, who.actor, now(), action="visit_planned")
    return visits_out(tx, who.clinic_id, [visit], now())[0]


@blp.get("/people")
@access(Caller.STAFF, Caller.BEDSIDE, roles=LEDGER_WORKERS, discloses=True, served_apps_only=True)
@blp.takes(PeopleQuery, location="query")
@blp.gives(200, PeopleOut)
def people(query: PeopleQuery) -> PeopleOut:
    """Who may be visited unplanned (往診): the first few people of the ledger that the words fit."""
    tx, who = session(), caller()
    rows, _ = search(tx, who.clinic_id, query.query, after=None, limit=FEW)
    write_event(tx, who.clinic_id, now(), action="patients_listed", actor=who.actor, outcome=f"rows={len(rows)}")
    return PeopleOut(items=patients_out(tx, who.clinic_id, rows, now()))


@blp.get("/of/<uuid:patient_id>")
@access(Caller.STAFF, Caller.BEDSIDE, roles=LEDGER_WORKERS, discloses=True, served_apps_only=True)
@blp.gives(200, VisitListOut)
def of_patient(patient_id: UUID) -> VisitListOut:
    """The visits of one patient, newest first, with what was registered at each."""
    tx, who = session(), caller()
    get_patient(tx, who.clinic_id, patient_id)
    rows = past_visits(tx, who.clinic_id, patient_id, limit=NEWEST)
    write_event(
        tx, who.clinic_id, now(), action="past_visits_viewed", actor=who.actor, outcome=f"rows={len(rows)}",
        patient_id=patient_id,
    )  # fmt: skip
    return VisitListOut(items=visits_out(tx, who.clinic_id, rows, now()))


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


@blp.post("/<uuid:visit_id>/registration")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(ChooseIn)
@blp.gives(200, OfficeVisitOut)
def choose(body: ChooseIn, visit_id: UUID) -> OfficeVisitOut:
    """Say which of two registrations of one visit stands; the other one stays kept."""
    tx, who = session(), caller()
    visit = get_visit(tx, who.clinic_id, visit_id)
    choose_registration(visit, body.entry_id)
    save_visit(tx, visit)
    write_event(
        tx, who.clinic_id, now(), action="registration_chosen", actor=who.actor, patient_id=visit.patient_id,
        subject=str(body.entry_id),
    )  # fmt: skip
    return visits_out(tx, who.clinic_id, [visit], now())[0]
