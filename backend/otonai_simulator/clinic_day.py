"""The demo clinics' day: `prepare` fills them through the public API, `once` plays one whole visit by itself.

    python -m otonai_simulator.clinic_day prepare --base-url URL --simulator URL --root DIR --state DIR --out FILE
    python -m otonai_simulator.clinic_day once --demo FILE [--person KEY] [--patience SECONDS]

Uses only what everybody can use: Otonai's HTTP API, the consent page, the bridge's command. Exit code 0 = done,
1 = failed (the text names the step).
"""

from __future__ import annotations

import argparse
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

import pyotp

from .api_client import ApiAway, ApiRefused, Office
from .clinic_staff import StaffRole
from .demo_note import NoteMissing, person_of, read_note, tablet_of
from .one_visit import Scene, Step, StepFailed, play_visit, wait_until_ready
from .people import INSTITUTION_CODES, person
from .prepare_day import PLAYED_CLINIC, Ground, PrepareFailed, prepare

#: Visited today, known to the ledger as the center knows them, and without a consent when the day begins.
USUAL_PERSON = "first_consent"
_WORDS_WIDTH = 48


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and run one command; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except StepFailed as failure:
        number = list(Step).index(failure.step) + 1
        print(f"failed at step {number} {failure}", file=sys.stderr, flush=True)
    except (PrepareFailed, NoteMissing, ApiRefused, ApiAway) as error:
        print(f"clinic_day: {error}", file=sys.stderr, flush=True)
    return 1


def _prepare(options: argparse.Namespace) -> int:
    started = time.monotonic()
    ground = Ground(options.base_url, options.simulator, options.root, options.state, options.out)
    prepare(ground)
    print(f"both clinics are ready ({time.monotonic() - started:.1f} s): {options.out}", flush=True)
    return 0


def _once(options: argparse.Namespace) -> int:
    note = read_note(options.demo)
    doctor, clerk = _staff(note, StaffRole.DOCTOR), _staff(note, StaffRole.OFFICE)
    tablet = tablet_of(options.demo)
    try:
        about = tablet.about()
        doctor_id = next((p["staff_id"] for p in about["people"] if p["name"] == doctor["name"]), None)
        if doctor_id is None:
            raise NoteMissing("the doctor is not on the tablet: start the demo again")
        with Office(note["base_url"], person_of(clerk)) as office:
            scene = Scene(office, tablet, doctor_id, doctor["pin"], person(options.person), options.patience)
            wait_until_ready(scene)
            started = time.monotonic()
            for number, done in enumerate(play_visit(scene), start=1):
                words = done.words + " " * (_WORDS_WIDTH - _columns(done.words))
                print(f"{number} {done.step:<16}{words}{done.seconds:7.3f} s", flush=True)
            ended = time.monotonic()
    finally:
        tablet.close()
    print(f"total after 「同意登録完了」 {ended - scene.reported_tick:.3f} s (whole visit {ended - started:.3f} s)")
    return 0


def _code(options: argparse.Namespace) -> int:
    staff = {each["login_name"]: each for each in read_note(options.demo)["staff"]}
    if options.login_name not in staff:
        raise NoteMissing(f"nobody is called {options.login_name}: one of {', '.join(staff)}")
    print(pyotp.TOTP(staff[options.login_name]["totp_secret"]).now())
    return 0


def _staff(note: dict[str, Any], role: StaffRole) -> dict[str, Any]:
    played = INSTITUTION_CODES[PLAYED_CLINIC]
    found: dict[str, Any] = next(s for s in note["staff"] if (s["clinic"], s["role"]) == (played, role))
    return found


def _columns(text: str) -> int:
    """How many columns a terminal needs for it."""
    return sum(2 if unicodedata.east_asian_width(letter) in "FW" else 1 for letter in text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="otonai_simulator.clinic_day", description="The demo clinics' day.")
    commands = parser.add_subparsers(required=True)
    filling = commands.add_parser("prepare", help="fill both clinics; may be repeated")
    filling.add_argument("--base-url", required=True, help="address of Otonai, for example http://localhost:8080")
    filling.add_argument("--simulator", required=True, help="address of the simulator's pages")
    filling.add_argument("--root", type=Path, required=True, help="folder with req/ res/ face/ of clinic 1")
    filling.add_argument("--state", type=Path, required=True, help="private folder: log-ins, the bridge's pairing")
    filling.add_argument("--out", type=Path, required=True, help="the note with the ways in (demo.json)")
    filling.set_defaults(command=_prepare)
    showing = commands.add_parser("code", help="print the code that a person's authenticator app shows now")
    showing.add_argument("login_name")
    showing.add_argument("--demo", type=Path, required=True, help="the note that `prepare` wrote")
    showing.set_defaults(command=_code)
    playing = commands.add_parser("once", help="play one visit and print its steps")
    playing.add_argument("--demo", type=Path, required=True, help="the note that `prepare` wrote")
    playing.add_argument("--person", default=USUAL_PERSON, help="who consents: a key of `otonai-simulator people`")
    playing.add_argument("--patience", type=float, default=30.0, help="seconds to wait for each step")
    playing.set_defaults(command=_once)
    return parser


if __name__ == "__main__":
    sys.exit(main())
