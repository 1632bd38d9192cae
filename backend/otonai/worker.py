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

from sqlalchemy import Engine

from .flow import LONGEST_REST, advance
from .store.due import claim_due, give_back
from .store.session import writing

log = logging.getLogger("otonai.worker")

REST_SECONDS = 0.5
AFTER_FAILURE = timedelta(seconds=30)


def work_once(engine: Engine, now: datetime) -> bool:
    """One round; False when nobody was due. A clinic that fails is tried again later and stops nobody else."""
    with writing(engine) as session:
        clinic_id = claim_due(session, now, now + LONGEST_REST)
    if clinic_id is None:
        return False
    try:
        due_at = advance(engine, clinic_id, now)
    except Exception:
        log.exception("advance failed clinic=%s", clinic_id)
        due_at = now + AFTER_FAILURE
    with writing(engine) as session:
        give_back(session, clinic_id, due_at)
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
