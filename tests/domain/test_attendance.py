"""Who is in the house: one move at a time, nobody's move is lost, and each can be taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import NOW

from otonai.domain.attendance import AttendanceState, Place, Standing, moved, waited_minutes
from otonai.domain.errors import Conflict, Invalid

SHINICHI, STRANGER = UUID(int=1), UUID(int=2)
CAME = Standing(AttendanceState.WAITING, Place.RECEPTION, None, 1)
standings = st.builds(
    Standing, st.sampled_from(AttendanceState), st.sampled_from(Place), st.sampled_from([None, SHINICHI]), st.just(1)
)


def seen(before: Standing, wanted: Standing) -> Standing:
    """What somebody sends who saw `before`."""
    return Standing(wanted.state, wanted.place, wanted.doctor_id, before.version)


@pytest.mark.shows("S-055")
@given(st.lists(standings, max_size=8))
def test_any_moves_taken_back_one_by_one_lead_to_where_it_began(moves: list[Standing]) -> None:
    was = [CAME]
    for wanted in moves:
        was.append(moved(was[-1], seen(was[-1], wanted), {SHINICHI}))
    now = was[-1]
    for before in reversed(was[:-1]):
        now = moved(now, seen(now, before), {SHINICHI})
    assert (now.state, now.place, now.doctor_id) == (CAME.state, CAME.place, CAME.doctor_id)


def test_a_repeated_move_is_none_and_an_overtaken_one_is_refused() -> None:
    in_care = Standing(AttendanceState.IN_CARE, Place.CONSULTING_ROOM, SHINICHI, 1)
    once = moved(CAME, in_care, {SHINICHI})
    assert once.version == 2
    assert moved(once, in_care, {SHINICHI}) == once
    with pytest.raises(Conflict) as refusal:
        moved(once, Standing(AttendanceState.LEFT, Place.RECEPTION, None, 1), {SHINICHI})
    assert refusal.value.code == "changed_meanwhile"


def test_only_a_doctor_of_the_house_is_given_and_one_who_left_stays_where_they_were() -> None:
    with pytest.raises(Invalid) as refusal:
        moved(CAME, Standing(AttendanceState.IN_CARE, Place.CONSULTING_ROOM, STRANGER, 1), {SHINICHI})
    assert refusal.value.code == "not_a_doctor"
    before = Standing(AttendanceState.IN_CARE, Place.CONSULTING_ROOM, STRANGER, 4)
    after = moved(before, Standing(AttendanceState.PAYING, Place.RECEPTION, STRANGER, 4), {SHINICHI})
    assert after.doctor_id == STRANGER


@pytest.mark.parametrize(
    ("state", "seconds", "minutes"),
    [
        (AttendanceState.WAITING, 59, 0),
        (AttendanceState.WAITING, 60, 1),
        (AttendanceState.WAITING, -30, 0),
        (AttendanceState.IN_CARE, 600, None),
        (AttendanceState.LEFT, 600, None),
    ],
)
def test_time_counts_while_somebody_waits(state: AttendanceState, seconds: int, minutes: int | None) -> None:
    assert waited_minutes(NOW, state, NOW + timedelta(seconds=seconds)) == minutes
