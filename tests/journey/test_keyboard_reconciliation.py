"""The office's list by keyboard alone (design guide 6): twenty people reconciled, and not one click."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import Engine
from werkzeug.serving import make_server

from otonai.app import create_app
from otonai.config import Profile, Settings
from otonai.domain.consent import ConsentKind
from otonai.domain.dates import business_day
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.patient import LedgerPatient
from tests import people
from tests.api.server import Server
from tests.databases import CONSENT_HOST, KEY, known_clinics
from tests.flow import answers
from tests.flow.story import Story
from tests.journey.conftest import OFFICE, ROOT
from tests.journey.people_at_work import PATIENCE
from tests.people import SETTLED, late_elderly, record_of
from tests.staffing import SEALING_KEY

pytestmark = pytest.mark.browser

KINDS = ("switched", "corrected", "unsafe")
EACH = 7


@dataclass
class Desk:
    """The clinic with twenty-one charts and as many delivered people: seven of each kind."""

    story: Story
    address: str
    cookie: tuple[str, str]
    charts: dict[str, list[UUID]]


def _chart(number: int, kind: str) -> LedgerPatient:
    assert SETTLED.birth_date is not None
    born = SETTLED.birth_date - timedelta(days=400 * number)
    name, kana = (
        f"見本　{'髙' if kind == 'unsafe' else '正'}{number}子",
        f"ミホン　セイ{'アカサタナ'[number % 5] * (1 + number // 5)}",
    )
    return replace(
        SETTLED, name=name, name_kana=kana, birth_date=born, chart_number=f"{700 + number:06}",
        reference_number=f"KB{number:06}", coverages=(late_elderly(f"{31100 + number:08d}"),),
    )  # fmt: skip


def _told(chart: LedgerPatient, kind: str, story: Story) -> EligibilityRecord:
    assert chart.name is not None
    today = business_day(story.now)
    card = chart.coverages[0]
    told = record_of(chart, consents=answers.agreed(ConsentKind.DRUG, at=story.now), coverage=card)
    if kind == "switched":
        begins = today.replace(day=1)
        return replace(told, coverage=late_elderly("00451208", valid_from=begins, valid_until=None))
    told = replace(told, coverage=replace(card, contribution_ratio=20))
    return replace(told, name=chart.name.replace("髙", "●")) if kind == "unsafe" else told


@pytest.fixture
def desk(embedded: Engine) -> Iterator[Desk]:
    """Served as the product serves it, the flow run beforehand."""
    story = Story(embedded, known_clinics(embedded).minamo)
    story.now = datetime.now(UTC)
    charts: dict[str, list[UUID]] = {kind: [] for kind in KINDS}
    told = []
    for number in range(len(KINDS) * EACH):
        kind = KINDS[number % len(KINDS)]
        chart = _chart(number, kind)
        charts[kind].append(story.chart(chart))
        told.append(_told(chart, kind, story))
    story.fetch_list(*told)
    app = create_app(
        Settings(
            database_url="sqlite:///unused", base_url="http://localhost", live_url="http://localhost:8001",
            profile=Profile.DEMO, database_key=KEY, ticket_secret=bytes(range(32)), sealing_keys=(SEALING_KEY,),
            pwa_folder=ROOT / "pwa" / "dist", consent_hosts=frozenset({CONSENT_HOST}),
        )
    )  # fmt: skip
    app.extensions["otonai"].engine = embedded
    cookie = Server(app, embedded).hire(people.OFFICE).client.get_cookie("otonai_session")
    assert cookie is not None
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Desk(story, f"http://localhost:{server.server_port}", (cookie.key, cookie.value), charts)
    server.shutdown()


@pytest.mark.shows("S-110", "S-113")
def test_everybody_who_needs_a_person_is_reconciled_without_a_mouse(
    desk: Desk, open_context: Callable[[dict[str, int]], BrowserContext]
) -> None:
    context = open_context(OFFICE)
    name, value = desk.cookie
    context.add_cookies([{"name": name, "value": value, "url": desk.address}])
    office = context.new_page()
    office.add_init_script("window.clicked = 0; addEventListener('pointerdown', () => { window.clicked += 1; }, true);")
    office.goto(f"{desk.address}/office/list")
    office.locator("tr[data-id]").first.wait_for(timeout=PATIENCE)
    waiting = Counter(row.state for row in desk.story.rows())
    assert waiting.total() - waiting["confirmed"] >= 20
    office.keyboard.press("n")
    pressed = []
    for left in reversed(range(waiting["needs_check"])):
        pressed.append(reconcile(office, ["Enter", "1", "s"], f"要確認 {left}"))
    office.keyboard.press("3")  # the others differ in something that waits for nobody else
    for left in reversed(range(waiting["unconfirmed"])):
        pressed.append(reconcile(office, ["Enter", "s"], f"未確認 {left}"))
    assert max(pressed) <= 4, "open, this chart, save, and the day from which a new card counts"
    assert office.evaluate("window.clicked") == 0

    # What was chosen is in the ledger, and what nobody chose is not.
    story = desk.story
    for chart in desk.charts["switched"]:
        now, before = story.coverages(chart)
        assert (now.card_number, before.position) == ("00451208", 1)
    for chart in desk.charts["corrected"]:
        assert story.coverages(chart)[0].contribution_ratio == 20
    for chart in desk.charts["unsafe"]:
        assert "髙" in story.patient(chart).name, "a ● overwrites nobody"
        assert story.coverages(chart)[0].contribution_ratio == 20


def reconcile(office: Page, keys: list[str], left: str) -> int:
    """One person by keys; how many it took. Afterwards the list says so many are left."""
    for key in keys:
        if key == "1":
            office.locator(".candidate").wait_for(timeout=PATIENCE)
        if key == "s":
            office.locator(".compare").wait_for(timeout=PATIENCE)
        office.keyboard.press(key)
    over = office.get_by_role("button", name=left, exact=True)
    day = office.get_by_role("dialog")
    expect(over.or_(day).first).to_be_visible(timeout=PATIENCE)
    asked = day.is_visible()
    if asked:
        office.keyboard.press("Enter")
    expect(over).to_be_visible(timeout=PATIENCE)
    return len(keys) + asked
