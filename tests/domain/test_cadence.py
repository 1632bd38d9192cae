"""When the clinic asks again without anybody pressing a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from otonai.domain.cadence import (
    Activity,
    Cadence,
    RequestState,
    fetch_pause,
    next_request_at,
    reception_expired,
    state_after_fetch,
)
from otonai.domain.dates import JST
from otonai.domain.eligibility import FileOutcome
from otonai.domain.retry import RetryRules

CADENCE = Cadence(
    watch_time=timedelta(minutes=60),
    first_retry_after=timedelta(seconds=5),
    retry_after_processing=timedelta(seconds=10),
    new_request_every=timedelta(minutes=5),
    scheduled_every=timedelta(minutes=30),
    answer_within=timedelta(seconds=60),
    bulk_answer_within=timedelta(minutes=10),
    drug_again_after=timedelta(hours=6),
    checkup_again_after=timedelta(hours=24),
    look_back_days=3,
    drug_months=12,
    fetch_slower_after=timedelta(minutes=10),
    fetch_longest_pause=timedelta(minutes=10),
    reception_valid=timedelta(hours=24),
    retry=RetryRules(
        waits=tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 40, 60)),
        unclear_tries=3,
        permanent_wait=timedelta(hours=24),
        night=(time(20), time(7)),
        restart=(time(3, 50), time(4, 30)),
    ),
)
QUIET = Activity(
    open_request=False, last_requested_at=None, last_handover_at=None, consent_reported_at=None, awaited_people=0
)


def test_the_first_request_of_a_clinic_is_due_at_once(now: datetime) -> None:
    assert next_request_at(QUIET, CADENCE, now) == now


def test_a_quiet_clinic_keeps_its_schedule(now: datetime) -> None:
    asked = now - timedelta(minutes=12)
    assert next_request_at(replace(QUIET, last_requested_at=asked), CADENCE, now) == asked + timedelta(minutes=30)


def test_a_reported_consent_is_asked_for_at_once_and_only_once(now: datetime) -> None:
    reported = replace(
        QUIET, last_requested_at=now - timedelta(minutes=1), consent_reported_at=now - timedelta(seconds=2)
    )
    assert next_request_at(reported, CADENCE, now) == now
    asked = replace(reported, last_requested_at=now)
    assert next_request_at(asked, CADENCE, now) == now + timedelta(minutes=30)


def test_while_somebody_is_awaited_the_clinic_asks_every_five_minutes(now: datetime) -> None:
    watching = replace(
        QUIET,
        last_requested_at=now - timedelta(minutes=1),
        last_handover_at=now - timedelta(minutes=40),
        awaited_people=1,
    )
    assert next_request_at(watching, CADENCE, now) == now + timedelta(minutes=4)
    arrived = replace(watching, awaited_people=0)
    assert next_request_at(arrived, CADENCE, now) == now + timedelta(minutes=29)
    long_ago = replace(watching, last_handover_at=now - timedelta(minutes=60))
    assert next_request_at(long_ago, CADENCE, now) == now + timedelta(minutes=29)


def test_an_open_request_is_waited_for(now: datetime) -> None:
    asked = now - timedelta(minutes=40)
    assert next_request_at(replace(QUIET, open_request=True, last_requested_at=asked), CADENCE, now) is None


def test_a_consent_reported_after_an_open_request_was_sent_does_not_wait_for_it(now: datetime) -> None:
    open_one = replace(QUIET, open_request=True, last_requested_at=now - timedelta(seconds=20))
    assert next_request_at(replace(open_one, consent_reported_at=now - timedelta(seconds=1)), CADENCE, now) == now
    assert next_request_at(replace(open_one, consent_reported_at=now - timedelta(seconds=21)), CADENCE, now) is None


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (FileOutcome.DONE, RequestState.FETCHED),
        (FileOutcome.PROCESSING, RequestState.PROCESSING),
        (FileOutcome.FAILED, RequestState.FAILED),
        (FileOutcome.UNSTATED, RequestState.FAILED),
        (FileOutcome.UNKNOWN, RequestState.FAILED),
    ],
)
def test_a_file_that_exists_is_not_yet_a_success(outcome: FileOutcome, state: RequestState) -> None:
    assert state_after_fetch(outcome) is state


def test_a_request_is_open_until_it_is_fetched_or_failed() -> None:
    assert {s for s in RequestState if not s.is_open} == {RequestState.FETCHED, RequestState.FAILED}


# --- after failures, and through a night -----------------------------------------------------------------------


@pytest.mark.shows("F59", "S-160")
def test_failures_in_a_row_make_the_pause_longer_and_never_shorter_than_the_schedule(now: datetime) -> None:
    watching = replace(QUIET, last_requested_at=now, last_handover_at=now, awaited_people=1, last_reason="no_answer")
    gaps = [next_request_at(replace(watching, failures=n), CADENCE, now) - now for n in range(7)]  # type: ignore[operator]
    assert [gap / timedelta(minutes=1) for gap in gaps] == [5, 5, 10, 20, 40, 60, 60]
    by_schedule = replace(QUIET, last_requested_at=now, failures=1, last_reason="no_answer")
    assert next_request_at(by_schedule, CADENCE, now) == now + timedelta(minutes=30)


def test_a_request_that_the_terminal_cannot_take_is_tried_once_a_day(now: datetime) -> None:
    bounced = replace(QUIET, last_requested_at=now, failures=1, last_reason="bounced")
    assert next_request_at(bounced, CADENCE, now) == now + timedelta(days=1)
    reported = replace(bounced, consent_reported_at=now + timedelta(minutes=1))
    assert next_request_at(reported, CADENCE, now + timedelta(minutes=1)) == now + timedelta(minutes=1)


@pytest.mark.shows("S-168")
def test_nothing_begins_by_itself_while_the_terminal_restarts_in_the_night() -> None:
    asked = datetime(2026, 7, 14, 3, 40, tzinfo=JST)
    due = next_request_at(replace(QUIET, last_requested_at=asked), CADENCE, asked + timedelta(minutes=1))
    assert due == datetime(2026, 7, 14, 4, 30, tzinfo=JST)


@pytest.mark.shows("S-044")
def test_a_center_that_is_busy_all_day_is_asked_less_and_less_often(now: datetime) -> None:
    def pause(**age: float) -> float:
        return fetch_pause(now, now + timedelta(**age), CADENCE, first_answer=False).total_seconds()

    assert fetch_pause(now, now + timedelta(hours=3), CADENCE, first_answer=True) == timedelta(seconds=5)
    assert [pause(minutes=m) for m in (0, 10, 20, 60, 100, 600)] == [10, 10, 120, 360, 600, 600]

    at, fetches = now, 0
    while not reception_expired(now, at, CADENCE):
        at += fetch_pause(now, at, CADENCE, first_answer=False)
        fetches += 1
    assert fetches < 250, "a whole day of it costs a twentieth of the day's 4,999 file names"


def test_a_reception_number_is_given_up_after_a_day(now: datetime) -> None:
    assert not reception_expired(None, now, CADENCE)
    assert not reception_expired(now - timedelta(hours=24) + timedelta(microseconds=1), now, CADENCE)
    assert reception_expired(now - timedelta(hours=24), now, CADENCE)
