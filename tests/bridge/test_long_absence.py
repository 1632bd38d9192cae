"""The server or its event channel is away for minutes or for days: nothing lost, nothing twice, and no hot asking."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bridge.office import ANSWER, answer_name, face_name
from tests.bridge.timeless import BEGIN, DAY, HOUR, MINUTE, timeless

from otonai_bridge.patience import LONGEST_POLL_SECONDS, LONGEST_SECONDS, poll_pause


def test_without_the_event_channel_jobs_are_asked_for_as_often_as_the_server_wished(tmp_path: Path) -> None:
    with timeless(tmp_path, live_away=[(0.0, DAY)], poll_after=2.0) as bridge:
        bridge.run_until(HOUR)
        asked = bridge.server.asked("jobs", MINUTE, HOUR)
        assert (HOUR - MINUTE) / 2.4 <= asked <= (HOUR - MINUTE) / 2.0
        asked_at = [at for at, what in bridge.server.calls if what == "jobs" and at > MINUTE]
        assert min(later - before for before, later in pairwise(asked_at)) >= 2.0
        tried = [at for at in bridge.stream.tried if at > 5 * MINUTE]
        assert min(later - before for before, later in pairwise(tried)) >= 0.8 * LONGEST_SECONDS


def test_a_sound_stream_that_ends_is_asked_after_at_once_and_opened_again(tmp_path: Path) -> None:
    with timeless(tmp_path, live_away=[(10 * MINUTE, 10 * MINUTE + 1)]) as bridge:
        bridge.run_until(20 * MINUTE)
        lost_at = 10 * MINUTE
        after = [at for at, what in bridge.server.calls if what == "jobs" and at >= lost_at]
        assert after[0] - lost_at <= LONGEST_POLL_SECONDS + 0.5  # (the loop notices at its next look)
        assert bridge.stream.connected
        assert bridge.server.asked("jobs", 15 * MINUTE, 20 * MINUTE) <= 6


def test_a_stream_that_opens_and_ends_again_and_again_is_left_to_polling(tmp_path: Path) -> None:
    flapping = [(at, at + 0.01) for at in range(1, int(HOUR))]
    with timeless(tmp_path, live_away=[(begin - 0.9, end) for begin, end in flapping], poll_after=5.0) as bridge:
        bridge.run_until(HOUR)
        assert bridge.server.asked("jobs", 0, HOUR) <= HOUR / 5.0 + 3 * len(bridge.stream.tried)
        assert len(bridge.stream.tried) <= HOUR / (0.8 * LONGEST_SECONDS) + 10


@pytest.mark.shows("F60")
def test_a_server_that_is_away_for_days_is_asked_every_half_minute_and_the_files_of_those_days_arrive_once(
    tmp_path: Path,
) -> None:
    away = (HOUR, HOUR + 3 * DAY)
    with timeless(tmp_path, away=[away], live_away=[away]) as bridge:
        bridge.server.offer(5001)
        bridge.run_until(MINUTE)
        assert (tmp_path / "req" / "OQSmuhvq01req_202611235001.xml").exists()
        bridge.run_until(2 * HOUR)
        (tmp_path / "res" / answer_name(5001)).write_bytes(ANSWER)
        for day in range(3):
            bridge.run_until(away[0] + day * DAY + 2 * HOUR)
            name = face_name(BEGIN + timedelta(seconds=bridge.time.tick), day)
            (tmp_path / "face" / name).write_bytes(b"<XmlMsg>%d</XmlMsg>" % day)
            bridge.run_until(bridge.time.tick + 10 * MINUTE)
            (tmp_path / "face" / name).unlink()  # cleared by the terminal meanwhile
        bridge.run_until(away[1])
        asked = sum(1 for at, _ in bridge.server.calls if away[0] <= at < away[1])
        assert 3 * DAY / (LONGEST_SECONDS + 1) <= asked <= 3 * DAY / (0.8 * LONGEST_SECONDS) + 20
        assert bridge.turns <= 3 * DAY / 10, "no busy loop"
        assert bridge.said["server_away"] == 1
        bridge.run_until(away[1] + MINUTE)
        kinds = sorted(kind for kind, _ in bridge.server.taken.values())
        assert kinds == ["answer", "face", "face", "face", "written"]
        assert bridge.server.repeats == 0
        assert bridge.journal.held_bytes() == 0
        assert bridge.stream.connected
        assert list((tmp_path / "res").iterdir()) == []


def test_a_proxy_that_asks_for_a_day_of_patience_gets_five_minutes(tmp_path: Path) -> None:
    with timeless(tmp_path, away=[(0.0, HOUR)], retry_after=DAY) as bridge:
        bridge.run_until(2 * HOUR)
        at = [tick for tick, _ in bridge.server.calls if tick < HOUR]
        assert max(later - before for before, later in pairwise(at)) <= 300.0
        assert bridge.server.asked("heartbeat", HOUR, HOUR + 5 * MINUTE) > 0


@settings(max_examples=12, deadline=None)
@given(
    outages=st.lists(st.tuples(st.floats(0, 6 * HOUR), st.floats(1, 90 * MINUTE)), min_size=1, max_size=4),
    drops=st.lists(st.floats(0, 6 * HOUR), min_size=1, max_size=6, unique=True),
    chance=st.floats(0, 1, exclude_max=True),
)
def test_whenever_the_server_comes_and_goes_each_file_arrives_once(
    outages: list[tuple[float, float]], drops: list[float], chance: float
) -> None:
    away = [(begin, begin + length) for begin, length in outages]
    with TemporaryDirectory() as folder, timeless(Path(folder), chance, away=away, live_away=away) as bridge:
        for number, at in enumerate(sorted(drops)):
            bridge.run_until(at)
            name = face_name(bridge.time.now(), number)
            (Path(folder) / "face" / name).write_bytes(b"<XmlMsg>%d</XmlMsg>" % number)
        bridge.run_until(9 * HOUR)
        assert sorted(kind for kind, _ in bridge.server.taken.values()) == ["face"] * len(drops)
        assert bridge.server.repeats == 0
        assert bridge.journal.held_bytes() == 0
        assert max(bridge.wakeups.waits) <= LONGEST_POLL_SECONDS
        assert bridge.turns < 9 * HOUR / 5


@given(asked_for=st.floats(0.2, 1e6), chance=st.floats(0, 1, exclude_max=True))
def test_a_poll_is_never_earlier_than_asked_nor_later_than_a_minute(asked_for: float, chance: float) -> None:
    pause = poll_pause(asked_for, chance)
    assert min(asked_for, LONGEST_POLL_SECONDS) <= pause <= LONGEST_POLL_SECONDS
