"""The main job, end to end: from 「同意登録完了」 to the drug list, with nobody at the office touching anything.

Real Chromium, real server, bridge, simulator and folders. Two contexts: the office's PC and the visiting tablet.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journey.conftest import OFFICE, PHONE, TABLET, Clinic
from tests.journey.people_at_work import (
    PATIENCE,
    choose_pin,
    consent_on_the_phone,
    enrol_tablet,
    planned_of,
    row_of,
    sign_in_at_the_office,
    unlock,
    visit_of,
)

pytestmark = pytest.mark.browser

PIN = "839274"


@pytest.mark.shows("S-004", "S-005", "S-007", "S-026", "S-031", "S-037", "S-042", "S-044", "S-046", "S-164")
def test_a_consent_at_the_bedside_becomes_a_drug_list_on_the_tablet(
    clinic: Clinic, open_context: Callable[[dict[str, int]], BrowserContext]
) -> None:
    doctor, clerk = clinic.person("doctor"), clinic.person("office")
    office = open_context(OFFICE).new_page()
    tablet_context = open_context(TABLET)
    tablet = tablet_context.new_page()
    phone = open_context(PHONE).new_page()

    # The tablet is taken in, and Dr 例示 慎一 chooses a PIN: there was none before.
    sign_in_at_the_office(office, clinic.address, clerk)
    enrol_tablet(tablet, office, clinic.address, "訪問3号")
    choose_pin(tablet, doctor, PIN)
    expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible(timeout=PATIENCE)
    office.goto(f"{clinic.address}/office/list")
    expect(row_of(office, "三郎")).to_have_count(0)

    # At the bedside of 同意 三郎 the code is handed over; he consents on his own phone.
    visit_of(tablet, "三郎").click()
    tablet.get_by_role("button", name="QRで同意を取る").click()
    expect(tablet.get_by_role("img", name="同意登録のページを開くQRコード")).to_be_visible()
    consent_on_the_phone(phone, clinic.consent_page, "三郎")
    tablet.get_by_role("button", name="「同意登録完了」が出た").click()

    # Nobody touches the office: the list fills by itself and the person is matched to the chart.
    expect(row_of(office, "三郎")).to_contain_text("000301 一致", timeout=PATIENCE)

    # The tablet shows it by itself, and drugs and checkups open behind the PIN.
    tablet.goto(f"{clinic.address}/tablet")
    unlock(tablet, doctor, PIN)
    expect(visit_of(tablet, "三郎")).to_contain_text("有効", timeout=PATIENCE)
    visit_of(tablet, "三郎").click()
    tablet.get_by_role("link", name="お薬").click()
    expect(tablet.get_by_role("region", name="継続中")).to_be_visible(timeout=PATIENCE)
    tablet.get_by_role("link", name="健診").click()
    expect(tablet.get_by_role("img", name=re.compile("HbA1c"))).to_be_visible(timeout=PATIENCE)

    # No signal: the visit is registered all the same, and leaves as soon as there is one.
    tablet.get_by_role("link", name="概要").click()
    tablet_context.set_offline(True)
    tablet.get_by_role("button", name="訪問を登録する").first.click()
    tablet.get_by_role("button", name=re.compile("スマホ・暗証番号")).click()
    tablet.get_by_role("button", name="登録完了").click()
    tablet.get_by_role("button", name=re.compile("保存する")).click()
    expect(tablet.get_by_text("送信待ち", exact=False).first).to_be_visible(timeout=PATIENCE)
    office.goto(f"{clinic.address}/office/today")
    expect(planned_of(office, "三郎")).to_contain_text("これから", timeout=PATIENCE)
    tablet_context.set_offline(False)
    expect(planned_of(office, "三郎")).to_contain_text("訪問済み", timeout=60_000)


@pytest.mark.shows("S-059", "S-060", "S-065", "S-083", "S-087", "S-090", "S-110", "S-113", "S-120", "S-121", "S-122")
def test_the_office_updates_one_person_and_registers_another(
    clinic: Clinic, open_context: Callable[[dict[str, int]], BrowserContext]
) -> None:
    clerk = clinic.person("office")
    office = open_context(OFFICE).new_page()
    phone = open_context(PHONE).new_page()
    sign_in_at_the_office(office, clinic.address, clerk)
    for holder in ("髙志", "すみれ"):
        consent_on_the_phone(phone, clinic.consent_page, holder)
    office.get_by_role("button", name="いま取得する").click()

    # 例示 髙志 turned 75: another insurance, and a name that the center cannot write.
    row = row_of(office, "レイジ タカシ")
    expect(row).to_contain_text("要確認", timeout=60_000)
    row.get_by_role("link").click()
    office.get_by_role("button", name="この患者").click()
    expect(office.get_by_text("取り込めません").first).to_be_visible(timeout=PATIENCE)
    office.get_by_role("radio", name=re.compile("更新する（保険の切替）")).check()
    office.get_by_role("button", name=re.compile("^更新する")).click()
    office.get_by_role("button", name=re.compile("で更新する$")).click()
    expect(office.get_by_text("保険を更新しました", exact=False).first).to_be_visible(timeout=PATIENCE)

    # 新患 すみれ is in nobody's ledger: three clicks from the list.
    office.goto(f"{clinic.address}/office/list")
    row = row_of(office, "シンカン スミレ")
    expect(row).to_contain_text("新患", timeout=PATIENCE)
    row.get_by_role("link").click()
    office.get_by_role("button", name=re.compile("^新患登録する")).click()
    expect(office.get_by_text("新患登録しました", exact=False).first).to_be_visible(timeout=PATIENCE)
    office.goto(f"{clinic.address}/office/patients?query=%E3%82%B7%E3%83%B3%E3%82%AB%E3%83%B3")
    expect(office.get_by_text("すみれ", exact=False).first).to_be_visible(timeout=PATIENCE)

    # 訪問 とめ has no 照会番号 yet. By keyboard alone: read what follows, register, see the terminal's answer.
    office.goto(f"{clinic.address}/office/patients?query=%E3%83%88%E3%83%A1")
    office.get_by_role("link", name=re.compile("とめ")).first.click()
    register = office.get_by_role("button", name="照会番号登録")
    register.focus()
    office.keyboard.press("Enter")
    dialog = office.get_by_role("dialog", name="照会番号登録")
    expect(dialog).to_contain_text("自動では送り直しません")
    send = dialog.get_by_role("button", name="登録する")
    expect(send).to_be_enabled(timeout=PATIENCE)
    for _ in range(5):
        if send.evaluate("button => button === document.activeElement"):
            break
        office.keyboard.press("Tab")
    office.keyboard.press("Enter")
    expect(dialog).to_contain_text(re.compile("この患者は照会番号 .* とつながっています"), timeout=60_000)
    unlink = dialog.get_by_role("button", name="つながりを外す")
    expect(dialog).to_contain_text("照会番号は未登録に戻り")
    unlink.click()
    expect(office.get_by_text("照会番号 未登録")).to_be_visible(timeout=PATIENCE)
    expect(register).to_be_focused()
