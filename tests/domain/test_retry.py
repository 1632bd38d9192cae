"""What is asked again by itself, when, and what is never: by our own words, never by a code of the center."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.dates import JST
from otonai.domain.retry import FailureKind, Question, earliest, failure_kind, wait_after
from otonai.rules import cadence_on

RULES = cadence_on(date(2026, 7, 14)).retry


def at(hour: int, minute: int = 0, day: int = 14) -> datetime:
    return datetime(2026, 7, day, hour, minute, tzinfo=JST)


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("no_answer", FailureKind.TEMPORARY),
        ("not_written", FailureKind.TEMPORARY),
        ("reception_expired", FailureKind.TEMPORARY),
        ("name_taken", FailureKind.TEMPORARY),
        ("bounced", FailureKind.PERMANENT),
        ("other_person", FailureKind.PERMANENT),
        ("unencodable_character", FailureKind.PERMANENT),
        ("refused", FailureKind.UNCLEAR),
        ("PLACEHOLDER-E01", FailureKind.UNCLEAR),
        ("a word of a later version", FailureKind.UNCLEAR),
        (None, FailureKind.UNCLEAR),
    ],
)
def test_a_failure_is_temporary_permanent_or_unclear(reason: str | None, kind: FailureKind) -> None:
    assert failure_kind(reason) is kind


@pytest.mark.shows("S-160")
@pytest.mark.parametrize(
    ("reason", "minutes"),
    [
        ("no_answer", [5, 10, 20, 40, 60, 60, 60]),
        ("refused", [5, 10, 20, 1440, 1440, 1440, 1440]),
        ("bounced", [1440] * 7),
    ],
)
def test_waits_grow_with_each_failure_in_a_row(reason: str, minutes: list[int]) -> None:
    waits = [wait_after(reason, failures, RULES) for failures in range(1, 8)]
    assert [wait / timedelta(minutes=1) for wait in waits] == minutes


@given(failures=st.integers(0, 10_000), reason=st.sampled_from(["no_answer", "refused", "bounced", None]))
def test_whatever_fails_it_is_tried_again_within_a_day_and_never_at_once(failures: int, reason: str | None) -> None:
    assert RULES.waits[0] <= wait_after(reason, failures, RULES) <= timedelta(days=1)


@pytest.mark.shows("S-160", "S-168")
@pytest.mark.parametrize(
    ("question", "asked", "allowed"),
    [
        (Question.BULK, at(9, 30), at(20)),
        (Question.REINQUIRY, at(19, 59), at(20)),
        (Question.REFRESH, at(12), at(20)),
        (Question.BULK, at(20), at(20)),
        (Question.BULK, at(23, 59), at(23, 59)),
        (Question.BULK, at(0, 30), at(0, 30)),
        (Question.BULK, at(3, 55), at(4, 30)),
        (Question.BULK, at(6, 59), at(6, 59)),
        (Question.BULK, at(7), at(20)),
        (Question.LIST, at(9, 30), at(9, 30)),
        (Question.DOCUMENT, at(9, 30), at(9, 30)),
        (Question.LIST, at(3, 50), at(4, 30)),
        (Question.DOCUMENT, at(4, 29), at(4, 30)),
        (Question.LIST, at(4, 30), at(4, 30)),
    ],
)
def test_what_concerns_many_waits_for_the_night_and_nothing_disturbs_the_restart(
    question: Question, asked: datetime, allowed: datetime
) -> None:
    assert earliest(question, asked, RULES) == allowed


@pytest.mark.parametrize("question", list(Question))
def test_a_person_may_ask_anything_at_any_time(question: Question) -> None:
    for hour in range(24):
        assert earliest(question, at(hour, 10), RULES, asked_by_person=True) == at(hour, 10)


def test_a_registration_is_never_asked_by_itself() -> None:
    assert {earliest(Question.REGISTRATION, at(hour), RULES) for hour in range(24)} == {None}


@given(
    question=st.sampled_from([q for q in Question if q is not Question.REGISTRATION]),
    minutes=st.integers(0, 7 * 24 * 60),
)
def test_every_question_gets_its_turn_within_a_day_and_what_is_allowed_stays_allowed(
    question: Question, minutes: int
) -> None:
    asked = at(0) + timedelta(minutes=minutes)
    allowed = earliest(question, asked, RULES)
    assert allowed is not None
    assert asked <= allowed <= asked + timedelta(days=1)
    assert earliest(question, allowed, RULES) == allowed
    clock = allowed.astimezone(JST).time()
    assert not time(3, 50) <= clock < time(4, 30)
