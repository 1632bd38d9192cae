"""Rows of the 訪問オン資同意済一覧 by the hundred: read as values, written with one statement for all of them.

A list of a thousand people is taken in, matched and confirmed while the office waits; mapped objects would cost a
hundred times what the database itself needs. Whoever works on one row uses `consented.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session

from ..domain.eligibility import EligibilityRecord
from .changes import note_changes
from .facts import from_json
from .tables import ConsentedPatient

_ROWS = ConsentedPatient.metadata.tables["consented_patient"]
#: How many values one question names; both engines allow many times as many.
_AT_ONCE = 500

#: A person of whom nobody has decided anything yet.
_FRESH: Mapping[str, Any] = {
    "match_outcome": "new",
    "match_reasons": [],
    "candidates": [],
    "matched_by": "rule",
    "state": "unconfirmed",
    "match_wanted": True,
    "check_wanted": False,
    "version": 1,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is kept for one person and insurance: which facts, and when the center told them last."""

    id: UUID
    record_hash: str
    told_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class WaitingRow:
    """A row that waits for a step of the flow, as far as the steps look at it."""

    id: UUID
    record: EligibilityRecord
    message_id: UUID
    confirmed_at: datetime
    validity: str | None
    validity_code: str | None
    match_outcome: str
    match_reasons: list[str]
    candidates: list[dict[str, Any]]
    patient_id: UUID | None
    matched_by: str
    state: str
    check_wanted: bool
    route: str
    undo: dict[str, Any] | None

    def __repr__(self) -> str:
        return f"WaitingRow(id={self.id})"


_WAITING = [_ROWS.c[name] for name in WaitingRow.__dataclass_fields__]


def standing(session: Session, clinic_id: UUID, identities: Collection[str]) -> dict[str, Standing]:
    """What is kept of these people, by identity."""
    wanted, found = sorted(identities), dict[str, Standing]()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.execute(
            select(_ROWS.c.identity, _ROWS.c.id, _ROWS.c.record_hash, _ROWS.c.told_at).where(
                _ROWS.c.clinic_id == clinic_id, _ROWS.c.identity.in_(wanted[start : start + _AT_ONCE])
            )
        )
        found.update((identity, Standing(*rest)) for identity, *rest in rows)
    return found


def waiting_rows(session: Session, clinic_id: UUID, flag: str) -> list[WaitingRow]:
    """Rows that wait for a step of the flow, `match_wanted` or `check_wanted`, in the order in which they came."""
    session.flush()
    rows = session.execute(
        select(*_WAITING).where(_ROWS.c.clinic_id == clinic_id, _ROWS.c[flag].is_(True)).order_by(_ROWS.c.id)
    )
    return [WaitingRow(row_id, from_json(EligibilityRecord, record), *rest) for row_id, record, *rest in rows]


def add_rows(session: Session, clinic_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """New people, each with the values of its facts; everything else begins as of somebody nobody has looked at."""
    if rows:
        session.flush()
        session.execute(insert(_ROWS), [{"clinic_id": clinic_id, **_FRESH, **row} for row in rows])
        note_changes(session, clinic_id, "consented_patient", [row["id"] for row in rows])


def change_rows(session: Session, clinic_id: UUID, changes: Iterable[Mapping[str, Any]]) -> None:
    """Write changed values of rows by their `id`, move their versions on and announce them."""
    session.flush()
    changed = sorted(changes, key=_columns_of)
    for columns, same in groupby(changed, key=_columns_of):
        _write(session, clinic_id, columns, list(same), version=_ROWS.c.version + 1)
    if changed:
        note_changes(session, clinic_id, "consented_patient", [row["id"] for row in changed])


def told_again(session: Session, clinic_id: UUID, told: Mapping[UUID, datetime]) -> None:
    """The same facts came in a later list: nothing changed, and nothing older counts any more."""
    if told:
        _write(session, clinic_id, ("told_at",), [{"id": row_id, "told_at": at} for row_id, at in told.items()])


def _columns_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(name for name in row if name != "id"))


def _write(
    session: Session, clinic_id: UUID, columns: Sequence[str], rows: Sequence[Mapping[str, Any]], **more: Any
) -> None:
    statement = (
        update(_ROWS)
        .where(_ROWS.c.clinic_id == clinic_id, _ROWS.c.id == bindparam("of_id"))
        .values({name: bindparam(f"to_{name}") for name in columns} | more)
    )
    session.execute(statement, [{"of_id": row["id"]} | {f"to_{name}": row[name] for name in columns} for row in rows])
