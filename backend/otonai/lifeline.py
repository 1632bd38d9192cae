"""A process that ends when the one that started it ends, however that ended: `kill -9`, a crash, a power button.

Without it a killed `otonai serve` leaves its roles behind: they hold the ports and the database, and the next start
is told that somebody else listens there.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

POLL_SECONDS = 0.5
#: Time for the work under way, before the process is ended without asking.
SECONDS_TO_END = 8.0
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


def end_with_parent(parent: int, *, at_once: bool = False) -> None:
    """End this process by SIGTERM when process `parent` is gone.

    A thread looks twice a second, on every system. `at_once` adds Linux's own signal; it is for a process whose
    parent started it from a thread that lives as long as the parent does, for that thread is what Linux watches.
    """
    if at_once and sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    _wait_for_end_of(parent)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(SECONDS_TO_END)
    os._exit(1)


if sys.platform == "win32":

    def _wait_for_end_of(parent: int) -> None:
        synchronize, forever = 0x00100000, 0xFFFFFFFF
        handle = ctypes.windll.kernel32.OpenProcess(synchronize, False, parent)
        if handle:  # else it is gone already
            ctypes.windll.kernel32.WaitForSingleObject(handle, forever)

else:

    def _wait_for_end_of(parent: int) -> None:
        """An orphan is given another parent, so the number changes."""
        while os.getppid() == parent:
            time.sleep(POLL_SECONDS)
