"""`/api/patients/…/public-expenses` and `…/care-insurances`: 公費 and 介護保険 typed from paper (S-062, S-079).

They are read with the chart. Each act is one of the chart's history, and is taken back there.
"""

from __future__ import annotations

from uuid import UUID

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.care_insurance import CareInsuranceFacts
from ..domain.off_card import digits_of
from ..domain.public_expense import PublicExpenseFacts
from ..flow.type_off_card import type_care_insurance, type_public_expense
from ..store.patients import get_patient
from .access import access, caller, now, session
from .models.off_card import CareInsuranceIn, ChartOut, PublicExpenseIn
from .present_off_card import chart_out
from .resource import Resource

blp = Resource("off-card", "/api/patients", about="公費と介護保険の手入力")


@blp.post("/<uuid:patient_id>/public-expenses")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(PublicExpenseIn)
@blp.gives(201, ChartOut)
def add_public_expense(body: PublicExpenseIn, patient_id: UUID) -> ChartOut:
    """A new 公費; one of the same payer that runs on ends the day before."""
    return _public(body, patient_id, None)


@blp.put("/<uuid:patient_id>/public-expenses/<uuid:public_expense_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(PublicExpenseIn)
@blp.gives(200, ChartOut)
def correct_public_expense(body: PublicExpenseIn, patient_id: UUID, public_expense_id: UUID) -> ChartOut:
    """Correct one 公費, or end it by its last day."""
    return _public(body, patient_id, public_expense_id)


@blp.post("/<uuid:patient_id>/care-insurances")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(CareInsuranceIn)
@blp.gives(201, ChartOut)
def add_care_insurance(body: CareInsuranceIn, patient_id: UUID) -> ChartOut:
    """A new 認定; one that runs on ends the day before."""
    return _care(body, patient_id, None)


@blp.put("/<uuid:patient_id>/care-insurances/<uuid:care_insurance_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(CareInsuranceIn)
@blp.gives(200, ChartOut)
def correct_care_insurance(body: CareInsuranceIn, patient_id: UUID, care_insurance_id: UUID) -> ChartOut:
    """Correct one 認定, or end it by its last day."""
    return _care(body, patient_id, care_insurance_id)


def _public(body: PublicExpenseIn, patient_id: UUID, which: UUID | None) -> ChartOut:
    tx, who = session(), caller()
    patient = get_patient(tx, who.clinic_id, patient_id)
    values = body.model_dump(exclude={"base_version"})
    values |= {name: digits_of(values[name]) for name in ("payer_number", "recipient_number")}
    type_public_expense(
        tx, patient, PublicExpenseFacts(**values), which=which, base_version=body.base_version, actor=who.actor,
        now=now(),
    )  # fmt: skip
    return chart_out(tx, patient, now())


def _care(body: CareInsuranceIn, patient_id: UUID, which: UUID | None) -> ChartOut:
    tx, who = session(), caller()
    patient = get_patient(tx, who.clinic_id, patient_id)
    values = body.model_dump(exclude={"base_version"})
    values |= {name: digits_of(values[name]) for name in ("insurer_number", "insured_number")}
    type_care_insurance(
        tx, patient, CareInsuranceFacts(**values), which=which, base_version=body.base_version, actor=who.actor,
        now=now(),
    )  # fmt: skip
    return chart_out(tx, patient, now())
