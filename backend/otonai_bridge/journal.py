"""What the bridge must not forget when it is killed: one SQLite file, every commit on disk before the next step.

Duty: states of requests and files, delivery ids, copies held while the server is away, a few notes for `status`.
Non-duty: deciding (`decide`), tokens (`credentials`). Raises `JournalUnavailable` when a write cannot be made
durable (disk full, file damaged); the loop then takes no more files and says so to the office (fault F37).

Held copies are the only patient data the bridge keeps. They exist only while the server cannot be reached, are
erased by `secure_delete` with the receipt, and lie beside the terminal's own plain files under the same account.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from otonai_bridge.facts import FileRecord, FileState, JobRecord, JobState

SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE job (
  id TEXT PRIMARY KEY, file_name TEXT NOT NULL, sha256 TEXT NOT NULL, expected_stem TEXT NOT NULL,
  size INTEGER NOT NULL, answer_by TEXT, state TEXT NOT NULL, delivery_id TEXT NOT NULL UNIQUE,
  reason TEXT, changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE file (
  delivery_id TEXT PRIMARY KEY, kind TEXT NOT NULL, folder TEXT NOT NULL, name TEXT NOT NULL,
  sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, job_id TEXT, state TEXT NOT NULL,
  reason TEXT, seen_at TEXT NOT NULL, changed_at TEXT NOT NULL, copy BLOB, UNIQUE (folder, name, sha256)
) STRICT;
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


class JournalUnavailable(Exception):
    """The journal cannot be opened or written; nothing may be moved until it can."""


class Journal:
    """Opened by one running bridge at a time; `status` may read beside it."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Raises JournalUnavailable when the file is damaged or of a newer version."""
        self._jobs: dict[str, JobRecord] | None = None
        self._files: dict[str, FileRecord] | None = None
        try:
            if read_only:
                self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
            else:
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
                self._db = sqlite3.connect(path, isolation_level=None, timeout=5)
                self._prepare()
            self._check_version()
        except (sqlite3.Error, OSError) as error:
            raise JournalUnavailable(f"journal cannot be opened: {type(error).__name__}: {error}") from error

    def _prepare(self) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "cache_size=-512"):
            self._db.execute(f"PRAGMA {pragma}")
        if self._db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("quick_check found damage")
        if self._db.execute("PRAGMA user_version").fetchone()[0] == 0:
            self._db.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version={SCHEMA_VERSION};COMMIT;")

    def _check_version(self) -> None:
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        if found != SCHEMA_VERSION:
            raise JournalUnavailable(f"journal has version {found}, this bridge reads {SCHEMA_VERSION}")

    def close(self) -> None:
        self._db.close()

    def is_sound(self) -> bool:
        """A thorough look at every page; takes a moment. Raises JournalUnavailable when it cannot even be read."""
        try:
            return bool(self._db.execute("PRAGMA integrity_check(1)").fetchone()[0] == "ok")
        except sqlite3.Error as error:
            raise JournalUnavailable(f"journal cannot be read: {type(error).__name__}") from error

    @contextmanager
    def _commit(self) -> Iterator[sqlite3.Connection]:
        """One durable transaction; after a failure the snapshots in memory are read again."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            self._jobs = self._files = None
            raise JournalUnavailable(f"journal cannot be written: {error}") from error

    # --- requests ---------------------------------------------------------------------------------------------

    def jobs(self) -> dict[str, JobRecord]:
        if self._jobs is None:
            rows = self._db.execute(
                "SELECT id,file_name,sha256,expected_stem,answer_by,state,delivery_id,changed_at,size,reason FROM job"
            )
            self._jobs = {row[0]: _job(row) for row in rows}
        return self._jobs

    def save_job(self, job: JobRecord) -> None:
        """Insert or update. Callers keep the delivery id of an existing row."""
        with self._commit() as db:
            db.execute(
                "INSERT OR REPLACE INTO job (id,file_name,sha256,expected_stem,size,answer_by,state,delivery_id,"
                "reason,changed_at) VALUES (?,?,?,?,?,?,?,?,?,?)",
                (
                    job.id,
                    job.file_name,
                    job.sha256,
                    job.expected_stem,
                    job.size,
                    job.answer_by and job.answer_by.isoformat(),
                    job.state.value,
                    job.delivery_id,
                    job.reason,
                    _text(job.changed_at),
                ),
            )
        self.jobs()[job.id] = job

    def forget_job(self, job_id: str) -> None:
        with self._commit() as db:
            db.execute("DELETE FROM job WHERE id=?", (job_id,))
        self.jobs().pop(job_id, None)

    # --- files ------------------------------------------------------------------------------------------------

    def files(self) -> tuple[FileRecord, ...]:
        """All rows, without the held copies themselves."""
        return tuple(self._file_rows().values())

    def _file_rows(self) -> dict[str, FileRecord]:
        if self._files is None:
            rows = self._db.execute(
                "SELECT delivery_id,kind,folder,name,sha256,size,mtime_ns,state,seen_at,changed_at,job_id,reason,"
                "copy IS NOT NULL FROM file"
            )
            self._files = {row[0]: _file(row) for row in rows}
        return self._files

    def save_file(self, file: FileRecord, *, copy: bytes | None = None) -> None:
        """Insert or update one row. `copy` is held until a receipt or refusal erases it."""
        with self._commit() as db:
            db.execute(
                "INSERT INTO file VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (delivery_id) DO UPDATE SET "
                "state=excluded.state, reason=excluded.reason, changed_at=excluded.changed_at, size=excluded.size, "
                "mtime_ns=excluded.mtime_ns, "
                "copy=CASE WHEN excluded.state='reserved' THEN COALESCE(excluded.copy, copy) END",
                (
                    file.delivery_id,
                    file.kind,
                    file.folder,
                    file.name,
                    file.sha256,
                    file.size,
                    file.mtime_ns,
                    file.job_id,
                    file.state.value,
                    file.reason,
                    _text(file.seen_at),
                    _text(file.changed_at),
                    copy,
                ),
            )
        rows = self._file_rows()
        before = rows.get(file.delivery_id)
        held = file.state is FileState.RESERVED and (copy is not None or (before is not None and before.held))
        if before is not None and before.held and not held:
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the copy must not outlive its receipt in the log file
        rows[file.delivery_id] = replace(file, held=held)

    def held_copy(self, delivery_id: str) -> bytes | None:
        row = self._db.execute("SELECT copy FROM file WHERE delivery_id=?", (delivery_id,)).fetchone()
        return row[0] if row else None

    def held_bytes(self) -> int:
        total = self._db.execute("SELECT COALESCE(SUM(LENGTH(copy)), 0) FROM file").fetchone()[0]
        return int(total)

    def forget_file(self, delivery_id: str) -> None:
        with self._commit() as db:
            db.execute("DELETE FROM file WHERE delivery_id=?", (delivery_id,))
        self._file_rows().pop(delivery_id, None)

    # --- notes ------------------------------------------------------------------------------------------------

    def note(self, **values: str) -> None:
        """Small facts for `status`: last contact, folder states."""
        with self._commit() as db:
            db.executemany("INSERT OR REPLACE INTO note VALUES (?,?)", list(values.items()))

    def notes(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT key, value FROM note").fetchall())


def _job(row: tuple[Any, ...]) -> JobRecord:
    job_id, file_name, sha256, expected_stem, answer_by, state, delivery_id, changed_at, size, reason = row
    return JobRecord(
        id=job_id,
        file_name=file_name,
        sha256=sha256,
        expected_stem=expected_stem,
        answer_by=_moment(answer_by) if answer_by else None,
        state=JobState(state),
        delivery_id=delivery_id,
        changed_at=_moment(changed_at),
        size=size,
        reason=reason,
    )


def _file(row: tuple[Any, ...]) -> FileRecord:
    delivery_id, kind, folder, name, sha256, size, mtime_ns, state, seen_at, changed_at, job_id, reason, held = row
    return FileRecord(
        delivery_id=delivery_id,
        kind=kind,
        folder=folder,
        name=name,
        sha256=sha256,
        size=size,
        mtime_ns=mtime_ns,
        state=FileState(state),
        seen_at=_moment(seen_at),
        changed_at=_moment(changed_at),
        job_id=job_id,
        reason=reason,
        held=bool(held),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
