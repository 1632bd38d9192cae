"""Drug and checkup answers: three branches, prefixed or not, odd numbers, bad rows, refusals."""

from __future__ import annotations

from datetime import date

import pytest
from tests.terminal.messages import CHECKUPS, DRUGS, header, message, tag, tags

from otonai.domain.insurance import Sex
from otonai.domain.medical import DrugSource, Institution, MedicalResult, TreatmentKind, UseClass
from otonai.terminal.outcome import Outcome, Reason
from otonai.terminal.result import read

SUBJECT = tag("QuaInf", tags({"Name": "髙橋　ハル", "KanaName": "ﾀｶﾊｼ ﾊﾙ", "Birth": "19401011", "AdmGendCode": "2"}))
ROW = {
    "DrugC": "610407148",
    "DrugN": "見本錠１０",
    "IngreN": "見本成分",
    "Qua1": "1.5",
    "Unit": "錠",
    "UsageN": "１日１回朝食後",
    "Times": "28",
}


def head(result_code: str = "1", more: str = SUBJECT) -> str:
    """A header of the medical families."""
    return header(SegmentOfResult="", ResultCode=result_code).replace("</MessageHeader>", more + "</MessageHeader>")


def branch(prefix: str, *, rows: str | None = None, prefixed_rows: bool = True) -> str:
    """One month of one source with one day."""
    pre = prefix if prefixed_rows else ""
    rows = tag(f"{pre}DrugInf", tags({pre + name: text for name, text in ROW.items()})) if rows is None else rows
    if prefix == "Sh":
        day = tag("ShPrDateInf", tag("ShPrDate", "20260910") + tag("ShDrugInfs", rows))
        about = {"ShPrMonth": "202609", "ShPrHCd": "1318888880", "ShPrHNm": "見本医院", "ShPrIsOrg": "1"}
        return tag("ShPrInf", tag("ShPrMonthInf", tag("ShPrDateInfs", day) + tags(about)))
    dates = tags({f"{prefix}DiDate": "20260910", f"{prefix}PrDate": "20260909"})
    day = tag(f"{prefix}DiDateInf", dates + tag(f"{prefix}DrugInfs", rows))
    about = {
        "CzDiMonth" if prefix else "MeTrMonth": "202609",
        f"{prefix}MeTrDiHCd": "1348888881",
        f"{prefix}MeTrDiHNm": "みほん薬局",
        f"{prefix}PrlsHCd": "1318888880",
        f"{prefix}PrIsOrg": "2",
    }
    month = tag("CzDiMonthInf" if prefix else "MeTrMonthInf", tags(about) + tag(f"{prefix}DiDateInfs", day))
    return tag("CzDiInf", month) if prefix else month


def medical(body: str, file_name: str = DRUGS, head_text: str | None = None, root: str = "XmlMsg") -> MedicalResult:
    """The medical result of a file that was read."""
    outcome = read(message(body, head() if head_text is None else head_text, root=root), file_name)
    assert outcome.outcome is Outcome.READ
    assert isinstance(outcome.message, MedicalResult)
    return outcome.message


@pytest.mark.parametrize(
    ("prefix", "source", "dispensed", "prescribed", "own"),
    [
        ("", DrugSource.RECEIPT, date(2026, 9, 10), date(2026, 9, 9), False),
        ("Cz", DrugSource.DISPENSING, date(2026, 9, 10), date(2026, 9, 9), False),
        ("Sh", DrugSource.PRESCRIPTION, None, date(2026, 9, 10), True),
    ],
)
@pytest.mark.parametrize("prefixed_rows", [True, False])
def test_each_branch_gives_the_same_facts_with_prefixed_and_plain_rows(
    prefix: str, source: DrugSource, dispensed: date | None, prescribed: date, own: bool, prefixed_rows: bool
) -> None:
    result = medical(branch(prefix, prefixed_rows=prefixed_rows))

    (drug,) = result.drugs
    assert (drug.source, drug.month) == (source, "202609")
    assert (drug.dispensed_on, drug.prescribed_on) == (dispensed, prescribed)
    assert drug.own_institution is own
    assert drug.prescriber.code == "1318888880"
    assert (drug.drug_code, drug.drug_name, drug.ingredient) == ("610407148", "見本錠１０", "見本成分")
    assert (drug.amount, drug.amount_text, drug.unit) == (1.5, "1.5", "錠")
    assert (drug.times, drug.times_text) == (28.0, "28")
    assert (drug.usage, drug.instruction) == ("１日１回朝食後", None)
    assert result.unknown_elements == ()


