"""受付番号, 処理中, list: the asynchronous inquiries (oqs-interface 6, 7, 8.2, 10; A-06, A-07, A-11, A-12, A-21)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree
from tests.simulator.practice import (
    HINATA,
    MINAMO,
    Practice,
    envelope,
    fetch_request,
    insurance,
    key_of,
    list_request,
    registration,
    text,
)

from otonai_simulator.consents import ConsentState
from otonai_simulator.person import ConsentItem


def accepted(practice: Practice, family: str, content: bytes) -> str:
    number = text(practice.ask(family, content), "ReceptionNumber")
    assert number is not None
    return number


def fetched(practice: Practice, family: str, number: str) -> etree._Element:
    return practice.ask(family, fetch_request(number))


def names(answer: etree._Element) -> list[str | None]:
    return [element.text for element in answer.iter("Name")]


def home_visit_list(practice: Practice, **period: str) -> etree._Element:
    number = accepted(practice, "OQSmuhvq01", list_request(**period))
    practice.later(20)
    return fetched(practice, "OQSmuhvq02", number)


def test_the_list_is_asked_for_accepted_processed_and_fetched(practice: Practice) -> None:
    practice.consent("settled")
    acceptance = practice.ask("OQSmuhvq01", list_request())
    number = text(acceptance, "ReceptionNumber")
    assert number is not None
    assert len(number) == 18
    assert number.isdigit()
    assert text(acceptance, "ArbitraryFileIdentifier") == "file-9"
    assert acceptance.find(".//SegmentOfResult") is None

    early = fetched(practice, "OQSmuhvq02", number)
    assert text(early, "SegmentOfResult") == "2"
    assert early.find(".//BulkConfirmUnit") is None

    practice.later(20)
    answer = fetched(practice, "OQSmuhvq02", number)
    assert text(answer, "SegmentOfResult") == "1"
    assert text(answer, "ReceptionNumber") == number
    assert text(answer, "NumberOfProcessingResult") == "1"
    unit = answer.find(".//BulkConfirmUnit")
    assert unit is not None
    assert unit.find("QualificationConfirmSearchInfo") is None
    assert unit.findtext("PrescriptionIssueSelect") == "2"
    assert unit.findtext("ResultOfQualificationConfirmation/PharmacistsInfoConsTime") == "20261123100000"
    assert unit.find("ResultOfQualificationConfirmation/PharmacistsInfoAvailableTime") is None


def test_a_list_may_be_fetched_again_within_a_day_and_not_after(practice: Practice) -> None:
    practice.consent("settled")
    number = accepted(practice, "OQSmuhvq01", list_request())
    practice.later(3600)
    assert names(fetched(practice, "OQSmuhvq02", number)) == ["在宅　静子"]
    assert names(fetched(practice, "OQSmuhvq02", number)) == ["在宅　静子"]
    practice.later(24 * 3600)
    assert text(fetched(practice, "OQSmuhvq02", number), "SegmentOfResult") == "9"


def test_only_consents_of_the_period_at_this_institution_are_listed(practice: Practice) -> None:
    practice.consent("settled", days_ago=1)
    practice.consent("first_consent", days_ago=10)
    practice.simulator.center.register_consent(
        institution_code=HINATA,
        person="oldest",
        items=frozenset(),
        prescription="paper",
        consented_at=practice.now,
        recorded_at=practice.now,
    )
    assert names(home_visit_list(practice, first="20261122", last="20261123")) == ["在宅　静子"]
    assert names(home_visit_list(practice, first="20261110", last="20261115")) == ["同意　三郎"]


def test_a_consent_given_after_the_request_waits_for_the_next_one(practice: Practice) -> None:
    number = accepted(practice, "OQSmuhvq01", list_request())
    practice.later(5)
    practice.consent("settled")
    practice.later(20)
    assert names(fetched(practice, "OQSmuhvq02", number)) == []
    assert names(home_visit_list(practice)) == ["在宅　静子"]


def test_nobody_is_a_normal_answer(practice: Practice) -> None:
    answer = home_visit_list(practice)
    assert text(answer, "SegmentOfResult") == "1"
    assert text(answer, "NumberOfProcessingResult") == "0"


def test_the_cancelled_disappear_and_the_expired_are_marked(practice: Practice) -> None:
    practice.consent("settled")
    practice.consent("first_consent", frozenset({ConsentItem.DRUG}))
    practice.simulator.center.end_consent(MINAMO, "settled", ConsentState.CANCELLED)
    practice.simulator.center.end_consent(MINAMO, "first_consent", ConsentState.EXPIRED)
    answer = home_visit_list(practice)
    assert names(answer) == ["同意　三郎"]
    assert text(answer, "PharmacistsInfoConsFlg") == "2"


def test_refused_items_are_zero_without_a_time(practice: Practice) -> None:
    practice.consent("settled", frozenset({ConsentItem.CHECKUP}))
    answer = home_visit_list(practice)
    assert text(answer, "SpecificHealthCheckupsInfoConsFlg") == "1"
    assert text(answer, "DiagnosisInfoConsFlg") == "0"
    assert answer.find(".//DiagnosisInfoConsTime") is None
    assert text(answer, "LimitApplicationCertificateRelatedConsFlg") == "0"
    assert answer.find(".//LimitApplicationCertificateRelatedInfo") is None


def test_the_last_registration_of_a_person_counts(practice: Practice) -> None:
    practice.consent("settled")
    practice.later(60)
    practice.consent("settled", frozenset())
    answer = home_visit_list(practice)
    assert names(answer) == ["在宅　静子"]
    assert text(answer, "PharmacistsInfoConsFlg") == "0"


def test_the_reference_number_stands_in_the_unit_once_it_was_registered(practice: Practice) -> None:
    practice.consent("settled")
    assert home_visit_list(practice).find(".//ReferenceNumber") is None
    practice.ask("OQSsiimm01", envelope("", registration(key_of("settled"), "000164")))
    assert home_visit_list(practice).findtext(".//BulkConfirmUnit/ReferenceNumber") == "000164"


def test_medical_assistance_comes_with_its_tickets(practice: Practice) -> None:
    practice.consent("assistance")
    answer = home_visit_list(practice)
    assert text(answer, "InsuredCardClassification") == "A1"
    assert text(answer, "InsurerNumber") == "12139994"
    assert [ticket.findtext("MedicalTreatmentMonth") for ticket in answer.iter("MedicalTicketInfo")] == [
        "202611",
        "202610",
    ]


@pytest.mark.parametrize(
    "period",
    [
        {"first": "20261123", "last": "20261122"},
        {"first": "20261123", "last": "20261124"},
        {"first": "20261023", "last": "20261123"},
        {"first": "", "last": ""},
    ],
)
def test_a_senseless_period_is_refused_at_once(practice: Practice, period: dict[str, str]) -> None:
    answer = practice.ask("OQSmuhvq01", list_request(**period))
    assert text(answer, "SegmentOfResult") == "9"
    assert answer.find(".//ReceptionNumber") is None


def test_thirty_one_days_are_still_accepted(practice: Practice) -> None:
    assert accepted(practice, "OQSmuhvq01", list_request(first="20261024", last="20261123"))


def test_an_unknown_or_foreign_reception_number_fails(practice: Practice) -> None:
    number = accepted(practice, "OQSmuhvq01", list_request())
    practice.later(20)
    assert text(fetched(practice, "OQSmuhvq02", "999999999999999999"), "SegmentOfResult") == "9"
    assert text(fetched(practice, "OQSmuquc02", number), "SegmentOfResult") == "9"
    foreign = practice.ask("OQSmuhvq02", fetch_request(number, code=HINATA), code=HINATA)
    assert text(foreign, "SegmentOfResult") == "9"


def test_the_bulk_inquiry_echoes_each_person_and_counts_errors(practice: Practice) -> None:
    def asked(key: str, *, birth: bool = True) -> str:
        found = key_of(key)
        birth_date = f"<Birthdate>{found.birth_date:%Y%m%d}</Birthdate>" if birth else ""
        return (
            f"<QualificationConfirmSearchInfo>{insurance(found)}{birth_date}"
            f"<ArbitraryIdentifier>{key}</ArbitraryIdentifier></QualificationConfirmSearchInfo>"
        )

    body = asked("settled") + asked("many_medicines") + asked("oldest", birth=False)
    number = accepted(practice, "OQSmuquc01", envelope("", body))
    practice.later(20)
    answer = fetched(practice, "OQSmuquc02", number)
    units = answer.findall(".//BulkConfirmUnit")
    assert [unit.findtext("QualificationConfirmSearchInfo/ArbitraryIdentifier") for unit in units] == [
        "settled",
        "many_medicines",
        "oldest",
    ]
    assert [unit.findtext("ProcessingResultStatus") for unit in units] == ["1", "1", "2"]
    assert [unit.findtext(".//LimitApplicationCertificateChanged") for unit in units] == ["0", "1", None]
    assert text(answer, "NumberOfError") == "1"
    assert answer.find(".//PharmacistsInfoConsFlg") is None


def test_numbers_can_be_registered_in_bulk(practice: Practice) -> None:
    unknown = replace(key_of("settled"), card_number="1")
    body = registration(key_of("settled"), "000164") + registration(unknown, "000999")
    number = accepted(practice, "OQSmuimm01", envelope("", body))
    practice.later(20)
    answer = fetched(practice, "OQSmuimm02", number)
    statuses = [unit.findtext("ProcessingResultStatus") for unit in answer.iter("BulkRegistrationUnit")]
    assert statuses == ["1", "2"]
    assert practice.simulator.center.reference_number(MINAMO, "settled") == "000164"


def test_medical_assistance_is_listed_by_month(practice: Practice) -> None:
    month = "<MedicalTreatmentMonth>202611</MedicalTreatmentMonth>"
    asked = f"<QualificationConfirmSearchInfo>{month}</QualificationConfirmSearchInfo>"
    number = accepted(practice, "OQSmutic01", envelope("", asked))
    practice.later(20)
    assert names(fetched(practice, "OQSmutic02", number)) == ["扶助　四郎"]
