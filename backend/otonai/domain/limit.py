"""限度額: whether the category may be taken over, and which categories a person of an age can have.

Sources: S-070, S-071, S-094, S-095; oqs-interface 4.3 (the group comes with consent only), 12 (OQSCD011, OQSCD012), 14.
Categories of a day stand in `rules/limit.toml`. What a category costs is not computed anywhere in this program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .age import is_70_or_older
from .consent import Consent, ConsentFlag, ConsentKind
from .insurer_number import InsurerKind, insurer_kind


class CheckRoute(StrEnum):
    """How the center was asked: by the person's card and consent, or by the number of a certificate."""

    CARD = "card"
    NUMBER = "number"


class LimitConsent(StrEnum):
    """限度額適用認定証の同意 as the office answers it before asking by number (S-070)."""

    UNKNOWN = "unknown"
    AGREED = "agreed"
    REFUSED = "refused"
    CERTIFICATE_SHOWN = "certificate_shown"


def asks_for_limit(consent: LimitConsent) -> bool:
    """Whether an inquiry by number may ask for the category: only when somebody agreed or showed the certificate."""
    return consent in (LimitConsent.AGREED, LimitConsent.CERTIFICATE_SHOWN)


def limit_may_be_taken(route: CheckRoute, answer: LimitConsent, consents: Iterable[Consent] = ()) -> bool:
    """Whether a delivered category is selected for taking over before anybody decided.

    By card the person agreed at the reader, else the group would not have come (S-094); a consent that is told and
    not given speaks against it. By number it takes an oral consent or the certificate itself (S-095).
    """
    if route is CheckRoute.NUMBER:
        return asks_for_limit(answer)
    if answer is LimitConsent.REFUSED:
        return False
    told = [consent.flag for consent in consents if consent.kind is ConsentKind.LIMIT]
    return not told or any(flag in (ConsentFlag.GIVEN, ConsentFlag.EXPIRED) for flag in told)


@dataclass(frozen=True, slots=True)
class LimitCategories:
    """The dated table of `rules/limit.toml`: codes of OQSCD012 by whose they are."""

    under_70: frozenset[str]
    from_70: frozenset[str]
    late_elderly_only: frozenset[str]


class LimitDoubt(StrEnum):
    """Why a category cannot be right for this person; a hint for the screen, never a refusal."""

    UNKNOWN_CODE = "limit_code_unknown"
    OTHER_AGE = "limit_of_other_age"
    OTHER_SCHEME = "limit_of_other_scheme"


def doubt_about(
    category: str | None, birth_date: date | None, insurer_number: str | None, on: date, table: LimitCategories
) -> LimitDoubt | None:
    """What speaks against a category on a day: an unknown code, the age, or the scheme."""
    if not category:
        return None
    if category not in table.under_70 | table.from_70 | table.late_elderly_only:
        return LimitDoubt.UNKNOWN_CODE
    late_elderly = insurer_kind(insurer_number) is InsurerKind.LATE_ELDERLY
    if category in table.late_elderly_only:
        return None if late_elderly else LimitDoubt.OTHER_SCHEME
    if birth_date is None:
        return None
    # 後期高齢者医療 begins before 70 for people with a recognised disability; their categories are those of the scheme.
    older = late_elderly or is_70_or_older(birth_date, on)
    return LimitDoubt.OTHER_AGE if older is (category in table.under_70) else None
