"""Reads `viewing_evidence.toml`: for which rule the evidence of viewing is kept in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from . import rule_on


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """The rule in words, as it stood at a day."""

    name: str
    valid_from: date
    text: str
    source: str


def evidence_rule_on(day: date) -> EvidenceRule | None:
    """The rule of a day; None before there was one."""
    try:
        entry = rule_on("viewing_evidence", day)
    except LookupError:
        return None
    return EvidenceRule(entry["name"], entry["valid_from"], entry["text"], entry["source"])
