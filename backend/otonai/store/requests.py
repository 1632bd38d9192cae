"""情報申請 and the files of the terminal: numbered names, jobs for the bridge, the archive of what came back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from ..domain.cadence import RequestState
from ..domain.dates import business_day
from ..domain.eligibility import TerminalRequest
from ..domain.errors import OtonaiError
from ..domain.insurance import Validity
from .ids import new_id
from .tables import ClinicClock, ConsentedPatient, HomeVisitRequest, TerminalJob, TerminalMessage

#: Serial numbers of ours on a terminal shared with other programs (A-01).
FIRST_SERIAL, LAST_SERIAL = 5001, 9999

#: States of a job in which the bridge still waits for an answer (late ones included, until the day is over).
AWAITING = ("waiting", "written", "unanswered")


class SerialsUsedUp(OtonaiError):
    """All file names of the day are spent; nothing is sent before tomorrow rather than a name used twice."""

    code = "serials_used_up"


def next_serial(session: Session, clinic_id: UUID, now: datetime) -> tuple[date, int]:
    """The day and serial of the next request file, under the clinic's lock so that no name is given twice."""
    today = business_day(now)
    clock = session.exec(select(ClinicClock).where(ClinicClock.clinic_id == clinic_id).with_for_update()).one()
    if clock.file_day != today:
        clock.file_day, clock.file_serial = today, FIRST_SERIAL - 1
    if clock.file_serial >= LAST_SERIAL:
        raise SerialsUsedUp(f"{LAST_SERIAL - FIRST_SERIAL + 1} files today")
    clock.file_serial += 1
    session.add(clock)
    session.flush()
    return today, clock.file_serial


def serials_left(session: Session, clinic_id: UUID, now: datetime) -> int:
    """How many file names the day still has."""
    clock = session.exec(select(ClinicClock).where(ClinicClock.clinic_id == clinic_id)).one()
    return LAST_SERIAL - (clock.file_serial if clock.file_day == business_day(now) else FIRST_SERIAL - 1)


def add_job(session: Session, job: TerminalJob) -> None:
    """Queue one file for the bridge and wake it."""
    session.add(job)
    session.flush()
    wake_bridge(session, job.clinic_id)


def queue_file(
    session: Session,
    clinic_id: UUID,
    family: str,
    file: TerminalRequest,
    now: datetime,
    answer_within: timedelta,
    *,
    request_id: UUID | None = None,
    patient_id: UUID | None = None,
) -> TerminalJob:
    """One request file on its way to the bridge, with the time until which its answer is expected."""
    job = TerminalJob(
        clinic_id=clinic_id,
        id=new_id(),
        family=family,
        file_name=file.file_name,
        expected_stem=file.expected_stem,
        content=file.content,
        sha256=hashlib.sha256(file.content).hexdigest(),
        state=AWAITING[0],
        created_at=now,
        answer_by=now + answer_within,
        request_id=request_id,
        patient_id=patient_id,
    )
    add_job(session, job)
    return job


def newest_job(session: Session, clinic_id: UUID, patient_id: UUID, family: str) -> TerminalJob | None:
    """The newest file of one kind about one person, whatever became of it."""
    return session.exec(
        select(TerminalJob)
        .where(TerminalJob.clinic_id == clinic_id, TerminalJob.patient_id == patient_id, TerminalJob.family == family)
        .order_by(col(TerminalJob.created_at).desc(), col(TerminalJob.id).desc())
        .limit(1)
    ).first()


def answers_to(session: Session, clinic_id: UUID, job_id: UUID) -> Sequence[TerminalMessage]:
    """Everything in the archive that came for one file, newest first."""
    return session.exec(
        select(TerminalMessage)
        .where(TerminalMessage.clinic_id == clinic_id, TerminalMessage.job_id == job_id)
        .order_by(col(TerminalMessage.received_at).desc(), col(TerminalMessage.id).desc())
    ).all()


def wake_bridge(session: Session, clinic_id: UUID) -> None:
    """Move the number on which the live channel signals the bridge."""
    session.execute(
        update(ClinicClock)
        .where(col(ClinicClock.clinic_id) == clinic_id)
        .values(job_sequence=col(ClinicClock.job_sequence) + 1)
        .execution_options(synchronize_session=False)  # nobody reads it from a loaded row
    )


def jobs_to_write(session: Session, clinic_id: UUID) -> Sequence[TerminalJob]:
    """Files that the bridge has not confirmed as written, oldest first."""
    return session.exec(
        select(TerminalJob)
        .where(TerminalJob.clinic_id == clinic_id, TerminalJob.state == "waiting")
        .order_by(col(TerminalJob.created_at), col(TerminalJob.id))
    ).all()


def awaited_stems(session: Session, clinic_id: UUID, since: datetime) -> list[str]:
    """Stems of answers that are still welcome, late ones included."""
    rows = session.exec(
        select(TerminalJob.expected_stem)
        .where(
            TerminalJob.clinic_id == clinic_id,
            col(TerminalJob.state).in_(AWAITING),
            TerminalJob.created_at >= since,
        )
        .order_by(col(TerminalJob.created_at))
    )
    return list(rows)


def open_requests(session: Session, clinic_id: UUID) -> Sequence[HomeVisitRequest]:
    """情報申請 from which something is still to come."""
    states = [s.value for s in RequestState if s.is_open]
    return session.exec(
        select(HomeVisitRequest)
        .where(HomeVisitRequest.clinic_id == clinic_id, col(HomeVisitRequest.state).in_(states))
        .order_by(col(HomeVisitRequest.requested_at))
    ).all()


