"""The bridge is killed at every named point, again and again, and still moves each file exactly once (F01).

The proof does not lean on the server's own tolerance: an effect is counted per delivery id (see
`recording_server`), the terminal notes every request it ever takes, and the killed processes are real ones.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from tests.bridge.office import ANSWER, REQUEST, Office, Terminal, answer_name, drop, eventually, face_name
from tests.bridge.recording_server import RecordingServer

from otonai_bridge.killpoints import POINTS, KillPoints

REPOSITORY = Path(__file__).parents[2]


class KillHost:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("kill_host.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        self._running = 0

    def start(self, kill_at: str = "") -> int:
        order = {
            "state": str(self._office.state),
            "root": str(self._office.root),
            "server": self._office.server.url,
            "kill_at": kill_at,
        }
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        self._running = self._line()
        return self._running

    def ended(self) -> int:
        """Exit code, or the negative number of the signal that ended it."""
        code = self._line()
        self._running = 0
        return code

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        if self._running:  # a story that failed half-way
            os.kill(self._running, signal.SIGKILL)
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()

    def _line(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())


@pytest.fixture
def host(office: Office) -> Iterator[KillHost]:
    host = KillHost(office)
    yield host
    host.close()


@pytest.mark.prove("bridge")
@pytest.mark.shows("F01")
def test_killed_at_every_point_each_file_moves_exactly_once(
    office: Office, server: RecordingServer, terminal: Terminal, host: KillHost, sized: Callable[[int, int], int]
) -> None:
    chance = random.Random(20261123)
    requests, faces, recovery = 0, 0, list[float]()
    for _ in range(sized(1, 40)):
        # 1. Killed at each point, when it is passed for the first and for the second time; work comes in all the while.
        points = [(point, count) for point in POINTS for count in (1, 2)]
        chance.shuffle(points)
        for point, count in points:
            for _ in range(2):
                requests += 1
                server.offer(_request(requests), REQUEST + str(requests).encode(), quiet=True)
                faces += 1
                drop(office.face / face_name(datetime.now(UTC), faces), ANSWER + str(faces).encode() + b"</XmlMsg>")
            host.start(f"{point}:{count}")
            assert host.ended() == -signal.SIGKILL, f"{point}:{count} was never passed"
        # 2. Left alone, the bridge catches up.
        pid, began = host.start(), time.monotonic()
        eventually(partial(_caught_up, server, requests, faces), 30)
        eventually(lambda: not server.jobs and office.names("res") == [])
        recovery.append(time.monotonic() - began)
        os.kill(pid, signal.SIGTERM)
        assert host.ended() == 0
    assert sorted(recovery)[len(recovery) // 2] <= 5, recovery

    # Requests: the terminal met each one once, whole, and the server heard of each one once.
    taken = Counter(name for name, _ in terminal.taken)
    assert taken == Counter(_request(number) for number in range(1, requests + 1))
    assert all(content.startswith(REQUEST) for _, content in terminal.taken)
    assert Counter(name for name, _ in server.effects("written")) == taken
    # Answers and card reader files: one delivery id each, all bytes whole.
    assert Counter(name for name, _ in server.effects("answer")) == Counter(
        name.replace("req_", "res_") for name in taken
    )
    assert Counter(name for name, _ in server.effects("face")) == Counter(office.names("face"))
    assert len(office.names("face")) == faces
    assert server.effects("write_failed") == []
    assert [name for name in office.names("req") if name.endswith(".part")] == []


def _caught_up(server: RecordingServer, requests: int, faces: int) -> bool:
    return len(server.effects("answer")) >= requests and len(server.effects("face")) >= faces


def _request(number: int) -> str:
    return f"OQSmuhvq01req_2026{number:08d}.xml"


@pytest.mark.shows("F01")
@pytest.mark.parametrize("point", ["after_rename", "after_send_before_journal", "after_ack_before_delete"])
def test_the_installed_command_survives_a_kill(
    office: Office, server: RecordingServer, terminal: Terminal, point: str
) -> None:
    """The same through the command line, with its real settling time."""
    server.offer("OQSmuhvq01req_202611235001.xml", REQUEST)
    command = [
        *(sys.executable, "-m", "otonai_bridge", "run", "--server", server.url),
        *("--root", str(office.root), "--state", str(office.state)),
    ]
    killed = subprocess.run(
        command, env=os.environ | {"OTONAI_BRIDGE_KILL_AT": point}, capture_output=True, timeout=20, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    again = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        server.until(lambda: bool(server.of("answer")))
        eventually(lambda: office.names("res") == [] and not server.jobs)
    finally:
        again.send_signal(signal.SIGTERM)
        told, _ = again.communicate(timeout=15)
    assert again.returncode == 0
    assert "bridge ready" in told
    assert len(terminal.taken) == 1
    assert [name for name, _ in server.effects("answer")] == [answer_name(5001)]


def test_an_unknown_kill_point_does_not_start() -> None:
    with pytest.raises(ValueError, match="unknown kill point"):
        KillPoints("after_lunch")
