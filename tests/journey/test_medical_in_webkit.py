"""The same views in the iPad's engine family: they open, and nothing of them is wider than the page."""

from __future__ import annotations

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
ACROSS, UPRIGHT = (1180, 820), (820, 1180)


def see(browser: WebKitGTK, clinic: MedicalClinic, view: str, mark: str, size: tuple[int, int]) -> int:
    """Open a view of the patient with 60 rows; returns how many things carry the mark."""
    browser.set_window_size(*size)
    browser.get(f"{clinic.address}/office/patients/{clinic.patients[60]}")
    patience = WebDriverWait(browser, 20)
    button = (By.XPATH, f"//button[normalize-space()='{view}']")
    patience.until(expected.element_to_be_clickable(button)).click()
    patience.until(expected.presence_of_element_located((By.CSS_SELECTOR, mark)))
    assert browser.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0
    return len(browser.find_elements(By.CSS_SELECTOR, mark))


@pytest.mark.shows("S-030")
def test_drugs_and_checkups_open_in_webkit_across_and_upright(databases: Databases, tmp_path: Path) -> None:
    engine, remove = databases.fresh("sqlite")
    with medical_clinic(engine, (60,)) as clinic, webkit_browser(tmp_path) as browser:
        browser.get(f"{clinic.address}/office/list")
        name, value = clinic.cookie
        browser.add_cookie({"name": name, "value": value, "path": "/"})
        for size in (ACROSS, UPRIGHT):
            assert see(browser, clinic, "お薬", ".timeline-row", size) >= 8
            assert see(browser, clinic, "健診", ".small-chart svg circle", size) >= 6
            browser.save_screenshot(str(tmp_path / f"checkups-{size[0]}.png"))
    remove()
