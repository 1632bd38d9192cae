"""Insurance as the center states it and as the ledger keeps it: validity and coverage. Numbers: `insurer_number.py`.

Sources: oqs-interface 3.3, 4.3, 12; registry-sync 5 and 7; requirements S-063, S-133…S-138.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum


class Validity(StrEnum):
    """資格有効性 (OQSCD006). A code we do not know is `unknown`, never an error."""

    VALID = "valid"
    INVALID = "invalid"
    INVALID_NEW_EXISTS = "invalid_new_exists"
    NOT_FOUND = "not_found"
    MULTIPLE = "multiple"
    VALID_UNREGISTERED = "valid_unregistered"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    """性別 (OQSCD007); `unset` is an answer (3 未設定), None in a record means nothing was delivered (S-054)."""

    MALE = "male"
    FEMALE = "female"
    UNSET = "unset"


class Relation(StrEnum):
    """本人・家族の別 (OQSCD009)."""

    INSURED = "insured"
    FAMILY = "family"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CoverageFacts:
    """One insurance as stated by one source. Values are kept as delivered (trimmed), dates as dates."""

    insurer_number: str | None = None
    insurer_name: str | None = None
    card_symbol: str | None = None
    card_number: str | None = None
    branch_number: str | None = None
    relation: Relation | None = None
    insured_name: str | None = None
    card_class: str | None = None
    contribution_ratio: int | None = None
    qualified_on: date | None = None
    lost_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    issued_on: date | None = None
    limit_category: str | None = None
    limit_from: date | None = None
    limit_until: date | None = None

    def __repr__(self) -> str:
        filled = [f.name for f in fields(self) if getattr(self, f.name) is not None]
        return f"CoverageFacts(fields={','.join(filled)})"
