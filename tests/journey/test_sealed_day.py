"""The bag: a day that goes along sealed, opens without a network for who may, and gives nothing to a thief.

Real Chromium with a virtual reader that answers by PRF; the app comes from its own service worker while the network
is off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journey.conftest import OFFICE, TABLET, Clinic, wait_until
from tests.journey.next_build import put_next_build
from tests.journey.people_at_work import (
    PATIENCE,
    PIN,
    add_reader,
    kill_and_reopen,
    planned_of,
    sign_in_at_the_office,
    take_along,
    type_pin,
    visit_of,
)

pytestmark = pytest.mark.browser

Opens = Callable[[dict[str, int]], BrowserContext]
BUILT = Path(__file__).resolve().parents[2] / "pwa" / "dist"
DRAFT = "息子さんが玄関で待つ"
WRONG = ("100200", "200300", "300400", "400500", "500600")

#: Everything this origin has stored, as text: IndexedDB (bytes read as UTF-8), caches, localStorage, cookies.
DUMP = """async () => {
  const shown = (_, value) => (value instanceof ArrayBuffer ? new TextDecoder().decode(value) : value);
  const said = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie];
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    for (const table of db.objectStoreNames) {
      const rows = await new Promise((done, fail) => {
        const asked = db.transaction(table).objectStore(table).getAll();
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      });
      said.push(`${name}/${table}: ${rows.length} ` + JSON.stringify(rows, shown));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const asked of await cache.keys()) said.push(asked.url + await (await cache.match(asked)).text());
  }
  return said.join("\\n");
}"""
#: The owner turns the clock by so many hours, and looks at the app again.
TURN = """(hours) => {
  const right = Date.now;
  Date.now = () => right() + hours * 3_600_000;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
#: The classes of data that wait for a passkey.
KEPT_SHARES = """async () => {
  const { name } = (await indexedDB.databases())[0];
  const db = await new Promise((done) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
  });
  const rows = await new Promise((done) => {
    const asked = db.transaction("keys").objectStore("keys").getAll();
    asked.onsuccess = () => done(asked.result);
  });
  db.close();
  return rows.filter((row) => row.kind === "share").map((row) => row.kept.class).sort();
}"""
COUNTS = """async () => {
  const counts = {};
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
    });
    for (const table of db.objectStoreNames) {
      counts[table] = await new Promise((done) => {
        const asked = db.transaction(table).objectStore(table).count();
        asked.onsuccess = () => done(asked.result);
      });
    }
    db.close();
  }
  return counts;
}"""


def fill_in(tablet: Page) -> None:
    """The least that a registration needs."""
    tablet.get_by_role("button", name=re.compile("スマホ・暗証番号")).click()
    tablet.get_by_role("button", name="登録完了").click()
    tablet.get_by_role("button", name=re.compile("保存する")).click()


def open_form(tablet: Page, name: str) -> None:
    """The registration of somebody's visit."""
    visit_of(tablet, name).first.click(timeout=PATIENCE)
    tablet.get_by_role("button", name="訪問を登録する").first.click()


def register_visit(tablet: Page, name: str) -> None:
    """As with a signal: identity, outcome, save."""
    open_form(tablet, name)
    fill_in(tablet)
    expect(tablet.get_by_text("送信待ち", exact=False).first).to_be_visible(timeout=PATIENCE)


@pytest.mark.shows("F26", "F30", "F31", "F40", "S-031")
def test_a_day_without_a_network_from_morning_to_evening(clinic: Clinic, open_context: Opens) -> None:
    doctor = clinic.person("doctor")
    office = open_context(OFFICE).new_page()
    context = open_context(TABLET)
    tablet = context.new_page()
    add_reader(tablet)
    sign_in_at_the_office(office, clinic.address, clinic.person("office"))
    take_along(tablet, office, clinic.address, doctor, "訪問4号")
    expect(visit_of(tablet, "とめ")).to_contain_text("持出OK")

    # In the morning Dr 例示 慎一 sets a passkey up, so that the day opens without a signal too.
    tablet.get_by_role("button", name="設定").click()
    tablet.get_by_role("button", name="パスキーを設定する").click()
    expect(tablet.get_by_text("パスキーを設定してあります")).to_be_visible(timeout=PATIENCE)
    tablet.get_by_role("button", name="閉じる").click()
    people = tablet.locator(".visit .name").all_inner_texts()
    assert len(people) >= 3

    # No signal, and the system ends the page. The passkey opens the day; a visit is registered and kept.
    context.set_offline(True)
    kill_and_reopen(tablet, clinic.address)
    tablet.get_by_role("button", name="パスキーで開く").click(timeout=PATIENCE)
    expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible(timeout=PATIENCE)
    expect(tablet.get_by_text("つながっていません", exact=False).first).to_be_visible()
    register_visit(tablet, "とめ")

    # The clinic's setting is the strict one: without a signal the passkey opens visits, and no drugs.
    open_drugs(tablet, "静子")
    expect(tablet.get_by_text("電波なしでは開けません", exact=False)).to_be_visible(timeout=PATIENCE)

    # Ended once more before anything was sent: the registration is still there to see.
    kill_and_reopen(tablet, clinic.address)
    tablet.get_by_role("button", name="パスキーで開く").click(timeout=PATIENCE)
    expect(tablet.get_by_text(re.compile("未送信 1件"))).to_be_visible(timeout=PATIENCE)

    # A form half filled in survives the end of the page as well.
    open_form(tablet, "四郎")
    tablet.get_by_label(re.compile("メモ|申し送り")).fill(DRAFT)
    tablet.wait_for_timeout(400)
    kill_and_reopen(tablet, clinic.address)
    tablet.get_by_role("button", name="パスキーで開く").click(timeout=PATIENCE)
    open_form(tablet, "四郎")
    expect(tablet.get_by_label(re.compile("メモ|申し送り"))).to_have_value(DRAFT)

    # What a thief could copy of all this names nobody and nothing.
    found = tablet.evaluate(DUMP)
    own_words = "".join(file.read_text(encoding="utf-8") for file in BUILT.rglob("*.js"))
    names = {part for name in people for part in name.split() if len(part) > 1 and part not in own_words}
    assert len(names) >= len(people), "a family name each at least; とめ is also a part of the app's own まとめて"
    for word in ("息子さん", *names, *re.split(r"\s", doctor["name"]), PIN):
        assert word not in found
    assert '"class":"R"' in found

    # The evening: a signal again, and it leaves by itself.
    context.set_offline(False)
    office.goto(f"{clinic.address}/office/today")
    expect(planned_of(office, "とめ")).to_contain_text("訪問済み", timeout=60_000)

    # In the evening the clinic's server gets a new version. It waits while she types; nothing reloads under the form.
    _a_new_version_waits_for_a_quiet_moment(clinic, context, tablet)

    # Midnight: what was sealed is deleted, the form stays and is saved, and the board says that the day is over.
    tablet.evaluate(TURN, 25)
    wait_until(lambda: tablet.evaluate(COUNTS)["pages"] == 0)
    expect(tablet.get_by_label(re.compile("メモ|申し送り"))).to_have_value(f"{DRAFT}。夜も")
    fill_in(tablet)
    expect(tablet.get_by_text("きょうの持ち出しは終わりました")).to_be_visible(timeout=PATIENCE)


def _a_new_version_waits_for_a_quiet_moment(clinic: Clinic, context: BrowserContext, tablet: Page) -> None:
    note = tablet.get_by_label(re.compile("メモ|申し送り"))
    beside = context.new_page()
    beside.goto(f"{clinic.address}/manual")
    expect(beside.get_by_role("button", name=re.compile("事務所"))).to_be_visible(timeout=PATIENCE)
    put_next_build(clinic.app)
    tablet.evaluate("navigator.serviceWorker.getRegistration().then((found) => found.update()).then(() => null)")
    tablet.wait_for_function("() => navigator.serviceWorker.getRegistration().then((found) => found.waiting !== null)")
    note.press_sequentially("。夜も")
    expect(note).to_have_value(f"{DRAFT}。夜も")
    update = tablet.get_by_role("button", name="更新する")
    expect(update).to_be_hidden()
    assert tablet.evaluate("document.documentElement.dataset.build") is None

    # Between visits it is offered, and taken. What she had typed is there again, in the new version.
    tablet.get_by_role("link", name=re.compile("もどる")).first.click()
    tablet.get_by_role("link", name=re.compile("きょうの訪問")).first.click()
    update.click()
    expect(tablet.locator("html[data-build=next]")).to_be_attached(timeout=PATIENCE)
    choose_person(tablet, clinic.person("doctor"))
    type_pin(tablet, PIN)
    expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible(timeout=PATIENCE)
    open_form(tablet, "四郎")
    expect(note).to_have_value(f"{DRAFT}。夜も")

    # A window of the old version asks for a screen that is nowhere any more: it says so, and opens anew.
    context.new_cdp_session(beside).send("Network.clearBrowserCache")
    expect(beside.get_by_role("button", name="更新する")).to_be_visible()
    beside.get_by_role("button", name=re.compile("事務所")).click()
    expect(beside.get_by_text("この画面を読みこめませんでした", exact=False)).to_be_visible(timeout=PATIENCE)
    beside.get_by_role("button", name="開きなおす").click()
    expect(beside.get_by_label("ログイン名")).to_be_visible(timeout=PATIENCE)
    beside.close()


@pytest.mark.shows("F28", "F34", "F39", "S-031")
def test_a_living_page_opens_again_by_pin_and_five_wrong_ones_end_it(clinic: Clinic, open_context: Opens) -> None:
    nurse = clinic.person("nurse")
    office = open_context(OFFICE).new_page()
    context = open_context(TABLET)
    tablet = context.new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("office"))
    take_along(tablet, office, clinic.address, nurse, "訪問5号")

    # Locked on the way, no signal: the PIN opens what the page still holds.
    tablet.get_by_role("button", name="ロック").click()
    expect(tablet.get_by_text(nurse["name"]).first).to_be_visible(timeout=PATIENCE)
    context.set_offline(True)
    expect(tablet.get_by_text("オフライン", exact=False).first).to_be_visible(timeout=PATIENCE)
    choose_person(tablet, nurse)
    type_pin(tablet, WRONG[0])
    expect(tablet.get_by_text("あと4回", exact=False)).to_be_visible(timeout=PATIENCE)
    type_pin(tablet, PIN)
    expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible(timeout=PATIENCE)
    expect(visit_of(tablet, "静子").first).to_be_visible()
    visit_of(tablet, "静子").first.click()
    tablet.get_by_role("link", name="お薬").click()
    expect(tablet.get_by_text("持ち出した情報", exact=False)).to_be_visible(timeout=PATIENCE)
    looks = tablet.evaluate(COUNTS)["outbox"]
    assert looks >= 1, "a look that no server could note waits for one, sealed"

    # A clock turned back two days closes the drugs in words, and the visits stay.
    tablet.evaluate(TURN, -48)
    expect(tablet.get_by_text("お薬・健診を閉じています")).to_be_visible(timeout=PATIENCE)
    tablet.evaluate(TURN, 48)
    tablet.get_by_role("link", name="きょうの訪問").click()
    expect(visit_of(tablet, "静子").first).to_be_visible()

    # Somebody else tries: five wrong ones, and there is nothing left to open, not even by the right one.
    tablet.get_by_role("button", name="ロック").click()
    choose_person(tablet, nurse)
    for pin in WRONG:
        type_pin(tablet, pin)
        expect(tablet.get_by_text(re.compile("PINが違います|5回まちがえました"))).to_be_visible(timeout=PATIENCE)
        expect(tablet.locator(".pin-dots .full, .dots .on")).to_have_count(0)
    expect(tablet.get_by_text("PINを5回まちがえました")).to_be_visible(timeout=PATIENCE)
    expect(tablet.get_by_text("電波のあるところで開いてください", exact=False)).to_be_visible(timeout=PATIENCE)

    # The server, which saw none of these tries, opens again.
    context.set_offline(False)
    expect(tablet.get_by_role("button", name="1", exact=True)).to_be_visible(timeout=PATIENCE)
    type_pin(tablet, PIN)
    expect(tablet.get_by_text("持ち出し準備OK", exact=False)).to_be_visible(timeout=PATIENCE)
    wait_until(lambda: tablet.evaluate(COUNTS)["outbox"] == 0)

    # The browser throws its storage away: the tablet knows that it was one, and says what is safe.
    told = {"origin": clinic.address, "storageTypes": "indexeddb"}
    context.new_cdp_session(tablet).send("Storage.clearDataForOrigin", told)
    tablet.goto(f"{clinic.address}/tablet")
    expect(tablet.get_by_text("ブラウザに消されました", exact=False)).to_be_visible(timeout=PATIENCE)
    expect(tablet.get_by_label("タブレットの名前")).to_be_visible()


