"""The program as it is started: one ready line, real polling, clean end; and its options."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from tests.simulator.practice import MINAMO, eligibility_request, key_of

from otonai_simulator.__main__ import main


def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
    program = subprocess.Popen(
        [sys.executable, "-m", "otonai_simulator", "run", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    line = program.stdout.readline()
    assert line.startswith("simulator ready http://127.0.0.1:"), line
    return program, line.split()[-1]


def test_it_starts_answers_and_ends_when_told(tmp_path: Path) -> None:
    program, address = started(
        "--root", str(tmp_path), "--institution", f"{MINAMO}=minamo", "--pickup-ms", "0", "--answer-ms", "0"
    )
    try:
        (tmp_path / "req" / "OQSsiquc01req_202611235001.xml").write_bytes(eligibility_request(key_of("settled")))
        answer = tmp_path / "res" / "OQSsiquc01res_202611235001.xml"
        deadline = time.monotonic() + 10
        while not answer.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "在宅　静子" in answer.read_text("utf-8")
        assert "同意登録をする" in httpx.get(f"{address}/visit/minamo").text
        assert httpx.get(f"{address}/control/state").json()["institutions"][0]["code"] == MINAMO
    finally:
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=10)
    assert program.returncode == 0
    assert errors == ""


def test_without_institutions_it_plays_the_two_demo_clinics(tmp_path: Path) -> None:
    program, address = started("--root", str(tmp_path))
    institutions = httpx.get(f"{address}/control/state").json()["institutions"]
    program.terminate()
    program.communicate(timeout=10)
    assert [(each["url_key"], each["name"]) for each in institutions] == [
        ("minamo", "みなも在宅クリニック"),
        ("hinata", "ひなた訪問歯科"),
    ]
    assert (tmp_path / "req").is_dir()
    assert (tmp_path / "hinata" / "req").is_dir()


def test_earlier_consents_are_registered_once(tmp_path: Path) -> None:
    counts = []
    for _ in range(2):
        program, address = started("--root", str(tmp_path), "--institution", f"{MINAMO}=minamo", "--earlier-consents")
        counts.append(len(httpx.get(f"{address}/control/state").json()["consents"]))
        program.terminate()
        program.communicate(timeout=10)
    assert counts[0] == counts[1] > 5


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--institution", f"{MINAMO}=minamo"],
        ["--root", "x", "--institution", "123=minamo"],
        ["--root", "x", "--institution", MINAMO],
        ["--root", "x", "--institution", f"{MINAMO}=a", "--institution", "1339999991=b"],
        ["--root", "x", "--institution", f"{MINAMO}=a:y", "--institution", "1339999991=a:z"],
    ],
)
def test_options_that_make_no_sense_end_with_a_reason(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", *arguments]) == 2
    assert capsys.readouterr().err.startswith("otonai-simulator: ")
    assert list(tmp_path.iterdir()) == []


def test_the_people_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["people"]) == 0
    assert "twin_first\tclinic 1\t000331\t試験　一子\t1986-04-02" in capsys.readouterr().out
