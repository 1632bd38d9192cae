"""Fixtures: a simulator in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.simulator.practice import Practice


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice(tmp_path)


@pytest.fixture
def practice_with(tmp_path: Path) -> Callable[..., Practice]:
    """A simulator with other settings than usual."""

    def build(**settings: object) -> Practice:
        return Practice(tmp_path, **settings)

    return build
