"""Reads `inquiry.toml`: who may be asked about without the card, by the rule in force on a day."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import lru_cache

from ..domain.inquiry import InquiryRules
from . import rule_on


@lru_cache(maxsize=8)
def inquiry_rules_on(day: date) -> InquiryRules:
    """The rule of a day."""
    entry = rule_on("inquiry", day)
    return InquiryRules(
        electronic_checks=frozenset(entry["electronic_checks"]),
        care_goes_on=timedelta(days=entry["care_goes_on_days"]),
        most_open=entry["most_open"],
        tries=entry["tries"],
        most_in_bulk=entry["most_in_bulk"],
        history=timedelta(days=entry["history_days"]),
        most_rows=entry["most_rows"],
        day_begins=time.fromisoformat(entry["day_begins"]),
        common_cause_from=entry["common_cause_from"],
    )
