"""Dated rules: numbers that change by decree or by decision live in TOML with their source, never in code."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from ..domain.cadence import Cadence
from ..domain.checkup import Group, Limit, Programme
from ..domain.contribution import Shares
from ..domain.insurance import Sex
from ..domain.limit import LimitCategories
from ..domain.retry import RetryRules


@cache
def _entries(name: str) -> list[dict[str, Any]]:
    text = resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    entries: list[dict[str, Any]] = tomllib.loads(text)[name]
    return sorted(entries, key=lambda e: e["valid_from"], reverse=True)


def rule_on(name: str, day: date) -> dict[str, Any]:
    """The newest entry of a rule that is valid on a day. Raises LookupError when none is."""
    for entry in _entries(name):
        if entry["valid_from"] <= day <= entry.get("valid_until", date.max):
            return entry
    raise LookupError(f"rule {name} has no entry for {day}")


def cadence_on(day: date, *, restarts: bool = True) -> Cadence:
    """How often the clinic asks the terminal (design 3); `restarts` says whether that one restarts at night (S-168)."""
    entry = rule_on("cadence", day)
    return Cadence(
        watch_time=timedelta(minutes=entry["watch_minutes"]),
        first_retry_after=timedelta(seconds=entry["first_retry_after_seconds"]),
        retry_after_processing=timedelta(seconds=entry["retry_after_processing_seconds"]),
        new_request_every=timedelta(seconds=entry["new_request_every_seconds"]),
        scheduled_every=timedelta(minutes=entry["scheduled_every_minutes"]),
        answer_within=timedelta(seconds=entry["answer_within_seconds"]),
        bulk_answer_within=timedelta(minutes=entry["bulk_answer_within_minutes"]),
        drug_again_after=timedelta(hours=entry["drug_again_after_hours"]),
        checkup_again_after=timedelta(hours=entry["checkup_again_after_hours"]),
        look_back_days=entry["look_back_days"],
        drug_months=entry["drug_months"],
        fetch_slower_after=timedelta(minutes=entry["fetch_slower_after_minutes"]),
        fetch_longest_pause=timedelta(minutes=entry["fetch_longest_pause_minutes"]),
        reception_valid=timedelta(hours=entry["reception_valid_hours"]),
        retry=_retry(entry["retry"], restarts=restarts),
    )


def _retry(told: dict[str, Any], *, restarts: bool) -> RetryRules:
    night, restart = told["night"], told["restart"]
    return RetryRules(
        waits=tuple(timedelta(minutes=minutes) for minutes in told["waits_minutes"]),
        unclear_tries=told["unclear_tries"],
        permanent_wait=timedelta(hours=told["permanent_wait_hours"]),
        night=(night[0], night[1]),
        restart=(restart[0], restart[1]) if restarts else None,
    )


def checkup_programme_on(day: date) -> Programme:
    """Items and judgement values of 特定健診 in force on a day (medical-info 3.7); earlier, the first that is known."""
    entry = rule_on("checkup_items", max(day, _entries("checkup_items")[-1]["valid_from"]))
    return Programme(
        source=entry["source"],
        valid_from=entry["valid_from"],
        groups=tuple(_group(told) for told in entry["group"]),
    )


def _group(told: dict[str, Any]) -> Group:
    return Group(
        key=told["key"],
        name=told["name"],
        unit=told.get("unit"),
        codes=tuple(told["codes"]),
        guidance=_limits(told.get("guidance", {})),
        referral=_limits(told.get("referral", {})),
        coded=told["key"].startswith("U_"),
        likely=told.get("likely", False),
    )


def _limits(told: dict[str, Any]) -> dict[Sex | None, Limit]:
    if "male" in told:
        return {Sex.MALE: _limit(told["male"]), Sex.FEMALE: _limit(told["female"])}
    return {None: _limit(told)} if told else {}


def _limit(told: dict[str, Any]) -> Limit:
    """`from` and `code_from`: at and above; `to`: at and below; `below`: only below."""
    ((word, at),) = told.items()
    return Limit(at=float(at), upward=word in ("from", "code_from"), inclusive=word != "below")


def shares_on(day: date) -> Shares:
    """Which shares people can have (S-064, S-071)."""
    entry = rule_on("contribution", day)
    return Shares(
        preschool=frozenset(entry["preschool"]),
        under_70=frozenset(entry["under_70"]),
        from_70=frozenset(entry["from_70"]),
        late_elderly=frozenset(entry["late_elderly"]),
    )


def limit_categories_on(day: date) -> LimitCategories:
    """Which categories of 限度額 there are, and whose (OQSCD012)."""
    entry = rule_on("limit", day)
    return LimitCategories(
        under_70=frozenset(entry["under_70"]),
        from_70=frozenset(entry["from_70"]),
        late_elderly_only=frozenset(entry["late_elderly_only"]),
    )
