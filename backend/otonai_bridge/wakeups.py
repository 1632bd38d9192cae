"""Why the loop should not sleep any longer. Threads and signal handlers post, the loop waits."""

from __future__ import annotations

import queue
from enum import StrEnum


class Wake(StrEnum):
    FOLDERS = "folders"  # something appeared in res or face
    JOBS = "jobs"  # the server has something for us
    LIVE_LOST = "live_lost"  # the event stream ended: fall back to polling
    STOP = "stop"


class Wakeups:
    """A `SimpleQueue`, because its `put` may be called from a signal handler in the middle of a `get`."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Wake] = queue.SimpleQueue()

    def post(self, wake: Wake) -> None:
        self._queue.put(wake)

    def take(self, seconds: float) -> frozenset[Wake]:
        """Everything posted so far; waits up to `seconds` for the first."""
        taken: set[Wake] = set()
        try:
            taken.add(self._queue.get(timeout=seconds) if seconds > 0 else self._queue.get_nowait())
            while True:
                taken.add(self._queue.get_nowait())
        except queue.Empty:
            return frozenset(taken)
