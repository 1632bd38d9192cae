"""Charts and delivered records in the forms that are compared, and the comparison of one with the other.

What a person is known by is folded once (`writing.py`) and kept; the evidence that comes of it is weighed in
`match.py`. Sources: registry-sync 8.2, 8.3; S-054, S-090.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from .eligibility import EligibilityRecord
from .evidence import Agreement, Evidence
from .insurance import Sex
from .patient import LedgerPatient
from .same_card import CardKey, CardRelation, card_key, relation_of
from .writing import is_blank, is_unsafe, kana_key, name_key, names_agree, reference_key


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
