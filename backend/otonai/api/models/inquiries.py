"""Inquiries without the card: what is asked for, what has become of it, the history."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from ...domain.inquiry import AskWhen, InquiryRoute, InquiryState, MayAsk, Occasion
from ...domain.inquiry_outcome import InquiryOutcome
from ...domain.limit import LimitConsent
from ...domain.typed_card import CardProblem
from .common import In, Out, PageQuery, example, example_in, example_of

#: The words of `InquiryOutcome`, as an address can hold them.
Answer = Literal[
    "valid", "invalid", "invalid_new_exists", "not_found", "multiple", "valid_unregistered", "consent_again", "error",
    "no_answer", "not_sent", "unknown",
]  # fmt: skip


class InquiryIn(In):
    """The wish to ask about one patient. Whether 限度額 was agreed to is answered each time (S-070, S-158)."""

    model_config = example_in(patient_id="019a0000-0000-7000-8000-0000000000e1", route="number", limit_consent="agreed")
    patient_id: UUID
    route: InquiryRoute
    limit_consent: LimitConsent


class InquiryOut(Out):
    """One inquiry. `code` are the codes for support, `message` the center's own words (S-140)."""

    model_config = example(
        id="019a0000-0000-7000-8000-0000000009a1",
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        patient_name="資格　一郎",
        chart_number="000128",
        route="reinquiry",
        occasion="month",
        state="answered",
        limit_consent="unknown",
        in_bulk=False,
        wanted_at="2026-11-23T05:00:00Z",
        due_at="2026-11-23T11:00:00Z",
        asked_at="2026-11-23T11:00:04Z",
        closed_at="2026-11-23T11:00:09Z",
        asked_by="架空 真帆",
        outcome="invalid_new_exists",
        reason=None,
        code="[資格有効性:3]",
        message=None,
        consented_id=None,
    )
    id: UUID
    patient_id: UUID
    patient_name: str | None
    chart_number: str | None
    route: InquiryRoute
    occasion: Occasion
    state: InquiryState
    limit_consent: LimitConsent
    in_bulk: bool
    wanted_at: datetime
    due_at: datetime
    asked_at: datetime | None
    closed_at: datetime | None
    asked_by: str | None
    outcome: InquiryOutcome | None
    reason: str | None
    code: str | None
    message: str | None
    consented_id: UUID | None


class InquiryOptionsOut(Out):
    """Which routes are open for one patient, and what is missing for the number (S-069)."""

    model_config = example(
        number="yes", reinquiry="no_first_check", problems=[], open=None, tonight_at="2026-11-23T11:00:00Z"
    )
    number: MayAsk
    reinquiry: MayAsk
    problems: list[CardProblem]
    open: InquiryOut | None
    tonight_at: datetime


class BulkIn(In):
    """Ask about many by number: today's list, days to come, or everybody of the month who is not checked yet (S-153).

    `first` and `last` are needed for booked days only.
    """

    model_config = example_in(whom="today", when="now")
    whom: Literal["today", "booked", "month"]
    first: date | None = None
    last: date | None = None
    when: AskWhen = AskWhen.TONIGHT


class WishOut(Out):
    """What became of one wish: `yes`, or why nothing is asked."""

    model_config = example(
        patient_id="019a0000-0000-7000-8000-0000000000e1",
        inquiry_id="019a0000-0000-7000-8000-0000000009a1",
        word="yes",
    )
    patient_id: UUID
    inquiry_id: UUID | None
    word: str


class WishesOut(Out):
    """All of them, and how many are new. `send_at` is when the first goes."""

    model_config = example(items=[example_of(WishOut)], wanted=1, send_at="2026-11-23T11:00:00Z")
    items: list[WishOut]
    wanted: int
    send_at: datetime


class HistoryQuery(PageQuery):
    """The period is required; two years at most (S-128)."""

    first: date | None = None
    last: date | None = None
    outcome: Answer | None = None
    query: Annotated[str, Field(max_length=100)] | None = None
    patient_id: UUID | None = None


class InquiryHistoryOut(Out):
    """One page of the history, newest first."""

    model_config = example(items=[example_of(InquiryOut)], next_cursor=None, total=1)
    items: list[InquiryOut]
    next_cursor: str | None
    total: int
