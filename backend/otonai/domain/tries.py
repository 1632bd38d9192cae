"""Wrong tries at the office's door: who is counted with whom, and when the door closes for a while.

Sources: S-171 (5 wrong, 30 minutes), fault rows F52 (spraying) and F53 (lock-out abuse), ASVS 5.0 6.3.1. The tries of
a browser in which this account was used before are counted by themselves, so that nobody elsewhere can close the door
to it; strangers are counted four ways at once. Pure: counts are given and returned, names and addresses are hashed by
the caller. (PINs on tablets have their own rule in `access.py`: a tablet can be stopped for good, an account never.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Count(StrEnum):
    """What a number of wrong tries is about."""

    KNOWN_DEVICE = "known_device"  # one account at one browser or tablet that it has used before
    STRANGER = "stranger"  # one account from one address that it has not been used from
    STRANGERS = "strangers"  # one account, all such addresses
    ADDRESS = "address"  # one such address, all accounts: spraying from one place
    EVERYBODY = "everybody"  # all such addresses, all accounts: spraying from many places


OF_KNOWN = (Count.KNOWN_DEVICE,)
OF_STRANGERS = (Count.STRANGER, Count.STRANGERS, Count.ADDRESS, Count.EVERYBODY)
#: A full sign-in forgives these; the others would be forgiven to an attacker by any account of their own.
FORGIVEN = frozenset({Count.KNOWN_DEVICE, Count.STRANGER})
#: Closed doors that are the account's, and are told as a lock; the others slow a caller down whoever they ask for.
OF_ACCOUNT = frozenset({Count.KNOWN_DEVICE, Count.STRANGER, Count.STRANGERS})


@dataclass(frozen=True, slots=True)
class TryLimits:
    """Numbers of `rules/sign_in.toml`. `window`: after so long without a wrong try the spraying counts begin anew."""

    lock: timedelta
    at_account: int
    strangers_at_account: int
    at_address: int
    everybody: int
    forgotten_after: timedelta = timedelta(hours=24)

    def of(self, count: Count) -> int:
        """How many wrong tries close the door."""
        return {
            Count.KNOWN_DEVICE: self.at_account,
            Count.STRANGER: self.at_account,
            Count.STRANGERS: self.strangers_at_account,
            Count.ADDRESS: self.at_address,
            Count.EVERYBODY: self.everybody,
        }[count]

    def window_of(self, count: Count) -> timedelta:
        """How long a wrong try counts: a day for an account at one place, one lock time for the wide nets."""
        return self.forgotten_after if count in FORGIVEN else self.lock


@dataclass(frozen=True, slots=True)
class WrongTries:
    """One number: wrong tries since an instant, and until when the door is closed."""

    count: Count
    wrong: int = 0
    since: datetime | None = None
    locked_until: datetime | None = None


class Door(StrEnum):
    """What may be done with a try."""

    OPEN = "open"
    LOCKED = "locked"  # this account, here
    THROTTLED = "throttled"  # this caller, whatever account


def door(tries: Iterable[WrongTries], now: datetime) -> tuple[Door, datetime | None]:
    """Whether a try is looked at, and until when not. The last instant of a lock is already open (30:00)."""
    closed = [t for t in tries if t.locked_until is not None and now < t.locked_until]
    if not closed:
        return Door.OPEN, None
    until = max(t.locked_until for t in closed if t.locked_until is not None)
    return (Door.LOCKED if any(t.count in OF_ACCOUNT for t in closed) else Door.THROTTLED), until


def after_wrong(tries: WrongTries, limits: TryLimits, now: datetime) -> WrongTries:
    """Count one wrong try. A full count closes the door and begins anew; at a closed door nothing counts."""
    if tries.locked_until is not None and now < tries.locked_until:
        return tries
    fresh = tries.since is None or now - tries.since >= limits.window_of(tries.count)
    wrong, since = (1, now) if fresh else (tries.wrong + 1, tries.since)
    if wrong >= limits.of(tries.count):
        return replace(tries, wrong=0, since=None, locked_until=now + limits.lock)
    return replace(tries, wrong=wrong, since=since, locked_until=None)
