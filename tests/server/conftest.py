"""One installation that is served for all tests that leave it standing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server.installation import Installation, Served


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """With one clinic, opened by the operator's command."""
    made = Installation(tmp_path_factory.mktemp("installation"))
    made.open_clinic()
    return made


@pytest.fixture(scope="session")
def served(installation: Installation) -> Iterator[Served]:
    """Served until the last test has ended."""
    with installation.serve() as running:
        yield running


@pytest.fixture
def empty(tmp_path: Path) -> Installation:
    """Folders alone: nothing was ever started there."""
    return Installation(tmp_path)
