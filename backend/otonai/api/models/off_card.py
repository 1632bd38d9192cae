"""公費 and 介護保険 of a chart, and the chart with them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from ...domain.care_insurance import CareLevel
from .common import In, Out, Typed, example, example_in, example_of
from .ledger import PatientOut

_PUBLIC_EXPENSE = {
    "payer_number": "54139993",
    "recipient_number": "1234566",
    "priority": 1,
    "valid_from": "2026-10-01",
    "valid_until": "2027-09-30",
    "monthly_limit": 10000,
}
_CARE_INSURANCE = {
    "insurer_number": "139998",
    "insured_number": "0000012345",
    "care_level": "care_3",
    "valid_from": "2026-04-01",
    "valid_until": "2028-03-31",
    "contribution_ratio": 10,
    "ratio_from": "2026-08-01",
    "ratio_until": "2027-07-31",
}


class PublicExpenseIn(In):
    """A 公費 as its certificate tells it, whole, on the version of the chart that was seen."""

    model_config = example_in(**_PUBLIC_EXPENSE, base_version=3)
    payer_number: Typed | None = None
    recipient_number: Typed | None = None
    priority: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    #: 自己負担上限月額 in yen.
    monthly_limit: int | None = None
    base_version: int = Field(ge=1)


class CareInsuranceIn(In):
    """A 認定 as the certificates tell it, whole, on the version of the chart that was seen."""

    model_config = example_in(**_CARE_INSURANCE, base_version=3)
    insurer_number: Typed | None = None
    insured_number: Typed | None = None
    care_level: CareLevel | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    contribution_ratio: int | None = None
    ratio_from: date | None = None
    ratio_until: date | None = None
    base_version: int = Field(ge=1)


class PublicExpenseOut(Out):
    """One 公費; `past_label` is 過1, 過2 … once it has ended."""

    model_config = example(**_PUBLIC_EXPENSE, id="019a0000-0000-7000-8000-00000000d001", past_label=None)
    id: UUID
    payer_number: str | None
    recipient_number: str | None
    priority: int | None
    valid_from: date | None
    valid_until: date | None
    monthly_limit: int | None
    past_label: str | None


class CareInsuranceOut(Out):
    """One 認定; `past_label` is 過1, 過2 … once it has ended."""

    model_config = example(**_CARE_INSURANCE, id="019a0000-0000-7000-8000-00000000d002", past_label=None)
    id: UUID
    insurer_number: str | None
    insured_number: str | None
    care_level: CareLevel | None
    valid_from: date | None
    valid_until: date | None
    contribution_ratio: int | None
    ratio_from: date | None
    ratio_until: date | None
    past_label: str | None


class ChartOut(PatientOut):
    """A chart of the ledger with what the card does not tell."""

    model_config = example(
        **example_of(PatientOut),
        public_expenses=[example_of(PublicExpenseOut)],
        care_insurances=[example_of(CareInsuranceOut)],
    )
    public_expenses: list[PublicExpenseOut]
    care_insurances: list[CareInsuranceOut]
