"""Comparing the ledger with what the center delivers, and what may be taken over (design 7, registry-sync 8.4).

`compare` names every difference and its safe default; `update` and `overwrite` turn a person's choice into the
exact changes to write. Nothing here writes. Source of the rules: S-083…S-099, S-110…S-113, S-118.

The two acts are different on purpose (S-087):
- *update* (更新する): a new insurance begins on the switch date, the old one becomes 過1 and stays readable;
- *overwrite* (上書きする): a correction of the ticked fields of the insurance in force.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from .eligibility import EligibilityRecord
from .errors import Invalid
from .insurance import CoverageFacts, Sex
from .patient import LedgerPatient
from .writing import (
    address_key,
    branch_key,
    insurer_key,
    is_unsafe,
    kana_key,
    name_key,
    names_agree,
    number_key,
    postal_key,
)

Value = str | int | date | None


class DifferenceKind(StrEnum):
    """Four kinds of difference; only `real` asks for a decision."""

    REAL = "real"
    FORMAT = "format"
    UNSAFE = "unsafe"
    SAME = "same"


class FieldGroup(StrEnum):
    """Where a field stands on the comparison screen."""

    PERSON = "person"
    ADDRESS = "address"
    COVERAGE = "coverage"
    LIMIT = "limit"


class Act(StrEnum):
    """What the office may do with a consented person."""

    UPDATE = "update"
    OVERWRITE = "overwrite"
    CANCEL = "cancel"
    REGISTER = "register"


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """One field, ours and theirs, how they differ, and whether its box is ticked before anybody decided."""

    field: str
    group: FieldGroup
    ours: Value
    theirs: Value
    kind: DifferenceKind
    ticked: bool
    reason: str | None = None

    def __repr__(self) -> str:
        return f"Difference({self.field}, {self.kind})"


@dataclass(frozen=True, slots=True)
class _Rule:
    group: FieldGroup
    key: Callable[[str | None], str]
    ticked_when_real: bool


def _plain(text: str | None) -> str:
    return name_key(text)


def _exact(text: str | None) -> str:
    return (text or "").strip()


#: Fields in the order of the screen. `ticked_when_real` follows registry-sync 8.4: insurance on, address off
#: (the insurer's may be old), name on (● never), kana only when ours is empty, limit category by route.
FIELDS: Mapping[str, _Rule] = {
    "name": _Rule(FieldGroup.PERSON, name_key, True),
    "name_kana": _Rule(FieldGroup.PERSON, kana_key, False),
    "sex": _Rule(FieldGroup.PERSON, _exact, True),
    "birth_date": _Rule(FieldGroup.PERSON, _exact, False),
    "postal_code": _Rule(FieldGroup.ADDRESS, postal_key, False),
    "address": _Rule(FieldGroup.ADDRESS, address_key, False),
    "insurer_number": _Rule(FieldGroup.COVERAGE, insurer_key, True),
    "insurer_name": _Rule(FieldGroup.COVERAGE, _plain, True),
    "card_symbol": _Rule(FieldGroup.COVERAGE, number_key, True),
    "card_number": _Rule(FieldGroup.COVERAGE, number_key, True),
    "branch_number": _Rule(FieldGroup.COVERAGE, branch_key, True),
    "relation": _Rule(FieldGroup.COVERAGE, _exact, True),
    "insured_name": _Rule(FieldGroup.COVERAGE, name_key, True),
    "contribution_ratio": _Rule(FieldGroup.COVERAGE, _exact, True),
    "qualified_on": _Rule(FieldGroup.COVERAGE, _exact, True),
    "valid_from": _Rule(FieldGroup.COVERAGE, _exact, True),
    "valid_until": _Rule(FieldGroup.COVERAGE, _exact, True),
    "issued_on": _Rule(FieldGroup.COVERAGE, _exact, False),
    "limit_category": _Rule(FieldGroup.LIMIT, _exact, True),
    "limit_from": _Rule(FieldGroup.LIMIT, _exact, True),
    "limit_until": _Rule(FieldGroup.LIMIT, _exact, True),
}

PERSON_FIELDS = tuple(f for f, rule in FIELDS.items() if rule.group in (FieldGroup.PERSON, FieldGroup.ADDRESS))
COVERAGE_FIELDS = tuple(f for f in FIELDS if f not in PERSON_FIELDS)

#: What no chart can be without.
_REQUIRED = ("name", "birth_date")

#: Fields whose real difference means another insurance rather than a correction.
_IDENTITY_OF_INSURANCE = frozenset({"insurer_number", "card_symbol", "card_number"})


def compare(patient: LedgerPatient | None, record: EligibilityRecord) -> tuple[Difference, ...]:
    """Every field of `FIELDS`, ours left and theirs right; for a new patient ours is empty throughout (S-060)."""
    own_coverage = (patient.current_coverage if patient else None) or CoverageFacts()
    result = []
    for name, rule in FIELDS.items():
        if name in PERSON_FIELDS:
            ours: Value = getattr(patient, name) if patient else None
            theirs: Value = getattr(record, name)
        else:
            ours, theirs = getattr(own_coverage, name), getattr(record.coverage, name)
        result.append(_difference(name, rule, ours, theirs))
    return tuple(result)


def _difference(field: str, rule: _Rule, ours: Value, theirs: Value) -> Difference:
    ours_text, theirs_text = _text(ours), _text(theirs)
    if isinstance(theirs, str) and is_unsafe(theirs):
        return Difference(field, rule.group, ours, theirs, DifferenceKind.UNSAFE, False, "stand_in_mark")
    if ours_text == theirs_text:
        return Difference(field, rule.group, ours, theirs, DifferenceKind.SAME, False)
    if not theirs_text:
        # An empty value never replaces a known one by default (design 7); 社保 has no end date (S-093).
        return Difference(field, rule.group, ours, theirs, DifferenceKind.UNSAFE, False, "delivered_empty")
    if ours_text and rule.key(ours_text) == rule.key(theirs_text):
        return Difference(field, rule.group, ours, theirs, DifferenceKind.FORMAT, False)
    return Difference(
        field, rule.group, ours, theirs, DifferenceKind.REAL, rule.ticked_when_real or (not ours_text), None
    )


def _text(value: Value) -> str:
    if value is None or value is Sex.UNSET:  # 3 未設定 says no more than an empty element (S-054)
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def suggested_act(patient: LedgerPatient | None, differences: Iterable[Difference]) -> Act:
    """What most offices would do: nothing, a correction, a change of insurance, or a registration (S-084, S-088)."""
    if patient is None:
        return Act.REGISTER
    real = {d.field for d in differences if d.kind is DifferenceKind.REAL}
    if not real & set(COVERAGE_FIELDS) and not {d.field for d in differences if d.ticked}:
        return Act.CANCEL
    by_field = {d.field: d for d in differences}
    if any(
        by_field[f].kind is DifferenceKind.REAL and by_field[f].ours for f in _IDENTITY_OF_INSURANCE if f in by_field
    ):
        return Act.UPDATE
    if "insurer_number" in real and patient.current_coverage is None:
        return Act.UPDATE
    return Act.OVERWRITE if any(d.ticked for d in differences) else Act.CANCEL


def default_switch_date(record: EligibilityRecord) -> date | None:
    """切替日: the start of validity of the delivered insurance, else its qualification date (S-110, S-111)."""
    return record.coverage.valid_from or record.coverage.qualified_on


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One value before and after; the unit of history and undo."""

    field: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class LedgerDecision:
    """What to write: person fields, fields of the insurance in force, or a whole new insurance."""

    person: tuple[FieldChange, ...] = ()
    coverage: tuple[FieldChange, ...] = ()
    new_coverage: CoverageFacts | None = None
    switch_date: date | None = None

    @property
    def changes_nothing(self) -> bool:
        """True for a check that only records its 確認日."""
        return not self.person and not self.coverage and self.new_coverage is None


