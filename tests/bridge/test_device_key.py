"""The bridge's own key: made at pairing, kept for its account alone, used for every call, and its clock put right."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, RSAKey
from tests.bridge.office import Office
from tests.bridge.recording_server import RecordingServer

from otonai_bridge import credentials, device_key
from otonai_bridge.credentials import NotPaired
from otonai_bridge.device_key import DeviceKey
from otonai_bridge.loop import Ending
from otonai_bridge.pairing import pair
from otonai_bridge.server import Server, ServerAway, open_client


@pytest.mark.shows("F41")
def test_pairing_makes_a_key_that_only_the_bridges_account_can_read(office: Office, server: RecordingServer) -> None:
    state = office.state
    credentials.remove(state)
    device_key.remove(state)
    with open_client(server.url, None) as client:
        pair(client, server.url, "受付のPC", state, show=lambda _: None, sleep=lambda _: None)
    path = device_key.key_path(state)
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert DeviceKey.load(state).thumbprint == DeviceKey.load(state).thumbprint
    private = ECKey.import_key(path.read_bytes()).as_dict(private=True)["d"]
    told = json.dumps(server.grants) + credentials.credentials_path(state).read_text("utf-8") + repr(office.events)
    assert str(private) not in told
    assert "PRIVATE" not in told


def test_nothing_is_kept_when_the_office_refuses(office: Office, server: RecordingServer) -> None:
    credentials.remove(office.state)
    device_key.remove(office.state)
    server.device_answers.append(({"error": "access_denied"}, 400))
    with open_client(server.url, None) as client, pytest.raises(Exception, match="refused this bridge"):
        pair(client, server.url, "受付のPC", office.state, show=lambda _: None, sleep=lambda _: None)
    assert not device_key.key_path(office.state).exists()
    assert not credentials.credentials_path(office.state).exists()


@pytest.mark.parametrize("damage", ["missing", "empty", "words", "rsa", "public", "other curve"])
def test_a_bridge_without_a_usable_key_says_how_to_pair_again(office: Office, damage: str) -> None:
    path = device_key.key_path(office.state)
    contents = {
        "empty": b"",
        "words": b"-----BEGIN %s-----\nnot a key\n-----END %s-----\n" % (b"PRIVATE KEY", b"PRIVATE KEY"),
        "rsa": RSAKey.generate_key(2048).as_pem(private=True),
        "public": ECKey.generate_key("P-256").as_pem(private=False),
        "other curve": ECKey.generate_key("P-384").as_pem(private=True),
    }
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(contents[damage])
    with pytest.raises(NotPaired, match="otonai-bridge pair --replace") as refused:
        DeviceKey.load(office.state)
    assert "BEGIN" not in str(refused.value)


@pytest.mark.shows("F41")
def test_the_copied_credentials_are_of_no_use_without_the_key_beside_them(
    office: Office, server: RecordingServer, tmp_path: Path
) -> None:
    copied = tmp_path / "copied"
    copied.mkdir()
    shutil.copy(credentials.credentials_path(office.state), copied)
    with open_client(server.url, None) as client, pytest.raises(NotPaired):
        Server(client, copied)


@pytest.mark.shows("F20")
def test_every_call_is_signed_for_itself(office: Office, server: RecordingServer) -> None:
    office.start()
    office.wait_for("live_connected")
    server.until(lambda: len(server.proofs) >= 4)
    office.stop()
    assert len(server.proofs) == len(set(server.proofs))


@pytest.mark.parametrize("ahead", [-90_000.0, 7_200.0])
def test_a_clock_that_is_off_is_told_once_and_put_right_from_the_servers_answers(
    office: Office, server: RecordingServer, ahead: float
) -> None:
    server.clock_ahead = ahead
    office.start()
    server.until(lambda: len(server.heartbeats) >= 3)
    office.wait_for("live_connected")
    office.stop()
    (told,) = office.said("clock_differs")
    assert abs(told["seconds"] - ahead) <= 2
    assert office.said("server_away") == []


def test_a_clock_that_runs_away_later_is_told_again(office: Office, server: RecordingServer) -> None:
    office.start()
    server.until(lambda: len(server.heartbeats) >= 1)
    assert office.said("clock_differs") == []
    server.clock_ahead = 3_600.0
    seen = len(server.heartbeats)
    server.until(lambda: len(server.heartbeats) >= seen + 2)
    office.stop()
    assert len(office.said("clock_differs")) == 1


@pytest.mark.parametrize(
    "answer",
    [
        ({"code": "enrol_again"}, 401),
        ({"code": "proof_refused", "reason": "proof_of_other_key"}, 401),
    ],
)
def test_a_bridge_whose_key_the_server_does_not_know_ends_and_says_so(
    office: Office, server: RecordingServer, answer: tuple[dict[str, str], int]
) -> None:
    server.proof_answer = answer
    office.start()
    office.joined()
    assert office.ending is Ending.NOT_PAIRED
    assert office.said("not_paired")
    assert server.grants == [], "no refresh token is spent on it"


def test_a_proof_that_is_refused_without_reason_is_waited_out(office: Office, server: RecordingServer) -> None:
    server.proof_answer = ({"code": "proof_refused", "reason": "proof_malformed"}, 401)
    with open_client(server.url, None) as client, pytest.raises(ServerAway, match="proof_malformed"):
        Server(client, office.state).jobs()
    assert server.grants == []
