"""One decision about a chart: every value before and after, carried out and taken back on plain values.

`ledger.py` makes decisions; `store/patients.py` writes them with their history. Nothing here judges what may be taken
over. Sources: S-113, S-123, F56.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date

from .comparison import Value
from .errors import Conflict
from .insurance import CoverageFacts
from .patient import LedgerPatient


@dataclass(frozen=True, slots=True, repr=False)
class FieldChange:
    """One value before and after; the unit of history and undo."""

    field: str
    before: Value
    after: Value

    def __repr__(self) -> str:
        return f"FieldChange({self.field})"


@dataclass(frozen=True, slots=True)
class LedgerDecision:
    """What to write: person fields, fields of the insurance in force, and a whole insurance at its place.

    `coverage` is about the insurance in force *before* the act; `place` 0 is in force, 1 is 過1 (S-113).
    """

    person: tuple[FieldChange, ...] = ()
    coverage: tuple[FieldChange, ...] = ()
    new_coverage: CoverageFacts | None = None
    place: int = 0
    switch_date: date | None = None

    @property
    def changes_nothing(self) -> bool:
        """True for a check that only records its 確認日."""
        return not self.person and not self.coverage and self.new_coverage is None

    @property
    def corrected(self) -> int:
        """How many values a person chose to correct; an insurance that begins is none of them."""
        if self.switch_date is not None:
            return len(self.person)
        first = self.new_coverage
        made = sum(getattr(first, f.name) is not None for f in fields(first)) if first is not None else 0
        return len(self.person) + len(self.coverage) + made


def carried_out(patient: LedgerPatient, decision: LedgerDecision) -> LedgerPatient:
    """The chart after a decision. Raises Conflict(changed_meanwhile) when a value is not what it was decided on."""
    return _moved(patient, decision, forward=True)


def taken_back(patient: LedgerPatient, decision: LedgerDecision) -> LedgerPatient:
    """The chart as it was before a decision was carried out (S-123).

    Raises Conflict(changed_meanwhile) when a later act touched what this one wrote: that act goes first.
    """
    return _moved(patient, decision, forward=False)


def _moved(patient: LedgerPatient, decision: LedgerDecision, *, forward: bool) -> LedgerPatient:
    coverages, added = list(patient.coverages), decision.new_coverage
    if added is not None and not forward:
        if decision.place >= len(coverages) or coverages[decision.place] != added:
            raise Conflict(code="changed_meanwhile")
        del coverages[decision.place]
    if decision.coverage:
        if not coverages:
            raise Conflict(code="changed_meanwhile")
        values = _values(coverages[0], decision.coverage, forward=forward)
        coverages[0] = replace(coverages[0], **values)  # type: ignore[arg-type]
    if added is not None and forward:
        coverages.insert(decision.place, added)
    person = _values(patient, decision.person, forward=forward)
    return replace(patient, **person, coverages=tuple(coverages))  # type: ignore[arg-type]


def _values(
    holder: LedgerPatient | CoverageFacts, changes: Iterable[FieldChange], *, forward: bool
) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for change in changes:
        expected, wanted = (change.before, change.after) if forward else (change.after, change.before)
        if getattr(holder, change.field) != expected:
            raise Conflict(code="changed_meanwhile")
        values[change.field] = wanted
    return values
