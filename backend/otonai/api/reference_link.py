"""`/api/patients/…/reference-link`: 照会番号登録 by a person of the office, and its outcome (oqs-interface 8.1)."""

from __future__ import annotations

from uuid import UUID

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.dates import business_day
from ..flow.register_reference import registration_of, request_registration
from ..rules import cadence_on
from ..store.patients import get_patient
from ..store.tables import Clinic
from .access import access, caller, now, session
from .models.reference_link import ReferenceLinkOut, RegisterIn
from .resource import Resource

blp = Resource("reference-link", "/api/patients", about="照会番号登録")


@blp.get("/<uuid:patient_id>/reference-link")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.gives(200, ReferenceLinkOut)
def state(patient_id: UUID) -> ReferenceLinkOut:
    """What has become of the newest registration."""
    patient = get_patient(session(), caller().clinic_id, patient_id)
    found = registration_of(session(), patient.clinic_id, patient.id)
    return ReferenceLinkOut.model_validate(found, from_attributes=True)


@blp.post("/<uuid:patient_id>/reference-link")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(RegisterIn)
@blp.gives(202, ReferenceLinkOut)
def register(body: RegisterIn, patient_id: UUID) -> ReferenceLinkOut:
    """Send the chart number to the center, once. Nothing sends it again by itself, however this one ends."""
    tx, who = session(), caller()
    patient = get_patient(tx, who.clinic_id, patient_id)
    clinic = tx.get_one(Clinic, who.clinic_id)
    asked = request_registration(
        tx, clinic, patient, looked=body.looked, actor=who.actor, now=now(), cadence=cadence_on(business_day(now()))
    )
    return ReferenceLinkOut.model_validate(asked, from_attributes=True)
