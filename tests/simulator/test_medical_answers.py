"""薬剤情報等 and 特定健診: what is given out with consent, and that nothing is without (oqs-interface 9, A-13)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree
from tests.simulator.practice import EVERYTHING, MINAMO, Practice, key_of, medical_request, text

from otonai_simulator.consents import Care, ConsentState
from otonai_simulator.people import PEOPLE
from otonai_simulator.person import ConsentItem


def test_drugs_come_from_receipts_and_from_electronic_prescriptions(practice: Practice) -> None:
    practice.consent("many_medicines")
    answer = practice.ask("YZKsiquc01", medical_request(key_of("many_medicines")))
    assert text(answer, "ResultCode") == "1"
    assert answer.findtext("MessageHeader/QuaInf/KanaName") == "ｼｶｸ ｲﾁﾛｳ"
    assert answer.findtext("MessageHeader/QuaInf/Birth") == "19370303"
    receipts = answer.findall("MessageBody/MeTrMonthInf")
    assert max(month.findtext("MeTrMonth") or "" for month in receipts) == "202609"
    assert answer.findtext(".//DrugInf/DrugN") is not None
    dispensed = answer.findall("MessageBody/CzDiInf/CzDiMonthInf")
    assert max(month.findtext("CzDiMonth") or "" for month in dispensed) == "202611"
    assert answer.findtext(".//CzDrugInf/CzUsageCl") == "21"
    assert answer.findtext(".//ShPrDateInf/ShPrDate") == "20261109"


def test_one_visit_is_told_by_two_sources(practice: Practice) -> None:
    practice.consent("many_medicines")
    answer = practice.ask("YZKsiquc01", medical_request(key_of("many_medicines")))
    receipt = {element.text for element in answer.iter("DiDate")}
    dispensing = {element.text for element in answer.iter("CzDiDate")}
    assert "20260902" in receipt & dispensing


def test_the_asked_months_limit_the_answer(practice: Practice) -> None:
    practice.consent("many_medicines")
    answer = practice.ask("YZKsiquc01", medical_request(key_of("many_medicines"), months=("202607", "202608")))
    assert {element.text for element in answer.iter("MeTrMonth")} == {"202607", "202608"}


def test_a_person_without_drugs_has_an_empty_body(practice: Practice) -> None:
    practice.consent("no_drugs")
    answer = practice.ask("YZKsiquc01", medical_request(key_of("no_drugs")))
    assert text(answer, "ResultCode") == "1"
    assert answer.findall("MessageBody/*") == []


def test_treatment_and_operation_need_their_own_consents(practice: Practice) -> None:
    request = medical_request(key_of("many_medicines"), category="4")
    practice.consent("many_medicines", frozenset({ConsentItem.DRUG, ConsentItem.DIAGNOSIS}))
    without_operation = practice.ask("YZKsiquc01", request)
    practice.consent("many_medicines", EVERYTHING)
    everything = practice.ask("YZKsiquc01", request)
    assert [element.text for element in without_operation.iter("MeTrIdCl") if element.text == "50"] == []
    assert without_operation.find(".//SinInfN") is not None
    assert "50" in [element.text for element in everything.iter("MeTrIdCl")]


def test_checkups_come_with_codes_units_and_a_changed_method(practice: Practice) -> None:
    practice.consent("many_medicines")
    answer = practice.ask("TKKsiquc01", medical_request(key_of("many_medicines")))
    assert answer.findtext("MessageHeader/QualificationsInfo/KanasName") == "ｼｶｸ ｲﾁﾛｳ"
    days = [element.text for element in answer.iter("EffectiveTime")]
    assert days == ["20251008", "20241008", "20231008", "20211008"]
    codes = [
        item.findtext("ItemCode")
        for item in answer.iter("HealthCheckupResultAndQuestionInfo")
        if (item.findtext("ItemCode") or "").startswith("3D046")
    ]
    assert codes == ["3D046000001927102", *["3D046000001920402"] * 3]


@pytest.mark.parametrize(
    ("family", "items"),
    [("YZKsiquc01", frozenset({ConsentItem.CHECKUP})), ("TKKsiquc01", frozenset({ConsentItem.DRUG}))],
)
def test_the_matching_consent_is_needed(practice: Practice, family: str, items: frozenset[ConsentItem]) -> None:
    practice.consent("settled", items)
    answer = practice.ask(family, medical_request(key_of("settled")))
    assert text(answer, "ResultCode") == "9"
    assert text(answer, "MessageContents") == "閲覧の同意がありません。"
    assert answer.find(".//Name") is None


@pytest.mark.parametrize("state", [ConsentState.CANCELLED, ConsentState.EXPIRED])
def test_an_ended_consent_opens_nothing(practice: Practice, state: ConsentState) -> None:
    practice.consent("settled")
    practice.simulator.center.end_consent(MINAMO, "settled", state)
    assert text(practice.ask("YZKsiquc01", medical_request(key_of("settled"))), "ResultCode") == "9"


def test_a_card_readers_consent_ends_after_a_day_and_serves_outpatient_care_only(practice: Practice) -> None:
    practice.simulator.center.register_consent(
        institution_code=MINAMO,
        person="settled",
        items=EVERYTHING,
        prescription="paper",
        consented_at=practice.now,
        recorded_at=practice.now,
        care=Care.OUTPATIENT,
    )
    outpatient, home_visit = (medical_request(key_of("settled"), flag=flag) for flag in ("1", "2"))
    assert text(practice.ask("YZKsiquc01", outpatient), "ResultCode") == "1"
    assert text(practice.ask("YZKsiquc01", home_visit), "ResultCode") == "9"
    practice.later(24 * 3600)
    assert text(practice.ask("YZKsiquc01", outpatient), "ResultCode") == "9"


def test_twins_without_a_branch_number_get_nothing(practice: Practice) -> None:
    practice.consent("twin_first")
    key = replace(key_of("twin_first"), branch_number="")
    assert text(practice.ask("YZKsiquc01", medical_request(key)), "ResultCode") == "9"


@pytest.mark.parametrize("family", ["YZKsiquc01", "TKKsiquc01"])
def test_a_pdf_is_delivered_when_asked_for(practice: Practice, family: str) -> None:
    practice.consent("settled")
    stem = practice.drop(family, medical_request(key_of("settled"), category="1"))
    for seconds in (0, 0.3, 1.2):
        practice.later(seconds)
    assert (practice.res / f"{stem}.pdf").read_bytes().startswith(b"%PDF-1.4")


def test_every_history_can_be_told(practice: Practice) -> None:
    for someone in PEOPLE:
        if someone.insurance is None:
            continue
        practice.consent(someone.key)
        stem = practice.drop("YZKsiquc01", medical_request(key_of(someone.key), category="4"))
        for seconds in (0, 0.3, 1.2):
            practice.later(seconds)
        answer = etree.fromstring((practice.res / f"{stem}.xml").read_bytes())
        assert text(answer, "ResultCode") == "1", someone.key
        assert (answer.find(".//DrugN") is not None) == bool(someone.drug_profile), someone.key
