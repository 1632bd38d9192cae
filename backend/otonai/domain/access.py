"""Who may do what: roles, callers, and the rules of PINs.

Sources: trust-and-speed A1, A2, A5; requirements S-031, S-170, S-171. Decides; counts and stores nothing. (Passwords:
`passwords.py`; second factors: `factors.py`; tries at the office: `tries.py`.)
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from .errors import Invalid


class Role(StrEnum):
    """The four kinds of staff, and the account of a sealed code.

    The host's operator is no role: whoever runs the servers works at the command line, has no session and no route,
    and so sees no patient of any clinic.
    """

    DOCTOR = "doctor"
    NURSE = "nurse"
    OFFICE = "office"
    ADMIN = "admin"
    EMERGENCY = "emergency"


#: What a person can be given, and what a route allows unless it says otherwise.
STAFF_ROLES = frozenset({Role.DOCTOR, Role.NURSE, Role.OFFICE, Role.ADMIN})


class Caller(StrEnum):
    """Who stands at the other end of a route."""

    PUBLIC = "public"
    STAFF = "staff"
    ARRIVING = "arriving"  # staff on the way in: reaches what completes the sign-in, and nothing of the clinic
    TABLET = "tablet"  # an enrolled tablet, whoever holds it
    BEDSIDE = "bedside"  # an enrolled tablet opened by a named person's PIN
    BRIDGE = "bridge"
    STOPPED = "stopped"  # a tablet that was stopped: says its last words, and nothing else


#: Who may read drugs, checkups and treatment: qualified staff, never the reception by default (medical-info 1.4).
MEDICAL_READERS = frozenset({Role.DOCTOR, Role.NURSE})
#: Who works with the ledger and the consented list.
LEDGER_WORKERS = frozenset({Role.DOCTOR, Role.NURSE, Role.OFFICE, Role.ADMIN})


def role_reaches(role: Role, declared: AbstractSet[Role], *, reads: bool) -> bool:
    """Whether a role may use a route that declares these roles.

    The emergency account sees what a doctor sees and changes nothing (シス11): a route that a doctor may read is open
    to it, a route that writes only where it is named, as signing out is.
    """
    if role is Role.EMERGENCY:
        return role in declared or (reads and Role.DOCTOR in declared)
    return role in declared


WRONG_TRIES_BEFORE_LOCK = 5
WRONG_TRIES_BEFORE_STOP = 10
LOCK_TIME = timedelta(minutes=30)
IDLE_LIMIT = timedelta(minutes=30)

PIN_LENGTH = 6
#: Famous choices beyond what the shape rules below catch.
_FAMOUS_PINS = frozenset(
    {"112233", "121212", "123123", "131313", "159753", "147258", "258456", "696969", "789456", "801234"}
)


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong tries of one person on one tablet: in a row, and until when they are locked out."""

    wrong_in_row: int = 0
    locked_until: datetime | None = None


class TryOutcome(StrEnum):
    """What one try at a PIN or password led to."""

    OPENED = "opened"
    WRONG = "wrong"
    LOCKED = "locked"
    STOPPED = "stopped"


def is_locked(tries: Tries, now: datetime) -> bool:
    """Whether a try would not even be looked at. The last instant of the lock is already open."""
    return tries.locked_until is not None and now < tries.locked_until


def after_try(tries: Tries, *, right: bool, now: datetime) -> tuple[TryOutcome, Tries]:
    """Count one try: 5 wrong lock for 30 minutes, 10 wrong in a row stop the device for good (design 8).

    A try while locked counts for nothing and tells nothing, so that waiting is the only way on.
    """
    if is_locked(tries, now):
        return TryOutcome.LOCKED, tries
    if right:
        return TryOutcome.OPENED, Tries()
    wrong = tries.wrong_in_row + 1
    if wrong >= WRONG_TRIES_BEFORE_STOP:
        return TryOutcome.STOPPED, replace(tries, wrong_in_row=wrong)
    if wrong % WRONG_TRIES_BEFORE_LOCK == 0:
        return TryOutcome.LOCKED, Tries(wrong, now + LOCK_TIME)
    return TryOutcome.WRONG, Tries(wrong, None)


def remaining_tries(tries: Tries) -> int:
    """How many wrong tries are left before the next lock."""
    return WRONG_TRIES_BEFORE_LOCK - tries.wrong_in_row % WRONG_TRIES_BEFORE_LOCK


def check_pin(pin: str) -> None:
    """Refuse what is no PIN or too easy: repeats, runs, mirrored halves, days written YYMMDD, famous ones."""
    if len(pin) != PIN_LENGTH or not pin.isascii() or not pin.isdigit():
        raise Invalid("a PIN has six digits", code="pin_weak")
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    repeats = len(steps) == 1 or len(set(pin)) <= 2 or pin[:3] == pin[3:] or pin == pin[::-1]
    if repeats or pin in _FAMOUS_PINS or _is_a_day(pin):
        raise Invalid("the PIN is easy to guess", code="pin_weak")


def _is_a_day(pin: str) -> bool:
    """Whether the digits read as YYMMDD: a birthday is the first thing that a finder of the tablet tries."""
    try:
        date(2000 + int(pin[:2]), int(pin[2:4]), int(pin[4:]))
    except ValueError:
        return False
    return True
