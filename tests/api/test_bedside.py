"""What is told at the bedside, read at the office and at the next visit; people found and results fetched there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests import people
from tests.api.server import Server, Somebody, refused, sealed, told
from tests.api.test_ledger import typed
from tests.api.test_sync import REGISTERED
from tests.people import SETTLED, TURNED_75

#: Everything a form can hold besides the consent.
MORE: dict[str, Any] = {
    "present": ["family", "care_manager"],
    "papers": [{"kind": "certificate", "until": "2027-07-31", "number": "12345678"}],
    "next_visit_on": "2026-12-07",
    "page_code": "OQC-OWSE0900000",
    "name_confirmed": True,
}


@pytest.fixture
def admin(server: Server) -> Somebody:
    """仮名 健, who also plans visits here."""
    return server.admin()


def planned(admin: Somebody, patient_id: str, at: datetime) -> str:
    """A visit of a chart."""
    body = {"patient_id": patient_id, "planned_at": at.isoformat(), "visit_type": "home_visit"}
    return str(told(admin.post("/api/visits", body), 201)["id"])


@pytest.mark.shows("S-008", "S-010", "S-014", "S-021")
def test_every_field_of_a_registration_is_read_at_the_office_and_goes_along_to_the_next_visit(
    server: Server, admin: Somebody
) -> None:
    now = datetime.now(UTC)
    chart = told(admin.post("/api/patients", typed(SETTLED)), 201)
    last_week = planned(admin, chart["id"], now - timedelta(days=7))
    today = planned(admin, chart["id"], now)
    tablet = server.tablet(people.NURSE)
    began, ended = now - timedelta(minutes=17), now
    data = REGISTERED | MORE | {"started_at": began.isoformat(), "ended_at": ended.isoformat()}
    entry = sealed(tablet, server.clinics.minamo, last_week, "visit_registered", data, at=now)
    assert told(tablet.post("/api/sync/entries", {"entries": [entry]}))["results"][0]["outcome"] == "applied"

    history = told(admin.get(f"/api/visits/of/{chart['id']}"))["items"]
    assert [visit["id"] for visit in history] == [today, last_week]
    kept = history[1]["registration"]
    assert datetime.fromisoformat(kept["started_at"]) == began
    assert datetime.fromisoformat(kept["ended_at"]) == ended
    assert kept["papers"] == [{"kind": "certificate", "until": "2027-07-31"}]
    assert {name: kept[name] for name in ("present", "next_visit_on", "page_code", "name_confirmed")} == {
        name: MORE[name] for name in ("present", "next_visit_on", "page_code", "name_confirmed")
    }

    (packed,) = told(tablet.post("/api/sync/pack"))["visits"]
    assert packed["id"] == today
    assert packed["previous"]["note"] == REGISTERED["note"]
    assert packed["previous"]["by"] == people.NURSE.name


@pytest.mark.shows("S-001")
def test_what_the_card_wants_goes_along_with_each_visit(server: Server, admin: Somebody) -> None:
    chart = told(admin.post("/api/patients", typed(SETTLED)), 201)
    planned(admin, chart["id"], datetime.now(UTC))
    tablet = server.tablet(people.NURSE)
    (packed,) = told(tablet.post("/api/sync/pack"))["visits"]
    assert packed["readiness"] is None, "nobody has said anything about the card"
    known = {"card": "card", "use": "registered", "pin": "locked", "paper": "none", "base_version": 0}
    told(admin.put(f"/api/patients/{chart['id']}/readiness", known))
    (packed,) = told(tablet.post("/api/sync/pack"))["visits"]
    assert (packed["readiness"], packed["card_plan"]) == ("reset_pin", "visual")


def test_an_open_tablet_finds_people_by_name_and_never_by_nothing(server: Server, admin: Somebody) -> None:
    for person in (SETTLED, TURNED_75):
        told(admin.post("/api/patients", typed(person)), 201)
    tablet = server.tablet(people.DOCTOR)
    found = told(tablet.get("/api/visits/people?query=%E3%82%B7%E3%82%AB%E3%82%AF"))["items"]
    assert [each["name"] for each in found] == [SETTLED.name]
    refused(tablet.get("/api/visits/people?query=%E3%82%B7"), "invalid_input", 422)
    refused(tablet.get("/api/visits/people"), "invalid_input", 422)
    events = told(admin.get("/api/audit-events"))["items"]
    assert ("bedside", "rows=1") in {
        (e["actor_kind"], e["outcome"]) for e in events if e["action"] == "patients_listed"
    }


@pytest.mark.shows("S-044")
def test_the_bridge_is_sent_from_the_bedside_and_asks_for_nothing_twice(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    first = told(tablet.post("/api/home-visit/requests/fetch"), 202)["requests"]
    again = told(tablet.post("/api/home-visit/requests/fetch"), 202)["requests"]
    assert [each["id"] for each in first] == [each["id"] for each in again]
    assert first[0]["trigger"] == "person"
