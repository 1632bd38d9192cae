"""`otonai-bridge service`: the steps for each kind of computer, shown or done. No Windows is needed to decide them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.bridge.office import Office
from tests.guards.source import ROOT

from otonai_bridge import credentials, service
from otonai_bridge.__main__ import main
from otonai_bridge.config import ConfigRefused
from otonai_bridge.running import CODES, FINAL_CODES
from otonai_bridge.service import Call, Installation, RemoveFile, Starter, Tell, WriteFile
from otonai_bridge.service_command import _starter, installation
from otonai_bridge.service_steps import StepFailed, perform
from otonai_bridge.windows_service import code_of, is_final

SYSTEM = Installation(
    starter=Starter.SYSTEMD,
    program=("/opt/otonai-bridge/bin/otonai-bridge",),
    config="/etc/otonai-bridge/bridge.toml",
    state="/var/lib/otonai-bridge",
    folders=("/mnt/oqs",),
)
USER = replace(SYSTEM, starter=Starter.SYSTEMD_USER, state="/home/mina/otonai", home="/home/mina")
WINDOWS = Installation(
    starter=Starter.WINDOWS,
    program=(r"C:\Program Files\Otonai Bridge\Scripts\python.exe", "-m", "otonai_bridge"),
    config=r"C:\ProgramData\Otonai\bridge\bridge.toml",
    state=r"C:\ProgramData\Otonai\bridge",
    folders=("//TERMINAL/OQS",),
)


def calls(steps: tuple[service.Step, ...]) -> list[str]:
    return [" ".join(step.words) for step in steps if isinstance(step, Call)]


# --- Linux ------------------------------------------------------------------------------------------------------


def test_the_unit_file_in_deploy_is_the_one_that_install_writes() -> None:
    assert (ROOT / "deploy" / "bridge" / "otonai-bridge.service").read_text("utf-8") == service.unit_text(SYSTEM)


def test_a_system_unit_is_written_announced_and_started() -> None:
    steps = service.install(SYSTEM)
    assert [step.path for step in steps if isinstance(step, WriteFile)] == ["/etc/systemd/system/otonai-bridge.service"]
    assert calls(steps) == [
        "getent passwd otonai-bridge",
        "systemctl daemon-reload",
        "systemctl enable --now otonai-bridge.service",
    ]


def test_a_users_unit_needs_no_account_and_lasts_after_sign_out() -> None:
    steps = service.install(USER)
    (unit,) = [step for step in steps if isinstance(step, WriteFile)]
    assert unit.path == "/home/mina/.config/systemd/user/otonai-bridge.service"
    assert "User=" not in unit.text
    assert "WantedBy=default.target" in unit.text
    assert calls(steps)[-2:] == ["systemctl --user enable --now otonai-bridge.service", "loginctl enable-linger"]
    assert isinstance(steps[-1], Call)
    assert steps[-1].optional


def test_a_service_is_started_again_after_a_crash_and_left_alone_when_a_person_has_to_act() -> None:
    unit = service.unit_text(SYSTEM)
    assert "Restart=always" in unit
    (left_alone,) = [line for line in unit.splitlines() if line.startswith("RestartPreventExitStatus=")]
    assert {0, *map(int, left_alone.partition("=")[2].split())} == FINAL_CODES


def test_the_bridge_may_write_its_state_and_the_terminals_folders_only() -> None:
    elsewhere = replace(SYSTEM, state="/srv/otonai bridge", folders=("/mnt/req", "/mnt/res", "/mnt/face"))
    unit = service.unit_text(elsewhere)
    assert 'ReadWritePaths="/srv/otonai bridge" /mnt/req /mnt/res /mnt/face' in unit
    assert "StateDirectory=" not in unit
    assert "ProtectSystem=strict" in unit


def test_a_path_with_signs_that_mean_something_to_systemd_stays_that_path() -> None:
    odd = replace(SYSTEM, config='/etc/50%/a "b"/$x.toml')
    assert r'run --config "/etc/50%%/a \"b\"/$$x.toml"' in service.unit_text(odd)


@pytest.mark.parametrize("wanted", [SYSTEM, USER])
def test_systemd_itself_understands_the_unit(wanted: Installation, tmp_path: Path) -> None:
    """Where `systemd-analyze` is at hand it reads the file; elsewhere every line must be a section or a setting."""
    program = tmp_path / "otonai bridge"
    program.write_text("#!/bin/sh\n", "ascii")
    program.chmod(0o755)
    unit = tmp_path / "otonai-bridge.service"
    unit.write_text(service.unit_text(replace(wanted, program=(str(program),), account="root")), "utf-8")
    lines = [line for line in unit.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert all(line.startswith("[") or "=" in line for line in lines)
    if analyze := shutil.which("systemd-analyze"):
        done = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, check=False)
        assert "otonai-bridge.service" not in done.stderr, done.stderr


@pytest.mark.parametrize("wanted", [SYSTEM, USER])
def test_uninstalling_takes_the_unit_away_and_keeps_journal_and_pairing(wanted: Installation) -> None:
    steps = service.uninstall(wanted)
    assert [step.path for step in steps if isinstance(step, RemoveFile)] == [
        step.path for step in service.install(wanted) if isinstance(step, WriteFile)
    ]
    assert calls(steps)[0].endswith("disable --now otonai-bridge.service")
    assert any(isinstance(step, Tell) and wanted.state in step.text for step in steps)


# --- Windows ----------------------------------------------------------------------------------------------------


def test_windows_gets_a_service_whose_program_is_this_package() -> None:
    create = next(step for step in service.install(WINDOWS) if isinstance(step, Call) and "create" in step.words)
    told = dict(zip(create.words[3::2], create.words[4::2], strict=True))
    assert told["binPath="] == (
        r'"C:\Program Files\Otonai Bridge\Scripts\python.exe" -m otonai_bridge service host --config '
        r"C:\ProgramData\Otonai\bridge\bridge.toml"
    )
    assert told["start="] == "delayed-auto"
    assert told["obj="] == r"NT AUTHORITY\LocalService"


def test_windows_restarts_what_crashed_and_lets_nobody_else_read_the_state() -> None:
    told = calls(service.install(WINDOWS))
    assert "sc.exe failure OtonaiBridge reset= 86400 actions= restart/5000/restart/60000/restart/60000" in told
    assert told[0].startswith(r"icacls.exe C:\ProgramData\Otonai\bridge /inheritance:r /grant:r *S-1-5-18:")


@pytest.mark.parametrize("share", ["//TERMINAL/OQS", r"\\TERMINAL\OQS"])
def test_folders_on_another_computer_need_an_account_that_a_person_enters(share: str) -> None:
    steps = service.install(replace(WINDOWS, folders=(share,)))
    assert isinstance(steps[-1], Tell)
    assert "Log On" in steps[-1].text
    assert not any("start" in call.split()[1:2] for call in calls(steps))
    assert "password" not in " ".join(calls(steps)), "no secret on a command line"


def test_folders_of_this_computer_start_at_once() -> None:
    assert calls(service.install(replace(WINDOWS, folders=("C:/OQS",))))[-1] == "sc.exe start OtonaiBridge"


def test_windows_forgets_the_service_and_keeps_the_state() -> None:
    assert calls(service.uninstall(WINDOWS)) == ["sc.exe stop OtonaiBridge", "sc.exe delete OtonaiBridge"]
    assert calls(service.status(WINDOWS)) == ["sc.exe queryex OtonaiBridge"]


def test_what_ends_the_command_with_a_sentence_ends_the_service_with_the_same_code() -> None:
    complaints: list[str] = []

    def run() -> int:
        raise ConfigRefused("server: give the address")

    assert code_of(run, complaints.append) == CODES[ConfigRefused] == 2
    assert complaints == ["server: give the address"]
    assert code_of(lambda: 3, complaints.append) == 3


@pytest.mark.parametrize(("code", "final"), [(0, True), (2, True), (3, True), (4, True), (5, False), (6, True),
                                             (1, False), (137, False)])  # fmt: skip
def test_only_an_end_that_a_person_has_to_mend_counts_as_stopped(code: int, final: bool) -> None:
    assert is_final(code) is final


# --- which computer, and doing it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "user", "starter"),
    [("linux", False, Starter.SYSTEMD), ("linux", True, Starter.SYSTEMD_USER), ("win32", False, Starter.WINDOWS)],
)
def test_each_platform_has_its_starter(platform: str, user: bool, starter: Starter) -> None:
    assert _starter(platform, user=user) is starter


def test_a_platform_without_one_is_told_so() -> None:
    with pytest.raises(ConfigRefused, match="darwin"):
        _starter("darwin", user=False)


def test_settings_that_a_service_cannot_live_with_are_refused(office: Office) -> None:
    with pytest.raises(ConfigRefused, match="--config"):
        installation(office.settings, Starter.SYSTEMD, None, "otonai-bridge")
    with pytest.raises(ConfigRefused, match="log_file"):
        installation(office.settings, Starter.WINDOWS, Path("bridge.toml"), "otonai-bridge")


def test_three_folders_under_one_root_are_named_once(office: Office) -> None:
    wanted = installation(office.settings, Starter.SYSTEMD, Path("bridge.toml"), "otonai-bridge")
    assert wanted.folders == (str(office.root),)
    apart = replace(office.settings, folders={name: Path("/mnt") / name / "x" for name in ("req", "res", "face")})
    wanted = installation(apart, Starter.SYSTEMD, Path("bridge.toml"), "otonai-bridge")
    assert wanted.folders == ("/mnt/req/x", "/mnt/res/x", "/mnt/face/x")


def test_steps_are_done_in_order_and_the_first_that_fails_ends_it(tmp_path: Path) -> None:
    said: list[str] = []
    unit = tmp_path / "units" / "otonai-bridge.service"
    mark = tmp_path / "mark"
    done: tuple[service.Step, ...] = (
        WriteFile(str(unit), "[Unit]\n"),
        Call((sys.executable, "-c", f"open({str(mark)!r}, 'w').close()")),
        Call((sys.executable, "-c", "raise SystemExit(7)"), "It does not matter.", optional=True),
        Call(("no-such-program-anywhere",), "Install it.", optional=True),
        Tell("Well."),
    )
    perform(done, said.append)
    assert unit.read_text("ascii") == "[Unit]\n"
    assert mark.exists()
    assert "ended with 7. It does not matter." in said[-4]
    assert "no-such-program-anywhere is not on this computer" in said[-2]
    with pytest.raises(StepFailed, match="Ask an administrator"):
        perform(
            [Call((sys.executable, "-c", "raise SystemExit(1)"), "Ask an administrator."), Tell("never")], said.append
        )
    assert said[-1] != "never"
    perform([RemoveFile(str(unit)), RemoveFile(str(unit))], said.append)
    assert not unit.exists()


def test_a_place_that_cannot_be_written_is_told_with_a_next_step(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StepFailed, match="as administrator"):
        perform([WriteFile(str(tmp_path / "file" / "unit"), "")], lambda _: None)


def settings_file(office: Office) -> Path:
    file = office.base / "bridge.toml"
    file.write_text(f'server = "{office.server.url}"\nroot = "{office.root}"\nstate = "{office.state}"\n', "utf-8")
    return file


def test_the_command_shows_its_steps_without_doing_any(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    file = settings_file(office)
    for act in ("install", "uninstall", "status"):
        assert main(["service", act, "--user", "--dry-run", "--config", str(file)]) == 0
    told = capsys.readouterr().out
    assert f"run --config {file}" in told
    assert "1. write" in told
    assert "2. run systemctl --user daemon-reload" in told
    assert "remove" in told
    assert not (Path(os.path.expanduser("~")) / ".config/systemd/user/otonai-bridge.service").exists()


def test_an_unpaired_bridge_is_not_installed(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    credentials.remove(office.state)
    assert main(["service", "install", "--config", str(settings_file(office))]) == 4
    assert "otonai-bridge pair" in capsys.readouterr().err


def test_installing_for_a_user_leaves_the_unit_in_that_home_even_when_systemd_is_away(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`systemctl` is a script that writes down how it was called, and fails at the third call."""
    tools, home = tmp_path / "tools", tmp_path / "home"
    tools.mkdir()
    fake = tools / "systemctl"
    fake.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/called\n[ "$2" != enable ]\n', "ascii")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=os.pathsep)
    monkeypatch.setenv("HOME", str(home))
    assert main(["service", "install", "--user", "--config", str(settings_file(office))]) == 1
    unit = home / ".config/systemd/user/otonai-bridge.service"
    assert "ExecStart=" in unit.read_text("utf-8")
    assert (tmp_path / "called").read_text("ascii").splitlines() == [
        "--user daemon-reload", "--user enable --now otonai-bridge.service",
    ]  # fmt: skip
    assert "journalctl" in capsys.readouterr().out


def test_hosting_is_for_windows_to_call(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["service", "host", "--config", str(settings_file(office))]) == 2
    assert "Windows" in capsys.readouterr().err
