"""院内患者: who is in the house today, where, and what they wait for (S-055).

One person stands on the board once a day: a card read at the office puts them there, or a person does. Every move is
one of these words and is undone by moving back. Decides; writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from .errors import Conflict, Invalid


class AttendanceState(StrEnum):
    """What somebody in the house does now. `removed`: put there by mistake."""

    WAITING = "waiting"
    IN_CARE = "in_care"
    PAYING = "paying"
    LEFT = "left"
    REMOVED = "removed"


class Place(StrEnum):
    """Where they are; `outside`: in the car or before the door, as those with an infection wait."""

    RECEPTION = "reception"
    WAITING_ROOM = "waiting_room"
    CONSULTING_ROOM = "consulting_room"
    TREATMENT_ROOM = "treatment_room"
    OUTSIDE = "outside"


class Arrival(StrEnum):
    """How they came onto the board."""

    CARD = "card"
    DESK = "desk"


#: Who is not in the house any more; they stay on the board of their day, at its foot.
GONE = frozenset({AttendanceState.LEFT, AttendanceState.REMOVED})


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's place on the board."""

    state: AttendanceState
    place: Place
    doctor_id: UUID | None
    version: int


def moved(before: Standing, wanted: Standing, doctors: Collection[UUID]) -> Standing:
    """The standing after a move; `wanted.version` is the one that its maker saw.

    A move that changes nothing is none and keeps the version, so that a repeated request is harmless. Raises
    Conflict(changed_meanwhile) when somebody else moved the person first, Invalid(not_a_doctor) for somebody who does
    not work here as one.
    """
    if wanted.doctor_id is not None and wanted.doctor_id not in doctors and wanted.doctor_id != before.doctor_id:
        raise Invalid("not a doctor of this clinic", code="not_a_doctor")
    same = (before.state, before.place, before.doctor_id) == (wanted.state, wanted.place, wanted.doctor_id)
    if same:
        return before
    if wanted.version != before.version:
        raise Conflict(code="changed_meanwhile")
    return Standing(wanted.state, wanted.place, wanted.doctor_id, before.version + 1)


def waited_minutes(arrived_at: datetime, state: AttendanceState, now: datetime) -> int | None:
    """Whole minutes since the arrival, while they wait for care; None for everybody else."""
    if state is not AttendanceState.WAITING:
        return None
    return max(0, int((now - arrived_at).total_seconds() // 60))
