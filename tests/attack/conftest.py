"""What the attacks share: the application in process, and one whole served installation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.api.conftest import app, either_server, pages, server  # noqa: F401 -- fixtures
from tests.guards.source import ROOT
from tests.server.installation import Installation, Served


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """With one clinic, opened by the operator's command."""
    made = Installation(tmp_path_factory.mktemp("attacked"))
    made.open_clinic()
    return made


@pytest.fixture(scope="session")
def served(installation: Installation) -> Iterator[Served]:
    """Served with the built app until the last attack has ended."""
    built = ROOT / "pwa" / "dist"
    assert (built / "index.html").exists(), "build the app first: `python3 run.py test` does"
    with installation.serve("--pwa", str(built)) as running:
        yield running


@pytest.fixture(scope="module")
def one_database(databases: object) -> Iterator[Engine]:
    """One embedded database for a whole file of attacks, for those that may not change it."""
    engine, remove = databases.fresh("sqlite")  # type: ignore[attr-defined]
    yield engine
    remove()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of this test's own."""
    return tmp_path
