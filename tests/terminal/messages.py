"""Answers of the terminal as a test needs them: invented people, and the shapes of oqs-interface 4-9."""

from __future__ import annotations

from collections.abc import Mapping

DAY_NAME = "202611230501"
LIST = f"OQSmuhvq02res_{DAY_NAME}.xml"
ACCEPTANCE = f"OQSmuhvq01res_{DAY_NAME}.xml"
SINGLE = f"OQSsiquc01res_{DAY_NAME}.xml"
FACE = "OQSsiquc01res_face_13199999900a1b2c3d4e5f60718293_20261123091530.xml"
REGISTERED = f"OQSsiimm01res_{DAY_NAME}.xml"
DRUGS = f"YZKsiquc01res_{DAY_NAME}.xml"
CHECKUPS = f"TKKsiquc01res_{DAY_NAME}.xml"

#: 高橋 ハル, late elderly, consented to drugs and treatment; nobody has registered a number for her yet.
HARU = {
    "InsuredCardClassification": "01",
    "InsurerNumber": "39139999",
    "InsuredIdentificationNumber": "00067890",
    "Name": "髙橋　ハル",
    "NameKana": "ﾀｶﾊｼ ﾊﾙ",
    "Sex1": "2",
    "Birthdate": "19401011",
    "Address": "東京都見本区例町９－９",
    "PostNumber": "100-0097",
    "QualificationDate": "20151011",
    "InsuredCardValidDate": "20260801",
    "InsuredCardExpirationDate": "20270731",
    "InsuredPartialContributionRatio": "010",
    "InsurerName": "見本都後期高齢者医療広域連合",
    "SpecificHealthCheckupsInfoConsFlg": "0",
    "PharmacistsInfoConsFlg": "1",
    "PharmacistsInfoConsTime": "20261118101500",
    "DiagnosisInfoConsFlg": "1",
    "DiagnosisInfoConsTime": "20261118101500",
    "OperationInfoConsFlg": "2",
}
#: 見崎 一郎, national health insurance of a ward: padded number, symbol in full width, certificate of the over-70.
ICHIRO = {
    "InsuredCardClassification": "01",
    "InsurerNumber": "  138999",
    "InsuredCardSymbol": "見本１２",
    "InsuredIdentificationNumber": "7001",
    "InsuredBranchNumber": "01",
    "PersonalFamilyClassification": "1",
    "InsuredName": "見﨑　一郎",
    "Name": "見﨑　一郎",
    "NameKana": "ﾐｻｷ ｲﾁﾛｳ",
    "Sex1": "1",
    "Birthdate": "19540311",
    "Address": "東京都見本区例町●丁目",
    "InsurerName": "見本区",
    "QualificationDate": "20190401",
    "LimitApplicationCertificateRelatedConsFlg": "1",
    "LimitApplicationCertificateRelatedConsTime": "20261123093018",
    "ReferenceNumber": "24020",
}


def tag(name: str, inside: str = "") -> str:
    """One element."""
    return f"<{name}>{inside}</{name}>"


def tags(items: Mapping[str, str]) -> str:
    """Elements in the order given."""
    return "".join(tag(name, text) for name, text in items.items())


def record(person: Mapping[str, str], more: str = "") -> str:
    """One 資格確認結果."""
    return tag("ResultOfQualificationConfirmation", tags(person) + more)


def header(code: str = "0", **items: str) -> str:
    """A usual header; `code` is the 文字コード識別, an item given as "" is left out."""
    usual = {
        "ProcessExecutionTime": "20261123190030",
        "QualificationConfirmationDate": "20261123",
        "MedicalInstitutionCode": "1319999990",
        "ArbitraryFileIdentifier": "20261123190000123-a1",
        "SegmentOfResult": "1",
        "CharacterCodeIdentifier": code,
    } | items
    return tag("MessageHeader", tags({name: text for name, text in usual.items() if text}))


def message(
    body: str, head: str | None = None, *, encoding: str = "utf-8", label: str | None = None, root: str = "XmlMsg"
) -> bytes:
    """A whole message in an encoding, its declaration naming `label` (by default the right one)."""
    named = label or {"utf-8": "UTF-8", "cp932": "Shift_JIS"}[encoding]
    head = header("0" if encoding == "utf-8" else "1") if head is None else head
    declaration = f'<?xml version="1.0" encoding="{named}" standalone="no"?>\n'
    return (declaration + tag(root, head + tag("MessageBody", body))).encode(encoding)


def unit(*parts: str, status: str = "1", validity: str = "1") -> str:
    """One person of a bulk answer."""
    return tag(
        "BulkConfirmUnit",
        tag("ProcessingResultStatus", status)
        + (tag("QualificationValidity", validity) if validity else "")
        + "".join(parts),
    )


def consented_list(encoding: str = "utf-8", label: str | None = None) -> bytes:
    """The list of one evening: Haru without a number, Ichiro with the number beside his record."""
    ichiro = {name: text for name, text in ICHIRO.items() if name != "ReferenceNumber"}
    body = unit(tag("PrescriptionIssueSelect", "2"), record(HARU)) + unit(
        tag("ReferenceNumber", "24020"), record(ichiro)
    )
    head = header("0" if encoding == "utf-8" else "1", ReceptionNumber="202611231900050007")
    return message(body, head, encoding=encoding, label=label)


def single(person: Mapping[str, str], *, status: str = "1", validity: str = "1", encoding: str = "utf-8") -> bytes:
    """A single answer in layout order."""
    body = tag("ProcessingResultStatus", status) + tag("QualificationValidity", validity)
    return message(body + tag("ResultList", record(person)), encoding=encoding)
