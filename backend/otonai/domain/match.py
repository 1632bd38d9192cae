"""Consented person × ledger → one named outcome (design 7, registry-sync 8).

Decides who a record is about. Does not link, write or fetch anything; `flow/match_patients.py` carries the
outcome out. Order of the rules, first that speaks wins:

A. the center delivers a 照会番号 that one of our charts carries → `linked`, unless birth date, sex or kana
   contradict → `conflicting` (nothing is shown, nothing is written);
B. same insurance key and birth date: exactly one chart with equal kana → `matched`, one with other kana or none
   (a newborn) → `proposed`, several → `ambiguous` (twins are normal);
C. same birth date and kana, other insurance: one → `proposed`, several → `ambiguous`;
D. same insurance key and name but another birth date or sex → `conflicting`;
E. nobody → `new`, with people of the same birth date and given name as a hint (marriage).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from .eligibility import EligibilityRecord
from .insurance import CoverageFacts, Sex
from .patient import LedgerPatient, given_kana
from .writing import branch_key, insurer_key, is_unsafe, kana_key, name_key, names_agree, number_key


class MatchOutcome(StrEnum):
    """The six words used alike in code, API, screens, audit and tests."""

    LINKED = "linked"
    MATCHED = "matched"
    PROPOSED = "proposed"
    AMBIGUOUS = "ambiguous"
    CONFLICTING = "conflicting"
    NEW = "new"

    @property
    def links_by_itself(self) -> bool:
        """Whether no person is needed to know the chart."""
        return self in (MatchOutcome.LINKED, MatchOutcome.MATCHED)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chart that may be the person, with the reasons as stable codes (texts live with the screens)."""

    patient_id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """The decision. `patient_id` is set for linked, matched, proposed, and for conflicting (the contradicted chart)."""

    outcome: MatchOutcome
    patient_id: str | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def match(record: EligibilityRecord, ledger: Iterable[LedgerPatient]) -> Match:
    """Find the chart of one delivered record among the clinic's charts. Test charts never match (S-077)."""
    charts = [p for p in ledger if not p.is_test]

    by_reference = [p for p in charts if record.reference_number and p.reference_number == record.reference_number]
    if by_reference:
        return _by_reference_number(record, by_reference)

    same_key = [p for p in charts if _same_insurance(record.coverage, p)]
    same_person = [p for p in same_key if p.birth_date == record.birth_date and _sex_allows(record.sex, p.sex)]
    if same_person:
        return _by_insurance(record, same_person)

    same_name = [
        p
        for p in charts
        if p.birth_date == record.birth_date and _same_name(record, p) and _sex_allows(record.sex, p.sex)
    ]
    if len(same_name) == 1:
        return _one(MatchOutcome.PROPOSED, same_name[0], ("birth_date_equal", "kana_equal", "insurance_differs"))
    if same_name:
        return _several(same_name, ("birth_date_equal", "kana_equal", "insurance_differs"))

    if same_key:
        contradicted = same_key[0]
        reason = "birth_date_differs" if contradicted.birth_date != record.birth_date else "sex_differs"
        if len(same_key) == 1 and _same_name(record, contradicted):
            return Match(MatchOutcome.CONFLICTING, contradicted.id, ("insurance_equal", "kana_equal", reason))
        # The same household card without our person in the ledger: family members share symbol and number.

    hints = tuple(
        Candidate(p.id, ("birth_date_equal", "given_name_equal"))
        for p in charts
        if p.birth_date == record.birth_date and _same_given_name(record.name_kana, p.name_kana)
    )
    return Match(MatchOutcome.NEW, None, ("nobody_found",), hints)


def _by_reference_number(record: EligibilityRecord, charts: list[LedgerPatient]) -> Match:
    if len(charts) > 1:
        return _several(charts, ("reference_number_equal", "chart_twice"))
    chart = charts[0]
    if chart.birth_date != record.birth_date:
        return Match(MatchOutcome.CONFLICTING, chart.id, ("reference_number_equal", "birth_date_differs"))
    if not _sex_allows(record.sex, chart.sex):
        return Match(MatchOutcome.CONFLICTING, chart.id, ("reference_number_equal", "sex_differs"))
    if not (_same_name(record, chart) or _name_may_be(record, chart)):
        return Match(MatchOutcome.CONFLICTING, chart.id, ("reference_number_equal", "name_differs"))
    return _one(MatchOutcome.LINKED, chart, ("reference_number_equal", "birth_date_equal"))


