"""A whole clinic for stories: server, simulator, bridge and the built app as real processes, and real Chromium.

The clinic is the demo's own, on free ports and in a folder of its own. Contexts play the people: the office's PC, the
visiting tablet, the patient's phone.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from otonai_simulator.stage import Stage
from otonai_simulator.stage_plan import Place, Ports, programs

ROOT = Path(__file__).resolve().parents[2]
TABLET = {"width": 1180, "height": 820}
OFFICE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class Clinic:
    """The ways into the demo's first clinic. `app`: the folder its server serves, a copy of the build."""

    note: dict[str, Any]
    stage: Stage
    place: Place
    app: Path

    @property
    def address(self) -> str:
        """Where the app is."""
        return str(self.note["base_url"])

    @property
    def consent_page(self) -> str:
        """The clinic's page of the simulated マイナ在宅受付Web."""
        return str(self.note["consent_url"])

    def person(self, role: str) -> dict[str, Any]:
        """Log-in of the first person with a role."""
        return next(p for p in self.note["staff"] if p["role"] == role)


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """One clinic for all stories of a run; each story uses its own people."""
    home = tmp_path_factory.mktemp("clinic")
    place = Place(ROOT, home / "demo", home / "demo.json")
    place.make_ready(fresh=True)
    built = ROOT / "pwa" / "dist"
    assert (built / "index.html").exists(), "build the app first: `python3 run.py test` does"
    app = shutil.copytree(built, home / "app")
    with Stage(place.home / "logs") as stage:
        for program in programs(place, Ports.choose()):
            command = [app if part == built else part for part in program.command]
            stage.start(replace(program, command=command))
        yield Clinic(json.loads(place.note.read_text(encoding="utf-8")), stage, place, app)


@pytest.fixture
def open_context(browser: Browser) -> Iterator[Callable[[dict[str, int]], BrowserContext]]:
    """A fresh browser profile of a given size, in Japanese and Japan's time.

    Errors of a page fail the story, and so does anything that the content security policy had to stop.
    """
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def fresh(size: dict[str, int]) -> BrowserContext:
        context = browser.new_context(viewport=size, locale="ja-JP", timezone_id="Asia/Tokyo")  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        context.on("weberror", lambda found: errors.append(str(found.error)))
        context.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        contexts.append(context)
        return context

    yield fresh
    for context in contexts:
        context.close()
    assert errors == [], "errors in the page"


@pytest.fixture
def pictures(tmp_path: Path) -> Callable[[Page, str], Path]:
    """Takes a picture for whoever looks at a failed story."""

    def take(page: Page, name: str) -> Path:
        path = tmp_path / f"{name}.png"
        page.screenshot(path=path)
        return path

    return take


def wait_until(what: Callable[[], bool], seconds: float = 15.0) -> None:
    """Wait for something that no page shows."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
