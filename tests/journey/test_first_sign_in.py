"""A new nurse's first morning: the administrator hands her a code, she chooses a password, sets up the app on her
telephone, keeps the recovery codes, and signs in by herself from then on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journey.conftest import OFFICE, TABLET, Clinic
from tests.journey.people_at_work import PATIENCE, show_code, sign_in_at_the_office

pytestmark = pytest.mark.browser

NAME, LOGIN = "見本　こずえ", "kozue@minamo"
PASSWORD = "seventeen paper boats"

Opener = Callable[[dict[str, int]], BrowserContext]


def handed_over(office: Page, clinic: Clinic) -> str:
    """The administrator takes her in; the address that the picture on paper holds."""
    sign_in_at_the_office(office, clinic.address, clinic.person("admin"), "/office/devices")
    office.get_by_role("button", name="職員を招待").click()
    asked = office.get_by_role("dialog", name="職員を招待")
    asked.get_by_label("氏名").fill(NAME)
    asked.get_by_label("役割").select_option("nurse")
    asked.get_by_label("ログイン名").fill(LOGIN)
    with office.expect_response(lambda a: a.url.endswith("/api/staff") and a.request.method == "POST") as answered:
        asked.get_by_role("button", name="コードを作る").click()
    told = office.get_by_role("dialog", name=f"{NAME} さんにわたすコード")
    expect(told).to_be_visible(timeout=PATIENCE)
    expect(told.get_by_role("img", name="登録をはじめるページのQRコード")).to_be_visible()
    invitation = answered.value.json()
    expect(told.get_by_text(invitation["code"])).to_be_visible()
    told.get_by_role("button", name="閉じる").click()
    expect(office.get_by_text(NAME)).to_be_visible()
    return str(invitation["url"])


def test_a_new_nurse_comes_in_by_a_code_and_from_then_on_by_herself(
    clinic: Clinic, open_context: Opener, pictures: Callable[[Page, str], object]
) -> None:
    address = handed_over(open_context(OFFICE).new_page(), clinic)

    hers = open_context(TABLET).new_page()
    hers.goto(address)
    expect(hers.get_by_label("登録コード")).not_to_have_value("", timeout=PATIENCE)
    hers.get_by_role("button", name="すすむ").click()
    expect(hers.get_by_role("heading", name="パスワードを決めてください")).to_be_visible(timeout=PATIENCE)
    assert "#" not in hers.url, "the code does not stay in the address"
    expect(hers.get_by_text(NAME)).to_be_visible()
    hers.get_by_label("新しいパスワード").fill("minamo minamo")
    hers.get_by_label("もう一度").fill("minamo minamo")
    hers.get_by_role("button", name="このパスワードにする").click()
    expect(hers.get_by_role("alert")).to_be_visible()
    pictures(hers, "password")
    hers.get_by_label("新しいパスワード").fill(PASSWORD)
    hers.get_by_label("もう一度").fill(PASSWORD)
    hers.get_by_role("button", name="このパスワードにする").click()

    expect(hers.get_by_role("heading", name="認証アプリを登録してください")).to_be_visible(timeout=PATIENCE)
    expect(hers.get_by_role("img", name="認証アプリに読みとらせるQRコード")).to_be_visible()
    hers.get_by_text("読みとれないときは、この文字を入力").click()
    seed = hers.locator("code.secret").inner_text().replace(" ", "")
    pictures(hers, "app")
    person = {"login_name": LOGIN, "password": PASSWORD, "totp_secret": seed}
    hers.get_by_label("確認コード（6桁）").fill(pyotp.TOTP(seed).now())
    hers.get_by_role("button", name="登録する", exact=True).click()

    expect(hers.get_by_role("heading", name="予備コードを控えてください")).to_be_visible(timeout=PATIENCE)
    codes = hers.locator("ol.codes code").all_inner_texts()
    assert len(codes) == 10
    pictures(hers, "codes")
    hers.get_by_role("button", name="控えました").click()
    expect(hers.get_by_role("navigation", name="主な画面")).to_be_visible(timeout=PATIENCE)

    # The next morning, at another computer: name and password, and the code of her telephone.
    later = open_context(OFFICE).new_page()
    later.goto(f"{clinic.address}/office/list")
    later.get_by_label("ログイン名").fill(LOGIN)
    later.get_by_label("パスワード", exact=True).fill("not this one")
    asked: list[str] = []
    later.on("request", lambda sent: asked.append(sent.method) if sent.url.endswith("/api/session") else None)
    later.get_by_role("button", name="ログイン", exact=True).click()
    expect(later.get_by_role("alert")).to_be_visible(timeout=PATIENCE)
    later.get_by_label("パスワード", exact=True).fill("not this one either")
    later.keyboard.press("Enter")
    expect(later.get_by_role("button", name="ログイン", exact=True)).to_have_attribute("aria-busy", "false")
    later.get_by_label("パスワード", exact=True).fill(PASSWORD)
    later.get_by_role("button", name="ログイン", exact=True).click()
    expect(later.get_by_role("heading", name="確認コードを入力")).to_be_visible(timeout=PATIENCE)
    assert asked == ["POST"] * 3, "each click and each Enter is one try"
    show_code(later, person)
    expect(later.get_by_role("navigation", name="主な画面")).to_be_visible(timeout=PATIENCE)

    # She goes home: the way out is in sight, and the browser forgets her.
    later.get_by_role("button", name=re.compile(NAME.replace("　", "."))).click()
    later.get_by_role("button", name="ログアウト").click()
    expect(later.get_by_role("heading", name="事務所にログイン")).to_be_visible(timeout=PATIENCE)
    assert later.evaluate("fetch('/api/session').then(a => a.status)") == 401

    # The telephone is at home: one of the codes on paper.
    third = open_context(OFFICE).new_page()
    third.goto(f"{clinic.address}/office/list")
    third.get_by_label("ログイン名").fill(LOGIN)
    third.get_by_label("パスワード", exact=True).fill(PASSWORD)
    third.get_by_role("button", name="ログイン", exact=True).click()
    third.get_by_role("button", name="アプリが使えない").click()
    third.get_by_label("予備コード").fill(codes[4])
    third.get_by_role("button", name="ログイン", exact=True).click()
    expect(third.get_by_role("navigation", name="主な画面")).to_be_visible(timeout=PATIENCE)

    # The paper that she was handed opens nothing any more.
    found = open_context(TABLET).new_page()
    found.goto(address)
    found.get_by_role("button", name="すすむ").click()
    expect(found.get_by_role("alert")).to_contain_text("この登録コードは使えません", timeout=PATIENCE)
