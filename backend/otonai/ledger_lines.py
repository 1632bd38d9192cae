"""Lines of `otonai match` and `otonai compare`: JSON objects as the values that the rules read, and answers as JSON.

Names are those of `otonai terminal read`; unset is null. A patient has the same names, also `id` and `coverages`, and
may lack anything. Names that we do not know are ignored. Reads and writes values only; opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from .domain.comparison import Difference, compare
from .domain.consent import Consent, ConsentFlag, ConsentKind
from .domain.dates import parse_terminal_date
from .domain.eligibility import EligibilityRecord
from .domain.insurance import CoverageFacts, Relation, Sex
from .domain.ledger import suggested_act
from .domain.limit import CheckRoute, LimitConsent
from .domain.match import Match, match
from .domain.patient import LedgerPatient
from .domain.periods import first_day_of
from .domain.same_card import is_same_card

#: What every answer of `compare` speaks of; further fields of the ledger only where the result names them.
ALWAYS_COMPARED = frozenset(
    ("name", "name_kana", "birth_date", "sex", "insurer_number", "card_symbol", "card_number", "branch_number")
)


def _unset(value: object) -> object:
    return None if value == "" else value


def _day(value: object) -> object:
    """`YYYYMMDD` beside ISO; a number would be read as seconds."""
    if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"\d{8}", value)):
        return parse_terminal_date(str(value)) or "no day"
    return None if value == "" else value


Text = Annotated[str | None, BeforeValidator(_unset)]
Day = Annotated[date | None, BeforeValidator(_day)]


Line = TypeVar("Line", bound="_In")


class _In(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class CoverageLine(_In):
    """One insurance."""

    insurer_number: Text = None
    insurer_name: Text = None
    card_symbol: Text = None
    card_number: Text = None
    branch_number: Text = None
    relation: Annotated[Relation | None, BeforeValidator(_unset)] = None
    insured_name: Text = None
    card_class: Text = None
    contribution_ratio: int | None = None
    qualified_on: Day = None
    lost_on: Day = None
    valid_from: Day = None
    valid_until: Day = None
    issued_on: Day = None
    limit_category: Text = None
    limit_from: Day = None
    limit_until: Day = None

    def facts(self) -> CoverageFacts:
        """The insurance as the rules read it."""
        return CoverageFacts(**{f.name: getattr(self, f.name) for f in fields(CoverageFacts)})


class _PersonLine(CoverageLine):
    name: Text = None
    name_kana: Text = None
    sex: Annotated[Sex | None, BeforeValidator(_unset)] = None
    birth_date: Day = None
    postal_code: Text = None
    address: Text = None
    reference_number: Text = None


class ConsentLine(_In):
    """One item's answer."""

    kind: ConsentKind
    flag: ConsentFlag
    consented_at: datetime | None = None
    available_until: datetime | None = None


class RecordLine(_PersonLine):
    """A record of `otonai terminal read`."""

    name_other: Text = None
    name_other_kana: Text = None
    consents: list[ConsentLine] | None = None
    unsafe_fields: list[str] | None = None

    def record(self) -> EligibilityRecord:
        """The record as the rules read it."""
        return EligibilityRecord(
            name=self.name,
            name_kana=self.name_kana,
            name_other=self.name_other,
            name_other_kana=self.name_other_kana,
            sex=self.sex,
            birth_date=self.birth_date,
            postal_code=self.postal_code,
            address=self.address,
            reference_number=self.reference_number,
            coverage=self.facts(),
            consents=tuple(
                Consent(told.kind, told.flag, told.consented_at, told.available_until) for told in self.consents or ()
            ),
            unsafe_fields=frozenset(self.unsafe_fields or ()),
        )


class PatientLine(_PersonLine):
    """A chart of the ledger. Insurances are told as `coverages`, the one in force also by its names alone."""

    id: str | int | None = None
    chart_number: Text = None
    coverages: list[CoverageLine] | None = None
    is_test: bool | None = None

    def patient(self, delivered: CoverageFacts) -> LedgerPatient:
        """The chart as the rules read it."""
        return LedgerPatient(
            id=str(self.id),
            chart_number=self.chart_number,
            name=self.name,
            name_kana=self.name_kana,
            sex=self.sex,
            birth_date=self.birth_date,
            postal_code=self.postal_code,
            address=self.address,
            reference_number=self.reference_number,
            coverages=_in_order(self.facts(), [c.facts() for c in self.coverages or ()], delivered),
            is_test=bool(self.is_test) or self.chart_number == "0",  # S-077
        )


