"""Markup and script in everything that a terminal or a colleague writes (F46): shown as text, and nothing ever runs.

Sixty texts come in through the terminal's XML as names, addresses, insurers and drugs, become charts, and are shown on
every screen of office and tablet, on paper too, by the built app in real Chromium under its real policy.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine
from tests import people
from tests.api.server import Server, Somebody, login_of, told
from tests.api.terminal import Terminal
from tests.attack.payloads import PAYLOADS
from tests.attack.site import WATCH, built_app, lend_session, listening, server_over
from tests.flow import answers
from tests.journey.people_at_work import choose_pin, enrol_tablet
from tests.people import SETTLED, record_of

from otonai.domain.consent import ConsentKind
from otonai.flow import advance

pytestmark = pytest.mark.browser

ADDRESS_BAR = {"width": 1440, "height": 900}
TABLET = {"width": 1180, "height": 820}
#: The first so many people of the list have a chart, the first so many of those a visit today.
REGISTERED, VISITED = 50, 6


@dataclass(frozen=True)
class Infested:
    """A clinic in which every text is hostile."""

    server: Server
    address: str
    admin: Somebody
    rows: list[dict[str, Any]]
    charts: list[str]
    visits: list[str]


@pytest.fixture(scope="module")
def infested(one_database: Engine) -> Iterator[Infested]:
    """Sixty people as the terminal delivered them, most with charts, some visited today; and colleagues of the kind."""
    app, port = built_app(one_database)
    with listening(app, port) as address:
        server = server_over(app, one_database)
        admin = server.admin()
        server.hire(replace(people.DOCTOR, name=PAYLOADS[11]))
        told(admin.post("/api/staff", {"name": PAYLOADS[0], "login_name": "hostile@minamo", "role": "nurse"}), 201)
        terminal = Terminal(server)
        rows = terminal.bring_list(admin, *_people())
        charts = [_registered(admin, row, number) for number, row in enumerate(rows[:REGISTERED])]
        visits = [_planned(admin, chart, number) for number, chart in enumerate(charts[:VISITED])]
        advance(one_database, server.clinics.minamo.id, datetime.now(UTC))
        _medical(terminal)
        server.enrol("tablet", name=PAYLOADS[16])
        terminal.send("<img src=x onerror=harm()>.xml", b"<no message>")
        yield Infested(server, address, admin, rows, charts, visits)


def _people() -> list[Any]:
    """One person for each text; each field holds another one, escaped as the terminal would write it."""
    now = datetime.now(UTC)
    kinds = (ConsentKind.DRUG, ConsentKind.CHECKUP, ConsentKind.DIAGNOSIS)
    all_three = answers.agreed(*kinds, at=now - timedelta(hours=1))
    found: list[Any] = []
    first_day = SETTLED.birth_date or now.date()
    for number, _ in enumerate(PAYLOADS):
        text = [escape(PAYLOADS[(number + n) % len(PAYLOADS)]) for n in range(4)]
        card = replace(SETTLED.coverages[0], card_number=f"{number:08d}", insurer_name=text[2], insured_name=text[3])
        born = first_day + timedelta(days=number)
        found.append(
            record_of(
                SETTLED,
                name=text[0],
                address=text[1],
                birth_date=born,
                coverage=card,
                consents=() if number else all_three,
            )
        )
    return found


def _registered(admin: Somebody, row: dict[str, Any], number: int) -> str:
    body = {"chart_number": PAYLOADS[number], "telephone": PAYLOADS[-1 - number], "overrides": {}}
    made = told(admin.post(f"/api/consented-patients/{row['id']}/register", body), 201)
    return str(made["patient"]["id"])


def _planned(admin: Somebody, chart: str, number: int) -> str:
    at = datetime.now(UTC) + timedelta(minutes=number)
    body = {
        "patient_id": chart, "planned_at": at.isoformat(), "visit_type": "home_visit",
        "place_note": PAYLOADS[number], "card_note": PAYLOADS[-1 - number],
    }  # fmt: skip
    return str(told(admin.post("/api/visits", body), 201)["id"])


def _medical(terminal: Terminal) -> None:
    """All texts as drugs, as an act and as values of a checkup, for the one person whose files are asked for."""
    drugs, (subject, *_) = [escape(text) for text in PAYLOADS], _people()
    for job in terminal.jobs():
        terminal.deliver(job["file_name"], None, kind="written", job_id=job["id"])
        if job["expected_stem"].startswith("YZK"):
            told = answers.drugs(subject, *drugs, at=datetime.now(UTC), treatments={"1": drugs[0]})
            terminal.answer(job, _different_drugs(told))
        elif job["expected_stem"].startswith("TKK"):
            told = answers.checkups(subject, *drugs, at=datetime.now(UTC))
            terminal.answer(job, _different_items(told))


def _different_drugs(told: bytes) -> bytes:
    """A code of its own for each, or they would be one drug under many names."""
    codes = count(610407000)
    return re.sub(rb"(?<=<DrugC>)\d+", lambda _: str(next(codes)).encode(), told)


def _different_items(told: bytes) -> bytes:
    """A code and a hostile name of its own for each value; the values are text."""
    codes, names = count(), iter(PAYLOADS)
    told = re.sub(rb"9N001000000000001", lambda _: f"9Z{next(codes):015d}".encode(), told)
    told = re.sub("身長".encode(), lambda _: escape(next(names)).encode(), told)
    return told.replace(b"<DataType>PQ<", b"<DataType>ST<")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that counts, and that fails the test when anything ran or the policy had to stop anything."""
    opened = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo", viewport=ADDRESS_BAR)  # type: ignore[arg-type]
    opened.add_init_script(WATCH)
    opened.set_default_timeout(15_000)
    refused: list[str] = []
    opened.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    opened.on("dialog", lambda _: refused.append("dialog"))
    opened.on("weberror", lambda error: refused.append(str(error.error)))
    yield opened
    opened.close()
    assert refused == []


