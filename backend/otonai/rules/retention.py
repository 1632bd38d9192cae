"""Reads `retention.toml`: how long rows of passing use are kept, by the rule in force on a day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from ..domain.retention import Retention
from . import rule_on


@lru_cache(maxsize=8)
def retention_on(day: date) -> Retention:
    """The rule of a day."""
    entry = rule_on("retention", day)
    return Retention(
        answers=timedelta(days=entry["answer_days"]),
        sign_ins=timedelta(days=entry["sign_in_days"]),
        tokens=timedelta(days=entry["token_days"]),
        codes=timedelta(days=entry["code_days"]),
        browsers=timedelta(days=entry["browser_days"]),
        tries=timedelta(days=entry["try_days"]),
    )
