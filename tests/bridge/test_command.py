"""The command as an operator uses it: pair, run, status; real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.bridge.office import ANSWER, LIST_REQUEST, REQUEST, Office, eventually
from tests.bridge.recording_server import RecordingServer

from otonai_bridge import credentials
from otonai_bridge.__main__ import main

BRIDGE = [sys.executable, "-m", "otonai_bridge"]


def arguments(office: Office, *more: str) -> list[str]:
    return [*more, "--server", office.server.url, "--state", str(office.state)]


@pytest.fixture
def unpaired(office: Office) -> Office:
    credentials.remove(office.state)
    return office


def test_pairing_shows_the_code_waits_for_the_office_and_stores_the_pair(
    unpaired: Office, server: RecordingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.device_answers = [({"error": "authorization_pending"}, 400), ({"error": "authorization_pending"}, 400)]
    assert main(arguments(unpaired, "pair", "--name", "受付のPC")) == 0
    told = capsys.readouterr().out
    assert "WDJB-MJHT" in told
    assert f"{server.url}/office/devices" in told
    assert credentials.load(unpaired.state).access_token == server.access_token
    assert "access-" not in told


@pytest.mark.parametrize(
    ("error", "sentence"),
    [("access_denied", "refused this bridge"), ("expired_token", "expired"), ("invalid_grant", "invalid_grant")],
)
def test_a_pairing_that_is_not_approved_stores_nothing(
    unpaired: Office, server: RecordingServer, capsys: pytest.CaptureFixture[str], error: str, sentence: str
) -> None:
    server.device_answers = [({"error": error}, 400)]
    assert main(arguments(unpaired, "pair", "--name", "受付のPC")) == 2
    assert sentence in capsys.readouterr().err
    assert not credentials.credentials_path(unpaired.state).exists()


def test_a_second_pairing_must_be_asked_for(
    office: Office, server: RecordingServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments(office, "pair", "--name", "受付のPC")) == 2
    assert "--replace" in capsys.readouterr().err
    assert main(arguments(office, "pair", "--name", "受付のPC", "--replace")) == 0
    assert "POST /api/oauth/revoke" in server.paths


def test_running_unpaired_says_what_to_do(unpaired: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(unpaired, "run", "--root", str(unpaired.root))) == 4
    assert "otonai-bridge pair" in capsys.readouterr().err


def test_a_wrong_setting_is_refused_with_a_sentence(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--server", "http://otonai.example", "--root", str(office.root)]) == 2
    assert "https://" in capsys.readouterr().err


def test_status_before_the_first_run_says_so(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--state", str(office.state)]) == 0
    assert "no bridge has run" in capsys.readouterr().out


def test_a_damaged_journal_ends_with_its_own_code(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    (office.state / "journal.sqlite3").write_bytes(b"no database" * 500)
    assert main(arguments(office, "run", "--root", str(office.root))) == 6
    assert "journal" in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_bridge_runs_tells_its_state_and_ends_when_asked(
    office: Office, server: RecordingServer, stop: signal.Signals
) -> None:
    settings = office.base / "bridge.toml"
    settings.write_text(
        f'server = "{server.url}"\nroot = "{office.root}"\nstate = "{office.state}"\n', encoding="utf-8"
    )
    running = subprocess.Popen([*BRIDGE, "run", "--config", str(settings)], stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout
        assert "bridge ready" in running.stdout.readline()
        server.offer(LIST_REQUEST, REQUEST)
        server.until(lambda: bool(server.of("answer")))
        eventually(lambda: office.names("res") == [])
        second = subprocess.run(
            [*BRIDGE, "run", "--config", str(settings)], capture_output=True, text=True, timeout=20, check=False
        )
        assert (second.returncode, "already running" in second.stderr) == (5, True)
        status = subprocess.run(
            [*BRIDGE, "status", "--config", str(settings)], capture_output=True, text=True, timeout=20, check=True
        )
        assert "folders: req=ok res=ok face=ok" in status.stdout
        assert "last file: OQSmuhvq01res#" in status.stdout
        assert "waiting for the server: 0" in status.stdout
        assert _resident_mebibytes(running.pid) <= 60
    finally:
        running.send_signal(stop)
        told, _ = running.communicate(timeout=15)
    assert running.returncode == 0
    assert told.splitlines()[-1].endswith("bridge stopped")
    assert ANSWER.decode() not in told


def _resident_mebibytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_a_bridge_stopped_by_the_office_exits_with_its_own_code(office: Office, server: RecordingServer) -> None:
    server.stopped = True
    ended = subprocess.run(
        [*BRIDGE, *arguments(office, "run", "--root", str(office.root))],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.returncode == 3
    assert "device_stopped" in ended.stdout


def test_the_bridge_knows_no_other_package_and_no_document_parser() -> None:
    """In a fresh process: what is loaded when the command is loaded."""
    script = "import sys, otonai_bridge.__main__; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "otonai_bridge.loop" in loaded
    for unwanted in ("otonai", "otonai_simulator", "lxml", "xml.etree.ElementTree", "xml.dom", "flask", "sqlmodel"):
        assert unwanted not in loaded
