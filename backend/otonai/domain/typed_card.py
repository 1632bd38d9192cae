"""An insurance as somebody typed it from a certificate: what is missing before it can be asked about, what cannot be.

What the center delivers is never judged here: a wrong check digit of theirs is theirs (registry-sync 7). Sources:
oqs-interface 3.3 (lengths, branch), 4.1; registry-sync 7; requirements S-069, S-072, S-075.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from .insurance import CoverageFacts
from .insurer_number import InsurerKind, check_digit, has_valid_check_digit, insurer_kind
from .writing import insurer_key, is_blank, is_unsafe, number_key

LONGEST = 20


class CardProblem(StrEnum):
    """Why a typed insurance cannot be sent; each belongs to one field (`FIELD_OF`)."""

    BIRTH_DATE_MISSING = "birth_date_missing"
    INSURER_MISSING = "insurer_missing"
    INSURER_LENGTH = "insurer_length"
    INSURER_CHECK_DIGIT = "insurer_check_digit"
    NUMBER_MISSING = "number_missing"
    NUMBER_TOO_LONG = "number_too_long"
    RECIPIENT_CHECK_DIGIT = "recipient_check_digit"
    SYMBOL_MISSING = "symbol_missing"
    SYMBOL_NOT_EXPECTED = "symbol_not_expected"
    SYMBOL_TOO_LONG = "symbol_too_long"
    BRANCH_NOT_EXPECTED = "branch_not_expected"
    BRANCH_NOT_TWO_DIGITS = "branch_not_two_digits"
    NOT_WRITABLE = "not_writable"


FIELD_OF = {
    CardProblem.BIRTH_DATE_MISSING: "birth_date",
    CardProblem.INSURER_MISSING: "insurer_number",
    CardProblem.INSURER_LENGTH: "insurer_number",
    CardProblem.INSURER_CHECK_DIGIT: "insurer_number",
    CardProblem.NUMBER_MISSING: "card_number",
    CardProblem.NUMBER_TOO_LONG: "card_number",
    CardProblem.RECIPIENT_CHECK_DIGIT: "card_number",
    CardProblem.SYMBOL_MISSING: "card_symbol",
    CardProblem.SYMBOL_NOT_EXPECTED: "card_symbol",
    CardProblem.SYMBOL_TOO_LONG: "card_symbol",
    CardProblem.BRANCH_NOT_EXPECTED: "branch_number",
    CardProblem.BRANCH_NOT_TWO_DIGITS: "branch_number",
    CardProblem.NOT_WRITABLE: "card_symbol",
}

#: Schemes whose certificates always print a symbol; some 国保 print a number alone.
_WITH_SYMBOL = frozenset(
    {
        InsurerKind.HEALTH_INSURANCE_ASSOCIATION,
        InsurerKind.HEALTH_INSURANCE_SOCIETY,
        InsurerKind.SEAMEN,
        InsurerKind.MUTUAL_AID,
    }
)
_DIGITS = re.compile(r"[0-9０-９]{2}")


def problems_of(coverage: CoverageFacts) -> tuple[CardProblem, ...]:
    """Everything that keeps a typed insurance from being sent, in the order of the form. Empty means it can be."""
    kind = insurer_kind(coverage.insurer_number)
    found = [
        _of_insurer(coverage.insurer_number),
        _of_symbol(coverage.card_symbol, kind),
        _of_number(coverage.card_number, kind),
        _of_branch(coverage.branch_number, kind),
    ]
    return tuple(problem for problem in found if problem is not None)


def missing_to_ask(birth_date: date | None, coverage: CoverageFacts) -> tuple[CardProblem, ...]:
    """What keeps 「資格確認」 from being pressed: birth date and insurance, complete and possible (S-069)."""
    first = () if birth_date else (CardProblem.BIRTH_DATE_MISSING,)
    return (*first, *problems_of(coverage))


def _of_insurer(number: str | None) -> CardProblem | None:
    digits = insurer_key(number)
    if not digits:
        return CardProblem.INSURER_MISSING
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (6, 8):
        return CardProblem.INSURER_LENGTH
    return None if has_valid_check_digit(digits) else CardProblem.INSURER_CHECK_DIGIT


def _of_symbol(symbol: str | None, kind: InsurerKind) -> CardProblem | None:
    if is_blank(symbol):
        return CardProblem.SYMBOL_MISSING if kind in _WITH_SYMBOL else None
    if kind.is_personal:
        return CardProblem.SYMBOL_NOT_EXPECTED
    if len(symbol or "") > LONGEST:
        return CardProblem.SYMBOL_TOO_LONG
    return None if _is_writable(symbol) else CardProblem.NOT_WRITABLE


def _of_number(number: str | None, kind: InsurerKind) -> CardProblem | None:
    if is_blank(number):
        return CardProblem.NUMBER_MISSING
    if len(number or "") > LONGEST:
        return CardProblem.NUMBER_TOO_LONG
    if kind.is_public_expense:
        digits = number_key(number).zfill(7)
        if len(digits) != 7 or not digits.isdigit() or check_digit(digits[:-1]) != int(digits[-1]):
            return CardProblem.RECIPIENT_CHECK_DIGIT
    return None


def _of_branch(branch: str | None, kind: InsurerKind) -> CardProblem | None:
    """A branch is typed only when the certificate prints one (S-075)."""
    if is_blank(branch):
        return None
    if kind.is_personal:
        return CardProblem.BRANCH_NOT_EXPECTED
    return None if _DIGITS.fullmatch((branch or "").strip()) else CardProblem.BRANCH_NOT_TWO_DIGITS


def _is_writable(text: str | None) -> bool:
    """Whether code page 932 can carry it: what it cannot would reach the terminal as another character."""
    if is_unsafe(text):
        return False
    try:
        (text or "").encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
