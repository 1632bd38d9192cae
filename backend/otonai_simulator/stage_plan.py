"""What one demo consists of: where it keeps its things, its ports, and the rows of programs in their order.

Knows command lines only; starting and ending them is `stage.py`. A repeated demo keeps its data, its log-ins and its
ports, so that bookmarks, enrolled tablets and the printed consent code stay good.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .clinic_staff import CLINIC_KEYS, StaffRole, log_ins, member
from .people import CLINIC_NAMES, INSTITUTION_CODES

SCRIPTS = Path(sys.executable).parent
LOOPBACK = "127.0.0.1"
#: Short, but every wait of the real terminal is there. A list is ready before its first fetch comes: one that is not
#: costs the ten seconds that the server's cadence leaves between fetches.
PACE = ("--pickup-ms", "200", "--answer-ms", "500", "--bulk-ready-ms", "400")


class PortTaken(Exception):
    """A port that this demo cannot do without belongs to another program."""


@dataclass(frozen=True)
class Place:
    """Where one demo keeps its things: all below `home`, except the note with the ways in."""

    checkout: Path
    home: Path
    note: Path

    @classmethod
    def of(cls, checkout: Path) -> Place:
        """The one place of `run.py demo`."""
        return cls(checkout, checkout / ".otonai" / "demo", checkout / ".otonai" / "demo.json")

    @property
    def is_opened(self) -> Path:
        """Exists once both clinics were opened in this data folder."""
        return self.home / "clinics-opened"

    def make_ready(self, *, fresh: bool = False) -> None:
        """Make what is missing; `fresh`, or a start that never got to its clinics, forgets everything before."""
        if fresh or not self.is_opened.exists():
            shutil.rmtree(self.home, ignore_errors=True)
            self.note.unlink(missing_ok=True)
        for name in ("data", "keys", "folders", "logs"):
            (self.home / name).mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True)
class Ports:
    """The ports of one demo; free ones unless the person chose."""

    web: int
    live: int
    consent: int
    page: int

    @classmethod
    def choose(cls, web: int | None = None) -> Ports:
        """Look for all at once, so that no two are the same."""
        with contextlib.ExitStack() as held:
            free = []
            for _ in range(4):
                listener = held.enter_context(socket.socket())
                listener.bind((LOOPBACK, 0))
                free.append(int(listener.getsockname()[1]))
        return cls(web or free[0], free[1], free[2], free[3])

    @classmethod
    def keep(cls, place: Place, web: int | None = None) -> Ports:
        """Those of the last time where free. Raises PortTaken for the consent page, whose address is stored."""
        note = place.home / "ports.json"
        ports = cls.choose(web)
        if note.exists():
            last = cls(**json.loads(note.read_text(encoding="utf-8")))
            if not _is_free(last.consent):
                raise PortTaken(f"Port {last.consent} of the consent page is taken. End that program, or add --fresh.")
            ports = cls(
                web or (last.web if _is_free(last.web) else ports.web),
                last.live if _is_free(last.live) else ports.live,
                last.consent,
                last.page if _is_free(last.page) else ports.page,
            )
        note.write_text(json.dumps(asdict(ports)), encoding="utf-8")
        return ports


@dataclass(frozen=True)
class Program:
    """One row: a program that stays (`port` tells when it is ready), or one that runs once in its turn."""

    name: str
    command: Sequence[str | Path]
    port: int | None = None
    once: bool = False
    cwd: Path | None = None
    env: dict[str, str] = field(default_factory=dict)


def programs(place: Place, ports: Ports, *, reload: bool = False) -> list[Program]:
    """The rows in the order they start. The bridge comes last because it can only work once it is paired."""
    base_url, simulator = f"http://localhost:{ports.web}", f"http://{LOOPBACK}:{ports.consent}"
    usual: list[str | Path] = ["--profile", "demo", "--consent-host", f"{LOOPBACK}:{ports.consent}"]
    usual += ["--data", place.home / "data", "--key-file", place.home / "keys" / "database.key"]
    serve: list[str | Path] = [SCRIPTS / "otonai", "serve", *usual, "--host", LOOPBACK, "--port", str(ports.web)]
    serve += ["--live-port", str(ports.live), "--pwa", place.checkout / "pwa" / "dist"]
    simulate: list[str | Path] = [SCRIPTS / "otonai-simulator", "run", "--root", place.home / "folders", *PACE]
    simulate += ["--port", str(ports.consent), "--earlier-consents"]
    prepare: list[str | Path] = [sys.executable, "-m", "otonai_simulator.clinic_day", "prepare"]
    prepare += ["--base-url", base_url, "--simulator", simulator]
    prepare += ["--root", place.home / "folders", "--state", place.home, "--out", place.note]
    carry: list[str | Path] = [SCRIPTS / "otonai-bridge", "run", "--server", base_url]
    carry += ["--root", place.home / "folders", "--state", place.home / "bridge"]
    if reload:
        source = place.checkout / "backend" / "otonai"
        serve = [SCRIPTS / "watchfiles", "--filter", "python", " ".join(map(str, serve)), source]
    rows = [] if place.is_opened.exists() else _opening(place, simulator, usual)
    rows += [
        Program("server", serve, port=ports.web),
        Program("simulator", simulate, port=ports.consent),
        Program("clinic-day", prepare, once=True),
        Program("bridge", carry),
    ]
    if reload:
        vite = ["npm", "run", "dev", "--", "--host", LOOPBACK, "--port", str(ports.page), "--strictPort"]
        env = {"OTONAI_DEV_SERVER": base_url}
        rows.append(Program("page", vite, port=ports.page, cwd=place.checkout / "pwa", env=env))
    return rows


def _opening(place: Place, simulator: str, usual: Sequence[str | Path]) -> list[Program]:
    """Open both clinics with one administrator each, before the server runs; then remember that it was done."""
    keys = log_ins(place.home / "log-ins.json")
    rows = []
    for clinic, key in CLINIC_KEYS.items():
        admin = member(clinic, StaffRole.ADMIN)
        words: list[str | Path] = [
            SCRIPTS / "otonai",
            "admin",
            "open-clinic",
            "--code",
            key,
            "--name",
            CLINIC_NAMES[clinic],
        ]
        words += ["--institution-code", INSTITUTION_CODES[clinic], "--consent-url", f"{simulator}/visit/{key}"]
        words += ["--admin-login", admin.login_name, "--admin-name", admin.name, "--carry-medical", *usual]
        secret = {"OTONAI_ADMIN_PASSWORD": keys[admin.login_name].first_password or ""}
        rows.append(Program(f"open-{key}", words, once=True, env=secret))
    rows += _drug_master(place)
    remember: list[str | Path] = [
        sys.executable,
        "-c",
        "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()",
        place.is_opened,
    ]
    return [*rows, Program("opened", remember, once=True)]


def _drug_master(place: Place) -> list[Program]:
    """The invented products' master, imported as an operator imports the public one."""
    file = place.home / "y.csv"
    bring: list[str | Path] = [SCRIPTS / "otonai", "masters", "import-drugs", file, "--small"]
    bring += ["--data", place.home / "data", "--key-file", place.home / "keys" / "database.key"]
    return [
        Program("drug-master-file", [sys.executable, "-m", "otonai_simulator.drug_master", file], once=True),
        Program("drug-master", bring, once=True, env={"OTONAI_PROFILE": "demo"}),
    ]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
