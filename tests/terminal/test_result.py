"""Eligibility answers of every family: three layers, people, records, and everything that may be missing or odd."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, date, datetime

import pytest
from tests.terminal.messages import (
    ACCEPTANCE,
    FACE,
    HARU,
    ICHIRO,
    LIST,
    REGISTERED,
    SINGLE,
    consented_list,
    header,
    message,
    record,
    single,
    tag,
    tags,
    unit,
)

from otonai.domain.consent import Consent, ConsentFlag, ConsentKind
from otonai.domain.eligibility import FileOutcome, PersonOutcome, PersonResult, PrescriptionForm, TerminalResult
from otonai.domain.insurance import Relation, Sex, Validity
from otonai.terminal.outcome import Outcome, Reason
from otonai.terminal.result import Bounced, ReadOutcome, is_registered, read


def result_of(outcome: ReadOutcome) -> TerminalResult:
    """The eligibility result of a file that was read."""
    assert outcome.outcome is Outcome.READ
    assert isinstance(outcome.message, TerminalResult)
    return outcome.message


def person_of(data: bytes, file_name: str = SINGLE) -> PersonResult:
    """The only person of an answer."""
    (person,) = result_of(read(data, file_name)).people
    return person


def test_an_acceptance_carries_the_reception_number_and_needs_no_outcome() -> None:
    body = tag("ReceptionNumber", "202611231900050007") + tag("ReceptionDateTime", "20261123190005")

    outcome = read(message(body, header(SegmentOfResult="", QualificationConfirmationDate="")), ACCEPTANCE)

    result = result_of(outcome)
    assert outcome.reason is None
    assert result.family == "OQSmuhvq01"
    assert result.outcome is FileOutcome.UNSTATED
    assert result.reception_number == "202611231900050007"
    assert result.received_at == datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)
    assert result.institution_code == "1319999990"


def test_without_a_reception_number_nothing_was_accepted() -> None:
    assert read(message(""), ACCEPTANCE).reason is Reason.NOT_ACCEPTED


@pytest.mark.shows("S-044")
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_the_list_of_consented_people_is_read_whole(encoding: str) -> None:
    result = result_of(read(consented_list(encoding), LIST))

    assert result.family == "OQSmuhvq02"
    assert result.outcome is FileOutcome.DONE
    assert result.reception_number == "202611231900050007"
    assert result.processed_at == datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)
    assert result.confirmed_on == date(2026, 11, 23)
    haru, ichiro = result.people
    assert (haru.outcome, haru.validity) == (PersonOutcome.DONE, Validity.VALID)
    assert haru.prescription_form is PrescriptionForm.PAPER
    assert haru.reference_number is None
    assert ichiro.reference_number == "24020"
    (facts,) = haru.records
    assert (facts.name, facts.name_kana, facts.sex) == ("髙橋　ハル", "タカハシ　ハル", Sex.FEMALE)
    assert facts.birth_date == date(1940, 10, 11)
    assert facts.coverage.contribution_ratio == 10
    assert facts.coverage.card_symbol is None
    assert facts.coverage.branch_number is None
    given_at = datetime(2026, 11, 18, 1, 15, tzinfo=UTC)
    assert facts.consents == (
        Consent(ConsentKind.CHECKUP, ConsentFlag.NONE),
        Consent(ConsentKind.DRUG, ConsentFlag.GIVEN, given_at),
        Consent(ConsentKind.DIAGNOSIS, ConsentFlag.GIVEN, given_at),
        Consent(ConsentKind.OPERATION, ConsentFlag.EXPIRED),
    )
    (facts,) = ichiro.records
    assert facts.reference_number == "24020"
    assert facts.coverage.insurer_number == "138999"
    assert (facts.coverage.card_symbol, facts.coverage.branch_number) == ("見本１２", "01")
    assert facts.coverage.relation is Relation.INSURED


@pytest.mark.parametrize(
    ("segment", "reason", "outcome"),
    [
        ("2", Reason.PROCESSING, FileOutcome.PROCESSING),
        ("9", Reason.FAILED, FileOutcome.FAILED),
        ("1", Reason.EMPTY_LIST, FileOutcome.DONE),
        ("7", Reason.EMPTY_LIST, FileOutcome.UNKNOWN),
    ],
)
def test_a_list_without_people_says_why(segment: str, reason: Reason, outcome: FileOutcome) -> None:
    head = header(SegmentOfResult=segment, ErrorCode="OQSSIM9001", ErrorMessage="模擬エラー")

    found = read(message("", head), LIST)

    assert found.reason is reason
    assert result_of(found).outcome is outcome
    assert result_of(found).people == ()
    assert (result_of(found).error_code, result_of(found).error_message) == ("OQSSIM9001", "模擬エラー")


def test_a_message_whose_body_is_missing_altogether_is_read() -> None:
    data = ("<XmlMsg>" + header(SegmentOfResult="9") + "</XmlMsg>").encode()

    assert read(data, LIST).reason is Reason.FAILED
    assert read(data, SINGLE).reason is Reason.FAILED


def test_a_reader_file_in_arbitrary_order_is_read() -> None:
    shuffled = dict(sorted((ICHIRO | {"QualificationConfirmationKey": "abc"}).items(), reverse=True))
    body = (
        tag("ResultList", record(shuffled))
        + tag("QualificationValidity", "1")
        + tag("PrescriptionIssueSelect", "1")
        + tag("ProcessingResultStatus", "1")
    )

    outcome = read(message(body, header(ReferenceClassification="1")), FACE)

    assert result_of(outcome).family == "OQSsiquc01_face"
    assert result_of(outcome).unknown_elements == ()
    (person,) = result_of(outcome).people
    assert person.prescription_form is PrescriptionForm.ELECTRONIC
    assert person.reference_number == "24020"
    assert person.records[0].name == "見﨑　一郎"
    assert person.records[0].unsafe_fields == {"address"}


def test_the_order_of_elements_never_changes_what_is_read() -> None:
    layout = person_of(single(ICHIRO | HARU))
    order = random.Random(20261123)

    for _ in range(30):
        shuffled = dict(order.sample(sorted((ICHIRO | HARU).items()), len(ICHIRO | HARU)))
        parts = [
            tag("ProcessingResultStatus", "1"),
            tag("QualificationValidity", "1"),
            tag("ResultList", record(shuffled)),
        ]
        order.shuffle(parts)
        assert person_of(message("".join(parts))) == layout


@pytest.mark.parametrize("place", ["body", "unit", "record"])
def test_the_form_of_prescription_is_found_wherever_it_stands(place: str) -> None:
    form = tag("PrescriptionIssueSelect", "1")
    if place == "unit":
        (person,) = result_of(read(message(unit(form, record(HARU))), LIST)).people
    else:
        found = tag("ResultList", record(HARU, form if place == "record" else ""))
        person = person_of(message(found + (form if place == "body" else "")))

    assert person.prescription_form is PrescriptionForm.ELECTRONIC


@pytest.mark.parametrize("place", ["unit", "record"])
def test_the_reference_number_is_found_at_the_unit_or_in_the_record(place: str) -> None:
    number = tag("ReferenceNumber", " 24031 ")
    parts = (number, record(HARU)) if place == "unit" else (record(HARU, number),)

    (person,) = result_of(read(message(unit(*parts)), LIST)).people

    assert person.reference_number == "24031"
    assert person.records[0].reference_number == "24031"


@pytest.mark.shows("S-072")
def test_health_insurance_and_medical_assistance_of_one_person_are_two_records() -> None:
    assistance = HARU | {"InsuredCardClassification": "A1", "InsurerNumber": "12139999"}
    numbers = tag("ReferenceNumber", "7") + tag("ReferenceNumber", "8")

    (person,) = result_of(read(message(unit(numbers, record(HARU), record(assistance))), LIST)).people

    assert [each.coverage.insurer_number for each in person.records] == ["39139999", "12139999"]
    assert [each.reference_number for each in person.records] == ["7", "8"]
    assert person.records[1].coverage.card_class == "A1"


def test_records_outside_any_unit_of_a_list_are_not_one_person() -> None:
    people = result_of(read(message(record(HARU) + record(ICHIRO)), LIST)).people

    assert [len(person.records) for person in people] == [1, 1]


def test_the_echo_of_the_question_is_no_part_of_the_answer() -> None:
    asked = tag("InsurerNumber", "99999999") + tag("ArbitraryIdentifier", "1002_1") + tag("ReferenceNumber", "666")
    echo = tag("QualificationConfirmSearchInfo", asked)

    bulk = message(unit(echo, record(HARU)) + unit(echo, status="2", validity=""))
    found, failed = result_of(read(bulk, "OQSmuquc02res_202611235001.xml")).people

    assert found.arbitrary_identifier == "1002_1"
    assert found.reference_number is None
    assert found.records[0].coverage.insurer_number == "39139999"
    assert (failed.outcome, failed.validity, failed.records) == (PersonOutcome.ERROR, None, ())


@pytest.mark.parametrize(
    ("code", "validity"),
    [
        ("1", Validity.VALID),
        ("2", Validity.INVALID),
        ("3", Validity.INVALID_NEW_EXISTS),
        ("4", Validity.NOT_FOUND),
        ("5", Validity.MULTIPLE),
        ("6", Validity.VALID_UNREGISTERED),
        ("A", Validity.UNKNOWN),
        ("", None),
    ],
)
def test_every_validity_has_its_name_and_an_unknown_one_passes_through(code: str, validity: Validity | None) -> None:
    person = person_of(message(tag("ProcessingResultStatus", "1") + tag("QualificationValidity", code)))

    assert person.validity is validity
    assert person.validity_code == (code or None)


def test_a_notice_can_stand_beside_success() -> None:
    body = tags(
        {"ProcessingResultStatus": "1", "ProcessingResultCode": "OQSSIM0001", "ProcessingResultMessage": "有効期限"}
    )

    person = person_of(message(body + tag("ResultList", record(HARU))))

    assert (person.outcome, person.code, person.message) == (PersonOutcome.DONE, "OQSSIM0001", "有効期限")


@pytest.mark.shows("S-054")
@pytest.mark.parametrize(
    ("given", "sex"),
    [
        ({"Sex1": "1"}, Sex.MALE),
        ({"Sex1": "3"}, Sex.UNSET),
        ({"Sex1": ""}, None),
        ({"Sex1": "9"}, None),
        ({"Sex1": "1", "Sex2": "2"}, Sex.FEMALE),
        ({"Sex1": "3", "Sex2": ""}, Sex.UNSET),
    ],
)
def test_sex_may_be_unset_absent_or_stated_twice(given: dict[str, str], sex: Sex | None) -> None:
    person = {name: text for name, text in HARU.items() if name != "Sex1"} | given

    assert person_of(single(person)).records[0].sex is sex


@pytest.mark.shows("S-093")
@pytest.mark.parametrize("text", ["", "99999999", "20261332", "2026", "２０２６１１２３", "        ", "00000000"])
def test_a_date_that_is_no_date_is_none(text: str) -> None:
    found = person_of(single(HARU | {"InsuredCardExpirationDate": text, "Birthdate": text})).records[0]

    assert found.birth_date is None
    assert found.coverage.valid_until is None
    assert found.coverage.valid_from == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("text", "percent"), [("030", 30), ("010", 10), ("100", 100), ("", None), ("三割", None), ("999", None)]
)
def test_the_share_to_pay_is_a_percentage_or_nothing(text: str, percent: int | None) -> None:
    person = HARU | {"InsuredPartialContributionRatio": text}

    assert person_of(single(person)).records[0].coverage.contribution_ratio == percent


def test_the_certificate_of_the_elderly_and_the_limit_are_found_in_their_groups() -> None:
    more = tag("ElderlyRecipientCertificateInfo", tag("ElderlyRecipientContributionRatio", "020")) + tag(
        "LimitApplicationCertificateRelatedInfo",
        tags(
            {
                "LimitApplicationCertificateClassificationFlag": "B04",
                "LimitApplicationCertificateValidStartDate": "20260801",
                "LimitApplicationCertificateValidEndDate": "20270731",
            }
        ),
    )

    coverage = person_of(message(tag("ResultList", record(ICHIRO, more)))).records[0].coverage

    assert coverage.contribution_ratio == 20
    assert (coverage.limit_category, coverage.limit_from) == ("B04", date(2026, 8, 1))
    assert coverage.limit_until == date(2027, 7, 31)


def test_a_consent_for_one_day_carries_its_end_and_an_unknown_flag_is_no_consent() -> None:
    person = HARU | {"PharmacistsInfoAvailableTime": "20261119101500", "OperationInfoConsFlg": "8"}

    consents = {each.kind: each for each in person_of(single(person)).records[0].consents}

    assert consents[ConsentKind.DRUG].available_until == datetime(2026, 11, 19, 1, 15, tzinfo=UTC)
    assert consents[ConsentKind.OPERATION].flag is ConsentFlag.UNKNOWN
    assert ConsentKind.LIMIT not in consents


def test_a_consent_whose_end_cannot_be_read_is_never_taken_for_one_without_end() -> None:
    person = HARU | {"PharmacistsInfoConsFlg": "1", "PharmacistsInfoAvailableTime": "2026年11月19日"}

    consents = {each.kind: each for each in person_of(single(person)).records[0].consents}

    assert consents[ConsentKind.DRUG].flag is ConsentFlag.UNKNOWN
    assert consents[ConsentKind.DRUG].available_until is None


@pytest.mark.shows("S-048", "S-090")
def test_a_person_with_a_name_in_kana_only_or_with_marks_is_kept() -> None:
    person = HARU | {"Name": "", "NameKana": "ﾖｼﾀﾞ ｱﾝｼﾞｪﾗ", "NameOfOther": "吉●　杏", "InsurerName": "見本〓組合"}

    found = person_of(single(person)).records[0]

    assert (found.name, found.name_kana) == (None, "ヨシダ　アンジェラ")
    assert found.unsafe_fields == {"name_other", "insurer_name"}


def test_every_optional_element_may_be_missing() -> None:
    for left_out in (*itertools.combinations(HARU, 2), tuple(HARU)):
        person = {name: text for name, text in HARU.items() if name not in left_out}
        outcome = read(single(person), SINGLE)
        assert outcome.outcome is Outcome.READ
        assert len(result_of(outcome).people[0].records) == 1


def test_unknown_elements_are_reported_and_ignored() -> None:
    outcome = read(single(HARU | {"FutureElement": "x"}), SINGLE)

    assert result_of(outcome).unknown_elements == ("FutureElement",)
    assert result_of(outcome).people[0].records[0].name == "髙橋　ハル"


@pytest.mark.shows("F14")
def test_whose_file_it_is_can_be_told_from_what_was_read() -> None:
    outcome = read(message(unit(record(HARU)), header(MedicalInstitutionCode="1329999991")), LIST)

    assert result_of(outcome).institution_code == "1329999991"


def _registered(number: str = "24031", status: str = "1", **head: str) -> bytes:
    info = tags({"InsurerNumber": "  138999", "InsuredIdentificationNumber": "7001", "ReferenceNumber": number})
    return message(tag("ReferenceNumberRegistrationInfo", info) + tag("ProcessingResultStatus", status), header(**head))


def test_a_registration_succeeded_only_if_every_layer_and_the_echo_say_so() -> None:
    result = result_of(read(_registered(), REGISTERED))

    assert result.people[0].reference_number == "24031"
    assert result.people[0].records[0].coverage.insurer_number == "138999"
    assert is_registered(result, "24031")
    assert not is_registered(result, "24032")
    for data in (
        _registered(status="2"),
        _registered(SegmentOfResult="9"),
        _registered(ErrorCode="E"),
        _registered(""),
    ):
        assert not is_registered(result_of(read(data, REGISTERED)), "24031")


def test_a_bulk_registration_answers_for_each_number() -> None:
    def registration(number: str, status: str) -> str:
        info = tag("ReferenceNumberRegistrationInfo", tag("ReferenceNumber", number))
        return tag("BulkRegistrationUnit", info + tag("ProcessingResultStatus", status))

    data = message(registration("1", "1") + registration("2", "2"))
    people = result_of(read(data, "OQSmuimm02res_202611235001.xml")).people

    assert [(each.reference_number, each.outcome) for each in people] == [
        ("1", PersonOutcome.DONE),
        ("2", PersonOutcome.ERROR),
    ]


@pytest.mark.parametrize(
    ("data", "code", "text"),
    [
        ("OQSSIM1001\t項目が不足しています".encode(), "OQSSIM1001", "項目が不足しています"),
        ("OQSSIM1001\t項目が不足しています\r\n".encode("cp932"), "OQSSIM1001", "項目が不足しています"),
        (b"\xef\xbb\xbfE1\tx\tand a tab\nsecond line", "E1", "x\tand a tab"),
        ("読めません".encode(), None, "読めません"),
        (b"\xff\xfe\x00", None, None),
    ],
)
def test_a_bounced_request_ends_the_wait_whatever_its_text(data: bytes, code: str | None, text: str | None) -> None:
    outcome = read(data, "OQSmuhvq01req_202611235001.err")

    assert (outcome.outcome, outcome.reason) == (Outcome.READ, Reason.BOUNCED)
    assert outcome.message == Bounced(
        family="OQSmuhvq01", request_stem="OQSmuhvq01req_202611235001", code=code, message=text
    )


def test_an_empty_error_file_is_still_being_written() -> None:
    assert read(b"", "OQSmuhvq01req_202611235001.err").outcome is Outcome.INCOMPLETE


def test_a_document_is_recognised_and_left_as_it_is() -> None:
    name = "TKKsiquc01res_202611235001.pdf"
    data = b"%PDF-1.7\n" + b"x" * 5000 + b"\n%%EOF\n"

    assert (read(data, name).outcome, read(data, name).reason) == (Outcome.READ, Reason.PDF)
    assert read(data, name).message is None
    assert read(data[:3000], name).outcome is Outcome.INCOMPLETE
    assert read(b"<XmlMsg/>", name).reason is Reason.NOT_PDF


def test_nothing_of_a_person_prints() -> None:
    outcome = read(consented_list(), LIST)

    shown = repr(outcome) + repr(outcome.message)
    assert not any(text in shown for text in ("髙橋", "タカハシ", "00067890", "39139999", "19401011"))


def test_the_same_bytes_have_the_same_outcome_and_hash() -> None:
    first, second = read(consented_list(), LIST), read(consented_list(), LIST)

    assert first == second
    assert len(first.sha256) == 64
