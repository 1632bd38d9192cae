"""Step 2: what is asked of the terminal. One file for the bridge per question; nothing is ever sent twice by itself.

`request_and_fetch` follows the cadence of design 3; `request_list` is the button 情報申請 and the tap on
「同意登録完了」が出た; `request_medical` asks for drugs and checkups of linked patients who agreed. An answer that does
not come in time is named, and a late one is still matched.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.cadence import Activity, Cadence, RequestState, Trigger, next_request_at, reception_expired
from ..domain.consent import Consent, ConsentFlag, ConsentKind, ConsentPeriod, ConsentState, consent_state
from ..domain.dates import business_day
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Invalid
from ..domain.insurance import CoverageFacts
from ..domain.retry import FailureKind, Question, earliest, failure_kind, wait_after
from ..store.audit import THE_RULES, Actor, write_event
from ..store.changes import note_change
from ..store.consented import consents_of
from ..store.ids import new_id
from ..store.patients import history_of, load_ledger_patient
from ..store.requests import (
    asked_since,
    failed_in_row,
    latest_request,
    next_serial,
    open_requests,
    queue_file,
)
from ..store.tables import Clinic, HomeVisitRequest, MedicalDocument, Patient, PatientConsent, TerminalJob
from ..store.visits import awaiting_consent, newest_handover, visits_on
from ..terminal import request as build
from .receive_inquiry import inquiry_failed

_MEDICAL = {"drug": ConsentKind.DRUG, "checkup": ConsentKind.CHECKUP}


def request_list(
    session: Session,
    clinic: Clinic,
    period: ConsentPeriod,
    *,
    trigger: Trigger,
    actor: Actor,
    now: datetime,
    cadence: Cadence,
) -> HomeVisitRequest:
    """A 情報申請 for one 確認期間 (S-042): the row, its file for the bridge, its audit event."""
    request = HomeVisitRequest(
        clinic_id=clinic.id,
        id=new_id(),
        consent_from=period.first,
        consent_to=period.last,
        state=RequestState.REQUESTED.value,
        trigger=trigger.value,
        requested_at=now,
        requested_by=actor.id if actor.kind == "staff" else None,
    )
    session.add(request)
    session.flush()
    day, serial = next_serial(session, clinic.id, now)
    file = build.home_visit_list(
        institution_code=clinic.institution_code, period=period, file_identifier=request.id.hex, day=day, serial=serial
    )
    queue_file(session, clinic.id, "home_visit_list", file, now, cadence.answer_within, request_id=request.id)
    write_event(
        session, clinic.id, now, action="list_requested", actor=actor, outcome=trigger.value, subject=str(request.id)
    )
    note_change(session, clinic.id, "home_visit_request", request.id)
    return request


def request_and_fetch(session: Session, clinic_id: UUID, now: datetime, cadence: Cadence) -> datetime:
    """Send the next 情報申請 and the fetches that are due; returns when to look again."""
    clinic = session.get_one(Clinic, clinic_id)
    due = now + cadence.scheduled_every
    for request in open_requests(session, clinic_id):
        if request.state == RequestState.REQUESTED.value or request.reception_number is None:
            continue
        if _gave_up_expired(session, request, now, cadence):
            continue
        if _awaits_answer(session, request):
            due = min(due, now + cadence.retry_after_processing)
        else:
            fetch_at = earliest(Question.LIST, max(now, request.next_fetch_at or now), cadence.retry) or now
            if fetch_at <= now:
                fetch_list(session, clinic, request, now, cadence)
            else:
                due = min(due, fetch_at)
    if not clinic.automatic_requests:
        return due
    next_at = next_request_at(activity_of(session, clinic_id), cadence, now)
    if next_at is None:
        return due
    if next_at > now:
        return min(due, next_at)
    reported = bool(awaiting_consent(session, clinic_id))
    trigger = Trigger.CONSENT_REPORTED if reported else Trigger.AUTOMATIC
    request_usual_days(session, clinic, THE_RULES, now, cadence, trigger)
    return due


def request_usual_days(
    session: Session, clinic: Clinic, actor: Actor, now: datetime, cadence: Cadence, trigger: Trigger = Trigger.PERSON
) -> HomeVisitRequest:
    """A 情報申請 for today and the days before that the rule names."""
    today = business_day(now)
    period = ConsentPeriod(today - timedelta(days=cadence.look_back_days - 1), today)
    return request_list(session, clinic, period, trigger=trigger, actor=actor, now=now, cadence=cadence)


def fetch_list(session: Session, clinic: Clinic, request: HomeVisitRequest, now: datetime, cadence: Cadence) -> None:
    """情報結果取得 for one accepted request, under a new file name each time (oqs-interface 6.3).

    A 受付番号 that is too old is given up instead, also when a person asks: a new 情報申請 brings the same people.
    """
    if request.reception_number is None or _gave_up_expired(session, request, now, cadence):
        return
    if _awaits_answer(session, request):
        return
    day, serial = next_serial(session, clinic.id, now)
    file = build.home_visit_fetch(
        institution_code=clinic.institution_code, reception_number=request.reception_number, day=day, serial=serial
    )
    queue_file(session, clinic.id, "home_visit_fetch", file, now, cadence.bulk_answer_within, request_id=request.id)


def request_medical(session: Session, clinic_id: UUID, now: datetime, cadence: Cadence) -> int:
    """Ask for drugs and checkups of every linked patient whose consent is open and whose copy is missing or old.

    The insurance key is taken verbatim from the current coverage of the link (medical-info 2.3).
    """
    clinic = session.get_one(Clinic, clinic_id)
    asked = 0
    today = business_day(now)
    soon = {
        visit.patient_id for day in (today, today + timedelta(days=1)) for visit in visits_on(session, clinic_id, day)
    }
    rows = session.exec(
        select(PatientConsent, Patient)
        .join(
            Patient,
            (col(Patient.clinic_id) == PatientConsent.clinic_id) & (col(Patient.id) == PatientConsent.patient_id),
        )
        .where(
            PatientConsent.clinic_id == clinic_id,
            col(PatientConsent.kind).in_([k.value for k in _MEDICAL.values()]),
            PatientConsent.flag == ConsentFlag.GIVEN.value,
            col(Patient.linked),
            col(Patient.withdrawn).is_(False),
        )
        .order_by(col(PatientConsent.kind).desc(), col(Patient.id))
    ).all()
    for row, patient in rows:
        consent = Consent(ConsentKind(row.kind), ConsentFlag(row.flag), row.consented_at, row.available_until)
        if consent_state(consent, now) is ConsentState.OPEN and _wants(
            session, patient, row, now, cadence, visited_soon=patient.id in soon
        ):
            asked += _ask_medical(session, clinic, patient, row, now, cadence)
    return asked


def _gave_up_expired(session: Session, request: HomeVisitRequest, now: datetime, cadence: Cadence) -> bool:
    if not reception_expired(request.accepted_at, now, cadence):
        return False
    request.state, request.reason = RequestState.FAILED.value, "reception_expired"
    session.add(request)
    write_event(
        session, request.clinic_id, now, action="list_answered", actor=THE_RULES,
        outcome="reception_expired", subject=str(request.id),
    )  # fmt: skip
    note_change(session, request.clinic_id, "home_visit_request", request.id)
    return True


def give_up_unanswered(session: Session, clinic_id: UUID, now: datetime) -> None:
    """Name the waits that are over. The file may still be executed: nothing is resent, late answers are matched."""
    overdue = session.exec(
        select(TerminalJob).where(
            TerminalJob.clinic_id == clinic_id,
            col(TerminalJob.state).in_(("waiting", "written")),
            TerminalJob.answer_by <= now,
        )
    ).all()
    for job in overdue:
        job.state, job.reason = "unanswered", "not_written" if job.written_at is None else "no_answer"
        session.add(job)
        write_event(
            session, clinic_id, now, action="terminal_silent", actor=THE_RULES, outcome=job.reason, subject=str(job.id)
        )
        inquiry_failed(session, job, job.reason, None, now)
        if job.request_id is not None:
            request = session.get_one(HomeVisitRequest, (clinic_id, job.request_id))
            if RequestState(request.state).is_open:
                request.state, request.reason = RequestState.FAILED.value, job.reason
                session.add(request)
                note_change(session, clinic_id, "home_visit_request", request.id)
        if job.patient_id is not None:
            _mark_medical(session, job, "failed", job.reason)
            note_change(session, clinic_id, "patient", job.patient_id)


def activity_of(session: Session, clinic_id: UUID) -> Activity:
    """What the cadence decides by."""
    newest = latest_request(session, clinic_id)
    opened, reported = newest_handover(session, clinic_id)
    return Activity(
        open_request=bool(open_requests(session, clinic_id)),
        last_requested_at=newest.requested_at if newest else None,
        last_handover_at=opened,
        consent_reported_at=reported,
        awaited_people=len(awaiting_consent(session, clinic_id)),
        failures=failed_in_row(session, clinic_id),
        last_reason=newest.reason if newest else None,
    )


def _awaits_answer(session: Session, request: HomeVisitRequest) -> bool:
    return (
        session.exec(
            select(TerminalJob.id).where(
                TerminalJob.clinic_id == request.clinic_id,
                TerminalJob.request_id == request.id,
                col(TerminalJob.state).in_(("waiting", "written")),
            )
        ).first()
        is not None
    )


def _wants(
    session: Session, patient: Patient, consent: PatientConsent, now: datetime, cadence: Cadence, *, visited_soon: bool
) -> bool:
    """Whether a document is missing, was refused long enough ago, or is older than the consent or what the rules say.

    A copy that is only old is refreshed at night, unless its patient is visited today or tomorrow.
    """
    document = _document(session, patient, consent.kind)
    if document is None or document.requested_at is None:
        return True
    if document.state == "waiting":
        return False
    if document.fetched_at is not None and consent.consented_at and consent.consented_at > document.requested_at:
        return True
    if document.state == "failed":
        mended = any(c.at > document.requested_at for c in history_of(session, patient.clinic_id, patient.id))
        if mended and failure_kind(document.reason) is FailureKind.PERMANENT:
            return True
        failures = asked_since(session, patient.clinic_id, patient.id, consent.kind, document.fetched_at)
        due = document.requested_at + wait_after(document.reason, failures, cadence.retry)
        return (earliest(Question.DOCUMENT, max(due, now), cadence.retry) or now) <= now
    again = cadence.drug_again_after if consent.kind == ConsentKind.DRUG.value else cadence.checkup_again_after
    question = Question.DOCUMENT if visited_soon else Question.REFRESH
    due = max(document.requested_at + again, now)
    return (earliest(question, due, cadence.retry) or now) <= now


def _ask_medical(
    session: Session, clinic: Clinic, patient: Patient, consent: PatientConsent, now: datetime, cadence: Cadence
) -> int:
    coverage = load_ledger_patient(session, clinic.id, patient.id).current_coverage or CoverageFacts()
    if not coverage.insurer_number or not coverage.card_number:
        return 0
    document = _document(session, patient, consent.kind) or MedicalDocument(
        clinic_id=clinic.id, id=new_id(), patient_id=patient.id, kind=consent.kind, state="waiting"
    )
    document.requested_at = now
    try:
        file = _medical_file(session, clinic, patient, coverage, consent.kind, now, cadence)
    except Invalid as refusal:
        # One chart whose insurance cannot be written in the terminal's characters must not hold up the clinic.
        document.state, document.reason = "failed", refusal.code
        session.add(document)
        note_change(session, clinic.id, "patient", patient.id)
        return 0
    job = queue_file(session, clinic.id, consent.kind, file, now, cadence.answer_within, patient_id=patient.id)
    document.state, document.job_id, document.reason = "waiting", job.id, None
    session.add(document)
    write_event(
        session,
        clinic.id,
        now,
        action=f"{consent.kind}_requested",
        actor=THE_RULES,
        patient_id=patient.id,
        subject=str(job.id),
    )
    note_change(session, clinic.id, "patient", patient.id)
    return 1


def _medical_file(
    session: Session,
    clinic: Clinic,
    patient: Patient,
    coverage: CoverageFacts,
    kind: str,
    now: datetime,
    cadence: Cadence,
) -> TerminalRequest:
    day, serial = next_serial(session, clinic.id, now)
    identifier = new_id().hex
    if kind == ConsentKind.CHECKUP.value:
        return build.checkup(
            institution_code=clinic.institution_code,
            coverage=coverage,
            file_identifier=identifier,
            day=day,
            serial=serial,
        )
    last = business_day(now)
    months = last.year * 12 + last.month - 1 - cadence.drug_months
    return build.drug(
        institution_code=clinic.institution_code,
        coverage=coverage,
        first_month=date(months // 12, months % 12 + 1, 1),
        last_month=last,
        file_identifier=identifier,
        day=day,
        serial=serial,
        content=_drug_content(session, patient, now),
    )


def _drug_content(session: Session, patient: Patient, now: datetime) -> build.DrugContent:
    """診療 and 手術 come inside the drug file and are asked for only with an own consent that is open (S-030)."""
    consents = consents_of(session, patient.clinic_id, [patient.id])[patient.id]
    agreed = any(
        each.kind in (ConsentKind.DIAGNOSIS, ConsentKind.OPERATION) and consent_state(each, now) is ConsentState.OPEN
        for each in consents
    )
    return build.DrugContent.DRUG_AND_TREATMENT if agreed else build.DrugContent.DRUG


def _document(session: Session, patient: Patient, kind: str) -> MedicalDocument | None:
    return session.exec(
        select(MedicalDocument).where(
            MedicalDocument.clinic_id == patient.clinic_id,
            MedicalDocument.patient_id == patient.id,
            MedicalDocument.kind == kind,
        )
    ).first()


def _mark_medical(session: Session, job: TerminalJob, state: str, reason: str | None) -> None:
    document = session.exec(
        select(MedicalDocument).where(MedicalDocument.clinic_id == job.clinic_id, MedicalDocument.job_id == job.id)
    ).first()
    if document is not None and document.state == "waiting":
        document.state, document.reason = state, reason
        session.add(document)
        note_change(session, job.clinic_id, "patient", document.patient_id)
