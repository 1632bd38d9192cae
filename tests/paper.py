"""Certificates that the card does not tell, invented: 公費 and 介護保険."""

from __future__ import annotations

from datetime import date

from otonai.domain.care_insurance import CareInsuranceFacts, CareLevel
from otonai.domain.public_expense import PublicExpenseFacts

#: 難病, with invented numbers that carry their check digits.
INTRACTABLE = PublicExpenseFacts(
    payer_number="54139993", recipient_number="1234566", priority=1, valid_from=date(2025, 10, 1),
    valid_until=date(2026, 9, 30), monthly_limit=10_000,
)  # fmt: skip
#: A municipality's own 公費: 法別 80, and a recipient number that carries no check digit.
LOCAL = PublicExpenseFacts(
    payer_number="80139991", recipient_number="0000001", priority=2, valid_from=date(2025, 8, 1)
)  # fmt: skip
CERTIFIED = CareInsuranceFacts(
    insurer_number="139998", insured_number="0000012345", care_level=CareLevel.CARE_3, valid_from=date(2024, 4, 1),
    valid_until=date(2026, 3, 31), contribution_ratio=10, ratio_from=date(2025, 8, 1), ratio_until=date(2026, 7, 31),
)  # fmt: skip
