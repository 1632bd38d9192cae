"""No secret lies in the repository, none has a value from the factory, and none is taken from a file of others."""

from __future__ import annotations

import ast
import re
import stat
import subprocess
from pathlib import Path

import pytest
from tests.guards.source import ROOT, package_files, told, tree

from otonai.config import OddSetting, Settings, read_settings

#: How secrets look, whoever they belong to.
SHAPES = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "a signed token": re.compile(r"\beyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}"),
    "a cloud's key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "a forge's token": re.compile(r"\b(?:gh[pousr]_\w{30,}|glpat-[\w-]{20,}|npm_\w{30,}|pypi-\w{30,})"),
    "a key in hexadecimal": re.compile(r"(?<![\w:/-])[0-9a-f]{64}(?![\w-])"),
}
#: Hashes of packages, generated texts, and vectors that are no secret because tests alone use them.
OTHER_NUMBERS = {"requirements.lock", "requirements-node.lock", "package-lock.json", "openapi.json", "schema.d.ts"}
TEST_VECTORS = "tests/data"
GOOD = {
    "OTONAI_BASE_URL": "https://otonai.example.jp",
    "OTONAI_DATABASE_URL": "sqlite:////var/lib/otonai/otonai.db",
    "OTONAI_DATABASE_KEY": "0f" * 32,
}


def tracked() -> list[Path]:
    """Every file that the repository holds."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False).stdout.decode()
    found = [ROOT / name for name in listed.split("\0") if name]
    return found or [path for path in ROOT.rglob("*.py") if ".venv" not in path.parts]


def test_nothing_in_the_repository_looks_like_a_secret() -> None:
    found = []
    for path in tracked():
        if path.name in OTHER_NUMBERS or told(path).startswith(TEST_VECTORS) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        found += [f"{told(path)}: {what}" for what, shape in SHAPES.items() if shape.search(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN " + "PRIVATE KEY-----", "-----BEGIN EC " + "PRIVATE KEY-----", "AKIA" + "A1" * 8,
        "ghp_" + "a1" * 18,
        "key = " + "0f" * 32, "eyJ" + "a" * 30 + "." + "b" * 30 + "." + "c" * 30,
    ],
)  # fmt: skip
def test_this_guard_sees_what_it_should(text: str) -> None:
    assert any(shape.search(text) for shape in SHAPES.values())


def test_a_server_has_no_secret_of_its_own_to_begin_with() -> None:
    """What has a default could be forgotten; a secret must be given, or nothing starts."""
    with pytest.raises(OddSetting, match="OTONAI_TICKET_SECRET"):
        read_settings(GOOD)
    with pytest.raises(OddSetting, match="OTONAI_DATABASE_KEY"):
        read_settings({name: text for name, text in GOOD.items() if name != "OTONAI_DATABASE_KEY"})
    with pytest.raises(OddSetting, match="OTONAI_SEALING_KEYS"):
        read_settings(GOOD | {"OTONAI_TICKET_SECRET": "1e" * 32})
    hidden = {"database_key", "ticket_secret", "sealing_keys"}
    assert {name for name, about in Settings.__dataclass_fields__.items() if not about.repr} >= hidden


@pytest.mark.parametrize(
    ("mode", "taken"), [(0o600, True), (0o400, True), (0o440, True), (0o644, False), (0o620, False)]
)
def test_a_secret_that_others_may_read_or_change_stops_the_start(tmp_path: Path, mode: int, taken: bool) -> None:
    secret = tmp_path / "ticket"
    secret.write_text("1e" * 32, encoding="ascii")
    secret.chmod(mode)
    assert stat.S_IMODE(secret.stat().st_mode) == mode
    given = GOOD | {"OTONAI_TICKET_SECRET_FILE": str(secret), "OTONAI_SEALING_KEYS": "2d" * 32}
    if taken:
        assert read_settings(given).ticket_secret == bytes.fromhex("1e" * 32)
        return
    with pytest.raises(OddSetting, match="OTONAI_TICKET_SECRET_FILE"):
        read_settings(given)


def test_no_command_takes_a_secret_as_an_argument() -> None:
    """Arguments stand in the list of processes and in the shell's history."""
    secret = re.compile(r"password|secret|token|pin\b|totp", re.IGNORECASE)
    found = [
        f"{told(path)}:{node.lineno} {argument.arg}"
        for path in package_files("otonai")
        if path.name.endswith("cli.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and any("command" in ast.unparse(d) for d in node.decorator_list)
        for argument in node.args.args
        if secret.search(argument.arg)
    ]
    assert found == []


def test_what_a_run_leaves_behind_is_never_committed() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {".otonai/", ".venv/"} <= set(ignored)
    assert not [path for path in tracked() if {".otonai", "secrets"} & set(path.parts)]
