"""What the live channel must know, read without ORM and without cost while nothing happens.

The counters on which it signals: SQLite tells by `PRAGMA data_version` whether anybody committed since the last look;
only then the table is read. PostgreSQL is asked for the clinics that somebody listens to, in one statement. And
whether a device may still listen: asked when its stream opens and whenever its clinic's counters moved, because
stopping a device moves them.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote
from uuid import UUID

#: Settings of one transaction that the walls of PostgreSQL read (`store/walls.py`).
CLINIC, WATCHED = "otonai.clinic_id", "otonai.watched"
#: (change_sequence, job_sequence) of each clinic.
Numbers = dict[UUID, tuple[int, int]]
#: A clinic and one of its devices.
DeviceOf = tuple[UUID, UUID]

_MAY_LISTEN = (
    "SELECT 1 FROM device WHERE clinic_id = {0} AND id = {0} AND state = 'active' AND EXISTS (SELECT 1 FROM "
    "device_token WHERE device_token.clinic_id = device.clinic_id AND device_id = device.id AND revoked_at IS NULL)"
)


class Counters(Protocol):
    """Reads the newest committed counters. One caller at a time; raises what the driver raises, and may be retried."""

    #: Seconds between two looks.
    pause: float

    def read(self, clinics: Collection[UUID]) -> Numbers:
        """The numbers of these clinics; one that does not exist is left out."""

    def may_listen(self, devices: Collection[DeviceOf]) -> set[DeviceOf]:
        """Those of these devices that are in use and hold a pair of tokens that was not revoked."""

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
        connection = self._open()
        (version,) = connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            rows = connection.execute("SELECT clinic_id, change_sequence, job_sequence FROM clinic_clock")
            self._numbers = {UUID(str(clinic)): (int(changes), int(jobs)) for clinic, changes, jobs in rows}
            self._version = version
        return {clinic: self._numbers[clinic] for clinic in clinics if clinic in self._numbers}

    def may_listen(self, devices: Collection[DeviceOf]) -> set[DeviceOf]:
        asked = _MAY_LISTEN.format("?")
        return {of for of in devices if self._open().execute(asked, [each.hex for each in of]).fetchone()}

    def _open(self) -> Any:
        if self._connection is None:
            from .connect import connect_embedded  # noqa: PLC0415 -- a PostgreSQL host needs no SQLCipher

            self._connection, self._version = connect_embedded(self._path, self._key), None
        return self._connection

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
        connection = self._open()
        with connection.transaction():
            connection.execute("SELECT set_config(%s, %s, true)", [WATCHED, f"{{{','.join(map(str, clinics))}}}"])
            rows = connection.execute(
                "SELECT clinic_id, change_sequence, job_sequence FROM clinic_clock WHERE clinic_id = ANY(%s)",
                [list(clinics)],
            ).fetchall()
        return {clinic: (int(changes), int(jobs)) for clinic, changes, jobs in rows}

    def may_listen(self, devices: Collection[DeviceOf]) -> set[DeviceOf]:
        asked, connection, found = _MAY_LISTEN.format("%s"), self._open(), set()
        with connection.transaction():
            for of in devices:
                connection.execute("SELECT set_config(%s, %s, true)", [CLINIC, str(of[0])])
                if connection.execute(asked, list(of)).fetchone():
                    found.add(of)
        return found

    def _open(self) -> Any:
        if self._connection is None:
            import psycopg  # noqa: PLC0415 -- the embedded shape needs no PostgreSQL client

            self._connection = psycopg.connect(self._address, autocommit=True, connect_timeout=5)
        return self._connection

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
