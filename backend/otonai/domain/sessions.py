"""How long a sign-in lasts, and when a proof is too old for a sensitive act.

Sources: S-173 (30 minutes without operation), NIST SP 800-63B-4 (12 hours), ASVS 5.0 7.3, 7.5; numbers in
`rules/sign_in.toml`. Judges times; opens and ends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .factors import Stage
from .passwords import PasswordPolicy, PolicyName
from .tries import TryLimits


@dataclass(frozen=True, slots=True)
class SignInRules:
    """The dated numbers of `rules/sign_in.toml`."""

    idle: timedelta
    longest: timedelta
    arriving: timedelta
    fresh: timedelta
    sign_up: timedelta
    emergency: timedelta
    challenge: timedelta
    provider: timedelta
    known_browser: timedelta
    tries: TryLimits
    policies: tuple[PasswordPolicy, ...]

    def policy(self, name: PolicyName | str) -> PasswordPolicy:
        """The policy of a name. Raises LookupError for one that is not in force."""
        for policy in self.policies:
            if policy.name == name:
                return policy
        raise LookupError(f"no password policy {name} in force")

    def ends_at(self, stage: Stage, now: datetime) -> datetime:
        """The last instant of a session that begins now, however busy it is."""
        return now + (self.longest if stage is Stage.OPEN else self.arriving)


class SessionEnd(StrEnum):
    """Why a session is over."""

    SIGNED_OUT = "signed_out"
    IDLE = "idle"
    TOO_LONG = "too_long"


def session_end(
    *, last_used_at: datetime, expires_at: datetime, ended_at: datetime | None, idle: timedelta, now: datetime
) -> SessionEnd | None:
    """Why it is over at this instant, or None. The limits themselves are already over: 29:59 lives, 30:00 does not."""
    if ended_at is not None:
        return SessionEnd.SIGNED_OUT
    if now >= expires_at:
        return SessionEnd.TOO_LONG
    return SessionEnd.IDLE if now - last_used_at >= idle else None


def is_fresh(proved_at: datetime, window: timedelta, now: datetime) -> bool:
    """Whether the last proof is young enough for a sensitive act (ASVS 7.5.1)."""
    return now - proved_at < window
