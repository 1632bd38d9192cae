"""Named points at which the test harness kills the bridge (fault F01).

A hook for tests, off unless `OTONAI_BRIDGE_KILL_AT=name[:count]` is set: the process ends without any clean-up
when it passes that point for the count-th time, exactly as a power cut or `kill -9` would end it.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

POINTS = (
    "before_write",
    "during_temporary_write",
    "after_temporary_write",
    "before_rename",
    "after_rename",
    "before_confirm",
    "after_confirm_before_journal",
    "before_read",
    "after_read",
    "before_deliver",
    "after_send_before_journal",
    "after_ack_before_delete",
    "after_delete",
)


class KillPoints:
    def __init__(self, setting: str = "") -> None:
        """Raises ValueError for an unknown point, so that a typing error does not make a test pass."""
        self._name, _, count = setting.partition(":")
        self._left = int(count or 1)
        if self._name and self._name not in POINTS:
            raise ValueError(f"unknown kill point {self._name}")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> KillPoints:
        return cls(environment.get("OTONAI_BRIDGE_KILL_AT", ""))

    def reach(self, name: str) -> None:
        if name != self._name:
            return
        self._left -= 1
        if self._left == 0:
            if hasattr(signal, "SIGKILL"):
                os.kill(os.getpid(), signal.SIGKILL)
            os._exit(137)
