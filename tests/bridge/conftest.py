"""A recording server and an office per test; both are closed at its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.bridge.office import Office, Terminal
from tests.bridge.recording_server import RecordingServer

ROUTES = {
    "GET /api/bridge/jobs",
    "POST /api/bridge/files",
    "POST /api/bridge/heartbeat",
    "POST /api/oauth/device",
    "POST /api/oauth/token",
    "POST /api/oauth/revoke",
    "GET /live/bridge",
}


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    """Whatever a story makes the bridge do, it calls no other route than the contract's."""
    server = RecordingServer()
    yield server
    server.close()
    assert set(server.paths) <= ROUTES


@pytest.fixture
def office(tmp_path: Path, server: RecordingServer) -> Iterator[Office]:
    office = Office(tmp_path, server)
    yield office
    office.stop()


@pytest.fixture
def terminal(office: Office) -> Iterator[Terminal]:
    terminal = Terminal(office.root)
    yield terminal
    terminal.close()
