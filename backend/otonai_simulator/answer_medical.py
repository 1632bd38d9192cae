"""薬剤情報等 (YZKsiquc01) and 特定健診情報 (TKKsiquc01): only with consent (oqs-interface 9, A-13, A-14, 7.6).

The insurance key stands in the header under other names than in the OQS family, and there is no birth date.
"""

from __future__ import annotations

from datetime import date

from lxml import etree

from . import checkup_histories, drug_histories
from .answer_single import Desk
from .consents import Care
from .lookup import SearchKey, Validity, look_up
from .medical_records import DISPENSING, PRESCRIPTION, add_electronic, add_procedure, add_receipts
from .messages import Reply
from .pdf import one_line_pdf
from .people import PEOPLE
from .person import ConsentItem, Person
from .procedures import procedure_visits
from .request import LayoutError, Request, text_of
from .wire import add, add_known, day, half_kana

_PDF_CATEGORIES = frozenset({"1", "3"})
_WITH_PROCEDURES = frozenset({"3", "4"})


def answer_drugs(request: Request, desk: Desk) -> Reply:
    """YZKsiquc01: three sources of drugs, and 診療・手術 with category 3 or 4 and their own consents."""
    category = text_of(request.body, "FileCategory")
    if category not in ("1", "2", "3", "4"):
        raise LayoutError("OQSSIM0104", "FileCategory がありません。")
    someone, refusal = _allowed(request, desk, ConsentItem.DRUG)
    if someone is None:
        return _refused(request, refusal)
    if category in _PDF_CATEGORIES:
        return Reply(pdf=one_line_pdf("OTONAI SIMULATOR: drug information"))
    root, header, body = _envelope(request)
    add_known(
        add(header, "QuaInf"),
        Name=someone.delivered_name,
        KanaName=half_kana(someone.name_kana),
        Birth=day(someone.birth_date),
        AdmGendCode=str(someone.sex),
    )
    electronic = text_of(request.body, "PrDiInfClassification") == "1"
    visits = [
        visit
        for visit in drug_histories.visits(someone.drug_profile, desk.now.date())
        if _in_months(visit.day, request) and (electronic or visit.source == "receipt")
    ]
    own_code = desk.institution.code
    add_receipts(body, [visit for visit in visits if visit.source == "receipt"], own_code)
    if category in _WITH_PROCEDURES:
        _add_procedures(body, someone, request, desk)
    add_electronic(body, DISPENSING, [visit for visit in visits if visit.source == "dispensing"], own_code)
    add_electronic(body, PRESCRIPTION, [visit for visit in visits if visit.source == "prescription"], own_code)
    return Reply(root)


def answer_checkups(request: Request, desk: Desk) -> Reply:
    """TKKsiquc01: every examination the center holds, newest first."""
    category = text_of(request.body, "FileCategory")
    if category not in ("1", "2"):
        raise LayoutError("OQSSIM0104", "FileCategory がありません。")
    someone, refusal = _allowed(request, desk, ConsentItem.CHECKUP)
    if someone is None:
        return _refused(request, refusal)
    if category in _PDF_CATEGORIES:
        return Reply(pdf=one_line_pdf("OTONAI SIMULATOR: checkup information"))
    root, header, body = _envelope(request)
    add_known(
        add(header, "QualificationsInfo"),
        Name=someone.delivered_name,
        KanasName=half_kana(someone.name_kana),
        Birthday=day(someone.birth_date),
        AdministrativeGenderCode=str(someone.sex),
    )
    for examination in checkup_histories.examinations(someone.checkup_profile, someone.sex, desk.now.date()):
        group = add(body, "SpecificHealthCheckupInfo")
        add(group, "EffectiveTime", day(examination.day))
        rows = add(group, "HealthCheckupResultAndQuestionInfos")
        for item in examination.items:
            add_known(
                add(rows, "HealthCheckupResultAndQuestionInfo"),
                ItemCode=item.code,
                ItemName=item.name,
                DataType=item.data_type,
                DataValue=item.value,
                Unit=item.unit,
                Oid=item.oid,
                DataValueName=item.code_name,
            )
    return Reply(root)


def _allowed(request: Request, desk: Desk, item: ConsentItem) -> tuple[Person | None, str]:
    """The person when the information may be given out, otherwise None and the reason in words."""
    key = SearchKey(
        insurer_number=text_of(request.header, "InsurerNumber"),
        card_symbol=text_of(request.header, "InsuranceCardSymbol"),
        card_number=text_of(request.header, "InsuredPersonIdentificationNumber"),
        branch_number=text_of(request.header, "BranchNumber"),
    )
    if not key.insurer_number or not key.card_number:
        raise LayoutError("OQSSIM0104", "保険者番号または被保険者証番号がありません。")
    flag = text_of(request.body, "MedicalTreatmentFlag")
    if flag not in (Care.OUTPATIENT, Care.HOME_VISIT):
        return None, "診療区分が正しくありません。"
    found = look_up(key, PEOPLE, desk.now.date())
    if found.validity is Validity.MULTIPLE:
        return None, "複数の資格が該当します。枝番を指定してください。"
    if found.person is None or not desk.is_own(request):
        return None, "該当する資格がありません。"
    consent = desk.center.consent(desk.institution.code, found.person.key, Care(flag))
    if consent is None or not consent.allows(item, desk.now):
        return None, "閲覧の同意がありません。"
    return found.person, ""


def _envelope(request: Request) -> tuple[etree._Element, etree._Element, etree._Element]:
    root = etree.Element("XmlMsg")
    header = add(root, "MessageHeader")
    add_known(header, MedicalInstitutionCode=request.institution_code, ArbitraryFileIdentifier=request.file_identifier)
    add(header, "ResultCode", "1")
    return root, header, add(root, "MessageBody")


def _refused(request: Request, reason: str) -> Reply:
    root, header, _ = _envelope(request)
    code = header.find("ResultCode")
    if code is not None:
        code.text = "9"
    add(header, "MessageContents", reason)
    return Reply(root)


def _add_procedures(body: etree._Element, someone: Person, request: Request, desk: Desk) -> None:
    consent = desk.center.consent(
        desk.institution.code, someone.key, Care(text_of(request.body, "MedicalTreatmentFlag"))
    )
    for visit in procedure_visits(someone.drug_profile, desk.now.date()):
        needed = ConsentItem.OPERATION if visit.is_operation else ConsentItem.DIAGNOSIS
        if consent is not None and consent.allows(needed, desk.now) and _in_months(visit.day, request):
            add_procedure(body, visit)


def _in_months(on: date, request: Request) -> bool:
    """Whether the day lies in the asked 診療年月 range; an end left out is open."""
    month = f"{on:%Y%m}"
    first, last = text_of(request.body, "StartDate"), text_of(request.body, "EndDate")
    return (not first or first <= month) and (not last or month <= last)
