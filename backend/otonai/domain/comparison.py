"""Ours left, theirs right: how each field differs, and what is selected before anybody decided.

`compare` names every difference; what a person may do with them is in `ledger.py`. Nothing here writes.
Sources: design 7, registry-sync 5 and 8.4; requirements S-054, S-060, S-083, S-089…S-095.

A value that we did not have is a real difference (`newly_known`): without a person only the link, 確認日 and equality
up to format are written (design 7). It contradicts nothing, so it is selected, and a row in which nothing else
differs may be accepted together with others (`fills_only`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .eligibility import EligibilityRecord
from .insurance import CoverageFacts, Sex
from .limit import CheckRoute, LimitConsent, limit_may_be_taken
from .patient import LedgerPatient
from .same_card import is_same_card
from .writing import (
    address_key,
    branch_key,
    insurer_key,
    is_blank,
    is_unsafe,
    kana_key,
    name_key,
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


class DifferenceDefault(StrEnum):
    """What is selected before anybody decided: our value stays, or theirs is taken over."""

    KEEP = "keep"
    TAKE = "take"


class DifferenceReason(StrEnum):
    """Why a difference is of its kind, or why its default is not the usual one of its field."""

    STAND_IN_MARK = "stand_in_mark"
    DELIVERED_EMPTY = "delivered_empty"
    NEWLY_KNOWN = "newly_known"
    EARLIER_INSURANCE = "earlier_insurance"
    LIMIT_NOT_AGREED = "limit_not_agreed"


class FieldGroup(StrEnum):
    """Where a field stands on the comparison screen."""

    PERSON = "person"
    ADDRESS = "address"
    COVERAGE = "coverage"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True, repr=False)
class Difference:
    """One field, ours and theirs, how they differ, and what is selected at first."""

    field: str
    group: FieldGroup
    ours: Value
    theirs: Value
    kind: DifferenceKind
    default: DifferenceDefault = DifferenceDefault.KEEP
    reason: DifferenceReason | None = None

    def __repr__(self) -> str:
        return f"Difference({self.field}, {self.kind})"


@dataclass(frozen=True, slots=True)
class _Rule:
    group: FieldGroup
    key: Callable[[str | None], str]
    when_known: DifferenceDefault


def _exact(text: str | None) -> str:
    return (text or "").strip()


#: Fields in the order of the screen, with what is selected where both sides know a value and it differs: the
#: insurance theirs; the name theirs (● never); kana ours, because our reading is what the person told us; birth date
#: and sex ours, because another one is another person (S-092); the address ours, because the insurer's may be old.
FIELDS: Mapping[str, _Rule] = {
    "name": _Rule(FieldGroup.PERSON, name_key, DifferenceDefault.TAKE),
    "name_kana": _Rule(FieldGroup.PERSON, kana_key, DifferenceDefault.KEEP),
    "sex": _Rule(FieldGroup.PERSON, _exact, DifferenceDefault.KEEP),
    "birth_date": _Rule(FieldGroup.PERSON, _exact, DifferenceDefault.KEEP),
    "postal_code": _Rule(FieldGroup.ADDRESS, postal_key, DifferenceDefault.KEEP),
    "address": _Rule(FieldGroup.ADDRESS, address_key, DifferenceDefault.KEEP),
    "insurer_number": _Rule(FieldGroup.COVERAGE, insurer_key, DifferenceDefault.TAKE),
    "insurer_name": _Rule(FieldGroup.COVERAGE, name_key, DifferenceDefault.TAKE),
    "card_symbol": _Rule(FieldGroup.COVERAGE, number_key, DifferenceDefault.TAKE),
    "card_number": _Rule(FieldGroup.COVERAGE, number_key, DifferenceDefault.TAKE),
    "branch_number": _Rule(FieldGroup.COVERAGE, branch_key, DifferenceDefault.TAKE),
    "relation": _Rule(FieldGroup.COVERAGE, _exact, DifferenceDefault.TAKE),
    "insured_name": _Rule(FieldGroup.COVERAGE, name_key, DifferenceDefault.TAKE),
    "contribution_ratio": _Rule(FieldGroup.COVERAGE, _exact, DifferenceDefault.TAKE),
    "qualified_on": _Rule(FieldGroup.COVERAGE, _exact, DifferenceDefault.TAKE),
    "valid_from": _Rule(FieldGroup.COVERAGE, _exact, DifferenceDefault.TAKE),
    "valid_until": _Rule(FieldGroup.COVERAGE, _exact, DifferenceDefault.TAKE),
    "issued_on": _Rule(FieldGroup.COVERAGE, _exact, DifferenceDefault.KEEP),
    "limit_category": _Rule(FieldGroup.LIMIT, _exact, DifferenceDefault.TAKE),
    "limit_from": _Rule(FieldGroup.LIMIT, _exact, DifferenceDefault.TAKE),
    "limit_until": _Rule(FieldGroup.LIMIT, _exact, DifferenceDefault.TAKE),
}

PERSON_FIELDS = tuple(f for f, rule in FIELDS.items() if rule.group in (FieldGroup.PERSON, FieldGroup.ADDRESS))
COVERAGE_FIELDS = tuple(f for f in FIELDS if f not in PERSON_FIELDS)


def compare(
    patient: LedgerPatient | None,
    record: EligibilityRecord,
    *,
    route: CheckRoute = CheckRoute.CARD,
    limit_consent: LimitConsent = LimitConsent.UNKNOWN,
) -> tuple[Difference, ...]:
    """Every field of `FIELDS`, ours left and theirs right; for a new patient ours is empty throughout (S-060).

    `route` and `limit_consent` say how the answer was asked for: they decide about the limit category (S-094, S-095).
    """
    own = (patient.current_coverage if patient else None) or CoverageFacts()
    earlier = patient is not None and is_earlier_insurance(patient, record)
    limit_allowed = limit_may_be_taken(route, limit_consent, record.consents)
    found = []
    for field, rule in FIELDS.items():
        if rule.group in (FieldGroup.PERSON, FieldGroup.ADDRESS):
            ours: Value = getattr(patient, field) if patient else None
            theirs: Value = getattr(record, field)
        else:
            ours, theirs = getattr(own, field), getattr(record.coverage, field)
        kind, reason = _kind(field, ours, theirs, marked=field in record.unsafe_fields)
        default = DifferenceDefault.KEEP
        if kind is DifferenceKind.REAL:
            default = DifferenceDefault.TAKE if reason is DifferenceReason.NEWLY_KNOWN else rule.when_known
            if field in COVERAGE_FIELDS and earlier:
                default, reason = DifferenceDefault.KEEP, DifferenceReason.EARLIER_INSURANCE
            elif rule.group is FieldGroup.LIMIT and not limit_allowed:
                default, reason = DifferenceDefault.KEEP, DifferenceReason.LIMIT_NOT_AGREED
        found.append(Difference(field, rule.group, ours, theirs, kind, default, reason))
    return tuple(found)


def kind_of(field: str, ours: Value, theirs: Value) -> DifferenceKind:
    """How two values of one field differ."""
    return _kind(field, ours, theirs, marked=False)[0]


def _kind(field: str, ours: Value, theirs: Value, *, marked: bool) -> tuple[DifferenceKind, DifferenceReason | None]:
    if ours == theirs and not isinstance(theirs, str):
        return DifferenceKind.SAME, None
    our_text, their_text = as_text(ours), as_text(theirs)
    if their_text and (marked or is_unsafe(their_text)):
        return DifferenceKind.UNSAFE, DifferenceReason.STAND_IN_MARK
    if our_text == their_text:
        return DifferenceKind.SAME, None
    if not their_text:
        # An empty value never replaces a known one by default (design 7); 社保 has no end date (S-093).
        return DifferenceKind.UNSAFE, DifferenceReason.DELIVERED_EMPTY
    if not our_text:
        return DifferenceKind.REAL, DifferenceReason.NEWLY_KNOWN
    key = FIELDS[field].key
    return (DifferenceKind.FORMAT if key(our_text) == key(their_text) else DifferenceKind.REAL), None


def as_text(value: Value) -> str:
    """A value as text: dates ISO, nothing and what cannot be read as nothing."""
    if value is None or value is Sex.UNSET:  # 3 未設定 says no more than an empty element (S-054)
        return ""
    if isinstance(value, str):
        return "" if is_blank(value) else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def is_earlier_insurance(patient: LedgerPatient, record: EligibilityRecord) -> bool:
    """Whether the delivered insurance is one of ours that another has followed since (過1, 過2 …).

    Insurers report late, so an answer may still state the insurance that ended. Somebody who returned to a former
    insurer has a new start, later than that of the insurance in force.
    """
    if not patient.coverages or is_same_card(patient.coverages[0], record.coverage):
        return False
    if not any(is_same_card(past, record.coverage) for past in patient.coverages[1:]):
        return False
    begins = record.coverage.valid_from or record.coverage.qualified_on
    current = patient.coverages[0].valid_from or patient.coverages[0].qualified_on
    return begins is None or current is None or begins <= current


def fills_only(differences: Iterable[Difference]) -> bool:
    """Whether everything that really differs is selected and contradicts no value of ours.

    Such a row loses nothing when it is accepted as it stands. False where nothing really differs.
    """
    real = [d for d in differences if d.kind is DifferenceKind.REAL]
    return bool(real) and all(
        d.reason is DifferenceReason.NEWLY_KNOWN and d.default is DifferenceDefault.TAKE for d in real
    )
