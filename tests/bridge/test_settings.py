"""Settings, credentials and back-off: what is odd stops the start with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from otonai_bridge import config, credentials
from otonai_bridge.config import ConfigRefused
from otonai_bridge.credentials import Credentials, NotPaired
from otonai_bridge.live import same_host
from otonai_bridge.patience import LONGEST_SECONDS, Patience, backoff

GOOD: dict[str, Any] = {"server": "https://otonai.example/", "root": "/srv/OQS", "state": "/var/lib/x"}
EXAMPLE = Path(__file__).parents[2] / "deploy" / "bridge" / "bridge.example.toml"


def test_plain_settings_are_understood() -> None:
    settings = config.settings(GOOD)
    assert settings.server == "https://otonai.example"
    assert settings.folders["face"] == Path("/srv/OQS/face")
    assert settings.settle_seconds == 0.3


def test_the_example_file_is_a_good_one() -> None:
    values = config.gather(EXAMPLE, {}, {})
    assert config.settings(values | {"ca_file": None}).server.startswith("https://")


def test_options_win_over_environment_and_environment_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bridge.toml"
    file.write_text('server = "https://a.example"\nroot = "/a"\nstate = "/s"\n', "utf-8")
    environment = {"OTONAI_BRIDGE_SERVER": "https://b.example", "OTONAI_BRIDGE_ROOT": "/b"}
    values = config.gather(file, environment, {"root": "/c", "server": None})
    assert values == {"server": "https://b.example", "root": "/c", "state": "/s"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"server": None}, "server: give the address"),
        ({"server": "otonai.example"}, "server: give the address"),
        ({"server": "http://otonai.example"}, "http:// is allowed to this machine only"),
        ({"server": "https://otonai.example/api"}, "only scheme, host and port"),
        ({"server": "https://user@otonai.example"}, "only scheme, host and port"),
        ({"root": None}, "root: give the terminal's shared folder"),
        ({"folders": {"req": "a", "res": "b", "face": "c"}}, "either root or"),
        ({"root": None, "folders": {"req": "a", "res": "b"}}, "exactly req, res and face"),
        ({"root": None, "folders": {"req": "a", "res": "a", "face": "c"}}, "three different folders"),
        ({"settle_ms": 100}, "between 300 and 10000"),
        ({"heartbeat_seconds": "often"}, "not a number"),
        ({"heartbeat_seconds": 3600}, "between 1 and 60"),
        ({"ca_file": "/nowhere/ca.pem"}, "is not there"),
    ],
)
def test_odd_settings_are_refused_with_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigRefused, match=sentence):
        config.settings(GOOD | changes)


@pytest.mark.parametrize(
    ("text", "sentence"), [("speed = 9", "unknown setting speed"), ("server = ", "not valid TOML")]
)
def test_an_odd_file_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "bridge.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigRefused, match=sentence):
        config.gather(file, {}, {})
    with pytest.raises(ConfigRefused, match="cannot be read"):
        config.gather(tmp_path / "none.toml", {}, {})


def test_credentials_come_back_and_never_print(tmp_path: Path) -> None:
    pair = Credentials("https://otonai.example", "受付のPC", "secret-access", "secret-refresh", 1.5)
    credentials.save(tmp_path, pair)
    assert credentials.load(tmp_path) == pair
    assert "secret" not in repr(pair)
    credentials.remove(tmp_path)
    with pytest.raises(NotPaired, match="otonai-bridge pair"):
        credentials.load(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"server": 1}', "\0"])
def test_unreadable_credentials_ask_for_a_new_pairing(tmp_path: Path, content: str) -> None:
    credentials.credentials_path(tmp_path).write_text(content, "utf-8")
    with pytest.raises(NotPaired, match="--replace"):
        credentials.load(tmp_path)


@pytest.mark.shows("F07", "F60")
def test_back_off_doubles_and_never_exceeds_half_a_minute() -> None:
    waits = [backoff(attempt, 0.3, 0.99) for attempt in range(1, 1000)]
    assert waits == sorted(waits)
    assert waits[0] < 0.31
    assert waits[-1] <= LONGEST_SECONDS == 30.0


def test_success_forgets_the_trouble() -> None:
    patience = Patience(lambda: 0.5)
    assert [patience.failed("a", 10.0), patience.failed("a", 10.0)] == [1, 2]
    assert patience.waits("a", 10.1)
    assert not patience.waits("b", 10.1)
    assert patience.worked("a") == 2
    assert not patience.waits("a", 10.1)
    patience.failed("a", 10.0, at_least=60)
    assert patience.waits("a", 69.0)


@pytest.mark.parametrize(
    ("stream", "server", "same"),
    [
        ("https://otonai.example:8444/live/bridge", "https://otonai.example", True),
        ("http://127.0.0.1:9/live/bridge", "http://localhost:8", True),
        ("http://otonai.example/live/bridge", "https://otonai.example", False),
        ("https://other.example/live/bridge", "https://otonai.example", False),
    ],
)
def test_a_ticket_is_shown_to_the_servers_own_host_only(stream: str, server: str, same: bool) -> None:
    assert same_host(stream, server) is same
