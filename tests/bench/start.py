"""What a tablet costs before it is of use: bytes, start without a network, answers to fingers, Lighthouse (P-04…P-10).

`python3 run.py bench start`. The demo's clinic as real programs, the built app, Chromium. *Start* runs from the tap on
the app's picture (navigation) until the lock screen has been painted, without a network, from the app's own service
worker. *INP* is the slowest answer to a finger in a scripted visit, by the browser's own event timing. Lighthouse 12.8
(its own packages, beside this file) judges the first screens as a mobile of its preset. The floor of a start is the
same browser painting a stored page of one line.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright
from tests.bench.medical import line
from tests.conftest import QUIET
from tests.journey.people_at_work import (
    PATIENCE,
    sign_in_at_the_office,
    take_along,
    visit_of,
)

from otonai_simulator.stage import Stage
from otonai_simulator.stage_plan import Place, Ports, programs

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "lighthouse"
STARTS, JUDGED = 11, 5
#: Lighthouse now and then records a page load without its beginning, and asks to be run again.
TRIES = 3
#: Notes when somebody first sees a screen of the lock, two frames after it stands in the page.
SEEN = """() => {
  const look = () => {
    if (!document.querySelector(".lock-act, .floor")) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => { window.seenAt = performance.now(); }));
  };
  requestAnimationFrame(look);
}"""
WHEN = """() => new Promise((done) => {
  const look = () => (window.seenAt ? done(window.seenAt) : setTimeout(look, 5));
  look();
})"""
#: The longest answer to each touch and key, as the browser itself tells.
ANSWERS = """() => {
  window.answers = new Map();
  new PerformanceObserver((told) => {
    for (const each of told.getEntries()) {
      if (!each.interactionId) continue;
      window.answers.set(each.interactionId, Math.max(each.duration, window.answers.get(each.interactionId) ?? 0));
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}"""


def main() -> int:
    """Measure and print; a benchmark asserts nothing."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    _bytes_of_the_app()
    with _clinic() as note, sync_playwright() as playwright:
        address = note["base_url"]
        _lighthouse(address)
        browser = playwright.chromium.launch(executable_path=_chromium(), args=QUIET)
        _first_screen(browser, address)
        people = {role: next(p for p in note["staff"] if p["role"] == role) for role in ("office", "doctor")}
        office = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo").new_page()
        sign_in_at_the_office(office, address, people["office"])
        size: Any = {"width": 1180, "height": 820}
        context = browser.new_context(viewport=size, has_touch=True, locale="ja-JP", timezone_id="Asia/Tokyo")
        context.add_init_script(f"({SEEN})(); ({ANSWERS})()")
        tablet = context.new_page()
        take_along(tablet, office, address, people["doctor"], "計測")
        speed = context.new_cdp_session(tablet)
        for slower in (1, 4):
            _scripted_visit(tablet, speed, slower)
        tablet.get_by_role("button", name="ロック").click()
        context.set_offline(True)
        for slower in (1, 4):
            took = [_start(tablet, speed, f"{address}/tablet", slower) for _ in range(STARTS)]
            _told("offline start → lock screen", took, slower, "250 ms, 4×: 500 ms")
        context.set_offline(False)
        context.route("**/floor", lambda route: route.fulfill(body="<p class=floor>一行", content_type="text/html"))
        for slower in (1, 4):
            took = [_start(tablet, speed, f"{address}/floor", slower) for _ in range(STARTS)]
            _told("floor: one stored line", took, slower, "none")
        browser.close()
    return 0


@contextmanager
def _clinic() -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(ROOT, Path(folder) / "demo", Path(folder) / "demo.json")
        place.make_ready(fresh=True)
        with Stage(place.home / "logs") as stage:
            for program in programs(place, Ports.choose()):
                stage.start(program)
            yield json.loads(place.note.read_text(encoding="utf-8"))


def _chromium() -> str:
    return os.environ.get("OTONAI_CHROMIUM", "/usr/bin/chromium")


def _bytes_of_the_app() -> None:
    files = [each for each in (ROOT / "pwa" / "dist").rglob("*") if each.suffix in (".js", ".css", ".html")]
    total = sum(len(gzip.compress(each.read_bytes())) for each in files)
    line("whole app, gzip", total / 1024, f"in {len(files)} files (goal 300 KB)", unit="KB")


def _first_screen(browser: Browser, address: str) -> None:
    for path in ("/tablet", "/office"):
        page = browser.new_context(locale="ja-JP", service_workers="block").new_page()
        cdp = page.context.new_cdp_session(page)
        received: list[float] = []
        cdp.on("Network.loadingFinished", lambda told, into=received: into.append(told["encodedDataLength"]))
        cdp.send("Network.enable")
        page.goto(f"{address}{path}")
        expect(page.get_by_role("button").first).to_be_visible(timeout=PATIENCE)
        line(f"first screen {path}", sum(received) / 1024, f"in {len(received)} answers (goal 120 KB)", unit="KB")
        page.context.close()


def _scripted_visit(tablet: Page, speed: CDPSession, slower: int) -> None:
    """Open a person, read drugs and checkups, register the visit, hide, show, lock and open again."""
    speed.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    tablet.evaluate("window.answers.clear()")
    for name in ("静子", "松子", "きよ"):
        visit_of(tablet, name).first.tap(timeout=PATIENCE)
        for tab in ("お薬", "健診", "概要"):
            tablet.get_by_role("link", name=tab).first.tap()
            tablet.wait_for_timeout(300)
        tablet.get_by_role("button", name=re.compile("訪問を登録する")).first.tap()
        tablet.get_by_role("button", name=re.compile("スマホ・暗証番号")).tap()
        tablet.get_by_role("button", name="登録完了").tap()
        tablet.get_by_label(re.compile("メモ|申し送り")).type("あたたかくして", delay=40)
        tablet.locator("a.bar-button").first.tap()
        tablet.get_by_role("link", name="きょうの訪問").first.tap()
        expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible(timeout=PATIENCE)
    tablet.get_by_role("button", name="画面を隠す").tap()
    tablet.get_by_role("button", name="画面をもどす").first.tap()
    tablet.wait_for_timeout(500)
    answers = sorted(tablet.evaluate("[...window.answers.values()]"))
    speed.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    slow = answers[min(len(answers) - 1, int(len(answers) * 0.98))]
    more = f"of {len(answers)} touches and keys; median {statistics.median(answers):.0f} ms (goal 100 ms at 4×)"
    line(f"INP p98, {slower}×", slow, more)


def _start(tablet: Page, speed: CDPSession, address: str, slower: int) -> float:
    tablet.goto("about:blank")
    speed.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    tablet.goto(address)
    seen: float = tablet.evaluate(WHEN)
    speed.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return seen


def _told(name: str, took: list[float], slower: int, goal: str) -> None:
    line(f"{name}, {slower}×", statistics.median(took), f"slowest {max(took):.0f} ms (goal {goal})")


def _lighthouse(address: str) -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise RuntimeError("Node is set up by `python3 run.py setup`")
    if not (HERE / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
    for path in ("/tablet", "/office"):
        said = [_judged(node, f"{address}{path}") for _ in range(JUDGED)]
        for category in ("performance", "accessibility", "best-practices"):
            scores = [each["categories"][category]["score"] for each in said]
            line(f"Lighthouse {path} {category}", statistics.median(scores), f"{scores} (goal 0.95 / 1.00)", unit="")


def _judged(node: str, address: str) -> dict[str, Any]:
    flags = "--chrome-flags=" + " ".join(["--headless=new", *QUIET])
    for _ in range(TRIES):
        done = subprocess.run(
            [node, HERE / "node_modules" / "lighthouse" / "cli" / "index.js", address, "--quiet", "--output=json",
             "--no-enable-error-reporting", "--only-categories=performance,accessibility,best-practices", flags],
            env=os.environ | {"CHROME_PATH": _chromium()}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode == 0:
            found: dict[str, Any] = json.loads(done.stdout)
            return found
    raise RuntimeError(done.stderr[-1000:])


if __name__ == "__main__":
    sys.exit(main())
