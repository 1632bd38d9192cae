"""A morning with the tablet in the iPad's engine family: taken in, opened, no signal, put down, back on the net."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import WebKitGTK
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expected
from selenium.webdriver.support.ui import WebDriverWait
from werkzeug.serving import make_server

from otonai.app import create_app
from otonai.config import Profile, Settings
from tests import people
from tests.api.server import Server, Somebody, login_of, told
from tests.api.test_ledger import typed
from tests.databases import CONSENT_HOST, KEY, Databases
from tests.journey.conftest import ROOT
from tests.journey.webkit import webkit_browser
from tests.people import SETTLED
from tests.server.cutting_proxy import CuttingProxy
from tests.server.installation import free_port
from tests.staffing import SEALING_KEY

pytestmark = pytest.mark.webkit
VISITED = ("風見　結", "波多　結")
#: Every value in the browser's own storage, as text.
STORED = """
const done = arguments[arguments.length - 1];
const asText = (_, value) => value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value;
const answered = (asked) => new Promise((ok) => { asked.onsuccess = () => ok(asked.result); });
(async () => {
  const told = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await answered(indexedDB.open(name));
    for (const store of db.objectStoreNames) {
      const rows = await answered(db.transaction(store).objectStore(store).getAll());
      told.push(JSON.stringify(rows, asText));
    }
    db.close();
  }
  done(told.join(" "));
})();
"""


@dataclass
class Morning:
    """The clinic behind a network that comes and goes."""

    address: str
    network: CuttingProxy
    admin: Somebody


@contextmanager
def morning(databases: Databases) -> Iterator[Morning]:
    """Served as the product serves it, with two visits of today."""
    engine, remove = databases.fresh("sqlite")
    port = free_port()
    with CuttingProxy(port) as network:
        address = f"http://localhost:{network.port}"
        app = create_app(
            Settings(
                database_url="sqlite:///unused", base_url=address, live_url="http://localhost:9",
                profile=Profile.DEMO, database_key=KEY, ticket_secret=bytes(range(32)), sealing_keys=(SEALING_KEY,),
                pwa_folder=ROOT / "pwa" / "dist", consent_hosts=frozenset({CONSENT_HOST}),
            )
        )  # fmt: skip
        app.extensions["otonai"].engine = engine
        server = Server(app, engine)
        server.hire(people.NURSE)
        admin = server.admin()
        for number, name in enumerate(VISITED):
            chart = told(admin.post("/api/patients", typed(replace(SETTLED, name=name, chart_number=f"{number}"))), 201)
            at = datetime.now(UTC).isoformat()
            planned = {"patient_id": chart["id"], "planned_at": at, "visit_type": "home_visit"}
            told(admin.post("/api/visits", planned), 201)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        served = make_server("127.0.0.1", port, app, threaded=True)
        threading.Thread(target=served.serve_forever, daemon=True).start()
        try:
            yield Morning(address, network, admin)
        finally:
            served.shutdown()
    remove()


class Hand:
    """Somebody who reads the words on the screen and touches them."""

    def __init__(self, browser: WebKitGTK) -> None:
        self.browser = browser
        self.patience = WebDriverWait(browser, 20, poll_frequency=0.05)

    def see(self, words: str) -> WebElement:
        """Waits until these words are on the screen."""
        found = (By.XPATH, f"//*[text()[contains(., '{words}')]]")
        element: WebElement = self.patience.until(expected.visibility_of_element_located(found))
        return element

    def touch(self, words: str, whole: bool = False) -> None:
        """The button that says so."""
        says = "normalize-space(.)='%s'" if whole else "contains(., '%s')"
        found = (By.XPATH, f"//button[{says % words}]")
        element = self.patience.until(expected.element_to_be_clickable(found))
        self.browser.execute_script("arguments[0].scrollIntoView({ block: 'center' })", element)
        element.click()

    def write(self, label: str, words: str) -> None:
        """Into the field of this label."""
        found = (
            By.XPATH,
            f"//label[contains(., '{label}')]//input | //input[@id=//label[contains(., '{label}')]/@for]",
        )
        self.patience.until(expected.element_to_be_clickable(found)).send_keys(words)

    def type_pin(self, pin: str) -> None:
        """On the pad."""
        for digit in pin:
            self.touch(digit, whole=True)


@pytest.mark.shows("F16", "F22", "S-008")
def test_a_morning_without_a_signal_in_webkit(databases: Databases, tmp_path: Path) -> None:
    with morning(databases) as clinic, webkit_browser(tmp_path) as browser:
        hand = Hand(browser)
        browser.set_window_size(1180, 900)

        # Taken in and opened for the first time.
        browser.get(f"{clinic.address}/tablet")
        hand.write("タブレットの名前", "訪問9号")
        hand.touch("登録をはじめる")
        code = hand.patience.until(expected.presence_of_element_located((By.CSS_SELECTOR, "output.code"))).text
        told(clinic.admin.post(f"/api/devices/grants/{code}/approve", {"name": "訪問9号", "ownership": "clinic"}), 201)
        hand.touch("はじめて使う")
        hand.write("ログイン名", login_of(people.NURSE))
        hand.write("パスワード", people.NURSE.password)
        hand.touch("PINを決める")
        hand.see("PINを決めてください")
        hand.type_pin(people.NURSE.pin)
        hand.see("もう一度、同じPIN")
        hand.type_pin(people.NURSE.pin)
        hand.see("風見")
        hand.see("持ち出し準備OK")

        # The signal goes; the visit is registered as ever, the tablet is put down and taken up again.
        clinic.network.go_down()
        browser.find_element(By.CSS_SELECTOR, ".visit").click()
        hand.touch("訪問を登録する")
        hand.touch("スマホ・暗証番号")
        hand.touch("登録完了")
        hand.touch("保存する")
        hand.see("送信待ち")
        browser.save_screenshot(str(tmp_path / "waiting.png"))
        told_of = browser.execute_async_script(STORED)
        assert told_of
        for word in ("風見", "波多", SETTLED.coverages[0].card_number, people.NURSE.pin):
            assert str(word) not in told_of

        # Put down: nothing of anybody is in the page. Back on the net what was entered leaves by itself, once.
        hand.touch("ロック")
        hand.see(people.NURSE.name)
        assert "風見" not in browser.find_element(By.TAG_NAME, "body").text
        assert browser.execute_script("return 'serviceWorker' in navigator")
        clinic.network.come_up()

        def registered(_: Any) -> list[Any]:
            items = told(clinic.admin.get("/api/visits"))["items"]
            return [visit for visit in items if visit["registration"]]

        WebDriverWait(browser, 30, poll_frequency=0.2).until(registered)
        (visit,) = registered(None)
        assert (visit["state"], visit["registration"]["by"]) == ("visited", people.NURSE.name)
        hand.touch(people.NURSE.name)
        hand.type_pin(people.NURSE.pin)
        hand.see("済み 1件")
        hand.patience.until(expected.invisibility_of_element_located((By.XPATH, "//*[contains(text(), '送信待ち')]")))
