"""A nurse's day with the tablet: what to bring, a hand-over that fails and leads on, a house of many, a house call.

Real Chromium, real server and bridge. What she enters without a network is in the office's record, word for word.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.journey.conftest import OFFICE, PHONE, TABLET, Clinic
from tests.journey.looks import axe, sideways, wrong
from tests.journey.people_at_work import (
    PATIENCE,
    consent_on_the_phone,
    planned_of,
    sign_in_at_the_office,
    take_along,
    visit_of,
)

pytestmark = pytest.mark.browser

Opens = Callable[[dict[str, int]], BrowserContext]


UPRIGHT = {"width": 820, "height": 1180}


def reads_well(page: Page) -> None:
    """Held upright in a dim room and across by day: nothing cut, nothing covered, nothing that axe finds."""
    inside = "[role=dialog]" if page.get_by_role("dialog").count() else "main"
    for size, theme in ((UPRIGHT, "dark"), (TABLET, "light")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        assert sideways(page) <= 0
        assert wrong(page) == []
    assert axe(page, inside) == []


class Taps:
    """Counts what a finger does."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        """One tap."""
        self.count += 1
        target.click()


@pytest.mark.shows(
    "F18", "S-001", "S-002", "S-003", "S-006", "S-010", "S-011", "S-012", "S-013", "S-014", "S-017", "S-019", "S-021",
    "S-022", "S-038", "S-039",
)  # fmt: skip
def test_a_nurses_round_from_the_morning_check_to_the_offices_record(clinic: Clinic, open_context: Opens) -> None:
    office = open_context(OFFICE).new_page()
    outside = open_context(TABLET)
    tablet = outside.new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("office"))
    take_along(tablet, office, clinic.address, clinic.person("nurse"), "訪問7号")

    # Before she leaves: what to take along, and everybody in the bag.
    tablet.get_by_role("link", name="持ち物と準備").click()
    expect(tablet.get_by_text("カードを読める電話かカードリーダー")).to_be_visible()
    expect(tablet.locator(".pack-row").filter(has_text="和子")).to_contain_text("持出OK")
    reads_well(tablet)
    tablet.get_by_role("link", name="きょうの訪問").click()

    outside.set_offline(True)
    expect(tablet.get_by_text("オフライン")).to_be_visible(timeout=PATIENCE)
    _a_forgotten_pin_leads_to_the_photograph(tablet)
    _a_page_that_does_not_open_leaves_its_code(tablet)
    _the_other_one_of_the_house_is_next(tablet)
    _a_known_patient_in_five_taps(tablet)

    # Meanwhile the office, who cannot know, calls one of these visits off.
    office.goto(f"{clinic.address}/office/today")
    planned_of(office, "一郎").get_by_role("button", name=re.compile("取りやめ")).click()
    office.get_by_role("button", name="取りやめる").click()
    expect(planned_of(office, "一郎")).to_have_count(0)

    # There is a network again: everything arrives, word for word, and of that visit both hear what happened.
    outside.set_offline(False)
    expect(planned_of(office, "一郎")).to_contain_text("訪問済み", timeout=60_000)
    expect(planned_of(office, "一郎")).to_contain_text("要確認：取りやめ後の登録")
    expect(_told_at_the_office(office, "一郎")).to_contain_text("訪問した人に確かめてください")
    office.get_by_role("button", name="閉じる").click()
    tablet.get_by_text("要確認 1件").first.click(timeout=PATIENCE)
    expect(tablet.get_by_role("dialog")).to_contain_text("取りやめにしていました。入力はすべて残っています。")
    reads_well(tablet)
    told = _told_at_the_office(office, "和子")
    expect(told).to_contain_text("アプリ・目視")
    expect(told).to_contain_text("家族、ケアマネジャー")
    expect(told).to_contain_text("次回の訪問")
    expect(told).to_contain_text("お薬 同意")
    expect(told).to_contain_text("健診 しない")
    office.get_by_role("button", name="閉じる").click()
    told = _told_at_the_office(office, "二子")
    expect(told).to_contain_text("OQC-OWSE0900000")
    expect(told).to_contain_text("資格確認書（令和9年7月31日（2027）まで）")


def _a_forgotten_pin_leads_to_the_photograph(tablet: Page) -> None:
    """Two wrong tries stop her; the visual check follows, and the form begins with what was told."""
    visit_of(tablet, "和子").click()
    tablet.get_by_role("button", name="QRで同意を取る").click()
    tablet.locator(".hand-steps button").nth(3).click()
    wrong = tablet.get_by_role("button", name="まちがえた", exact=True)
    wrong.click()
    wrong.click()
    expect(wrong).to_have_count(0)
    expect(tablet.get_by_role("alert")).to_contain_text("ここで止めてください")
    tablet.get_by_label("案内のことば").select_option("vi")
    expect(tablet.get_by_text("Nhập mã PIN 4 số")).to_be_visible()
    reads_well(tablet)
    tablet.get_by_role("button", name="別の方法へ").click()
    reads_well(tablet)
    tablet.get_by_role("button", name=re.compile("アプリで目視確認")).click()
    expect(tablet.get_by_role("dialog")).to_contain_text("カードの写真と、ご本人の顔を見くらべる")
    tablet.get_by_role("button", name="完了の表示が出た").click()

    pressed = tablet.locator("[aria-pressed=true]")
    expect(pressed.filter(has_text="アプリ・目視")).to_be_visible()
    expect(pressed.filter(has_text="暗証番号を忘れた")).to_be_visible()
    tablet.get_by_role("group", name="お薬").get_by_role("button", name="同意").click()
    tablet.get_by_role("group", name="健診").get_by_role("button", name="しない").click()
    tablet.get_by_text("時刻・同席・書類・次回").click()
    for choice in ("家族", "ケアマネジャー"):
        tablet.locator("details").get_by_role("button", name=choice).click()
    tablet.locator("details").get_by_role("button", name=re.compile("2週間後")).click()
    reads_well(tablet)
    tablet.get_by_role("button", name=re.compile("保存する")).click()
    expect(tablet.get_by_text("登録済み 1/2")).to_be_visible()
    tablet.get_by_role("link", name="きょうの訪問").click()


def _a_page_that_does_not_open_leaves_its_code(tablet: Page) -> None:
    """The code of the phone is looked up without a network and recorded; a paper confirms instead."""
    visit_of(tablet, "二子").click()
    tablet.get_by_role("button", name="QRで同意を取る").click()
    tablet.get_by_role("button", name=re.compile("つながらない")).click()
    tablet.get_by_label(re.compile("電話に出たコード")).fill("oqc owse0900000")
    expect(tablet.get_by_role("dialog")).to_contain_text("携帯の回線ではつながった例")
    tablet.get_by_role("button", name=re.compile("資格確認書で確認")).click()
    tablet.get_by_label("資格確認書の期限").fill("2027-07-31")
    tablet.get_by_role("button", name=re.compile("保存する")).click()


def _the_other_one_of_the_house_is_next(tablet: Page) -> None:
    """Nobody looks for the other twin on the board: she is the next one of the sweep."""
    expect(tablet.get_by_role("heading", name="見本市若葉1-99-6")).to_be_visible()
    reads_well(tablet)
    tablet.get_by_role("button", name="試験 一子さんを登録").click()
    tablet.get_by_role("button", name="同意しない").click()
    tablet.get_by_role("button", name=re.compile("保存する")).click()
    expect(tablet.get_by_text("この建物の訪問は、すべて登録しました。")).to_be_visible()
    tablet.get_by_role("link", name="きょうの訪問").click()


def _a_known_patient_in_five_taps(tablet: Page) -> None:
    """From the board to saved, for somebody whose consent stands."""
    taps = Taps()
    taps.on(visit_of(tablet, "一郎"))
    taps.on(tablet.get_by_role("button", name="訪問を登録する").first)
    taps.on(tablet.get_by_role("button", name=re.compile("保存する")))
    expect(tablet.get_by_text("この端末に保存しました", exact=False).first).to_be_visible()
    assert taps.count <= 5


def _told_at_the_office(office: Page, name: str) -> Locator:
    planned_of(office, name).get_by_role("button", name=re.compile("記録")).click()
    return office.get_by_role("dialog")


@pytest.mark.shows("S-037", "S-044")
def test_a_house_call_in_two_taps_and_a_result_fetched_at_the_bedside(clinic: Clinic, open_context: Opens) -> None:
    office, tablet = open_context(OFFICE).new_page(), open_context(TABLET).new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("office"))
    take_along(tablet, office, clinic.address, clinic.person("doctor"), "訪問8号")

    # Somebody calls: a person of the ledger whom nobody had planned for today. A slip, and once more.
    taps = Taps()
    _call_on_hal(tablet, taps)
    assert taps.count <= 3
    office.goto(f"{clinic.address}/office/today")
    expect(planned_of(office, "ハル")).to_contain_text("往診", timeout=PATIENCE)
    tablet.get_by_role("button", name="元に戻す").click()
    expect(planned_of(office, "ハル")).to_have_count(0, timeout=PATIENCE)

    # The round in another order is the round of the board, too.
    tablet.get_by_role("button", name="順番を決める").click()
    second = tablet.locator(".arrange li").nth(1)
    name = second.locator(".name").inner_text()
    second.get_by_role("button").first.click()
    tablet.get_by_role("button", name="この順にする").click()
    expect(tablet.locator(".visit-now .name")).to_have_text(name, use_inner_text=True)

    # 例示 ハル consents while the doctor is there: he sends the bridge, and the screen changes under his eyes.
    _call_on_hal(tablet, taps)
    tablet.get_by_role("button", name="QRで同意を取る").click()
    consent_on_the_phone(open_context(PHONE).new_page(), clinic.consent_page, "ハル")
    tablet.get_by_role("button", name="「同意登録完了」が出た").click()
    tablet.get_by_role("link", name="患者にもどる").click()
    tablet.get_by_role("button", name="いま取得する").click()
    expect(tablet.locator(".summary-verdict")).to_contain_text("有効", timeout=60_000)


def _call_on_hal(tablet: Page, taps: Taps) -> None:
    taps.on(tablet.get_by_role("button", name="往診を追加"))
    tablet.get_by_label("名前・カナ・カルテ番号").fill("れいじ　はる")
    taps.on(tablet.get_by_role("button", name=re.compile("ハルさんを選ぶ")))
    expect(tablet.get_by_role("button", name="訪問を登録する").first).to_be_visible()
