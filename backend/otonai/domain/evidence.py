"""What speaks for and against a chart being the person of a delivered record, item by item (registry-sync 8.2, 8.3).

Compares only; the outcome is decided in `match.py`. Nothing missing on either side is ever evidence. Every item has a
stable code (`Reason`) under which the screens keep their words.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from .eligibility import EligibilityRecord
from .insurance import Sex
from .patient import LedgerPatient
from .same_card import CardKey, CardRelation, card_key, relation_of
from .writing import is_blank, is_unsafe, kana_key, name_key, names_agree, reference_key


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


class ChartKeys:
    """One chart in the forms that are compared, each made once and only when it is asked for."""

    def __init__(self, chart: LedgerPatient) -> None:
        self.chart = chart

    def __repr__(self) -> str:
        return f"ChartKeys({self.chart!r})"

    @cached_property
    def reference(self) -> str:
        """The 照会番号, or nothing."""
        return reference_key(self.chart.reference_number)

    @cached_property
    def cards(self) -> tuple[CardKey, ...]:
        """Every insurance the chart ever had that tells insurer and number."""
        return tuple(key for own in self.chart.coverages if (key := card_key(own)) is not None)

    @cached_property
    def kana(self) -> frozenset[str]:
        """The reading, or the name itself where it is written in kana."""
        return _readings(((self.chart.name_kana, self.chart.name),))

    @cached_property
    def name(self) -> str:
        """The kanji name."""
        return name_key(self.chart.name)

    @cached_property
    def given(self) -> frozenset[str]:
        """The given name, read and written, where the name is divided."""
        return _given_names((self.chart.name_kana, self.chart.name))


class RecordKeys:
    """A delivered record in the forms that are compared; the 通称 counts as a name, charts often carry that one."""

    def __init__(self, record: EligibilityRecord) -> None:
        pairs = ((record.name_kana, record.name), (record.name_other_kana, record.name_other))
        self.record = record
        self.reference = reference_key(record.reference_number)
        self.card = card_key(record.coverage)
        self.birth_date = record.birth_date
        self.kana = _readings(pairs)
        self.names = tuple(name for _, name in pairs if name is not None and not is_blank(name))
        self.given = _given_names(text for pair in pairs for text in pair)

    def __repr__(self) -> str:
        return "RecordKeys(…)"


def weigh(record: RecordKeys, chart: ChartKeys) -> Evidence:
    """Compare one chart with one record."""
    card, branch_told = _card(record.card, chart.cards)
    return Evidence(
        reference=_agreement(record.reference, chart.reference),
        card=card,
        branch_told=branch_told,
        birth_date=_agreement(record.birth_date, chart.chart.birth_date),
        sex=_agreement(_known(record.record.sex), _known(chart.chart.sex)),
        kana=_overlap(record.kana, chart.kana),
        name=_name(record.names, chart.chart.name, chart.name),
        given_name_equal=bool(record.given & chart.given),
    )


def _agreement(one: str | date | None, other: str | date | None) -> Agreement:
    if not one or not other:
        return Agreement.MISSING
    return Agreement.EQUAL if one == other else Agreement.DIFFERS


def _overlap(one: frozenset[str], other: frozenset[str]) -> Agreement:
    if not one or not other:
        return Agreement.MISSING
    return Agreement.EQUAL if one & other else Agreement.DIFFERS


def _known(sex: Sex | None) -> Sex | None:
    return None if sex is Sex.UNSET else sex  # 3 未設定 says nothing (S-054)


_NEAREST = (CardRelation.SAME_PERSON, CardRelation.SAME, CardRelation.OTHER_MEMBER, CardRelation.OTHER)


def _card(delivered: CardKey | None, own: tuple[CardKey, ...]) -> tuple[CardRelation | None, bool]:
    """The nearest relation to any of the chart's cards, and whether equal branches made it."""
    if delivered is None or not own:
        return None, False
    nearest = min((relation_of(delivered, card) for card in own), key=_NEAREST.index)
    return nearest, nearest is CardRelation.SAME_PERSON and not delivered.personal


def _name(delivered: tuple[str, ...], own: str | None, own_key: str) -> Agreement:
    if not delivered or not own_key:
        return Agreement.MISSING
    if not is_unsafe(own) and any(name_key(name) == own_key for name in delivered if not is_unsafe(name)):
        return Agreement.EQUAL
    marked = [name for name in delivered if is_unsafe(own) or is_unsafe(name)]
    return Agreement.MAYBE if any(names_agree(own, name) for name in marked) else Agreement.DIFFERS


def _readings(pairs: Iterable[tuple[str | None, str | None]]) -> frozenset[str]:
    """Keys of the kana; a name written in kana needs no other reading. Kana with a stand-in mark tell nothing."""
    told = (kana if not is_blank(kana) else name if _is_kana(name) else None for kana, name in pairs)
    return frozenset(key for text in told if not is_unsafe(text) and (key := kana_key(text)))


def _is_kana(text: str | None) -> bool:
    key = kana_key(text)
    return bool(key) and all("ァ" <= sign <= "ヿ" for sign in key)


def _given_names(texts: Iterable[str | None]) -> frozenset[str]:
    return frozenset(
        name_key("".join(parts[1:])) for text in texts if not is_unsafe(text) and len(parts := (text or "").split()) > 1
    )
