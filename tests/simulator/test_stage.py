"""The demo's stage with small real programs: started in order, watched, and every one of them ended."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from otonai_simulator.stage import Stage, StageFailed, only_one
from otonai_simulator.stage_plan import Place, Ports, PortTaken, Program, programs

LISTEN = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)"
FAMILY = (
    "import subprocess, sys, pathlib, time;"
    "c = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
    "pathlib.Path(sys.argv[1]).write_text(str(c.pid)); time.sleep(60)"
)


def program(name: str, code: str, *words: str, **facts: object) -> Program:
    """A row that runs a few words of Python."""
    return Program(name, [sys.executable, "-c", code, *words], **facts)  # type: ignore[arg-type]


def runs(pid: int) -> bool:
    """Whether a process is still there; one that only waits to be collected is gone."""
    state = Path(f"/proc/{pid}/stat")
    if state.parent.parent.joinpath("self").exists():
        try:
            return state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid: int) -> bool:
    """Whether a process has ended, within a moment."""
    for _ in range(100):
        if not runs(pid):
            return True
        time.sleep(0.02)
    return False


def test_a_program_is_ready_when_it_listens_and_gone_when_the_stage_is_left(tmp_path: Path) -> None:
    port = Ports.choose().web
    with Stage(tmp_path) as stage:
        stage.start(program("listener", LISTEN, str(port), port=port))
        pid = stage.running[0][1].pid
        assert runs(pid)
    assert gone(pid)


def test_children_of_a_program_are_ended_with_it(tmp_path: Path) -> None:
    note = tmp_path / "child"
    with Stage(tmp_path) as stage:
        stage.start(program("parent", FAMILY, str(note)))
        for _ in range(200):
            if note.exists() and note.read_text(encoding="ascii"):
                break
            time.sleep(0.02)
        child = int(note.read_text(encoding="ascii"))
        assert runs(child)
    assert gone(child)


def test_a_program_that_will_not_listen_to_reason_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otonai_simulator.stage.SECONDS_TO_END", 0.3)
    port = Ports.choose().web
    with Stage(tmp_path) as stage:
        stage.start(program("deaf", "import signal; signal.signal(15, signal.SIG_IGN);" + LISTEN, str(port), port=port))
        process = stage.running[0][1]
    assert process.returncode == -signal.SIGKILL


def test_a_program_that_fails_shows_the_last_lines_of_its_log(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage, pytest.raises(StageFailed) as failure:
        stage.start(program("broken", "print('what went wrong'); raise SystemExit(3)", port=Ports.choose().web))
    assert "what went wrong" in str(failure.value)
    assert "ended with 3" in str(failure.value)
    assert str(tmp_path / "broken.log") in str(failure.value)


def test_a_program_that_never_gets_ready_is_not_waited_for_forever(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage, pytest.raises(StageFailed, match="was not ready"):
        stage.start(program("slow", "import time; time.sleep(60)", port=Ports.choose().web), patience=0.3)


def test_a_row_that_runs_once_has_ended_before_the_next_one_starts(tmp_path: Path) -> None:
    note = tmp_path / "note"
    once = program("once", "import pathlib, sys, time; time.sleep(0.2); pathlib.Path(sys.argv[1]).touch()", str(note))
    with Stage(tmp_path) as stage:
        stage.start(Program(once.name, once.command, once=True))
        assert note.exists()
        assert stage.running == []


def test_the_demo_ends_when_one_of_its_programs_does(tmp_path: Path) -> None:
    with Stage(tmp_path) as stage:
        stage.start(program("short", "import time; time.sleep(0.3)"))
        with pytest.raises(StageFailed, match="short ended with 0"):
            stage.watch()


def test_a_second_demo_says_where_the_first_one_is(tmp_path: Path) -> None:
    with only_one(tmp_path / "run") as chosen:
        chosen.write_text('{"web": 4711}', encoding="utf-8")
        with pytest.raises(StageFailed, match="4711"), only_one(tmp_path / "run"):
            pass
    with only_one(tmp_path / "run"):
        assert not chosen.exists()


def test_ports_are_free_and_different_unless_chosen() -> None:
    ports = Ports.choose(8123)
    assert ports.web == 8123
    assert len({ports.live, ports.consent, ports.page}) == 3


def test_the_rows_keep_keys_and_data_apart_and_listen_on_loopback(tmp_path: Path) -> None:
    place = Place.of(tmp_path)
    place.make_ready()
    rows = {row.name: [str(part) for part in row.command] for row in programs(place, Ports(1, 2, 3, 4))}
    opening = ["open-minamo", "open-hinata", "drug-master-file", "drug-master", "opened"]
    assert list(rows) == [*opening, "server", "simulator", "clinic-day", "bridge"]
    server = rows["server"]
    assert server[server.index("--host") + 1] == "127.0.0.1"
    data, key = (Path(server[server.index(word) + 1]) for word in ("--data", "--key-file"))
    assert data.is_dir()
    assert key.parent.is_dir()
    assert data not in key.parents


def test_a_repeated_demo_opens_no_clinic_again_and_keeps_log_ins_and_ports(tmp_path: Path) -> None:
    place = Place.of(tmp_path)
    place.make_ready()
    ports = Ports.keep(place)
    first = programs(place, ports)
    (place.home / "data" / "kept").touch()
    place.is_opened.touch()
    place.make_ready()
    assert (place.home / "data" / "kept").exists()
    assert Ports.keep(place) == ports
    assert [row.name for row in programs(place, ports)] == ["server", "simulator", "clinic-day", "bridge"]
    passwords = [row.env["OTONAI_ADMIN_PASSWORD"] for row in first[:2]]
    assert all(len(word) >= 13 for word in passwords)
    assert not any(word in str(row.command) for word in passwords for row in first)


def test_a_fresh_demo_forgets_the_last_one(tmp_path: Path) -> None:
    place = Place.of(tmp_path)
    place.make_ready()
    place.is_opened.touch()
    (place.home / "data" / "old").touch()
    place.make_ready(fresh=True)
    assert not (place.home / "data" / "old").exists()
    assert not place.is_opened.exists()


def test_a_demo_says_when_another_program_sits_on_its_consent_page(tmp_path: Path) -> None:
    place = Place.of(tmp_path)
    place.make_ready()
    ports = Ports.keep(place)
    with socket.create_server(("127.0.0.1", ports.consent)), pytest.raises(PortTaken, match=str(ports.consent)):
        Ports.keep(place)


DEMO = """
import signal, sys
from pathlib import Path
from otonai_simulator import stage, stage_plan

signal.signal(signal.SIGTERM, stage._stop)
port = stage_plan.Ports.choose().web
row = stage_plan.Program("listener", [sys.executable, "-c", sys.argv[2], str(port)], port=port)
try:
    with stage.Stage(Path(sys.argv[1])) as programs:
        programs.start(row)
        print(programs.running[0][1].pid, flush=True)
        programs.watch()
except KeyboardInterrupt:
    print("ended")
"""


def test_sigterm_ends_the_demo_and_its_programs(tmp_path: Path) -> None:
    command = [sys.executable, "-c", DEMO, str(tmp_path), LISTEN]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        pid = int(demo.stdout.readline())
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(10) == 0
        assert demo.stdout.read() == "ended\n"
    assert gone(pid)
