"""Single inquiries: 資格確認, 再照会 of a home-visit patient, 照会番号登録 (oqs-interface 4, 7.5, 8.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from .center import Center
from .config import Institution
from .consents import Care, ConsentState
from .lookup import Found, Validity, look_up
from .messages import Reply, add_echo, add_person_status, envelope, failure
from .people import PEOPLE
from .records import Facts, add_record
from .request import Request, date_of, search_key, text_of
from .wire import add, add_known

NO_BIRTH_DATE = ("OQSSIM2001", "生年月日がありません。")
NO_CONSENT = ("OQSSIM7001", "同意がありません。同意の登録からやり直してください。")
NOBODY = ("OQSSIM8001", "該当する資格がありません。")
SEVERAL = ("OQSSIM8002", "複数の資格が該当します。枝番を指定してください。")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an answer is given: whose terminal it is, the center behind it, and the time."""

    institution: Institution
    center: Center
    now: datetime

    def is_own(self, request: Request) -> bool:
        """Whether the request carries this terminal's institution code; if not, everyone is 該当なし (A-18)."""
        return request.institution_code == self.institution.code


def answer_eligibility(request: Request, desk: Desk) -> Reply:
    """OQSsiquc01: 被保険者証情報 → qualification. 限度額 only with the flag of the request; no viewing consents."""
    group = request.groups("QualificationConfirmSearchInfo")[0]
    on = date_of(request.header, "QualificationConfirmationDate") or desk.now.date()
    key = search_key(group)
    root, body = envelope(request, desk.now, segment="1", confirmed_on=on, classification="2")
    if key.birth_date is None:
        add_person_status(body, error=NO_BIRTH_DATE)
        add_echo(body, group)
        return Reply(root)
    found = look_up(key, PEOPLE, on) if desk.is_own(request) else Found(Validity.NOT_FOUND)
    add_person_status(body, validity=found.validity)
    add_echo(body, group)
    agreed = text_of(group, "LimitApplicationCertificateRelatedConsFlg") == "1"
    _add_result(body, found, desk, on, limit_agreed_at=desk.now if agreed else None)
    return Reply(root)


def answer_reinquiry(request: Request, desk: Desk) -> Reply:
    """OQSsihvq01 (A-10): qualification and consents of a person who once consented, without the card."""
    group = request.groups("QualificationConfirmSearchInfo")[0]
    on = date_of(request.header, "QualificationConfirmationDate") or desk.now.date()
    key = search_key(group)
    if text_of(group, "MedicalTreatmentFlag") != Care.HOME_VISIT:
        return failure(request, desk.now, "OQSSIM7002", "診療区分は 2（訪問診療等）としてください。")
    root, body = envelope(request, desk.now, segment="1", confirmed_on=on, classification="1")
    found = look_up(key, PEOPLE, on) if desk.is_own(request) else Found(Validity.NOT_FOUND)
    consent = desk.center.consent(desk.institution.code, found.person.key, Care.HOME_VISIT) if found.person else None
    if found.person is not None and (consent is None or consent.state is ConsentState.CANCELLED):
        add_person_status(body, error=NO_CONSENT)
        add_echo(body, group)
        return Reply(root)
    add_person_status(body, validity=found.validity)
    add_known(body, PrescriptionIssueSelect=prescription_code(consent.prescription) if consent else None)
    add_echo(body, group)
    if found.person is not None and found.insurance is not None:
        add_record(
            add(body, "ResultList"),
            Facts(
                person=found.person,
                insurance=found.insurance,
                on=on,
                consent=consent,
                reference_number=desk.center.reference_number(desk.institution.code, found.person.key),
            ),
        )
    return Reply(root)


def answer_registration(request: Request, desk: Desk) -> Reply:
    """OQSsiimm01: remember the clinic's number for the person behind an insurance key."""
    group = request.groups("ReferenceNumberRegistrationInfo")[0]
    root, body = envelope(request, desk.now, segment="1")
    add_registration(body, group, desk, is_own=desk.is_own(request))
    return Reply(root)


def add_registration(body: etree._Element, group: etree._Element, desk: Desk, *, is_own: bool) -> bool:
    """Register one number and append its result; True when it was registered."""
    number = text_of(group, "ReferenceNumber")
    key = search_key(group)
    found = look_up(key, PEOPLE, desk.now.date()) if is_own else Found(Validity.NOT_FOUND)
    echo = add(body, "ReferenceNumberRegistrationInfo")
    add_known(
        echo,
        InsurerNumber=group.findtext("InsurerNumber"),
        InsuredCardSymbol=key.card_symbol,
        InsuredIdentificationNumber=key.card_number,
        InsuredBranchNumber=key.branch_number,
        ReferenceNumber=number,
    )
    error = None
    if not number or len(number) > 50:
        error = ("OQSSIM8003", "照会番号は1文字から50文字で指定してください。")
    elif found.person is None:
        error = SEVERAL if found.validity is Validity.MULTIPLE else NOBODY
    add_person_status(body, error=error)
    if error is not None or found.person is None:
        return False
    desk.center.set_reference_number(desk.institution.code, found.person.key, number)
    return True


def prescription_code(form: str) -> str:
    """処方箋発行形態 (OQSCD017)."""
    return "1" if form == "electronic" else "2"


def _add_result(body: etree._Element, found: Found, desk: Desk, on: date, *, limit_agreed_at: datetime | None) -> None:
    if found.person is None or found.insurance is None:
        return
    valid = found.validity is Validity.VALID
    add_record(
        add(body, "ResultList"),
        Facts(
            person=found.person,
            insurance=found.insurance,
            on=on,
            limit_agreed_at=limit_agreed_at if valid else None,
            reference_number=desk.center.reference_number(desk.institution.code, found.person.key),
        ),
    )
