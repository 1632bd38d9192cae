"""Asynchronous inquiries in two steps: 01 gives a 受付番号, 02 fetches (oqs-interface 6, 7, 8.2, 10; A-06, A-07, A-21).

The list of consents counts what was registered when the request was accepted, and shows it as it stands at the fetch.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from lxml import etree

from .answer_single import NO_BIRTH_DATE, Desk, add_registration, prescription_code
from .center import Reception
from .clock import stamp
from .consents import Care, ConsentState, consent_day
from .lookup import Found, Validity, look_up, validity_of
from .messages import Reply, add_echo, add_person_status, envelope, failure
from .people import PEOPLE, person
from .records import Facts, add_record, add_reduced_record
from .request import Request, as_date, date_of, read_request, search_key, text_of
from .wire import add, add_known

FETCHABLE_FOR = timedelta(hours=24)
MOST_PERSONS = 500
LONGEST_PERIOD_DAYS = 31


def answer_acceptance(request: Request, content: bytes, desk: Desk, ready_after: timedelta) -> Reply:
    """Any `…01` of a bulk family: check what can be checked now, then hand out the number."""
    refused = _reason_to_refuse(request, desk)
    if refused:
        return failure(request, desk.now, *refused)
    number = desk.center.accept(
        institution_code=desk.institution.code,
        family=request.family,
        file_name=f"{request.stem}.xml",
        request=content,
        accepted_at=desk.now,
        ready_at=desk.now + ready_after,
    )
    root, body = envelope(request, desk.now)  # no 処理結果区分 in an acceptance
    add(body, "ReceptionNumber", number)
    add(body, "ReceptionDateTime", stamp(desk.now))
    return Reply(root)


def answer_fetch(request: Request, desk: Desk) -> Reply:
    """Any `…02` of a bulk family: 処理中 before the ready time, then the units, repeatable for 24 hours."""
    number = text_of(request.body, "ReceptionNumber")
    reception = desk.center.reception(number)
    if (
        reception is None
        or reception.institution_code != request.institution_code
        or reception.family[:-1] != request.family[:-1]
        or desk.now - reception.accepted_at > FETCHABLE_FOR
    ):
        return failure(request, desk.now, "OQSSIM9006", "受付番号が見つかりません。", reception_number=number)
    if desk.now < reception.ready_at:
        root, _ = envelope(request, desk.now, segment="2", reception_number=number)
        return Reply(root)
    asked = read_request(reception.file_name, reception.request)
    return _UNITS[asked.family](request, asked, reception, desk)


def _reason_to_refuse(request: Request, desk: Desk) -> tuple[str, str] | None:
    if request.family in ("OQSmuquc01", "OQSmuimm01"):
        name = "QualificationConfirmSearchInfo" if request.family == "OQSmuquc01" else "ReferenceNumberRegistrationInfo"
        groups = request.groups(name)
        for group in groups:
            search_key(group)
        return ("OQSSIM9005", f"1件のファイルは{MOST_PERSONS}人までです。") if len(groups) > MOST_PERSONS else None
    group = request.groups("QualificationConfirmSearchInfo")[0]
    if request.family == "OQSmutic01":
        month = text_of(group, "MedicalTreatmentMonth")
        return None if as_date(f"{month}01") else ("OQSSIM9008", "診療年月が正しくありません。")
    if text_of(group, "MedicalTreatmentFlag") != Care.HOME_VISIT:
        return "OQSSIM7002", "診療区分は 2（訪問診療等）としてください。"
    first, last = date_of(group, "ConsentDateFrom"), date_of(group, "ConsentDateTo")
    if first is None or last is None:
        return "OQSSIM9007", "確認期間がありません。"
    if first > last or last > desk.now.date() or (last - first).days >= LONGEST_PERIOD_DAYS:
        return "OQSSIM9007", f"確認期間は、きょうまでの{LONGEST_PERIOD_DAYS}日以内としてください。"
    return None


def _consented(request: Request, asked: Request, reception: Reception, desk: Desk) -> Reply:
    """OQSmuhvq02: one unit per person who consented in the period at this institution (7.4)."""
    group = asked.groups("QualificationConfirmSearchInfo")[0]
    first, last = date_of(group, "ConsentDateFrom") or date.max, date_of(group, "ConsentDateTo") or date.min
    listed = []
    if desk.is_own(request):
        for consent in desk.center.consents(desk.institution.code, recorded_until=reception.accepted_at):
            someone = person(consent.person)
            in_period = first <= consent_day(consent) <= last
            holds = consent.care is Care.HOME_VISIT and consent.state is not ConsentState.CANCELLED
            if in_period and holds and someone.insurance is not None:
                listed.append((someone, someone.insurance, consent))
    root, body = envelope(
        request,
        desk.now,
        segment="1",
        confirmed_on=desk.now.date(),
        reception_number=reception.number,
        counts=(len(listed), 0),
        file_identifier=asked.file_identifier,
    )
    for someone, insurance, consent in listed:
        unit = add(body, "BulkConfirmUnit")
        add_person_status(unit, validity=validity_of(someone, insurance, desk.now.date()))
        add_known(unit, PrescriptionIssueSelect=prescription_code(consent.prescription))
        reference_number = desk.center.reference_number(desk.institution.code, someone.key)
        add_known(unit, ReferenceNumber=reference_number)
        add_record(unit, Facts(person=someone, insurance=insurance, on=desk.now.date(), consent=consent))
    return Reply(root)


def _checked(request: Request, asked: Request, reception: Reception, desk: Desk) -> Reply:
    """OQSmuquc02: one unit per asked person, with the reduced record (6.4)."""
    on = date_of(asked.header, "QualificationConfirmationDate") or desk.now.date()
    groups = asked.groups("QualificationConfirmSearchInfo")
    keys = [search_key(group) for group in groups]
    failed = sum(1 for key in keys if key.birth_date is None)
    root, body = envelope(
        request,
        desk.now,
        segment="1",
        confirmed_on=on,
        reception_number=reception.number,
        counts=(len(groups) - failed, failed),
        file_identifier=asked.file_identifier,
    )
    for group, key in zip(groups, keys, strict=True):
        unit = add(body, "BulkConfirmUnit")
        add_echo(unit, group)
        if key.birth_date is None:
            add_person_status(unit, error=NO_BIRTH_DATE)
            continue
        found = look_up(key, PEOPLE, on) if desk.is_own(request) else Found(Validity.NOT_FOUND)
        add_person_status(unit, validity=found.validity)
        if found.person is None or found.insurance is None:
            continue
        limit = found.insurance.limit
        held = text_of(group, "LimitApplicationCertificateRelatedInfo/LimitApplicationCertificateClassificationFlag")
        changed = held != (limit.category if limit else "")
        facts = Facts(person=found.person, insurance=found.insurance, on=on)
        add_reduced_record(unit, facts, limit_changed=changed)
        add_known(unit, ReferenceNumber=desk.center.reference_number(desk.institution.code, found.person.key))
    return Reply(root)


def _registered(request: Request, asked: Request, reception: Reception, desk: Desk) -> Reply:
    """OQSmuimm02: one unit per number to be registered (8.2)."""
    groups = asked.groups("ReferenceNumberRegistrationInfo")
    units = etree.Element("Units")
    done = sum(
        add_registration(add(units, "BulkRegistrationUnit"), group, desk, is_own=desk.is_own(request))
        for group in groups
    )
    root, body = envelope(
        request,
        desk.now,
        segment="1",
        reception_number=reception.number,
        counts=(done, len(groups) - done),
        file_identifier=asked.file_identifier,
    )
    body.extend(list(units))
    return Reply(root)


def _ticketed(request: Request, asked: Request, reception: Reception, desk: Desk) -> Reply:
    """OQSmutic02: this clinic's 医療扶助 patients with their tickets of the asked month (10)."""
    month = text_of(asked.groups("QualificationConfirmSearchInfo")[0], "MedicalTreatmentMonth")
    on = date(int(month[:4]), int(month[4:6]), 1)
    listed = [
        (someone, someone.insurance)
        for someone in PEOPLE
        if desk.is_own(request)
        and someone.clinic == desk.institution.clinic
        and someone.insurance is not None
        and someone.insurance.is_medical_assistance
    ]
    root, body = envelope(
        request,
        desk.now,
        segment="1",
        reception_number=reception.number,
        counts=(len(listed), 0),
        file_identifier=asked.file_identifier,
    )
    for someone, insurance in listed:
        unit = add(body, "BulkConfirmUnit")
        add_person_status(unit, validity=validity_of(someone, insurance, on))
        add_known(unit, ReferenceNumber=desk.center.reference_number(desk.institution.code, someone.key))
        add_record(unit, Facts(person=someone, insurance=insurance, on=on))
    return Reply(root)


_UNITS: dict[str, Callable[[Request, Request, Reception, Desk], Reply]] = {
    "OQSmuhvq01": _consented,
    "OQSmuquc01": _checked,
    "OQSmuimm01": _registered,
    "OQSmutic01": _ticketed,
}
