"""What a doctor asks at a bedside, each answered within two taps from today's list, and read from the screen.

訪問 茂 takes an anticoagulant of another clinic, has one ingredient from two clinics, something new since the last
visit, and checkups of several years. Taps are counted; what is read must lie within the tablet's window.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from otonai.domain.dates import JST, business_day
from otonai_simulator.api_client import Office
from otonai_simulator.demo_note import person_of, tablet_of
from otonai_simulator.people import person
from tests.journey.conftest import OFFICE, PHONE, TABLET, Clinic
from tests.journey.people_at_work import (
    PATIENCE,
    choose_pin,
    consent_on_the_phone,
    enrol_tablet,
    sign_in_at_the_office,
    visit_of,
)

pytestmark = pytest.mark.browser

PIN, PATIENT = "573910", person("anticoagulant")
#: Before what the family doctor began last month, after everything else.
LAST_VISIT = timedelta(days=75)
AS_LAST_TIME: dict[str, Any] = {
    "identity_method": "web_pin", "outcome": "failed", "reason": "network", "items": [], "helper": None, "note": None,
}  # fmt: skip


class Taps:
    """A finger that starts at today's list and counts."""

    def __init__(self, tablet: Page) -> None:
        self.tablet, self.count = tablet, 0
        back = tablet.get_by_role("link", name="きょうの訪問")
        if back.count():
            back.click()
        expect(tablet.get_by_role("heading", name="きょうの訪問")).to_be_visible()

    def on(self, target: Locator) -> Taps:
        target.click()
        self.count += 1
        return self

    def at_the_patient(self, tab: str) -> Taps:
        """The row, then the tab."""
        return self.on(visit_of(self.tablet, "茂")).on(self.tablet.get_by_role("link", name=tab, exact=True))

    def read(self, answer: Locator) -> str:
        """What stands there, within the window and after at most two taps."""
        expect(answer).to_be_in_viewport()
        assert self.count <= 2
        return answer.inner_text()


@pytest.fixture
def tablet(clinic: Clinic, open_context: Callable[[dict[str, int]], BrowserContext]) -> Page:
    """At today's list, where 訪問 茂 has just consented; he was visited ten weeks ago, too."""
    plan_visits(clinic)
    office, tablet = open_context(OFFICE).new_page(), open_context(TABLET).new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("office"))
    consent_on_the_phone(open_context(PHONE).new_page(), clinic.consent_page, "茂")
    office.get_by_role("button", name="いま取得する").click()
    enrol_tablet(tablet, office, clinic.address, "訪問5号")
    choose_pin(tablet, clinic.person("doctor"), PIN)
    expect(visit_of(tablet, "茂")).to_contain_text("お薬・健診 取得済み", timeout=60_000)
    return tablet


def plan_visits(clinic: Clinic) -> None:
    """Today's first through the office; that of ten weeks ago, too, registered by the demo's own tablet."""
    doctor = clinic.person("doctor")
    with Office(clinic.address, person_of(clinic.person("admin"))) as office:
        charts = {each["chart_number"]: each["id"] for each in office.every("/api/patients", limit=100)}
        first = datetime.combine(business_day(datetime.now(UTC)), time(9, 10), JST)
        planned: list[Any] = [
            office.post("/api/visits", {"patient_id": charts[PATIENT.chart_number or ""], "visit_type": "home_visit",
                                        "planned_at": at.isoformat(), "place_note": None, "card_plan": "card"})
            for at in (first - LAST_VISIT, first)
        ]  # fmt: skip
    with closing(tablet_of(clinic.place.note)) as own:
        known = next(each for each in own.about()["people"] if each["name"] == doctor["name"])
        own.unlock(known["staff_id"], doctor["pin"])
        own.visits[planned[0]["id"]] = planned[0]
        assert own.enter("visit_registered", planned[0]["id"], AS_LAST_TIME) == "applied"
        own.lock()


@pytest.mark.shows("S-030", "S-036", "S-162", "S-164")
def test_five_questions_are_answered_within_two_taps_from_todays_list(tablet: Page) -> None:
    # Valid today? It stands in the list already.
    asked = Taps(tablet)
    assert "有効" in asked.read(visit_of(tablet, "茂").get_by_text("有効").first)

    # What is new since the last visit?
    asked = Taps(tablet).at_the_patient("お薬")
    drugs = tablet.get_by_role("listitem").filter(has=tablet.get_by_role("img"))
    expect(tablet.get_by_role("region", name="継続中")).to_be_visible(timeout=PATIENCE)
    facts = tablet.get_by_role("region", name="目立つこと")
    assert "カルボシステイン" in asked.read(facts.get_by_role("button", name="新しい 1"))

    # Anything twice?
    asked = Taps(tablet).at_the_patient("お薬")
    assert "ランソプラゾール" in asked.read(facts.get_by_role("button", name="同一成分の可能性 1組"))
    both = tablet.get_by_role("listitem").filter(has_text="2つを並べて見る")
    both.scroll_into_view_if_needed()
    assert {"例示整形外科", "みほん内科医院"} <= set(asked.read(both).replace("・", "\n").splitlines())

    # The last HbA1c, and where it is going?
    asked = Taps(tablet).at_the_patient("健診")
    figure = tablet.get_by_role("figure").filter(has_text="HbA1c")
    told = asked.read(figure)
    assert "前年" in told
    assert len((figure.get_by_role("img").get_attribute("aria-label") or "").split("%")) > 2

    # Who prescribes the anticoagulant?
    asked = Taps(tablet).at_the_patient("お薬")
    assert "例示循環器クリニック" in asked.read(drugs.filter(has_text="ワルファリン"))

    # One page a patient: when somebody was last here, and what an add-on asks for, as facts.
    tablet.get_by_role("link", name="概要", exact=True).click()
    page = tablet.get_by_role("main")
    expect(page).to_contain_text("前回訪問")
    expect(page).to_contain_text(re.compile(r"医療情報の同意\s*あり\s*お薬・健診をひらいた\s*あり"))