def test_all_three_branches_of_one_file_are_read() -> None:
    result = medical(branch("Sh") + branch("") + branch("Cz"))

    assert [drug.source for drug in result.drugs] == [
        DrugSource.RECEIPT,
        DrugSource.DISPENSING,
        DrugSource.PRESCRIPTION,
    ]
    assert result.drugs[0].dispenser == Institution("1348888881", "みほん薬局")


def test_the_subject_is_read_from_either_block_and_either_root() -> None:
    other = tag("QualificationsInfo", tags({"Name": "髙橋　ハル", "KanasName": "ﾀｶﾊｼ ﾊﾙ", "Birthday": "19401011"}))

    for more, root in ((SUBJECT, "XmlMsg"), (other, "XmlMsg"), (other, "Message")):
        subject = medical(branch(""), head_text=head(more=more), root=root).subject
        assert (subject.name, subject.name_kana, subject.birth_date) == (
            "髙橋　ハル",
            "タカハシ　ハル",
            date(1940, 10, 11),
        )


@pytest.mark.parametrize(
    ("code", "use"),
    [
        ("21", UseClass.ORAL),
        ("22", UseClass.PRN),
        ("23", UseClass.TOPICAL),
        ("31", UseClass.INJECTION),
        ("33", UseClass.INJECTION),
        ("28", UseClass.OTHER),
        ("40", UseClass.OTHER),
        ("99", UseClass.UNKNOWN),
    ],
)
def test_the_class_of_use_has_a_word_and_keeps_its_code(code: str, use: UseClass) -> None:
    (drug,) = medical(branch("", rows=tag("DrugInf", tags(ROW | {"MeTrIdCl": code})))).drugs

    assert (drug.use_class, drug.use_class_code) == (use, code)


def test_the_class_of_an_electronic_prescription_has_no_public_table() -> None:
    (drug,) = medical(branch("Cz", rows=tag("CzDrugInf", tags({"CzDrugN": "見本錠", "CzUsageCl": "1"})))).drugs

    assert (drug.use_class, drug.use_class_code) == (UseClass.UNKNOWN, "1")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1.0),
        ("０．５", 0.5),
        ("1,000", 1000.0),
        ("適量", None),
        ("1e999", None),
        ("nan", None),
        ("1.2.3", None),
        ("<5", None),
    ],
)
def test_an_amount_that_is_no_number_stays_as_text(text: str, number: float | None) -> None:
    row = tag("DrugInf", tags(ROW | {"Qua1": text.replace("<", "&lt;")}))

    (drug,) = medical(branch("", rows=row)).drugs

    assert (drug.amount, drug.amount_text) == (number, text)


def test_a_row_without_a_name_is_counted_and_the_others_are_kept() -> None:
    rows = tag("DrugInf", tag("DrugC", "610000000")) + tag("DrugInf", tags(ROW)) + tag("DrugInf")

    result = medical(branch("", rows=rows))

    assert len(result.drugs) == 1
    assert result.bad_rows == 2


def test_a_refusal_says_why_and_nothing_is_read_from_it() -> None:
    refused = head("9").replace("</MessageHeader>", tag("MessageContents", "同意がありません") + "</MessageHeader>")

    outcome = read(message(branch(""), refused), DRUGS)

    assert outcome.reason is Reason.REFUSED
    assert isinstance(outcome.message, MedicalResult)
    assert not outcome.message.accepted
    assert (outcome.message.result_code, outcome.message.message) == ("9", "同意がありません")
    assert outcome.message.drugs == ()


@pytest.mark.parametrize("file_name", [DRUGS, CHECKUPS])
def test_the_result_code_may_stand_in_the_body_and_nothing_may_be_known(file_name: str) -> None:
    outcome = read(message(tag("ResultCode", "1"), header(SegmentOfResult="")), file_name)

    assert outcome.reason is Reason.NO_INFORMATION
    assert isinstance(outcome.message, MedicalResult)
    assert outcome.message.accepted


def test_an_answer_without_any_result_code_is_not_believed() -> None:
    assert not medical(branch(""), head_text=header()).accepted


