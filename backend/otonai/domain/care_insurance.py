"""介護保険: what 被保険者証 and 負担割合証 hold, and what cannot stand on them (S-062, S-079, S-107).

Typed by a person only; online eligibility tells nothing of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .insurer_number import has_valid_check_digit
from .off_card import OffCardProblem, Wrong, period_problems

#: Ten characters; people on 生活保護 without the insurance have a letter in front.
_INSURED = re.compile(r"[0-9A-Z][0-9]{9}")
#: 負担割合 in per cent: one, two or three tenths.
RATIOS = (10, 20, 30)


class CareLevel(StrEnum):
    """要介護度."""

    APPLIED = "applied"  # 申請中
    SUPPORT_1 = "support_1"  # 要支援1
    SUPPORT_2 = "support_2"
    CARE_1 = "care_1"  # 要介護1
    CARE_2 = "care_2"
    CARE_3 = "care_3"
    CARE_4 = "care_4"
    CARE_5 = "care_5"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CareInsuranceFacts:
    """One 認定. `valid_from`…`valid_until` is the 認定期間; the share (per cent) has a period of its own."""

    insurer_number: str | None = None
    insured_number: str | None = None
    care_level: CareLevel | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    contribution_ratio: int | None = None
    ratio_from: date | None = None
    ratio_until: date | None = None

    def __repr__(self) -> str:
        return f"CareInsuranceFacts(care_level={self.care_level})"

    def problems(self) -> tuple[Wrong, ...]:
        """Everything that cannot be so, in the order of the form."""
        wrong: list[Wrong] = []
        number = self.insurer_number or ""
        if not number:
            wrong.append(("insurer_number", OffCardProblem.MISSING))
        elif len(number) != 6 or not number.isascii() or not number.isdigit():
            wrong.append(("insurer_number", OffCardProblem.NUMBER_LENGTH))
        elif not has_valid_check_digit(number):
            wrong.append(("insurer_number", OffCardProblem.CHECK_DIGIT))
        if not self.insured_number:
            wrong.append(("insured_number", OffCardProblem.MISSING))
        elif not _INSURED.fullmatch(self.insured_number):
            wrong.append(("insured_number", OffCardProblem.NUMBER_LENGTH))
        if self.care_level is None:
            wrong.append(("care_level", OffCardProblem.MISSING))
        wrong += period_problems(self.valid_from, self.valid_until)
        if self.contribution_ratio is not None and self.contribution_ratio not in RATIOS:
            wrong.append(("contribution_ratio", OffCardProblem.OUT_OF_RANGE))
        if self.ratio_from and self.ratio_until and self.ratio_until < self.ratio_from:
            wrong.append(("ratio_until", OffCardProblem.ENDS_BEFORE_IT_BEGINS))
        return tuple(wrong)

    @property
    def entitlement(self) -> str | None:
        """Everybody has one 認定 on any day, whichever municipality gave it."""
        return None

    @property
    def place(self) -> int | None:
        """There is no order among them."""
        return None
