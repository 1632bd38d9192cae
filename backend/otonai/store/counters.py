"""The counters on which the live channel signals, read without ORM and without cost while nothing happens.

SQLite tells by `PRAGMA data_version` whether anybody committed since the last look; only then the table is read.
PostgreSQL is asked for the clinics that somebody listens to, in one statement.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote
from uuid import UUID

#: (change_sequence, job_sequence) of each clinic.
Numbers = dict[UUID, tuple[int, int]]


class Counters(Protocol):
    """Reads the newest committed counters. One caller at a time; raises what the driver raises, and may be retried."""

    #: Seconds between two looks.
    pause: float

    def read(self, clinics: Collection[UUID]) -> Numbers:
        """The numbers of these clinics; one that does not exist is left out."""

    def close(self) -> None:
        """End the connection; the next look opens another."""


def open_counters(database_url: str, key: bytes) -> Counters:
    """The reader for a database address of `config.Settings`. Connects at the first look."""
    if database_url.startswith("sqlite:///"):
        return EmbeddedCounters(Path(unquote(database_url.removeprefix("sqlite:///"))), key)
    return PostgresCounters(database_url.replace("postgresql+psycopg://", "postgresql://", 1))


class EmbeddedCounters:
    """One connection of its own to the file."""

    pause = 0.08

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, key
        self._connection: Any = None
        self._version: int | None = None
        self._numbers: Numbers = {}

    def read(self, clinics: Collection[UUID]) -> Numbers:
        if self._connection is None:
            from .connect import connect_embedded  # noqa: PLC0415 -- a PostgreSQL host needs no SQLCipher

            self._connection, self._version = connect_embedded(self._path, self._key), None
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            rows = self._connection.execute("SELECT clinic_id, change_sequence, job_sequence FROM clinic_clock")
            self._numbers = {UUID(str(clinic)): (int(changes), int(jobs)) for clinic, changes, jobs in rows}
            self._version = version
        return {clinic: self._numbers[clinic] for clinic in clinics if clinic in self._numbers}

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class PostgresCounters:
    """One connection that never stays inside a transaction."""

    pause = 0.2

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: Any = None

    def read(self, clinics: Collection[UUID]) -> Numbers:
        if self._connection is None:
            import psycopg  # noqa: PLC0415 -- the embedded shape needs no PostgreSQL client

            self._connection = psycopg.connect(self._address, autocommit=True, connect_timeout=5)
        rows = self._connection.execute(
            "SELECT clinic_id, change_sequence, job_sequence FROM clinic_clock WHERE clinic_id = ANY(%s)",
            [list(clinics)],
        )
        return {clinic: (int(changes), int(jobs)) for clinic, changes, jobs in rows}

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
