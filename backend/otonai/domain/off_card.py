"""What the card never tells and a person types from paper: 公費 and 介護保険 (S-062, S-079).

The common rules of both: a certificate has a first day, a new one ends the one before it, and none is written over
another. Knows neither the store nor the center: no check reads or writes these (S-079). What a certificate of each
kind must hold is told by `public_expense` and `care_insurance`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from .errors import Invalid

K = TypeVar("K")


class OffCardProblem(StrEnum):
    """Why a typed certificate cannot be kept."""

    MISSING = "missing"
    NUMBER_LENGTH = "number_length"
    CHECK_DIGIT = "check_digit"
    NOT_PUBLIC_EXPENSE = "not_public_expense"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    OUT_OF_RANGE = "out_of_range"
    PRIORITY_TAKEN = "priority_taken"
    PERIOD_TAKEN = "period_taken"


#: A field and what is wrong with it.
Wrong = tuple[str, OffCardProblem]


class OffCard(Protocol):
    """One certificate of either kind."""

    @property
    def valid_from(self) -> date | None:
        """First day."""

    @property
    def valid_until(self) -> date | None:
        """Last day; None while it is open."""

    def problems(self) -> tuple[Wrong, ...]:
        """Everything that cannot be so, in the order of the form."""

    @property
    def entitlement(self) -> str | None:
        """What it certifies: of one entitlement only one certificate is in force on any day."""

    @property
    def place(self) -> int | None:
        """Its place among different entitlements, where they have an order."""


C = TypeVar("C", bound=OffCard)


def digits_of(text: str | None) -> str | None:
    """A number as it is kept: half width, without spaces and hyphens. None for nothing."""
    plain = re.sub(r"[\s\-‐‑–—−]", "", unicodedata.normalize("NFKC", text or "")).upper()
    return plain or None


def period_problems(valid_from: date | None, valid_until: date | None) -> tuple[Wrong, ...]:
    """A certificate begins on a day, and does not end before it."""
    if valid_from is None:
        return (("valid_from", OffCardProblem.MISSING),)
    if valid_until is not None and valid_until < valid_from:
        return (("valid_until", OffCardProblem.ENDS_BEFORE_IT_BEGINS),)
    return ()


def ended_by(typed: C, kept: Mapping[K, C]) -> dict[K, date]:
    """Which kept certificates end because this one begins, and on which last day; nothing else of them changes.

    Raises Invalid(off_card_wrong) for what cannot be, or what meets a certificate that begins on the same day or later.
    """
    ends: dict[K, date] = {}
    wrong = list(typed.problems())
    for ident, other in kept.items():
        if wrong or not _overlap(typed, other):
            continue
        if typed.entitlement == other.entitlement:
            if other.valid_from is None or typed.valid_from is None or other.valid_from >= typed.valid_from:
                wrong.append(("valid_from", OffCardProblem.PERIOD_TAKEN))
            else:
                ends[ident] = typed.valid_from - timedelta(days=1)
        elif typed.place is not None and typed.place == other.place:
            wrong.append(("priority", OffCardProblem.PRIORITY_TAKEN))
    _refuse(wrong)
    return ends


def refuse_correction(typed: C, others: Mapping[K, C]) -> None:
    """A correction ends nothing else. Raises Invalid(off_card_wrong) like `ended_by`, also for a period before."""
    wrong = list(typed.problems())
    for other in others.values():
        if wrong or not _overlap(typed, other):
            continue
        if typed.entitlement == other.entitlement:
            wrong.append(("valid_from", OffCardProblem.PERIOD_TAKEN))
        elif typed.place is not None and typed.place == other.place:
            wrong.append(("priority", OffCardProblem.PRIORITY_TAKEN))
    _refuse(wrong)


def collide(certificates: Sequence[OffCard]) -> bool:
    """Whether any two certify the same on one day, or have one place on one day: no act may leave them so."""
    return any(
        _overlap(one, other)
        and (one.entitlement == other.entitlement or (one.place is not None and one.place == other.place))
        for number, one in enumerate(certificates)
        for other in certificates[number + 1 :]
    )


def past_labels(certificates: Sequence[OffCard], today: date) -> list[str | None]:
    """過1 for the one that ended last before today, 過2 before it …; None for what is in force or to come."""
    past = [n for n, each in enumerate(certificates) if each.valid_until is not None and each.valid_until < today]
    past.sort(key=lambda n: certificates[n].valid_until or today, reverse=True)
    return [f"過{past.index(n) + 1}" if n in past else None for n in range(len(certificates))]


def _overlap(one: OffCard, other: OffCard) -> bool:
    return _begins(one) <= _ends(other) and _begins(other) <= _ends(one)


def _begins(each: OffCard) -> date:
    return each.valid_from or date.min


def _ends(each: OffCard) -> date:
    return each.valid_until or date.max


def _refuse(wrong: Sequence[Wrong]) -> None:
    if wrong:
        errors = [{"path": field, "message": problem.value} for field, problem in wrong]
        raise Invalid("a certificate cannot be so", code="off_card_wrong", errors=errors)
