"""Shapes of the house board (院内患者)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from ...domain.attendance import Arrival, AttendanceState, Place
from ...domain.insurance import Validity
from .common import In, Out, example, example_in, example_of


class BoardQuery(In):
    """Which day; today when nothing is said."""

    day: date | None = None


class DoctorOut(Out):
    """Somebody who works here as a doctor."""

    model_config = example(id="019a0000-0000-7000-8000-0000000000a1", name="例示　慎一")
    id: UUID
    name: str


class AttendanceOut(Out):
    """One person in the house. `waited_minutes` while they wait; `appointed_at` when today's plan knows them."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000b1",
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        patient_name="資格　一郎",
        patient_name_kana="シカク　イチロウ",
        chart_number="000101",
        age=76,
        arrived_at="2026-11-23T00:20:00Z",
        arrival="card",
        waited_minutes=12,
        appointed_at=None,
        state="waiting",
        place="waiting_room",
        doctor_id=None,
        validity="valid",
        checked_at="2026-11-23T00:20:00Z",
        check_kind="myna",
        insurer_number="39131156",
        version=1,
    )
    id: UUID
    patient_id: UUID
    patient_name: str
    patient_name_kana: str | None
    chart_number: str | None
    age: int
    arrived_at: datetime
    arrival: Arrival
    waited_minutes: int | None
    appointed_at: datetime | None
    state: AttendanceState
    place: Place
    doctor_id: UUID | None
    validity: Validity | None
    checked_at: datetime | None
    check_kind: str | None
    insurer_number: str | None
    version: int


class BoardOut(Out):
    """Everybody who came on a day, first come first, and the doctors to choose from."""

    model_config = example(day="2026-11-23", items=[example_of(AttendanceOut)], doctors=[example_of(DoctorOut)])
    day: date
    items: list[AttendanceOut]
    doctors: list[DoctorOut]


class AttendanceIn(In):
    """Put a patient onto today's board."""

    model_config = example_in(patient_id="019a0000-0000-7000-8000-0000000000e1")
    patient_id: UUID


class MoveIn(In):
    """Where the person stands now, whole; `version` is the one that was seen."""

    model_config = example_in(state="in_care", place="consulting_room", doctor_id=None, version=1)
    state: AttendanceState
    place: Place
    doctor_id: UUID | None = None
    version: int = Field(ge=1, le=1_000_000)
