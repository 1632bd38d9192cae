"""Imports go one way: domain ← terminal, store ← flow ← api; and the three programs never import one another."""

from __future__ import annotations

import sys

import pytest
from tests.guards.source import PACKAGES, imports, package_files, told

#: What each layer of the server may import from the server itself. Files beside the folders wire everything up.
MAY_IMPORT = {
    "domain": {"domain"},
    "rules": {"domain", "rules"},
    "terminal": {"domain", "terminal"},
    "store": {"domain", "store", "config"},
    "flow": {"domain", "rules", "terminal", "store", "flow", "config"},
    "api": {
        "domain", "rules", "terminal", "store", "flow", "api", "config", "pending", "proofs", "tickets",
        "provider_client", "response_headers",
    },
}  # fmt: skip


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_a_layer_looks_only_down(layer: str) -> None:
    wrong = []
    for path in package_files("otonai"):
        parts = path.parts[path.parts.index("otonai", path.parts.index("backend")) + 1 :]
        if parts[0] != layer:
            continue
        for found in imports(path):
            name = found.module.split(".")
            if name[0] == "otonai" and name[1] not in MAY_IMPORT[layer] | {"__version__"}:
                wrong.append(f"{told(path)}:{found.line} imports {found.module}")
    assert wrong == []


def test_the_rules_need_the_standard_library_and_nothing_else() -> None:
    wrong = [
        f"{told(path)}:{found.line} imports {found.module}"
        for path in package_files("otonai")
        if "domain" in path.parts
        for found in imports(path)
        if (top := found.module.split(".")[0]) != "otonai" and top not in sys.stdlib_module_names
    ]
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_program_imports_another(package: str) -> None:
    others = set(PACKAGES) - {package}
    wrong = [
        f"{told(path)}:{found.line} imports {found.module}"
        for path in package_files(package)
        for found in imports(path)
        if found.module.split(".")[0] in others
    ]
    assert wrong == []


def test_the_bridge_cannot_read_what_it_carries() -> None:
    wrong = [
        f"{told(path)}:{found.line} imports {found.module}"
        for path in package_files("otonai_bridge")
        for found in imports(path)
        if found.module.split(".")[0] in {"lxml", "xml", "xmltodict", "defusedxml", "bs4", "html"}
    ]
    assert wrong == []


def test_the_rules_ask_neither_clock_nor_chance() -> None:
    banned = {"random", "secrets", "time", "os", "pathlib", "socket", "subprocess", "urllib", "sqlite3"}
    only_text = {"urllib.parse"}
    wrong = [
        f"{told(path)}:{found.line} imports {found.module}"
        for path in package_files("otonai")
        if "domain" in path.parts
        for found in imports(path)
        if found.module.split(".")[0] in banned and not found.module.startswith(tuple(only_text))
    ]
    calls = [
        f"{told(path)} calls {call}"
        for path in package_files("otonai")
        if "domain" in path.parts
        for call in ("datetime.now(", "date.today(", "utcnow(", "uuid4(", "uuid1(", "uuid7(")
        if call in path.read_text(encoding="utf-8")
    ]
    assert wrong + calls == []


def test_no_step_of_the_flow_calls_another() -> None:
    steps = {"invite_consent", "send_request", "receive_result", "match_patients", "update_ledger", "sync_tablet"}
    wrong = [
        f"{told(path)}:{found.line} imports {found.module}"
        for path in package_files("otonai")
        if path.parent.name == "flow" and path.stem in steps
        for found in imports(path)
        if (name := found.module.split("."))[:2] == ["otonai", "flow"] and set(name[2:]) & (steps - {path.stem})
    ]
    assert wrong == []
