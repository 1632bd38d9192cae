"""What the center remembers: consents, 照会番号, 受付番号, and requests taken but not answered.

One SQLite file, so that a restart loses nothing. Does not decide what an answer says, knows no XML and no folders.
Sources: oqs-interface 7, 8, A-06, A-12.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .clock import JST
from .consents import Care, ConsentState, RegisteredConsent
from .people import INSTITUTION_CODES, PEOPLE
from .person import ConsentItem

_TABLES = """
CREATE TABLE IF NOT EXISTS consent(
  number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, institution_code TEXT NOT NULL, person TEXT NOT NULL,
  care TEXT NOT NULL, items TEXT NOT NULL, prescription TEXT NOT NULL, consented_at TEXT NOT NULL,
  recorded_at TEXT NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS reference_number(
  institution_code TEXT NOT NULL, person TEXT NOT NULL, reference_number TEXT NOT NULL,
  PRIMARY KEY(institution_code, person));
CREATE TABLE IF NOT EXISTS reception(
  number TEXT PRIMARY KEY, institution_code TEXT NOT NULL, family TEXT NOT NULL, request BLOB NOT NULL,
  file_name TEXT NOT NULL, accepted_at TEXT NOT NULL, ready_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS taken(
  institution_code TEXT NOT NULL, file_name TEXT NOT NULL, content BLOB NOT NULL, due_at TEXT NOT NULL,
  PRIMARY KEY(institution_code, file_name));
CREATE TABLE IF NOT EXISTS once(name TEXT PRIMARY KEY);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reception:
    """A bulk request that was accepted: its number, its own bytes, and when it is ready."""

    number: str
    institution_code: str
    family: str
    file_name: str
    request: bytes
    accepted_at: datetime
    ready_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRequest:
    """A request file taken out of `req` whose answer is due at `due_at`."""

    institution_code: str
    file_name: str
    content: bytes
    due_at: datetime


class Center:
    """The store. Safe to use from several threads: each call has its own connection and transaction."""

    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._file = state_dir / "center.sqlite3"
        with self._transaction() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_TABLES)

    # Consents

    def register_consent(
        self,
        *,
        institution_code: str,
        person: str,
        items: frozenset[ConsentItem],
        prescription: str,
        consented_at: datetime,
        recorded_at: datetime,
        care: Care = Care.HOME_VISIT,
    ) -> RegisteredConsent:
        """Record what a person agreed to; the newest registration of a person is the one that counts."""
        consent = RegisteredConsent(
            id=uuid.uuid4().hex,
            institution_code=institution_code,
            person=person,
            care=care,
            items=items,
            prescription=prescription,
            consented_at=consented_at.astimezone(JST),
            recorded_at=recorded_at.astimezone(JST),
        )
        with self._transaction() as db:
            db.execute(
                "INSERT INTO consent(id, institution_code, person, care, items, prescription, consented_at,"
                " recorded_at, state) VALUES (?,?,?,?,?,?,?,?,?)",
                (
                    consent.id,
                    institution_code,
                    person,
                    care,
                    json.dumps(sorted(items)),
                    prescription,
                    consent.consented_at.isoformat(),
                    consent.recorded_at.isoformat(),
                    consent.state,
                ),
            )
        return consent

    def end_consent(self, institution_code: str, person: str, state: ConsentState) -> bool:
        """Cancel or let expire everything the person agreed to at this institution; False when nothing held."""
        with self._transaction() as db:
            ended = db.execute(
                "UPDATE consent SET state=? WHERE institution_code=? AND person=? AND state=?",
                (state, institution_code, person, ConsentState.GIVEN),
            )
            return ended.rowcount > 0

    def consents(
        self, institution_code: str | None = None, *, recorded_until: datetime | None = None
    ) -> tuple[RegisteredConsent, ...]:
        """The newest registration per institution, person and kind of care, in the order of registration."""
        with self._transaction() as db:
            rows = db.execute("SELECT * FROM consent ORDER BY number").fetchall()
        newest: dict[tuple[str, str, str], RegisteredConsent] = {}
        for consent in map(_consent, rows):
            if recorded_until is not None and consent.recorded_at > recorded_until:
                continue
            if institution_code in (None, consent.institution_code):
                place = (consent.institution_code, consent.person, consent.care)
                newest.pop(place, None)
                newest[place] = consent
        return tuple(newest.values())

    def consent(self, institution_code: str, person: str, care: Care) -> RegisteredConsent | None:
        """What holds (or held last) for one person."""
        for consent in self.consents(institution_code):
            if consent.person == person and consent.care is care:
                return consent
        return None

    def consent_by_id(self, consent_id: str) -> RegisteredConsent | None:
        """One registration, for its completion page."""
        with self._transaction() as db:
            row = db.execute("SELECT * FROM consent WHERE id=?", (consent_id,)).fetchone()
        return _consent(row) if row else None

    def register_earlier_consents(self, now: datetime) -> None:
        """Once in a state folder's life: the consents that people gave before the story begins."""
        with self._transaction() as db:
            if db.execute("INSERT OR IGNORE INTO once VALUES ('earlier_consents')").rowcount == 0:
                return
        for someone in PEOPLE:
            earlier = someone.earlier_consent
            if earlier is None:
                continue
            day = now.astimezone(JST).date() - timedelta(days=earlier.days_ago)
            at = datetime.fromisoformat(f"{day.isoformat()}T{earlier.at}:00").replace(tzinfo=JST)
            self.register_consent(
                institution_code=INSTITUTION_CODES[someone.clinic],
                person=someone.key,
                items=earlier.items,
                prescription=earlier.prescription,
                consented_at=min(at, now),
                recorded_at=now,
            )

    # 照会番号

    def set_reference_number(self, institution_code: str, person: str, reference_number: str) -> None:
        """Remember the clinic's own number for a person; a later one replaces it (oqs-interface 8)."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO reference_number VALUES (?,?,?)", (institution_code, person, reference_number)
            )

    def reference_number(self, institution_code: str, person: str) -> str | None:
        """The number this institution registered, None before that."""
        with self._transaction() as db:
            row = db.execute(
                "SELECT reference_number FROM reference_number WHERE institution_code=? AND person=?",
                (institution_code, person),
            ).fetchone()
        return str(row[0]) if row else None

    def reference_numbers(self) -> list[dict[str, str]]:
        """All of them, for the control page."""
        with self._transaction() as db:
            return [dict(row) for row in db.execute("SELECT * FROM reference_number ORDER BY 1, 2")]

    # 受付番号

    def accept(
        self,
        *,
        institution_code: str,
        family: str,
        file_name: str,
        request: bytes,
        accepted_at: datetime,
        ready_at: datetime,
    ) -> str:
        """Give out the next 受付番号: time of acceptance and a four-digit count, 18 digits (A-06)."""
        second = f"{accepted_at.astimezone(JST):%Y%m%d%H%M%S}"
        with self._transaction() as db:
            (count,) = db.execute("SELECT count(*) FROM reception").fetchone()
            number = f"{second}{(count + 1) % 10000:04d}"
            db.execute(
                "INSERT INTO reception VALUES (?,?,?,?,?,?,?)",
                (number, institution_code, family, request, file_name, accepted_at.isoformat(), ready_at.isoformat()),
            )
        return number

    def reception(self, number: str) -> Reception | None:
        """The accepted request behind a 受付番号."""
        with self._transaction() as db:
            row = db.execute("SELECT * FROM reception WHERE number=?", (number,)).fetchone()
        return _reception(row) if row else None

    def receptions(self) -> tuple[Reception, ...]:
        """All of them, for the control page."""
        with self._transaction() as db:
            return tuple(map(_reception, db.execute("SELECT * FROM reception ORDER BY number")))

    # Requests taken from the folder and not yet answered

    def take(self, taken: TakenRequest) -> None:
        """Remember a request before its file is removed from `req`."""
        with self._transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO taken VALUES (?,?,?,?)",
                (taken.institution_code, taken.file_name, taken.content, taken.due_at.isoformat()),
            )

    def taken(self, institution_code: str) -> tuple[TakenRequest, ...]:
        """Requests not yet answered, the earliest due first."""
        with self._transaction() as db:
            rows = db.execute("SELECT * FROM taken WHERE institution_code=? ORDER BY due_at", (institution_code,))
            return tuple(
                TakenRequest(
                    institution_code=row["institution_code"],
                    file_name=row["file_name"],
                    content=row["content"],
                    due_at=datetime.fromisoformat(row["due_at"]),
                )
                for row in rows
            )

    def answered(self, taken: TakenRequest) -> None:
        """Forget a request whose answer was written."""
        with self._transaction() as db:
            db.execute(
                "DELETE FROM taken WHERE institution_code=? AND file_name=?", (taken.institution_code, taken.file_name)
            )

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._file, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            with db:
                yield db
        finally:
            db.close()


def _consent(row: sqlite3.Row) -> RegisteredConsent:
    return RegisteredConsent(
        id=row["id"],
        institution_code=row["institution_code"],
        person=row["person"],
        care=Care(row["care"]),
        items=frozenset(ConsentItem(item) for item in json.loads(row["items"])),
        prescription=row["prescription"],
        consented_at=datetime.fromisoformat(row["consented_at"]),
        recorded_at=datetime.fromisoformat(row["recorded_at"]),
        state=ConsentState(row["state"]),
    )


def _reception(row: sqlite3.Row) -> Reception:
    return Reception(
        number=row["number"],
        institution_code=row["institution_code"],
        family=row["family"],
        file_name=row["file_name"],
        request=row["request"],
        accepted_at=datetime.fromisoformat(row["accepted_at"]),
        ready_at=datetime.fromisoformat(row["ready_at"]),
    )
