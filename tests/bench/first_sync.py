"""Ten thousand people onto a tablet, sealed and read back; beside PouchDB and the floor (P-01 to P-03, P-05).

`python3 run.py bench first_sync`. One clinic's real answers, recorded from the application, go through gzip to
Chromium. *Product*: the app's own modules without its screens, from the first question until every page has been read
back. *Peer*: PouchDB 9 takes the same people, one document each, unsealed, from express-pouchdb in memory (CouchDB
itself is no package; this one is, if anything, faster). *Floor*: one fetch, one parse, 20 pages of AES-GCM, one write.
The three take turns, each on a tablet on which nothing lies yet; medians. Throttled is the page's own thread, as
Chromium's developer tools slow it. Goals: 10 times the peer, 1.4 times the floor; ten changes are one request of at
most 3 KB and 100 ms; a passkey's answer opens the list within 300 ms, 600 ms at 4×. What the screen then paints, and
the server's own share, are not in these figures.
"""

from __future__ import annotations

import os
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

from playwright.sync_api import Browser, Page, sync_playwright
from tests.bench._recordings import Recordings, recordings
from tests.bench._ten_thousand import CHANGED, PEOPLE, Recorded, documents, record
from tests.bench.medical import line
from tests.conftest import QUIET
from tests.server.installation import free_port

ROOT = Path(__file__).resolve().parents[2]
PWA, PEER = ROOT / "pwa", Path(__file__).parent / "pouchdb"
ROUNDS = 5
#: PouchDB on a busy machine, slowed.
LONGEST_MS = 240_000


def main() -> int:
    """Measure and print; a benchmark asserts nothing."""
    chromium = os.environ.get("OTONAI_CHROMIUM", "/usr/bin/chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder)
        recorded = record(home)
        bundle("bench/vite.config.ts", home / "page")
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        with (
            recordings(recorded, home / "page") as answers,
            peer(recorded, home) as peer_address,
        ):
            told(recorded)
            for slower in (1, 4):
                side_by_side(browser, answers, peer_address, slower)
        browser.close()
    return 0


def told(recorded: Recorded) -> None:
    """What was measured, on what, and the server's own share, which is in none of the figures below."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load {load}; medians of {ROUNDS}")
    print(f"{PEOPLE:,} people with a visit each, {len(recorded.pack) / 1e6:.1f} MB of JSON")
    line("server: making the pack", recorded.pack_took * 1000, "in process")
    line(f"server: {CHANGED} changes", recorded.changes_took * 1000, "in process, goal 60 ms")


def side_by_side(browser: Browser, answers: Recordings, peer_address: str, slower: int) -> None:
    """Product, floor and peer in turn, then the changes and the unlock of the product."""
    took: dict[str, list[float]] = {name: [] for name in ("product", "floor", "peer", "changes", "kept", "unlock")}
    sizes: list[int] = []
    for _ in range(ROUNDS):
        with fresh_page(browser, answers.address) as page:
            took["floor"].append(pressed(page, "floor", slower))
        with fresh_page(browser, answers.address) as page:
            page.evaluate("() => bench.enrol()")
            took["product"].append(pressed(page, "firstSync", slower))
            answers.asked.clear()
            found = throttled(page, "changes", slower)
            sizes += [size for method, path, size in answers.asked if method == "GET" and path.startswith("/api/")]
            took["changes"].append(found["took"])
            took["kept"].append(found["kept"])
            page.evaluate("() => bench.makePasskey()")
            page.reload()
            took["unlock"].append(pressed(page, "unlock", slower))
        with fresh_page(browser, peer_address) as page:
            took["peer"].append(pressed(page, "firstSync", slower))
    median = {name: statistics.median(each) for name, each in took.items()}
    at = f", {slower}×"
    ratio, share = median["peer"] / median["product"], median["product"] / median["floor"]
    line(f"floor{at}", median["floor"], spread(took["floor"]))
    line(f"product, sealed and read back{at}", median["product"], spread(took["product"]))
    line(f"PouchDB, unsealed{at}", median["peer"], spread(took["peer"]))
    print(f"    {ratio:.1f} times as fast as PouchDB (goal 10), {share:.2f} times the floor (goal 1.4)")
    requests = len(sizes) / ROUNDS
    line(f"{CHANGED} changes to their places{at}", median["changes"], f"{spread(took['changes'])}, goal 100 ms")
    line(f"{CHANGED} changes sealed, read back{at}", median["kept"], spread(took["kept"]))
    print(f"    {requests:g} request, {max(sizes) / 1000:.1f} KB gzip (goals 1 and 3 KB)")
    line(
        f"passkey's answer → {PEOPLE:,}{at}",
        median["unlock"],
        f"{spread(took['unlock'])}, goal {(300, 600)[slower > 1]} ms",
    )


def spread(took: list[float]) -> str:
    """Fastest and slowest."""
    return f"{min(took):.0f}–{max(took):.0f}"


@contextmanager
def fresh_page(browser: Browser, address: str) -> Iterator[Page]:
    """A tablet on which nothing lies, with the page loaded."""
    context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
    context.set_default_timeout(LONGEST_MS)
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("() => window.bench")
    try:
        yield page
    finally:
        context.close()


def pressed(page: Page, act: str, slower: int) -> float:
    """Milliseconds; everybody has to be there afterwards."""
    found = throttled(page, act, slower)
    if found["rows"] != PEOPLE:
        raise RuntimeError(f"{act}: {found['rows']} of {PEOPLE}")
    return float(found["took"])


def throttled(page: Page, act: str, slower: int) -> Any:
    """What an act of the page says, at a part of the processor's speed."""
    page.wait_for_function("() => window.bench")
    speed = page.context.new_cdp_session(page)
    speed.send("HeapProfiler.collectGarbage")
    speed.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    found = page.evaluate(f"() => bench.{act}()")
    speed.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return found


def bundle(config: str, target: Path) -> None:
    """A page through the project's own Vite."""
    words = ["node", "node_modules/vite/bin/vite.js", "build", "--config", config, "--outDir", str(target)]
    words += ["--logLevel", "error"]
    subprocess.run(words, cwd=PWA, check=True)


@contextmanager
def peer(recorded: Recorded, home: Path) -> Iterator[str]:
    """PouchDB's page and server; its packages are installed at first use."""
    if not (PEER / "node_modules").is_dir():
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=PEER, check=True)
    bundle(str(PEER / "vite.config.mjs"), home / "peer")
    (home / "documents.json").write_bytes(documents(recorded.pack))
    port = free_port()
    words = [
        "node", "--no-warnings", "server.mjs", "--port", str(port), "--documents", str(home / "documents.json"),
        "--page", str(home / "peer"),
    ]  # fmt: skip
    process = subprocess.Popen(words, cwd=PEER, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("the peer's server did not start")
        yield f"http://localhost:{port}"
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    sys.exit(main())
