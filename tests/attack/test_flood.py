"""Somebody sends slowly, endlessly, too much or nothing at all (F54): everybody else keeps working.

Against a served installation, through real sockets. Sizes are small in `test` and large in `prove attack`.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from tests.server.installation import Served, chart, signed_in

from otonai.api.intake import (
    BYTES_AT_ONCE,
    LARGE,
    SENDERS,
    SENDERS_OF_ONE_ADDRESS,
    Intake,
    Senders,
    first_verdict,
    largest_body,
)
from otonai.serve import THREADS, Addresses, command_of

MIB = 1024 * 1024
HALF_A_BODY = (
    b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
)
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "


@contextlib.contextmanager
def connections(served: Served, count: int, beginning: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that say this much and then nothing."""
    port = urlsplit(served.address).port
    opened = []
    try:
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", port), timeout=5)
            one.sendall(beginning)
            opened.append(one)
        yield opened
    finally:
        for one in opened:
            one.close()


def slowest_of(client: httpx.Client, looks: int = 20) -> float:
    """The slowest of some looks and one act of somebody who works as always."""
    times = []
    for number in range(looks):
        began = time.perf_counter()
        if number == looks // 2:
            answer = client.post(
                "/api/patients", json=chart(name="再送　花子"), headers={"Sec-Fetch-Site": "same-origin"}
            )
            assert answer.status_code == 201
        else:
            assert client.get("/api/session").status_code == 200
        times.append(time.perf_counter() - began)
    return statistics.quantiles(times, n=100)[-1]


def bearable(client: httpx.Client, before: float) -> float | None:
    """None if work goes on at most twice as slowly (a third of a second nobody notices), else how slowly.

    A server that starves starves each time; a test machine that once stood still for a moment does not.
    """
    during = 0.0
    for _ in range(3):
        during = slowest_of(client)
        if during <= max(2 * before, 0.33):
            return None
    return during


@pytest.fixture
def admin(served: Served) -> Iterator[httpx.Client]:
    """仮名 健, at work meanwhile."""
    client = signed_in(served.address)
    yield client
    client.close()


@pytest.mark.prove("attack")
@pytest.mark.shows("F54")
@pytest.mark.parametrize(
    ("beginning", "small", "full"),
    [(HALF_A_BODY, 40, 60), (HALF_A_HEAD, 150, 2000), (b"", 300, 10_000)],
    ids=["slow bodies", "slow heads", "idle connections"],
)
def test_others_work_on_while_somebody_keeps_connections_busy(
    served: Served, admin: httpx.Client, sized: Callable[[int, int], int], beginning: bytes, small: int, full: int
) -> None:
    before = slowest_of(admin)
    with connections(served, sized(small, full), beginning):
        during = bearable(admin, before)
    assert during is None, f"{before:.3f} s became {during:.3f} s"


@pytest.mark.shows("F54")
def test_one_address_cannot_take_all_places_for_senders(served: Served) -> None:
    with connections(served, SENDERS_OF_ONE_ADDRESS, HALF_A_BODY):
        _until(lambda: _refused(httpx.post(f"{served.address}/api/session", json={}, timeout=5)))
        assert httpx.get(f"{served.address}/api/health", timeout=5).status_code == 200
    _until(lambda: httpx.post(f"{served.address}/api/session", json={}, timeout=5).status_code == 422)


@pytest.mark.prove("attack")
@pytest.mark.shows("F54")
def test_an_endless_body_is_refused_before_it_is_read(
    served: Served, admin: httpx.Client, sized: Callable[[int, int], int]
) -> None:
    before = _memory(served)
    head = b"POST /api/bridge/files HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n"
    for _ in range(sized(1, 20)):
        with connections(served, 1, head) as (one,):
            with contextlib.suppress(ConnectionError):
                for _ in range(64):
                    one.sendall(bytes(MIB))
            with contextlib.suppress(ConnectionError):
                assert one.recv(200).startswith(b"HTTP/1.1 413")
    assert slowest_of(admin, 4) < 5
    assert _memory(served) - before < 64 * MIB


