"""Reads `readiness.toml`: how early an end is pointed at, by the rule in force on a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from ..domain.readiness import ReadinessRules
from . import rule_on


@lru_cache(maxsize=8)
def readiness_rules_on(day: date) -> ReadinessRules:
    """The rule of a day."""
    entry = rule_on("readiness", day)
    return ReadinessRules(
        warn_months=entry["warn_months"],
        grace_months=entry["grace_months"],
        paper_warn_months=entry["paper_warn_months"],
    )
