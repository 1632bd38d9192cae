"""Wrong tries at the office's door: five and thirty minutes, whose tries count together, when they are forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import NOW, TODAY

from otonai.domain.tries import FORGIVEN, OF_ACCOUNT, OF_KNOWN, OF_STRANGERS, Count, Door, WrongTries, after_wrong, door
from otonai.rules.sign_in import sign_in_rules_on

LIMITS = sign_in_rules_on(TODAY).tries
SECOND = timedelta(seconds=1)
LOCK = timedelta(minutes=30)


def wrong(times: int, count: Count = Count.KNOWN_DEVICE, apart: timedelta = SECOND) -> WrongTries:
    """So many wrong tries, the last one at NOW."""
    tries = WrongTries(count)
    for each in range(times):
        tries = after_wrong(tries, LIMITS, NOW - apart * (times - 1 - each))
    return tries


@pytest.mark.shows("S-171")
@pytest.mark.parametrize(("times", "found"), [(0, Door.OPEN), (4, Door.OPEN), (5, Door.LOCKED)])
def test_the_fifth_wrong_try_closes_the_door(times: int, found: Door) -> None:
    assert door([wrong(times)], NOW)[0] is found


@pytest.mark.shows("S-171")
@pytest.mark.parametrize(
    ("after", "found"),
    [
        (timedelta(0), Door.LOCKED),
        (timedelta(minutes=29, seconds=59), Door.LOCKED),
        (timedelta(minutes=30), Door.OPEN),
        (timedelta(minutes=30, seconds=1), Door.OPEN),
    ],
)
def test_a_lock_lasts_thirty_minutes_to_the_second(after: timedelta, found: Door) -> None:
    state, until = door([wrong(5)], NOW + after)
    assert state is found
    assert until == (NOW + LOCK if found is Door.LOCKED else None)


@pytest.mark.parametrize("count", list(Count))
def test_more_wrong_tries_neither_open_a_closed_door_nor_keep_it_closed_longer(count: Count) -> None:
    closed = wrong(LIMITS.of(count), count)
    for minutes in (0, 10, 29):
        assert after_wrong(closed, LIMITS, NOW + timedelta(minutes=minutes)) == closed


def test_after_a_lock_counting_begins_anew() -> None:
    tries = wrong(5)
    for each in range(4):
        tries = after_wrong(tries, LIMITS, NOW + LOCK + SECOND * each)
    assert door([tries], NOW + LOCK + SECOND * 3)[0] is Door.OPEN
    again = after_wrong(tries, LIMITS, NOW + LOCK + SECOND * 4)
    assert door([again], NOW + LOCK + SECOND * 4)[0] is Door.LOCKED


@pytest.mark.parametrize(
    ("count", "limit", "told"),
    [
        (Count.KNOWN_DEVICE, 5, Door.LOCKED),
        (Count.STRANGER, 5, Door.LOCKED),
        (Count.STRANGERS, 25, Door.LOCKED),
        (Count.ADDRESS, 30, Door.THROTTLED),
        (Count.EVERYBODY, 300, Door.THROTTLED),
    ],
)
@pytest.mark.shows("F52")
def test_every_count_has_its_limit_and_its_word(count: Count, limit: int, told: Door) -> None:
    assert door([wrong(limit - 1, count)], NOW)[0] is Door.OPEN
    assert door([wrong(limit, count)], NOW)[0] is told
    assert (count in OF_ACCOUNT) == (told is Door.LOCKED)


@pytest.mark.parametrize(
    ("count", "apart", "still_counted"),
    [
        (Count.KNOWN_DEVICE, timedelta(hours=5), True),  # four earlier ones lie within the day
        (Count.KNOWN_DEVICE, timedelta(hours=6), False),  # the first is a day old: counting began anew
        (Count.STRANGER, timedelta(hours=5), True),
        (Count.STRANGER, timedelta(hours=6), False),
    ],
)
def test_a_wrong_try_counts_for_a_day_at_one_place(count: Count, apart: timedelta, still_counted: bool) -> None:
    assert (door([wrong(5, count, apart)], NOW)[0] is Door.LOCKED) is still_counted


@pytest.mark.shows("F52")
@pytest.mark.parametrize("count", [Count.STRANGERS, Count.ADDRESS, Count.EVERYBODY])
def test_the_wide_nets_count_within_one_lock_time(count: Count) -> None:
    limit = LIMITS.of(count)
    quick, slow = LOCK / limit, LOCK / (limit - 1)
    assert door([wrong(limit, count, quick)], NOW)[0] is not Door.OPEN
    assert door([wrong(limit, count, slow)], NOW)[0] is Door.OPEN


@pytest.mark.shows("F53")
def test_a_known_browser_is_counted_by_itself_alone() -> None:
    assert OF_KNOWN == (Count.KNOWN_DEVICE,)
    assert Count.KNOWN_DEVICE not in OF_STRANGERS
    assert set(OF_KNOWN) | set(OF_STRANGERS) == set(Count)


@pytest.mark.shows("F52")
def test_a_sign_in_forgives_its_own_place_and_never_what_others_did() -> None:
    assert {Count.KNOWN_DEVICE, Count.STRANGER} == FORGIVEN


def test_a_lock_of_the_account_is_told_before_a_throttle_and_the_longest_time_counts() -> None:
    locked = WrongTries(Count.STRANGER, locked_until=NOW + timedelta(minutes=5))
    throttled = WrongTries(Count.ADDRESS, locked_until=NOW + timedelta(minutes=20))
    assert door([throttled, locked], NOW) == (Door.LOCKED, NOW + timedelta(minutes=20))


@given(
    count=st.sampled_from(list(Count)),
    waits=st.lists(st.integers(min_value=0, max_value=3600), min_size=1, max_size=80),
)
def test_no_rhythm_of_guessing_gets_more_than_the_limit_in_one_lock_time(count: Count, waits: list[int]) -> None:
    """Whatever the pauses, fewer guesses than twice the limit are looked at in any half hour, and at least one is."""
    tries, at, looked = WrongTries(count), NOW, []
    for wait in waits:
        at += timedelta(seconds=wait)
        if door([tries], at)[0] is Door.OPEN:
            looked.append(at)
            tries = after_wrong(tries, LIMITS, at)
    assert looked
    for begin in looked:
        assert sum(begin <= each < begin + LOCK for each in looked) < 2 * LIMITS.of(count)
