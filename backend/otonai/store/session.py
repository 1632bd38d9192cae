"""The engine and the two ways to a session: reading and writing, each inside one clinic.

A session says at its start whose rows it is about. It then reaches no other clinic's: PostgreSQL's row-level security
sees to it for every statement (`store/walls.py`), and on either engine the session itself does for what goes through
the ORM. Without a clinic it reaches only tables that no clinic owns; `enter_by` finds the clinic of a secret.

SQLite (the embedded default) goes through SQLCipher with a raw key that lies outside the data folder, WAL and
`synchronous=FULL`, so that an acknowledged commit survives a power cut. A writing session takes SQLite's write
lock at its start (`BEGIN IMMEDIATE`): a transaction never fails half-way because another one wrote meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlcipher3
from sqlalchemy import Engine, Table, event, func, select
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm import ORMExecuteState, SessionTransaction, UOWTransaction, with_loader_criteria
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.util import find_tables
from sqlmodel import Session, create_engine

from .connect import connect_embedded
from .counters import CLINIC
from .facts import json_text, json_value
from .tables import UNOWNED, ClinicOwned
from .walls import SHOWN, WayIn


def open_engine(database_url: str, key: bytes = b"") -> Engine:
    """An engine for `sqlite:///path` (needs the 32-byte key) or `postgresql+psycopg://…`."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, pool_size=5, max_overflow=15, hide_parameters=True,
            json_serializer=json_text, json_deserializer=json_value,
        )  # fmt: skip
    if len(key) != 32:
        raise ValueError("the embedded database needs its 32-byte key")
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)

    def connect() -> Any:
        return connect_embedded(path, key)

    engine = create_engine(
        "sqlite://", module=sqlcipher3, creator=connect, poolclass=QueuePool, pool_size=5, max_overflow=15,
        hide_parameters=True,  # values never reach an error's text, and so no log
        json_serializer=json_text, json_deserializer=json_value,
    )  # fmt: skip

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("otonai_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


class OutsideTheClinic(RuntimeError):
    """A statement or a row would have left the session's clinic: a mistake of ours, never of a caller."""


class ClinicSession(Session):
    """A session that keeps to one clinic. Made by `reading` and `writing` only."""

    clinic_id: UUID | None = None
    _filter: ExecutableOption | None = None

    def own_rows(self) -> ExecutableOption:
        """What keeps a statement to the rows of this clinic, in every part of it that names an owned table."""
        if self._filter is None:
            mine = self.clinic_id
            self._filter = with_loader_criteria(ClinicOwned, lambda cls: cls.clinic_id == mine, include_aliases=True)
        return self._filter


@contextmanager
def reading(engine: Engine, clinic_id: UUID | None = None) -> Iterator[Session]:
    """A session for looking inside one clinic; nothing it does is kept."""
    with ClinicSession(engine, expire_on_commit=False) as session:
        session.clinic_id = clinic_id
        yield session


@contextmanager
def writing(engine: Engine, clinic_id: UUID | None = None) -> Iterator[Session]:
    """One transaction inside one clinic: committed when the block ends, rolled back whole when it raises."""
    writer = engine.execution_options(otonai_writes=True)
    with ClinicSession(writer, expire_on_commit=False) as session:
        session.clinic_id = clinic_id
        with session.begin():
            yield session


def clinic_of(session: Session) -> UUID | None:
    """The clinic that a session is in."""
    return session.clinic_id if isinstance(session, ClinicSession) else None


def enter(session: Session, clinic_id: UUID) -> None:
    """From here on the session is inside this clinic. Raises OutsideTheClinic when it is inside another one."""
    if not isinstance(session, ClinicSession) or session.clinic_id == clinic_id:
        return
    if session.clinic_id is not None:
        raise OutsideTheClinic("a session stays in its clinic")
    session.clinic_id = clinic_id
    if session.in_transaction():
        _tell(session.connection(), clinic_id)


def enter_by(session: Session, way: WayIn, shown: str) -> UUID | None:
    """Enter the clinic of the row with this value; None, and no clinic, when there is none.

    A session that is in a clinic already stays there, so that a value of another clinic leads to nothing.
    """
    here = clinic_of(session)
    if here is None and (here := clinic_behind(session, way, shown)) is not None:
        enter(session, here)
    return here


def clinic_behind(session: Session, way: WayIn, shown: str) -> UUID | None:
    """The clinic, whichever it is, that has a row with this value; the session stays where it is."""
    connection = session.connection()
    walled = connection.dialect.name == "postgresql"
    if walled:
        connection.execute(select(func.set_config(SHOWN, shown, True)))
    wanted = select(way.table.c.clinic_id).where(way.table.c[way.column] == shown)
    found: UUID | None = connection.execute(wanted).scalar_one_or_none()
    if walled:
        connection.execute(select(func.set_config(SHOWN, "", True)))
    return found


def _tell(connection: Connection, clinic_id: UUID) -> None:
    """For this transaction alone: the next one on the same connection begins without a clinic."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config(CLINIC, str(clinic_id), True)))


@event.listens_for(ClinicSession, "after_begin")
def _each_transaction(session: ClinicSession, _transaction: SessionTransaction, connection: Connection) -> None:
    if session.clinic_id is not None:
        _tell(connection, session.clinic_id)


@event.listens_for(ClinicSession, "do_orm_execute")
def _each_statement(state: ORMExecuteState) -> None:
    session = state.session
    if not isinstance(session, ClinicSession):
        return
    if session.clinic_id is None:
        named = find_tables(state.statement, include_crud=True)  # type: ignore[arg-type]  # any clause has tables
        owned = {each.name for each in named if isinstance(each, Table)} - set(UNOWNED)
        if owned:
            raise OutsideTheClinic(f"no clinic was said for {', '.join(sorted(owned))}")
    elif session.get_bind().dialect.name == "sqlite" and not state.is_insert:
        state.statement = state.statement.options(session.own_rows())


@event.listens_for(ClinicSession, "before_flush")
def _each_row(session: ClinicSession, _context: UOWTransaction, _instances: Any) -> None:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, ClinicOwned) and row.clinic_id != session.clinic_id:
            raise OutsideTheClinic(f"a row of {type(row).__name__} is not of the session's clinic")
