"""Step 3 for inquiries without the card: what one answer says about whom was asked, and what its silence means.

Runs inside step 3's transaction. A record that came goes the way of every record (`told_people`, then matching and
confirming); an answer without one leaves 確認日 and its word on the chart that was asked about (S-098, S-117).
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ..domain.cadence import Cadence, RequestState, fetch_pause, state_after_fetch
from ..domain.dates import business_day
from ..domain.eligibility import EligibilityRecord, FileOutcome, PersonOutcome, PersonResult, TerminalResult
from ..domain.inquiry import InquiryRoute, InquiryState
from ..domain.inquiry_outcome import InquiryOutcome, outcome_of, outcome_of_failure, support_codes
from ..domain.insurance import Validity
from ..domain.retry import FailureKind, Question, earliest, failure_kind, wait_after
from ..rules import cadence_on
from ..rules.inquiry import inquiry_rules_on
from ..store.audit import THE_RULES, write_event
from ..store.checks import FinishedCheck, write_checks
from ..store.inquiries import get_inquiry, open_key, open_of_bulk, save_inquiry
from ..store.tables import BulkInquiry, Clinic, Inquiry, TerminalJob, TerminalMessage
from .told_people import keep_people

#: Answers without a record that nevertheless say something about the insurance that was asked about.
_SAYS = frozenset({Validity.INVALID, Validity.INVALID_NEW_EXISTS, Validity.NOT_FOUND, Validity.MULTIPLE})


def keep_inquiry(
    session: Session, job: TerminalJob, message: TerminalMessage, result: TerminalResult, now: datetime
) -> None:
    """単件照会 or 再照会. Safe to repeat: an inquiry is answered once."""
    if job.inquiry_id is None:
        return
    inquiry = get_inquiry(session, job.clinic_id, job.inquiry_id)
    person = result.people[0] if len(result.people) == 1 else None
    if person is not None and person.arbitrary_identifier not in (None, "", inquiry.id.hex):
        person = None
    _take(session, inquiry, message, result, person, now)


def keep_bulk(
    session: Session,
    job: TerminalJob,
    message: TerminalMessage,
    result: TerminalResult,
    now: datetime,
    cadence: Cadence,
) -> None:
    """一括照会: its 受付番号, or the answers about everybody in it; who is missing in them is unknown."""
    if job.bulk_inquiry_id is None:
        return
    bulk = session.get_one(BulkInquiry, (job.clinic_id, job.bulk_inquiry_id))
    if job.family == "bulk_inquiry":
        _accept(session, bulk, message, result, now)
    elif RequestState(bulk.state) is not RequestState.FETCHED:
        first_answer = RequestState(bulk.state) is RequestState.ACCEPTED
        state = state_after_fetch(result.outcome)
        bulk.state, bulk.reason = state.value, result.error_code
        if state is RequestState.PROCESSING:
            began = bulk.accepted_at or bulk.requested_at
            bulk.next_fetch_at = now + fetch_pause(began, now, cadence, first_answer=first_answer)
        else:
            _take_all(session, bulk, message, result, now)
    session.add(bulk)


def inquiry_failed(session: Session, job: TerminalJob, reason: str, message: str | None, now: datetime) -> None:
    """A file was not written, thrown back, or nobody answered: everybody it was about is told so.

    What a night asked is tried again in that night or the next, as often as the rule says; nothing else is.
    """
    if job.inquiry_id is not None:
        _failed(session, get_inquiry(session, job.clinic_id, job.inquiry_id), reason, message, now)
    if job.bulk_inquiry_id is None:
        return
    bulk = session.get_one(BulkInquiry, (job.clinic_id, job.bulk_inquiry_id))
    if job.family == "bulk_inquiry_fetch" and failure_kind(reason) is FailureKind.TEMPORARY:
        return  # the result still lies at the center, and is fetched again
    if RequestState(bulk.state).is_open:
        bulk.state, bulk.reason = RequestState.FAILED.value, reason
        session.add(bulk)
        for inquiry in open_of_bulk(session, job.clinic_id, bulk.id):
            _failed(session, inquiry, reason, message, now)


def _accept(
    session: Session, bulk: BulkInquiry, message: TerminalMessage, result: TerminalResult, now: datetime
) -> None:
    if bulk.reception_number is not None:
        return
    if not result.reception_number or result.outcome is FileOutcome.FAILED:
        bulk.state, bulk.reason = RequestState.FAILED.value, result.error_code or "not_accepted"
        _take_all(session, bulk, message, result, now)
        return
    bulk.state, bulk.reception_number = RequestState.ACCEPTED.value, result.reception_number
    bulk.accepted_at = bulk.next_fetch_at = now


def _take_all(
    session: Session, bulk: BulkInquiry, message: TerminalMessage, result: TerminalResult, now: datetime
) -> None:
    by_key = {person.arbitrary_identifier: person for person in result.people}
    for inquiry in open_of_bulk(session, bulk.clinic_id, bulk.id):
        _take(session, inquiry, message, result, by_key.get(inquiry.id.hex), now)


def _take(
    session: Session,
    inquiry: Inquiry,
    message: TerminalMessage,
    result: TerminalResult,
    person: PersonResult | None,
    now: datetime,
) -> None:
    """One answer to one inquiry; a later second answer to the same question changes nothing."""
    if InquiryState(inquiry.state) in (InquiryState.ANSWERED, InquiryState.CALLED_OFF):
        return
    route = InquiryRoute(inquiry.route)
    outcome = outcome_of(result.outcome, person, route)
    inquiry.message_id, inquiry.outcome, inquiry.reason = message.id, outcome.value, None
    inquiry.code = support_codes(result, person)
    inquiry.message = (person.message if person else None) or result.error_message
    inquiry.state, inquiry.closed_at = InquiryState.ANSWERED.value, now
    save_inquiry(session, inquiry)
    write_event(
        session, inquiry.clinic_id, now, action="inquiry_answered", actor=THE_RULES, outcome=outcome,
        patient_id=inquiry.patient_id, subject=str(inquiry.id),
    )  # fmt: skip
    if person is None or person.outcome is PersonOutcome.ERROR or result.outcome is FileOutcome.FAILED:
        return
    told_at = min(result.processed_at or now, now)
    if person.records:
        keep_people(
            session,
            inquiry.clinic_id,
            [person],
            request_id=None,
            message_id=message.id,
            told_at=told_at,
            route=route.value,
            inquiry_id=inquiry.id,
        )
    elif person.validity in _SAYS:
        check = FinishedCheck(
            patient_id=inquiry.patient_id,
            record=EligibilityRecord(),
            message_id=message.id,
            checked_at=told_at,
            kind=route.value,
            validity=person.validity.value,
            validity_code=person.validity_code,
            links=False,
        )
        write_checks(session, inquiry.clinic_id, [check], THE_RULES, now)


def _failed(session: Session, inquiry: Inquiry, reason: str, message: str | None, now: datetime) -> None:
    if InquiryState(inquiry.state) is not InquiryState.ASKED:
        return
    today = business_day(now)
    restarts = session.get_one(Clinic, inquiry.clinic_id).terminal_restarts
    retry = cadence_on(today, restarts=restarts).retry
    outcome: InquiryOutcome = outcome_of_failure(reason)
    inquiry.outcome, inquiry.reason, inquiry.message = outcome.value, reason, message
    again = (
        inquiry.at_night
        and failure_kind(reason) is FailureKind.TEMPORARY
        and inquiry.tries < inquiry_rules_on(today).tries
    )
    if again:
        at = now + wait_after(reason, inquiry.tries, retry)
        inquiry.state, inquiry.bulk_id = InquiryState.PLANNED.value, None
        inquiry.due_at = earliest(Question.REINQUIRY, at, retry) or at
        inquiry.open_key = open_key(inquiry.patient_id, InquiryRoute(inquiry.route))
    else:
        inquiry.state, inquiry.closed_at = InquiryState.FAILED.value, now
    save_inquiry(session, inquiry)
    write_event(
        session, inquiry.clinic_id, now, action="inquiry_answered", actor=THE_RULES, outcome=outcome,
        patient_id=inquiry.patient_id, subject=str(inquiry.id),
    )  # fmt: skip
