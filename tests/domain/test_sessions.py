"""How long a sign-in lasts: rest, the longest life, and when a proof is too old for a sensitive act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.people import NOW, TODAY

from otonai.domain.factors import Stage
from otonai.domain.sessions import SessionEnd, is_fresh, session_end
from otonai.rules.sign_in import sign_in_rules_on

RULES = sign_in_rules_on(TODAY)
SECOND = timedelta(seconds=1)


def test_the_numbers_are_those_of_the_sources() -> None:
    assert RULES.idle == timedelta(minutes=30)
    assert RULES.longest == timedelta(hours=12)
    assert RULES.arriving == timedelta(minutes=15)
    assert RULES.fresh == timedelta(minutes=10)
    assert RULES.sign_up == timedelta(hours=72)
    assert RULES.emergency == timedelta(hours=24)


@pytest.mark.shows("S-173")
@pytest.mark.parametrize(
    ("rested", "left", "signed_out", "found"),
    [
        (timedelta(0), timedelta(hours=12), False, None),
        (timedelta(minutes=29, seconds=59), SECOND, False, None),
        (timedelta(minutes=30), SECOND, False, SessionEnd.IDLE),
        (timedelta(minutes=30, seconds=1), SECOND, False, SessionEnd.IDLE),
        (timedelta(0), timedelta(0), False, SessionEnd.TOO_LONG),
        (timedelta(0), -SECOND, False, SessionEnd.TOO_LONG),
        (timedelta(0), timedelta(hours=12), True, SessionEnd.SIGNED_OUT),
        (timedelta(hours=5), -SECOND, True, SessionEnd.SIGNED_OUT),
    ],
)
def test_a_session_ends_by_rest_by_age_or_by_hand(
    rested: timedelta, left: timedelta, signed_out: bool, found: SessionEnd | None
) -> None:
    ended_at = NOW if signed_out else None
    told = session_end(last_used_at=NOW - rested, expires_at=NOW + left, ended_at=ended_at, idle=RULES.idle, now=NOW)
    assert told is found


@pytest.mark.parametrize(
    ("stage", "life"),
    [
        (Stage.OPEN, timedelta(hours=12)),
        (Stage.SECOND_FACTOR, timedelta(minutes=15)),
        (Stage.CHOOSE_PASSWORD, timedelta(minutes=15)),
        (Stage.ENROL_SECOND_FACTOR, timedelta(minutes=15)),
    ],
)
def test_a_sign_in_that_is_half_way_is_finished_soon_or_begun_anew(stage: Stage, life: timedelta) -> None:
    assert RULES.ends_at(stage, NOW) == NOW + life


@pytest.mark.parametrize(("age", "fresh"), [(timedelta(minutes=9, seconds=59), True), (timedelta(minutes=10), False)])
def test_a_sensitive_act_wants_a_proof_of_the_last_ten_minutes(age: timedelta, fresh: bool) -> None:
    assert is_fresh(NOW - age, RULES.fresh, NOW) is fresh
