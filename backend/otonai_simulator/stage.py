"""The demo's stage: starts the programs of a whole clinic, each as its own process, and ends every one of them.

What the rows are stands in `stage_plan.py`; what the programs do is their own affair, and none is imported.
`run.py demo` and `run.py dev` call it; the journey tests use `Stage` with the same plan.

    python -m otonai_simulator.stage CHECKOUT [--once] [--fresh] [--port N] [--reload]

1. take the lock of this checkout (a second demo says where the first one is)
2. go on with the last demo's data, log-ins and ports, unless it shall be fresh
3. start the rows of `programs` in order: each listens, or has ended well, before the next starts
4. play one visit and end, or say how to walk in and stay until Ctrl-C
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import FrameType, TracebackType
from typing import IO, Any

import qrcode

from .stage_plan import LOOPBACK, Place, Ports, PortTaken, Program, programs

SECONDS_TO_START = 60
SECONDS_TO_END = 5


class StageFailed(Exception):
    """A program did not start, or ended when it should stay; the text holds the last lines of its log."""


class Stage:
    """Runs programs, each in its own process group with its own log file, and ends them all on leaving."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Stage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for _, process in reversed(self.running):
            _end_group(process, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_END
        for _, process in self.running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _end_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
                process.wait(SECONDS_TO_END)

    def start(self, program: Program, patience: float = SECONDS_TO_START) -> None:
        """Start one row; return when it is ready, or, for a `once` row, when it has ended well."""
        self.logs.mkdir(parents=True, exist_ok=True)
        own_group: dict[str, Any] = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if os.name == "nt"
            else {"start_new_session": True}
        )
        first, *rest = map(str, program.command)
        with self.log_of(program).open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 -- the rows above, no input from outside
                [shutil.which(first) or first, *rest],
                cwd=program.cwd,
                env={**os.environ, **program.env, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **own_group,
            )
        self.running.append((program, process))
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            code = process.poll()
            if program.once and code == 0:
                self.running.pop()
                return
            if code is not None:
                raise self._failure(program, f"ended with {code}")
            if not program.once and (program.port is None or _listens(program.port)):
                return
            time.sleep(0.05)
        raise self._failure(program, f"was not ready after {patience:.0f} s")

    def watch(self) -> None:
        """Wait until a program ends (which is a failure) or the person stops the demo."""
        while True:
            for program, process in self.running:
                if process.poll() is not None:
                    raise self._failure(program, f"ended with {process.returncode}")
            time.sleep(0.5)

    def log_of(self, program: Program) -> Path:
        """Where one program's output goes."""
        return self.logs / f"{program.name}.log"

    def _failure(self, program: Program, what: str) -> StageFailed:
        log = self.log_of(program)
        tail = "\n".join(f"    {line}" for line in log.read_text("utf-8", "replace").splitlines()[-25:])
        return StageFailed(f"{tail}\n{program.name} {what}; the whole log: {log}")


def _end_group(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # the whole group has ended by itself
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, how)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


@contextlib.contextmanager
def only_one(runtime: Path) -> Iterator[Path]:
    """Hold a lock that the operating system frees with this process, even after a crash; yields the ports' file."""
    runtime.mkdir(exist_ok=True)
    chosen = runtime / "ports.json"
    with (runtime / "demo.lock").open("a+b") as lock:
        if not _take(lock):
            web = json.loads(chosen.read_text(encoding="utf-8"))["web"] if chosen.exists() else "…"
            raise StageFailed(f"A demo is already running: http://localhost:{web} (Ctrl-C in its terminal ends it).")
        try:
            yield chosen
        finally:
            chosen.unlink(missing_ok=True)


def _take(lock: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 -- exists on Windows only

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 -- exists everywhere else

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def welcome(place: Place, port: int) -> str:
    """What a person needs to walk in: address, log-ins, and the consent page, also as a QR."""
    facts = json.loads(place.note.read_text(encoding="utf-8"))
    lines = ["", f"  おとない（練習用）  http://localhost:{port}", ""]
    for person in facts["staff"]:
        pin = f"PIN {person['pin']}" if person.get("pin") else ""
        lines.append(
            f"  {person['role']:<8}{person['login_name']:<16}{person['password']:<28}{pin:<12}{person['name']}"
        )
    lines += ["", "  The office without typing: each of these links signs in once (more of them are in demo.json)."]
    for person in facts["staff"]:
        for link in person.get("sign_in_links", [])[:1]:
            lines.append(f"  {person['role']:<8}{person['name']:<8}{link}")
    lines += ["", "  By password: it asks for a code of an authenticator app, which this prints:"]
    lines.append(f"  {sys.executable} -m otonai_simulator.clinic_day code LOGIN --demo {place.note}")
    lines += ["", f"  Consent page (the simulator plays マイナ在宅受付Web): {facts['consent_url']}", ""]
    return "\n".join(lines)


def play(place: Place, *, port: int | None, once: bool, reload: bool, fresh: bool) -> int:
    """Steps 1 to 4 of the module's docstring; the exit code."""
    with only_one(place.home.parent) as chosen:
        place.make_ready(fresh=fresh)
        ports = Ports.keep(place, port)
        chosen.write_text(json.dumps(asdict(ports)), encoding="utf-8")
        with Stage(place.home / "logs") as stage:
            for program in programs(place, ports, reload=reload):
                stage.start(program)
            if once:
                visit = [sys.executable, "-m", "otonai_simulator.clinic_day", "once", "--demo", str(place.note)]
                code = subprocess.run(visit, check=False).returncode  # noqa: S603 -- our own program
                if code:
                    print(f"Logs: {stage.logs}", file=sys.stderr)
                return code
            print(welcome(place, ports.page if reload else ports.web), flush=True)
            consent = qrcode.QRCode(border=2)
            consent.add_data(json.loads(place.note.read_text(encoding="utf-8"))["consent_url"])
            consent.print_ascii(invert=True)
            print(f"\n  Logs: {stage.logs}\n  Ctrl-C ends everything.", flush=True)
            stage.watch()
    return 0


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Read the command line and play; SIGTERM ends like Ctrl-C, so that the programs are ended too."""
    parser = argparse.ArgumentParser(prog="otonai_simulator.stage", description="Play a whole clinic.")
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--once", action="store_true", help="play one visit and end")
    parser.add_argument("--fresh", action="store_true", help="forget the last demo's data first")
    parser.add_argument("--port", type=int, help="port of the server (default: as last time, or a free one)")
    parser.add_argument("--reload", action="store_true", help="reload on change, with Vite's own server")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)
    try:
        place = Place.of(options.checkout.resolve())
        return play(place, port=options.port, once=options.once, reload=options.reload, fresh=options.fresh)
    except (StageFailed, PortTaken) as failure:
        print(f"\n{failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nended", flush=True)
        return 0


if __name__ == "__main__":
    sys.exit(main())