def overwrite(patient: LedgerPatient, record: EligibilityRecord, ticked: Iterable[str]) -> LedgerDecision:
    """上書きする: exactly the ticked fields, nothing else (S-085). Unsafe and unknown fields are refused."""
    chosen = set(ticked)
    if not chosen:
        raise Invalid("no field was ticked", code="nothing_ticked")
    differences = {d.field: d for d in compare(patient, record)}
    unknown = sorted(chosen - set(differences))
    if unknown:
        raise Invalid(f"unknown fields: {', '.join(unknown)}", code="unknown_field")
    _refuse_identity_change(patient, record)
    unsafe = sorted(f for f in chosen if _must_not_replace(differences[f]))
    if unsafe:
        raise Invalid(f"cannot be taken over: {', '.join(unsafe)}", code="unsafe_field")
    changed = [FieldChange(f, d.ours, d.theirs) for f, d in differences.items() if f in chosen and d.ours != d.theirs]
    return LedgerDecision(
        person=tuple(c for c in changed if c.field in PERSON_FIELDS),
        coverage=tuple(c for c in changed if c.field in COVERAGE_FIELDS),
    )


def _must_not_replace(difference: Difference) -> bool:
    """A stand-in mark never enters the ledger, and a chart is never left without name or birth date."""
    theirs = _text(difference.theirs)
    return is_unsafe(theirs) or (not theirs and difference.field in _REQUIRED)


