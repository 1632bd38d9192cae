"""What every test may use: sizes of examples, the browser's place, and the `prove` choice.

`run.py test` runs everything small and with fixed seeds; `run.py prove NAME` runs the tests marked
`prove(NAME)` at full size. A test asks for its size by the fixture `sized`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from otonai.config import HashCost
from otonai.flow import hashing
from tests import people
from tests.databases import ENGINES, Databases, TwoClinics, known_clinics

#: A browser that fetches and reports nothing of its own.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

settings.register_profile("quick", max_examples=60, derandomize=True, deadline=None, database=None)
settings.register_profile(
    "full", max_examples=5000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--prove NAME` chooses the tests marked prove(NAME) and runs them at full size."""
    parser.addoption("--prove", metavar="NAME", default=None, help="run the tests marked prove(NAME) at full size")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that goes with the option, and choose the size of every Hypothesis test."""
    config.addinivalue_line("markers", "prove(name): has a full-size form, run by `run.py prove NAME`")
    settings.load_profile("full" if config.getoption("--prove") else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave only the tests of the chosen proof."""
    name = config.getoption("--prove")
    if name is None:
        return
    chosen = [item for item in items if any(name in mark.args for mark in item.iter_markers("prove"))]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


@pytest.fixture(scope="session")
def sized(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """`sized(small, full)`: how often or how much, by the kind of run."""
    full_size = pytestconfig.getoption("--prove") is not None
    return lambda small, full: full if full_size else small


@pytest.fixture(scope="session", autouse=True)
def light_hashes() -> None:
    """Hashing at the cost of practice: a thousand sign-ins at full cost would be most of a run's time."""
    hashing.use_cost(HashCost.LIGHT)
    os.environ["OTONAI_HASH_COST"] = HashCost.LIGHT.value  # for the demo's programs that tests start


@pytest.fixture
def now() -> datetime:
    """The instant at which most stories play (14:00 in Japan)."""
    return people.NOW


@pytest.fixture
def today() -> date:
    """Its day in Japan."""
    return people.TODAY


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser that `run.py test` found; only for tests marked `browser`."""
    path = os.environ.get("OTONAI_CHROMIUM", "")
    assert path, "run browser tests by `python3 run.py test`, which finds or installs Chromium"
    return path


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Real Chromium without a window: one for the whole run, because Playwright starts once in a process."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield found
        found.close()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Templates and server of the run; nothing starts before a test asks for it."""
    with Databases(tmp_path_factory.mktemp("databases")) as made:
        yield made


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Engine]:
    """A fresh database with the two clinics: once on SQLCipher, once on PostgreSQL."""
    made, remove = databases.fresh(request.param)
    yield made
    remove()


@pytest.fixture
def embedded(databases: Databases) -> Iterator[Engine]:
    """The same on SQLCipher alone, for what no engine could do differently."""
    made, remove = databases.fresh("sqlite")
    yield made
    remove()


@pytest.fixture
def clinics(engine: Engine) -> TwoClinics:
    """The two clinics of this test's database."""
    return known_clinics(engine)
