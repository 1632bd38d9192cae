"""公費: what a 受給者証 holds, and what cannot stand on one (S-062; registry-sync 7).

Typed by a person only. 医療扶助 that the center delivers as an insurance (S-072) is a coverage and no business of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .insurer_number import InsurerKind, check_digit, has_valid_check_digit, insurer_kind
from .off_card import OffCardProblem, Wrong, period_problems

#: 公費１ to 公費４: a claim names four at most, the higher before the lower.
PRIORITIES = range(1, 5)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PublicExpenseFacts:
    """One 公費. `monthly_limit` is 自己負担上限月額 in yen, None where the certificate names none."""

    payer_number: str | None = None
    recipient_number: str | None = None
    priority: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    monthly_limit: int | None = None

    def __repr__(self) -> str:
        return f"PublicExpenseFacts(priority={self.priority})"

    def problems(self) -> tuple[Wrong, ...]:
        """Everything that cannot be so, in the order of the form."""
        wrong = [(field, problem) for field, problem in (self._payer(), self._recipient()) if problem]
        if self.priority not in PRIORITIES:
            wrong.append(("priority", OffCardProblem.OUT_OF_RANGE))
        if self.monthly_limit is not None and not 0 <= self.monthly_limit <= 9_999_999:
            wrong.append(("monthly_limit", OffCardProblem.OUT_OF_RANGE))
        return (*wrong, *period_problems(self.valid_from, self.valid_until))

    @property
    def entitlement(self) -> str | None:
        """The same payer again is the certificate renewed."""
        return self.payer_number

    @property
    def place(self) -> int | None:
        """Two payers cannot both be 公費１."""
        return self.priority

    def _payer(self) -> tuple[str, OffCardProblem | None]:
        number = self.payer_number
        if not number:
            return "payer_number", OffCardProblem.MISSING
        if len(number) != 8 or not number.isascii() or not number.isdigit():
            return "payer_number", OffCardProblem.NUMBER_LENGTH
        if not has_valid_check_digit(number):
            return "payer_number", OffCardProblem.CHECK_DIGIT
        kind = insurer_kind(number)
        # 地方公費 have 法別番号 of their own, which no list of ours holds; those of insurances are known.
        if kind is not InsurerKind.UNKNOWN and not kind.is_public_expense:
            return "payer_number", OffCardProblem.NOT_PUBLIC_EXPENSE
        return "payer_number", None

    def _recipient(self) -> tuple[str, OffCardProblem | None]:
        number = self.recipient_number
        if not number:
            return "recipient_number", OffCardProblem.MISSING
        if len(number) != 7 or not number.isascii() or not number.isdigit():
            return "recipient_number", OffCardProblem.NUMBER_LENGTH
        # A municipality may number its own 公費 as it likes; the national ones carry the check digit.
        if insurer_kind(self.payer_number).is_public_expense and check_digit(number[:-1]) != int(number[-1]):
            return "recipient_number", OffCardProblem.CHECK_DIGIT
        return "recipient_number", None
