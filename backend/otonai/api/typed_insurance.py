"""`/api/patients/…/insurance`: an insurance typed by hand, checked field by field (S-069, S-116, S-127)."""

from __future__ import annotations

from uuid import UUID

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.insurance import CoverageFacts
from ..flow.type_insurance import type_insurance
from ..store.patients import get_patient, load_ledger_patient
from .access import access, caller, now, session
from .models.ledger import PatientOut
from .models.typed_insurance import TypedInsuranceIn
from .present import patient_out
from .resource import Resource

blp = Resource("typed-insurance", "/api/patients", about="保険の手入力")


@blp.put("/<uuid:patient_id>/insurance")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(TypedInsuranceIn)
@blp.gives(200, PatientOut)
def change(body: TypedInsuranceIn, patient_id: UUID) -> PatientOut:
    """Correct the insurance in force in what is sent, or begin another one on its first day."""
    tx, who = session(), caller()
    patient = get_patient(tx, who.clinic_id, patient_id)
    sent = body.coverage.model_dump(exclude_unset=True)
    sent = {name: value if value != "" else None for name, value in sent.items()}
    own = load_ledger_patient(tx, who.clinic_id, patient_id).current_coverage
    kept = {name: getattr(own, name) for name in CoverageFacts.__dataclass_fields__} if own and not body.begins else {}
    type_insurance(
        tx, patient, CoverageFacts(**kept | sent), list(sent), begins=body.begins, base_version=body.base_version,
        actor=who.actor, now=now(),
    )  # fmt: skip
    return patient_out(tx, patient, now())
