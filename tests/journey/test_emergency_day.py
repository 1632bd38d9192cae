"""The day on which nobody can sign in: the envelope is opened, every desk and every tablet says so, and the
administrator ends it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journey.conftest import OFFICE, TABLET, Clinic
from tests.journey.people_at_work import PATIENCE, enrol_tablet, sign_in_at_the_office

pytestmark = pytest.mark.browser

LOUD = "非常用アカウントが開いています"

Opener = Callable[[dict[str, int]], BrowserContext]


def test_a_sealed_code_opens_once_and_nobody_overlooks_it(clinic: Clinic, open_context: Opener) -> None:
    admin = open_context(OFFICE).new_page()
    sign_in_at_the_office(admin, clinic.address, clinic.person("admin"), "/office/devices")
    sealing = admin.locator("section", has=admin.get_by_role("heading", name="非常用アカウント"))
    sealing.get_by_role("button", name="コードを作る").click()
    paper = admin.get_by_role("dialog", name="非常用コード")
    code = paper.locator("code.secret").inner_text(timeout=PATIENCE)
    paper.get_by_role("button", name="閉じる").click()
    expect(sealing.get_by_text("封をしたまま")).to_be_visible()
    tablet = open_context(TABLET).new_page()
    enrol_tablet(tablet, admin, clinic.address, "訪問タブレット 9号")
    expect(tablet.get_by_text(LOUD)).to_have_count(0)

    def breaks_the_seal(page_of: BrowserContext) -> None:
        page = page_of.new_page()
        page.goto(f"{clinic.address}/office/list")
        page.get_by_role("button", name="非常用コードを使う").click()
        page.get_by_label("封筒の非常用コード").fill(code)
        page.get_by_label("あなたのログイン名").fill(clinic.person("office")["login_name"])
        page.get_by_label("使う理由").select_option(label="管理者に連絡がつかない")
        page.get_by_role("button", name="非常用アカウントを開く").click()

    used = open_context(OFFICE)
    breaks_the_seal(used)
    expect(used.pages[0].get_by_role("alert")).to_contain_text("変更や登録はできません", timeout=PATIENCE)
    again = open_context(OFFICE)
    breaks_the_seal(again)
    expect(again.pages[0].get_by_role("alert").last).to_contain_text("非常用コードかログイン名が違います")

    admin.goto(f"{clinic.address}/office/devices")
    expect(admin.get_by_text(LOUD)).to_be_visible(timeout=PATIENCE)
    tablet.reload()
    expect(tablet.get_by_text(LOUD)).to_be_visible(timeout=PATIENCE)

    admin.get_by_role("button", name="いますぐ終わらせる").click()
    expect(admin.get_by_text(LOUD)).to_have_count(0, timeout=PATIENCE)
    assert used.pages[0].evaluate("fetch('/api/session').then(a => a.status)") == 401
    tablet.reload()
    expect(tablet.get_by_role("button", name="はじめて使う")).to_be_visible(timeout=PATIENCE)
    expect(tablet.get_by_text(LOUD)).to_have_count(0)
