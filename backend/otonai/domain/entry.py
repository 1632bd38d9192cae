"""What a person entered on a tablet, as strict values: the content of an opened box (design 8, schema `entry/1`).

Reads plain JSON values and refuses what does not fit by one of two codes: `entry_unreadable`, or `my_number_refused`
for text that looks like a My Number. Opens nothing, applies nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from .bedside import PaperKind, PaperSeen, Present, checked_page_code, checked_papers, checked_times
from .consent import ConsentKind, ReportedOutcome
from .eligibility import PrescriptionForm
from .errors import Invalid
from .my_number import looks_like_my_number
from .visit import IdentityMethod, VisitType

LONGEST_NOTE = 2000
LONGEST_WORD = 60


class EntryKind(StrEnum):
    """The things a tablet tells."""

    HANDOVER_OPENED = "handover_opened"
    CONSENT_REPORTED = "consent_reported"
    VISIT_REGISTERED = "visit_registered"
    VISIT_REGISTRATION_UNDONE = "visit_registration_undone"
    MEDICAL_OPENED = "medical_opened"
    VISIT_ADDED = "visit_added"
    VISIT_TAKEN_OFF = "visit_taken_off"
    ROUTE_SET = "route_set"


class HelperKind(StrEnum):
    """Who helped the patient with card or phone (S-015)."""

    FAMILY = "family"
    CAREGIVER = "caregiver"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class HandoverOpened:
    """The patient was handed the clinic's page."""


@dataclass(frozen=True, slots=True)
class ConsentReported:
    """What was seen on the phone at the end."""

    outcome: ReportedOutcome
    reason: str | None
    name_confirmed: bool


@dataclass(frozen=True, slots=True)
class ToldItem:
    """One item as the patient chose it, as told."""

    kind: ConsentKind
    given: bool


@dataclass(frozen=True, slots=True, repr=False)
class VisitRegistered:
    """The visit as registered at the bedside. What stands behind `note` is not told by tablets of older versions."""

    identity_method: IdentityMethod
    outcome: ReportedOutcome
    reason: str | None
    items: tuple[ToldItem, ...]
    prescription_form: PrescriptionForm | None
    helper: HelperKind | None
    note: str | None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    present: tuple[Present, ...] = ()
    papers: tuple[PaperSeen, ...] = ()
    next_visit_on: date | None = None
    page_code: str | None = None
    name_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class RegistrationUndone:
    """A registration taken back by whoever made it."""

    entry_id: UUID


@dataclass(frozen=True, slots=True)
class MedicalOpened:
    """Somebody opened what the tablet carries sealed, while no server could note the look.

    `first` and `last` are the days between which the shown facts lie; None when there were none.
    """

    kind: ConsentKind
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class VisitAdded:
    """A visit that nobody had planned (往診). Its id is the entry's `visit_id`, chosen by the tablet."""

    patient_id: UUID
    planned_at: datetime
    visit_type: VisitType


@dataclass(frozen=True, slots=True)
class VisitTakenOff:
    """A visit taken off the day again before it was made."""


@dataclass(frozen=True, slots=True)
class RouteSet:
    """The order in which the day's visits are driven."""

    order: tuple[UUID, ...]


EntryData = (
    HandoverOpened
    | ConsentReported
    | VisitRegistered
    | RegistrationUndone
    | MedicalOpened
    | VisitAdded
    | VisitTakenOff
    | RouteSet
)

#: More visits than this are no day's round.
LONGEST_ROUTE = 500

#: What a tablet carries, each kind behind its own consent.
CARRIED_KINDS = frozenset({ConsentKind.DRUG, ConsentKind.CHECKUP, ConsentKind.DIAGNOSIS, ConsentKind.OPERATION})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: who, about which visit, on which version of it, when by the tablet's clock, and what."""

    kind: EntryKind
    staff_id: UUID
    visit_id: UUID
    base_version: int
    entered_at: datetime
    data: EntryData


def read_entry(told: object) -> Entry:
    """The entry in plain JSON values. Raises Invalid(entry_unreadable | my_number_refused)."""
    body = _mapping(told)
    kind = _word(EntryKind, body.get("kind"))
    data = _mapping(body.get("data"))
    return Entry(
        kind=kind,
        staff_id=_uuid(body.get("staff_id")),
        visit_id=_uuid(body.get("visit_id")),
        base_version=_number(body.get("base_version")),
        entered_at=_instant(body.get("entered_at")),
        data=_DATA[kind](data),
    )


def _consent_reported(data: Mapping[str, Any]) -> ConsentReported:
    return ConsentReported(
        outcome=_word(ReportedOutcome, data.get("outcome")),
        reason=_text(data.get("reason"), LONGEST_WORD),
        name_confirmed=data.get("name_confirmed") is True,
    )


