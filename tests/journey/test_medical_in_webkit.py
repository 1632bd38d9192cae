"""The same views in the iPad's engine family: they open, and nothing of them is wider than the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait

from tests.databases import Databases
from tests.journey.medical_clinic import MedicalClinic, medical_clinic
from tests.journey.webkit import webkit_browser

pytestmark = pytest.mark.webkit
GEOMETRY = Path(__file__).with_name("geometry.js").read_text(encoding="utf-8")
ACROSS, UPRIGHT = (1180, 820), (820, 1180)


def see(
    browser: WebKitGTK, clinic: MedicalClinic, view: str, mark: str, size: tuple[int, int], theme: str, rows: int = 60
) -> int:
    """Open a view of a patient; returns how many things carry the mark."""
    browser.set_window_size(*size)
    browser.get(f"{clinic.address}/office/patients/{clinic.patients[rows]}")
    patience = WebDriverWait(browser, 20)
    button = (By.XPATH, f"//button[normalize-space()='{view}']")
    patience.until(expected.element_to_be_clickable(button)).click()
    patience.until(expected.presence_of_element_located((By.CSS_SELECTOR, mark)))
    # This engine's driver cannot play a dark device; what the device would set is set.
    browser.execute_script("document.documentElement.dataset.theme = arguments[0]", theme)
    assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0
    assert (view, size, theme, rows, browser.execute_script(f"return ({GEOMETRY})()")) == (view, size, theme, rows, [])
    return len(browser.find_elements(By.CSS_SELECTOR, mark))


@pytest.mark.shows("S-030")
@pytest.mark.prove("pictures")
def test_drugs_and_checkups_open_in_webkit_across_and_upright(
    databases: Databases, tmp_path: Path, sized: Callable[[int, int], int]
) -> None:
    engine, remove = databases.fresh("sqlite")
    amounts = (60, 600, 5, 0)[: sized(1, 4)]
    with medical_clinic(engine, amounts) as clinic, webkit_browser(tmp_path) as browser:
        browser.get(f"{clinic.address}/office/list")
        name, value = clinic.cookie
        browser.add_cookie({"name": name, "value": value, "path": "/"})
        for rows in amounts:
            for size, theme in [(ACROSS, "light"), (UPRIGHT, "dark"), (ACROSS, "dark"), (UPRIGHT, "light")][
                : sized(2, 4)
            ]:
                named = f"{rows}-{size[0]}-{theme}.png"
                drugs, fewest = (".timeline-row", min(rows, 8)) if rows else ("[role=dialog] .note", 1)
                assert see(browser, clinic, "お薬", drugs, size, theme, rows) >= fewest
                browser.save_screenshot(str(tmp_path / f"drugs-{named}"))
                assert see(browser, clinic, "健診", ".small-chart svg circle", size, theme, rows) >= 6
                browser.save_screenshot(str(tmp_path / f"checkups-{named}"))
    remove()
