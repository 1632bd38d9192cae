"""Every family of the catalogue beside home visits: what a file of it says, and that every layer has a name."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from tests.terminal.messages import FACE, HARU, ICHIRO, SINGLE, header, message, record, single, tag, tags, unit

from otonai.domain.consent import ConsentFlag, ConsentKind
from otonai.domain.eligibility import FileOutcome, InquiryKind, PersonOutcome, TerminalResult
from otonai.domain.insurance import Validity
from otonai.domain.medical import DrugSource
from otonai.terminal import names, provenance
from otonai.terminal.outcome import Outcome, Reason
from otonai.terminal.result import ReadOutcome, read

SERIAL = "202611235001"
BULK_CHECK = f"OQSmuquc02res_{SERIAL}.xml"
ONLINE = f"OQSmuonq02res_{SERIAL}.xml"
ASSISTANCE = f"OQSmutic02res_{SERIAL}.xml"
PAGE = f"OQSsiurl01res_{SERIAL}.xml"
ACCEPTED = [f"OQSmu{function}01res_{SERIAL}.xml" for function in ("quc", "hvq", "onq", "tic", "imm")]
FETCHED = [f"OQSmu{function}02res_{SERIAL}.xml" for function in ("quc", "hvq", "onq", "tic", "imm")]


def result_of(outcome: ReadOutcome) -> TerminalResult:
    """The eligibility result of a file that was read."""
    assert outcome.outcome is Outcome.READ
    assert isinstance(outcome.message, TerminalResult)
    return outcome.message


@pytest.mark.parametrize("file_name", ACCEPTED)
def test_every_bulk_family_is_accepted_by_its_number_alone(file_name: str) -> None:
    data = message(tag("ReceptionNumber", "202611231900050007"), header(SegmentOfResult=""))

    result = result_of(read(data, file_name))

    assert (result.reception_number, result.outcome, result.people) == ("202611231900050007", FileOutcome.UNSTATED, ())
    assert read(message(""), file_name).reason is Reason.NOT_ACCEPTED


@pytest.mark.parametrize("file_name", FETCHED)
@pytest.mark.parametrize(
    ("segment", "reason"), [("1", Reason.EMPTY_LIST), ("2", Reason.PROCESSING), ("9", Reason.FAILED)]
)
def test_every_fetched_list_without_people_says_why(file_name: str, segment: str, reason: Reason) -> None:
    assert read(message("", header(SegmentOfResult=segment)), file_name).reason is reason


def test_a_bulk_check_ties_each_answer_to_our_key_and_says_whether_the_limit_still_applies() -> None:
    def echo(key: str) -> str:
        return tag("QualificationConfirmSearchInfo", tag("InsurerNumber", "138999") + tag("ArbitraryIdentifier", key))

    reduced = {name: ICHIRO[name] for name in ("InsurerNumber", "InsuredIdentificationNumber", "Name", "Birthdate")}
    changed = record(reduced, tag("LimitApplicationCertificateChanged", "1"))
    failed = tags({"ProcessingResultCode": "OQSSIM2001", "ProcessingResultMessage": "模擬エラー"})
    body = unit(echo("p-1"), changed) + unit(echo("p-2"), failed, status="2", validity="") + unit(echo("p-3"))
    head = header(NumberOfProcessingResult="3", ReferenceClassification="2")

    result = result_of(read(message(body, head), BULK_CHECK))

    assert [person.arbitrary_identifier for person in result.people] == ["p-1", "p-2", "p-3"]
    assert [person.outcome for person in result.people] == [PersonOutcome.DONE, PersonOutcome.ERROR, PersonOutcome.DONE]
    assert result.people[1].message == "模擬エラー"
    assert result.people[0].records[0].limit_certificate.change_code == "1"  # type: ignore[union-attr]
    assert result.inquiry is InquiryKind.INSURANCE
    assert result.stated_people == 3


def test_a_list_that_holds_fewer_people_than_it_says_is_noted() -> None:
    outcome = read(message(unit(record(HARU)), header(NumberOfProcessingResult="2")), ONLINE)

    assert outcome.outcome is Outcome.READ
    assert outcome.notes == ("count_mismatch",)


def test_online_care_is_a_list_of_consents_too() -> None:
    result = result_of(read(message(unit(record(HARU)), header(ReceptionNumber="7")), ONLINE))

    (person,) = result.people
    assert (result.family, person.validity) == ("OQSmuonq02", Validity.VALID)
    assert {each.kind: each.flag for each in person.records[0].consents}[ConsentKind.DRUG] is ConsentFlag.GIVEN


TICKET = {
    "TicketType": "01",
    "IssueNumber": "0000123",
    "MedicalTreatmentMonth": "202611",
    "MedicalTicketValidDate": "20261101",
    "MedicalTicketExpirationDate": "20261130",
    "DesignatedMedicalInstitutionCode": "1319999990",
    "DesignatedMedicalInstitutionFlag": "0",
    "InjuryName1": "高血圧症",
    "InjuryName2": "白内障",
    "MedicalTreatmentType": "02",
    "SelfPayAmount": "1,200",
    "SingleOrCombinedUse": "02",
    "StatusOfSocialInsurance": "01",
    "StatusOfInfecton": "02",
    "Remarks1": "見本",
}


@pytest.mark.shows("S-072")
def test_medical_assistance_comes_with_its_tickets() -> None:
    tickets = tag("PublicExpenseResultList", tag("MedicalTicketInfo", tags(TICKET)) * 2)
    person = HARU | {"InsuredCardClassification": "A1", "InsurerNumber": "12139999"}

    outcome = read(message(unit(record(person, tickets), validity="6")), ASSISTANCE)

    (found,) = result_of(outcome).people
    assert found.validity is Validity.VALID_UNREGISTERED
    first, second = found.records[0].tickets
    assert first == second
    assert (first.ticket_code, first.issue_number, first.treatment_month) == ("01", "0000123", "202611")
    assert (first.valid_from, first.valid_until) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (first.injuries, first.remarks, first.self_pay) == (("高血圧症", "白内障"), ("見本",), 1200)
    assert (first.social_insurance_code, first.infection_code, first.late_elderly_code) == ("01", "02", None)
    assert result_of(outcome).unknown_elements == ()


def test_one_failed_registration_of_many_is_told_for_its_number_alone() -> None:
    def registration(number: str, status: str, more: str = "") -> str:
        info = tag("ReferenceNumberRegistrationInfo", tags({"InsurerNumber": "138999", "ReferenceNumber": number}))
        return tag("BulkRegistrationUnit", info + tag("ProcessingResultStatus", status) + more)

    refused = tag("ProcessingResultMessage", "該当者がいません")
    result = result_of(
        read(message(registration("1", "1") + registration("2", "2", refused)), f"OQSmuimm02res_{SERIAL}.xml")
    )

    assert [(each.reference_number, each.outcome, each.message) for each in result.people] == [
        ("1", PersonOutcome.DONE, None),
        ("2", PersonOutcome.ERROR, "該当者がいません"),
    ]


def test_the_page_of_the_clinic_is_found_whatever_its_element_is_called() -> None:
    outcome = read(message(tag("NameOfTheirs", "https://consent.example/a?key=1")), PAGE)

    assert result_of(outcome).consent_page == "https://consent.example/a?key=1"
    assert result_of(outcome).unknown_elements == ("NameOfTheirs",)
    assert read(message(tag("A", "javascript:alert(1)") + tag("B", "http://consent.example")), PAGE).reason is (
        Reason.NO_ADDRESS
    )


def test_the_code_of_the_page_may_come_as_a_picture_or_a_document() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(50) + b"\x00\x00\x00\x00IEND\xaeB`\x82"

    assert read(picture, PAGE.replace("xml", "png")).reason is Reason.PNG
    assert read(picture[:-1], PAGE.replace("xml", "png")).outcome is Outcome.INCOMPLETE
    assert read(b"GIF89a", PAGE.replace("xml", "png")).reason is Reason.NOT_PNG
    assert read(picture, SINGLE.replace("xml", "png")).reason is Reason.UNSUPPORTED_FAMILY
    assert read(b"%PDF-1.7\n%%EOF", PAGE.replace("xml", "pdf")).reason is Reason.PDF


@pytest.mark.parametrize("family", sorted(names.UNPUBLISHED))
def test_what_is_hardly_public_is_read_only_where_somebody_says_so(family: str) -> None:
    file_name = f"{family}res_{SERIAL}.xml"

    assert read(single(HARU), file_name).reason is Reason.UNSUPPORTED_FAMILY
    assert len(result_of(read(single(HARU), file_name, unpublished=True)).people) == 1


@pytest.mark.parametrize("content", [b"<XmlMsg/>", b""])
@pytest.mark.parametrize("family", ["EPSsiabc01", "PMHsimsm01", "CIPsiquc01", "OQSsiinq01", "OQSsiupd01", "OQSsihcb01"])
def test_neighbours_on_the_same_folders_are_left_alone(family: str, content: bytes) -> None:
    assert read(content, f"{family}res_{SERIAL}.xml").reason is Reason.UNSUPPORTED_FAMILY


def _zip(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return buffer.getvalue()


@pytest.mark.parametrize("file_name", FETCHED[:4])
def test_a_list_inside_a_zip_is_the_same_list(file_name: str) -> None:
    data = message(unit(record(HARU)))

    packed = read(_zip(**{file_name: data}), file_name.replace("xml", "zip"))

    assert packed.message == read(data, file_name).message


def test_a_document_inside_a_zip_is_a_document() -> None:
    name = f"TKKsiquc01res_{SERIAL}"

    assert read(_zip(**{f"{name}.pdf": b"%PDF-1.7\n%%EOF"}), f"{name}.zip").reason is Reason.PDF


def test_an_error_of_the_person_is_no_missing_person() -> None:
    failed = message(tag("ProcessingResultStatus", "2") + tag("ProcessingResultMessage", "生年月日がありません"))
    unknown = message(tag("ProcessingResultStatus", "1") + tag("QualificationValidity", "4"))

    assert read(failed, SINGLE).reason is Reason.PERSON_ERROR
    assert read(unknown, SINGLE).reason is Reason.NO_RECORD
    nobody_fits = unit(status="2", validity="")
    assert read(message(nobody_fits * 2), BULK_CHECK).reason is Reason.PERSON_ERROR
    assert read(message(nobody_fits + unit(record(HARU))), BULK_CHECK).reason is None


@pytest.mark.parametrize(
    ("code", "kind"), [("1", InquiryKind.CARD), ("2", InquiryKind.INSURANCE), ("B", InquiryKind.UNKNOWN), ("", None)]
)
def test_whether_the_card_or_the_insurance_was_asked_about_has_a_word(code: str, kind: InquiryKind | None) -> None:
    data = message(tag("ResultList", record(HARU)), header(ReferenceClassification=code))

    assert result_of(read(data, FACE)).inquiry is kind


def test_certificates_and_every_specific_disease_are_kept() -> None:
    diseases = "".join(
        tag(
            "SpecificDiseasesCertificateInfo",
            tags(
                {
                    "SpecificDiseasesDiseaseCategory": category,
                    "SpecificDiseasesValidStartDate": "20260801",
                    "SpecificDiseasesSelfPay": "10000",
                }
            ),
        )
        for category in ("1", "9")
    )
    more = (
        tags({"ReasonOfLoss": "03", "PreschoolClassification": "1"})
        + tag(
            "ElderlyRecipientCertificateInfo",
            tags({"ElderlyRecipientValidEndDate": "20270731", "ElderlyRecipientContributionRatio": "020"}),
        )
        + tag(
            "LimitApplicationCertificateRelatedInfo",
            tags(
                {
                    "LimitApplicationCertificateClassification": "01",
                    "LimitApplicationCertificateClassificationFlag": "B04",
                    "LimitApplicationCertificateLongTermDate": "20261201",
                }
            ),
        )
        + tag("SpecificDiseasesCertificateList", diseases)
    )

    (person,) = result_of(read(message(tag("ResultList", record(ICHIRO, more))), SINGLE)).people

    (facts,) = person.records
    assert (facts.loss_reason, facts.preschool) == ("03", True)
    assert facts.elderly_certificate is not None
    assert facts.elderly_certificate.valid_until == date(2027, 7, 31)
    assert facts.elderly_certificate.contribution_ratio == 20
    assert facts.limit_certificate is not None
    assert (facts.limit_certificate.class_code, facts.limit_certificate.long_term_from) == ("01", date(2026, 12, 1))
    assert [(each.category_code, each.self_pay) for each in facts.specific_diseases] == [("1", 10000), ("9", 10000)]


def test_specific_diseases_in_repeated_lists_are_the_same() -> None:
    lists = "".join(
        tag("SpecificDiseasesCertificateList", tag("SpecificDiseasesDiseaseCategory", category))
        for category in ("1", "2")
    )

    (person,) = result_of(read(message(tag("ResultList", record(ICHIRO, lists))), SINGLE)).people

    assert [each.category_code for each in person.records[0].specific_diseases] == ["1", "2"]


def test_a_person_without_certificates_has_none() -> None:
    (person,) = result_of(read(single(HARU), SINGLE)).people

    (facts,) = person.records
    assert (facts.elderly_certificate, facts.limit_certificate) == (None, None)
    assert (facts.specific_diseases, facts.tickets, facts.loss_reason, facts.preschool) == ((), (), None, False)


def test_every_fact_says_which_element_it_came_from_and_the_file_its_hash() -> None:
    outcome = read(message(unit(tag("ReferenceNumber", "7"), record(HARU | {"Sex2": "2"}))), ONLINE)

    (person,) = result_of(outcome).people
    (origin,) = person.provenance
    assert origin["name"] == "ResultOfQualificationConfirmation/Name"
    assert origin["sex"] == "ResultOfQualificationConfirmation/Sex2"
    assert origin["consents.drug"] == "ResultOfQualificationConfirmation/PharmacistsInfoConsFlg"
    assert origin["reference_number"] == "BulkConfirmUnit/ReferenceNumber"
    assert "card_symbol" not in origin
    assert len(outcome.sha256) == 64


def test_a_fact_of_each_drug_source_has_its_own_path() -> None:
    paths = {source: provenance.of_drug(source)["drug_name"] for source in DrugSource}

    assert sorted(paths.values()) == [
        "CzDiInf/CzDiMonthInf/CzDiDateInfs/CzDiDateInf/CzDrugInfs/CzDrugInf/CzDrugN",
        "MeTrMonthInf/DiDateInfs/DiDateInf/DrugInfs/DrugInf/DrugN",
        "ShPrInf/ShPrMonthInf/ShPrDateInfs/ShPrDateInf/ShDrugInfs/ShDrugInf/ShDrugN",
    ]


def test_unknown_elements_are_found_wherever_they_stand() -> None:
    new = [tag(f"New{place}", "x") for place in "ABCDEF"]
    inside = record(HARU, new[0] + tag("NewEmpty")) + new[1] + tag("QualificationConfirmSearchInfo", new[2])
    body = new[3] + tag("NewGroup", unit(inside))
    data = message(body, header().replace("</MessageHeader>", new[4] + "</MessageHeader>"))
    data = data.replace(b"</XmlMsg>", new[5].encode() + b"</XmlMsg>")

    result = result_of(read(data, ONLINE))

    assert result.unknown_elements == ("NewA", "NewB", "NewC", "NewD", "NewE", "NewEmpty", "NewF", "NewGroup")
    assert len(result.people) == 1


@pytest.mark.shows("F14")
@pytest.mark.parametrize("file_name", [SINGLE, FACE, *ACCEPTED, *FETCHED, PAGE])
def test_every_answer_says_whose_it_is(file_name: str) -> None:
    data = message(unit(record(HARU)), header(MedicalInstitutionCode="1339999991"))

    result = result_of(read(data, file_name))

    assert result.institution_code == "1339999991"
    assert result.processed_at == datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)
