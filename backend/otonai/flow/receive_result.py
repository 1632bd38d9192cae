"""Steps 3 and 4: files that the bridge brought. Archived first, read second; one effect however often they arrive.

`take_delivery` answers the bridge after a durable commit and only says whether the file could be read at all.
`read_message` does the rest from the archive, so that it can be run again. Duplicates are recognised by delivery id
and by content; an older list never replaces newer facts (F05, F06); a file of another institution is quarantined (F14).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, select

from ..domain.cadence import Cadence, RequestState, fetch_pause, state_after_fetch
from ..domain.consent import Consent, ConsentKind
from ..domain.drug_merge import merged
from ..domain.eligibility import FileOutcome, PersonOutcome, TerminalResult
from ..domain.medical import DrugSource, MedicalResult, TreatmentEvent, subject_agrees
from ..domain.medical_view import given
from ..domain.writing import kana_key
from ..store.archive import keep_file, what_is_known
from ..store.audit import THE_RULES, write_event
from ..store.changes import note_change
from ..store.consented import consents_of
from ..store.facts import to_json
from ..store.ids import new_id
from ..store.patients import apply_values, get_patient
from ..store.requests import unread_messages
from ..store.session import reading
from ..store.tables import Clinic, HomeVisitRequest, MedicalDocument, TerminalJob, TerminalMessage
from ..terminal import names
from ..terminal.outcome import Outcome, Reason
from ..terminal.result import Bounced, ReadOutcome, is_registered, read
from .receive_inquiry import inquiry_failed, keep_bulk, keep_inquiry
from .take_card import take_card
from .tell_insurers import learn_insurers
from .told_people import keep_people


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the bridge says about one file."""

    delivery_id: UUID
    kind: str
    file_name: str
    job_id: UUID | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the bridge is told: `accepted`, `duplicate` or `quarantined` with its reason."""

    outcome: str
    reason: str | None = None


def take_delivery(
    session: Session,
    clinic_id: UUID,
    delivery: Delivery,
    content: bytes | None,
    now: datetime,
    found: ReadOutcome | None = None,
) -> Receipt:
    """Keep one delivery durably. Safe to repeat: the same delivery id gets the same receipt.

    Who has read the file already, before the transaction began, hands in what was `found`.
    """
    if delivery.kind in ("written", "write_failed"):
        return _job_moved(session, clinic_id, delivery, now)
    content = content or b""
    found = found or read(content, delivery.file_name)
    stem = delivery.file_name.rsplit(".", 1)[0]
    known = what_is_known(session, clinic_id, delivery.delivery_id, found.sha256, stem)
    if known.delivered:
        return Receipt("duplicate", known.reason)
    if known.same_content and (known.job_id is None or known.job_answered):
        return Receipt("duplicate", "same_content")
    if found.outcome is Outcome.INCOMPLETE:
        return Receipt("quarantined", "incomplete")
    is_read, message_id = found.outcome is Outcome.READ, new_id()
    keep_file(
        session,
        clinic_id,
        message_id,
        delivery_id=delivery.delivery_id,
        job_id=known.job_id,
        kind=delivery.kind,
        file_name=delivery.file_name,
        sha256=found.sha256,
        content=content,
        outcome=found.outcome.value,
        reason=found.reason.value if found.reason else None,
        received_at=now,
        processed_at=None if is_read else now,
    )
    if is_read:
        return Receipt("accepted")
    write_event(
        session, clinic_id, now, action="file_quarantined", actor=THE_RULES,
        outcome=found.reason or "refused", subject=str(message_id),
    )  # fmt: skip
    if known.job_id is not None:
        job = session.get_one(TerminalJob, (clinic_id, known.job_id))
        _answered(session, job, now, failed=found.reason or "unreadable")
    return Receipt("quarantined", found.reason)


def waiting_messages(engine: Engine, clinic_id: UUID) -> list[UUID]:
    """Archived files that wait to be read, in order of arrival."""
    with reading(engine, clinic_id) as session:
        return unread_messages(session, clinic_id)


def read_message(
    session: Session,
    clinic_id: UUID,
    message_id: UUID,
    now: datetime,
    cadence: Cadence,
    just_read: ReadOutcome | None = None,
) -> None:
    """Read one archived file and write what it tells. Does nothing when it was processed before.

    `just_read` is what the caller read a moment ago, of whichever file; of this one it spares the second reading.
    """
    message = session.get_one(TerminalMessage, (clinic_id, message_id), with_for_update=True)
    if message.processed_at is not None:
        return
    clinic = session.get_one(Clinic, clinic_id)
    found = just_read if _is_of(just_read, message) else read(message.content, message.file_name)
    message.processed_at = now
    session.add(message)
    job = session.get(TerminalJob, (clinic_id, message.job_id)) if message.job_id else None
    if _of_other_institution(found, clinic.institution_code):
        message.outcome, message.reason = "quarantined", "other_institution"
        write_event(
            session, clinic_id, now, action="file_quarantined", actor=THE_RULES,
            outcome="other_institution", subject=str(message.id),
        )  # fmt: skip
        return
    told = found.message
    if isinstance(told, Bounced):
        if job is not None:
            _answered(session, job, now, failed="bounced", message=told.message)
        return
    if told is None and found.reason == "request_copy":
        return  # the bounced request itself; its .err beside it tells the rest
    if told is not None:
        message.unknown_elements = list(told.unknown_elements) or None
    if isinstance(told, TerminalResult):
        told_at = min(told.received_at or told.processed_at or message.received_at, now)
        learn_insurers(session, clinic_id, told.people, message.id, told_at)
    if message.kind == "face" and isinstance(told, TerminalResult):
        take_card(session, message, told, found.name.stamped_at if found.name else None, now)
        return
    if job is None:
        return
    if isinstance(told, MedicalResult):
        _keep_medical(session, job, message, told, now)
    elif isinstance(told, TerminalResult) and job.family == "reference_registration":
        _keep_registration(session, job, message, told, now)
        return
    elif isinstance(told, TerminalResult) and job.inquiry_id is not None:
        keep_inquiry(session, job, message, told, now)
    elif isinstance(told, TerminalResult) and job.bulk_inquiry_id is not None:
        keep_bulk(session, job, message, told, now, cadence)
    elif isinstance(told, TerminalResult):
        _keep_result(session, job, message, told, now, cadence)
    elif found.reason is Reason.PDF and job.family in ("drug", "checkup"):
        _keep_document(session, job, message, now)
    else:
        _answered(session, job, now, failed="unexpected_answer")
        return
    _answered(session, job, now)


def _keep_result(
    session: Session,
    job: TerminalJob,
    message: TerminalMessage,
    result: TerminalResult,
    now: datetime,
    cadence: Cadence,
) -> None:
    if job.request_id is None:
        return
    request = session.get_one(HomeVisitRequest, (job.clinic_id, job.request_id))
    if job.family == "home_visit_list":
        told_at = result.received_at or result.processed_at or message.received_at
        # Not before it was asked, whatever the terminal's clock says.
        _accept(request, result, min(now, max(told_at, job.written_at or job.created_at)), now)
    elif RequestState(request.state) is not RequestState.FETCHED or result.outcome is FileOutcome.DONE:
        first_answer = RequestState(request.state) is RequestState.ACCEPTED
        state = state_after_fetch(result.outcome)
        request.state = state.value
        request.reason, request.message = result.error_code, result.error_message
        if state is RequestState.PROCESSING:
            began = request.accepted_at or request.requested_at
            request.next_fetch_at = now + fetch_pause(began, now, cadence, first_answer=first_answer)
        if state is RequestState.FETCHED:
            request.fetched_at, request.found = now, len(result.people)
            keep_people(
                session,
                job.clinic_id,
                result.people,
                request_id=request.id,
                message_id=message.id,
                told_at=result.processed_at or now,
            )
    session.add(request)
    write_event(
        session,
        job.clinic_id,
        now,
        action="list_answered",
        actor=THE_RULES,
        outcome=request.state,
        subject=str(request.id),
    )
    note_change(session, job.clinic_id, "home_visit_request", request.id)


def _keep_registration(
    session: Session, job: TerminalJob, message: TerminalMessage, result: TerminalResult, now: datetime
) -> None:
    """The number counts only when every layer says so and echoes it (8.1). An echo of another number proves nothing."""
    asked = read(job.content, job.file_name).question
    number = asked.records[0].reference_number if asked is not None and asked.records else None
    if job.patient_id is None or number is None:
        _answered(session, job, now, failed="unexpected_answer")
        return
    patient = get_patient(session, job.clinic_id, job.patient_id)
    outcome = "registered"
    if not is_registered(result, number):
        said_no = result.outcome is FileOutcome.FAILED or (
            result.outcome is FileOutcome.DONE
            and len(result.people) == 1
            and result.people[0].outcome is PersonOutcome.ERROR
        )
        outcome = "refused" if said_no else "unexpected_answer"
    elif patient.reference_number is None:
        apply_values(
            session, patient, kind="numbered", person={"linked": True, "reference_number": number},
            actor=THE_RULES, source=("check", message.id), now=now,
        )  # fmt: skip
    _answered(session, job, now, failed=None if outcome == "registered" else outcome)
    write_event(
        session, job.clinic_id, now, action="registration_answered", actor=THE_RULES,
        outcome=outcome, patient_id=patient.id, subject=str(job.id),
    )  # fmt: skip
    note_change(session, job.clinic_id, "patient", patient.id)


def _accept(request: HomeVisitRequest, result: TerminalResult, accepted_at: datetime, now: datetime) -> None:
    """01res: only a 受付番号 means accepted; it says nothing about persons (oqs-interface 6.2).

    Its age counts from when the center gave it, however late the file came or was understood.
    """
    if request.reception_number is not None:
        return
    if not result.reception_number or result.outcome is FileOutcome.FAILED:
        request.state = RequestState.FAILED.value
        request.reason, request.message = result.error_code or "not_accepted", result.error_message
        return
    request.state = RequestState.ACCEPTED.value
    request.reception_number, request.accepted_at, request.next_fetch_at = result.reception_number, accepted_at, now
    request.reason = request.message = None


def _keep_medical(
    session: Session, job: TerminalJob, message: TerminalMessage, told: MedicalResult, now: datetime
) -> None:
    """Drugs or checkups of one patient. The subject must be that patient, else nothing is shown (registry-sync 8.3)."""
    if job.patient_id is None:
        return
    document = session.exec(
        select(MedicalDocument).where(MedicalDocument.clinic_id == job.clinic_id, MedicalDocument.job_id == job.id)
    ).first()
    if document is None:
        return  # the link was undone meanwhile, or a newer request replaced this one: the archive keeps the file
    patient = get_patient(session, job.clinic_id, job.patient_id)
    agrees = subject_agrees(
        told.subject,
        name_kana_key=kana_key(patient.name_kana or patient.name),
        subject_kana_key=kana_key(told.subject.name_kana or told.subject.name),
        birth_date=patient.birth_date,
    )
    document.message_id = message.id
    if not told.accepted:
        document.state, document.reason = "failed", "refused"
    elif not agrees:
        document.state, document.reason = "failed", "other_person"
        message.reason = "other_person"
    else:
        consent = _consent_for(session, job, document.kind)
        drugs = merged(told.drugs)
        treatments = _agreed_treatments(session, job, told, message, now)
        document.state = "available" if (drugs or told.checkups) else "none"
        document.content = {
            "drugs": to_json(drugs),
            "checkups": to_json(told.checkups),
            "treatments": to_json(treatments),
        }
        document.fetched_at, document.reason = now, None
        document.available_until = consent.available_until if consent else None
        # Receipts come months late; what is newer comes from e-prescriptions and says nothing about completeness.
        months = [d.month for d in drugs if d.month and d.source is DrugSource.RECEIPT]
        document.data_until_month = max(months) if months else None
    session.add(document)
    write_event(
        session, job.clinic_id, now, action=f"{document.kind}_received", actor=THE_RULES,
        outcome=document.reason or document.state, patient_id=patient.id, subject=str(message.id),
    )  # fmt: skip
    note_change(session, job.clinic_id, "patient", patient.id)


def _agreed_treatments(
    session: Session, job: TerminalJob, told: MedicalResult, message: TerminalMessage, now: datetime
) -> tuple[TreatmentEvent, ...]:
    """診療 and 手術 rows whose own consent was given. Others should not have come: they stay in the archive, named."""
    if job.patient_id is None or not told.treatments:
        return ()
    agreed = given(consents_of(session, job.clinic_id, [job.patient_id])[job.patient_id])
    kept = tuple(row for row in told.treatments if ConsentKind(row.kind.value) in agreed)
    if len(kept) < len(told.treatments):
        write_event(
            session, job.clinic_id, now, action="treatments_withheld", actor=THE_RULES,
            outcome="no_consent", patient_id=job.patient_id, subject=str(message.id),
        )  # fmt: skip
    return kept


def _keep_document(session: Session, job: TerminalJob, message: TerminalMessage, now: datetime) -> None:
    """A PDF in place of data: kept as it is and never taken apart (medical-info 2.8).

    Whom it is about cannot be checked by us; the request it answers says so, and the screen asks the reader to look.
    """
    document = session.exec(
        select(MedicalDocument).where(MedicalDocument.clinic_id == job.clinic_id, MedicalDocument.job_id == job.id)
    ).first()
    if document is None:
        return
    consent = _consent_for(session, job, document.kind)
    document.message_id, document.state, document.reason = message.id, "available", None
    document.content, document.fetched_at, document.data_until_month = {"document": True}, now, None
    document.available_until = consent.available_until if consent else None
    session.add(document)
    write_event(
        session, job.clinic_id, now, action=f"{document.kind}_received", actor=THE_RULES,
        outcome="document", patient_id=document.patient_id, subject=str(message.id),
    )  # fmt: skip
    note_change(session, job.clinic_id, "patient", document.patient_id)


def _consent_for(session: Session, job: TerminalJob, kind: str) -> Consent | None:
    if job.patient_id is None:
        return None
    consents = consents_of(session, job.clinic_id, [job.patient_id])[job.patient_id]
    return next((c for c in consents if c.kind is ConsentKind(kind)), None)


def _job_moved(session: Session, clinic_id: UUID, delivery: Delivery, now: datetime) -> Receipt:
    job = session.get(TerminalJob, (clinic_id, delivery.job_id)) if delivery.job_id else None
    if job is None:
        return Receipt("quarantined", "unknown_job")
    if job.state != "waiting":
        return Receipt("duplicate")
    if delivery.kind == "written":
        # The wait for an answer begins when the terminal can see the file.
        job.state, job.written_at = "written", now
        job.answer_by = max(job.answer_by, now + (job.answer_by - job.created_at))
        session.add(job)
    else:
        _answered(session, job, now, failed=delivery.reason or "write_failed")
    return Receipt("accepted")


def _answered(
    session: Session, job: TerminalJob, now: datetime, *, failed: str | None = None, message: str | None = None
) -> None:
    """The wait of one job is over, well or not; a failure is told where somebody waits for it."""
    job.answered_at = now
    job.state, job.reason = ("failed", failed) if failed else ("answered", None)
    session.add(job)
    if failed is None:
        return
    inquiry_failed(session, job, failed, message, now)
    if job.request_id is not None:
        request = session.get_one(HomeVisitRequest, (job.clinic_id, job.request_id))
        if RequestState(request.state).is_open:
            request.state, request.reason, request.message = RequestState.FAILED.value, failed, message
            session.add(request)
            note_change(session, job.clinic_id, "home_visit_request", request.id)
    if job.patient_id is not None:
        document = session.exec(
            select(MedicalDocument).where(MedicalDocument.clinic_id == job.clinic_id, MedicalDocument.job_id == job.id)
        ).first()
        if document is not None:
            document.state, document.reason = "failed", failed
            session.add(document)
            note_change(session, job.clinic_id, "patient", document.patient_id)
    write_event(
        session, job.clinic_id, now, action="terminal_failed", actor=THE_RULES, outcome=failed, subject=str(job.id)
    )


def _is_of(found: ReadOutcome | None, message: TerminalMessage) -> TypeGuard[ReadOutcome]:
    return found is not None and found.name == names.parse(message.file_name) and found.sha256 == message.sha256


def _of_other_institution(found: ReadOutcome, institution_code: str) -> bool:
    code = getattr(found.message, "institution_code", None)
    return code is not None and code != institution_code


#: How long an answer to one of our files stays welcome.
WELCOME = timedelta(hours=26)
