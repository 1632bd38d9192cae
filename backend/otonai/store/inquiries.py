"""Inquiries without the card: open ones, those of one patient, the history, and the files that carry them.

Decides nothing: which may be asked, and what an answer is called, the rules say (`domain/inquiry.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from ..domain.cadence import RequestState
from ..domain.errors import NotFound
from ..domain.inquiry import InquiryRoute, InquiryState
from ..domain.inquiry_outcome import InquiryOutcome
from ..domain.visit import VisitState, VisitType
from ..domain.writing import kana_key
from .changes import note_changes
from .requests import AWAITING
from .tables import BulkInquiry, ClinicClock, EligibilityCheck, Inquiry, Patient, TerminalJob, Visit

_OPEN = [state.value for state in InquiryState if state.is_open]


def hold_clinic(session: Session, clinic_id: UUID) -> None:
    """One asker at a time: two windows that ask the same thing at once make one inquiry (S-159)."""
    session.exec(select(ClinicClock).where(ClinicClock.clinic_id == clinic_id).with_for_update()).one()


def get_inquiry(session: Session, clinic_id: UUID, inquiry_id: UUID) -> Inquiry:
    """One inquiry of this clinic, or NotFound."""
    found = session.get(Inquiry, (clinic_id, inquiry_id))
    if found is None:
        raise NotFound()
    return found


def open_key(patient_id: UUID, route: InquiryRoute) -> str:
    """What no second open inquiry can have."""
    return f"{patient_id.hex}:{route.value}"


def save_inquiry(session: Session, inquiry: Inquiry) -> None:
    """Write a changed inquiry and announce it."""
    save_inquiries(session, inquiry.clinic_id, (inquiry,))


def save_inquiries(session: Session, clinic_id: UUID, inquiries: Sequence[Inquiry]) -> None:
    """Write changed inquiries of one clinic and announce them."""
    for inquiry in inquiries:
        if not InquiryState(inquiry.state).is_open:
            inquiry.open_key = None
        session.add(inquiry)
    session.flush()
    if inquiries:
        note_changes(session, clinic_id, "inquiry", [inquiry.id for inquiry in inquiries])


def open_inquiries(session: Session, clinic_id: UUID, patient_ids: Collection[UUID] | None = None) -> Sequence[Inquiry]:
    """Inquiries from which something is still to come, those that are due first."""
    mine = [col(Inquiry.clinic_id) == clinic_id, col(Inquiry.state).in_(_OPEN)]
    if patient_ids is not None:
        mine.append(col(Inquiry.patient_id).in_(list(patient_ids)))
    return session.exec(select(Inquiry).where(*mine).order_by(col(Inquiry.due_at), col(Inquiry.id))).all()


def asked_since(session: Session, clinic_id: UUID, patient_ids: Collection[UUID], since: datetime) -> set[UUID]:
    """Of these patients, those about whom somebody wanted to ask since an instant, whatever became of it."""
    return set(
        session.exec(
            select(Inquiry.patient_id).where(
                Inquiry.clinic_id == clinic_id,
                col(Inquiry.patient_id).in_(patient_ids),
                col(Inquiry.wanted_at) >= since,
            )
        )
    )


def inquiries_between(
    session: Session, clinic_id: UUID, patient_ids: Collection[UUID], start: datetime, end: datetime
) -> Sequence[Inquiry]:
    """Inquiries of some patients that were wanted, or answered, in a stretch of time; oldest first."""
    return session.exec(
        select(Inquiry)
        .where(
            Inquiry.clinic_id == clinic_id,
            col(Inquiry.patient_id).in_(list(patient_ids)),
            or_(
                (col(Inquiry.wanted_at) >= start) & (col(Inquiry.wanted_at) < end),
                (col(Inquiry.closed_at) >= start) & (col(Inquiry.closed_at) < end),
            ),
        )
        .order_by(col(Inquiry.wanted_at), col(Inquiry.id))
    ).all()


def refused_at(session: Session, clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, datetime]:
    """When the center last said of somebody that the consent no longer stands."""
    rows = session.execute(
        select(col(Inquiry.patient_id), func.max(col(Inquiry.closed_at)))
        .where(
            col(Inquiry.clinic_id) == clinic_id,
            col(Inquiry.patient_id).in_(list(patient_ids)),
            col(Inquiry.outcome) == InquiryOutcome.CONSENT_AGAIN.value,
        )
        .group_by(col(Inquiry.patient_id))
    ).all()
    return {row[0]: row[1] for row in rows if row[1] is not None}


def newest_checks(
    session: Session, clinic_id: UUID, patient_ids: Collection[UUID], kinds: Collection[str] | None = None
) -> dict[UUID, datetime]:
    """The newest check of each patient, of some kinds or of any."""
    mine = [col(EligibilityCheck.clinic_id) == clinic_id, col(EligibilityCheck.patient_id).in_(list(patient_ids))]
    if kinds is not None:
        mine.append(col(EligibilityCheck.kind).in_(list(kinds)))
    rows = session.execute(
        select(col(EligibilityCheck.patient_id), func.max(col(EligibilityCheck.checked_at)))
        .where(*mine)
        .group_by(col(EligibilityCheck.patient_id))
    ).all()
    return {row[0]: row[1] for row in rows}


class Checked(NamedTuple):
    """One check, as far as a month looks at it."""

    patient_id: UUID
    checked_at: datetime
    validity: str | None


def checks_between(
    session: Session, clinic_id: UUID, patient_ids: Collection[UUID], start: datetime, end: datetime
) -> list[Checked]:
    """Checks of some patients in a stretch of time, oldest first."""
    rows = session.execute(
        select(col(EligibilityCheck.patient_id), col(EligibilityCheck.checked_at), col(EligibilityCheck.validity))
        .where(
            col(EligibilityCheck.clinic_id) == clinic_id,
            col(EligibilityCheck.patient_id).in_(list(patient_ids)),
            col(EligibilityCheck.checked_at) >= start,
            col(EligibilityCheck.checked_at) < end,
        )
        .order_by(col(EligibilityCheck.checked_at), col(EligibilityCheck.id))
    )
    return [Checked(*row) for row in rows]


def visited_since(
    session: Session,
    clinic_id: UUID,
    since: date,
    today: date,
    patient_ids: Collection[UUID] | None = None,
    *,
    before: date | None = None,
) -> dict[UUID, tuple[VisitType, date | None]]:
    """Who was visited since a day or will be: the kind of the newest visit up to today (else of the next one), and the
    newest day of 訪問診療, planned ones included. `before` leaves out what came later.
    """
    mine = [
        col(Visit.clinic_id) == clinic_id, col(Visit.day) >= since, col(Visit.state) != VisitState.CANCELLED.value,
    ]  # fmt: skip
    if patient_ids is not None:
        mine.append(col(Visit.patient_id).in_(list(patient_ids)))
    if before is not None:
        mine.append(col(Visit.day) < before)
    rows = session.execute(
        select(col(Visit.patient_id), col(Visit.visit_type), col(Visit.day))
        .where(*mine)
        .order_by(col(Visit.planned_at), col(Visit.id))
    )
    found: dict[UUID, tuple[VisitType, date | None]] = {}
    for patient_id, word, day in rows:
        kind = VisitType(word)
        stands, newest = found.get(patient_id, (kind, None))
        if kind.care_continues:
            newest = day if newest is None else max(newest, day)
        found[patient_id] = (kind if day <= today else stands, newest)
    return found


def booked_between(session: Session, clinic_id: UUID, first: date, last: date) -> list[UUID]:
    """Whose visits are planned on these days, each once, in the order of the visits."""
    rows = session.exec(
        select(Visit.patient_id)
        .where(
            Visit.clinic_id == clinic_id, Visit.day >= first, Visit.day <= last, Visit.state == VisitState.PLANNED.value
        )
        .order_by(col(Visit.planned_at), col(Visit.id))
    ).all()
    return list(dict.fromkeys(rows))


def charts(session: Session, clinic_id: UUID, patient_ids: Iterable[UUID]) -> dict[UUID, Patient]:
    """Charts that can be found, by id; withdrawn ones are left out."""
    rows = session.exec(
        select(Patient).where(
            Patient.clinic_id == clinic_id, col(Patient.id).in_(list(patient_ids)), col(Patient.withdrawn).is_(False)
        )
    )
    return {row.id: row for row in rows}


# --- many at once -----------------------------------------------------------------------------------------


def open_bulks(session: Session, clinic_id: UUID) -> Sequence[BulkInquiry]:
    """一括照会 from which something is still to come."""
    states = [state.value for state in RequestState if state.is_open]
    return session.exec(
        select(BulkInquiry)
        .where(BulkInquiry.clinic_id == clinic_id, col(BulkInquiry.state).in_(states))
        .order_by(col(BulkInquiry.requested_at))
    ).all()


def open_of_bulk(session: Session, clinic_id: UUID, bulk_id: UUID) -> Sequence[Inquiry]:
    """The people of one file whose answer is still to come."""
    return session.exec(
        select(Inquiry).where(
            Inquiry.clinic_id == clinic_id, Inquiry.bulk_id == bulk_id, Inquiry.state == InquiryState.ASKED.value
        )
    ).all()


def awaits_bulk_answer(session: Session, bulk: BulkInquiry) -> bool:
    """Whether a file about it is on its way."""
    return (
        session.exec(
            select(TerminalJob.id).where(
                TerminalJob.clinic_id == bulk.clinic_id,
                TerminalJob.bulk_inquiry_id == bulk.id,
                col(TerminalJob.state).in_(AWAITING[:2]),
            )
        ).first()
        is not None
    )


# --- the history ------------------------------------------------------------------------------------------


def history_conditions(
    clinic_id: UUID, start: datetime, end: datetime, *, outcome: str | None, query: str | None, patient_id: UUID | None
) -> list[ColumnElement[bool]]:
    """Which rows a look into the history means."""
    mine: list[ColumnElement[bool]] = [
        col(Inquiry.clinic_id) == clinic_id, col(Inquiry.wanted_at) >= start, col(Inquiry.wanted_at) < end,
    ]  # fmt: skip
    if outcome is not None:
        mine.append(col(Inquiry.outcome) == outcome)
    if patient_id is not None:
        mine.append(col(Inquiry.patient_id) == patient_id)
    if query and kana_key(query):
        mine.append(
            col(Inquiry.patient_id).in_(
                select(Patient.id).where(
                    Patient.clinic_id == clinic_id,
                    or_(
                        col(Patient.kana_key).contains(kana_key(query), autoescape=True),
                        col(Patient.chart_number) == query,
                    ),
                )
            )
        )
    return mine


def count_history(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """How many rows it would be."""
    return int(session.exec(select(func.count()).select_from(Inquiry).where(*conditions)).one())


def page_of_history(
    session: Session, conditions: Sequence[ColumnElement[bool]], after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Inquiry]:
    """One page, newest first."""
    mine = list(conditions)
    if after is not None:
        at, ident = after
        mine.append(or_(col(Inquiry.wanted_at) < at, (col(Inquiry.wanted_at) == at) & (col(Inquiry.id) < ident)))
    return session.exec(
        select(Inquiry).where(*mine).order_by(col(Inquiry.wanted_at).desc(), col(Inquiry.id).desc()).limit(limit)
    ).all()
