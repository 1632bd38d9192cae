"""`otonai serve`: supervises the three roles, each its own process, and ends them together.

web: the API and the built PWA (granian, WSGI) · live: the event channel (granian, ASGI) · worker: the flow's clock.
A role that dies is started again; one that dies at once, again and again, ends the whole with its exit code.
When this process is killed, its roles end by themselves (`lifeline`).
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from .domain.errors import OtonaiError

log = logging.getLogger("otonai.serve")

#: In the order of their start; the worker waits until the others listen, so that people are served first.
ROLES = ("web", "live", "worker")
SECONDS_TO_END = 10.0
#: A role that lived shorter than this did not really start.
SHORTEST_LIFE = 15.0
FRUITLESS_STARTS = 3
#: Threads wait for slow senders here; how many requests are worked on at once is a setting of its own (api/intake.py).
THREADS = 256
#: Connections that may be open at once. granian stops accepting beyond its own usual thousand, idle ones included.
CONNECTIONS = 16_384
HEADER_MILLISECONDS = 10_000
HEADER_BYTES = 64 * 1024
#: After this long the worker starts although a port is still silent.
LONGEST_START = 30.0


class PortTaken(OtonaiError):
    """Somebody else listens there, most likely an earlier start of ours."""

    code = "port_taken"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where web and live listen."""

    host: str
    port: int
    live_port: int
    certificate: str | None = None
    key: str | None = None

    def port_of(self, role: str) -> int | None:
        """The port of a role; the worker has none."""
        return {"web": self.port, "live": self.live_port}.get(role)


def command_of(role: str, at: Addresses) -> list[str]:
    """The command line of one role. One web process: the embedded database has one writer, and threads share it."""
    supervised = [sys.executable, "-m", "otonai.supervised", str(os.getpid())]
    port = at.port_of(role)
    if port is None:
        return [*supervised, "otonai", "work"]
    target, interface = {
        "web": ("otonai.roles:web", "wsgi"),
        "live": ("otonai.roles:live", "asgi"),
    }[role]
    command = [
        *supervised, "granian", "--factory", "--interface", interface, "--host", at.host, "--port", str(port),
        "--workers", "1", "--no-access-log", "--log-level", "error", "--workers-kill-timeout", "3",
        "--backlog", "2048", "--backpressure", str(CONNECTIONS),
        "--http1-header-read-timeout", str(HEADER_MILLISECONDS), "--http2-max-headers-size", str(HEADER_BYTES),
    ]  # fmt: skip
    if role == "web":
        command += ["--blocking-threads", str(THREADS)]
    if at.certificate and at.key:
        command += ["--ssl-certificate", at.certificate, "--ssl-keyfile", at.key, "--ssl-protocol-min", "tls1.3"]
    return [*command, target]


def allow_many_connections() -> None:
    """As many open connections as this account may have; idle ones use up the usual thousand too easily (F54)."""
    with contextlib.suppress(ImportError):  # Windows counts them differently
        import resource  # noqa: PLC0415

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        with contextlib.suppress(ValueError, OSError):  # some systems name a limit that they do not allow
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class Supervisor:
    """Keeps the roles alive until asked to end. `tell` is called once, when all of them are at work."""

    def __init__(self, roles: tuple[str, ...], at: Addresses, *, tell: Callable[[], None]) -> None:
        self._roles, self._at, self._tell = roles, at, tell
        self._running: dict[str, tuple[subprocess.Popen[bytes], float]] = {}
        self._fruitless = dict.fromkeys(roles, 0)
        self._ending = False

    def run(self) -> int:
        """Start all, watch, restart, end. Returns the exit code. Raises PortTaken before anything is started."""
        for role in self._roles:
            self._check_free(self._at.port_of(role))
        allow_many_connections()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        code, told, began = 0, False, time.monotonic()
        for role in self._roles:
            if self._at.port_of(role) is not None:
                self._start(role)
        try:
            while not self._ending and code == 0:
                if not told and (self._all_listen() or time.monotonic() - began > LONGEST_START):
                    if "worker" in self._roles:
                        self._start("worker")
                    self._tell()
                    told = True
                time.sleep(0.1)
                code = self._start_again_what_died()
        finally:
            self._stop_all()
        return code

    def _start(self, role: str) -> None:
        process = subprocess.Popen(command_of(role, self._at))  # noqa: S603 -- our own programs
        log.info("role started role=%s pid=%s", role, process.pid)
        self._running[role] = (process, time.monotonic())

    def _start_again_what_died(self) -> int:
        """0, or the exit code of a role that cannot be kept alive."""
        for role, (process, started) in list(self._running.items()):
            if self._ending or process.poll() is None:
                continue
            log.warning("role ended role=%s code=%s", role, process.returncode)
            fruitless = time.monotonic() - started < SHORTEST_LIFE
            self._fruitless[role] = self._fruitless[role] + 1 if fruitless else 0
            if self._fruitless[role] >= FRUITLESS_STARTS:
                return process.returncode or 1
            self._start(role)
        return 0

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

    def _all_listen(self) -> bool:
        return all(self._listens(port) for role in self._roles if (port := self._at.port_of(role)) is not None)

    def _listens(self, port: int) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._at.host, self._at.host)  # noqa: S104 -- only compared
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=0.2):
            return True
        return False

    def _check_free(self, port: int | None) -> None:
        if port is not None and self._listens(port):
            raise PortTaken(f"{self._at.host}:{port} is in use; end the earlier start, or choose another port")
