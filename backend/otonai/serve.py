"""`otonai serve`: supervises the three roles, each its own process, and ends them together.

web: the API and the built PWA (granian, WSGI) · live: the event channel (granian, ASGI) · worker: the flow's clock.
A role that dies is started again; one that dies at once, again and again, ends the whole with its exit code.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType

log = logging.getLogger("otonai.serve")

ROLES = ("web", "live", "worker")
SECONDS_TO_END = 10.0
#: A role that lived shorter than this did not really start.
SHORTEST_LIFE = 5.0
FRUITLESS_STARTS = 3


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where web and live listen."""

    host: str
    port: int
    live_port: int
    threads: int = 8
    certificate: str | None = None
    key: str | None = None


def command_of(role: str, at: Addresses) -> list[str]:
    """The command line of one role."""
    if role == "worker":
        return [sys.executable, "-m", "otonai", "work"]
    target, interface, port = {
        "web": ("otonai.app:create_app", "wsgi", at.port),
        "live": ("otonai.live:create_live_app", "asgi", at.live_port),
    }[role]
    command = [
        sys.executable, "-m", "granian", "--factory", "--interface", interface, "--host", at.host, "--port", str(port),
        "--workers", "1", "--no-access-log", "--log-level", "error", "--workers-kill-timeout", "3",
    ]  # fmt: skip
    if role == "web":
        command += ["--blocking-threads", str(at.threads)]
    if at.certificate and at.key:
        command += ["--ssl-certificate", at.certificate, "--ssl-keyfile", at.key]
    return [*command, target]


class Supervisor:
    """Keeps the roles alive until asked to end."""

    def __init__(self, roles: tuple[str, ...], at: Addresses, environment: Mapping[str, str]) -> None:
        self._roles, self._at, self._environment = roles, at, dict(environment)
        self._running: dict[str, tuple[subprocess.Popen[bytes], float]] = {}
        self._fruitless = dict.fromkeys(roles, 0)
        self._ending = False

    def run(self) -> int:
        """Start all, watch, restart, end. Returns the exit code."""
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        for role in self._roles:
            self._start(role)
        code = 0
        while not self._ending:
            time.sleep(0.2)
            for role, (process, started) in list(self._running.items()):
                if self._ending or process.poll() is None:
                    continue
                log.warning("role ended role=%s code=%s", role, process.returncode)
                fruitless = time.monotonic() - started < SHORTEST_LIFE
                self._fruitless[role] = self._fruitless[role] + 1 if fruitless else 0
                if self._fruitless[role] >= FRUITLESS_STARTS:
                    code, self._ending = process.returncode or 1, True
                    break
                self._start(role)
        self._stop_all()
        return code

    def _start(self, role: str) -> None:
        environment = {**os.environ, **self._environment}
        process = subprocess.Popen(command_of(role, self._at), env=environment)  # noqa: S603 -- our own programs
        self._running[role] = (process, time.monotonic())

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True

    def _stop_all(self) -> None:
        for process, _ in self._running.values():
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + SECONDS_TO_END
        for process, _ in self._running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
