"""From the finger to the day's visits: a passkey opens a tablet that has no network (SEC-14).

`python3 run.py bench unlock`. The demo's clinic as real programs, the built app from its own service worker, Chromium
with a virtual reader that answers by PRF. The page is ended and opened anew each time; the clock runs in the page, from
the press of the button until the day's list has been painted. Goal: 100 ms, at the machine's own speed.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import CDPSession, Page, expect, sync_playwright
from tests.bench.medical import line
from tests.conftest import QUIET
from tests.journey.people_at_work import PATIENCE, add_reader, kill_and_reopen, sign_in_at_the_office, take_along

from otonai_simulator.stage import Stage
from otonai_simulator.stage_plan import Place, Ports, programs

ROOT = Path(__file__).resolve().parents[2]
OPENINGS = 15
#: Milliseconds from the press until two frames after the list came up.
PRESS = """() => new Promise((done) => {
  const button = [...document.querySelectorAll("button")].find((each) => each.textContent.includes("パスキーで開く"));
  const began = performance.now();
  const seen = new MutationObserver(() => {
    if (!document.querySelector(".visit")) return;
    seen.disconnect();
    requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
  });
  seen.observe(document.body, { childList: true, subtree: true });
  button.click();
})"""


def main() -> int:
    """Measure and print; a benchmark asserts nothing."""
    chromium = os.environ.get("OTONAI_CHROMIUM", "/usr/bin/chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Place(ROOT, Path(folder) / "demo", Path(folder) / "demo.json")
        place.make_ready(fresh=True)
        with Stage(place.home / "logs") as stage:
            for program in programs(place, Ports.choose()):
                stage.start(program)
            note = json.loads(place.note.read_text(encoding="utf-8"))
            people = {role: next(p for p in note["staff"] if p["role"] == role) for role in ("office", "doctor")}
            browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
            office, tablet = (browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo").new_page() for _ in "12")
            sign_in_at_the_office(office, note["base_url"], people["office"])
            add_reader(tablet)
            take_along(tablet, office, note["base_url"], people["doctor"], "計測")
            _make_passkey(tablet)
            tablet.context.set_offline(True)
            speed = tablet.context.new_cdp_session(tablet)
            print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {OPENINGS} openings each")
            for name, slower in (("passkey → list", 1), ("passkey → list, 4×", 4)):
                took = [_open(tablet, speed, note["base_url"], slower) for _ in range(OPENINGS)]
                line(name, statistics.median(took), f"slowest {max(took):.0f} ms (goal 100 ms at 1×)")
            browser.close()
    return 0


def _make_passkey(tablet: Page) -> None:
    tablet.get_by_role("button", name="設定").click()
    tablet.get_by_role("button", name="パスキーを設定する").click()
    expect(tablet.get_by_text("パスキーを設定してあります")).to_be_visible(timeout=PATIENCE)


def _open(tablet: Page, speed: CDPSession, address: str, slower: int) -> float:
    kill_and_reopen(tablet, address)
    expect(tablet.get_by_role("button", name="パスキーで開く")).to_be_visible(timeout=PATIENCE)
    speed.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    took: float = tablet.evaluate(PRESS)
    speed.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return took


if __name__ == "__main__":
    sys.exit(main())
