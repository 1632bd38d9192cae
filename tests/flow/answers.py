"""What the terminal answers about people of the cast, as real bytes (oqs-interface 4-9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from tests.terminal.messages import header, message, record, tag, tags, unit

from otonai.domain.consent import Consent, ConsentFlag, ConsentKind
from otonai.domain.dates import JST
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.insurance import Relation, Sex

_SEX = {Sex.MALE: "1", Sex.FEMALE: "2", Sex.UNSET: "3"}
_RELATION = {Relation.INSURED: "1", Relation.FAMILY: "2"}
_FLAG = {ConsentFlag.NONE: "0", ConsentFlag.GIVEN: "1", ConsentFlag.EXPIRED: "2", ConsentFlag.UNOBTAINABLE: "3"}
_CONSENT = {
    ConsentKind.LIMIT: "LimitApplicationCertificateRelated",
    ConsentKind.SPECIFIC_DISEASE: "SpecificDiseasesCertificateRelated",
    ConsentKind.CHECKUP: "SpecificHealthCheckupsInfo",
    ConsentKind.DRUG: "PharmacistsInfo",
    ConsentKind.DIAGNOSIS: "DiagnosisInfo",
    ConsentKind.OPERATION: "OperationInfo",
}


def stamp(at: datetime) -> str:
    """An instant as the terminal writes it."""
    return at.astimezone(JST).strftime("%Y%m%d%H%M%S")


def _day(day: date | None) -> str | None:
    return day.strftime("%Y%m%d") if day else None


def elements_of(told: EligibilityRecord) -> dict[str, str]:
    """One 資格確認結果 as the elements that stand for it; what is None is left out."""
    card = told.coverage
    ratio = card.contribution_ratio
    facts: dict[str, str | None] = {
        "InsuredCardClassification": card.card_class,
        "InsurerNumber": card.insurer_number.rjust(8) if card.insurer_number else None,
        "InsuredCardSymbol": card.card_symbol,
        "InsuredIdentificationNumber": card.card_number,
        "InsuredBranchNumber": card.branch_number,
        "PersonalFamilyClassification": _RELATION[card.relation] if card.relation else None,
        "InsuredName": card.insured_name,
        "Name": told.name,
        "NameKana": told.name_kana,
        "Sex1": _SEX[told.sex] if told.sex else None,
        "Birthdate": _day(told.birth_date),
        "Address": told.address,
        "PostNumber": told.postal_code,
        "QualificationDate": _day(card.qualified_on),
        "DisqualificationDate": _day(card.lost_on),
        "InsuredCertificateIssuanceDate": _day(card.issued_on),
        "InsuredCardValidDate": _day(card.valid_from),
        "InsuredCardExpirationDate": _day(card.valid_until),
        "InsuredPartialContributionRatio": f"{ratio:03d}" if ratio is not None else None,
        "InsurerName": card.insurer_name,
    }
    for consent in told.consents:
        name = _CONSENT[consent.kind]
        facts[f"{name}ConsFlg"] = _FLAG[consent.flag]
        facts[f"{name}ConsTime"] = stamp(consent.consented_at) if consent.consented_at else None
        facts[f"{name}AvailableTime"] = stamp(consent.available_until) if consent.available_until else None
    return {name: text for name, text in facts.items() if text is not None}


def agreed(
    *kinds: ConsentKind, at: datetime, until: datetime | None = None, refused: Iterable[ConsentKind] = ()
) -> tuple[Consent, ...]:
    """The items one patient agreed to, and those they refused."""
    given = [Consent(kind, ConsentFlag.GIVEN, at, until) for kind in kinds]
    return tuple(given + [Consent(kind, ConsentFlag.NONE) for kind in refused])


def consented(told: EligibilityRecord, *, validity: str = "1", form: str = "") -> str:
    """One person of the list; the 照会番号 stands beside the record."""
    number = tag("ReferenceNumber", told.reference_number) if told.reference_number else ""
    paper = tag("PrescriptionIssueSelect", form) if form else ""
    return unit(number, paper, record(elements_of(told)), validity=validity)


def consented_list(
    *people: str,
    at: datetime,
    institution: str = "1319999990",
    encoding: str = "utf-8",
    segment: str = "1",
    **more: str,
) -> bytes:
    """02res: the list, or with another 処理結果区分 what stands in its place."""
    code = "0" if encoding == "utf-8" else "1"
    told = header(
        code, ProcessExecutionTime=stamp(at), MedicalInstitutionCode=institution, SegmentOfResult=segment, **more
    )
    return message("".join(people), told, encoding=encoding)


def acceptance(number: str, *, at: datetime, **more: str) -> bytes:
    """01res: the 受付番号, or none."""
    told = header(ProcessExecutionTime=stamp(at), **({"SegmentOfResult": ""} | more))
    return message(tag("ReceptionNumber", number) if number else "", told)


def _medical_header(told: EligibilityRecord, at: datetime, code: str) -> str:
    subject = {"Name": told.name or "", "KanaName": told.name_kana or "", "Birth": _day(told.birth_date) or ""}
    usual = header(SegmentOfResult="", ProcessExecutionTime=stamp(at), ResultCode=code)
    return usual.replace("</MessageHeader>", tag("QuaInf", tags(subject)) + "</MessageHeader>")


def drugs(
    told: EligibilityRecord,
    *names: str,
    at: datetime,
    code: str = "1",
    treatments: Mapping[str, str] | None = None,
) -> bytes:
    """YZK: one day's dispensing of these drugs, and acts by their 診療識別; a `code` other than 1 is a refusal."""
    rows = "".join(
        tag("DrugInf", tags({"DrugC": "610407148", "DrugN": name, "Qua1": "1", "Unit": "錠", "Times": "28"}))
        for name in names
    )
    acts = "".join(
        tag("MeTrInf", tags({"SinInfN": name, "SinInfCd": "160000000", "MeTrIdCl": kind}))
        for kind, name in (treatments or {}).items()
    )
    day = tags({"DiDate": "20260610", "PrDate": "20260610"}) + tag("DrugInfs", rows)
    day += tag("MeTrInfs", acts) if acts else ""
    month = tags({"MeTrMonth": "202606", "MeTrDiHCd": "1348888881", "PrlsHCd": "1318888880", "PrIsOrg": "2"})
    body = tag("MeTrMonthInf", month + tag("DiDateInfs", tag("DiDateInf", day))) if names else ""
    return message(body, _medical_header(told, at, code))


def checkups(told: EligibilityRecord, *values: str, at: datetime) -> bytes:
    """TKK: one examination with these values."""
    items = "".join(
        tag(
            "HealthCheckupResultAndQuestionInfo",
            tags({"ItemCode": "9N001000000000001", "ItemName": "身長", "DataType": "PQ", "DataValue": value}),
        )
        for value in values
    )
    about = tag("EffectiveTime", "20251020") + tag("HealthCheckupResultAndQuestionInfos", items)
    return message(tag("SpecificHealthCheckupInfo", about) if values else "", _medical_header(told, at, "1"))