class MatchLine(_In):
    """One line of `otonai match`."""

    ledger: list[PatientLine]
    result: RecordLine


class CompareLine(_In):
    """One line of `otonai compare`. Without a patient everything of ours is empty: a new patient."""

    patient: PatientLine | None
    result: RecordLine
    route: CheckRoute = CheckRoute.CARD
    limit_consent: LimitConsent = LimitConsent.UNKNOWN


def _in_order(
    own: CoverageFacts, listed: Sequence[CoverageFacts], delivered: CoverageFacts
) -> tuple[CoverageFacts, ...]:
    """Insurances with the one in force first.

    Newest first where every one tells its first day. Else nothing says which is in force, and the delivered card, if
    it is among them, stands in front; the rest stays as it was handed in.
    """
    started = [(first, facts) for facts in listed if (first := first_day_of(facts)) is not None]
    if len(started) == len(listed):
        ordered = [facts for _, facts in sorted(started, key=lambda pair: pair[0], reverse=True)]
    else:
        ordered = sorted(listed, key=lambda facts: not is_same_card(facts, delivered))
    if own == CoverageFacts():
        return tuple(ordered)
    same = next((facts for facts in ordered if is_same_card(facts, own)), own)
    return (same, *(facts for facts in ordered if facts is not same))


class OddLine(Exception):
    """A line that says nothing we understand: a stable code, and what is wrong where. For the operator, not the API."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def read_line(kind: type[Line], text: bytes) -> Line:
    """One line as values. Raises OddLine whose detail names what is wrong and where, never a value."""
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "json_invalid":
            raise OddLine("not_json", "not a JSON object") from None
        raise OddLine("not_understood", f"{place or 'line'}: {first['msg']}") from None


def answer_match(line: MatchLine, *, details: bool) -> dict[str, Any]:
    """Which chart the result is. Raises OddLine for a ledger in which charts cannot be told apart by id."""
    ids = [chart.id for chart in line.ledger]
    if None in ids:
        raise OddLine("not_understood", f"ledger.{ids.index(None)}.id: a chart needs an id")
    by_id = {str(i): i for i in ids}
    if len(by_id) < len(ids):
        raise OddLine("not_understood", "ledger: two charts have the same id")
    record = line.result.record()
    found = match(record, [chart.patient(record.coverage) for chart in line.ledger])
    answer: dict[str, Any] = {
        "outcome": found.outcome.value,
        "patient": by_id[found.patient_id] if found.patient_id is not None else None,
        "reasons": [reason.value for reason in found.reasons],
    }
    return answer | _match_details(found, by_id) if details else answer


def _match_details(found: Match, by_id: dict[str, str | int | None]) -> dict[str, Any]:
    candidates = [
        {"patient": by_id[c.patient_id], "score": c.score, "reasons": [reason.value for reason in c.reasons]}
        for c in found.candidates
    ]
    return {"score": found.score, "candidates": candidates}


def answer_compare(line: CompareLine, *, details: bool) -> dict[str, Any]:
    """What differs, ours left and theirs right."""
    record = line.result.record()
    patient = line.patient.patient(record.coverage) if line.patient else None
    told = line.result.model_fields_set
    differences = compare(patient, record, route=line.route, limit_consent=line.limit_consent)
    shown = [d for d in differences if d.field in ALWAYS_COMPARED or d.field in told]
    answer: dict[str, Any] = {"differences": [_difference(d, details=details) for d in shown]}
    return answer | {"suggested": suggested_act(patient, shown).value} if details else answer


def _difference(found: Difference, *, details: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "field": found.field,
        "ours": _plain(found.ours),
        "theirs": _plain(found.theirs),
        "kind": found.kind.value,
        "default": found.default.value,
    }
    return told | {"reason": found.reason.value if found.reason else None} if details else told


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
