"""The insurer master (保険者マスタ): every word that ever stood, by number and version; the last one is in force."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.insurer import InsurerFacts, InsurerSource, KnownInsurer
from .ids import new_id
from .tables import Insurer

#: How many numbers one question names.
_AT_ONCE = 500


def insurers_in_force(session: Session, clinic_id: UUID, numbers: Collection[str]) -> dict[str, Insurer]:
    """The row in force of each number that is known."""
    wanted, found = list(numbers), dict[str, Insurer]()
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = session.exec(
            select(Insurer)
            .where(Insurer.clinic_id == clinic_id, col(Insurer.number).in_(some))
            .order_by(col(Insurer.version))
        )
        found |= {row.number: row for row in rows}
    return found


def versions_of(session: Session, clinic_id: UUID, number: str) -> list[Insurer]:
    """Everything that ever stood about one insurer, the one in force first."""
    rows = session.exec(
        select(Insurer)
        .where(Insurer.clinic_id == clinic_id, Insurer.number == number)
        .order_by(col(Insurer.version).desc())
    )
    return list(rows)


def known_from(row: Insurer | None) -> KnownInsurer | None:
    """The values that the rule reads."""
    if row is None:
        return None
    facts = InsurerFacts(**{each.name: getattr(row, each.name) for each in fields(InsurerFacts)})
    return KnownInsurer(facts, InsurerSource(row.source), row.told_at)


def add_version(
    session: Session,
    clinic_id: UUID,
    number: str,
    before: Insurer | None,
    facts: InsurerFacts,
    source: InsurerSource,
    source_id: UUID | None,
    told_at: datetime,
) -> None:
    """Let `facts` stand from now on. What stood stays as it was."""
    version = before.version + 1 if before else 1
    session.add(
        Insurer(
            clinic_id=clinic_id, id=new_id(), number=number, version=version, source=source.value,
            source_id=source_id, told_at=told_at, **asdict(facts),
        )
    )  # fmt: skip
    session.flush()
