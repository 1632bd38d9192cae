"""院内患者: a card at the reception's reader, and the person stands on every desk's board without a click.

Real reader folder, bridge, server and Chromium; two people of the office at two desks.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from otonai_simulator.people import INSTITUTION_CODES
from tests.journey.conftest import OFFICE, Clinic
from tests.journey.people_at_work import PATIENCE, sign_in_at_the_office

pytestmark = pytest.mark.browser

Opens = Callable[[dict[str, int]], BrowserContext]


def read_card(clinic: Clinic, person: str) -> None:
    """Somebody puts their card on the reader; the terminal leaves its `face` file."""
    told = {"person": person, "institution_code": INSTITUTION_CODES[1]}
    answer = httpx.post(urljoin(clinic.consent_page, "/control/face"), json=told)
    assert answer.status_code == 201, answer.text


def on_the_board(page: Page, name: str) -> Locator:
    """The row of a person who is in the house."""
    return page.locator(".house-table tbody tr").filter(has_text=name)


@pytest.mark.shows("S-055", "S-056", "S-098")
def test_a_card_stands_on_the_board_by_itself_and_two_desks_work_on_it(clinic: Clinic, open_context: Opens) -> None:
    reception, room = (open_context(OFFICE).new_page() for _ in "12")
    sign_in_at_the_office(reception, clinic.address, clinic.person("office"), "/office/house")
    sign_in_at_the_office(room, clinic.address, clinic.person("doctor"), "/office/house")
    expect(reception.get_by_text("いま院内にいる人はいません", exact=False)).to_be_visible(timeout=PATIENCE)

    # 在宅 静子 puts her card on the reader. Nobody clicks; a second reading changes nothing.
    read_card(clinic, "settled")
    row = on_the_board(reception, "静子")
    expect(row).to_contain_text("マイナ（受付）", timeout=PATIENCE)
    expect(row).to_contain_text("有効")
    expect(on_the_board(room, "静子")).to_contain_text("待ち", timeout=PATIENCE)
    came = row.inner_text()
    time.sleep(1.1)  # the reader stamps by the second
    read_card(clinic, "settled")

    # The doctor calls her in: one press there, and the reception sees it. She is given a doctor and a place here.
    on_the_board(room, "静子").get_by_role("button", name=re.compile("診療中にする")).click()
    expect(row.locator(".state").last).to_have_text("診療中", timeout=PATIENCE)
    row.get_by_role("combobox", name=re.compile("担当医")).select_option(label=clinic.person("doctor")["name"])
    seen = on_the_board(room, "静子").get_by_role("combobox", name=re.compile("担当医"))
    expect(seen.locator("option:checked")).to_have_text(clinic.person("doctor")["name"], timeout=PATIENCE)
    expect(on_the_board(reception, "静子")).to_have_count(1)
    assert "来院" in came

    # Sent away too early: taken back within ten seconds, and she is in care again on both boards.
    row.get_by_role("button", name=re.compile("会計へ")).click()
    expect(on_the_board(room, "静子").locator(".state").last).to_have_text("会計待ち", timeout=PATIENCE)
    reception.get_by_role("button", name="元に戻す").click()
    expect(on_the_board(room, "静子").locator(".state").last).to_have_text("診療中", timeout=PATIENCE)

    # 見本 きよ has come without a card, and leaves.
    reception.get_by_role("button", name="院内に加える").click()
    reception.get_by_role("dialog").get_by_role("searchbox").fill("ミホン キヨ")
    reception.get_by_role("dialog").get_by_role("button", name=re.compile("きよ")).click(timeout=PATIENCE)
    kiyo = on_the_board(reception, "きよ")
    for press, state in (("診療中にする", "診療中"), ("会計へ", "会計待ち")):
        kiyo.get_by_role("button", name=re.compile(press)).click(timeout=PATIENCE)
        expect(kiyo.locator(".state").last).to_have_text(state, timeout=PATIENCE)
    kiyo.get_by_role("button", name=re.compile("帰宅")).click(timeout=PATIENCE)
    expect(reception.get_by_text("帰宅 1人")).to_be_visible(timeout=PATIENCE)
    expect(kiyo).to_have_count(0)
