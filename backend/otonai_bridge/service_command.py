"""`otonai-bridge service install | uninstall | status`: which steps for this computer; does or shows them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from otonai_bridge import config, credentials, service, windows_service
from otonai_bridge.config import ConfigRefused, Settings
from otonai_bridge.running import run_bridge
from otonai_bridge.service import Installation, Starter, Step
from otonai_bridge.service_steps import StepFailed, perform

STEP_FAILED = 1
Gather = Callable[[argparse.Namespace], Mapping[str, Any]]
Say = Callable[[str], None]


def add_to(parser: argparse.ArgumentParser, gather: Gather, say: Say) -> None:
    """`gather` gives the settings as they were said: file, environment, options. `say` shows one line."""
    parser.add_argument("act", choices=("install", "uninstall", "status", "host"), metavar="install|uninstall|status")
    parser.add_argument("--user", action="store_true", help="Linux: for the signed-in user, not for the computer")
    parser.add_argument("--account", default=service.NAME, help="Linux: the account that the bridge runs as")
    parser.add_argument("--dry-run", action="store_true", help="show the steps and do none")
    parser.set_defaults(command=partial(_service, gather, say))


def _service(gather: Gather, say: Say, given: argparse.Namespace) -> int:
    settings = config.settings(gather(given))
    if given.act == "host":
        return windows_service.host(partial(run_bridge, settings))
    starter = _starter(sys.platform, user=given.user)
    wanted = installation(settings, starter, given.config, given.account)
    if given.act == "install" and not given.dry_run:
        credentials.load(settings.state)  # a service that has to stop at once helps nobody
    steps: tuple[Step, ...] = {
        "install": service.install,
        "uninstall": service.uninstall,
        "status": service.status,
    }[given.act](wanted)
    if given.dry_run:
        say(service.shown(steps))
        return 0
    try:
        perform(steps, say)
    except StepFailed as error:
        say(f"otonai-bridge: {error}")
        return STEP_FAILED
    return 0


def _starter(platform: str, *, user: bool) -> Starter:
    if platform == "win32":
        return Starter.WINDOWS
    if not platform.startswith("linux"):
        raise ConfigRefused(f"service: there is no way to install one on {platform}; start `otonai-bridge run` there")
    return Starter.SYSTEMD_USER if user else Starter.SYSTEMD


def installation(settings: Settings, starter: Starter, file: Path | None, account: str) -> Installation:
    """What is wanted, as plain text. Raises ConfigRefused for settings that a service cannot live with."""
    if file is None:
        raise ConfigRefused("service: name the settings file with --config; a service reads no options")
    if starter is Starter.WINDOWS and settings.log_file is None:
        raise ConfigRefused("log_file: name a file; a Windows service has no console to write to")
    return Installation(
        starter=starter,
        program=_program(starter),
        config=str(file.absolute()),
        state=str(settings.state.absolute()),
        folders=tuple(dict.fromkeys(_shared(settings))),
        account=account,
        home=os.path.expanduser("~"),
    )


def _shared(settings: Settings) -> list[str]:
    """The root when the three lie under one, else each."""
    parents = {folder.parent for folder in settings.folders.values()}
    return [str(path) for path in (parents if len(parents) == 1 else settings.folders.values())]


def _program(starter: Starter) -> tuple[str, ...]:
    script = Path(sys.executable).with_name("otonai-bridge")
    if starter is not Starter.WINDOWS and script.exists():
        return (str(script),)
    return (sys.executable, "-m", "otonai_bridge")
