"""The runner: standard library only, steps that repeat nothing, names that exist."""

from __future__ import annotations

import ast
import importlib.util
import stat
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.guards.source import ROOT, tree


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """run.py as a module, looking at an empty folder."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "run", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_the_runner_needs_nothing_installed() -> None:
    found = {
        (alias.name if isinstance(node, ast.Import) else str(node.module)).split(".")[0]
        for node in ast.walk(tree(ROOT / "run.py"))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert found - set(sys.stdlib_module_names) == set()


def test_ci_calls_exactly_the_test_command_of_the_readme() -> None:
    ci = ROOT / ".ci" / "run"
    lines = [line for line in ci.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "python3 run.py test"]
    assert ci.stat().st_mode & stat.S_IXUSR
    assert "python3 run.py test" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_a_step_runs_once_and_again_when_its_input_changes(run: ModuleType, tmp_path: Path) -> None:
    source, result, done = tmp_path / "source", tmp_path / "result", []
    source.write_text("one", encoding="utf-8")

    def act() -> None:
        done.append(source.read_text(encoding="utf-8"))
        result.write_text("made", encoding="utf-8")

    step = run.Step("trial", tmp_path / "stamp", result, lambda: [source, "word"], act)
    assert [step.ensure(), step.ensure()] == [True, False]
    source.write_text("two", encoding="utf-8")
    assert [step.ensure(), step.ensure()] == [True, False]
    result.unlink()
    assert step.ensure()
    assert done == ["one", "two", "two"]


def test_a_step_that_made_nothing_says_so_and_is_tried_again(run: ModuleType, tmp_path: Path) -> None:
    step = run.Step("trial", tmp_path / "stamp", tmp_path / "result", lambda: ["word"], lambda: None)
    for _ in range(2):
        with pytest.raises(run.Failed):
            step.ensure()


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("v20.19.0", True),
        ("v20.18.3", False),
        ("v21.7.0", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("", False),
    ],
)
def test_node_is_taken_only_where_the_build_tools_run(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, version: str, enough: bool
) -> None:
    monkeypatch.setattr(run, "output_of", lambda *_: version)
    assert run.node_is_new_enough("node") is enough


def test_an_unknown_measurement_is_refused_with_the_names_that_exist(run: ModuleType) -> None:
    assert run.chosen_among(["sync", "unlock"], None, "measurement") == ["sync", "unlock"]
    assert run.chosen_among(["sync", "unlock"], "sync", "measurement") == ["sync"]
    with pytest.raises(run.Failed, match="sync, unlock"):
        run.chosen_among(["sync", "unlock"], "speed", "measurement")
    with pytest.raises(run.Failed):
        run.chosen_among([], None, "proof")


@pytest.mark.parametrize(("find", "ensure"), [("find_chromium", "ensure_chromium"), ("find_webkit", "ensure_webkit")])
def test_a_missing_browser_is_a_failure_in_ci_and_a_loud_word_elsewhere(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], find: str, ensure: str
) -> None:
    monkeypatch.setattr(run, find, lambda: None)
    monkeypatch.setattr(run.shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(run, "IN_CI", True)
    with pytest.raises(run.Failed, match="missing"):
        getattr(run, ensure)()
    monkeypatch.setattr(run, "IN_CI", False)
    assert getattr(run, ensure)() is None
    assert "BROWSER TESTS DO NOT RUN" in capsys.readouterr().out


def pins(lock: Path) -> set[str]:
    """`name==version` of every package of a lock file."""
    return {line.split(" ")[0] for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line.split(" ")[0]}


def test_a_server_is_installed_with_the_versions_that_were_tested() -> None:
    tested, shipped = pins(ROOT / "requirements.lock"), pins(ROOT / "deploy" / "requirements.lock")
    assert shipped - tested == set()
    assert not any(name.startswith(("pytest==", "playwright==", "hypothesis==")) for name in shipped)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-node.lock", "deploy/requirements.lock"])
def test_every_locked_package_has_its_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert pins(ROOT / lock)
    assert "://" not in text
    blocks = [block for block in text.replace("\\\n", " ").splitlines() if block[:1].isalnum()]
    assert [block.split(" ")[0] for block in blocks if "--hash=sha256:" not in block] == []
