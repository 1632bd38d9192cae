"""The engine and the two ways to a session: reading and writing.

SQLite (the embedded default) goes through SQLCipher with a raw key that lies outside the data folder, WAL and
`synchronous=FULL`, so that an acknowledged commit survives a power cut. A writing session takes SQLite's write
lock at its start (`BEGIN IMMEDIATE`): a transaction never fails half-way because another one wrote meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, create_engine

from .connect import connect_embedded
from .facts import json_text, json_value


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


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session for looking; nothing it does is kept."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction: committed when the block ends, rolled back whole when it raises."""
    with Session(engine.execution_options(otonai_writes=True), expire_on_commit=False) as session, session.begin():
        yield session
