"""Who works at the demo's two clinics, and the log-ins that are made up for one demo data folder.

Nobody's password stands in the code: they are drawn at random when a data folder is new and kept beside it,
readable by this account only. Everybody here is invented.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from .private_file import write_private

#: Address part of each clinic's log-in names, and the key of its consent page.
CLINIC_KEYS = {1: "minamo", 2: "hinata"}


class StaffRole(StrEnum):
    """What a person may do, in the words of the API."""

    DOCTOR = "doctor"
    NURSE = "nurse"
    OFFICE = "office"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person who works at clinic 1 or 2."""

    clinic: int
    role: StaffRole
    name: str
    login_name: str


STAFF: tuple[StaffMember, ...] = (
    StaffMember(1, StaffRole.DOCTOR, "例示 慎一", "shin@minamo"),
    StaffMember(1, StaffRole.NURSE, "見本 遥", "haruka@minamo"),
    StaffMember(1, StaffRole.OFFICE, "架空 真帆", "maho@minamo"),
    StaffMember(1, StaffRole.ADMIN, "架空 律子", "ritsuko@minamo"),
    StaffMember(2, StaffRole.DOCTOR, "例示 岬", "misaki@hinata"),
    StaffMember(2, StaffRole.NURSE, "見本 涼", "ryo@hinata"),
    StaffMember(2, StaffRole.OFFICE, "架空 直", "nao@hinata"),
    StaffMember(2, StaffRole.ADMIN, "架空 透", "toru@hinata"),
)

#: Who opens the tablet of clinic 1.
ON_TABLET = (StaffRole.DOCTOR, StaffRole.NURSE)


def member(clinic: int, role: StaffRole) -> StaffMember:
    """The one person of a clinic with this role."""
    return next(each for each in STAFF if (each.clinic, each.role) == (clinic, role))


@dataclass(frozen=True, slots=True)
class LogIn:
    """How one person gets in; `pin` only for those who open a tablet, `first_password` for first administrators.

    `totp_secret` is told by the server when the person sets up their authenticator app, and kept then.
    """

    password: str = field(repr=False)
    pin: str | None = field(default=None, repr=False)
    first_password: str | None = field(default=None, repr=False)
    totp_secret: str | None = field(default=None, repr=False)


def log_ins(path: Path) -> Mapping[str, LogIn]:
    """Everybody's log-in by log-in name; made up and written the first time, read afterwards."""
    known: dict[str, LogIn] = {}
    if path.exists():
        told = json.loads(path.read_text(encoding="utf-8"))
        known = {name: LogIn(**values) for name, values in told.items()}
    missing = [each for each in STAFF if each.login_name not in known]
    for each in missing:
        known[each.login_name] = LogIn(
            _passphrase(),
            _pin() if each.role in ON_TABLET else None,
            _passphrase() if each.role is StaffRole.ADMIN else None,
        )
    if missing:
        _write(path, known)
    return known


def keep_secret(path: Path, login_name: str, totp_secret: str) -> None:
    """Remember what an authenticator app was told."""
    known = dict(log_ins(path))
    known[login_name] = replace(known[login_name], totp_secret=totp_secret)
    _write(path, known)


def _write(path: Path, known: Mapping[str, LogIn]) -> None:
    write_private(path, json.dumps({name: asdict(log_in) for name, log_in in known.items()}, indent=1))


def _passphrase() -> str:
    """Four groups that can be typed from a screen: about 50 bits, 19 characters."""
    return "-".join("".join(_syllable() for _ in range(2)) for _ in range(4))


def _syllable() -> str:
    return secrets.choice("bdfghjkmnprstvz") + secrets.choice("aeiou")


def _pin() -> str:
    """Six different digits, the first above 3 and no run: never a day, a repeat or a staircase."""
    while True:
        digits = list("0123456789")
        secrets.SystemRandom().shuffle(digits)
        steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits[:6])}
        if digits[2] not in "01" and digits[0] > "3" and len(steps) > 2:
            return "".join(digits[:6])
