"""資格確認, 再照会 and 照会番号登録, file in and file out (oqs-interface 2, 4, 7.5, 8.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.simulator.practice import (
    HINATA,
    MINAMO,
    Practice,
    eligibility_request,
    envelope,
    key_of,
    registration,
    text,
)

from otonai_simulator.consents import ConsentState
from otonai_simulator.lookup import SearchKey
from otonai_simulator.person import ConsentItem
from otonai_simulator.wire import Encoding

HOME_VISIT = "<MedicalTreatmentFlag>2</MedicalTreatmentFlag>"


def test_a_valid_card_is_answered_with_one_record_in_the_terminals_writing(practice: Practice) -> None:
    answer = practice.ask("OQSsiquc01", eligibility_request(key_of("width_differs"), limit="1"))
    assert text(answer, "SegmentOfResult") == "1"
    assert text(answer, "ReferenceClassification") == "2"
    assert text(answer, "ArbitraryFileIdentifier") == "file-7"
    assert text(answer, "QualificationValidity") == "1"
    record = answer.find(".//ResultOfQualificationConfirmation")
    assert record is not None
    assert record.findtext("InsurerNumber") == "  139998"
    assert record.findtext("NameKana") == "ﾐﾎﾝ ﾀﾀﾞｼ"
    assert record.findtext("Name") == "見本　正"
    assert record.findtext("ElderlyRecipientCertificateInfo/ElderlyRecipientContributionRatio") == "020"
    assert record.findtext("LimitApplicationCertificateRelatedConsFlg") == "1"
    assert record.find("PharmacistsInfoConsFlg") is None


def test_a_request_in_cp932_and_other_width_finds_the_same_person(practice: Practice) -> None:
    key = replace(key_of("width_differs"), insurer_number="00139998", card_symbol="見本12", card_number="７００１")
    answer = practice.ask("OQSsiquc01", eligibility_request(key, encoding="Shift_JIS"))
    assert text(answer, "Name") == "見本　正"


@pytest.mark.parametrize(
    ("who", "changed", "validity"),
    [
        ("insurance_lost", None, "2"),
        ("settled", "card_number", "4"),
        ("twin_first", "branch_number", "5"),
    ],
)
def test_each_validity_has_its_answer(practice: Practice, who: str, changed: str | None, validity: str) -> None:
    key = key_of(who)
    if changed == "card_number":
        key = replace(key, card_number="99999999")
    if changed == "branch_number":
        key = replace(key, branch_number="")
    answer = practice.ask("OQSsiquc01", eligibility_request(key))
    assert text(answer, "QualificationValidity") == validity
    assert (answer.find(".//ResultList") is None) == (validity in ("4", "5"))


def test_a_lost_qualification_says_when_and_why(practice: Practice) -> None:
    answer = practice.ask("OQSsiquc01", eligibility_request(key_of("insurance_lost")))
    assert text(answer, "DisqualificationDate") == "20261031"
    assert text(answer, "ReasonOfLoss") == "99"


def test_the_card_from_before_the_75th_birthday_points_to_a_new_qualification(practice: Practice) -> None:
    old = SearchKey(
        insurer_number="139998",
        card_symbol="見本０７",
        card_number="3110",
        branch_number="01",
        birth_date=key_of("turned_75_hidden_mark").birth_date,
    )
    answer = practice.ask("OQSsiquc01", eligibility_request(old))
    assert text(answer, "QualificationValidity") == "3"
    assert text(answer, "InsurerNumber") == "  139998"
    assert text(answer, "DisqualificationDate") == "20261103"


def test_without_a_birth_date_the_person_is_an_error_and_the_file_is_not(practice: Practice) -> None:
    answer = practice.ask("OQSsiquc01", eligibility_request(replace(key_of("settled"), birth_date=None)))
    assert text(answer, "SegmentOfResult") == "1"
    assert text(answer, "ProcessingResultStatus") == "2"
    assert text(answer, "ProcessingResultCode") == "OQSSIM2001"


def test_an_unknown_institution_code_fails_the_file(practice: Practice) -> None:
    request = eligibility_request(key_of("settled"), code="1319999974")
    stem = practice.drop("OQSsiquc01", request)
    for seconds in (0, 0.3, 1.2):
        practice.later(seconds)
    content = (practice.res / f"{stem}.xml").read_text("utf-8")
    assert "<SegmentOfResult>9</SegmentOfResult>" in content
    assert "OQSSIM1801" in content


def test_the_code_of_another_terminal_finds_nobody(practice: Practice) -> None:
    answer = practice.ask("OQSsiquc01", eligibility_request(key_of("settled"), code=HINATA))
    assert text(answer, "QualificationValidity") == "4"


def test_a_hidden_mark_a_blank_and_an_unset_sex_are_delivered_as_they_are(practice: Practice) -> None:
    marked = practice.ask("OQSsiquc01", eligibility_request(key_of("turned_75_hidden_mark")))
    blank = practice.ask("OQSsiquc01", eligibility_request(key_of("new_blank_sex")))
    unset = practice.ask("OQSsiquc01", eligibility_request(key_of("new_long_name")))
    assert text(marked, "Name") == "例示　●志"
    assert text(blank, "Sex1") is None
    assert text(unset, "Sex1") == "3"


def test_answers_can_be_in_cp932_with_the_label_the_terminal_uses(practice_with: Callable[..., Practice]) -> None:
    practice = practice_with(encoding=Encoding.CP932)
    stem = practice.drop("OQSsiquc01", eligibility_request(key_of("variant_surname")))
    for seconds in (0, 0.3, 1.2):
        practice.later(seconds)
    content = (practice.res / f"{stem}.xml").read_bytes()
    assert content.startswith(b'<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>')
    assert "<Name>髙橋　花江</Name>" in content.decode("cp932")
    assert b"<CharacterCodeIdentifier>1<" in content


def test_a_registered_number_comes_with_every_later_answer(practice: Practice) -> None:
    before = practice.ask("OQSsiquc01", eligibility_request(key_of("settled")))
    registered = practice.ask("OQSsiimm01", envelope("", registration(key_of("settled"), "A1-0077")))
    after = practice.ask("OQSsiquc01", eligibility_request(key_of("settled")))
    assert before.find(".//ReferenceNumber") is None
    assert text(registered, "ProcessingResultStatus") == "1"
    assert text(registered, "ReferenceNumber") == "A1-0077"
    assert text(after, "ReferenceNumber") == "A1-0077"


def test_a_number_belongs_to_one_institution(practice: Practice) -> None:
    practice.ask("OQSsiimm01", envelope("", registration(key_of("settled"), "A1-0077")))
    other = practice.ask("OQSsiquc01", eligibility_request(key_of("settled"), code=HINATA), code=HINATA)
    assert text(other, "QualificationValidity") == "1"
    assert other.find(".//ReferenceNumber") is None


def test_twins_without_branch_cannot_be_registered(practice: Practice) -> None:
    key = replace(key_of("twin_first"), branch_number="")
    answer = practice.ask("OQSsiimm01", envelope("", registration(key, "000331")))
    assert text(answer, "ProcessingResultStatus") == "2"
    assert practice.simulator.center.reference_number(MINAMO, "twin_first") is None


def test_reinquiry_gives_consents_without_the_card(practice: Practice) -> None:
    practice.consent("settled", frozenset({ConsentItem.DRUG}), days_ago=40)
    answer = practice.ask("OQSsihvq01", eligibility_request(key_of("settled"), extra=HOME_VISIT))
    assert text(answer, "ReferenceClassification") == "1"
    assert text(answer, "PharmacistsInfoConsFlg") == "1"
    assert text(answer, "SpecificHealthCheckupsInfoConsFlg") == "0"
    assert answer.find(".//PharmacistsInfoAvailableTime") is None


@pytest.mark.parametrize("ended", [None, ConsentState.CANCELLED])
def test_reinquiry_without_a_holding_consent_is_an_error(practice: Practice, ended: ConsentState | None) -> None:
    if ended:
        practice.consent("settled")
        practice.simulator.center.end_consent(MINAMO, "settled", ended)
    answer = practice.ask("OQSsihvq01", eligibility_request(key_of("settled"), extra=HOME_VISIT))
    assert text(answer, "ProcessingResultStatus") == "2"
    assert text(answer, "ProcessingResultCode") == "OQSSIM7001"
    assert answer.find(".//Name") is None


def test_an_expired_consent_is_delivered_as_two_without_times(practice: Practice) -> None:
    practice.consent("settled", frozenset({ConsentItem.DRUG}))
    practice.simulator.center.end_consent(MINAMO, "settled", ConsentState.EXPIRED)
    answer = practice.ask("OQSsihvq01", eligibility_request(key_of("settled"), extra=HOME_VISIT))
    assert text(answer, "ProcessingResultStatus") == "1"
    assert text(answer, "PharmacistsInfoConsFlg") == "2"
    assert answer.find(".//PharmacistsInfoConsTime") is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<XmlMsg><MessageHeader>", "OQSSIM0102"),
        (b"<!DOCTYPE XmlMsg><XmlMsg><MessageHeader/><MessageBody/></XmlMsg>", "OQSSIM0102"),
        (b"<Letter/>", "OQSSIM0103"),
        (b"<XmlMsg><MessageHeader/><MessageBody/></XmlMsg>", "OQSSIM0104"),
    ],
)
def test_a_request_that_breaks_the_layout_comes_back_with_err(practice: Practice, content: bytes, code: str) -> None:
    stem = practice.drop("OQSsiquc01", content).replace("res_", "req_")
    for seconds in (0, 0.3, 1.2):
        practice.later(seconds)
    assert (practice.res / f"{stem}.xml").read_bytes() == content
    line = (practice.res / f"{stem}.err").read_text("utf-8")
    assert line.startswith(f"{code}\t")
    assert line.count("\n") == 1


def test_a_family_this_terminal_does_not_know_comes_back_with_err(practice: Practice) -> None:
    stem = practice.drop("CIPsiquc01", envelope("", "")).replace("res_", "req_")
    for seconds in (0, 0.3, 1.2):
        practice.later(seconds)
    assert (practice.res / f"{stem}.err").read_text("utf-8").startswith("OQSSIM0105\t")
