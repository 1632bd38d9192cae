"""Files into the shared folders: at once or later, whole or in halves. Knows bytes and names, no messages."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .config import Writing
from .distortion import Write

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Scheduled:
    folder: Path
    write: Write
    due_at: datetime
    done: Callable[[], None]


class Outbox:
    """Writes that are due now or later. Filled by terminal and reader, emptied by `flush`, from any thread."""

    def __init__(self, writing: Writing) -> None:
        self._writing = writing
        self._waiting: list[_Scheduled] = []
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many writes are still to be done."""
        return len(self._waiting)

    def put(
        self, folder: Path, writes: tuple[Write, ...], now: datetime, done: Callable[[], None] = lambda: None
    ) -> None:
        """Schedule the writes of one answer and do those that are due; `done` is called after the last of them."""
        if not writes:
            done()
        with self._lock:
            for write in writes:
                due_at = now + timedelta(seconds=write.after)
                self._waiting.append(_Scheduled(folder, write, due_at, done if write is writes[-1] else lambda: None))
        self.flush(now)

    def flush(self, now: datetime) -> None:
        """Do what is due. A held-back answer goes right after another answer into the same folder, or when its time
        has come."""
        with self._lock:
            due = [one for one in self._waiting if one.due_at <= now]
            delivered = {one.folder for one in due if not one.write.holds}
            released = [one for one in self._waiting if one.write.holds and one.folder in delivered and one not in due]
            self._waiting = [one for one in self._waiting if one not in due and one not in released]
            for one in (*due, *released):
                self._write(one.folder, one.write)
                one.done()

    def _write(self, folder: Path, write: Write) -> None:
        target = folder / write.name
        if write.append_from is not None:
            try:
                with target.open("r+b") as file:
                    file.seek(write.append_from)
                    file.write(write.content[write.append_from :])
            except FileNotFoundError:
                log.warning("half-written %s was removed before it was complete", write.name)
            return
        if write.direct or self._writing is Writing.DIRECT:
            target.write_bytes(write.content)
            return
        temporary = folder / f"{write.name}.tmp"
        temporary.write_bytes(write.content)
        os.replace(temporary, target)
