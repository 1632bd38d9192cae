"""One installation as an operator runs it: commands, a data folder, a key beside it, and the served processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil
from sqlalchemy import Engine
from sqlmodel import select
from tests import people
from tests.staffing import complete, one_time_code, staff_named

from otonai.flow.sealing import Sealing
from otonai.store.session import open_engine, reading, writing
from otonai.store.tables import Clinic

#: Nothing of the surroundings may decide how an installation of a test behaves.
CLEAN = {name: text for name, text in os.environ.items() if not name.startswith("OTONAI_")}


def free_port() -> int:
    """A port of the loopback interface that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Served:
    """A running `otonai serve`."""

    process: subprocess.Popen[str]
    address: str
    live_address: str
    log: Path

    def children(self) -> dict[str, psutil.Process]:
        """The three roles by name, without the helpers that a role starts for itself."""
        words = {"web": "otonai.roles:web", "live": "otonai.roles:live", "worker": "work"}
        found = {}
        for child in psutil.Process(self.process.pid).children():
            try:
                command = child.cmdline()
            except psutil.Error:
                continue  # it ended meanwhile
            found.update({role: child for role, word in words.items() if command and command[-1] == word})
        return found

    def family(self) -> list[psutil.Process]:
        """Every process that this start brought into the world."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, seconds: float = 15.0) -> int:
        """As an operator ends it."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)


@dataclass
class Installation:
    """Folders and ports of one installation; nothing runs before `serve`."""

    home: Path
    port: int = field(default_factory=free_port)
    live_port: int = field(default_factory=free_port)

    @property
    def data(self) -> Path:
        """What a backup copies."""
        return self.home / "data"

    @property
    def key_file(self) -> Path:
        """What a backup of the data must not carry."""
        return self.home / "keys" / "database.key"

    @property
    def address(self) -> str:
        """Where people go."""
        return f"http://localhost:{self.port}"

    @property
    def where(self) -> list[str]:
        """The options that name this installation."""
        return ["--data", str(self.data), "--key-file", str(self.key_file)]

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """One command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "otonai", *words],
            env=CLEAN | env, text=True, capture_output=True, timeout=60, check=False,
        )  # fmt: skip

    def open_clinic(self) -> None:
        """The operator opens みなも with 仮名 健 as its administrator, who has completed the account since."""
        self.data.mkdir(parents=True, exist_ok=True)
        done = self.run(
            "admin", "open-clinic", "--code", "minamo", "--name", people.CLINIC_NAME,
            "--institution-code", people.INSTITUTION_CODE, "--admin-login", people.ADMIN.login_name,
            "--admin-name", people.ADMIN.name, *self.where, OTONAI_ADMIN_PASSWORD=people.FIRST_PASSWORD,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        engine = self.engine()
        with writing(engine, self.clinic_id(engine)) as session:
            complete(
                session,
                staff_named(session, people.ADMIN.login_name),
                people.ADMIN,
                datetime.now(UTC),
                sealing=self.sealing(),
            )

    @staticmethod
    def clinic_id(engine: Engine) -> UUID:
        """みなも."""
        with reading(engine) as session:
            return session.exec(select(Clinic.id).where(Clinic.code == "minamo")).one()

    def sealing(self) -> Sealing:
        """The keys of this installation."""
        return Sealing((bytes.fromhex(self.key_file.with_name("sealing.key").read_text(encoding="ascii")),))

    def engine(self) -> Engine:
        """The database as somebody sees it who has the file and the key."""
        key = bytes.fromhex(self.key_file.read_text(encoding="ascii"))
        return open_engine(f"sqlite:///{self.data / 'otonai.db'}", key)

    @contextmanager
    def serve(self, *more: str) -> Iterator[Served]:
        """The whole server, ready; it has ended when the block ends."""
        self.data.mkdir(parents=True, exist_ok=True)
        log = self.home / "serve.log"
        words = ["serve", "--profile", "demo", "--port", str(self.port), "--live-port", str(self.live_port)]
        with log.open("w", encoding="utf-8") as told:
            process = subprocess.Popen(
                [sys.executable, "-m", "otonai", *words, *self.where, *more],
                env=CLEAN, text=True, stdout=told, stderr=subprocess.STDOUT,
            )  # fmt: skip
        served = Served(process, self.address, f"http://localhost:{self.live_port}", log)
        try:
            wait_until(lambda: "otonai ready" in log.read_text(encoding="utf-8"), 40.0, process)
            yield served
        finally:
            family = served.family() if process.poll() is None else []
            try:
                served.end()
            finally:
                for one in family:
                    if one.is_running():
                        one.kill()
                if process.poll() is None:
                    process.kill()


def wait_until(what: Callable[[], bool], seconds: float, process: subprocess.Popen[str] | None = None) -> float:
    """Wait for something to be so; returns how long it took."""
    began = time.monotonic()
    while not what():
        assert process is None or process.poll() is None, f"it ended by itself with {process.returncode}"
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - began


#: The cookies of 仮名 健 at each served address: no code of the app works twice, and the next one takes half a minute.
_SIGNED_IN: dict[str, httpx.Cookies] = {}


def signed_in(address: str) -> httpx.Client:
    """仮名 健 at a browser; the same session again while it lasts."""
    known = httpx.Client(base_url=address, timeout=20.0, cookies=_SIGNED_IN.get(address))
    if address in _SIGNED_IN and known.get("/api/session").status_code == 200:
        return known
    known.close()
    client, ours = httpx.Client(base_url=address, timeout=20.0), {"Sec-Fetch-Site": "same-origin"}
    body = {"login_name": people.ADMIN.login_name, "password": people.ADMIN.password}
    answer = client.post("/api/session", json=body, headers=ours)
    assert answer.status_code == 200, answer.text
    for steps in (-1, 0, 1):  # a code that an earlier sign-in has spent is followed by the next one
        code = one_time_code(people.ADMIN, datetime.now(UTC), steps=steps)
        answer = client.post("/api/session/second-factor", json={"code": code}, headers=ours)
        if answer.status_code == 200:
            _SIGNED_IN[address] = httpx.Cookies(client.cookies)
            return client
    raise AssertionError(answer.text)


def chart(**changes: Any) -> dict[str, Any]:
    """A chart as the office types it."""
    own = people.SETTLED
    return {"name": own.name, "name_kana": own.name_kana, "birth_date": people.born(own).isoformat()} | changes
