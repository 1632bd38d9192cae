"""`otonai-bridge pair | run | status | doctor | service`.

Exit codes: 0 ended as asked · 1 the doctor found trouble, or a step of `service` failed · 2 settings or pairing
refused · 3 stopped by the office · 4 not paired · 5 already running · 6 journal unusable. A service should restart
on every other code.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from otonai_bridge import __version__, config, device_key, doctor, doctor_probes, doctor_words, service_command, status
from otonai_bridge import credentials as store
from otonai_bridge.config import ConfigRefused
from otonai_bridge.credentials import NotPaired
from otonai_bridge.device_key import DeviceKey
from otonai_bridge.pairing import pair
from otonai_bridge.running import CODES, prepare_state, run_bridge
from otonai_bridge.server import ServerAway, Signer, open_client, revoke
from otonai_bridge.wakeups import Wake, Wakeups

TROUBLE = 1


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        return int(given.command(given))
    except tuple(CODES) as error:
        print(f"otonai-bridge: {error}", file=sys.stderr, flush=True)
        return CODES[type(error)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="otonai-bridge", description="Moves whole files, nothing else.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="pair|run|status|doctor|service")

    def command(name: str, what: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=what)
        sub.add_argument("--config", type=Path, help="bridge.toml; environment and options win over it")
        sub.add_argument("--state", help="folder for journal and credentials")
        return sub

    pairing = command("pair", "introduce this bridge to the server")
    pairing.add_argument("--server")
    pairing.add_argument("--name", required=True, help="how the office will recognise this computer")
    pairing.add_argument("--replace", action="store_true", help="give up the present pairing first")
    pairing.set_defaults(command=_pair)
    running = command("run", "move files until stopped")
    running.add_argument("--server")
    running.add_argument("--root", help="folder that holds req, res and face")
    running.set_defaults(command=_run)
    command("status", "print what the journal knows").set_defaults(command=_status)
    examining = command("doctor", "look at settings, folders and server, and say what to do next")
    examining.add_argument("--server")
    examining.add_argument("--root", help="folder that holds req, res and face")
    examining.add_argument("--json", action="store_true", help="for a program")
    examining.add_argument("--language", choices=("both", "ja", "en"), default="both")
    examining.set_defaults(command=_doctor)
    service_command.add_to(
        command("service", "let this computer start the bridge by itself"), _values, partial(print, flush=True)
    )
    return parser


def _values(given: argparse.Namespace) -> dict[str, object]:
    options = {key: getattr(given, key, None) for key in ("server", "root", "state")}
    return config.gather(given.config, os.environ, options)


def _pair(given: argparse.Namespace) -> int:
    values = _values(given)
    server, state = config.server_address(values.get("server")), config.state_folder(values)
    ca_file = config.certificate_file(values)
    prepare_state(state)
    with open_client(server, ca_file) as client:
        if store.credentials_path(state).exists():
            if not given.replace:
                raise ConfigRefused(f"{state} is paired already; add --replace to give that pairing up")
            _give_up_pairing(state, ca_file)
        pair(client, server, given.name, state, show=partial(print, flush=True))
    print("Paired. Start the bridge with: otonai-bridge run", flush=True)
    return 0


def _give_up_pairing(state: Path, ca_file: Path | None) -> None:
    """Best effort at the old server; the office can stop the old pairing at any time."""
    try:
        old = store.load(state)
        with open_client(old.server, ca_file) as client:
            revoke(Signer(client, DeviceKey.load(state)), old.refresh_token)
    except (NotPaired, ServerAway) as error:
        print(f"The old pairing could not be given up at its server ({error}).", file=sys.stderr, flush=True)
    store.remove(state)
    device_key.remove(state)


def _status(given: argparse.Namespace) -> int:
    print("\n".join(status.lines(config.state_folder(_values(given)))), flush=True)
    return 0


def _doctor(given: argparse.Namespace) -> int:
    try:
        found = doctor.findings(doctor_probes.examine(config.settings(_values(given))))
    except ConfigRefused as error:
        found = doctor.refused(str(error))
    well = all(finding.level is not doctor.Level.TROUBLE for finding in found)
    if given.json:
        told = json.dumps({"well": well, "findings": [doctor_words.as_json(f) for f in found]}, ensure_ascii=False)
    else:
        told = "\n".join(line for finding in found for line in doctor_words.lines(finding, given.language))
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a console without Japanese still shows the rest
    print(told, flush=True)
    return 0 if well else TROUBLE


def _run(given: argparse.Namespace) -> int:
    settings = config.settings(_values(given))
    wakeups = Wakeups()
    _stop_on_signals(wakeups)
    return run_bridge(settings, wakeups)


def _stop_on_signals(wakeups: Wakeups) -> None:
    """SIGTERM from a service manager, Ctrl+C, and Ctrl+Break, which is how Windows asks a console program."""
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda _number, _frame: wakeups.post(Wake.STOP))


if __name__ == "__main__":
    sys.exit(main())