def _visit_registered(data: Mapping[str, Any]) -> VisitRegistered:
    items = _list(data.get("items"), len(ConsentKind))
    started_at, ended_at = checked_times(_moment(data.get("started_at")), _moment(data.get("ended_at")))
    return VisitRegistered(
        identity_method=_word(IdentityMethod, data.get("identity_method")),
        outcome=_word(ReportedOutcome, data.get("outcome")),
        reason=_text(data.get("reason"), LONGEST_WORD),
        items=tuple(_told_item(_mapping(item)) for item in items),
        prescription_form=_optional(PrescriptionForm, data.get("prescription_form")),
        helper=_optional(HelperKind, data.get("helper")),
        note=_text(data.get("note"), LONGEST_NOTE),
        started_at=started_at,
        ended_at=ended_at,
        present=tuple(dict.fromkeys(_word(Present, each) for each in _list(data.get("present"), len(Present)))),
        papers=checked_papers([_paper(_mapping(each)) for each in _list(data.get("papers"), len(PaperKind))]),
        next_visit_on=_day(data.get("next_visit_on")),
        page_code=checked_page_code(_text(data.get("page_code"), LONGEST_WORD)),
        name_confirmed=data.get("name_confirmed") is True,
    )


def _told_item(item: Mapping[str, Any]) -> ToldItem:
    """Tablets up to 0.1.0 named the answer `flag`; what they hold unsent must not arrive as a refusal."""
    return ToldItem(_word(ConsentKind, item.get("kind")), item.get("given") is True or item.get("flag") == "given")


def _paper(told: Mapping[str, Any]) -> PaperSeen:
    return PaperSeen(_word(PaperKind, told.get("kind")), _day(told.get("until")))


def _handover_opened(_: Mapping[str, Any]) -> HandoverOpened:
    return HandoverOpened()


def _registration_undone(data: Mapping[str, Any]) -> RegistrationUndone:
    return RegistrationUndone(_uuid(data.get("entry_id")))


def _medical_opened(data: Mapping[str, Any]) -> MedicalOpened:
    kind = _word(ConsentKind, data.get("kind"))
    if kind not in CARRIED_KINDS:
        raise _unreadable("kind")
    return MedicalOpened(kind, _day(data.get("first")), _day(data.get("last")))


def _visit_added(data: Mapping[str, Any]) -> VisitAdded:
    return VisitAdded(
        patient_id=_uuid(data.get("patient_id")),
        planned_at=_instant(data.get("planned_at")),
        visit_type=_word(VisitType, data.get("visit_type")),
    )


def _visit_taken_off(_: Mapping[str, Any]) -> VisitTakenOff:
    return VisitTakenOff()


def _route_set(data: Mapping[str, Any]) -> RouteSet:
    return RouteSet(tuple(dict.fromkeys(_uuid(each) for each in _list(data.get("order"), LONGEST_ROUTE))))


_DATA: Mapping[EntryKind, Callable[[Mapping[str, Any]], EntryData]] = {
    EntryKind.HANDOVER_OPENED: _handover_opened,
    EntryKind.CONSENT_REPORTED: _consent_reported,
    EntryKind.VISIT_REGISTERED: _visit_registered,
    EntryKind.VISIT_REGISTRATION_UNDONE: _registration_undone,
    EntryKind.MEDICAL_OPENED: _medical_opened,
    EntryKind.VISIT_ADDED: _visit_added,
    EntryKind.VISIT_TAKEN_OFF: _visit_taken_off,
    EntryKind.ROUTE_SET: _route_set,
}

W = TypeVar("W", bound=StrEnum)


def _unreadable(what: str) -> Invalid:
    return Invalid(f"not of schema entry/1: {what}", code="entry_unreadable")


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _unreadable("object expected")
    return value


def _word(words: type[W], value: object) -> W:
    try:
        return words(str(value))
    except ValueError:
        raise _unreadable(words.__name__) from None


def _optional(words: type[W], value: object) -> W | None:
    return None if value is None else _word(words, value)


def _list(value: object, longest: int) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > longest:
        raise _unreadable("list")
    return value


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise _unreadable("id") from None


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _unreadable("number")
    return value


def _instant(value: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        raise _unreadable("time") from None
    if at.tzinfo is None:
        raise _unreadable("time without zone")
    return at


def _moment(value: object) -> datetime | None:
    return None if value is None else _instant(value)


def _day(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _unreadable("day") from None


def _text(value: object, longest: int) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > longest:
        raise _unreadable("text")
    if looks_like_my_number(value):
        raise Invalid("text that looks like a My Number", code="my_number_refused")
    return value
