"""What speaks for and against a chart being the person of a delivered record, item by item (registry-sync 8.2, 8.3).

Holds what `match_keys.py` compared and `match.py` decides on. Nothing missing on either side is ever evidence. Every
item has a stable code (`Reason`) under which the screens keep their words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .same_card import CardRelation


class Reason(StrEnum):
    """Everything that a decision can be explained with."""

    REFERENCE_NUMBER_EQUAL = "reference_number_equal"
    REFERENCE_NUMBER_DIFFERS = "reference_number_differs"
    CHART_TWICE = "chart_twice"
    INSURANCE_EQUAL = "insurance_equal"
    INSURANCE_DIFFERS = "insurance_differs"
    INSURANCE_MISSING = "insurance_missing"
    BRANCH_EQUAL = "branch_equal"
    BRANCH_DIFFERS = "branch_differs"
    BIRTH_DATE_EQUAL = "birth_date_equal"
    BIRTH_DATE_DIFFERS = "birth_date_differs"
    BIRTH_DATE_MISSING = "birth_date_missing"
    SEX_DIFFERS = "sex_differs"
    KANA_EQUAL = "kana_equal"
    KANA_DIFFERS = "kana_differs"
    KANA_MISSING = "kana_missing"
    GIVEN_NAME_EQUAL = "given_name_equal"
    NAME_EQUAL = "name_equal"
    NAME_MAY_BE_EQUAL = "name_may_be_equal"
    NAME_DIFFERS = "name_differs"
    SEVERAL_CHARTS = "several_charts"
    NOBODY_FOUND = "nobody_found"
    # Said by the flow, about what people or later answers did:
    CHOSEN_BY_PERSON = "chosen_by_person"
    OTHER_CHART_NAMED = "other_chart_named"


class Agreement(StrEnum):
    """How one item of two sides compares. `maybe`: equal but for a stand-in mark."""

    EQUAL = "equal"
    MAYBE = "maybe"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One chart against one record. `card` is the nearest relation among all insurances the chart ever had."""

    reference: Agreement
    card: CardRelation | None
    branch_told: bool
    birth_date: Agreement
    sex: Agreement
    kana: Agreement
    name: Agreement
    given_name_equal: bool

    @property
    def same_insurance(self) -> bool:
        """Insurer, symbol and number equal, branch equal or one side empty."""
        return self.card in (CardRelation.SAME, CardRelation.SAME_PERSON)

    @property
    def own_number(self) -> bool:
        """Whether an equal number is this person's alone. An equal branch is less: it was typed by hand."""
        return self.card is CardRelation.SAME_PERSON and not self.branch_told

    @property
    def same_name(self) -> bool:
        """Equal kana; where one side has none, the kanji name stands in."""
        return self.kana is Agreement.EQUAL or (self.kana is Agreement.MISSING and self.name is Agreement.EQUAL)

    @property
    def name_contradicts(self) -> bool:
        """Whether a chart that carries the 照会番号 bears the name of somebody else.

        A reading spelt otherwise does not while the kanji are the same, nor does a family name changed by marriage
        while the given name stayed: twins differ in the given name. A mark hides what tells twins apart, so it speaks
        for nobody once the kana differ, unless the card names this one person.
        """
        if self.kana is Agreement.EQUAL or self.name is Agreement.EQUAL or self.given_name_equal:
            return False
        if self.kana is Agreement.MISSING:
            return self.name is Agreement.DIFFERS
        return not (self.name is Agreement.MAYBE and self.card is CardRelation.SAME_PERSON)

    @property
    def stops(self) -> bool:
        """The hard stop: birth date or sex known on both sides and different."""
        return Agreement.DIFFERS in (self.birth_date, self.sex)

    @property
    def score(self) -> int:
        """0 to 100, to put proposals in order and to show how much speaks for them. Decides nothing."""
        points = 40 * (self.reference is Agreement.EQUAL) + 30 * (self.birth_date is Agreement.EQUAL)
        points += {CardRelation.SAME_PERSON: 30, CardRelation.SAME: 25}.get(self.card, 0) if self.card else 0
        points += 25 if self.kana is Agreement.EQUAL else 12 * self.given_name_equal
        points += {Agreement.EQUAL: 10, Agreement.MAYBE: 5}.get(self.name, 0) + 5 * (self.sex is Agreement.EQUAL)
        return min(points, 40 if self.stops else 100)

    @property
    def insurance_reason(self) -> Reason:
        """The word for the insurances of both sides."""
        if self.card is None:
            return Reason.INSURANCE_MISSING
        return Reason.INSURANCE_DIFFERS if self.card is CardRelation.OTHER else Reason.INSURANCE_EQUAL

    @property
    def name_reason(self) -> Reason:
        """The word for the names of both sides: kana first, kanji where kana say nothing."""
        if self.kana is not Agreement.MISSING:
            return Reason.KANA_EQUAL if self.kana is Agreement.EQUAL else Reason.KANA_DIFFERS
        return {
            Agreement.EQUAL: Reason.NAME_EQUAL,
            Agreement.MAYBE: Reason.NAME_MAY_BE_EQUAL,
            Agreement.DIFFERS: Reason.NAME_DIFFERS,
            Agreement.MISSING: Reason.KANA_MISSING,
        }[self.name]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Everything that was compared, in the order in which a person looks."""
        told: list[Reason] = []
        if self.reference is not Agreement.MISSING:
            equal = self.reference is Agreement.EQUAL
            told.append(Reason.REFERENCE_NUMBER_EQUAL if equal else Reason.REFERENCE_NUMBER_DIFFERS)
        told.append(self.insurance_reason)
        if self.card is CardRelation.OTHER_MEMBER:
            told.append(Reason.BRANCH_DIFFERS)
        elif self.branch_told:
            told.append(Reason.BRANCH_EQUAL)
        told.append(
            {
                Agreement.EQUAL: Reason.BIRTH_DATE_EQUAL,
                Agreement.DIFFERS: Reason.BIRTH_DATE_DIFFERS,
            }.get(self.birth_date, Reason.BIRTH_DATE_MISSING)
        )
        if self.sex is Agreement.DIFFERS:
            told.append(Reason.SEX_DIFFERS)
        told.append(self.name_reason)
        if self.kana is Agreement.DIFFERS:
            if self.given_name_equal:
                told.append(Reason.GIVEN_NAME_EQUAL)
            if self.name in (Agreement.EQUAL, Agreement.MAYBE):
                told.append(Reason.NAME_EQUAL if self.name is Agreement.EQUAL else Reason.NAME_MAY_BE_EQUAL)
        return tuple(told)
