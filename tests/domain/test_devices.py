"""Devices as rules: what they are called, what a private one may hold, and when a token means that there are two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.devices import (
    DeviceKind,
    Ownership,
    PairFacts,
    RefreshOutcome,
    device_name,
    may_hold_medical_offline,
    refresh_outcome,
)
from otonai.rules.devices import device_rules_on

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
ON_ITS_WAY = timedelta(minutes=2)
JUST_NOW = NOW - ON_ITS_WAY + timedelta(milliseconds=1)
LONG_AGO = NOW - timedelta(days=3)


@given(st.text(max_size=300), st.sampled_from(DeviceKind))
def test_every_name_is_one_printable_line_of_bounded_length(told: str, kind: DeviceKind) -> None:
    name = device_name(told, kind, 60)
    assert 1 <= len(name) <= 60
    assert name.isprintable()
    assert name == name.strip()
    assert device_name(name, kind, 60) == name


@pytest.mark.parametrize(
    ("clinic_allows", "ownership", "byod_allowed", "may"),
    [
        (False, Ownership.CLINIC, True, False),
        (True, Ownership.CLINIC, False, True),
        (True, Ownership.BYOD, False, False),
        (True, Ownership.BYOD, True, True),
        (False, Ownership.BYOD, True, False),
    ],
)
def test_who_may_hold_medical_information_without_a_network(
    clinic_allows: bool, ownership: Ownership, byod_allowed: bool, may: bool
) -> None:
    assert may_hold_medical_offline(clinic_allows=clinic_allows, ownership=ownership, byod_allowed=byod_allowed) is may


def test_today_private_devices_hold_none() -> None:
    assert device_rules_on(date(2026, 11, 23)).byod_offline_medical is False


def test_a_used_proof_is_remembered_longer_than_any_could_be_used_again() -> None:
    rules = device_rules_on(date(2026, 11, 23))
    window = rules.proof_window.past + rules.proof_window.future
    assert rules.on_its_way == max(window, 2 * rules.nonce_life)
    assert rules.keep_proofs > rules.on_its_way


@pytest.mark.parametrize(
    ("shown", "later", "outcome"),
    [
        (PairFacts(LATER), (), RefreshOutcome.RENEWED),
        (PairFacts(LATER, used=True), (), RefreshOutcome.RENEWED),
        (PairFacts(NOW), (), RefreshOutcome.ENDED),
        (PairFacts(LATER, LONG_AGO), (PairFacts(LATER),), RefreshOutcome.ANSWER_LOST),
        (PairFacts(LATER, NOW), (PairFacts(LATER),), RefreshOutcome.ANSWER_LOST),
        (PairFacts(LATER, LONG_AGO), (PairFacts(LATER, revoked=True), PairFacts(LATER)), RefreshOutcome.ANSWER_LOST),
        (PairFacts(LATER, LONG_AGO), (PairFacts(LATER, used=True),), RefreshOutcome.REUSED),
        (PairFacts(LATER, LONG_AGO), (PairFacts(LATER, NOW), PairFacts(LATER)), RefreshOutcome.REUSED),
        (PairFacts(LATER, NOW - ON_ITS_WAY), (PairFacts(LATER, used=True),), RefreshOutcome.REUSED),
        (PairFacts(LATER, JUST_NOW), (PairFacts(LATER, used=True),), RefreshOutcome.OVERTAKEN),
        (PairFacts(LATER, JUST_NOW), (PairFacts(LATER, NOW), PairFacts(LATER)), RefreshOutcome.OVERTAKEN),
        (PairFacts(LATER, JUST_NOW, revoked=True), (PairFacts(LATER),), RefreshOutcome.REUSED),
        (PairFacts(LATER, revoked=True), (PairFacts(LATER),), RefreshOutcome.REUSED),
        (PairFacts(NOW, revoked=True), (PairFacts(LATER),), RefreshOutcome.REUSED),
        (PairFacts(LATER, revoked=True), (PairFacts(LATER, revoked=True),), RefreshOutcome.ENDED),
        (PairFacts(LATER, LONG_AGO, revoked=True), (), RefreshOutcome.ENDED),
        (PairFacts(NOW, LONG_AGO), (PairFacts(LATER),), RefreshOutcome.ENDED),
    ],
)
@pytest.mark.shows("F41")
def test_what_showing_a_refresh_token_leads_to(
    shown: PairFacts, later: tuple[PairFacts, ...], outcome: RefreshOutcome
) -> None:
    assert refresh_outcome(shown, later, NOW, ON_ITS_WAY) is outcome
