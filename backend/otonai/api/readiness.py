"""`/api/patients/…/readiness`: card, registration, PIN, certificate and papers of one patient (S-001, A7, A9)."""

from __future__ import annotations

from uuid import UUID

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.dates import business_day
from ..domain.errors import Conflict
from ..domain.readiness import next_action, planned_card
from ..domain.visit import CardPlan
from ..rules.readiness import readiness_rules_on
from ..store.audit import write_event
from ..store.changes import note_change
from ..store.patients import get_patient
from ..store.readiness import readiness_of, readiness_rows, visits_without_plan
from ..store.tables import PatientReadiness
from ..store.visits import save_visit
from .access import access, caller, now, session
from .models.month_board import ReadinessIn, ReadinessOut
from .resource import Resource

blp = Resource("readiness", "/api/patients", about="カードの準備")


@blp.get("/<uuid:patient_id>/readiness")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.gives(200, ReadinessOut)
def readiness(patient_id: UUID) -> ReadinessOut:
    """What is known, and what to do next."""
    tx, who = session(), caller()
    patient = get_patient(tx, who.clinic_id, patient_id)
    write_event(tx, who.clinic_id, now(), action="readiness_viewed", actor=who.actor, patient_id=patient.id)
    return _out(patient.id, readiness_rows(tx, who.clinic_id, [patient.id]).get(patient.id))


@blp.put("/<uuid:patient_id>/readiness")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(ReadinessIn)
@blp.gives(200, ReadinessOut)
def change(body: ReadinessIn, patient_id: UUID) -> ReadinessOut:
    """Write it down. Visits to come for which nobody has said how to confirm take it over, and so do tablets."""
    tx, who = session(), caller()
    patient = get_patient(tx, who.clinic_id, patient_id)
    row = readiness_rows(tx, who.clinic_id, [patient.id]).get(patient.id)
    if (row.version if row else 0) != body.base_version:
        raise Conflict(code="changed_meanwhile")
    values = body.model_dump(mode="python", exclude={"base_version"})
    words = {name: getattr(value, "value", value) for name, value in values.items()}
    if row is None:
        row = PatientReadiness(clinic_id=who.clinic_id, id=patient.id, updated_at=now(), **words)
    else:
        for name, value in words.items():
            setattr(row, name, value)
        row.version += 1
    row.updated_at, row.updated_by = now(), who.staff_id
    tx.add(row)
    tx.flush()
    today = business_day(now())
    plan = planned_card(readiness_of(row), today, readiness_rules_on(today))
    if plan is not CardPlan.UNKNOWN:
        for visit in visits_without_plan(tx, who.clinic_id, patient.id, today):
            visit.card_plan = plan.value
            save_visit(tx, visit)
    note_change(tx, who.clinic_id, "patient", patient.id)
    write_event(
        tx, who.clinic_id, now(), action="readiness_changed", actor=who.actor, outcome=_out(patient.id, row).action,
        patient_id=patient.id,
    )  # fmt: skip
    return _out(patient.id, row)


def _out(patient_id: UUID, row: PatientReadiness | None) -> ReadinessOut:
    known, today = readiness_of(row), business_day(now())
    return ReadinessOut(
        patient_id=patient_id,
        card=known.card,
        use=known.use,
        pin=known.pin,
        certificate_until=known.certificate_until,
        paper=known.paper,
        paper_until=known.paper_until,
        note=row.note if row else None,
        action=next_action(known, today, readiness_rules_on(today)),
        updated_at=row.updated_at if row else None,
        version=row.version if row else 0,
    )
