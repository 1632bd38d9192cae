"""The evening a tablet did not come back: one action at the office, and the facts for the report on one page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journey.conftest import OFFICE, TABLET, Clinic
from tests.journey.people_at_work import PATIENCE, choose_pin, enrol_tablet, sign_in_at_the_office

LOST = "訪問タブレット 7号"
#: What somebody has who has just heard that the tablet is gone (design 8: a report within a minute).
A_MINUTE = 60


@pytest.mark.browser
@pytest.mark.shows("F40", "S-175")
def test_a_lost_tablet_is_stopped_in_one_act_and_its_report_is_there_within_a_minute(
    clinic: Clinic, open_context: Callable[[dict[str, int]], BrowserContext]
) -> None:
    office, tablet = open_context(OFFICE).new_page(), open_context(TABLET).new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("admin"))
    enrol_tablet(tablet, office, clinic.address, LOST)
    choose_pin(tablet, clinic.person("nurse"), "739284")
    expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible(timeout=PATIENCE)
    expect(tablet.get_by_role("main")).to_contain_text("三郎", timeout=PATIENCE)

    heard = time.monotonic()
    office.goto(f"{clinic.address}/office/devices")
    office.get_by_role("link", name=LOST).click()
    office.get_by_role("button", name="停止する・なくした").click()
    expect(office.get_by_role("button", name="なくした・盗まれた")).to_have_attribute("aria-pressed", "true")
    stop = office.get_by_role("button", name=f"{LOST} を停止する")
    expect(stop).to_be_disabled()
    office.get_by_label(re.compile("端末の名前")).fill(LOST)
    stop.click()
    expect(office.get_by_text("（紛失）")).to_be_visible(timeout=PATIENCE)
    office.get_by_role("button", name="紛失の報告書").click()
    report = office.get_by_role("article")
    expect(report.get_by_text("閉じました。この端末からは何も取りだせません。")).to_be_visible(timeout=PATIENCE)
    expect(report.get_by_text("三郎")).to_be_visible()
    expect(report.get_by_text("鍵の半分をサーバーから消しました", exact=False)).to_be_visible()
    assert time.monotonic() - heard < A_MINUTE
    _nothing_sticks_out(office)

    expect(tablet.get_by_text("停止されています", exact=False)).to_be_visible(timeout=PATIENCE)
    assert "三郎" not in tablet.inner_text("body")


def _nothing_sticks_out(page: Page) -> None:
    """Upright and lying, the page is as wide as the screen."""
    for size in ({"width": 1180, "height": 820}, {"width": 820, "height": 1180}):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dict of the two
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
