"""The monthly confirmation as the office sees it, and how ready patients are."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from ...domain.inquiry import AskWhen, MayAsk
from ...domain.inquiry_outcome import CommonCause
from ...domain.month_check import MonthState
from ...domain.readiness import CardHeld, CardUse, NextAction, PaperHeld, PinState
from .common import In, LongTyped, Out, example, example_in, example_of

#: `2026-11`
Month = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]


class MonthQuery(In):
    """Which month; the one under way when absent."""

    month: Month | None = None


class MonthRowOut(Out):
    """One patient's month. `reason` is the word behind the state; `reinquiry` and `number` say what may be asked."""

    model_config = example(
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        chart_number="000128",
        patient_name="資格　一郎",
        name_kana="シカク　イチロウ",
        state="needs_person",
        reason="invalid_new_exists",
        code="[資格有効性:3]",
        message=None,
        marks=["done", None, "done", "done", "changed"],
        last_checked_at="2026-11-03T11:00:09Z",
        last_check_kind="reinquiry",
        newest_visit="2026-11-23",
        due_at=None,
        inquiry_id="019a0000-0000-7000-8000-0000000009a1",
        consented_id=None,
        reinquiry="yes",
        number="yes",
        action="ready",
    )
    patient_id: UUID
    chart_number: str | None
    patient_name: str
    name_kana: str | None
    state: MonthState
    reason: str | None
    code: str | None
    message: str | None
    marks: list[MonthState | None]
    last_checked_at: datetime | None
    last_check_kind: str | None
    newest_visit: date | None
    due_at: datetime | None
    inquiry_id: UUID | None
    consented_id: UUID | None
    reinquiry: MayAsk
    number: MayAsk
    action: NextAction


class MonthBoardOut(Out):
    """The board. `months` are those of the marks and, last, the month itself."""

    model_config = example(
        month="2026-11",
        months=["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"],
        is_now=True,
        tonight_at="2026-11-23T11:00:00Z",
        reinquiry_on=True,
        counts={"done": 57, "due": 16, "needs_person": 1},
        cause=None,
        items=[example_of(MonthRowOut)],
    )
    month: str
    months: list[str]
    is_now: bool
    tonight_at: datetime
    reinquiry_on: bool
    counts: dict[MonthState, int]
    cause: CommonCause | None
    items: list[MonthRowOut]


class ReinquireIn(In):
    """Re-inquire: the patients named, or everybody on this month's board for whom it is allowed."""

    model_config = example_in(patient_ids=None, when="tonight")
    patient_ids: Annotated[list[UUID], Field(max_length=2000)] | None = None
    when: AskWhen = AskWhen.TONIGHT


class CallOffIn(In):
    """Take back what waits for the night."""

    model_config = example_in(patient_ids=["019a0000-0000-7000-8000-0000000000e1"])
    patient_ids: Annotated[list[UUID], Field(min_length=1, max_length=2000)]


class CalledOffOut(Out):
    """How many will not be asked."""

    model_config = example(called_off=1)
    called_off: int


class ReadinessOut(Out):
    """What is known of one patient's card and papers, and the next thing to do."""

    model_config = example(
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        card="card",
        use="registered",
        pin="forgotten",
        certificate_until="2027-02-01",
        paper="none",
        paper_until=None,
        note="長男が同席する日に確認",
        action="reset_pin",
        updated_at="2026-11-23T05:00:00Z",
        version=2,
    )
    patient_id: UUID
    card: CardHeld
    use: CardUse
    pin: PinState
    certificate_until: date | None
    paper: PaperHeld
    paper_until: date | None
    note: str | None
    action: NextAction
    updated_at: datetime | None
    version: int


class ReadinessIn(In):
    """All of it anew, on the version that was seen (0: nothing was written yet). The PIN itself is never asked."""

    model_config = example_in(
        base_version=1,
        card="card",
        use="registered",
        pin="forgotten",
        certificate_until="2027-02-01",
        paper="none",
        paper_until=None,
        note="長男が同席する日に確認",
    )
    base_version: int = Field(ge=0)
    card: CardHeld = CardHeld.UNKNOWN
    use: CardUse = CardUse.UNKNOWN
    pin: PinState = PinState.UNKNOWN
    certificate_until: date | None = None
    paper: PaperHeld = PaperHeld.UNKNOWN
    paper_until: date | None = None
    note: LongTyped | None = None
