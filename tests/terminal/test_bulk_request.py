"""Inquiries for many people and for online care, and messages that stay behind a switch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from otonai.domain.consent import ConsentKind, ConsentPeriod
from otonai.domain.eligibility import TerminalRequest
from otonai.domain.errors import Invalid
from otonai.domain.insurance import CoverageFacts
from otonai.terminal import bulk_request, names, unpublished_request
from otonai.terminal.bulk_request import AskedPerson
from otonai.terminal.layout import Treatment
from otonai.terminal.outcome import Outcome, Reason
from otonai.terminal.result import read

TODAY = date(2026, 11, 23)
COMMON: dict[str, Any] = {"institution_code": "1319999990", "day": TODAY, "serial": 5001}
NAMED: dict[str, Any] = COMMON | {"file_identifier": "a1"}
ICHIRO = CoverageFacts(
    insurer_number="138999", card_symbol="見本１２", card_number="7001", branch_number="01", limit_category="B04"
)
HARU = CoverageFacts(insurer_number="39139999", card_number="00067890")
PEOPLE = (
    AskedPerson(key="p-1", coverage=ICHIRO, birth_date=date(1954, 3, 11), limit_class_code="01"),
    AskedPerson(key="p-2", coverage=HARU, birth_date=date(1940, 10, 11)),
)
PERIOD = ConsentPeriod(date(2026, 11, 1), TODAY)
INSTITUTION = "<MedicalInstitutionCode>1319999990</MedicalInstitutionCode>"
HEAD = INSTITUTION + "<ArbitraryFileIdentifier>a1</ArbitraryFileIdentifier>"
KEY = (
    "<InsurerNumber>  138999</InsurerNumber><InsuredCardSymbol>見本１２</InsuredCardSymbol>"
    "<InsuredIdentificationNumber>7001</InsuredIdentificationNumber><InsuredBranchNumber>01</InsuredBranchNumber>"
)
OTHER_KEY = "<InsurerNumber>39139999</InsurerNumber><InsuredIdentificationNumber>00067890</InsuredIdentificationNumber>"
Build = Callable[[], TerminalRequest]


def search(inside: str) -> str:
    """One 資格確認照会用情報."""
    return f"<QualificationConfirmSearchInfo>{inside}</QualificationConfirmSearchInfo>"


REQUESTS: dict[str, tuple[Build, str, str]] = {
    "OQSmuquc01": (
        lambda: bulk_request.eligibility_bulk(**NAMED, people=PEOPLE, confirmed_on=TODAY),
        "<QualificationConfirmationDate>20261123</QualificationConfirmationDate>" + HEAD,
        search(
            KEY + "<Birthdate>19540311</Birthdate><LimitApplicationCertificateRelatedInfo>"
            "<LimitApplicationCertificateClassification>01</LimitApplicationCertificateClassification>"
            "<LimitApplicationCertificateClassificationFlag>B04</LimitApplicationCertificateClassificationFlag>"
            "</LimitApplicationCertificateRelatedInfo><ArbitraryIdentifier>p-1</ArbitraryIdentifier>"
        )
        + search(OTHER_KEY + "<Birthdate>19401011</Birthdate><ArbitraryIdentifier>p-2</ArbitraryIdentifier>"),
    ),
    "OQSmuonq01": (
        lambda: bulk_request.online_list(**NAMED, examined=PERIOD),
        HEAD,
        search(
            "<ExaminationDateFrom>20261101</ExaminationDateFrom><ExaminationDateTo>20261123</ExaminationDateTo>"
            "<MedicalTreatmentFlag>3</MedicalTreatmentFlag>"
        ),
    ),
    "OQSmutic01": (
        lambda: bulk_request.medical_assistance_list(**NAMED, month=TODAY),
        HEAD,
        search("<MedicalTreatmentMonth>202611</MedicalTreatmentMonth>"),
    ),
    "OQSmuimm01": (
        lambda: bulk_request.reference_number_bulk_registration(**NAMED, numbers=[("24020", ICHIRO), ("7", HARU)]),
        HEAD,
        "<ReferenceNumberRegistrationInfo><ReferenceNumber>24020</ReferenceNumber>"
        + KEY
        + "</ReferenceNumberRegistrationInfo><ReferenceNumberRegistrationInfo><ReferenceNumber>7</ReferenceNumber>"
        + OTHER_KEY
        + "</ReferenceNumberRegistrationInfo>",
    ),
    **{
        family: (
            lambda family=family: bulk_request.fetch(**COMMON, family=family, reception_number="2026"),  # type: ignore[misc]
            INSTITUTION,
            "<ReceptionNumber>2026</ReceptionNumber>",
        )
        for family in ("OQSmuquc02", "OQSmuhvq02", "OQSmuonq02", "OQSmutic02", "OQSmuimm02")
    },
}


@pytest.mark.parametrize("family", REQUESTS)
def test_each_inquiry_is_written_as_the_reference_shows_it(family: str) -> None:
    build, head, body = REQUESTS[family]
    declaration = '<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>\n'
    text = f"<XmlMsg><MessageHeader>{head}</MessageHeader><MessageBody>{body}</MessageBody></XmlMsg>\n"

    made = build()

    assert made.content.decode("cp932") == declaration + text
    assert made.file_name == f"{family}req_202611235001.xml"
    assert made.expected_stem == f"{family}res_202611235001"


@pytest.mark.parametrize("family", REQUESTS)
def test_our_own_reader_understands_what_each_asks(family: str) -> None:
    made = REQUESTS[family][0]()

    found = read(made.content, made.file_name)

    assert (found.outcome, found.reason, found.message) == (Outcome.READ, Reason.REQUEST_COPY, None)
    assert found.question is not None
    assert (found.question.family, found.question.institution_code) == (family, "1319999990")
    assert found.question.unknown_elements == ()
    numbers = [each.coverage.card_number for each in found.question.records]
    assert numbers == (["7001", "00067890"] if family in ("OQSmuquc01", "OQSmuimm01") else [])
    assert found.question.reception_number == ("2026" if family.endswith("02") else None)
    assert "7001" not in repr(found.question)


def test_online_care_can_be_asked_for_by_the_days_of_consent() -> None:
    text = bulk_request.online_list(**NAMED, consented=PERIOD).content

    assert b"<ConsentDateFrom>20261101</ConsentDateFrom><ConsentDateTo>20261123</ConsentDateTo>" in text


PERSON: dict[str, Any] = NAMED | {"coverage": ICHIRO, "birth_date": date(1954, 3, 11)}
UNPUBLISHED: dict[str, Callable[..., TerminalRequest]] = {
    "OQSsionq01": lambda **more: unpublished_request.online_single(
        **PERSON, confirmed_on=TODAY, limit_consent=False, **more
    ),
    "OQSsihvd01": lambda **more: unpublished_request.end_of_consent(
        **PERSON, kinds=[ConsentKind.DRUG, ConsentKind.OPERATION], **more
    ),
    "OQSsiurl01": lambda **more: unpublished_request.consent_page(**NAMED, **more),
}


@pytest.mark.parametrize("family", UNPUBLISHED)
def test_a_layout_that_nobody_published_is_written_only_where_somebody_says_so(family: str) -> None:
    with pytest.raises(Invalid) as refusal:
        UNPUBLISHED[family]()
    assert refusal.value.code == "layout_unpublished"

    made = UNPUBLISHED[family](unpublished=True)
    found = read(made.content, made.file_name, unpublished=True)

    assert made.file_name == f"{family}req_202611235001.xml"
    assert found.reason is Reason.REQUEST_COPY
    assert found.question is not None
    assert found.question.unknown_elements == ()


def test_the_end_of_consent_names_the_kinds_by_their_codes() -> None:
    text = UNPUBLISHED["OQSsihvd01"](unpublished=True).content.decode("cp932")

    assert "<ConsentInfoType>YZK</ConsentInfoType><ConsentInfoType>SHJ</ConsentInfoType>" in text


def test_the_page_is_never_changed_by_default() -> None:
    assert b"<UrlChangeFlag>0</UrlChangeFlag>" in UNPUBLISHED["OQSsiurl01"](unpublished=True).content
    assert b"<UrlChangeFlag>1</UrlChangeFlag>" in UNPUBLISHED["OQSsiurl01"](unpublished=True, change=True).content


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (lambda: bulk_request.eligibility_bulk(**NAMED, people=[], confirmed_on=TODAY), "nobody_asked"),
        (lambda: bulk_request.eligibility_bulk(**NAMED, people=PEOPLE * 251, confirmed_on=TODAY), "too_many_people"),
        (lambda: bulk_request.online_list(**NAMED), "period_missing"),
        (lambda: bulk_request.online_list(**NAMED, consented=PERIOD, examined=PERIOD), "period_missing"),
        (lambda: bulk_request.reference_number_bulk_registration(**NAMED, numbers=[]), "nobody_asked"),
        (
            lambda: bulk_request.reference_number_bulk_registration(**NAMED, numbers=[("0", HARU)]),
            "reference_number_invalid",
        ),
        (
            lambda: bulk_request.fetch(**COMMON, family=names.HOME_VISIT_LIST, reception_number="1"),
            "no_bulk_family",
        ),
        (
            lambda: bulk_request.fetch(**COMMON, family=names.BULK_FETCH, reception_number=""),
            "reception_number_missing",
        ),
        (
            lambda: unpublished_request.end_of_consent(**PERSON, kinds=[ConsentKind.LIMIT], unpublished=True),
            "consent_kind_invalid",
        ),
        (lambda: unpublished_request.end_of_consent(**PERSON, kinds=[], unpublished=True), "consent_kind_invalid"),
        (
            lambda: unpublished_request.consent_page(**NAMED, treatment=Treatment.OUTPATIENT, unpublished=True),
            "treatment_invalid",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_by_name(build: Build, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        build()

    assert refusal.value.code == code
