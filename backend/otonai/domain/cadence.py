"""When the clinic asks the terminal again, and what a request's state becomes (design 3, oqs-interface 7.7).

Pure decisions over plain values; numbers come from `rules/cadence.toml`. Nothing is sent here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .eligibility import FileOutcome
from .retry import Question, RetryRules, earliest, wait_after


class RequestState(StrEnum):
    """A 情報申請 on its way: accepted means the terminal gave a 受付番号 and says nothing about persons."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    PROCESSING = "processing"
    FETCHED = "fetched"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self in (RequestState.REQUESTED, RequestState.ACCEPTED, RequestState.PROCESSING)


class Trigger(StrEnum):
    """Why a 情報申請 was made."""

    AUTOMATIC = "automatic"
    CONSENT_REPORTED = "consent_reported"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Cadence:
    """The dated numbers of `rules/cadence.toml`."""

    watch_time: timedelta
    first_retry_after: timedelta
    retry_after_processing: timedelta
    new_request_every: timedelta
    scheduled_every: timedelta
    answer_within: timedelta
    bulk_answer_within: timedelta
    drug_again_after: timedelta
    checkup_again_after: timedelta
    look_back_days: int
    drug_months: int
    fetch_slower_after: timedelta
    fetch_longest_pause: timedelta
    reception_valid: timedelta
    retry: RetryRules


@dataclass(frozen=True, slots=True)
class Activity:
    """What the decision needs to know about one clinic."""

    open_request: bool
    last_requested_at: datetime | None
    last_handover_at: datetime | None
    consent_reported_at: datetime | None
    awaited_people: int
    failures: int = 0
    last_reason: str | None = None


def next_request_at(activity: Activity, cadence: Cadence, now: datetime) -> datetime | None:
    """When the next 情報申請 is due, or None while one is open.

    A consent reported after the last one was sent is due at once, even beside an open one: the center answers with
    the consents that it held when it accepted, so an earlier request cannot bring this person. Otherwise, while a
    hand-over was open in the watch time and its person has not arrived, every `new_request_every`; else by schedule.
    Failures in a row make the pause longer, and nothing begins by itself while the terminal restarts in the night.
    """
    last = activity.last_requested_at
    reported = activity.consent_reported_at
    if reported is not None and (last is None or reported > last):
        return now
    if activity.open_request:
        return None
    watching = (
        activity.last_handover_at is not None
        and now - activity.last_handover_at < cadence.watch_time
        and activity.awaited_people > 0
    )
    gap = cadence.new_request_every if watching else cadence.scheduled_every
    if activity.failures:
        gap = max(gap, wait_after(activity.last_reason, activity.failures, cadence.retry))
    return earliest(Question.LIST, now if last is None else last + gap, cadence.retry)


def fetch_pause(accepted_at: datetime, now: datetime, cadence: Cadence, *, first_answer: bool) -> timedelta:
    """How long to wait after 処理中 before the list is fetched again.

    Short at first, because the list is often ready by then; later a tenth of the time that has gone by, so that a
    center that is busy all day does not use up the day's file names.
    """
    if first_answer:
        return cadence.first_retry_after
    age = now - accepted_at
    if age <= cadence.fetch_slower_after:
        return cadence.retry_after_processing
    return min(max(cadence.retry_after_processing, age / 10), cadence.fetch_longest_pause)


def reception_expired(accepted_at: datetime | None, now: datetime, cadence: Cadence) -> bool:
    """Whether a 受付番号 is too old to be fetched. How long the center keeps one is not public (A-06)."""
    return accepted_at is not None and now - accepted_at >= cadence.reception_valid


def state_after_fetch(outcome: FileOutcome) -> RequestState:
    """What a 02res file makes of the request (oqs-interface 6.4)."""
    return {
        FileOutcome.DONE: RequestState.FETCHED,
        FileOutcome.PROCESSING: RequestState.PROCESSING,
    }.get(outcome, RequestState.FAILED)
