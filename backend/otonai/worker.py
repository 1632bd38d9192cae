"""The worker: runs `flow.advance()` for clinics that are due. Any number of workers may run beside each other.

One round, numbered as it is done:

1. claim one clinic that is due (a claim ends by itself, so a dead worker keeps nobody waiting)
2. advance its flow, each step in its own transaction; once a day delete what has expired
3. write when it is due next and give the claim back
4. sleep only when nobody was due
"""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, date, datetime, timedelta
from types import FrameType
from uuid import UUID

from sqlalchemy import Engine

from .domain.dates import business_day
from .flow import LONGEST_REST, advance
from .flow.forget_expired import forget_expired
from .store.due import claim_due, give_back
from .store.session import writing

log = logging.getLogger("otonai.worker")

REST_SECONDS = 0.5
#: The wait after a first failure; it doubles with each further one, up to `LONGEST_REST`.
FIRST_WAIT = timedelta(seconds=15)
#: The wait while the database cannot be reached.
DATABASE_AWAY_SECONDS = 1.0


class Worker:
    """Rounds over all clinics; remembers how often each failed in a row, to ask it less and less often, and whether
    it was cleaned up today.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._failures: dict[UUID, int] = {}
        self._cleaned: dict[UUID, date] = {}

    def work_once(self, now: datetime) -> bool:
        """One round; False when nobody was due. A clinic that fails is tried again later and stops nobody else."""
        with writing(self._engine) as session:
            clinic_id = claim_due(session, now)
        if clinic_id is None:
            return False
        due_at = self._advance(clinic_id, now)
        with writing(self._engine) as session:
            give_back(session, clinic_id, due_at)
        return True

    def _advance(self, clinic_id: UUID, now: datetime) -> datetime:
        try:
            due_at = advance(self._engine, clinic_id, now)
            if self._cleaned.get(clinic_id) != business_day(now):
                forget_expired(self._engine, clinic_id, now)
                self._cleaned[clinic_id] = business_day(now)
        except Exception:
            failures = self._failures[clinic_id] = self._failures.get(clinic_id, 0) + 1
            log.exception("advance failed clinic=%s in_a_row=%s", clinic_id, failures)
            return now + min(FIRST_WAIT * (1 << min(failures - 1, 10)), LONGEST_REST)
        self._failures.pop(clinic_id, None)
        return due_at


def run(engine: Engine) -> None:
    """Work until the process is asked to end; the round under way is finished first."""
    ending = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    worker = Worker(engine)
    log.info("worker ready")
    while not ending.is_set():
        try:
            if not worker.work_once(datetime.now(UTC)):
                ending.wait(REST_SECONDS)
        except Exception:
            log.exception("database away")
            ending.wait(DATABASE_AWAY_SECONDS)
    log.info("worker ended")
