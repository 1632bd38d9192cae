"""一部負担金割合: which shares somebody can have by age and scheme, so that an unlikely one is seen.

Percentages stand in `rules/contribution.toml`. What a person really pays is what the center or the certificate says;
this module only tells what cannot be. Sources: S-064, S-071, S-076; registry-sync 5 (ratio by age).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .age import elderly_share_from, late_elderly_from, preschool_until
from .insurer_number import InsurerKind, insurer_kind


@dataclass(frozen=True, slots=True)
class Shares:
    """The dated table of `rules/contribution.toml`, in percent."""

    preschool: frozenset[int]
    under_70: frozenset[int]
    from_70: frozenset[int]
    late_elderly: frozenset[int]


def possible_shares(birth_date: date, insurer_number: str | None, on: date, table: Shares) -> frozenset[int]:
    """Shares that this person can have on a day; empty for 公費, which has amounts and no share."""
    kind = insurer_kind(insurer_number)
    if kind.is_public_expense:
        return frozenset()
    if kind is InsurerKind.LATE_ELDERLY:
        return table.late_elderly
    if on <= preschool_until(birth_date):
        return table.preschool
    return table.from_70 if on >= elderly_share_from(birth_date) else table.under_70


def is_unlikely_share(
    share: int | None, birth_date: date | None, insurer_number: str | None, on: date, table: Shares
) -> bool:
    """Whether a stated share does not fit age and scheme: a reason to look at the certificate, not to refuse."""
    if share is None or birth_date is None:
        return False
    possible = possible_shares(birth_date, insurer_number, on, table)
    return bool(possible) and share not in possible


def must_have_moved(birth_date: date, insurer_number: str | None, on: date) -> bool:
    """Whether somebody of 75 still stands under another scheme than 後期高齢者医療 or 公費."""
    kind = insurer_kind(insurer_number)
    if kind in (InsurerKind.LATE_ELDERLY, InsurerKind.UNKNOWN) or kind.is_public_expense:
        return False
    return on >= late_elderly_from(birth_date)