def unharmed(page: Page) -> None:
    """Nothing ran, nothing had to be stopped, and no element came out of a text."""
    assert page.evaluate("window.harmed ?? 0") == 0
    assert page.evaluate("window.stopped") == []
    strange = "iframe, object, embed, base, form[action], [onerror], [onload], [onfocus], [href^='javascript'], marquee"
    assert page.locator(strange).count() == 0
    assert page.locator("script:not([src])").count() == 0


def seen_on(page: Page) -> str:
    """Everything that stands on the page, also what has not been scrolled to."""
    return plain(page.locator("body").text_content() or "")


def plain(text: str) -> str:
    """Without what a screen may change: blanks, width and case of letters."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def shows(page: Page, texts: Sequence[str]) -> None:
    """Each of these texts comes into sight, sign by sign, within a while; a long list draws what one scrolls to."""
    wanted, seen = [plain(text) for text in texts], ""
    page.mouse.move(400, 500)
    for _ in range(100):
        seen += seen_on(page)
        missing = [text for text in wanted if text not in seen]
        if not missing:
            break
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(50)
    assert missing == []
    unharmed(page)


@pytest.fixture
def office(infested: Infested, context: BrowserContext) -> Page:
    """仮名 健 at the office."""
    lend_session(infested.admin, context, infested.address)
    return context.new_page()


@pytest.fixture
def doctor(infested: Infested, context: BrowserContext) -> Page:
    """The doctor with the hostile name, at the office."""
    signed_in = infested.server.sign_in(people.DOCTOR)
    lend_session(signed_in, context, infested.address)
    return context.new_page()


@pytest.mark.shows("F46")
@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/office/list", PAYLOADS),
        ("/office/patients", PAYLOADS[:REGISTERED]),
        ("/office/today", PAYLOADS[:VISITED]),
        ("/office/devices", [PAYLOADS[11], PAYLOADS[16], PAYLOADS[0]]),
    ],
)
def test_a_screen_of_the_office_shows_hostile_texts_as_texts(
    infested: Infested, office: Page, path: str, texts: Sequence[str]
) -> None:
    office.goto(f"{infested.address}{path}")
    shows(office, texts)


@pytest.mark.shows("F46")
def test_the_comparison_and_the_chart_show_them_as_texts(infested: Infested, office: Page) -> None:
    for number in (REGISTERED, len(PAYLOADS) - 1):
        office.goto(f"{infested.address}/office/list/{infested.rows[number]['id']}")
        shows(office, [PAYLOADS[number], PAYLOADS[(number + 1) % len(PAYLOADS)]])
    for number in (0, 20, 40):
        office.goto(f"{infested.address}/office/patients/{infested.charts[number]}")
        shows(office, [PAYLOADS[number], PAYLOADS[number + 1], PAYLOADS[number + 2]])


@pytest.mark.shows("F46")
def test_drugs_and_checkups_show_them_as_texts_on_paper_too(infested: Infested, doctor: Page) -> None:
    doctor.goto(f"{infested.address}/office/patients/{infested.charts[0]}")
    for name, texts in (("お薬", PAYLOADS), ("健診", PAYLOADS), ("診療・手術", PAYLOADS[:1])):
        doctor.get_by_role("button", name=name, exact=True).click()
        if name == "健診":
            doctor.get_by_text("表", exact=True).click()
        shows(doctor, texts)
        doctor.emulate_media(media="print")
        assert doctor.pdf().startswith(b"%PDF")
        unharmed(doctor)
        doctor.emulate_media(media="screen")
        doctor.get_by_role("button", name="閉じる", exact=True).last.click()


@pytest.mark.shows("F46")
@pytest.mark.parametrize("place", ["/office/patients?query=", "/office/list/", "/office/patients/", "/tablet/visit/"])
def test_an_address_with_markup_in_it_does_nothing(infested: Infested, office: Page, place: str) -> None:
    for text in PAYLOADS[::12]:
        office.goto(f"{infested.address}{place}{quote(text, safe='')}")
        expect(office.locator("#app > *").first).to_be_visible()
        office.wait_for_timeout(100)
        unharmed(office)


@pytest.mark.shows("F46")
def test_a_tablet_shows_them_as_texts(infested: Infested, office: Page, context: BrowserContext) -> None:
    tablet = context.new_page()
    tablet.set_viewport_size(TABLET)  # type: ignore[arg-type]
    enrol_tablet(tablet, office, infested.address, "<b onclick=harm()>1号</b>")
    doctor = {"login_name": login_of(people.DOCTOR), "password": people.DOCTOR.password, "name": PAYLOADS[11]}
    choose_pin(tablet, doctor, "839274")
    shows(tablet, PAYLOADS[:VISITED])
    tablet.locator(".visit").first.click()
    shows(tablet, PAYLOADS[:1])
    tablet.get_by_role("link", name="お薬").click()
    shows(tablet, PAYLOADS)
    tablet.get_by_role("link", name="健診").click()
    tablet.get_by_text("表", exact=True).click()
    shows(tablet, PAYLOADS)


@pytest.mark.shows("F46")
def test_should_a_screen_ever_make_markup_of_a_text_the_browser_refuses(
    infested: Infested, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    """The second line, proven by breaking the first: a page that does what ours never do."""
    opened = browser.new_context()
    opened.add_init_script(WATCH)
    page = opened.new_page()
    page.goto(f"{infested.address}/office/list")
    careless = """text => {
        const told = [];
        const tries = {
            innerHTML: () => { document.body.innerHTML = text; },
            outerHTML: () => { document.querySelector('#app').outerHTML = text; },
            insertAdjacentHTML: () => document.body.insertAdjacentHTML('beforeend', text),
            write: () => document.write(text),
            parse: () => new DOMParser().parseFromString(text, 'text/html'),
            timeout: () => setTimeout('harm()', 0),
            policy: () => trustedTypes.createPolicy('mine', {createHTML: (t) => t}),
            worker: () => new Worker('data:text/javascript,1'),
            source: () => { document.createElement('script').src = 'https://evil.example/x.js'; },
            handler: () => document.body.setAttribute('onclick', 'harm()'),
            frame: () => { document.createElement('iframe').srcdoc = text; },
        };
        for (const [name, act] of Object.entries(tries)) { try { act(); } catch { told.push(name); } }
        const inline = document.createElement('script');
        inline.append(document.createTextNode('harm()'));
        document.head.append(inline);
        const link = Object.assign(document.createElement('a'), {href: 'javascript:harm()'});
        document.body.append(link);
        link.click();
        const form = Object.assign(document.createElement('form'), {action: 'https://evil.example/', method: 'post'});
        document.body.append(form);
        form.submit();
        const style = document.createElement('style');
        style.textContent = '*{color:red}';
        document.head.append(style);
        return told.length === Object.keys(tries).length ? [] : Object.keys(tries).filter((n) => !told.includes(n));
    }"""
    with caplog.at_level(logging.WARNING, "otonai.policy"):
        assert page.evaluate(careless, PAYLOADS[11]) == []
        page.wait_for_timeout(300)
    assert page.evaluate("window.harmed ?? 0") == 0
    stopped = {what.split()[0] for what in page.evaluate("window.stopped")}
    assert {"require-trusted-types-for", "trusted-types", "script-src-elem", "style-src-elem", "form-action"} <= stopped
    opened.close()
    lines = [record.getMessage() for record in caplog.records if record.name == "otonai.policy"]
    assert any("directive=require-trusted-types-for blocked=trusted-types-sink screen=office" in line for line in lines)
    assert not any("harm" in line or "evil" in line for line in lines)
