"""A passkey's life at real screens: set up, signed in by, shown before a sensitive act, taken away, refused.

Real Chromium with its own virtual authenticator, which asks for the finger and says yes unless it is told otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.journey.conftest import OFFICE, Clinic
from tests.journey.people_at_work import PATIENCE, sign_in_at_the_office

pytestmark = pytest.mark.browser

Opens = Callable[[dict[str, int]], BrowserContext]


class VirtualAuthenticator:
    """The finger reader of one page's computer (Chromium's WebAuthn domain)."""

    def __init__(self, page: Page) -> None:
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        told = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.id = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": told})["authenticatorId"]

    def finger(self, right: bool) -> None:
        """Whether the next finger is the owner's."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": right})

    def touches(self, at_once: bool) -> None:
        """Whether somebody touches the reader whenever it asks."""
        told = {"authenticatorId": self.id, "enabled": at_once}
        self.cdp.send("WebAuthn.setAutomaticPresenceSimulation", told)

    def keys(self) -> list[dict[str, Any]]:
        """What lies on it."""
        found: list[dict[str, Any]] = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})[
            "credentials"
        ]
        return found


def sign_out(page: Page) -> None:
    """Leave the office by the menu of one's own name."""
    menu = page.locator(".person")
    if menu.get_by_role("button").first.get_attribute("aria-expanded") == "false":
        menu.get_by_role("button").first.click()
    menu.get_by_role("button", name="ログアウト").click()
    expect(page.get_by_role("button", name="パスキーでログイン")).to_be_visible(timeout=PATIENCE)


def touch(page: Page, computer: VirtualAuthenticator) -> None:
    """The reader is touched: that answers what the field of the name asks, and where it does not, the button asks."""
    computer.touches(True)
    page.wait_for_timeout(1_000)
    button = page.get_by_role("button", name="パスキーでログイン")
    if button.is_visible():
        button.click()


def inside(page: Page) -> None:
    """The office is open."""
    expect(page.get_by_role("navigation", name="主な画面")).to_be_visible(timeout=PATIENCE)


@pytest.mark.shows("S-144")
def test_a_passkey_is_set_up_signed_in_by_and_taken_away(clinic: Clinic, open_context: Opens) -> None:
    page = open_context(OFFICE).new_page()
    sign_in_at_the_office(page, clinic.address, clinic.person("nurse"), "/office/account")
    computer = VirtualAuthenticator(page)

    page.get_by_role("button", name="パスキーを追加").click()
    page.get_by_label("このパスキーの名前").fill("受付のパソコン")
    page.get_by_role("dialog").get_by_role("button", name="パスキーを追加").click()
    expect(page.get_by_text("パスキーを追加しました。")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("受付のパソコン")).to_be_visible()
    (key,) = computer.keys()
    assert (key["isResidentCredential"], key["rpId"]) == (True, "localhost")

    # Nobody touches the reader: the sign-in waits. A touch at the button is name, password and code in one.
    computer.touches(False)
    sign_out(page)
    touch(page, computer)
    inside(page)
    page.reload()
    row = page.locator(".rows > div").filter(has_text="受付のパソコン")
    expect(row).to_contain_text("最後に使った時刻")

    # A finger that is not the owner's: the device says no, and nothing frightening is told.
    computer.touches(False)
    sign_out(page)
    computer.finger(right=False)
    touch(page, computer)
    expect(page.get_by_role("button", name="パスキーでログイン")).to_be_enabled()
    expect(page.get_by_role("navigation", name="主な画面")).to_have_count(0)
    computer.finger(right=True)
    page.get_by_role("button", name="パスキーでログイン").click()
    inside(page)

    # Taken away, it is refused in calm words, though it still lies on the device.
    row.get_by_role("button", name="外す").click()
    page.get_by_role("dialog").get_by_role("button", name="外す").click()
    expect(page.get_by_text("パスキーを外しました。")).to_be_visible(timeout=PATIENCE)
    computer.touches(False)
    sign_out(page)
    touch(page, computer)
    expect(page.get_by_text("このパスキーではログインできません。").first).to_be_visible(timeout=PATIENCE)
