#!/usr/bin/env python3
"""The list of everything that an installation runs and that is not ours (CycloneDX 1.6, SEC-22). Standard library only.

    python3 deploy/sbom.py > otonai.cdx.json

Read from the lock files alone, so it names what was tested, needs no network and is the same on every machine:

1. Python packages of `deploy/requirements.lock`, with their hashes
2. npm packages that the PWA's source imports, and what those need, from `pwa/package-lock.json`

Tools that only build or test are not in it. Whether a part has a known flaw is asked of it, not by it (RUNBOOK.md).
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
_PYTHON = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>.*)$")
_IMPORT = re.compile(r"""\b(?:from\s+|import\s+|import\()["'](@?[a-z][\w.-]*(?:/[\w./-]+)?)["']""")


def python_parts(lock: Path) -> Iterator[dict[str, Any]]:
    """Every package of a pip lock file; a marker says where it is left out."""
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if found := _PYTHON.match(line):
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
            marker = found["rest"].partition("--hash")[0].strip(" ;")
            part = component("pypi", found["name"].lower(), found["version"], "required")
            part["hashes"] = [{"alg": "SHA-256", "content": each} for each in hashes]
            if marker:
                part["properties"] = [{"name": "otonai:only-where", "value": marker}]
            yield part


def npm_parts(pwa: Path) -> Iterator[dict[str, Any]]:
    """Every package that ends up in the built pages and their service worker."""
    locked = json.loads((pwa / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    waiting, seen = sorted(imported(pwa)), set[str]()
    while waiting:
        name = waiting.pop(0)
        about = locked.get(f"node_modules/{name}")
        if name in seen or about is None:
            continue
        seen.add(name)
        waiting += sorted(about.get("dependencies", {}))
        part = component("npm", name, about["version"], "required")
        algorithm, _, digest = about["integrity"].partition("-")
        content = base64.b64decode(digest).hex()
        part["hashes"] = [{"alg": {"sha512": "SHA-512", "sha1": "SHA-1"}[algorithm], "content": content}]
        if isinstance(about.get("license"), str):
            part["licenses"] = [{"expression": about["license"]}]
        yield part


def imported(pwa: Path) -> set[str]:
    """Names of the packages that the source imports by itself."""
    sources = [path for folder in ("src", "sw") for path in (pwa / folder).rglob("*.ts*") if ".test." not in path.name]
    found = {name for path in sources for name in _IMPORT.findall(path.read_text(encoding="utf-8"))}
    scoped = {"/".join(name.split("/")[: 2 if name.startswith("@") else 1]) for name in found}
    return {name for name in scoped if not name.startswith(("node:", "virtual:"))}


def component(kind: str, name: str, version: str, scope: str) -> dict[str, Any]:
    """One part as CycloneDX names it."""
    address = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library", "bom-ref": address, "name": name, "version": version, "scope": scope, "purl": address,
    }  # fmt: skip


def bill(root: Path = ROOT) -> dict[str, Any]:
    """The whole list."""
    about = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parts = [*python_parts(root / "deploy" / "requirements.lock"), *npm_parts(root / "pwa")]
    own = {
        "type": "application", "bom-ref": "otonai", "name": about["name"], "version": about["version"],
        "licenses": [{"expression": about["license"]}],
    }  # fmt: skip
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": sorted(parts, key=lambda part: str(part["purl"])),
        "dependencies": [{"ref": "otonai", "dependsOn": sorted(str(part["purl"]) for part in parts)}],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
