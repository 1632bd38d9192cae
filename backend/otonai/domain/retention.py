"""How long rows of passing use are kept (ASVS 5.0 V14.2.7). Numbers come from `rules/retention.toml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Retention:
    """Kept this long after their last use."""

    answers: timedelta
    sign_ins: timedelta
    tokens: timedelta
    codes: timedelta
    browsers: timedelta
    tries: timedelta


@dataclass(frozen=True, slots=True)
class Ends:
    """What was last of use before these instants is deleted."""

    answers: datetime
    sign_ins: datetime
    tokens: datetime
    codes: datetime
    browsers: datetime
    tries: datetime


def ends_on(now: datetime, rules: Retention) -> Ends:
    """The instants for a clean-up that happens now."""
    return Ends(
        answers=now - rules.answers,
        sign_ins=now - rules.sign_ins,
        tokens=now - rules.tokens,
        codes=now - rules.codes,
        browsers=now - rules.browsers,
        tries=now - rules.tries,
    )
