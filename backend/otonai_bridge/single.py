"""One running bridge per state folder. The lock ends with the process, however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path


class AlreadyRunning(Exception):
    """Another bridge uses this state folder."""


def hold(state: Path) -> int:
    """Take the lock for the life of this process; returns the descriptor to keep. Raises AlreadyRunning."""
    descriptor = os.open(state / "running.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - exists on Windows only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - absent on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise AlreadyRunning(f"a bridge is already running with {state}") from error
    return descriptor
