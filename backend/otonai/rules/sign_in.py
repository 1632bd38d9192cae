"""Reads `sign_in.toml`: session times, tries and the three password policies in force on a day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from ..domain.passwords import PasswordPolicy, PolicyName
from ..domain.sessions import SignInRules
from ..domain.tries import TryLimits
from . import rule_on


@lru_cache(maxsize=8)
def sign_in_rules_on(day: date) -> SignInRules:
    """The rules of a day."""
    entry = rule_on("sign_in", day)
    return SignInRules(
        idle=timedelta(minutes=entry["idle_minutes"]),
        longest=timedelta(hours=entry["longest_hours"]),
        arriving=timedelta(minutes=entry["arriving_minutes"]),
        fresh=timedelta(minutes=entry["fresh_minutes"]),
        sign_up=timedelta(hours=entry["sign_up_hours"]),
        emergency=timedelta(hours=entry["emergency_hours"]),
        challenge=timedelta(minutes=entry["challenge_minutes"]),
        provider=timedelta(minutes=entry["provider_minutes"]),
        known_browser=timedelta(days=entry["known_browser_days"]),
        tries=TryLimits(
            lock=timedelta(minutes=entry["lock_minutes"]),
            at_account=entry["wrong_tries"],
            strangers_at_account=entry["wrong_tries_of_strangers"],
            at_address=entry["wrong_tries_of_address"],
            everybody=entry["wrong_tries_of_everybody"],
        ),
        policies=tuple(
            PasswordPolicy(
                name=PolicyName(told["name"]),
                shortest=told["shortest"],
                mixed=told["mixed"],
                changed_within=timedelta(days=told["changed_within_days"]) if "changed_within_days" in told else None,
                wants_second_factor=told["wants_second_factor"],
            )
            for told in entry["policy"]
        ),
    )