def test_a_checkup_is_read_wherever_its_block_stands() -> None:
    def item(**facts: str) -> str:
        return tag("HealthCheckupResultAndQuestionInfo", tags(facts))

    pressure = item(
        ItemCode="9A755000000000001", ItemName="収縮期血圧(その他)", DataType="PQ", DataValue="138", Unit="mmHg"
    )
    protein = item(
        ItemCode="1A010000000191111",
        ItemName="尿蛋白",
        DataType="CO",
        DataValue="2",
        DataValueName="±",
        Oid="1.2.392.200119.6.2102",
    )
    advice = item(ItemCode="9N511000000000049", ItemName="医師の診断", DataType="ST", DataValue="経過を見ます。" * 40)
    empty = item(ItemCode="9N000000000000000", ItemName="空")
    rows = tag("HealthCheckupResultAndQuestionInfos", pressure + protein + advice + empty)
    body = tag("Wrapper", tag("SpecificHealthCheckupInfo", rows + tag("EffectiveTime", "20251008")))

    result = medical(body, CHECKUPS)

    assert result.kind == "checkup"
    assert result.bad_rows == 1
    (checkup,) = result.checkups
    assert checkup.performed_on == date(2025, 10, 8)
    first, second, third = checkup.items
    assert (first.number, first.text, first.unit) == (138.0, "138", "mmHg")
    assert (second.number, second.text, second.code_name) == (None, "2", "±")
    assert second.value_set == "1.2.392.200119.6.2102"
    assert len(third.text) == 280
    assert result.unknown_elements == ("Wrapper",)


def treated(**row: str) -> MedicalResult:
    """The result of one receipt row of 診療行為."""
    day = tag("DiDateInf", tags({"DiDate": "20260910"}) + tag("MeTrInfs", tag("MeTrInf", tags(row))))
    about = tags({"MeTrMonth": "202609", "MeTrDiHCd": "1318888880", "MeTrDiHNm": "見本病院", "PrIsOrg": "2"})
    return medical(tag("MeTrMonthInf", about + tag("DiDateInfs", day)))


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("50", TreatmentKind.OPERATION),
        ("54", TreatmentKind.OPERATION),
        ("60", TreatmentKind.DIAGNOSIS),
        ("5", TreatmentKind.DIAGNOSIS),
        ("", TreatmentKind.DIAGNOSIS),
    ],
)
def test_what_was_done_is_a_row_of_its_own_under_the_consent_it_needs(code: str, kind: TreatmentKind) -> None:
    result = treated(SinInfCd="150999999", SinInfN="見本手術", MeTrIdCl=code, Qua1="1", Times="1", Unit="回")

    (row,) = result.treatments
    assert (row.kind, row.code, row.name, row.class_code) == (kind, "150999999", "見本手術", code or None)
    assert (row.month, row.treated_on, row.institution.name) == ("202609", date(2026, 9, 10), "見本病院")
    assert (row.amount, row.times_text, row.unit, row.own_institution) == (1.0, "1", "回", False)
    assert (result.drugs, result.bad_rows, result.unknown_elements) == ((), 0, ())
    assert "見本手術" not in repr(result) + repr(row)


def test_a_treatment_without_name_and_code_is_counted_and_one_with_a_code_alone_kept() -> None:
    assert (treated(Times="1").bad_rows, treated(Times="1").treatments) == (1, ())
    assert treated(SinInfCd="113999999").treatments[0].name == "113999999"


@pytest.mark.parametrize(("code", "sex"), [("1", Sex.MALE), ("2", Sex.FEMALE), ("", None)])
def test_the_subject_has_the_sex_the_file_states(code: str, sex: Sex | None) -> None:
    told = head(more=tag("QuaInf", tags({"Name": "見本　花子", "AdmGendCode": code})))

    assert medical(branch(""), head_text=told).subject.sex is sex


def test_nothing_of_a_checkup_prints() -> None:
    item = tags({"ItemCode": "9A755000000000001", "ItemName": "収縮期血圧", "DataType": "PQ", "DataValue": "138"})
    rows = tag("HealthCheckupResultAndQuestionInfos", tag("HealthCheckupResultAndQuestionInfo", item))
    body = tag("SpecificHealthCheckupInfo", tag("EffectiveTime", "20251008") + rows)

    (checkup,) = medical(body, CHECKUPS).checkups

    assert "138" not in repr(checkup) + repr(checkup.items)
