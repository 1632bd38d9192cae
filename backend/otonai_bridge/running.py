"""One run of the bridge from its settings to its exit code, for the command and for a service alike."""

from __future__ import annotations

import os
from pathlib import Path

from otonai_bridge import credentials as store
from otonai_bridge import events, single
from otonai_bridge.assemble import assembled
from otonai_bridge.config import ConfigRefused, Settings
from otonai_bridge.credentials import NotPaired
from otonai_bridge.journal import JournalUnavailable
from otonai_bridge.killpoints import KillPoints
from otonai_bridge.pairing import PairingFailed
from otonai_bridge.single import AlreadyRunning
from otonai_bridge.wakeups import Wakeups

REFUSED, STOPPED_BY_OFFICE, NOT_PAIRED, ALREADY_RUNNING, JOURNAL_UNUSABLE = 2, 3, 4, 5, 6
#: Ends after which a person has to act: a service manager must not start the bridge again by itself.
FINAL_CODES = frozenset({0, REFUSED, STOPPED_BY_OFFICE, NOT_PAIRED, JOURNAL_UNUSABLE})
#: What may end a command with a sentence for the operator, and the exit code that says the same to a program.
CODES: dict[type[Exception], int] = {
    ConfigRefused: REFUSED,
    PairingFailed: REFUSED,
    NotPaired: NOT_PAIRED,
    AlreadyRunning: ALREADY_RUNNING,
    JournalUnavailable: JOURNAL_UNUSABLE,
}


def run_bridge(settings: Settings, wakeups: Wakeups) -> int:
    """Move files until `Wake.STOP`. Raises ConfigRefused, NotPaired, AlreadyRunning, JournalUnavailable."""
    prepare_state(settings.state)
    try:
        kill = KillPoints.from_environment(os.environ)
    except ValueError as error:
        raise ConfigRefused(f"OTONAI_BRIDGE_KILL_AT: {error}") from error
    lock = single.hold(settings.state)
    try:
        events.open_log(settings.log_file)
        with assembled(settings, wakeups, kill) as loop:
            return int(loop.run())
    finally:
        os.close(lock)


def prepare_state(state: Path) -> None:
    """The one folder that the bridge makes. Raises ConfigRefused."""
    try:
        store.private_folder(state)
    except OSError as error:
        raise ConfigRefused(f"state: {state} cannot be used ({error.strerror}); give another with --state") from error
