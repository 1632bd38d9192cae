"""The numbered feed of a clinic: the tablets' cursor and the live channel's signal.

The number is taken under the clinic's row lock in the transaction of the change itself, so commit order is number
order and no reader steps over a number that is not committed yet (sync-engine 6).
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, insert, update
from sqlmodel import Session, col, select

from .tables import ChangeFeed, ClinicClock

_FEED = ChangeFeed.metadata.tables["change_feed"]


def note_change(session: Session, clinic_id: UUID, entity: str, entity_id: UUID) -> int:
    """Write that a record changed; returns its sequence number."""
    return note_changes(session, clinic_id, entity, (entity_id,))


def note_changes(session: Session, clinic_id: UUID, entity: str, entity_ids: Sequence[UUID]) -> int:
    """Write that records of one kind changed, numbered in this order; returns the newest number."""
    statement = (
        update(ClinicClock)
        .where(col(ClinicClock.clinic_id) == clinic_id)
        .values(change_sequence=col(ClinicClock.change_sequence) + len(entity_ids))
        .returning(col(ClinicClock.change_sequence))
        .execution_options(synchronize_session=False)  # nobody reads it from a loaded row
    )
    newest: int = session.execute(statement).scalar_one()
    if entity_ids:
        first = newest - len(entity_ids) + 1
        rows = [
            {"clinic_id": clinic_id, "sequence": sequence, "entity": entity, "entity_id": entity_id}
            for sequence, entity_id in enumerate(entity_ids, first)
        ]
        session.execute(insert(_FEED), rows)
    return newest


def current_sequence(session: Session, clinic_id: UUID) -> int:
    """The number of the newest committed change."""
    value = session.exec(select(ClinicClock.change_sequence).where(ClinicClock.clinic_id == clinic_id)).one()
    return int(value)


def changed_since(session: Session, clinic_id: UUID, sequence: int, limit: int) -> list[tuple[int, str, UUID]]:
    """The newest number of each record changed after `sequence`, oldest first."""
    newest = func.max(col(ChangeFeed.sequence)).label("newest")
    rows = session.execute(
        select(newest, col(ChangeFeed.entity), col(ChangeFeed.entity_id))
        .where(col(ChangeFeed.clinic_id) == clinic_id, col(ChangeFeed.sequence) > sequence)
        .group_by(col(ChangeFeed.entity), col(ChangeFeed.entity_id))
        .order_by(newest)
        .limit(limit)
    ).all()
    return [(int(number), str(entity), entity_id) for number, entity, entity_id in rows]
