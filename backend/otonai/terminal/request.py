"""What we ask the terminal, as finished bytes under a finished name (oqs-interface 4.1, 6.3, 7.2, 7.5, 8.1, 9.1).

Same arguments, same bytes. Clock and serial numbers come from the caller. Every builder raises Invalid with a
stable code when an argument cannot be sent: `institution_code_invalid`, `file_identifier_too_long`,
`insurance_incomplete`, `months_reversed`, `reference_number_invalid`, `reception_number_missing`,
`serial_out_of_range`, `unencodable_character`. Whether it is *right* to ask (consent, cadence) is decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from xml.sax.saxutils import escape

from ..domain.consent import ConsentPeriod
from ..domain.dates import terminal_date
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Invalid
from ..domain.insurance import CoverageFacts
from . import names
from .encoding import CP932, encode

_DECLARATION = '<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>\n'
_LONGEST_IDENTIFIER = 50
_LONGEST_REFERENCE_NUMBER = 50
_INSURER_NUMBER_WIDTH = 8

#: Name and text, or name and children.
_Item = tuple[str, "str | Sequence[_Item] | None"]


class Treatment(StrEnum):
    """診療区分 (OQSCD028): how the consent was obtained."""

    OUTPATIENT = "1"
    HOME_VISIT = "2"
    ONLINE = "3"
    EMERGENCY = "4"


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
    search: list[_Item] = [
        ("ConsentDateFrom", terminal_date(period.first)),
        ("ConsentDateTo", terminal_date(period.last)),
        ("MedicalTreatmentFlag", Treatment.HOME_VISIT.value),
    ]
    header = _header(institution_code, file_identifier)
    return _request(names.HOME_VISIT_LIST, day, serial, header, [("QualificationConfirmSearchInfo", search)])


def home_visit_fetch(*, institution_code: str, reception_number: str, day: date, serial: int) -> TerminalRequest:
    """情報結果取得: the list behind a 受付番号; may be asked again under a new serial (S-044)."""
    if not reception_number.strip():
        raise Invalid("no reception number", code="reception_number_missing")
    body: list[_Item] = [("ReceptionNumber", reception_number)]
    return _request(names.HOME_VISIT_FETCH, day, serial, _header(institution_code), body)


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
    search = _search(coverage, birth_date, limit_consent, arbitrary_identifier)
    header = _header(institution_code, file_identifier, confirmed_on=confirmed_on)
    return _request(names.SINGLE, day, serial, header, [("QualificationConfirmSearchInfo", search)])


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
    search = _search(coverage, birth_date, limit_consent, arbitrary_identifier)
    search.append(("MedicalTreatmentFlag", Treatment.HOME_VISIT.value))
    header = _header(institution_code, file_identifier, confirmed_on=confirmed_on)
    return _request(names.REINQUIRY, day, serial, header, [("QualificationConfirmSearchInfo", search)])


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
    number = reference_number.strip()
    if not number or number == "0" or len(number) > _LONGEST_REFERENCE_NUMBER:
        raise Invalid("empty, 0 or longer than 50 characters", code="reference_number_invalid")
    info: list[_Item] = [("ReferenceNumber", number), *_insurance(coverage)]
    header = _header(institution_code, file_identifier)
    return _request(names.REGISTRATION, day, serial, header, [("ReferenceNumberRegistrationInfo", info)])


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
    body: list[_Item] = [
        ("StartDate", first_month.strftime("%Y%m")),
        ("EndDate", last_month.strftime("%Y%m")),
        ("FileCategory", content.value),
        ("PrDiInfClassification", "1" if with_prescriptions else "0"),
        ("MedicalTreatmentFlag", treatment.value),
    ]
    return _request(names.DRUG, day, serial, _medical_header(institution_code, coverage, file_identifier), body)


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
    body: list[_Item] = [("FileCategory", content.value), ("MedicalTreatmentFlag", treatment.value)]
    return _request(names.CHECKUP, day, serial, _medical_header(institution_code, coverage, file_identifier), body)


def padded_insurer_number(number: str) -> str:
    """Eight characters, spaces on the left: the form in which 6-digit numbers travel (3.3)."""
    return number.strip().rjust(_INSURER_NUMBER_WIDTH)


def _header(institution_code: str, file_identifier: str = "", *, confirmed_on: date | None = None) -> list[_Item]:
    if len(institution_code) != 10 or not institution_code.isascii() or not institution_code.isdigit():
        raise Invalid("not ten digits", code="institution_code_invalid")
    if len(file_identifier) > _LONGEST_IDENTIFIER:
        raise Invalid("longer than 50 characters", code="file_identifier_too_long")
    return [
        ("QualificationConfirmationDate", terminal_date(confirmed_on) if confirmed_on else None),
        ("MedicalInstitutionCode", institution_code),
        ("ArbitraryFileIdentifier", file_identifier or None),
    ]


def _medical_header(institution_code: str, coverage: CoverageFacts, file_identifier: str) -> list[_Item]:
    """The key stands in the header under other names than elsewhere; working software sends empty ones too (9.1)."""
    _require_key(coverage)
    first, institution, identifier = _header(institution_code, file_identifier)
    return [
        first,
        institution,
        ("InsurerNumber", padded_insurer_number(coverage.insurer_number or "")),
        ("InsuranceCardSymbol", coverage.card_symbol or ""),
        ("InsuredPersonIdentificationNumber", coverage.card_number),
        ("BranchNumber", coverage.branch_number or ""),
        identifier,
    ]


def _search(
    coverage: CoverageFacts, birth_date: date, limit_consent: bool, arbitrary_identifier: str | None
) -> list[_Item]:
    return [
        *_insurance(coverage),
        ("Birthdate", terminal_date(birth_date)),
        ("LimitApplicationCertificateRelatedConsFlg", "1" if limit_consent else "0"),
        ("ArbitraryIdentifier", arbitrary_identifier or None),
    ]


def _insurance(coverage: CoverageFacts) -> list[_Item]:
    _require_key(coverage)
    return [
        ("InsurerNumber", padded_insurer_number(coverage.insurer_number or "")),
        ("InsuredCardSymbol", coverage.card_symbol or None),
        ("InsuredIdentificationNumber", coverage.card_number),
        ("InsuredBranchNumber", coverage.branch_number or None),
    ]


def _require_key(coverage: CoverageFacts) -> None:
    missing = [name for name in ("insurer_number", "card_number") if not (getattr(coverage, name) or "").strip()]
    if missing:
        raise Invalid("the insurance key is incomplete", code="insurance_incomplete", missing=missing)


def _request(family: str, day: date, serial: int, header: Sequence[_Item], body: Sequence[_Item]) -> TerminalRequest:
    file_name = names.request_file_name(family, day, serial)
    content = _xml("XmlMsg", [("MessageHeader", header), ("MessageBody", body)])
    return TerminalRequest(
        file_name=file_name,
        content=_DECLARATION.encode("ascii") + content + b"\n",
        expected_stem=names.expected_stem(file_name),
    )


def _xml(name: str, content: str | Sequence[_Item]) -> bytes:
    """One element; None among children means left out, "" an empty element."""
    if isinstance(content, str):
        inside = encode(escape(content), CP932, field=name)
    else:
        inside = b"".join(_xml(child, inner) for child, inner in content if inner is not None)
    tag = name.encode("ascii")
    return b"<" + tag + b">" + inside + b"</" + tag + b">"
