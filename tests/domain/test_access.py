"""PINs: what may be chosen, and what wrong tries lead to; and what roles reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from tests.people import STAFF

from otonai.domain.access import (
    LOCK_TIME,
    MEDICAL_READERS,
    Role,
    Tries,
    TryOutcome,
    after_try,
    check_pin,
    is_locked,
    remaining_tries,
)
from otonai.domain.errors import Invalid


@pytest.mark.parametrize(
    "pin",
    [
        "000000",
        "111111",
        "123456",
        "987654",
        "345678",
        "890123",
        "135791",
        "121212",
        "123123",
        "112233",
        "123321",
        "797979",
        "510701",
        "010101",
        "991231",
        "240229",
    ],
)
def test_a_pin_that_a_finder_would_try_first_is_refused(pin: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_pin(pin)
    assert refusal.value.code == "pin_weak"


@pytest.mark.parametrize("pin", ["", "0000", "12345", "1234567", "２９４７８１", "29478a", "294 81"])
def test_what_is_not_six_digits_is_no_pin(pin: str) -> None:
    with pytest.raises(Invalid):
        check_pin(pin)


@pytest.mark.parametrize("pin", [*(person.pin for person in STAFF), "261345", "481516"])
def test_an_ordinary_choice_is_taken(pin: str) -> None:
    check_pin(pin)


def test_most_pins_stay_possible() -> None:
    refused = 0
    for number in range(0, 1_000_000, 37):
        try:
            check_pin(f"{number:06d}")
        except Invalid:
            refused += 1
    assert refused / (1_000_000 / 37) < 0.06


def test_the_reception_reads_no_medical_information_by_default() -> None:
    assert {Role.DOCTOR, Role.NURSE} == MEDICAL_READERS


@pytest.mark.shows("S-171")
def test_five_wrong_tries_lock_for_thirty_minutes(now: datetime) -> None:
    tries = Tries()
    for left in (4, 3, 2, 1):
        outcome, tries = after_try(tries, right=False, now=now)
        assert outcome is TryOutcome.WRONG
        assert remaining_tries(tries) == left
    outcome, tries = after_try(tries, right=False, now=now)
    assert outcome is TryOutcome.LOCKED
    assert tries.locked_until == now + timedelta(minutes=30)


@pytest.mark.shows("S-171")
def test_while_locked_even_the_right_pin_waits(now: datetime) -> None:
    tries = Tries(5, now + LOCK_TIME)
    almost = now + LOCK_TIME - timedelta(seconds=1)
    assert after_try(tries, right=True, now=almost) == (TryOutcome.LOCKED, tries)
    assert after_try(tries, right=True, now=now + LOCK_TIME) == (TryOutcome.OPENED, Tries())


def test_the_tenth_wrong_try_in_a_row_stops_the_device(now: datetime) -> None:
    tries, later = Tries(5, now), now + LOCK_TIME
    outcomes = []
    for _ in range(5):
        outcome, tries = after_try(tries, right=False, now=later)
        outcomes.append(outcome)
    assert outcomes == [TryOutcome.WRONG] * 4 + [TryOutcome.STOPPED]


class TryMachine(RuleBasedStateMachine):
    """A thief and an owner take turns for as long as the machine likes; a plain model counts beside the rule."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 7, 14, 5, 0, tzinfo=UTC)
        self.tries = Tries()
        self.wrong_in_row = 0
        self.stopped = False

    @rule(right=st.booleans())
    def try_once(self, right: bool) -> None:
        """One try; a stopped device hears nothing any more."""
        if self.stopped:
            return
        locked = is_locked(self.tries, self.now)
        before = self.tries
        outcome, self.tries = after_try(self.tries, right=right, now=self.now)
        if locked:
            assert outcome is TryOutcome.LOCKED
            assert self.tries == before
        elif right:
            assert outcome is TryOutcome.OPENED
            self.wrong_in_row = 0
        else:
            self.wrong_in_row += 1
            expected = {5: TryOutcome.LOCKED, 10: TryOutcome.STOPPED}
            assert outcome is expected.get(self.wrong_in_row, TryOutcome.WRONG)
            self.stopped = outcome is TryOutcome.STOPPED

    @rule(minutes=st.integers(0, 45))
    def wait(self, minutes: int) -> None:
        """Time goes on."""
        self.now += timedelta(minutes=minutes)

    @invariant()
    def a_thief_never_has_more_than_nine_looks(self) -> None:
        """The count agrees with the model, and a lock never lasts longer than its time."""
        assert self.tries.wrong_in_row == self.wrong_in_row <= 10
        assert self.tries.locked_until is None or self.tries.locked_until - self.now <= LOCK_TIME


@pytest.mark.prove("machine")
class TestTries(TryMachine.TestCase):  # type: ignore[misc,valid-type]
    """Runs the machine."""