@pytest.mark.shows("F54")
def test_a_packed_body_is_never_unpacked(served: Served) -> None:
    bomb = gzip.compress(bytes(50 * MIB), compresslevel=9)
    assert len(bomb) < MIB
    before = _memory(served)
    answer = httpx.post(
        f"{served.address}/api/patients",
        content=bomb,
        headers={"Content-Encoding": "gzip", "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "body_not_accepted")
    assert _memory(served) - before < 32 * MIB


@pytest.mark.shows("F54")
def test_a_body_that_breaks_off_is_not_acted_upon(served: Served) -> None:
    whole = json.dumps(chart(name="中断　者")).encode()
    head = (
        "POST /api/patients HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(whole) + 1}\r\n\r\n"
    ).encode()
    with connections(served, 1, head + whole) as (one,):
        one.shutdown(socket.SHUT_WR)
        told = one.recv(4000)
    assert not told.startswith(b"HTTP/1.1 2")


@pytest.mark.shows("F54")
@pytest.mark.parametrize("bad", [b"-1", b"1e3", b"0x10", b"5, 6", b"9" * 40], ids=str)
def test_an_odd_length_is_refused(served: Served, bad: bytes) -> None:
    head = b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bad + b"\r\n\r\n{}"
    with connections(served, 1, head) as (one,):
        assert one.recv(200)[9:10] in (b"4", b"")


def test_two_ways_to_tell_a_length_are_not_taken_at_once(served: Served) -> None:
    """Two readers of one request must not see two different bodies (request smuggling)."""
    smuggled = b"0\r\n\r\nDELETE /api/session HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = (
        b"POST /api/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\nContent-Length: " + str(len(smuggled)).encode() + b"\r\n\r\n"
    )
    with connections(served, 1, head + smuggled) as (one,):
        one.settimeout(2)
        told = b""
        with contextlib.suppress(TimeoutError):
            while part := one.recv(4000):
                told += part
    assert told[9:12] in (b"400", b"411")
    assert told.count(b"HTTP/1.1 ") == 1


# --- the rules themselves ---


@pytest.mark.parametrize(
    ("path", "length", "encoding", "chunked", "verdict"),
    [
        ("/api/session", "100", "", False, Intake.TAKEN),
        ("/api/session", None, "", False, Intake.TAKEN),
        ("/api/session", "65536", "", False, Intake.TAKEN),
        ("/api/session", "65537", "", False, Intake.TOO_LONG),
        ("/api/patients", str(MIB), "identity", False, Intake.TAKEN),
        ("/api/patients", str(MIB + 1), "", False, Intake.TOO_LONG),
        ("/api/bridge/files", str(LARGE), "", False, Intake.TAKEN),
        ("/api/bridge/files", str(LARGE + 1), "", False, Intake.TOO_LONG),
        ("/api/bridge/files", "9" * 30, "", False, Intake.TOO_LONG),
        ("/office/list", str(2 * MIB), "", False, Intake.TOO_LONG),
        ("/api/patients", "12", "gzip", False, Intake.PACKED),
        ("/api/patients", "12", "GZIP, identity", False, Intake.PACKED),
        ("/api/patients", None, "", True, Intake.NO_LENGTH),
        ("/api/patients", "12", "", True, Intake.NO_LENGTH),
        ("/api/patients", "-1", "", False, Intake.CUT_OFF),
        ("/api/patients", "１２", "", False, Intake.CUT_OFF),
    ],
)
def test_the_head_alone_decides_whether_a_body_is_read(
    path: str, length: str | None, encoding: str, chunked: bool, verdict: Intake
) -> None:
    found, size = first_verdict(path, length, encoding, chunked)
    assert found is verdict
    assert size == (int(length) if verdict is Intake.TAKEN and length else 0)


def test_senders_have_bounds_by_count_by_address_and_by_bytes() -> None:
    senders = Senders()
    taken = [senders.admit(f"10.0.0.{n % 4}", 1) for n in range(SENDERS + 1)]
    assert taken.count(True) == SENDERS
    assert not taken[-1]
    senders.leave("10.0.0.0", 1)
    assert senders.admit("10.0.0.9", 1)
    alone = Senders()
    assert [alone.admit("10.0.0.1", 1) for _ in range(SENDERS_OF_ONE_ADDRESS + 1)].count(True) == SENDERS_OF_ONE_ADDRESS
    heavy = Senders()
    assert [heavy.admit(f"10.0.0.{n}", LARGE) for n in range(20)].count(True) == BYTES_AT_ONCE // LARGE
    heavy.leave("10.0.0.0", LARGE)
    assert heavy.admit("10.0.0.30", LARGE)


def test_waiting_for_senders_never_takes_the_last_thread() -> None:
    assert THREADS - SENDERS >= 64
    command = command_of("web", Addresses("127.0.0.1", 8000, 8001))
    assert command[command.index("--blocking-threads") + 1] == str(THREADS)
    assert int(command[command.index("--http1-header-read-timeout") + 1]) <= 10_000


def test_nothing_but_files_and_entries_may_be_large() -> None:
    assert largest_body("/api/session") < largest_body("/api/patients") < largest_body("/api/sync/entries")


def _memory(served: Served) -> int:
    web = served.children()["web"]
    return sum(int(p.memory_info().rss) for p in [web, *web.children(recursive=True)])


def _refused(answer: httpx.Response) -> bool:
    return (answer.status_code, answer.json()["code"]) == (503, "too_busy")


def _until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)