@pytest.mark.shows("F23", "S-031")
def test_where_the_clinic_allows_it_a_passkey_opens_drugs_without_a_network_too(
    clinic: Clinic, open_context: Opens
) -> None:
    doctor, administrator = clinic.person("doctor"), clinic.person("admin")
    office = open_context(OFFICE).new_page()
    sign_in_at_the_office(office, clinic.address, administrator, "/office/settings")
    choose_mode(office, 1)
    try:
        context = open_context(TABLET)
        tablet = context.new_page()
        add_reader(tablet)
        take_along(tablet, office, clinic.address, doctor, "訪問8号")
        tablet.get_by_role("button", name="設定").click()
        tablet.get_by_role("button", name="パスキーを設定する").click()
        expect(tablet.get_by_text("パスキーを設定してあります")).to_be_visible(timeout=PATIENCE)
        tablet.get_by_role("button", name="閉じる").click()

        context.set_offline(True)
        kill_and_reopen(tablet, clinic.address)
        tablet.get_by_role("button", name="パスキーで開く").click(timeout=PATIENCE)
        open_drugs(tablet, "静子")
        expect(tablet.get_by_text("持ち出した情報", exact=False)).to_be_visible(timeout=PATIENCE)
        expect(tablet.get_by_text("オルメサルタン").first).to_be_visible()

        # A network again: the look is in the month's evidence and in the trail, which is filtered and saved.
        context.set_offline(False)
        wait_until(lambda: tablet.evaluate(COUNTS)["outbox"] == 0)
        office.goto(f"{clinic.address}/office/evidence")
        look = office.locator("section.card", has_text="静子").get_by_role("row", name=re.compile("訪問8号"))
        expect(look.first).to_contain_text(doctor["name"], timeout=PATIENCE)
        office.goto(f"{clinic.address}/office/audit")
        carried = "持ち出した分を表示した"
        office.locator("select", has=office.locator("option", has_text=carried)).select_option(label=carried)
        rows = office.locator(".audit tbody tr, .audit .event")
        expect(rows.first).to_contain_text("訪問8号", timeout=PATIENCE)
        with office.expect_download() as saved:
            office.get_by_role("link", name="CSVを保存").click()
        text = saved.value.path().read_text(encoding="utf-8")
        assert text.startswith("\ufeff")
        assert 1 <= text.count("drug_viewed") <= text.count("carried")

        # Locked, it learns by itself that the clinic chose the strict mode: the passkey's drugs leave, the visits stay.
        tablet.get_by_role("button", name="ロック").click()
        assert tablet.evaluate(KEPT_SHARES) == ["M", "R"]
        office.goto(f"{clinic.address}/office/settings")
        choose_mode(office, 0)
        context.set_offline(True)
        context.set_offline(False)
        wait_until(lambda: tablet.evaluate(KEPT_SHARES) == ["R"])
    finally:
        office.goto(f"{clinic.address}/office/settings")
        choose_mode(office, 0)


