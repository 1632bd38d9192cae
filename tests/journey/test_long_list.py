"""A list of very many people: a few rows are drawn, and everybody is found, reached and counted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.databases import Databases
from tests.journey.conftest import OFFICE
from tests.journey.long_list import long_list
from tests.journey.people_at_work import PATIENCE

pytestmark = pytest.mark.browser

MANY = 620


@pytest.mark.shows("S-048")
def test_nobody_is_hidden_by_the_length_of_the_list(
    databases: Databases, open_context: Callable[[dict[str, int]], BrowserContext]
) -> None:
    engine, remove = databases.fresh("sqlite")
    with long_list(engine, MANY) as clinic:
        for window in (OFFICE, {"width": 820, "height": 1180}):
            context = open_context(window)
            name, value = clinic.cookie
            context.add_cookies([{"name": name, "value": value, "url": clinic.address}])
            office = context.new_page()
            office.goto(f"{clinic.address}/office/list")
            table = office.get_by_role("table", name="訪問オン資同意済一覧")
            expect(table).to_have_attribute("aria-rowcount", str(MANY + 1), timeout=PATIENCE)
            drawn = office.locator("tr[data-id]")
            assert 5 < drawn.count() < 60

            # By key to the very end and back: the row is drawn, in sight, and says which one it is.
            selected = office.locator("tr[aria-current=true]")
            office.keyboard.press("End")
            expect(selected).to_have_attribute("aria-rowindex", str(MANY + 1))
            expect(selected).to_be_in_viewport()
            office.keyboard.press("k")
            expect(selected).to_have_attribute("aria-rowindex", str(MANY))
            office.keyboard.press("Home")
            expect(selected).to_have_attribute("aria-rowindex", "2")
            expect(selected).to_be_in_viewport()

            # Somebody who was never drawn is found by a part of the name; everybody comes back with Escape.
            field = office.get_by_role("searchbox", name="この一覧でさがす")
            field.fill("計測 477番")
            expect(table).to_have_attribute("aria-rowcount", "2")
            expect(selected).to_contain_text("477番")
            expect(office.get_by_text(f"{MANY}件のうち 1件を表示しています")).to_be_visible()
            field.fill("だれでもない")
            expect(office.get_by_text("この条件の人はいません", exact=False)).to_be_visible()
            # Whoever misses somebody sees what was fetched when and what waits, and gets everybody back at once.
            office.get_by_role("button", name="いるはずの人が出ない").click()
            help_told = office.get_by_role("dialog", name="いるはずの人が出ない")
            expect(help_told).to_contain_text(re.compile(r"最後の取得 (きょう|\d+/\d+) \d"))  # an hour ago
            expect(help_told).to_contain_text("連携ソフトがまだつながっていません")
            help_told.get_by_role("button", name="すべて表示する").click()
            help_told.get_by_role("button", name="閉じる").click()
            expect(field).to_have_value("")
            expect(table).to_have_attribute("aria-rowcount", str(MANY + 1))

            # By wheel, row after row: no hole and nobody twice.
            seen = set[int]()
            office.mouse.move(400, 600)
            for _ in range(8):
                places = [int(row.get_attribute("aria-rowindex") or 0) for row in drawn.all()]
                assert places == list(range(places[0], places[-1] + 1))
                seen.update(places)
                office.mouse.wheel(0, 400)
                office.wait_for_timeout(50)
            assert seen >= set(range(2, 40)), "what was scrolled past was drawn"
            context.close()
    remove()
