"""The bag: day shares, medical information to carry, what a tablet says about itself, and the report on a lost one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from ...domain.day_share import DataClass, MedicalMode, ShareEnd, Withheld
from .care import EntryIn
from .common import In, Instant, Out, Typed, example, example_in, example_of
from .medical import CheckupsOut, MedicationsOut, TreatmentsOut
from .people import DeviceOut

#: Entries in one call of a stopped tablet; a call with fewer is its last (pwa/src/sync/last-words.ts).
LAST_WORDS_BATCH = 500


class DayShareOut(Out):
    """One half of a day key, 32 bytes in base64url. Kept in memory, never stored."""

    model_config = example(
        **{"class": "R", "share": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "not_after": "2026-11-23T15:00:00Z"}
    )
    class_: DataClass = Field(alias="class")
    share: str
    not_after: datetime


class WithheldOut(Out):
    """A class of data that this person does not carry on this tablet, and why."""

    model_config = example(**{"class": "M", "reason": "carry_medical_off"})
    class_: DataClass = Field(alias="class")
    reason: Withheld


class DaySharesOut(Out):
    """The shares of today for one person on one tablet."""

    model_config = example(
        day="2026-11-23",
        server_time="2026-11-23T00:10:00Z",
        medical_mode="strict",
        shares=[example_of(DayShareOut)],
        withheld=[example_of(WithheldOut)],
    )
    day: date
    server_time: datetime
    medical_mode: MedicalMode
    shares: list[DayShareOut]
    withheld: list[WithheldOut]


class MedicalPackIn(In):
    """Whose medical information is to be carried; people of today's visits only."""

    model_config = example_in(patient_ids=["019a0000-0000-7000-8000-0000000000a1"])
    patient_ids: list[UUID] = Field(min_length=1, max_length=20)


class PartWithheldOut(Out):
    """A kind of information that is not carried for one person, and why, in the word of its state."""

    model_config = example(kind="checkup", reason="no_consent")
    kind: Literal["drug", "checkup", "diagnosis", "operation"]
    reason: str


class CarriedOut(Out):
    """What is carried of one person, until when; from then on it does not exist."""

    model_config = example(
        patient_id="019a0000-0000-7000-8000-0000000000a1",
        medications=example_of(MedicationsOut),
        checkups=None,
        diagnosis=None,
        operation=None,
        not_after="2026-11-23T15:00:00Z",
        withheld=[example_of(PartWithheldOut)],
    )
    patient_id: UUID
    medications: MedicationsOut | None
    checkups: CheckupsOut | None
    diagnosis: TreatmentsOut | None
    operation: TreatmentsOut | None
    not_after: datetime
    withheld: list[PartWithheldOut]


class MedicalPackOut(Out):
    """Medical information of several people for one tablet."""

    model_config = example(server_time="2026-11-23T00:10:00Z", documents=[example_of(CarriedOut)])
    server_time: datetime
    documents: list[CarriedOut]


class PackedIn(In):
    """What a tablet holds now; `verified` when it was read back from storage."""

    model_config = example_in(day="2026-11-23", patients=8, documents=6, verified=True)
    day: date
    patients: int = Field(ge=0, le=100_000)
    documents: int = Field(ge=0, le=100_000)
    verified: bool


class TabletStatusIn(In):
    """What a tablet says about itself: no person in it."""

    model_config = example_in(
        version="0.1.0",
        storage_persisted=True,
        key_mode="strict",
        unsent=0,
        client_time="2026-11-23T00:10:00Z",
        packed=example_of(PackedIn),
    )
    version: Typed = Field(max_length=40)
    storage_persisted: bool | None = None
    key_mode: Literal["none", "strict", "passkey"]
    unsent: int = Field(ge=0, le=1_000_000)
    client_time: Instant
    packed: PackedIn | None = None


class TabletStatusOut(Out):
    """The server's time: what the tablet's deadlines go by."""

    model_config = example(server_time="2026-11-23T00:10:00Z")
    server_time: datetime


class LastWordsIn(In):
    """What a stopped tablet hands over before it is empty: entries nobody received yet, and what it deleted."""

    model_config = example_in(entries=[example_of(EntryIn)], wiped=["database", "caches", "keys"])
    entries: list[EntryIn] = Field(max_length=LAST_WORDS_BATCH)
    wiped: list[Literal["database", "caches", "keys"]] = Field(max_length=3)


class LastWordsOut(Out):
    """How many entries were kept, still sealed, for the office to look at."""

    model_config = example(kept=1)
    kept: int


class CarriedDayOut(Out):
    """One person's day on a lost tablet: whose data it held, and when its key's other half was deleted."""

    model_config = example(
        day="2026-11-23",
        staff_name="例示 慎一",
        patients=["019a0000-0000-7000-8000-0000000000a1"],
        medical=[],
        ended_at="2026-11-23T05:00:00Z",
        ended_because="device_stopped",
    )
    day: date
    staff_name: str
    patients: list[UUID]
    medical: list[UUID]
    ended_at: datetime | None
    ended_because: ShareEnd | None


class CarriedPersonOut(Out):
    """A patient whose data were on the tablet."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000000a1", chart_number="000123", name="見本 花子", last_day="2026-11-23",
        medical=True,
    )  # fmt: skip
    id: UUID
    chart_number: str | None
    name: str
    last_day: date
    medical: bool


class LossReportOut(Out):
    """What an authority asks for when a tablet was lost (design 8)."""

    model_config = example(
        device=example_of(DeviceOut),
        stopped_at="2026-11-23T05:00:00Z",
        stopped_because="lost",
        wiped_at=None,
        key_mode="strict",
        medical_mode="strict",
        storage_persisted=True,
        tokens_ended=True,
        entries_held=0,
        days=[example_of(CarriedDayOut)],
        patients=[example_of(CarriedPersonOut)],
    )
    device: DeviceOut
    stopped_at: datetime | None
    stopped_because: str | None
    wiped_at: datetime | None
    key_mode: str | None
    medical_mode: MedicalMode
    storage_persisted: bool | None
    tokens_ended: bool
    #: Entries that reached us sealed after the stop; they wait for the office.
    entries_held: int
    days: list[CarriedDayOut]
    patients: list[CarriedPersonOut]
