"""The clinic at which the stories of the flow play."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from tests.databases import TwoClinics, known_clinics
from tests.flow.story import Story


@pytest.fixture
def story(engine: Engine, clinics: TwoClinics) -> Story:
    """An afternoon at みなも, on both engines."""
    return Story(engine, clinics.minamo)


@pytest.fixture
def small_story(embedded: Engine) -> Story:
    """The same on the embedded database alone, for rules that no engine could change."""
    return Story(embedded, known_clinics(embedded).minamo)
