"""What the people of a story do, in the words they read: patient on the phone, doctor at the tablet, office at the PC.

Each step waits for what the person would wait for. Nothing here reaches behind the screens.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import pyotp
from playwright.sync_api import Locator, Page, expect

PATIENCE = 20_000
PIN = "839274"


def sign_in_at_the_office(page: Page, address: str, person: Mapping[str, Any], where: str = "/office/list") -> None:
    """Name and password, the code of the app, and the screen one wanted."""
    page.goto(f"{address}{where}")
    page.get_by_label("ログイン名").fill(person["login_name"])
    page.get_by_label("パスワード", exact=True).fill(person["password"])
    page.get_by_role("button", name="ログイン", exact=True).click()
    show_code(page, person)
    expect(page.get_by_role("navigation", name="主な画面")).to_be_visible(timeout=PATIENCE)


def show_code(page: Page, person: Mapping[str, Any]) -> None:
    """The code of the person's app. Somebody who signed in a moment ago has spent it and takes the next one."""
    app = pyotp.TOTP(person["totp_secret"])
    expect(page.get_by_role("heading", name="確認コードを入力")).to_be_visible(timeout=PATIENCE)
    for later in (-1, 0, 1, None):
        if later is None:  # all three were spent: the person waits for the app's next one
            page.wait_for_timeout(1000 * (30 - time.time() % 30) + 300)
        step = int(time.time()) // 30 + (1 if later is None else later)
        page.get_by_label("確認コード（6桁）").fill(app.generate_otp(step))
        with page.expect_response("**/api/session/second-factor") as answered:
            page.get_by_role("button", name="ログイン", exact=True).click()
        if answered.value.ok:
            return
        expect(page.get_by_label("確認コード（6桁）")).to_have_value("")
    raise AssertionError(page.get_by_role("alert").inner_text())


def enrol_tablet(tablet: Page, office: Page, address: str, name: str) -> None:
    """The tablet shows a code, the office approves it, the tablet goes on by itself."""
    tablet.goto(f"{address}/tablet")
    tablet.get_by_label("タブレットの名前").fill(name)
    tablet.get_by_role("button", name="登録をはじめる").click()
    code = tablet.locator("output.code").inner_text(timeout=PATIENCE)
    office.goto(f"{address}/office/devices?code={code}")
    office.get_by_role("button", name="医院のもの").click()
    office.get_by_role("button", name="この端末を登録する").click()
    expect(tablet.get_by_role("button", name="はじめて使う")).to_be_visible(timeout=PATIENCE)


def choose_pin(tablet: Page, person: Mapping[str, Any], pin: str) -> None:
    """First use: name and password once, then a PIN of one's own, typed twice."""
    tablet.get_by_role("button", name="はじめて使う").click()
    tablet.get_by_label("ログイン名").fill(person["login_name"])
    tablet.get_by_label("パスワード").fill(person["password"])
    tablet.get_by_role("button", name="PINを決める").click()
    expect(tablet.get_by_role("heading", name="PINを決めてください（6桁）")).to_be_visible()
    type_pin(tablet, pin)
    expect(tablet.get_by_role("heading", name="もう一度、同じPINを入れてください")).to_be_visible()
    type_pin(tablet, pin)


def unlock(tablet: Page, person: Mapping[str, Any], pin: str) -> None:
    """Choose oneself, type the PIN."""
    tablet.get_by_role("button", name=person["name"]).click()
    type_pin(tablet, pin)


def type_pin(tablet: Page, pin: str) -> None:
    """On the pad, digit by digit."""
    for digit in pin:
        tablet.get_by_role("button", name=digit, exact=True).click()


def consent_on_the_phone(phone: Page, consent_page: str, holder: str) -> None:
    """The official order of screens (S-005); every item 同意する, paper prescription; ends at 同意登録完了."""
    phone.goto(consent_page)
    phone.get_by_role("link", name="同意登録をする").click()
    for choice in phone.locator("input[value=yes]").all():
        choice.press(" ")
    phone.get_by_role("radio", name=re.compile("紙")).press(" ")
    phone.get_by_role("button", name="同意内容を確認する").click()
    phone.get_by_role("button", name="同意内容を登録する").click()
    phone.get_by_role("button", name=re.compile(holder)).click()
    expect(phone.get_by_role("heading", name="同意登録完了")).to_be_visible()


def row_of(office: Page, name: str) -> Locator:
    """The row of a person in the consented list."""
    return office.get_by_role("row").filter(has_text=name)


def planned_of(office: Page, name: str) -> Locator:
    """The entry of a person on the office's board of the day."""
    return office.get_by_role("main").get_by_role("listitem").filter(has_text=name)


def visit_of(tablet: Page, name: str) -> Locator:
    """The card of a person among today's visits."""
    return tablet.locator(".visit").filter(has_text=name)


def add_reader(tablet: Page) -> None:
    """The tablet's own finger reader, whose passkeys answer with a secret of their own (PRF)."""
    cdp = tablet.context.new_cdp_session(tablet)
    cdp.send("WebAuthn.enable")
    told = {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "hasPrf": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": told})


def take_along(tablet: Page, office: Page, address: str, person: Mapping[str, Any], name: str) -> None:
    """A new tablet in the morning: taken in, opened, everything packed, the app itself stored."""
    enrol_tablet(tablet, office, address, name)
    choose_pin(tablet, person, PIN)
    expect(tablet.get_by_text("持ち出し準備OK", exact=False)).to_be_visible(timeout=PATIENCE)
    tablet.evaluate("navigator.serviceWorker.ready.then(() => null)")


def kill_and_reopen(tablet: Page, address: str) -> None:
    """The system ends the page, as iPadOS does with what is not in sight; somebody taps the app again."""
    tablet.goto("about:blank")
    tablet.goto(f"{address}/tablet")
