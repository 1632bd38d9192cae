"""Visits of a day, and what the cadence needs to know about hand-overs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from ..domain.errors import NotFound
from ..domain.visit import VisitState, VisitType
from .changes import note_change
from .tables import Visit


def get_visit(session: Session, clinic_id: UUID, visit_id: UUID) -> Visit:
    """One visit of this clinic, or NotFound."""
    found = session.get(Visit, (clinic_id, visit_id))
    if found is None:
        raise NotFound()
    return found


def visits_on(session: Session, clinic_id: UUID, day: date) -> Sequence[Visit]:
    """A day's visits by planned time, cancelled ones left out."""
    return session.exec(
        select(Visit)
        .where(Visit.clinic_id == clinic_id, Visit.day == day, Visit.state != "cancelled")
        .order_by(col(Visit.planned_at), col(Visit.id))
    ).all()


def visits_about(
    session: Session, clinic_id: UUID, day: date, visit_ids: Collection[UUID], patient_ids: Collection[UUID]
) -> Sequence[Visit]:
    """Those of a day's visits that are named, or whose person is; the others are not read."""
    return session.exec(
        select(Visit)
        .where(
            Visit.clinic_id == clinic_id,
            Visit.day == day,
            Visit.state != "cancelled",
            or_(col(Visit.id).in_(visit_ids), col(Visit.patient_id).in_(patient_ids)),
        )
        .order_by(col(Visit.planned_at), col(Visit.id))
    ).all()


def visits_named(session: Session, clinic_id: UUID, visit_ids: Collection[UUID]) -> Sequence[Visit]:
    """These visits, of whatever day and state."""
    if not visit_ids:
        return []
    return session.exec(select(Visit).where(Visit.clinic_id == clinic_id, col(Visit.id).in_(visit_ids))).all()


def type_of_care(session: Session, clinic_id: UUID, patient_id: UUID, day: date) -> VisitType:
    """訪問診療, 往診 or 外来: that of the newest visit up to a day; 訪問診療 before the first one."""
    found = session.exec(
        select(Visit.visit_type)
        .where(
            Visit.clinic_id == clinic_id,
            Visit.patient_id == patient_id,
            Visit.day <= day,
            Visit.state != VisitState.CANCELLED.value,
        )
        .order_by(col(Visit.planned_at).desc(), col(Visit.id).desc())
        .limit(1)
    ).first()
    return VisitType(found) if found else VisitType.HOME_VISIT


def visited_on(
    session: Session, clinic_id: UUID, days: Collection[date], patient_ids: Collection[UUID] | None
) -> set[UUID]:
    """Who has a visit on one of these days that was not cancelled: of these patients, or of all."""
    query = select(Visit.patient_id).where(
        Visit.clinic_id == clinic_id, col(Visit.day).in_(days), Visit.state != VisitState.CANCELLED.value
    )
    if patient_ids is not None:
        query = query.where(col(Visit.patient_id).in_(patient_ids))
    return set(session.exec(query))


def last_visited(session: Session, clinic_id: UUID, patient_id: UUID, before: date) -> date | None:
    """The day of the newest visit that was made before a day: what "since last time" means."""
    return session.exec(
        select(func.max(col(Visit.day))).where(
            Visit.clinic_id == clinic_id,
            Visit.patient_id == patient_id,
            Visit.day < before,
            Visit.state == VisitState.VISITED.value,
        )
    ).first()


def past_visits(session: Session, clinic_id: UUID, patient_id: UUID, limit: int) -> Sequence[Visit]:
    """The newest visits of one patient, planned and made; cancelled ones left out."""
    return session.exec(
        select(Visit)
        .where(
            Visit.clinic_id == clinic_id,
            Visit.patient_id == patient_id,
            Visit.state != VisitState.CANCELLED.value,
        )
        .order_by(col(Visit.planned_at).desc(), col(Visit.id).desc())
        .limit(limit)
    ).all()


def last_made(session: Session, clinic_id: UUID, patient_ids: Collection[UUID], before: date) -> dict[UUID, Visit]:
    """For each patient the newest visit that was made before a day; of two registered at once, the one made later."""
    newest = (
        select(Visit.patient_id, func.max(col(Visit.registered_at)).label("at"))
        .where(
            Visit.clinic_id == clinic_id,
            col(Visit.patient_id).in_(patient_ids),
            Visit.day < before,
            Visit.state == VisitState.VISITED.value,
        )
        .group_by(col(Visit.patient_id))
        .subquery()
    )
    rows = session.exec(
        select(Visit)
        .join(newest, (newest.c.patient_id == Visit.patient_id) & (newest.c.at == Visit.registered_at))
        .where(Visit.clinic_id == clinic_id, Visit.day < before)
        .order_by(col(Visit.id))
    )
    return {row.patient_id: row for row in rows}


def awaiting_consent(session: Session, clinic_id: UUID) -> Sequence[Visit]:
    """Visits whose consent was reported at the bedside and has not arrived from the center."""
    return session.exec(select(Visit).where(Visit.clinic_id == clinic_id, col(Visit.consent_awaited).is_(True))).all()


def newest_handover(session: Session, clinic_id: UUID) -> tuple[datetime | None, datetime | None]:
    """When the last hand-over was opened, and when the last consent report reached us."""
    opened, reported = session.execute(
        select(
            func.max(col(Visit.handover_opened_at)),
            func.max(col(Visit.consent_received_at)).filter(col(Visit.consent_awaited).is_(True)),
        ).where(col(Visit.clinic_id) == clinic_id)
    ).one()
    return opened, reported


def save_visit(session: Session, visit: Visit) -> None:
    """Write a changed visit, move its version on and announce it."""
    visit.version += 1
    session.add(visit)
    session.flush()
    note_change(session, visit.clinic_id, "visit", visit.id)
