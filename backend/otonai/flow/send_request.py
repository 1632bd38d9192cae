"""Step 2: what is asked of the terminal. One file for the bridge per question; nothing is ever sent twice by itself.

`request_and_fetch` follows the cadence of design 3; `request_list` is the button 情報申請 and the tap on
「同意登録完了」が出た. An answer that does not come in time is named, and a late one is still matched.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.cadence import Activity, Cadence, RequestState, Trigger, next_request_at, reception_expired
from ..domain.consent import ConsentPeriod
from ..domain.dates import business_day
from ..domain.retry import Question, earliest
from ..store.audit import THE_RULES, Actor, write_event
from ..store.changes import note_change
from ..store.consented import copy_failed
from ..store.ids import new_id
from ..store.requests import (
    failed_in_row,
    latest_request,
    next_serial,
    open_requests,
    queue_file,
)
from ..store.tables import Clinic, HomeVisitRequest, TerminalJob
from ..store.visits import awaiting_consent, newest_handover
from ..terminal import request as build
from .receive_inquiry import inquiry_failed

#: So many silences at a time: while they are named, nobody else in the clinic can write.
AT_ONCE = 50


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


def give_up_unanswered(session: Session, clinic_id: UUID, now: datetime) -> bool:
    """Name waits that are over; says whether there may be more. The file may still be executed: nothing is resent,
    late answers are matched.
    """
    overdue = session.exec(
        select(TerminalJob)
        .where(
            TerminalJob.clinic_id == clinic_id,
            col(TerminalJob.state).in_(("waiting", "written")),
            TerminalJob.answer_by <= now,
        )
        .order_by(col(TerminalJob.answer_by), col(TerminalJob.id))
        .limit(AT_ONCE)
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
            copy_failed(session, job.clinic_id, job.id, job.reason)
            note_change(session, clinic_id, "patient", job.patient_id)
    return len(overdue) == AT_ONCE


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
