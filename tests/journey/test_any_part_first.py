"""A link, a bookmark or a reload opens any part of the app first. Parts that lean on each other must all stand it."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.journey.conftest import Clinic

#: Loads one part alone; what it answers is why it could not, or nothing.
ALONE = "(part) => import(`/assets/${part}`).then(() => null, (why) => String(why))"


def test_each_part_of_the_built_app_can_be_the_first(clinic: Clinic, browser: Browser) -> None:
    page = browser.new_page()
    parts = sorted(part.name for part in (clinic.app / "assets").glob("*.js"))
    assert len(parts) > 20
    broken = {}
    for part in parts:
        page.goto(f"{clinic.address}/icon-192.png")  # our own address without anything of the app in it
        if why := page.evaluate(ALONE, part):
            broken[part] = why
    page.close()
    assert broken == {}
