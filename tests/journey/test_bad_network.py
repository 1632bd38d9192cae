"""A tablet on a bad network: a connection that comes and goes, a hotel's page, tokens that ran out, two at one visit.

Real Chromium behind a proxy that it knows nothing of: the app's address leads there, so that origin, signatures and
service worker are the real ones.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import QUIET
from tests.journey.conftest import OFFICE, TABLET, Clinic, wait_until
from tests.journey.people_at_work import (
    PATIENCE,
    PIN,
    choose_pin,
    enrol_tablet,
    planned_of,
    sign_in_at_the_office,
    take_along,
    visit_of,
)
from tests.journey.test_sealed_day import COUNTS, DUMP, Opens, fill_in, open_form
from tests.server.cutting_proxy import CuttingProxy

pytestmark = pytest.mark.browser

#: Who is visited in this story and in no other one.
PEOPLE = ("風見", "波多", "嵐山", "雷門", "霧島")
PLAN = """async (families) => {
  const send = async (path, body) => {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    if (answer.status !== 201) throw new Error(`${path} ${answer.status}`);
    return answer.json();
  };
  for (const [number, family] of families.entries()) {
    const person = { name: `${family}　結`, name_kana: "デンパ　ユイ", birth_date: `194${number}-05-06` };
    const { id } = await send("/api/patients", person);
    const planned_at = new Date().toISOString();
    await send("/api/visits", { patient_id: id, planned_at, visit_type: "home_visit" });
  }
}"""
VERSIONS = """async () => {
  const { items } = await (await fetch("/api/visits")).json();
  return Object.fromEntries(items.map((visit) => [visit.patient_name.split(/\\s/)[0], visit.version]));
}"""
#: How long anything that turns or waits was in sight without a break.
WATCH = """() => {
  let since = null;
  window.spun = 0;
  setInterval(() => {
    const seen = [...document.querySelectorAll("[aria-busy=true], .busy")].some((one) => one.checkVisibility());
    since = seen ? (since ?? performance.now()) : null;
    if (since !== null) window.spun = Math.max(window.spun, performance.now() - since);
  }, 50);
}"""
#: The half hour is over while nobody can say so: the access token is good for nothing any more.
RUN_OUT = """async (token) => {
  const { name } = (await indexedDB.databases())[0];
  const db = await new Promise((done) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
  });
  const meta = db.transaction("meta", "readwrite").objectStore("meta");
  const row = await new Promise((done) => {
    const asked = meta.get("pair");
    asked.onsuccess = () => done(asked.result);
  });
  const found = row.value.access_token;
  if (token) {
    row.value.access_token = token;
    await new Promise((done) => { meta.put(row).onsuccess = done; });
  }
  db.close();
  return found;
}"""


class Road:
    """Everything between the tablet and the clinic."""

    def __init__(self, *proxies: CuttingProxy) -> None:
        self._proxies = proxies

    def go_down(self) -> None:
        """No signal."""
        for each in self._proxies:
            each.go_down()

    def come_up(self) -> None:
        """Signal."""
        for each in self._proxies:
            each.come_up()

    def show_portal(self) -> None:
        """A hotel's Wi-Fi."""
        for each in self._proxies:
            each.show_portal()

    @contextmanager
    def flapping(self, seconds: float) -> Iterator[None]:
        """Down and up at random, at least for so long and until the block ends; then up."""
        over, chance, began = threading.Event(), random.Random(20261123), time.monotonic()

        def flap() -> None:
            while not over.is_set():
                self.go_down()
                over.wait(chance.uniform(0.3, 1.2))
                self.come_up()
                over.wait(chance.uniform(0.3, 1.2))

        flapper = threading.Thread(target=flap)
        flapper.start()
        try:
            yield
            over.wait(max(0.0, seconds - (time.monotonic() - began)))
        finally:
            over.set()
            flapper.join()
            self.come_up()


@pytest.fixture
def way(clinic: Clinic, browser: Browser, chromium: str) -> Iterator[tuple[Road, Page]]:
    """A tablet's page, and the road that it takes."""
    with ExitStack() as stack:
        here = urlsplit(clinic.address)
        live = urlsplit(httpx.get(f"{clinic.address}/api/session/profile", timeout=10).json()["live_origin"])
        proxies = {each.port: stack.enter_context(CuttingProxy(each.port)) for each in (here, live) if each.port}
        rules = ", ".join(f"MAP {here.hostname}:{port} 127.0.0.1:{proxy.port}" for port, proxy in proxies.items())
        mapped = browser.browser_type.launch(executable_path=chromium, args=[*QUIET, f"--host-resolver-rules={rules}"])
        stack.callback(mapped.close)
        context = mapped.new_context(viewport=TABLET, locale="ja-JP", timezone_id="Asia/Tokyo")  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        errors: list[str] = []
        context.on("weberror", lambda found: errors.append(str(found.error)))
        yield Road(*proxies.values()), context.new_page()
        assert all(proxy.carried > 0 for proxy in proxies.values())
        assert errors == [], "errors in the page"


