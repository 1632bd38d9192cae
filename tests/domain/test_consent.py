"""Consent: what may be asked for now, and which days a 情報申請 may cover."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from otonai.domain.consent import (
    Consent,
    ConsentFlag,
    ConsentKind,
    ConsentState,
    ReportedOutcome,
    checked_period,
    consent_state,
)
from otonai.domain.errors import Invalid


def given_until(until: datetime | None) -> Consent:
    return Consent(ConsentKind.DRUG, ConsentFlag.GIVEN, available_until=until)


@pytest.mark.shows("S-027")
def test_viewing_ends_at_the_very_second_that_the_result_names(now: datetime) -> None:
    consented = Consent(ConsentKind.DRUG, ConsentFlag.GIVEN, now, now + timedelta(hours=24))
    assert consent_state(consented, now + timedelta(hours=24) - timedelta(seconds=1)) is ConsentState.OPEN
    assert consent_state(consented, now + timedelta(hours=24)) is ConsentState.EXPIRED


def test_a_consent_without_an_end_holds_while_care_continues(now: datetime) -> None:
    assert consent_state(given_until(None), now + timedelta(days=400)) is ConsentState.OPEN


@pytest.mark.parametrize(
    ("flag", "state"),
    [
        (ConsentFlag.NONE, ConsentState.NO_CONSENT),
        (ConsentFlag.UNOBTAINABLE, ConsentState.NO_CONSENT),
        (ConsentFlag.UNKNOWN, ConsentState.NO_CONSENT),
        (ConsentFlag.EXPIRED, ConsentState.EXPIRED),
    ],
)
def test_every_flag_but_given_keeps_the_door_shut(flag: ConsentFlag, state: ConsentState, now: datetime) -> None:
    assert consent_state(Consent(ConsentKind.DRUG, flag, available_until=now + timedelta(days=1)), now) is state


def test_nothing_known_is_no_consent(now: datetime) -> None:
    assert consent_state(None, now) is ConsentState.NO_CONSENT


@pytest.mark.parametrize("outcome", list(ReportedOutcome))
def test_only_an_agreement_promises_a_result(outcome: ReportedOutcome) -> None:
    assert outcome.promises_a_result == (outcome in {ReportedOutcome.COMPLETED, ReportedOutcome.PARTIAL})


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2026, 7, 14), date(2026, 7, 13), "period_reversed"),
        (date(2026, 7, 14), date(2026, 7, 15), "period_in_future"),
        (date(2026, 6, 13), date(2026, 7, 14), "period_too_long"),
    ],
)
def test_a_period_that_cannot_be_says_why(first: date, last: date, code: str, today: date) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_period(first, last, today)
    assert refusal.value.code == code


def test_one_day_and_thirty_one_days_are_both_periods(today: date) -> None:
    assert checked_period(today, today, today).first == today
    assert checked_period(date(2026, 6, 14), today, today).last == today
