"""Whether two insurances are one card, and whether that card names one person (registry-sync 5, 8.2).

Insurer, symbol and number are a household's; the branch tells its members apart. 後期高齢者医療 and 公費 number each
person, so symbol and branch say nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .insurance import CoverageFacts
from .insurer_number import insurer_kind
from .writing import branch_key, insurer_key, number_key


class CardRelation(StrEnum):
    """What two cards have to do with each other."""

    SAME_PERSON = "same_person"  # equal, and it names one person: own number, or equal branches
    SAME = "same"  # equal as far as it is told; other members of the household may have it too
    OTHER_MEMBER = "other_member"  # one household, branches differ
    OTHER = "other"


@dataclass(frozen=True, slots=True, repr=False)
class CardKey:
    """A card for comparing. `insurer` and `number` are never empty."""

    insurer: str
    symbol: str
    number: str
    branch: str
    personal: bool

    def __repr__(self) -> str:
        return "CardKey(…)"


def card_key(coverage: CoverageFacts) -> CardKey | None:
    """The card of an insurance, or None when insurer or number is not told: half a card is nobody's."""
    insurer, number = insurer_key(coverage.insurer_number), number_key(coverage.card_number)
    if not insurer or not number:
        return None
    if insurer_kind(insurer).is_personal:
        return CardKey(insurer, "", number, "", personal=True)
    return CardKey(
        insurer, number_key(coverage.card_symbol), number, branch_key(coverage.branch_number), personal=False
    )


def relation_of(one: CardKey, other: CardKey) -> CardRelation:
    """How two cards relate; the order of the two does not matter."""
    if (one.insurer, one.symbol, one.number) != (other.insurer, other.symbol, other.number):
        return CardRelation.OTHER
    if one.personal:
        return CardRelation.SAME_PERSON
    if one.branch and other.branch:
        return CardRelation.SAME_PERSON if one.branch == other.branch else CardRelation.OTHER_MEMBER
    return CardRelation.SAME


def is_same_card(one: CoverageFacts, other: CoverageFacts) -> bool:
    """Equal insurer, symbol and number, branch equal or told on one side only."""
    a, b = card_key(one), card_key(other)
    if a is None or b is None:
        return False
    return relation_of(a, b) in (CardRelation.SAME_PERSON, CardRelation.SAME)
