"""The clinic's own accounts, at real screens and at a real provider: chosen, linked, signed in by, taken away.

Chromium goes from our page to npm oidc-provider and back, under our content security policy.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journey.conftest import OFFICE, Clinic
from tests.journey.people_at_work import PATIENCE, sign_in_at_the_office
from tests.journey.test_passkeys import inside, sign_out
from tests.openid.running import CLIENT, SECRET, real_provider

pytestmark = pytest.mark.browser

Opens = Callable[[dict[str, int]], BrowserContext]


def sign_in_there(page: Page, who: str) -> None:
    """At the provider's own page."""
    expect(page.get_by_role("heading", name="医院のログイン")).to_be_visible(timeout=PATIENCE)
    page.get_by_label("社員番号").fill(who)
    page.get_by_label("コードも確認した").check()
    page.get_by_role("button", name="ログイン").click()


def test_a_clinic_s_own_accounts_are_chosen_linked_and_signed_in_by(clinic: Clinic, open_context: Opens) -> None:
    admin, nurse = clinic.person("admin"), clinic.person("nurse")
    code = str(nurse["login_name"]).rpartition("@")[2]
    with real_provider(f"{clinic.address}/office/provider/{code}") as provider:
        office = open_context(OFFICE).new_page()
        sign_in_at_the_office(office, clinic.address, admin, "/office/devices")
        panel = office.locator("section.panel").filter(has_text="OpenID Connect")
        panel.get_by_role("button", name="設定する").click()
        dialog = office.get_by_role("dialog")
        expect(dialog.get_by_label("リダイレクトURI")).to_have_value(f"{clinic.address}/office/provider/{code}")
        dialog.get_by_label("発行者（issuer）のアドレス").fill(provider.issuer)
        dialog.get_by_label("クライアントID").fill(CLIENT)
        dialog.get_by_label("クライアントシークレット").fill(SECRET)
        dialog.get_by_label("2つめの確認").select_option("provider")
        dialog.get_by_role("button", name="確かめて保存").click()
        expect(panel.get_by_text("医院のアカウントの設定を変えました。")).to_be_visible(timeout=PATIENCE)

        # The nurse links herself once, signed in as usual.
        page = open_context(OFFICE).new_page()
        sign_in_at_the_office(page, clinic.address, nurse, "/office/account")
        page.get_by_role("button", name="医院のアカウントとつなぐ").click()
        sign_in_there(page, "s-1001")
        expect(page.get_by_text("医院のアカウントとつながりました。")).to_be_visible(timeout=PATIENCE)
        assert page.url == f"{clinic.address}/office/account"

        # From then on the provider lets her in; it says that it asked for two factors, and the clinic trusts that.
        sign_out(page)
        page.get_by_role("button", name="医院のアカウントでログイン").click()
        inside(page)

        # Somebody whom nobody linked is told what to do, in calm words, and stays outside.
        stranger = open_context(OFFICE).new_page()
        stranger.goto(f"{clinic.address}/office?clinic={code}")
        stranger.get_by_role("button", name="医院のアカウントでログイン").click()
        sign_in_there(stranger, "s-9999")
        expect(stranger.get_by_text("まだおとないの職員とつながっていません")).to_be_visible(timeout=PATIENCE)
        assert "state=" not in stranger.url
        stranger.get_by_role("button", name="ログイン画面へ").click()
        expect(stranger.get_by_label("ログイン名")).to_be_visible()

    # The provider is away: calm words, and the password still opens.
    stranger.get_by_role("button", name="医院のアカウントでログイン").click()
    expect(stranger.get_by_text("医院のログインのしくみが、いま応答していません。")).to_be_visible(timeout=PATIENCE)
    panel.get_by_role("button", name="使うのをやめる").click()
    office.get_by_role("dialog").get_by_role("button", name="使うのをやめる").click()
    expect(panel.get_by_text("使っていません。")).to_be_visible(timeout=PATIENCE)
