"""Looks into the audit trail: a choice of events newest first, the names that go with their ids, and viewings.

Reads only. Names are looked up when somebody looks; the trail itself holds ids and words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, func
from sqlmodel import Session, col, select

from ..domain.audit import CARRIED, SEEN, VIEWINGS, Viewing, kind_of
from ..domain.dates import JST
from .session import reading
from .tables import AuditEvent, Device, Patient, Staff

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events; None leaves a side open. Days are Japan's, both included."""

    since: date | None = None
    until: date | None = None
    staff_id: UUID | None = None
    patient_id: UUID | None = None
    action: str | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Named:
    """Names by id, as they are today."""

    staff: dict[UUID, str]
    devices: dict[UUID, str]
    patients: dict[UUID, str]


def begin_of(day: date) -> datetime:
    """The first instant of a day in Japan."""
    return datetime.combine(day, time.min, tzinfo=JST)


def count_events(session: Session, clinic_id: UUID, choice: Choice) -> int:
    """How many there are."""
    return int(session.exec(select(func.count()).select_from(AuditEvent).where(*_conditions(clinic_id, choice))).one())


def page_of_events(
    session: Session, clinic_id: UUID, choice: Choice, *, before: int | None, limit: int
) -> list[AuditEvent]:
    """Newest first; `before` is the number of the last event of the page before."""
    chosen = select(AuditEvent).where(*_conditions(clinic_id, choice))
    if before is not None:
        chosen = chosen.where(AuditEvent.sequence < before)
    return list(session.exec(chosen.order_by(col(AuditEvent.sequence).desc()).limit(limit)).all())


def every_event(engine: Engine, clinic_id: UUID, choice: Choice, *, before: int) -> Iterator[tuple[AuditEvent, Named]]:
    """All of a choice that are older than a number, page by page, each page in a transaction of its own."""
    while True:
        with reading(engine, clinic_id) as session:
            page = page_of_events(session, clinic_id, choice, before=before, limit=_PAGE)
            named = names_of(session, clinic_id, page)
        yield from ((event, named) for event in page)
        if len(page) < _PAGE:
            return
        before = page[-1].sequence


def names_of(session: Session, clinic_id: UUID, events: Iterable[AuditEvent]) -> Named:
    """The names of everybody in these events."""
    told = list(events)
    actors, devices = {e.actor_id for e in told} - {None}, {e.device_id for e in told} - {None}
    patients = {e.patient_id for e in told} - {None}
    return Named(
        staff=_names(session, Staff, clinic_id, actors),
        devices=_names(session, Device, clinic_id, devices | actors),
        patients=_names(session, Patient, clinic_id, patients),
    )


def _looked_at(event: AuditEvent) -> datetime:
    """When somebody looked: for a look without a network that is the tablet's own time, not that of its arrival."""
    return (event.device_time or event.at) if event.outcome == CARRIED else event.at


def viewings(session: Session, clinic_id: UUID, since: date, until: date, patient_id: UUID | None) -> list[Viewing]:
    """Every look at medical information in which there was something to see, oldest first; both days included."""
    looks = events_of_actions(session, clinic_id, since, until, patient_id, actions=VIEWINGS, outcomes=SEEN)
    return [
        Viewing(_looked_at(e), e.actor_id, e.device_id, e.patient_id, kind_of(e.action))
        for e in looks
        if e.patient_id is not None
    ]


def events_of_actions(
    session: Session,
    clinic_id: UUID,
    since: date,
    until: date,
    patient_id: UUID | None,
    *,
    actions: Iterable[str],
    outcomes: Iterable[str],
) -> list[AuditEvent]:
    """Events about patients, of some actions and outcomes, oldest first; both days included."""
    chosen = select(AuditEvent).where(
        *_conditions(clinic_id, Choice(since=since, until=until, patient_id=patient_id)),
        col(AuditEvent.action).in_(sorted(actions)),
        col(AuditEvent.outcome).in_(sorted(outcomes)),
        col(AuditEvent.patient_id).is_not(None),
    )
    return list(session.exec(chosen.order_by(col(AuditEvent.sequence))))


def _conditions(clinic_id: UUID, choice: Choice) -> list[ColumnElement[bool]]:
    found = [col(AuditEvent.clinic_id) == clinic_id]
    if choice.since is not None:
        found.append(col(AuditEvent.at) >= begin_of(choice.since))
    if choice.until is not None:
        found.append(col(AuditEvent.at) < begin_of(choice.until + timedelta(days=1)))
    for column, wanted in (
        (AuditEvent.actor_id, choice.staff_id),
        (AuditEvent.patient_id, choice.patient_id),
        (AuditEvent.action, choice.action),
        (AuditEvent.outcome, choice.outcome),
    ):
        if wanted is not None:
            found.append(col(column) == wanted)
    return found


def _names(
    session: Session, table: type[Staff | Device | Patient], clinic_id: UUID, ids: set[UUID | None]
) -> dict[UUID, str]:
    found: dict[UUID, str] = {}
    wanted = sorted(str(i) for i in ids if i is not None)
    for start in range(0, len(wanted), 500):
        part = [UUID(i) for i in wanted[start : start + 500]]
        rows = session.exec(select(table.id, table.name).where(table.clinic_id == clinic_id, col(table.id).in_(part)))
        found.update(dict(rows.all()))
    return found
