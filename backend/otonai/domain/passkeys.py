"""What a passkey that was shown is worth.

Sources: W3C Web Authentication Level 3, 7.1 and 7.2; NIST SP 800-63B-4 (a passkey with user verification is two
factors in one act); SEC-05; trust-and-speed A1 finding 15. Judges plain values: signatures, origin and relying party
were checked before (`flow/passkeys.py`), challenges are made elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: More than anybody carries; keeps lists short and answers small.
MOST_PASSKEYS = 10


class PasskeyOutcome(StrEnum):
    """What became of one passkey that was shown. Only `accepted` proves anything."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"  # nobody's here: never set up, taken away, or of another clinic
    NOT_FITTING = "not_fitting"  # signature, challenge, origin, relying party or owner do not fit
    UNVERIFIED = "unverified"  # the device did not ask its owner for finger, face or PIN: possession alone
    REPEATED = "repeated"  # the challenge has been answered before
    COPIED = "copied"  # the counter went back, or the kind of key changed: two devices hold this key
    SUSPENDED = "suspended"  # found copied earlier


@dataclass(frozen=True, slots=True)
class KeptPasskey:
    """What was noted when the passkey was set up and last used."""

    sign_count: int
    backup_eligible: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class ShownPasskey:
    """What the authenticator says now, under its signature."""

    sign_count: int
    backup_eligible: bool
    user_verified: bool
    owner_fits: bool  # the user handle, where one is told, is that of the passkey's owner


def judge_passkey(kept: KeptPasskey, shown: ShownPasskey) -> PasskeyOutcome:
    """The first reason against it, or `accepted`.

    A counter that stays 0 says nothing (passkeys that are kept in step over several devices have none). Any other must
    grow: one that does not is read as a copy, because the original cannot be told from it.
    """
    if kept.suspended:
        return PasskeyOutcome.SUSPENDED
    if not shown.owner_fits:
        return PasskeyOutcome.NOT_FITTING
    counts = kept.sign_count > 0 or shown.sign_count > 0
    if kept.backup_eligible != shown.backup_eligible or (counts and shown.sign_count <= kept.sign_count):
        return PasskeyOutcome.COPIED
    return PasskeyOutcome.ACCEPTED if shown.user_verified else PasskeyOutcome.UNVERIFIED
