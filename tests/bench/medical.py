"""Reading drugs: a large history against the bare parser, and the time from a tap to a readable page.

`python3 run.py bench medical`. Goals: parsed and merged within 3 times the plain lxml parse of the same bytes; 600 rows
and five checkups readable within 150 ms at a quarter of the processor's speed; at most 60 KB of JavaScript.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from lxml import etree
from playwright.sync_api import Browser, Page, sync_playwright
from tests.conftest import QUIET
from tests.databases import Databases
from tests.journey.medical_clinic import ROOT, MedicalClinic, medical_clinic
from tests.journey.test_medical_views import ACROSS
from tests.terminal.messages import DRUGS, message, tag, tags
from tests.terminal.test_medical import head

from otonai.domain.drug_merge import merged
from otonai.domain.medical import MedicalResult
from otonai.domain.medication import medication
from otonai.terminal.result import read

ROUNDS = 7
#: Chromium found where `run.py test` finds it.
BROWSER = os.environ.get("OTONAI_CHROMIUM", "/usr/bin/chromium")


def main() -> int:
    """Measure and print; a benchmark asserts nothing."""
    content, rows = history()
    floor = median(lambda: etree.fromstring(content))
    found = read(content, DRUGS).message
    assert isinstance(found, MedicalResult)
    assert len(found.drugs) == rows
    reading = median(lambda: read(content, DRUGS))
    merging = median(lambda: merged(found.drugs))
    view = median(lambda: medication(found.drugs, today=date(2026, 1, 1)), rounds=3)
    print(f"drug answer of {len(content) / 1e6:.2f} MB, {rows:,} rows; medians of {ROUNDS}")
    line("lxml alone (floor)", floor)
    line("read: decode, check, parse, rows", reading, f"{reading / floor:.1f} x floor")
    line("merge three sources", merging, f"{merging / floor:.1f} x floor")
    line("read and merge", reading + merging, f"{(reading + merging) / floor:.1f} x floor (goal 3)")
    line("whole view (not part of the goal)", view)
    chunks = sorted((ROOT / "pwa" / "dist" / "assets").glob("treatments-*.js.gz"))
    for chunk in chunks:
        print(f"  JavaScript of the views, gzip          {chunk.stat().st_size / 1000:8.1f} KB   (goal 60)")
    with tempfile.TemporaryDirectory() as folder, Databases(Path(folder)) as databases:
        engine, remove = databases.fresh("sqlite")
        with medical_clinic(engine, (600,)) as clinic, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
            for slower in (1, 4):
                times = [open_once(new_page(browser), clinic, slower) for _ in range(ROUNDS)]
                line(f"600 rows, answer held → painted, {slower}x", statistics.median(times), "(goal 150 ms at 4x)")
            browser.close()
        remove()
    return 0


def new_page(browser: Browser) -> Page:
    """A tablet of its own that has the app already: nothing is fetched for later while it is measured."""
    return browser.new_page(viewport=ACROSS, service_workers="block")  # type: ignore[arg-type]


def open_once(page: Page, clinic: MedicalClinic, slower: int) -> float:
    """Milliseconds from the answer's arrival to the second frame after it: what a tablet does that holds the rows."""
    name, value = clinic.cookie
    page.context.add_cookies([{"name": name, "value": value, "url": clinic.address}])
    page.goto(f"{clinic.address}/office/patients/{clinic.patients[600]}")
    page.get_by_role("button", name="お薬", exact=True).wait_for()
    page.wait_for_load_state("networkidle")
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.evaluate(
        """() => { window.painted = new Promise(done => {
          const watch = () => document.querySelector('.timeline-row')
            ? requestAnimationFrame(() => setTimeout(() => done(performance.now())))
            : requestAnimationFrame(watch);
          watch(); }); }"""
    )
    page.get_by_role("button", name="お薬", exact=True).click()
    took: float = page.evaluate(
        """async () => { const end = await window.painted;
          const call = performance.getEntriesByType('resource').filter(r => r.name.endsWith('/medications')).pop();
          return end - call.responseEnd; }"""
    )
    page.close()
    return took


def history() -> tuple[bytes, int]:
    """Five years, eight drugs on each of 21 days a month for two thirds of the months: about 1.6 MB."""
    months, rows = [], 0
    for month in range(42):
        year, number = 2021 + month // 12, month % 12 + 1
        days = ""
        for day in range(1, 22):
            drugs = "".join(
                tag(
                    "DrugInf",
                    tags(
                        {
                            "MeTrIdCl": "21", "DrugC": f"6198{(n * 7 + day) % 99999:05d}",
                            "DrugN": f"見本薬{n}錠５ｍｇ", "IngreN": f"見本成分{n}", "Qua1": "1", "Unit": "錠",
                            "UsageN": "１日１回朝食後", "Times": "28",
                        }
                    ),
                )
                for n in range(8)
            )  # fmt: skip
            rows += 8
            dates = tags(dict.fromkeys(("DiDate", "PrDate"), f"{year}{number:02d}{day:02d}"))
            days += tag("DiDateInf", dates + tag("DrugInfs", drugs))
        about = {"MeTrMonth": f"{year}{number:02d}", "MeTrDiHCd": "1348888881", "PrlsHCd": "1318888880"}
        months.append(tag("MeTrMonthInf", tags(about) + tag("DiDateInfs", days)))
    return message("".join(months), head()), rows


def median(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Milliseconds."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def line(what: str, figure: float, note: str = "", *, unit: str = "ms") -> None:
    """One row of the table."""
    print(f"  {what:38} {figure:8.{1 if unit else 2}f} {unit:2}   {note}", flush=True)


if __name__ == "__main__":
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores")
    sys.exit(main())