def latest_request(session: Session, clinic_id: UUID) -> HomeVisitRequest | None:
    """The newest 情報申請, whatever became of it."""
    return session.exec(
        select(HomeVisitRequest)
        .where(HomeVisitRequest.clinic_id == clinic_id)
        .order_by(col(HomeVisitRequest.requested_at).desc(), col(HomeVisitRequest.id).desc())
        .limit(1)
    ).first()


def failed_in_row(session: Session, clinic_id: UUID) -> int:
    """How many 情報申請 have failed since the last one that brought a list."""
    newest_list = (
        select(func.max(col(HomeVisitRequest.requested_at)))
        .where(HomeVisitRequest.clinic_id == clinic_id, HomeVisitRequest.state == RequestState.FETCHED.value)
        .scalar_subquery()
    )
    found = session.exec(
        select(func.count())
        .select_from(HomeVisitRequest)
        .where(
            HomeVisitRequest.clinic_id == clinic_id,
            HomeVisitRequest.state == RequestState.FAILED.value,
            newest_list.is_(None) | (col(HomeVisitRequest.requested_at) > newest_list),
        )
    ).one()
    return int(found)


def asked_since(session: Session, clinic_id: UUID, patient_id: UUID, family: str, since: datetime | None) -> int:
    """How often one thing was asked about one person since a moment; of failures, how many came in a row."""
    query = (
        select(func.count())
        .select_from(TerminalJob)
        .where(TerminalJob.clinic_id == clinic_id, TerminalJob.patient_id == patient_id, TerminalJob.family == family)
    )
    if since is not None:
        query = query.where(TerminalJob.created_at > since)
    return int(session.exec(query).one())


def latest_fetched(session: Session, clinic_id: UUID) -> HomeVisitRequest | None:
    """The newest 情報申請 whose list has arrived."""
    return session.exec(
        select(HomeVisitRequest)
        .where(HomeVisitRequest.clinic_id == clinic_id, HomeVisitRequest.state == RequestState.FETCHED.value)
        .order_by(col(HomeVisitRequest.fetched_at).desc())
        .limit(1)
    ).first()


def unread_messages(session: Session, clinic_id: UUID) -> list[UUID]:
    """Archived files that were not read yet, in order of arrival."""
    rows = session.exec(
        select(TerminalMessage.id)
        .where(TerminalMessage.clinic_id == clinic_id, col(TerminalMessage.processed_at).is_(None))
        .order_by(col(TerminalMessage.received_at), col(TerminalMessage.id))
    )
    return list(rows)


def jobs_by_state(session: Session, clinic_id: UUID, since: datetime) -> dict[str, int]:
    """How many files asked since a moment are in each state."""
    rows = session.execute(
        select(col(TerminalJob.state), func.count())
        .where(col(TerminalJob.clinic_id) == clinic_id, col(TerminalJob.created_at) >= since)
        .group_by(col(TerminalJob.state))
    ).all()
    return {str(state): int(count) for state, count in rows}


def quarantined_by_reason(session: Session, clinic_id: UUID, since: datetime) -> dict[str, int]:
    """How many files were refused since a moment, and why."""
    rows = session.execute(
        select(col(TerminalMessage.reason), func.count())
        .where(
            col(TerminalMessage.clinic_id) == clinic_id,
            col(TerminalMessage.outcome) == "quarantined",
            col(TerminalMessage.received_at) >= since,
        )
        .group_by(col(TerminalMessage.reason))
    ).all()
    return {str(reason): int(count) for reason, count in rows}


def validities_since(session: Session, clinic_id: UUID, since: datetime) -> dict[Validity, int]:
    """What the center said about people since a moment."""
    rows = session.execute(
        select(col(ConsentedPatient.validity), func.count())
        .where(
            col(ConsentedPatient.clinic_id) == clinic_id,
            col(ConsentedPatient.confirmed_at) >= since,
            col(ConsentedPatient.validity).is_not(None),
        )
        .group_by(col(ConsentedPatient.validity))
    ).all()
    return {Validity(validity): int(count) for validity, count in rows}


def last_answer_at(session: Session, clinic_id: UUID) -> datetime | None:
    """When the terminal last answered anything."""
    found: datetime | None = session.exec(
        select(func.max(col(TerminalJob.answered_at))).where(TerminalJob.clinic_id == clinic_id)
    ).one()
    return found


def lately(session: Session, clinic_id: UUID, many: int = 20) -> list[timedelta]:
    """How long the terminal took for each of its newest answers, from the file's writing on."""
    rows = session.exec(
        select(TerminalJob.written_at, TerminalJob.answered_at)
        .where(
            TerminalJob.clinic_id == clinic_id,
            TerminalJob.state == "answered",
            col(TerminalJob.written_at).is_not(None),
            col(TerminalJob.answered_at).is_not(None),
        )
        .order_by(col(TerminalJob.created_at).desc())
        .limit(many)
    )
    return [answered - written for written, answered in rows if written and answered]


def cards_read(session: Session, clinic_id: UUID, since: datetime) -> tuple[int, datetime | None]:
    """How many files of the card reader came since a moment, and when the newest of all came."""
    query = select(func.count(), func.max(col(TerminalMessage.received_at))).where(
        TerminalMessage.clinic_id == clinic_id, TerminalMessage.kind == "face", TerminalMessage.outcome == "read"
    )
    _, newest = session.exec(query).one()
    count, _ = session.exec(query.where(TerminalMessage.received_at >= since)).one()
    return int(count), newest