def no_longer_waiting(tablet: Page) -> bool:
    """Nothing of what was entered is on the tablet alone."""
    return bool(tablet.evaluate(COUNTS)["outbox"] == 0)


@pytest.mark.prove("network")
@pytest.mark.shows("F16", "F17", "F22", "F24", "F25")
def test_what_is_entered_on_a_bad_network_arrives_once_and_nobody_is_logged_out(
    clinic: Clinic, open_context: Opens, way: tuple[Road, Page], sized: Callable[[int, int], int]
) -> None:
    road, tablet = way
    nurse, doctor = clinic.person("nurse"), clinic.person("doctor")
    office = open_context(OFFICE).new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("office"))
    office.evaluate(PLAN, list(PEOPLE))
    take_along(tablet, office, clinic.address, nurse, "訪問12号")
    second = open_context(TABLET).new_page()
    enrol_tablet(second, office, clinic.address, "訪問13号")
    choose_pin(second, doctor, PIN)
    expect(second.get_by_text("持ち出し準備OK", exact=False)).to_be_visible(timeout=PATIENCE)
    before: dict[str, Any] = office.evaluate(VERSIONS)
    office.goto(f"{clinic.address}/office/today")
    tablet.evaluate(WATCH)

    # A hotel's Wi-Fi answers everything with its own page: that is no signal, and nothing of it stays.
    road.show_portal()
    expect(tablet.get_by_text("オフライン", exact=False).first).to_be_visible(timeout=PATIENCE)
    open_form(tablet, PEOPLE[0])
    fill_in(tablet)
    expect(tablet.get_by_text("送信待ち 1件")).to_be_visible(timeout=PATIENCE)
    assert "利用規約" not in tablet.evaluate(DUMP)
    expect(visit_of(tablet, PEOPLE[1]).first).to_be_visible()

    # Meanwhile the access token runs out. With a signal it is renewed, what waits leaves, nobody is asked for anything.
    tablet.evaluate(RUN_OUT, "worn out")
    road.come_up()
    wait_until(lambda: no_longer_waiting(tablet), 30)
    assert tablet.evaluate(RUN_OUT, None) != "worn out"
    expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible()

    # The signal comes and goes: everything is saved at once, nothing turns for long, each visit arrives once.
    with road.flapping(sized(6, 300)):
        for family in PEOPLE[1:3]:
            open_form(tablet, family)
            fill_in(tablet)
            expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible(timeout=PATIENCE)
    wait_until(lambda: no_longer_waiting(tablet), 30)
    for family in PEOPLE[:3]:
        expect(planned_of(office, family)).to_contain_text("訪問済み", timeout=PATIENCE)
    after: dict[str, Any] = office.evaluate(VERSIONS)
    assert [after[family] - before[family] for family in PEOPLE[:3]] == [1, 1, 1]
    assert tablet.evaluate("window.spun") <= 1_000

    _two_tablets_at_one_visit(road, tablet, second, office)


def _two_tablets_at_one_visit(road: Road, tablet: Page, second: Page, office: Page) -> None:
    """The nurse has no signal; the doctor's tablet has one."""
    same, other = PEOPLE[3:]
    road.go_down()
    expect(tablet.get_by_text("オフライン", exact=False).first).to_be_visible(timeout=PATIENCE)
    for family in (same, other):
        open_form(tablet, family)
        tablet.get_by_label("申し送り").or_(tablet.get_by_label("メモ")).first.fill("玄関の鍵は息子さん")
        fill_in(tablet)
    open_form(second, same)
    second.get_by_label("申し送り").or_(second.get_by_label("メモ")).first.fill("門の鍵は娘さん")
    fill_in(second)
    visit_of(second, other).first.click()
    second.get_by_role("button", name="QRで同意を取る").click()
    second.get_by_role("button", name="「同意登録完了」が出た").click()
    expect(planned_of(office, same)).to_contain_text("訪問済み", timeout=PATIENCE)
    wait_until(lambda: no_longer_waiting(second), 30)

    # Different things of one visit are both kept; of the same thing both stay, and a person is asked.
    road.come_up()
    expect(tablet.get_by_text("要確認 1件").first).to_be_visible(timeout=PATIENCE)
    tablet.get_by_text("要確認 1件").first.click()
    expect(tablet.get_by_text("入力はすべて残っています", exact=False)).to_be_visible()
    expect(planned_of(office, other)).to_contain_text("訪問済み", timeout=PATIENCE)
    expect(planned_of(office, other)).to_contain_text("結果待ち")
    expect(planned_of(office, same)).to_contain_text("要確認", timeout=PATIENCE)
    planned_of(office, same).get_by_role("button", name="記録").click()
    told = office.get_by_role("dialog")
    expect(told).to_contain_text("門の鍵は娘さん")
    expect(told).to_contain_text("玄関の鍵は息子さん")
    told.get_by_role("button", name="の登録を記録にする").last.click()
    expect(told).to_have_count(0)
    expect(planned_of(office, same)).not_to_contain_text("要確認")
    planned_of(office, same).get_by_role("button", name="記録").click()
    expect(office.get_by_role("dialog")).to_contain_text("玄関の鍵は息子さん")