def choose_mode(office: Page, number: int) -> None:
    """The clinic's choice of what opens medical information without a network: strict, or by passkey too."""
    mode = office.get_by_role("radio").nth(number)
    expect(mode).to_be_visible(timeout=PATIENCE)
    if not mode.is_checked():  # else nothing is sent, and nothing answers
        with office.expect_response(lambda answer: answer.request.method == "PATCH"):
            mode.check()
    expect(mode).to_be_checked()


def open_drugs(tablet: Page, name: str) -> None:
    """The drugs of one of today's people, and back again by the board's own way."""
    tablet.get_by_role("link", name="きょうの訪問").or_(
        tablet.get_by_role("heading", name="きょうの訪問")
    ).first.click()
    visit_of(tablet, name).first.click(timeout=PATIENCE)
    tablet.get_by_role("link", name="お薬").click()


def choose_person(tablet: Page, person: Mapping[str, Any]) -> None:
    """On the lock screen, unless the tablet still asks for this person's PIN."""
    chip = tablet.get_by_role("button", name=person["name"])
    pad = tablet.get_by_role("button", name="1", exact=True)
    expect(chip.or_(pad).first).to_be_visible(timeout=PATIENCE)
    if chip.count():
        chip.click()


@pytest.mark.shows("F40")
def test_a_stopped_tablet_hands_over_what_was_not_sent_and_empties_itself(clinic: Clinic, open_context: Opens) -> None:
    admin = clinic.person("admin")
    office = open_context(OFFICE).new_page()
    context = open_context(TABLET)
    tablet = context.new_page()
    sign_in_at_the_office(office, clinic.address, admin)
    take_along(tablet, office, clinic.address, clinic.person("nurse"), "訪問6号")
    context.set_offline(True)
    expect(tablet.get_by_text("オフライン", exact=False).first).to_be_visible(timeout=PATIENCE)
    register_visit(tablet, "うめ")
    before = tablet.evaluate(COUNTS)
    assert before["pages"] > 0
    assert before["keys"] > 0
    assert before["outbox"] == 1

    office.goto(f"{clinic.address}/office/devices")
    office.get_by_role("link", name="訪問6号").click()
    office.get_by_role("button", name="停止する・なくした").click()
    office.get_by_label(re.compile("端末の名前")).fill("訪問6号")
    office.get_by_role("button", name="訪問6号 を停止する").click()
    expect(office.get_by_text("（紛失）")).to_be_visible(timeout=PATIENCE)

    # At the next contact: the entry is handed over sealed, everything else is gone.
    context.set_offline(False)
    expect(tablet.get_by_text("この端末は停止されています")).to_be_visible(timeout=PATIENCE)
    expect(tablet.get_by_text("入力1件は、封をしたままサーバーに渡しました", exact=False)).to_be_visible(
        timeout=PATIENCE
    )
    assert sum(tablet.evaluate(COUNTS).values()) == 0
    assert tablet.evaluate("localStorage.length") == 0
    tablet.goto(f"{clinic.address}/tablet")
    expect(tablet.get_by_label("タブレットの名前")).to_be_visible(timeout=PATIENCE)
