"""A tablet whose storage fails under its hands: connections that die, no room left. "Saved" is never said falsely.

Real Chromium; its connections are closed under the app, and it takes nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journey.conftest import OFFICE, TABLET, Clinic, wait_until
from tests.journey.people_at_work import PATIENCE, planned_of, sign_in_at_the_office, take_along
from tests.journey.test_sealed_day import COUNTS, fill_in, open_form

pytestmark = pytest.mark.browser

Opens = Callable[[dict[str, int]], BrowserContext]

#: Transactions of a number that is chosen find their connection closed, as iPadOS does to a page that
#: was in the background; or nothing more fits.
FAILING = """() => {
  const begin = IDBDatabase.prototype.transaction;
  let count = 0;
  window.dies = () => false;
  window.died = 0;
  IDBDatabase.prototype.transaction = function (...told) {
    count += 1;
    if (window.dies(count)) {
      window.died += 1;
      this.close();
    }
    return begin.apply(this, told);
  };
  for (const name of ["add", "put"]) {
    const write = IDBObjectStore.prototype[name];
    IDBObjectStore.prototype[name] = function (...told) {
      if (window.full) throw new DOMException("no room", "QuotaExceededError");
      return write.apply(this, told);
    };
  }
}"""
HEAL = "() => { window.dies = () => false; }"


def leave_signal(tablet: Page) -> None:
    """Into a house without one."""
    tablet.context.set_offline(True)
    expect(tablet.get_by_text("オフライン", exact=False).first).to_be_visible(timeout=PATIENCE)


@pytest.mark.shows("F33", "F35")
def test_entries_outlive_dying_connections_and_a_full_storage(clinic: Clinic, open_context: Opens) -> None:
    nurse = clinic.person("nurse")
    office = open_context(OFFICE).new_page()
    context = open_context(TABLET)
    context.add_init_script(f"({FAILING})()")
    tablet = context.new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("office"))
    take_along(tablet, office, clinic.address, nurse, "訪問9号")
    office.goto(f"{clinic.address}/office/today")

    # Every third transaction loses its connection: what is said to be saved is, and arrives once.
    leave_signal(tablet)
    open_form(tablet, "松子")
    tablet.evaluate("() => { window.dies = (count) => count % 3 === 1; }")
    fill_in(tablet)
    expect(tablet.get_by_text(re.compile("未送信 1件"))).to_be_visible(timeout=PATIENCE)
    tablet.evaluate(HEAL)
    assert tablet.evaluate("window.died") > 0
    context.set_offline(False)
    expect(planned_of(office, "松子")).to_contain_text("訪問済み", timeout=60_000)
    wait_until(lambda: tablet.evaluate(COUNTS)["outbox"] == 0)

    # All of them are lost: the form says so and keeps what was written; the same tap saves it when they live again.
    leave_signal(tablet)
    open_form(tablet, "きよ")
    tablet.get_by_label(re.compile("メモ|申し送り")).fill("杖をもう一本")
    tablet.evaluate("() => { window.dies = () => true; }")
    fill_in(tablet)
    expect(tablet.get_by_text("保存できませんでした")).to_be_visible(timeout=PATIENCE)
    tablet.evaluate(HEAL)
    assert tablet.evaluate(COUNTS)["outbox"] == 0
    expect(tablet.get_by_label(re.compile("メモ|申し送り"))).to_have_value("杖をもう一本")
    tablet.get_by_role("button", name=re.compile("保存する")).click()
    expect(tablet.get_by_text(re.compile("未送信 1件"))).to_be_visible(timeout=PATIENCE)

    # Nothing fits any more: sealed pages give way first; what still does not fit stays in the form, and says so.
    open_form(tablet, "和夫")
    tablet.evaluate("() => { window.full = true; }")
    fill_in(tablet)
    expect(tablet.get_by_text("保存できませんでした")).to_be_visible(timeout=PATIENCE)
    held = tablet.evaluate(COUNTS)
    assert (held["pages"], held["outbox"]) == (0, 1)
    tablet.evaluate("() => { window.full = false; }")
    tablet.get_by_role("button", name=re.compile("保存する")).click()
    expect(tablet.get_by_text(re.compile("(未送信|送信待ち) 2件"))).to_be_visible(timeout=PATIENCE)

    # A signal: both arrive, each once, and the day is packed anew by itself.
    context.set_offline(False)
    for name in ("きよ", "和夫"):
        expect(planned_of(office, name)).to_contain_text("訪問済み", timeout=60_000)
    wait_until(lambda: tablet.evaluate(COUNTS)["outbox"] == 0)
    wait_until(lambda: tablet.evaluate(COUNTS)["pages"] > 0)
    tablet.get_by_role("link", name="きょうの訪問").click()
    expect(tablet.get_by_text("持ち出し準備OK", exact=False)).to_be_visible(timeout=PATIENCE)
