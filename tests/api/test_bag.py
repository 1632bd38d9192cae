"""What a tablet carries, over HTTP: shares for who has it open, documents by their rules, and the end of a lost one."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests import people
from tests.api.server import Device, Server, Somebody, refused, sealed, told
from tests.api.test_sync import visited

from otonai.api import bag

SHARES, WORDS, MEDICAL = "/api/devices/me/day-shares", "/api/devices/me/last-words", "/api/sync/medical"


@pytest.fixture
def admin(server: Server) -> Somebody:
    """仮名 健."""
    return server.admin()


def carrying(admin: Somebody) -> None:
    """The administrator accepts that medical information leaves the house."""
    told(admin.patch("/api/settings", {"carry_medical": True, "carrying_accepted": True}))


def status(**changes: Any) -> dict[str, Any]:
    """What a tablet says about itself."""
    usual = {
        "version": "0.1.0", "storage_persisted": True, "key_mode": "strict", "unsent": 2,
        "client_time": (datetime.now(UTC) - timedelta(minutes=10)).isoformat(),
        "packed": {"day": "2026-11-23", "patients": 1, "documents": 0, "verified": True},
    }  # fmt: skip
    return usual | changes


def stopped(admin: Somebody, tablet: Device, because: str = "lost") -> None:
    """One action, with the typed name."""
    told(admin.post(f"/api/devices/{tablet.id}/stop", {"typed_name": tablet.name, "because": because}))


@pytest.mark.shows("F40")
def test_only_who_has_the_tablet_open_is_told_its_shares(server: Server, admin: Somebody) -> None:
    carrying(admin)
    tablet = server.tablet(people.NURSE)
    found = told(tablet.post(SHARES, {}))
    assert {share["class"] for share in found["shares"]} == {"R", "M"}
    assert all(len(base64.urlsafe_b64decode(share["share"] + "=")) == 32 for share in found["shares"])
    assert (found["medical_mode"], found["withheld"]) == ("strict", [])
    told(tablet.delete("/api/devices/me/unlock"), 204)
    refused(tablet.post(SHARES, {}), "locked", 401)


@pytest.mark.shows("S-031")
def test_the_office_role_and_a_cautious_clinic_get_the_day_alone(server: Server, admin: Somebody) -> None:
    cautious = told(server.tablet(people.NURSE).post(SHARES, {}))
    assert cautious["withheld"] == [{"class": "M", "reason": "carry_medical_off"}]
    carrying(admin)
    reception = told(server.tablet(people.OFFICE).post(SHARES, {}))
    assert reception["withheld"] == [{"class": "M", "reason": "role"}]
    assert [share["class"] for share in reception["shares"]] == ["R"]


def test_nothing_medical_is_carried_before_the_administrator_accepted_the_terms(
    server: Server, admin: Somebody
) -> None:
    refused(admin.patch("/api/settings", {"carry_medical": True}), "carrying_not_accepted", 422)
    assert told(admin.get("/api/settings"))["carry_medical"] is False
    carrying(admin)
    told(admin.patch("/api/settings", {"offline_medical": "passkey"}))
    assert told(server.tablet(people.NURSE).post(SHARES, {}))["medical_mode"] == "passkey"
    off = told(admin.patch("/api/settings", {"carry_medical": False}))
    assert (off["carry_medical"], off["offline_medical"]) == (False, "passkey")


def test_medical_information_is_packed_for_todays_people_alone(server: Server, admin: Somebody) -> None:
    visit = visited(admin)
    tablet = server.tablet(people.NURSE)
    asked = {"patient_ids": [visit["patient_id"]]}
    refused(tablet.post(MEDICAL, asked), "medical_not_carried", 403)
    carrying(admin)
    (document,) = told(tablet.post(MEDICAL, asked))["documents"]
    assert document["medications"] is None  # nothing was consented to, and nothing of it is named
    assert {each["kind"]: each["reason"] for each in document["withheld"]}.keys() == {
        "drug", "checkup", "diagnosis", "operation",
    }  # fmt: skip
    assert datetime.fromisoformat(document["not_after"]) - datetime.now(UTC) <= timedelta(days=1)
    refused(tablet.post(MEDICAL, {"patient_ids": [str(uuid4())]}), "not_found", 404)
    events = told(admin.get("/api/audit-events"))["items"]
    assert {"drug_packed", "checkup_packed", "diagnosis_packed", "operation_packed"} <= {e["action"] for e in events}


@pytest.mark.shows("F29")
def test_the_office_sees_what_a_tablet_says_about_itself_and_how_far_its_clock_is_off(
    server: Server, admin: Somebody
) -> None:
    tablet = server.tablet(people.NURSE)
    answer = told(tablet.post("/api/devices/me/status", status()))
    assert abs(datetime.fromisoformat(answer["server_time"]) - datetime.now(UTC)) < timedelta(minutes=1)
    (shown,) = [d for d in told(admin.get("/api/devices"))["items"] if d["kind"] == "tablet"]
    assert (shown["version"], shown["storage_persisted"], shown["key_mode"], shown["unsent"]) == (
        "0.1.0", True, "strict", 2,
    )  # fmt: skip
    assert shown["skew_seconds"] == pytest.approx(-600, abs=30)
    assert shown["packed"]["verified"] is True


@pytest.mark.shows("F23", "F40")
def test_a_lost_tablet_says_its_last_words_and_the_report_tells_the_rest(
    server: Server, admin: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visited(admin)
    tablet = server.tablet(people.NURSE)
    told(tablet.post("/api/sync/pack"))
    entry = sealed(tablet, server.clinics.minamo, visit["id"], "handover_opened", {}, at=datetime.now(UTC))
    words = {"entries": [entry], "wiped": ["database", "caches", "keys"]}
    refused(tablet.post(WORDS, words), "role_not_allowed", 403)  # it is in use
    stopped(admin, tablet)
    refused(tablet.post("/api/devices/me/status", status()), "device_stopped", 403)
    with monkeypatch.context() as full_batches:  # more is to come after a full one: the browser forgets nothing yet
        full_batches.setattr(bag, "LAST_WORDS_BATCH", 1)
        first = tablet.post(WORDS, words)
        assert told(first) == {"kept": 1}
        assert "Clear-Site-Data" not in first.headers
    answer = tablet.post(WORDS, words)
    assert told(answer) == {"kept": 0}
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    report = told(admin.get(f"/api/devices/{tablet.id}/loss-report"))
    assert (report["stopped_because"], report["tokens_ended"], report["entries_held"]) == ("lost", True, 1)
    assert [person["id"] for person in report["patients"]] == [visit["patient_id"]]
    assert report["wiped_at"] is not None
    refused(server.neighbour().get(f"/api/devices/{tablet.id}/loss-report"), "not_found", 404)


@pytest.mark.shows("F20", "F40")
def test_nobody_speaks_for_a_stopped_tablet_without_its_key(server: Server, admin: Somebody) -> None:
    tablet, thief = server.tablet(people.NURSE), Device(server.nobody().client)
    stopped(admin, tablet)
    thief.access_token = tablet.access_token
    refused(thief.post(WORDS, {"entries": [], "wiped": []}), "proof_refused", 401)
