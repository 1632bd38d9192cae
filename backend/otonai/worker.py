"""The worker: runs `flow.advance()` for clinics that are due. Any number of workers may run beside each other.

One round, numbered as it is done:

1. claim one clinic that is due (a claim ends by itself, so a dead worker keeps nobody waiting)
2. advance its flow, each step in its own transaction
3. write when it is due next and give the claim back
4. sleep only when nobody was due
"""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, datetime, timedelta
from types import FrameType
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import col, or_, select

from .flow import advance
from .store.session import writing
from .store.tables import ClinicDue

log = logging.getLogger("otonai.worker")

CLAIM = timedelta(minutes=2)
REST_SECONDS = 0.5
AFTER_FAILURE = timedelta(seconds=30)


def claim(engine: Engine, now: datetime) -> UUID | None:
    """The clinic that has been due longest and is claimed by nobody, now claimed by us."""
    with writing(engine) as session:
        row = session.exec(
            select(ClinicDue)
            .where(
                ClinicDue.due_at <= now,
                or_(col(ClinicDue.claimed_until).is_(None), col(ClinicDue.claimed_until) <= now),
            )
            .order_by(col(ClinicDue.due_at))
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if row is None:
            return None
        row.claimed_until = now + CLAIM
        session.add(row)
        return row.clinic_id


def give_back(engine: Engine, clinic_id: UUID, due_at: datetime) -> None:
    """End the claim and say when the clinic wants to be looked at again."""
    with writing(engine) as session:
        row = session.get_one(ClinicDue, clinic_id)
        row.due_at, row.claimed_until = due_at, None
        session.add(row)


def work_once(engine: Engine, now: datetime) -> bool:
    """One round; False when nobody was due. A clinic that fails is tried again later and stops nobody else."""
    clinic_id = claim(engine, now)
    if clinic_id is None:
        return False
    try:
        due_at = advance(engine, clinic_id, now)
    except Exception:
        log.exception("advance failed clinic=%s", clinic_id)
        due_at = now + AFTER_FAILURE
    give_back(engine, clinic_id, due_at)
    return True


def run(engine: Engine) -> None:
    """Work until the process is asked to end."""
    ending = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    log.info("worker ready")
    while not ending.is_set():
        if not work_once(engine, datetime.now(UTC)):
            ending.wait(REST_SECONDS)
    log.info("worker ended")
