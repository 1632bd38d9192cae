"""A visit comes onto a day, at the office or at the bedside, and leaves it again; the order in which a day is driven.

Writes rows, their change and the audit event; asks the terminal when the visit is today's (S-151). Decides no access.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.dates import business_day
from ..domain.entry import VisitAdded
from ..domain.errors import Invalid
from ..domain.readiness import planned_card
from ..domain.visit import CardPlan, VisitState
from ..rules import cadence_on
from ..rules.inquiry import inquiry_rules_on
from ..rules.readiness import readiness_rules_on
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.patients import get_patient
from ..store.readiness import readiness_of, readiness_rows
from ..store.tables import Clinic, Visit
from ..store.visits import visits_on
from .ask_inquiry import ask_on_arrival


def plan_visit(
    session: Session, visit: Visit, actor: Actor, now: datetime, *, action: str, device_time: datetime | None = None
) -> Visit:
    """Put a new visit onto its day. Where nobody has said how identity will be confirmed, the readiness says it."""
    get_patient(session, visit.clinic_id, visit.patient_id)
    today = business_day(now)
    if visit.card_plan == CardPlan.UNKNOWN.value:
        known = readiness_of(readiness_rows(session, visit.clinic_id, [visit.patient_id]).get(visit.patient_id))
        visit.card_plan = planned_card(known, today, readiness_rules_on(today)).value
    session.add(visit)
    session.flush()
    note_change(session, visit.clinic_id, "visit", visit.id)
    write_event(
        session, visit.clinic_id, now, action=action, actor=actor, patient_id=visit.patient_id,
        subject=str(visit.id), device_time=device_time,
    )  # fmt: skip
    if visit.day == today:
        clinic = session.get_one(Clinic, visit.clinic_id)
        cadence = cadence_on(today, restarts=clinic.terminal_restarts)
        ask_on_arrival(session, clinic, visit.patient_id, now, cadence, inquiry_rules_on(today))
    return visit


def visit_of(clinic_id: UUID, visit_id: UUID, told: VisitAdded) -> Visit:
    """The row of a visit that a tablet added; not saved."""
    return Visit(
        clinic_id=clinic_id,
        id=visit_id,
        patient_id=told.patient_id,
        planned_at=told.planned_at,
        day=business_day(told.planned_at),
        visit_type=told.visit_type.value,
    )


def take_off(visit: Visit) -> None:
    """A visit that was not made leaves its day; the row stays, and the caller saves it.

    Raises Invalid(visit_made) after a registration.
    """
    if visit.state == VisitState.VISITED.value:
        raise Invalid("the visit was made", code="visit_made")
    visit.state = VisitState.CANCELLED.value


def set_route(session: Session, clinic_id: UUID, day: date, order: Sequence[UUID]) -> int:
    """Number the day's visits in the order told; those not told lose their number. Returns how many have one.

    The version stays: where a visit stands in the round is nothing that a registration could conflict with.
    """
    place = {visit_id: position for position, visit_id in enumerate(order, start=1)}
    placed = 0
    for visit in visits_on(session, clinic_id, day):
        position = place.get(visit.id)
        placed += position is not None
        if visit.route_position != position:
            visit.route_position = position
            session.add(visit)
            session.flush()
            note_change(session, clinic_id, "visit", visit.id)
    return placed
