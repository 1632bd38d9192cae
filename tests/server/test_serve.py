"""`otonai serve`: three roles that live and end together, as real processes on free ports."""

from __future__ import annotations

import contextlib
import time

import httpx
import psutil
import pytest
from tests.server.installation import Installation, Served, chart, signed_in, wait_until


def test_it_says_ready_when_people_are_served(served: Served) -> None:
    wait_until(lambda: set(served.children()) == {"web", "live", "worker"}, 20.0, served.process)
    told = httpx.get(f"{served.address}/api/health", timeout=10).json()
    assert told["status"] == "ok"


def test_a_second_start_on_the_same_port_is_told_which_port_and_disturbs_nobody(
    served: Served, installation: Installation
) -> None:
    second = installation.run("serve", "--profile", "demo", "--port", str(installation.port), *installation.where)
    assert second.returncode == 2
    assert second.stderr.strip().splitlines()[-1].startswith("port_taken: ")
    assert str(installation.port) in second.stderr
    assert "Traceback" not in second.stderr
    assert httpx.get(f"{served.address}/api/health", timeout=10).status_code == 200


@pytest.mark.shows("F02")
def test_a_killed_web_role_is_back_within_seconds_and_what_it_had_answered_is_there(served: Served) -> None:
    admin = signed_in(served.address)
    made = admin.post("/api/patients", json=chart(name="資格　帰子"))
    assert made.status_code == 201
    before = served.children()["web"]
    _kill(before)
    wait_until(lambda: _healthy(served.address), 30.0, served.process)
    assert served.children()["web"].pid != before.pid
    assert admin.get(f"/api/patients/{made.json()['id']}").json()["name"] == "資格　帰子"


@pytest.mark.parametrize("role", ["live", "worker"])
def test_any_other_role_that_dies_is_started_again_too(served: Served, role: str) -> None:
    wait_until(lambda: role in served.children(), 20.0, served.process)
    before = served.children()[role]
    _kill(before)

    def started_again() -> bool:
        now = served.children()
        return role in now and now[role].pid != before.pid

    wait_until(started_again, 30.0, served.process)


def test_asked_to_end_it_ends_with_all_its_processes_within_ten_seconds(empty: Installation) -> None:
    empty.open_clinic()
    with empty.serve() as running:
        family = running.family()
        assert len(family) >= 3
        admin, began = signed_in(running.address), time.monotonic()
        ticket = admin.post("/api/live/ticket").json()
        # A listener that stays must not keep the server from ending.
        with httpx.stream(
            "GET", ticket["url"], headers={"Authorization": f"Bearer {ticket['ticket']}"}, timeout=15
        ) as stream:
            assert next(stream.iter_lines()).startswith("data:")
            began = time.monotonic()
            code = running.end()
        assert time.monotonic() - began < 10
        assert code == 0
        wait_until(lambda: not any(one.is_running() for one in family), 3.0)


@pytest.mark.shows("F02")
def test_killed_itself_it_leaves_no_role_behind_and_the_next_start_finds_its_ports_free(empty: Installation) -> None:
    empty.open_clinic()
    with empty.serve() as running:
        family = running.family()
        assert len(family) >= 3
        running.process.kill()
        running.process.wait(10)
        wait_until(lambda: not any(_lives(one) for one in family), 15.0)
    with empty.serve() as again:
        assert _healthy(again.address)


def test_a_web_role_that_is_killed_takes_its_worker_process_with_it(served: Served) -> None:
    wait_until(lambda: "web" in served.children(), 20.0, served.process)
    main = served.children()["web"]
    below = main.children(recursive=True)
    assert below
    main.kill()
    wait_until(lambda: not any(_lives(one) for one in below), 15.0, served.process)
    wait_until(lambda: _healthy(served.address), 30.0, served.process)


def _lives(process: psutil.Process) -> bool:
    """Not a zombie either: those wait for a parent that is gone."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill(role: psutil.Process) -> None:
    """A role with everything it started; one that ended before its turn came is no error."""
    for child in [*role.children(recursive=True), role]:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _healthy(address: str) -> bool:
    try:
        return httpx.get(f"{address}/api/health", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
