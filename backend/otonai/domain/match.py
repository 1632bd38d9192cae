"""Consented person × ledger → one named outcome (design 7, registry-sync 8).

Decides who a record is about. Does not link, write or fetch anything; `flow/match_patients.py` carries the
outcome out. Order of the rules, first that speaks wins; test charts never match (S-077):

A. the center delivers a 照会番号 that one of our charts carries → `linked`, unless birth date, sex or name
   contradict → `conflicting` (nothing is shown, nothing is written);
B. same insurance and birth date, sex not different: exactly one chart with equal kana → `matched`; one with other
   kana or none (a newborn), or one that the center knows under another 照会番号 → `proposed`; several → `ambiguous`
   (twins are normal: only equal branches or another sex tell members of one household apart);
C. same birth date and name, other insurance or none: one → `proposed`, several → `ambiguous`;
D. the same person but for birth date or sex → `conflicting`;
E. nobody → `new`, with people of the same birth date and given name as a hint (marriage).

The order in which the ledger is handed in never changes an outcome.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .eligibility import EligibilityRecord
from .evidence import Agreement, Evidence, Reason
from .match_keys import ChartKeys, RecordKeys, weigh
from .patient import LedgerPatient
from .same_card import CardRelation


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
    """A chart that may be the person: everything that was compared, and how much speaks for it (0 to 100)."""

    patient_id: str
    reasons: tuple[Reason, ...]
    score: int


@dataclass(frozen=True, slots=True)
class Match:
    """The decision. `patient_id` is set for linked, matched, proposed, and for conflicting (the contradicted chart).

    `reasons` are those that decided; `candidates` stand in the order of their score.
    """

    outcome: MatchOutcome
    patient_id: str | None = None
    reasons: tuple[Reason, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def score(self) -> int | None:
        """The score of the chart that was found."""
        return next((c.score for c in self.candidates if c.patient_id == self.patient_id), None)


class LedgerIndex:
    """A ledger prepared for many records: who can be meant is looked up, never searched for."""

    def __init__(self, ledger: Iterable[LedgerPatient]) -> None:
        self._by_reference: dict[str, list[ChartKeys]] = defaultdict(list)
        self._by_card: dict[tuple[str, str], list[ChartKeys]] = defaultdict(list)
        self._by_birth_date: dict[date, list[ChartKeys]] = defaultdict(list)
        for patient in ledger:
            if patient.is_test:
                continue
            chart = ChartKeys(patient)
            if chart.reference:
                self._by_reference[chart.reference].append(chart)
            for key in {(card.insurer, card.number) for card in chart.cards}:
                self._by_card[key].append(chart)
            if patient.birth_date is not None:
                self._by_birth_date[patient.birth_date].append(chart)

    def candidates_for(self, record: RecordKeys) -> list[ChartKeys]:
        """Every chart that shares 照会番号, card or birth date with a record, once each."""
        found: dict[int, ChartKeys] = {}
        groups = [self._by_reference.get(record.reference, ()) if record.reference else ()]
        if record.card is not None:
            groups.append(self._by_card.get((record.card.insurer, record.card.number), ()))
        if record.birth_date is not None:
            groups.append(self._by_birth_date.get(record.birth_date, ()))
        for group in groups:
            found.update((id(chart), chart) for chart in group)
        return list(found.values())


@dataclass(frozen=True, slots=True)
class _Weighed:
    patient_id: str
    evidence: Evidence

    @property
    def candidate(self) -> Candidate:
        return Candidate(self.patient_id, self.evidence.reasons, self.evidence.score)


def match(record: EligibilityRecord, ledger: LedgerIndex | Iterable[LedgerPatient]) -> Match:
    """Find the chart of one delivered record. Whoever has many records hands in one `LedgerIndex`."""
    index = ledger if isinstance(ledger, LedgerIndex) else LedgerIndex(ledger)
    keys = RecordKeys(record)
    charts = [_Weighed(chart.chart.id, weigh(keys, chart)) for chart in index.candidates_for(keys)]
    charts.sort(key=lambda w: (-w.evidence.score, w.patient_id))

    for rule in (_by_reference_number, _by_insurance, _by_name, _without_birth_date, _contradicted):
        found = rule(charts)
        if found is not None:
            return found
    hints = [w for w in charts if w.evidence.birth_date is Agreement.EQUAL and w.evidence.given_name_equal]
    return Match(MatchOutcome.NEW, None, (Reason.NOBODY_FOUND,), tuple(w.candidate for w in hints))


def _by_reference_number(charts: list[_Weighed]) -> Match | None:
    """A: our own key came back. Who carries it must be that person in everything that is known (S-092)."""
    carriers = _those(charts, lambda e: e.reference is Agreement.EQUAL)
    if not carriers:
        return None
    if len(carriers) > 1:
        return _several(carriers, (Reason.REFERENCE_NUMBER_EQUAL, Reason.CHART_TWICE))
    carrier, told = carriers[0], carriers[0].evidence
    against = None
    if told.birth_date is not Agreement.EQUAL:
        missing = told.birth_date is Agreement.MISSING
        against = Reason.BIRTH_DATE_MISSING if missing else Reason.BIRTH_DATE_DIFFERS
    elif told.sex is Agreement.DIFFERS:
        against = Reason.SEX_DIFFERS
    elif told.name_contradicts:
        against = Reason.NAME_DIFFERS
    if against is not None:
        return _one(MatchOutcome.CONFLICTING, carrier, (Reason.REFERENCE_NUMBER_EQUAL, against))
    return _one(MatchOutcome.LINKED, carrier, (Reason.REFERENCE_NUMBER_EQUAL, Reason.BIRTH_DATE_EQUAL))


def _by_insurance(charts: list[_Weighed]) -> Match | None:
    """B: one card and one birthday. Members of a household share both when they are twins or a couple of one day."""
    same = _those(charts, lambda e: e.same_insurance and e.birth_date is Agreement.EQUAL and not e.stops)
    if not same:
        return None
    because = (Reason.INSURANCE_EQUAL, Reason.BIRTH_DATE_EQUAL)
    named = _those(same, lambda e: e.kana is Agreement.EQUAL)
    if len(named) == 1 and (len(same) == 1 or named[0].evidence.card is CardRelation.SAME_PERSON):
        if named[0].evidence.reference is Agreement.DIFFERS:
            # The center knows this person under another number of ours: a link never replaces a link by itself.
            return _one(MatchOutcome.PROPOSED, named[0], (*because, Reason.REFERENCE_NUMBER_DIFFERS))
        return _one(MatchOutcome.MATCHED, named[0], (*because, Reason.KANA_EQUAL))
    if len(same) == 1:
        missing = same[0].evidence.kana is Agreement.MISSING
        return _one(MatchOutcome.PROPOSED, same[0], (*because, Reason.KANA_MISSING if missing else Reason.KANA_DIFFERS))
    return _several(same, (*because, Reason.SEVERAL_CHARTS))


def _by_name(charts: list[_Weighed]) -> Match | None:
    """C: another insurance. A name that a stand-in mark leaves open is proposed, too, while no kana contradict it."""

    def may_be(e: Evidence) -> bool:
        by_mark = e.kana is Agreement.MISSING and e.name is Agreement.MAYBE
        return e.birth_date is Agreement.EQUAL and not e.stops and (e.same_name or by_mark)

    same = _those(charts, may_be)
    if not same:
        return None
    told = same[0].evidence
    insurance = Reason.BRANCH_DIFFERS if told.card is CardRelation.OTHER_MEMBER else told.insurance_reason
    because = (Reason.BIRTH_DATE_EQUAL, told.name_reason, insurance)
    return _one(MatchOutcome.PROPOSED, same[0], because) if len(same) == 1 else _several(same, because)


def _without_birth_date(charts: list[_Weighed]) -> Match | None:
    """A birth date that one side lacks contradicts nobody and proves nobody: a person looks."""
    same = _those(charts, lambda e: e.birth_date is Agreement.MISSING and e.same_insurance and not e.stops)
    same = _those(same, lambda e: e.same_name or e.own_number)
    if not same:
        return None
    because = (Reason.INSURANCE_EQUAL, same[0].evidence.name_reason, Reason.BIRTH_DATE_MISSING)
    return _one(MatchOutcome.PROPOSED, same[0], because) if len(same) == 1 else _several(same, because)


def _contradicted(charts: list[_Weighed]) -> Match | None:
    """D: the hard stop. Other members of a household, told apart by name, contradict nobody."""

    def is_the_person(e: Evidence) -> bool:
        if e.same_insurance:
            return e.same_name or e.own_number
        return e.birth_date is Agreement.EQUAL and e.same_name

    found = _those(charts, lambda e: e.stops and is_the_person(e))
    if not found:
        return None
    told = found[0].evidence
    reason = Reason.BIRTH_DATE_DIFFERS if told.birth_date is Agreement.DIFFERS else Reason.SEX_DIFFERS
    shared = Reason.INSURANCE_EQUAL if told.same_insurance else Reason.BIRTH_DATE_EQUAL
    because = (shared, told.name_reason, reason)
    if len(found) > 1:
        return Match(MatchOutcome.CONFLICTING, None, because, tuple(w.candidate for w in found))
    return _one(MatchOutcome.CONFLICTING, found[0], because)


def _those(charts: list[_Weighed], wanted: Callable[[Evidence], bool]) -> list[_Weighed]:
    return [w for w in charts if wanted(w.evidence)]


def _one(outcome: MatchOutcome, chart: _Weighed, reasons: tuple[Reason, ...]) -> Match:
    return Match(outcome, chart.patient_id, reasons, (chart.candidate,))


def _several(charts: list[_Weighed], reasons: tuple[Reason, ...]) -> Match:
    return Match(MatchOutcome.AMBIGUOUS, None, reasons, tuple(w.candidate for w in charts))
