"""When the clinic asks again without anybody pressing a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from otonai.domain.cadence import Activity, Cadence, RequestState, next_request_at, state_after_fetch
from otonai.domain.eligibility import FileOutcome

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