def update(
    patient: LedgerPatient,
    record: EligibilityRecord,
    *,
    switch_date: date | None,
    ticked_person_fields: Iterable[str] = (),
) -> LedgerDecision:
    """更新する: the delivered insurance becomes the one in force from `switch_date`; the old one is kept (S-113).

    Values of the old insurance that the center delivered empty are not carried over: it is another insurance.
    A value with a stand-in mark is left out, or stays ours where ours can be the same name (S-090).
    """
    if switch_date is None:
        raise Invalid("an insurance change needs its day", code="switch_date_missing")
    if not record.coverage.insurer_number or not record.coverage.card_number:
        raise Invalid("the record holds no insurance to change to", code="insurance_not_delivered")
    _refuse_identity_change(patient, record)
    person = set(ticked_person_fields) & set(PERSON_FIELDS)
    person_changes = overwrite(patient, record, person).person if person else ()
    old = patient.current_coverage or CoverageFacts()
    incoming = replace(_without_marks(record.coverage, old), valid_from=record.coverage.valid_from or switch_date)
    return LedgerDecision(person=person_changes, new_coverage=incoming, switch_date=switch_date)


def _without_marks(delivered: CoverageFacts, old: CoverageFacts) -> CoverageFacts:
    blanks = {f.name: None for f in fields(delivered) if is_unsafe(_text(getattr(delivered, f.name)))}
    clean = replace(delivered, **blanks)
    if "insured_name" in blanks and names_agree(old.insured_name, delivered.insured_name):
        return replace(clean, insured_name=old.insured_name)
    return clean


def register(record: EligibilityRecord, overrides: Mapping[str, Value]) -> dict[str, Value]:
    """Values of a new chart: theirs, except unsafe ones, and what the person typed instead (S-059, S-066, S-090)."""
    values: dict[str, Value] = {}
    for difference in compare(None, record):
        typed = overrides.get(difference.field)
        if typed not in (None, ""):
            values[difference.field] = typed
        elif difference.kind is not DifferenceKind.UNSAFE:
            values[difference.field] = difference.theirs
    if not values.get("name") and values.get("name_kana"):
        values["name"] = values["name_kana"]
    missing = [f for f in _REQUIRED if not values.get(f)]
    if missing:
        raise Invalid(f"missing: {', '.join(missing)}", code="field_missing")
    return values


def _refuse_identity_change(patient: LedgerPatient, record: EligibilityRecord) -> None:
    """Birth date decides identity: a record with another one is another person, whatever was clicked (S-092)."""
    if record.birth_date is not None and record.birth_date != patient.birth_date:
        raise Invalid("the record's birth date is not this patient's", code="conflicting_person")