def _by_insurance(record: EligibilityRecord, charts: list[LedgerPatient]) -> Match:
    named = [p for p in charts if _same_kana(record, p)]
    if len(named) == 1 and (len(charts) == 1 or _branch_is_certain(record, named[0])):
        return _one(MatchOutcome.MATCHED, named[0], ("insurance_equal", "birth_date_equal", "kana_equal"))
    if len(charts) == 1:
        why = "kana_missing" if not _kana_of(record) or not kana_key(charts[0].name_kana) else "kana_differs"
        return _one(MatchOutcome.PROPOSED, charts[0], ("insurance_equal", "birth_date_equal", why))
    return _several(charts, ("insurance_equal", "birth_date_equal", "several_charts"))


def _one(outcome: MatchOutcome, chart: LedgerPatient, reasons: tuple[str, ...]) -> Match:
    return Match(outcome, chart.id, reasons, (Candidate(chart.id, reasons),))


def _several(charts: list[LedgerPatient], reasons: tuple[str, ...]) -> Match:
    return Match(MatchOutcome.AMBIGUOUS, None, reasons, tuple(Candidate(p.id, reasons) for p in charts))


def _same_insurance(delivered: CoverageFacts, chart: LedgerPatient) -> bool:
    """Insurer, symbol and number equal on any of the chart's insurances, branch equal or one side empty."""
    if not delivered.insurer_number or not delivered.card_number:
        return False
    return any(_same_card(delivered, own) for own in chart.coverages)


def _same_card(a: CoverageFacts, b: CoverageFacts) -> bool:
    if insurer_key(a.insurer_number) != insurer_key(b.insurer_number):
        return False
    if number_key(a.card_symbol) != number_key(b.card_symbol) or number_key(a.card_number) != number_key(b.card_number):
        return False
    left, right = branch_key(a.branch_number), branch_key(b.branch_number)
    return not left or not right or left == right


def _branch_is_certain(record: EligibilityRecord, chart: LedgerPatient) -> bool:
    """With several people on one card, only equal and present branch numbers tell them apart (S-132)."""
    delivered = branch_key(record.coverage.branch_number)
    return bool(delivered) and any(branch_key(own.branch_number) == delivered for own in chart.coverages)


def _kana_of(record: EligibilityRecord) -> frozenset[str]:
    """Keys of the delivered kana, of the 通称 too: a foreign resident's chart often carries that one."""
    return frozenset(filter(None, (kana_key(record.name_kana), kana_key(record.name_other_kana))))


def _same_kana(record: EligibilityRecord, chart: LedgerPatient) -> bool:
    """Kana known on both sides and equal: the only name evidence that matches without a person."""
    return kana_key(chart.name_kana) in _kana_of(record)


def _same_name(record: EligibilityRecord, chart: LedgerPatient) -> bool:
    """Equal kana; where one side has none, the kanji name stands in, but never one with an unsafe mark."""
    if _kana_of(record) and kana_key(chart.name_kana):
        return _same_kana(record, chart)
    own = name_key(chart.name)
    names = (name for name in (record.name, record.name_other) if not is_unsafe(name))
    return bool(own) and any(name_key(name) == own for name in names)


def _name_may_be(record: EligibilityRecord, chart: LedgerPatient) -> bool:
    """For a chart found by its 照会番号: kana spelt otherwise is no contradiction while the kanji name is the same.

    An unsafe mark stands for one character only while no kana contradicts it: twins differ in one character.
    """
    if not is_unsafe(record.name) and name_key(record.name) and name_key(record.name) == name_key(chart.name):
        return True
    kana_known = bool(_kana_of(record)) and bool(kana_key(chart.name_kana))
    return not kana_known and names_agree(chart.name, record.name)


def _same_given_name(a: str | None, b: str | None) -> bool:
    return given_kana(a) != "" and given_kana(a) == given_kana(b)


def _sex_allows(delivered: Sex | None, own: Sex | None) -> bool:
    known = {Sex.MALE, Sex.FEMALE}
    return delivered not in known or own not in known or delivered is own
