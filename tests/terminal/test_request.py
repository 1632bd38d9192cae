"""Requests: the bytes the terminal gets, the same every time, and what is refused before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.terminal.messages import ICHIRO, SINGLE, single

from otonai.domain.consent import ConsentPeriod
from otonai.domain.eligibility import TerminalRequest
from otonai.domain.errors import Invalid
from otonai.domain.insurance import CoverageFacts
from otonai.terminal import request
from otonai.terminal.envelope import Envelope, all_texts, open_envelope
from otonai.terminal.outcome import Outcome, Reason
from otonai.terminal.result import read

TODAY = date(2026, 11, 23)
COVERAGE = CoverageFacts(insurer_number="138999", card_symbol="見本１２", card_number="7001", branch_number="01")
COMMON: dict[str, Any] = {"institution_code": "1319999990", "day": TODAY, "serial": 5001}
PERSON: dict[str, Any] = COMMON | {
    "coverage": COVERAGE,
    "birth_date": date(1954, 3, 11),
    "confirmed_on": TODAY,
    "limit_consent": True,
    "file_identifier": "a1",
}
MONTHS: dict[str, Any] = COMMON | {
    "coverage": COVERAGE,
    "first_month": date(2026, 6, 30),
    "last_month": TODAY,
    "file_identifier": "24031",
}
DECLARATION = '<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>\n'
INSURANCE = (
    "<InsurerNumber>  138999</InsurerNumber><InsuredCardSymbol>見本１２</InsuredCardSymbol>"
    "<InsuredIdentificationNumber>7001</InsuredIdentificationNumber><InsuredBranchNumber>01</InsuredBranchNumber>"
)
INSTITUTION = "<MedicalInstitutionCode>1319999990</MedicalInstitutionCode>"
MEDICAL_KEY = (
    "<InsurerNumber>  138999</InsurerNumber><InsuranceCardSymbol>見本１２</InsuranceCardSymbol>"
    "<InsuredPersonIdentificationNumber>7001</InsuredPersonIdentificationNumber><BranchNumber>01</BranchNumber>"
    "<ArbitraryFileIdentifier>24031</ArbitraryFileIdentifier>"
)
Build = Callable[[], TerminalRequest]


def built(header: str, body: str) -> bytes:
    """The whole file for a header and a body."""
    text = f"<XmlMsg><MessageHeader>{header}</MessageHeader><MessageBody>{body}</MessageBody></XmlMsg>\n"
    return (DECLARATION + text).encode("cp932")


REQUESTS: dict[str, tuple[Build, bytes]] = {
    "OQSmuhvq01": (
        lambda: request.home_visit_list(
            **COMMON, period=ConsentPeriod(date(2026, 11, 1), TODAY), file_identifier="20261123190000123-a1"
        ),
        built(
            INSTITUTION + "<ArbitraryFileIdentifier>20261123190000123-a1</ArbitraryFileIdentifier>",
            "<QualificationConfirmSearchInfo><ConsentDateFrom>20261101</ConsentDateFrom>"
            "<ConsentDateTo>20261123</ConsentDateTo><MedicalTreatmentFlag>2</MedicalTreatmentFlag>"
            "</QualificationConfirmSearchInfo>",
        ),
    ),
    "OQSmuhvq02": (
        lambda: request.home_visit_fetch(**COMMON, reception_number="202611231900050007"),
        built(INSTITUTION, "<ReceptionNumber>202611231900050007</ReceptionNumber>"),
    ),
    "OQSsiquc01": (
        lambda: request.eligibility_single(**PERSON),
        built(
            "<QualificationConfirmationDate>20261123</QualificationConfirmationDate>"
            + INSTITUTION
            + "<ArbitraryFileIdentifier>a1</ArbitraryFileIdentifier>",
            "<QualificationConfirmSearchInfo>"
            + INSURANCE
            + "<Birthdate>19540311</Birthdate><LimitApplicationCertificateRelatedConsFlg>1"
            "</LimitApplicationCertificateRelatedConsFlg></QualificationConfirmSearchInfo>",
        ),
    ),
    "OQSsihvq01": (
        lambda: request.reinquiry(**PERSON | {"limit_consent": False, "arbitrary_identifier": "p-1"}),
        built(
            "<QualificationConfirmationDate>20261123</QualificationConfirmationDate>"
            + INSTITUTION
            + "<ArbitraryFileIdentifier>a1</ArbitraryFileIdentifier>",
            "<QualificationConfirmSearchInfo>"
            + INSURANCE
            + "<Birthdate>19540311</Birthdate><LimitApplicationCertificateRelatedConsFlg>0"
            "</LimitApplicationCertificateRelatedConsFlg><ArbitraryIdentifier>p-1</ArbitraryIdentifier>"
            "<MedicalTreatmentFlag>2</MedicalTreatmentFlag></QualificationConfirmSearchInfo>",
        ),
    ),
    "OQSsiimm01": (
        lambda: request.reference_number_registration(
            **COMMON, coverage=COVERAGE, reference_number="24031", file_identifier="a1"
        ),
        built(
            INSTITUTION + "<ArbitraryFileIdentifier>a1</ArbitraryFileIdentifier>",
            "<ReferenceNumberRegistrationInfo><ReferenceNumber>24031</ReferenceNumber>"
            + INSURANCE
            + "</ReferenceNumberRegistrationInfo>",
        ),
    ),
    "YZKsiquc01": (
        lambda: request.drug(**MONTHS),
        built(
            INSTITUTION + MEDICAL_KEY,
            "<StartDate>202606</StartDate><EndDate>202611</EndDate><FileCategory>2</FileCategory>"
            "<PrDiInfClassification>1</PrDiInfClassification><MedicalTreatmentFlag>2</MedicalTreatmentFlag>",
        ),
    ),
    "TKKsiquc01": (
        lambda: request.checkup(**COMMON, coverage=COVERAGE, file_identifier="24031"),
        built(
            INSTITUTION + MEDICAL_KEY,
            "<FileCategory>2</FileCategory><MedicalTreatmentFlag>2</MedicalTreatmentFlag>",
        ),
    ),
}


@pytest.mark.shows("S-042", "S-044")
@pytest.mark.parametrize("family", REQUESTS)
def test_each_request_is_written_as_the_reference_shows_it_and_the_same_every_time(family: str) -> None:
    build, expected = REQUESTS[family]

    made = build()

    assert made.content == expected
    assert made.file_name == f"{family}req_202611235001.xml"
    assert made.expected_stem == f"{family}res_202611235001"
    assert build() == made


@pytest.mark.parametrize("family", REQUESTS)
def test_our_own_reader_understands_every_request_and_no_beginning_of_one(family: str) -> None:
    made = REQUESTS[family][0]()

    copy = read(made.content, made.file_name)
    envelope = open_envelope(made.content)

    assert (copy.outcome, copy.reason) == (Outcome.READ, Reason.REQUEST_COPY)
    assert isinstance(envelope, Envelope)
    assert envelope.unknown_elements == ()
    assert envelope.header["MedicalInstitutionCode"] == "1319999990"
    end = len(made.content.rstrip())
    assert {read(made.content[:cut], made.file_name).outcome for cut in range(end)} == {Outcome.INCOMPLETE}


def test_what_is_empty_is_left_out_and_never_invented() -> None:
    late_elderly = CoverageFacts(insurer_number="39139999", card_number="00067890")

    single_text = request.eligibility_single(**PERSON | {"coverage": late_elderly}).content.decode("cp932")
    drug_text = request.drug(**MONTHS | {"coverage": late_elderly}).content.decode("cp932")

    assert "InsuredCardSymbol" not in single_text
    assert "InsuredBranchNumber" not in single_text
    assert "<InsuranceCardSymbol></InsuranceCardSymbol>" in drug_text
    assert "<BranchNumber></BranchNumber>" in drug_text


def test_the_insurance_of_an_answer_goes_back_word_for_word() -> None:
    answer = read(single(ICHIRO, encoding="cp932"), SINGLE)
    coverage = answer.message.people[0].records[0].coverage  # type: ignore[union-attr]

    envelope = open_envelope(request.eligibility_single(**PERSON | {"coverage": coverage}).content)

    assert isinstance(envelope, Envelope)
    assert envelope.body is not None
    sent = all_texts(envelope.body)
    for name in ("InsuredCardSymbol", "InsuredIdentificationNumber", "InsuredBranchNumber", "Birthdate"):
        assert sent[name] == ICHIRO[name]
    assert b"<InsurerNumber>  138999</InsurerNumber>" in request.drug(**MONTHS | {"coverage": coverage}).content


def test_signs_of_markup_in_a_symbol_stay_text() -> None:
    coverage = replace(COVERAGE, card_symbol="<&>]]>")

    envelope = open_envelope(request.eligibility_single(**PERSON | {"coverage": coverage}).content)

    assert isinstance(envelope, Envelope)
    assert envelope.anywhere("InsuredCardSymbol") == "<&>]]>"


def test_what_a_drug_request_asks_for_can_be_chosen() -> None:
    text = request.drug(
        **MONTHS,
        content=request.DrugContent.DRUG_AND_TREATMENT,
        treatment=request.Treatment.OUTPATIENT,
        with_prescriptions=False,
    ).content

    assert b"<FileCategory>4</FileCategory><PrDiInfClassification>0</PrDiInfClassification>" in text
    assert b"<MedicalTreatmentFlag>1</MedicalTreatmentFlag>" in text


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: request.eligibility_single(**PERSON | {"institution_code": "131999999"}), "institution_code_invalid"),
        (
            lambda: request.eligibility_single(**PERSON | {"institution_code": "１３１９９９９９９０"}),
            "institution_code_invalid",
        ),
        (lambda: request.eligibility_single(**PERSON | {"file_identifier": "x" * 51}), "file_identifier_too_long"),
        (lambda: request.eligibility_single(**PERSON | {"coverage": CoverageFacts()}), "insurance_incomplete"),
        (lambda: request.drug(**MONTHS | {"coverage": replace(COVERAGE, card_number=" ")}), "insurance_incomplete"),
        (lambda: request.drug(**MONTHS | {"first_month": date(2026, 12, 1)}), "months_reversed"),
        (lambda: request.drug(**MONTHS | {"serial": 1}), "serial_out_of_range"),
        (lambda: request.home_visit_fetch(**COMMON, reception_number=" "), "reception_number_missing"),
        (
            lambda: request.eligibility_single(**PERSON | {"coverage": replace(COVERAGE, card_symbol="𠮷")}),
            "unencodable_character",
        ),
        *(
            (
                lambda number=number: request.reference_number_registration(
                    **COMMON, coverage=COVERAGE, reference_number=number, file_identifier="a1"
                ),
                "reference_number_invalid",
            )
            for number in ("", " ", "0", "9" * 51)
        ),
    ],
)
@pytest.mark.shows("S-077")
def test_what_cannot_be_sent_is_refused_by_name(build: Build, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        build()

    assert refusal.value.code == code
    assert "𠮷" not in f"{refusal.value} {refusal.value.facts}"
