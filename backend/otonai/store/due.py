"""When each clinic's flow wants to be advanced again: the workers' only list, free of personal data."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, or_, select

from .tables import ClinicDue

#: How long a claim holds; a worker that died gives its clinic back by then.
CLAIM = timedelta(minutes=2)


def want_by(session: Session, clinic_id: UUID, due_at: datetime) -> None:
    """Look at this clinic no later than `due_at`; an earlier wish stands."""
    row = session.get_one(ClinicDue, clinic_id, with_for_update=True)
    if due_at < row.due_at:
        row.due_at = due_at
        session.add(row)


def claim_due(session: Session, now: datetime) -> UUID | None:
    """Claim the clinic that has been due longest. If its worker dies, it is due again when the claim ends."""
    row = session.exec(
        select(ClinicDue)
        .where(
            ClinicDue.due_at <= now,
            or_(col(ClinicDue.claimed_until).is_(None), col(ClinicDue.claimed_until) <= now),
        )
        .order_by(col(ClinicDue.due_at))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.claimed_until = row.due_at = now + CLAIM
    session.add(row)
    return row.clinic_id


def give_back(session: Session, clinic_id: UUID, due_at: datetime) -> None:
    """End a claim. A wish to be looked at earlier, made while the claim stood, still counts."""
    row = session.get_one(ClinicDue, clinic_id, with_for_update=True)
    wished = row.claimed_until is not None and row.due_at < row.claimed_until
    row.due_at = min(row.due_at, due_at) if wished else due_at
    row.claimed_until = None
    session.add(row)
