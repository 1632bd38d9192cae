"""薬剤情報等 (YZKsiquc01) and 特定健診情報 (TKKsiquc01): only with consent (oqs-interface 9, A-13, A-14, 7.6).

The insurance key stands in the header under other names than in the OQS family, and there is no birth date.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby

from lxml import etree

from . import checkup_histories, drug_histories
from .answer_single import Desk
from .center import Care
from .drug_histories import DrugVisit
from .lookup import SearchKey, Validity, look_up
from .messages import Reply
from .people import PEOPLE
from .person import ConsentItem, Person
from .procedures import ProcedureVisit, procedure_visits
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
        return Reply(pdf=_pdf("OTONAI SIMULATOR: drug information"))
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
    _add_receipts(body, [visit for visit in visits if visit.source == "receipt"], desk)
    if category in _WITH_PROCEDURES:
        _add_procedures(body, someone, request, desk)
    _add_electronic(body, "CzDiInf", "CzDi", "Cz", [visit for visit in visits if visit.source == "dispensing"], desk)
    _add_electronic(body, "ShPrInf", "ShPr", "Sh", [visit for visit in visits if visit.source == "prescription"], desk)
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
        return Reply(pdf=_pdf("OTONAI SIMULATOR: checkup information"))
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


def _add_receipts(body: etree._Element, visits: list[DrugVisit], desk: Desk) -> None:
    for month, in_month in groupby(visits, key=lambda visit: f"{visit.day:%Y%m}"):
        for place, at_place in _by_prescriber(list(in_month)):
            group = add(body, "MeTrMonthInf")
            add_known(
                group,
                MeTrMonth=month,
                DiOrg="4",
                MeTrDiHCd=at_place[0].dispenser.code,
                MeTrDiHNm=at_place[0].dispenser.name,
                PrlsHCd=place,
                PrlsHNm=at_place[0].prescriber.name,
                PrIsOrg="1" if place == desk.institution.code else "2",
                InOut="2",
            )
            days = add(group, "DiDateInfs")
            for visit in at_place:
                one = add(days, "DiDateInf")
                add_known(one, DiDate=day(visit.day), PrDate=day(visit.day))
                _add_drugs(add(one, "DrugInfs"), "DrugInf", "", visit)


def _add_electronic(
    body: etree._Element, name: str, branch: str, prefix: str, visits: list[DrugVisit], desk: Desk
) -> None:
    """電子処方箋: dispensing (`Cz…`) or prescription (`Sh…`); the two differ in the names of the prescriber only."""
    if not visits:
        return
    whole = add(body, name)
    prescriber = f"{prefix}Prls" if prefix == "Cz" else f"{prefix}Pr"
    for visit in visits:
        group = add(whole, f"{branch}MonthInf")
        add_known(
            group,
            **{
                f"{branch}Month": f"{visit.day:%Y%m}",
                f"{branch if prefix == 'Cz' else 'ShPr'}Org": "1",
                f"{prefix}MeTrDiHCd": visit.dispenser.code,
                f"{prefix}MeTrDiHNm": visit.dispenser.name,
                f"{prescriber}HCd": visit.prescriber.code,
                f"{prescriber}HNm": visit.prescriber.name,
                f"{prefix}PrIsOrg": "1" if visit.prescriber.code == desk.institution.code else "2",
                f"{prefix}PrCl": "1",
            },
        )
        one = add(add(group, f"{branch}DateInfs"), f"{branch}DateInf")
        if prefix == "Cz":
            add(one, "CzDiDate", day(visit.day))
            add(one, "CzPrDate", day(visit.day))
        else:
            add(one, "ShPrDate", day(visit.day))
        _add_drugs(add(one, f"{prefix}DrugInfs"), f"{prefix}DrugInf", prefix, visit)


def _add_drugs(parent: etree._Element, name: str, prefix: str, visit: DrugVisit) -> None:
    for dose in visit.doses:
        add_known(
            add(parent, name),
            **{
                f"{prefix}UsageCl" if prefix else "MeTrIdCl": dose.medicine.use_class,
                f"{prefix}DrugC": dose.medicine.code,
                f"{prefix}DrugN": dose.medicine.name,
                f"{prefix}IngreN": dose.medicine.ingredient,
                f"{prefix}Qua1": dose.amount,
                f"{prefix}Unit": dose.medicine.unit,
                f"{prefix}UsageN": dose.usage,
                f"{prefix}SpInst": dose.instruction,
                f"{prefix}Times": str(dose.times),
            },
        )


def _add_procedures(body: etree._Element, someone: Person, request: Request, desk: Desk) -> None:
    consent = desk.center.consent(
        desk.institution.code, someone.key, Care(text_of(request.body, "MedicalTreatmentFlag"))
    )
    for visit in procedure_visits(someone.drug_profile, desk.now.date()):
        needed = ConsentItem.OPERATION if visit.is_operation else ConsentItem.DIAGNOSIS
        if consent is not None and consent.allows(needed, desk.now) and _in_months(visit.day, request):
            _add_procedure(body, visit)


def _add_procedure(body: etree._Element, visit: ProcedureVisit) -> None:
    group = add(body, "MeTrMonthInf")
    add_known(
        group,
        MeTrMonth=f"{visit.day:%Y%m}",
        DiOrg="1",
        MeTrDiHCd=visit.place.code,
        MeTrDiHNm=visit.place.name,
        PrIsOrg="2",
        InOut="1" if visit.is_operation else "2",
    )
    one = add(add(group, "DiDateInfs"), "DiDateInf")
    add(one, "DiDate", day(visit.day))
    rows = add(one, "MeTrInfs")
    for act in visit.acts:
        add_known(
            add(rows, "MeTrInf"),
            SinInfCd=act.code,
            SinInfN=act.name,
            MeTrIdCl=act.treatment_class,
            Qua1="1",
            Unit=act.unit,
            Times="1",
        )


def _by_prescriber(visits: list[DrugVisit]) -> list[tuple[str, list[DrugVisit]]]:
    found: dict[str, list[DrugVisit]] = {}
    for visit in visits:
        found.setdefault(visit.prescriber.code, []).append(visit)
    return list(found.items())


def _in_months(on: date, request: Request) -> bool:
    """Whether the day lies in the asked 診療年月 range; an end left out is open."""
    month = f"{on:%Y%m}"
    first, last = text_of(request.body, "StartDate"), text_of(request.body, "EndDate")
    return (not first or first <= month) and (not last or month <= last)


def _pdf(line: str) -> bytes:
    """A one-page PDF with one line, enough to be stored and opened."""
    stream = f"BT /F1 14 Tf 60 780 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(content)
