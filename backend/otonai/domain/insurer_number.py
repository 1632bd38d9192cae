"""保険者番号 and 公費負担者番号: what the digits say by themselves (registry-sync 7).

Eight digits are 法別番号 (2), prefecture (2), insurer (3) and check digit; 国保 has the last six only. Decides nothing
about a person's insurance and looks nothing up: which insurer bears a number is the insurer master's business.
"""

from __future__ import annotations

from enum import StrEnum

from .writing import insurer_key


class InsurerKind(StrEnum):
    """The scheme that a number belongs to."""

    NATIONAL_HEALTH = "national_health"  # 国保 (市町村)
    NATIONAL_HEALTH_UNION = "national_health_union"  # 国保組合
    HEALTH_INSURANCE_ASSOCIATION = "health_insurance_association"  # 協会けんぽ
    SEAMEN = "seamen"  # 船員保険
    DAY_LABOURERS = "day_labourers"  # 日雇特例
    HEALTH_INSURANCE_SOCIETY = "health_insurance_society"  # 健康保険組合
    SELF_DEFENCE_FORCES = "self_defence_forces"  # 自衛官等
    MUTUAL_AID = "mutual_aid"  # 共済組合
    RETIRED = "retired"  # 特例退職, 退職者国保
    LATE_ELDERLY = "late_elderly"  # 後期高齢者医療
    MEDICAL_ASSISTANCE = "medical_assistance"  # 生活保護の医療扶助
    PUBLIC_EXPENSE = "public_expense"  # every other 公費
    UNKNOWN = "unknown"

    @property
    def is_public_expense(self) -> bool:
        """公費負担者番号 rather than an insurer's: the number beside it is a 受給者番号 (S-072)."""
        return self in (InsurerKind.MEDICAL_ASSISTANCE, InsurerKind.PUBLIC_EXPENSE)

    @property
    def is_personal(self) -> bool:
        """Whether each person has a number of their own, so that neither symbol nor branch tells people apart."""
        return self is InsurerKind.LATE_ELDERLY or self.is_public_expense


_SCHEMES = {
    "01": InsurerKind.HEALTH_INSURANCE_ASSOCIATION,
    "02": InsurerKind.SEAMEN,
    "03": InsurerKind.DAY_LABOURERS,
    "04": InsurerKind.DAY_LABOURERS,
    "06": InsurerKind.HEALTH_INSURANCE_SOCIETY,
    "07": InsurerKind.SELF_DEFENCE_FORCES,
    "39": InsurerKind.LATE_ELDERLY,
    "12": InsurerKind.MEDICAL_ASSISTANCE,
    **dict.fromkeys(("31", "32", "33", "34"), InsurerKind.MUTUAL_AID),
    **dict.fromkeys(("63", "67", "72", "73", "74", "75"), InsurerKind.RETIRED),
    **dict.fromkeys(
        (
            "10", "11", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "28", "29", "38",
            "51", "52", "53", "54", "66", "79",
        ),
        InsurerKind.PUBLIC_EXPENSE,
    ),
}  # fmt: skip


def insurer_kind(number: str | None) -> InsurerKind:
    """The scheme of a number, however it is padded. UNKNOWN for what is no number of six or eight digits."""
    digits = insurer_key(number)
    if not digits.isascii() or not digits.isdigit():
        return InsurerKind.UNKNOWN
    if len(digits) == 6:
        # 国保組合 have a 3 in the third place.
        return InsurerKind.NATIONAL_HEALTH_UNION if digits[2] == "3" else InsurerKind.NATIONAL_HEALTH
    return _SCHEMES.get(digits[:2], InsurerKind.UNKNOWN) if len(digits) == 8 else InsurerKind.UNKNOWN


def prefecture_code(number: str | None) -> str | None:
    """The two digits of the prefecture, or None for what is no insurer number."""
    digits = insurer_key(number)
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (6, 8):
        return None
    return digits[-6:-4] if digits[-6:-4] != "00" else None


def check_digit(body: str) -> int:
    """The last digit that belongs to these: doubled from the right, every second one, digit sums added, modulus 10."""
    total = 0
    for position, digit in enumerate(reversed(body)):
        product = int(digit) * (2 if position % 2 == 0 else 1)
        total += product // 10 + product % 10
    return (10 - total % 10) % 10


def has_valid_check_digit(number: str | None) -> bool:
    """Whether an insurer or public-payer number carries its right check digit.

    A wrong one is a warning on what the center delivers and an error on what somebody types (registry-sync 7).
    """
    digits = insurer_key(number)
    if prefecture_code(number) is None:
        return False
    return check_digit(digits[:-1]) == int(digits[-1])


def is_late_elderly(number: str | None) -> bool:
    """後期高齢者医療 (法別 39): no symbol, no branch."""
    return insurer_kind(number) is InsurerKind.LATE_ELDERLY


def is_medical_assistance(number: str | None) -> bool:
    """医療扶助 (法別 12): the fields hold 公費負担者番号 and 受給者番号 (S-072)."""
    return insurer_kind(number) is InsurerKind.MEDICAL_ASSISTANCE
