"""What may be taken over into the ledger, and exactly which values an act writes (design 7, registry-sync 8.4).

The acts turn a person's choice into a `LedgerDecision`: every value before and after. Nothing here writes. What differs
is told by `comparison.py`. Source of the rules: S-083…S-099, S-110…S-113, S-118.

The acts are different on purpose (S-087):
- *update* (更新する): a new insurance begins on the switch date, the old one ends and stays readable as 過1;
- *overwrite* (上書きする): a correction of the ticked fields of the insurance in force;
- *add* (保険追加): an insurance goes where its first day puts it, before the one in force or among the past ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date, timedelta
from enum import StrEnum

from .comparison import (
    COVERAGE_FIELDS,
    PERSON_FIELDS,
    Difference,
    DifferenceDefault,
    DifferenceKind,
    DifferenceReason,
    Value,
    as_text,
    compare,
)
from .eligibility import EligibilityRecord
from .errors import Invalid
from .insurance import CoverageFacts
from .ledger_decision import FieldChange, LedgerDecision
from .patient import LedgerPatient
from .periods import SwitchFit, first_day_of, judge_switch, last_day_of, place_of
from .same_card import is_same_card
from .writing import is_unsafe, names_agree


class Act(StrEnum):
    """What the office may do with a consented person."""

    UPDATE = "update"
    OVERWRITE = "overwrite"
    ADD = "add"
    CANCEL = "cancel"
    REGISTER = "register"


#: What no chart can be without.
_REQUIRED = ("name", "birth_date")

#: Fields whose real difference means another insurance rather than a correction.
_IDENTITY_OF_INSURANCE = frozenset({"insurer_number", "card_symbol", "card_number"})


def suggested_act(patient: LedgerPatient | None, differences: Iterable[Difference]) -> Act:
    """What most offices would do: nothing, a correction, a change of insurance, or a registration (S-084, S-088)."""
    if patient is None:
        return Act.REGISTER
    by_field = {d.field: d for d in differences}
    real = {f: d for f, d in by_field.items() if d.kind is DifferenceKind.REAL}
    if any(d.reason is DifferenceReason.EARLIER_INSURANCE for d in real.values()):
        return Act.CANCEL
    taken = [d for d in by_field.values() if d.default is DifferenceDefault.TAKE]
    if not real.keys() & set(COVERAGE_FIELDS) and not taken:
        return Act.CANCEL
    if any(real[f].ours for f in _IDENTITY_OF_INSURANCE & real.keys()):
        return Act.UPDATE
    if "insurer_number" in real and patient.current_coverage is None:
        return Act.UPDATE
    return Act.OVERWRITE if taken else Act.CANCEL


def default_switch_date(record: EligibilityRecord) -> date | None:
    """切替日: the start of validity of the delivered insurance, else its qualification date (S-110, S-111)."""
    return first_day_of(record.coverage)


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
    person = tuple(c for c in changed if c.field in PERSON_FIELDS)
    coverage = tuple(c for c in changed if c.field in COVERAGE_FIELDS)
    if coverage and patient.current_coverage is None:
        first = replace(CoverageFacts(), **{c.field: c.after for c in coverage})  # type: ignore[arg-type]
        return LedgerDecision(person=person, new_coverage=first)
    return LedgerDecision(person=person, coverage=coverage)


def _must_not_replace(difference: Difference) -> bool:
    """A stand-in mark never enters the ledger, and a chart is never left without name or birth date."""
    if difference.reason is DifferenceReason.STAND_IN_MARK:
        return True
    return not as_text(difference.theirs) and difference.field in _REQUIRED


def update(
    patient: LedgerPatient,
    record: EligibilityRecord,
    *,
    switch_date: date | None,
    ticked_person_fields: Iterable[str] = (),
) -> LedgerDecision:
    """更新する: the delivered insurance becomes the one in force from `switch_date`; the old one is kept (S-113).

    The old one ends on the day before, unless it ended earlier or began on this very day. An empty old one is filled
    instead: nothing of it is worth a past tab (S-118). What the center delivered empty is not carried over from the
    old one: it is another insurance. A value with a stand-in mark is left out, or stays ours where ours can be the
    same name (S-090). Raises Invalid: switch_date_missing, switch_date_too_early, insurance_not_delivered,
    conflicting_person.
    """
    if switch_date is None:
        raise Invalid("an insurance change needs its day", code="switch_date_missing")
    person, incoming = _incoming(patient, record, switch_date, ticked_person_fields)
    old = patient.current_coverage
    switch = judge_switch(old, switch_date)
    if switch.fit is SwitchFit.TOO_EARLY:
        raise Invalid("the insurance in force begins later", code="switch_date_too_early")
    if old is not None and switch.fit is SwitchFit.FIRST:
        filled = tuple(
            FieldChange(f.name, getattr(old, f.name), getattr(incoming, f.name))
            for f in fields(CoverageFacts)
            if getattr(old, f.name) != getattr(incoming, f.name)
        )
        return LedgerDecision(person=person, coverage=filled, switch_date=switch_date)
    ended: tuple[FieldChange, ...] = ()
    if old is not None and switch.old_until is not None:
        ended = (FieldChange("valid_until", old.valid_until, switch.old_until),)
    return LedgerDecision(person=person, coverage=ended, new_coverage=incoming, switch_date=switch_date)


def add(
    patient: LedgerPatient,
    record: EligibilityRecord,
    *,
    begins: date | None,
    ticked_person_fields: Iterable[str] = (),
) -> LedgerDecision:
    """保険追加: the delivered insurance as a period of its own, put where its first day belongs (S-096, S-118).

    Later than the one in force, it is an update. Earlier, it goes among the past ones, ends before the next begins,
    and touches nothing that is there. Raises Invalid like `update`, and insurance_already_kept.
    """
    if begins is None:
        raise Invalid("an insurance needs its first day", code="switch_date_missing")
    known = [own for own in patient.coverages if is_same_card(own, record.coverage) and first_day_of(own) == begins]
    if known:
        raise Invalid("this insurance is in the ledger from this day", code="insurance_already_kept")
    place = place_of(patient.coverages, begins)
    if place == 0:
        return update(patient, record, switch_date=begins, ticked_person_fields=ticked_person_fields)
    person, incoming = _incoming(patient, record, begins, ticked_person_fields)
    ends, next_begins = last_day_of(incoming), first_day_of(patient.coverages[place - 1])
    if next_begins is not None and (ends is None or ends >= next_begins):
        incoming = replace(incoming, valid_until=next_begins - timedelta(days=1))
    return LedgerDecision(person=person, new_coverage=incoming, place=place, switch_date=begins)


def _incoming(
    patient: LedgerPatient, record: EligibilityRecord, begins: date, ticked_person_fields: Iterable[str]
) -> tuple[tuple[FieldChange, ...], CoverageFacts]:
    """The person's fields to change, and the delivered insurance as it may be kept."""
    if not record.coverage.insurer_number or not record.coverage.card_number:
        raise Invalid("the record holds no insurance to change to", code="insurance_not_delivered")
    _refuse_identity_change(patient, record)
    ticked = set(ticked_person_fields) & set(PERSON_FIELDS)
    person = overwrite(patient, record, ticked).person if ticked else ()
    clean = _without_marks(record, patient.current_coverage or CoverageFacts())
    return person, replace(clean, valid_from=record.coverage.valid_from or begins)


def _without_marks(record: EligibilityRecord, old: CoverageFacts) -> CoverageFacts:
    delivered = record.coverage
    blanks = {
        f.name: None
        for f in fields(delivered)
        if f.name in record.unsafe_fields or is_unsafe(as_text(getattr(delivered, f.name)))
    }
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
    if record.birth_date is not None and patient.birth_date is not None and record.birth_date != patient.birth_date:
        raise Invalid("the record's birth date is not this patient's", code="conflicting_person")
