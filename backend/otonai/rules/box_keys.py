"""Reads `box_keys.toml`: how long a clinic's box key seals, and how long an old one is kept."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from ..domain.box_key import BoxKeyRules
from . import rule_on


@lru_cache(maxsize=8)
def box_key_rules_on(day: date) -> BoxKeyRules:
    """The rules of a day."""
    entry = rule_on("box_keys", day)
    return BoxKeyRules(life=timedelta(days=entry["life_days"]), rest=timedelta(days=entry["rest_days"]))
