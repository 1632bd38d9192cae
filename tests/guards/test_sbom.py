"""The bill of materials names everything that runs at an installation, and nothing that only builds or tests."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from types import ModuleType
from typing import Any

import pytest
from tests.guards.source import ROOT
from tests.guards.test_run import pins


@pytest.fixture(scope="module")
def sbom() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "deploy" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    """What the command prints."""
    done = subprocess.run([sys.executable, str(ROOT / "deploy" / "sbom.py")], capture_output=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def named(bill: dict[str, Any], kind: str) -> dict[str, str]:
    """Versions of the parts of one kind."""
    return {part["name"]: part["version"] for part in bill["components"] if part["purl"].startswith(f"pkg:{kind}/")}


def test_every_python_package_of_the_server_is_in_it(bill: dict[str, Any]) -> None:
    listed = {f"{name}=={version}" for name, version in named(bill, "pypi").items()}
    assert listed == {pin.lower() for pin in pins(ROOT / "deploy" / "requirements.lock")}


def test_what_the_pages_import_is_in_it_and_build_tools_are_not(bill: dict[str, Any], sbom: ModuleType) -> None:
    npm = named(bill, "npm")
    assert {"preact", "dexie", "workbox-precaching", "@hpke/core"} <= set(npm)
    assert sbom.imported(ROOT / "pwa") <= set(npm)
    assert not {"vite", "vitest", "typescript", "@biomejs/biome", "openapi-typescript"} & set(npm)


def test_every_part_has_its_hash_and_stands_there_once(bill: dict[str, Any]) -> None:
    addresses = [part["purl"] for part in bill["components"]]
    assert len(set(addresses)) == len(addresses) > 50
    assert all(part["hashes"] for part in bill["components"])
    assert set(bill["dependencies"][0]["dependsOn"]) == set(addresses)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
