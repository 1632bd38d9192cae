"""`otonai-simulator run | fault | people`: the command line."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from .clock import now_in_japan
from .config import FaceName, Institution, Pace, Settings, Writing
from .faults import FaultBook, FaultKind, fault_from
from .people import INSTITUTION_CODES, PEOPLE
from .simulator import Simulator
from .wire import Encoding


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(levelname)s %(message)s")
    try:
        return int(options.command(options))
    except _WrongOption as wrong:
        print(f"otonai-simulator: {wrong}", file=sys.stderr)
        return 2


class _WrongOption(Exception):
    """Options that cannot be used together."""


def _run(options: argparse.Namespace) -> int:
    simulator = Simulator(settings_from(options))
    stop = threading.Event()

    def finish(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    try:
        address = simulator.start(options.port)
        print(f"simulator ready {address}", flush=True)
        while not stop.wait(1.0):
            pass
    finally:
        simulator.stop()
    return 0


def _order_fault(options: argparse.Namespace) -> int:
    book = FaultBook(_state_dir(options))
    if options.clear:
        book.clear()
    if options.kind:
        book.order(
            fault_from(
                {
                    "kind": options.kind,
                    "times": options.times,
                    "family": options.family,
                    "seconds": options.seconds,
                    "institution_code": options.institution_code,
                }
            )
        )
    for fault in book.orders():
        print(f"{fault.kind}\ttimes={fault.times}\tfamily={fault.family or '*'}")
    return 0


def _list_people(_options: argparse.Namespace) -> int:
    today = now_in_japan().date()
    for someone in PEOPLE:
        age = today.year - someone.birth_date.year - ((today.month, today.day) < someone.birth_date.timetuple()[1:3])
        place = someone.chart_number or "new"
        print(f"{someone.key}\tclinic {someone.clinic}\t{place}\t{someone.name}\t{someone.birth_date}\t{age}")
    return 0


def settings_from(options: argparse.Namespace) -> Settings:
    """Settings of `run`; raises when institutions share a folder, a code or a key."""
    institutions = tuple(_institution(text, options.root) for text in options.institution or _demo(options.root))
    for what in ("code", "url_key", "root"):
        if len({getattr(each, what) for each in institutions}) != len(institutions):
            raise _WrongOption(f"each institution needs its own {what}: use CODE=KEY:DIR")
    return Settings(
        institutions=institutions,
        state_dir=_state_dir(options),
        encoding=Encoding(options.encoding),
        face_name=FaceName(options.name_style),
        writing=Writing(options.write_style),
        pace=Pace(options.pickup_ms, options.answer_ms, options.bulk_ready_ms),
        earlier_consents=options.earlier_consents,
        stay_minutes=options.stay_minutes,
    )


def _demo(root: Path | None) -> list[str]:
    """The two demo clinics: the first in the root itself, the second in a folder of its own below it."""
    if root is None:
        raise _WrongOption("no folder; add --root DIR, or --institution CODE=KEY:DIR")
    first, second = INSTITUTION_CODES.values()
    return [f"{first}=minamo", f"{second}=hinata:{root / 'hinata'}"]


def _institution(text: str, root: Path | None) -> Institution:
    code, equals, rest = text.partition("=")
    key, _, folder = rest.partition(":")
    if not equals or not key or len(code) != 10 or not code.isdigit():
        raise _WrongOption(f"--institution {text}: write CODE=KEY or CODE=KEY:DIR with a code of ten digits")
    if folder:
        return Institution(code, key, Path(folder))
    if root is None:
        raise _WrongOption(f"--institution {text}: no folder; add :DIR or --root DIR")
    return Institution(code, key, root)


def _state_dir(options: argparse.Namespace) -> Path:
    if options.state is not None:
        return Path(options.state)
    if options.root is None:
        raise _WrongOption("no state folder: add --state DIR or --root DIR")
    return Path(options.root) / "simulator-state"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="otonai-simulator", description="Plays terminal, card reader, consent page.")
    parser.add_argument("--verbose", action="store_true", help="log each answered file (names of files only)")
    commands = parser.add_subparsers(required=True)
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--root", type=Path, help="folder that holds req/ res/ face/ of an institution without :DIR")
    places.add_argument("--state", type=Path, help="folder of what the center remembers (default ROOT/simulator-state)")

    run = commands.add_parser("run", parents=[places], help="play until stopped")
    run.set_defaults(command=_run)
    run.add_argument("--port", type=int, default=0, help="port of the pages on 127.0.0.1; 0 = any free one")
    run.add_argument(
        "--institution",
        action="append",
        metavar="CODE=KEY[:DIR]",
        help="code, key of the consent page /visit/KEY, own folder; may be repeated (default: both demo clinics)",
    )
    usual = Pace()
    run.add_argument("--pickup-ms", type=int, default=usual.pickup_ms)
    run.add_argument("--answer-ms", type=int, default=usual.answer_ms)
    run.add_argument("--bulk-ready-ms", type=int, default=usual.bulk_ready_ms)
    run.add_argument("--encoding", choices=[each.value for each in Encoding], default=Encoding.UTF_8.value)
    run.add_argument("--name-style", choices=[each.value for each in FaceName], default=FaceName.WITH_ID.value)
    run.add_argument("--write-style", choices=[each.value for each in Writing], default=Writing.RENAMED.value)
    run.add_argument("--earlier-consents", action="store_true", help="some people consented before the story begins")
    run.add_argument("--stay-minutes", type=int, default=1440, help="unread answers are removed after this time")

    fault = commands.add_parser("fault", parents=[places], help="order a fault, or list the open orders")
    fault.set_defaults(command=_order_fault)
    fault.add_argument("kind", nargs="?", choices=[each.value for each in FaultKind])
    fault.add_argument("--times", type=int, default=1, help="for the next N matching messages")
    fault.add_argument("--family", default="", help="prefix such as YZK, OQSmuhvq02, or face")
    fault.add_argument("--seconds", type=float)
    fault.add_argument("--institution-code", default="")
    fault.add_argument("--clear", action="store_true", help="cancel open orders first")

    people = commands.add_parser("people", help="list the invented people")
    people.set_defaults(command=_list_people)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
