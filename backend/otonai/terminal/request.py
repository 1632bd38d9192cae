"""What we ask the terminal about one person or about home visits, as finished bytes under a finished name.

Inquiries for many people are in `bulk_request.py`, what is hardly public in `unpublished_request.py`. Sources:
oqs-interface 4.1, 6.3, 7.2, 7.5, 8.1, 9.1.

Same arguments, same bytes. Clock and serial numbers come from the caller. Every builder raises Invalid with a
stable code when an argument cannot be sent: `institution_code_invalid`, `file_identifier_too_long`,
`insurance_incomplete`, `months_reversed`, `reference_number_invalid`, `reception_number_missing`,
`serial_out_of_range`, `unencodable_character`. Whether it is *right* to ask (consent, cadence) is decided before.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from ..domain.consent import ConsentPeriod
from ..domain.dates import terminal_date
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Invalid
from ..domain.insurance import CoverageFacts
from . import names
from .layout import (
    Item,
    Treatment,
    build,
    medical_header,
    oqs_header,
    padded_insurer_number,
    registration,
    single_search,
)

__all__ = [
    "CheckupContent",
    "DrugContent",
    "Treatment",
    "checkup",
    "drug",
    "eligibility_single",
    "home_visit_fetch",
    "home_visit_list",
    "padded_insurer_number",
    "reference_number_registration",
    "reinquiry",
]


class DrugContent(StrEnum):
    """`FileCategory` of a drug request: the document or the data, without or with 診療情報."""

    DRUG_PDF = "1"
    DRUG = "2"
    DRUG_AND_TREATMENT_PDF = "3"
    DRUG_AND_TREATMENT = "4"


class CheckupContent(StrEnum):
    """`FileCategory` of a checkup request."""

    PDF = "1"
    DATA = "2"


def home_visit_list(
    *, institution_code: str, period: ConsentPeriod, file_identifier: str, day: date, serial: int
) -> TerminalRequest:
    """情報申請: everyone who consented at this institution in the period (S-042)."""
    search: list[Item] = [
        ("ConsentDateFrom", terminal_date(period.first)),
        ("ConsentDateTo", terminal_date(period.last)),
        ("MedicalTreatmentFlag", Treatment.HOME_VISIT.value),
    ]
    head = oqs_header(institution_code, file_identifier)
    return build(names.HOME_VISIT_LIST, day, serial, head, [("QualificationConfirmSearchInfo", search)])


def home_visit_fetch(*, institution_code: str, reception_number: str, day: date, serial: int) -> TerminalRequest:
    """情報結果取得: the list behind a 受付番号; may be asked again under a new serial (S-044)."""
    if not reception_number.strip():
        raise Invalid("no reception number", code="reception_number_missing")
    body: list[Item] = [("ReceptionNumber", reception_number)]
    return build(names.HOME_VISIT_FETCH, day, serial, oqs_header(institution_code), body)


def eligibility_single(
    *,
    institution_code: str,
    coverage: CoverageFacts,
    birth_date: date,
    confirmed_on: date,
    limit_consent: bool,
    file_identifier: str,
    day: date,
    serial: int,
    arbitrary_identifier: str | None = None,
) -> TerminalRequest:
    """資格確認 of one person by insurance key; `limit_consent` only after the patient agreed (S-070)."""
    search = single_search(coverage, birth_date, limit_consent, arbitrary_identifier)
    head = oqs_header(institution_code, file_identifier, confirmed_on=confirmed_on)
    return build(names.SINGLE, day, serial, head, [("QualificationConfirmSearchInfo", search)])


def reinquiry(
    *,
    institution_code: str,
    coverage: CoverageFacts,
    birth_date: date,
    confirmed_on: date,
    limit_consent: bool,
    file_identifier: str,
    day: date,
    serial: int,
    arbitrary_identifier: str | None = None,
) -> TerminalRequest:
    """再照会 without the card. The body is convention A-10: keep behind a switch until a pilot has shown it."""
    search = single_search(coverage, birth_date, limit_consent, arbitrary_identifier)
    search.append(("MedicalTreatmentFlag", Treatment.HOME_VISIT.value))
    head = oqs_header(institution_code, file_identifier, confirmed_on=confirmed_on)
    return build(names.REINQUIRY, day, serial, head, [("QualificationConfirmSearchInfo", search)])


def reference_number_registration(
    *,
    institution_code: str,
    reference_number: str,
    coverage: CoverageFacts,
    file_identifier: str,
    day: date,
    serial: int,
) -> TerminalRequest:
    """照会番号登録 of one person. Never to be sent again after an uncertain outcome (8.1)."""
    head = oqs_header(institution_code, file_identifier)
    return build(names.REGISTRATION, day, serial, head, [registration(coverage, reference_number)])


def drug(
    *,
    institution_code: str,
    coverage: CoverageFacts,
    first_month: date,
    last_month: date,
    file_identifier: str,
    day: date,
    serial: int,
    content: DrugContent = DrugContent.DRUG,
    treatment: Treatment = Treatment.HOME_VISIT,
    with_prescriptions: bool = True,
) -> TerminalRequest:
    """薬剤情報 of the months (any day of the first and the last). Coverage: that of the consent, verbatim."""
    if (first_month.year, first_month.month) > (last_month.year, last_month.month):
        raise Invalid("the first month lies after the last", code="months_reversed")
    body: list[Item] = [
        ("StartDate", first_month.strftime("%Y%m")),
        ("EndDate", last_month.strftime("%Y%m")),
        ("FileCategory", content.value),
        ("PrDiInfClassification", "1" if with_prescriptions else "0"),
        ("MedicalTreatmentFlag", treatment.value),
    ]
    return build(names.DRUG, day, serial, medical_header(institution_code, coverage, file_identifier), body)


def checkup(
    *,
    institution_code: str,
    coverage: CoverageFacts,
    file_identifier: str,
    day: date,
    serial: int,
    content: CheckupContent = CheckupContent.DATA,
    treatment: Treatment = Treatment.HOME_VISIT,
) -> TerminalRequest:
    """特定健診情報. Coverage: that of the consent, verbatim."""
    body: list[Item] = [("FileCategory", content.value), ("MedicalTreatmentFlag", treatment.value)]
    return build(names.CHECKUP, day, serial, medical_header(institution_code, coverage, file_identifier), body)
