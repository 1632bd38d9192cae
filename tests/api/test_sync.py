"""A tablet's day over HTTP: packed for whoever opened it, followed by cursor, sent back sealed, each entry once."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from tests import people
from tests.api.server import Device, Server, Somebody, refused, sealed, told
from tests.api.test_ledger import typed
from tests.people import SETTLED, TURNED_75

from otonai.store.tables import SyncReceipt

#: What 見本 さくら enters at the door.
REGISTERED = {
    "identity_method": "web_pin", "outcome": "completed", "reason": None,
    "items": [{"kind": "drug", "given": True}], "prescription_form": "paper", "helper": "family",
    "note": "次回は玄関の呼び鈴を鳴らす",
}  # fmt: skip


@pytest.fixture
def admin(server: Server) -> Somebody:
    """仮名 健, who also plans visits here."""
    return server.admin()


def visited(admin: Somebody, patient: Any = SETTLED, **more: Any) -> dict[str, Any]:
    """A chart of the cast with a visit of today."""
    chart = told(admin.post("/api/patients", typed(patient)), 201)
    body = {"patient_id": chart["id"], "planned_at": datetime.now(UTC).isoformat(), "visit_type": "home_visit"}
    visit: dict[str, Any] = told(admin.post("/api/visits", body | more), 201)
    return visit


def changes(tablet: Device, cursor: str) -> dict[str, Any]:
    """What came since."""
    found: dict[str, Any] = told(tablet.get(f"/api/sync/changes?cursor={cursor}"))
    return found


@pytest.mark.shows("S-055")
def test_the_day_is_packed_with_its_people_and_nobody_elses(server: Server, admin: Somebody) -> None:
    visit = visited(admin)
    told(admin.post("/api/patients", typed(TURNED_75)), 201)
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    visited(admin, people.ASSISTED, planned_at=later)
    tablet = server.tablet(people.NURSE)
    pack = told(tablet.post("/api/sync/pack"))
    assert [v["id"] for v in pack["visits"]] == [visit["id"]]
    assert [p["name"] for p in pack["patients"]] == [SETTLED.name]
    assert datetime.fromisoformat(pack["not_after"]) - datetime.now(UTC) <= timedelta(days=1)
    assert pack["carry_medical"] is False
    assert "drugs" not in str(pack)
    events = told(admin.get("/api/audit-events"))["items"]
    assert ("day_packed", "visits=1") in {(e["action"], e["outcome"]) for e in events}


def test_a_tablet_follows_the_office_by_cursor_and_forgets_what_left_its_day(server: Server, admin: Somebody) -> None:
    first = visited(admin)
    tablet = server.tablet(people.NURSE)
    cursor = told(tablet.post("/api/sync/pack"))["cursor"]
    quiet = changes(tablet, cursor)
    assert (quiet["visits"], quiet["patients"], quiet["forget"], quiet["more"]) == ([], [], [], False)
    second = visited(admin, TURNED_75)
    added = changes(tablet, quiet["cursor"])
    assert [v["id"] for v in added["visits"]] == [second["id"]]
    assert [p["name"] for p in added["patients"]] == [TURNED_75.name]
    told(admin.post(f"/api/visits/{first['id']}/cancel"))
    gone = changes(tablet, added["cursor"])
    assert {"kind": "visit", "id": first["id"]} in gone["forget"]
    assert changes(tablet, added["cursor"]) == gone  # an answer that was lost is given again


@pytest.mark.shows("F44")
@pytest.mark.parametrize("cursor", ["x", "WzFd", "Wy0xLCIyMDI2LTA3LTE0Il0", "WzEsIngiXQ", "WyJ4IiwiMjAyNi0wNy0xNCJd"])
def test_an_invented_cursor_is_refused(server: Server, cursor: str) -> None:
    refused(server.tablet(people.NURSE).get(f"/api/sync/changes?cursor={cursor}"), "invalid_input", 422)


@pytest.mark.shows("S-014", "S-193")
def test_what_was_entered_at_the_door_stands_on_the_offices_board(server: Server, admin: Somebody) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    entry = sealed(tablet, server.clinics.minamo, visit["id"], "visit_registered", REGISTERED, at=datetime.now(UTC))
    answer = told(tablet.post("/api/sync/entries", {"entries": [entry], "unsent": 0}))
    assert [(r["outcome"], r["code"]) for r in answer["results"]] == [("applied", None)]
    assert answer["expected_sequence"] == 2
    (shown,) = told(admin.get("/api/visits"))["items"]
    assert shown["state"] == "visited"
    assert shown["registration"]["by"] == people.NURSE.name
    assert shown["registration"]["note"] == REGISTERED["note"]
    assert "before" not in shown["registration"]


@pytest.mark.shows("F19", "F20")
def test_a_batch_whose_answer_was_lost_is_sent_again_without_a_second_effect(server: Server, admin: Somebody) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    batch = [
        sealed(tablet, server.clinics.minamo, visit["id"], "handover_opened", {}, at=datetime.now(UTC)),
        sealed(tablet, server.clinics.minamo, visit["id"], "visit_registered", REGISTERED, at=datetime.now(UTC)),
    ]
    first = told(tablet.post("/api/sync/entries", {"entries": batch}))
    (after,) = told(admin.get("/api/visits"))["items"]
    again = told(tablet.post("/api/sync/entries", {"entries": batch}))
    assert [r["outcome"] for r in first["results"]] == ["applied", "applied"]
    assert [r["outcome"] for r in again["results"]] == ["duplicate", "duplicate"]
    assert again["expected_sequence"] == first["expected_sequence"] == 3
    assert told(admin.get("/api/visits"))["items"] == [after]


@pytest.mark.shows("F21")
def test_a_gap_stops_the_batch_and_says_which_number_is_awaited(server: Server, admin: Somebody) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)

    def entry(number: int) -> dict[str, Any]:
        return sealed(
            tablet, server.clinics.minamo, visit["id"], "handover_opened", {}, at=datetime.now(UTC), sequence=number
        )

    one, two, four = entry(1), entry(2), entry(4)
    assert refused(tablet.post("/api/sync/entries", {"entries": [two]}), "sequence_gap", 409)["expected_sequence"] == 1
    kept = told(tablet.post("/api/sync/entries", {"entries": [one, two, four]}))
    assert [r["sequence"] for r in kept["results"]] == [1, 2]
    assert kept["expected_sequence"] == 3


def test_a_bad_entry_is_named_and_the_good_ones_beside_it_are_kept(server: Server, admin: Somebody) -> None:
    visit, tablet, clinic = visited(admin), server.tablet(people.NURSE), server.clinics.minamo
    at = datetime.now(UTC)
    torn = sealed(tablet, clinic, visit["id"], "handover_opened", {}, at=at) | {"box": "AAAA"}
    batch = [
        torn,
        sealed(tablet, clinic, visit["id"], "no_such_kind", {}, at=at),
        sealed(tablet, clinic, str(uuid4()), "handover_opened", {}, at=at),
        sealed(tablet, clinic, visit["id"], "visit_registered", REGISTERED, at=at),
    ]
    results = told(tablet.post("/api/sync/entries", {"entries": batch}))["results"]
    assert [r["outcome"] for r in results] == ["rejected", "rejected", "rejected", "applied"]
    assert [r["code"] for r in results] == ["box_unreadable", "entry_unreadable", "not_found", None]


@pytest.mark.shows("S-010", "S-183")
def test_a_my_number_in_a_note_is_rejected_and_not_even_its_box_is_kept(server: Server, admin: Somebody) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    data = REGISTERED | {"note": "番号は１２３４-５６７８-９０１８"}
    entry = sealed(tablet, server.clinics.minamo, visit["id"], "visit_registered", data, at=datetime.now(UTC))
    (result,) = told(tablet.post("/api/sync/entries", {"entries": [entry]}))["results"]
    assert (result["outcome"], result["code"]) == ("rejected", "my_number_refused")
    with server.changing() as session:
        (receipt,) = session.exec(select(SyncReceipt)).all()
        assert receipt.box is None


@pytest.mark.shows("F22")
def test_unsent_work_leaves_a_locked_tablet_and_nothing_comes_in(server: Server, admin: Somebody) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    entry = sealed(tablet, server.clinics.minamo, visit["id"], "handover_opened", {}, at=datetime.now(UTC))
    told(tablet.delete("/api/devices/me/unlock"), 204)
    refused(tablet.post("/api/sync/pack"), "locked", 401)
    refused(tablet.get("/api/sync/changes?cursor=WzAsIjIwMjYtMDctMTQiXQ"), "locked", 401)
    sent = told(tablet.post("/api/sync/entries", {"entries": [entry], "unsent": 3}))
    assert [r["outcome"] for r in sent["results"]] == ["applied"]
    assert [d["unsent"] for d in told(admin.get("/api/devices"))["items"]] == [3]


@pytest.mark.shows("F44")
def test_a_box_sealed_by_one_tablet_is_worth_nothing_from_another(server: Server, admin: Somebody) -> None:
    visit, mine = visited(admin), server.tablet(people.NURSE)
    other = server.open(server.enrol("tablet", name="訪問2号"), people.NURSE)
    entry = sealed(mine, server.clinics.minamo, visit["id"], "visit_registered", REGISTERED, at=datetime.now(UTC))
    (result,) = told(other.post("/api/sync/entries", {"entries": [entry]}))["results"]
    assert (result["outcome"], result["code"]) == ("rejected", "box_unreadable")


@pytest.mark.shows("F43", "F54")
@pytest.mark.parametrize(
    "change",
    [
        {"clinic_id": "x"}, {"sequence": 0}, {"sequence": -1}, {"sequence": "1; DROP"}, {"schema": "entry/2"},
        {"id": "x"}, {"box": "A" * 200_001}, {"box": None},
    ],
)  # fmt: skip
def test_an_entry_of_another_shape_is_refused_before_it_is_opened(
    server: Server, admin: Somebody, change: dict[str, Any]
) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    entry = sealed(tablet, server.clinics.minamo, visit["id"], "handover_opened", {}, at=datetime.now(UTC))
    refused(tablet.post("/api/sync/entries", {"entries": [entry | change]}), "invalid_input", 422)
    refused(tablet.post("/api/sync/entries", {"entries": [entry] * 101}), "invalid_input", 422)
    assert told(tablet.post("/api/sync/entries", {"entries": []}))["expected_sequence"] == 1


@pytest.mark.shows("F32")
def test_a_tablet_of_a_later_version_is_refused_before_anything_is_taken(server: Server, admin: Somebody) -> None:
    visit, tablet = visited(admin), server.tablet(people.NURSE)
    entry = sealed(tablet, server.clinics.minamo, visit["id"], "visit_registered", REGISTERED, at=datetime.now(UTC))
    refused(tablet.post("/api/sync/entries", {"entries": [entry | {"schema": "entry/2"}]}), "invalid_input", 422)
    assert told(tablet.get("/api/devices/me"))["next_sequence"] == 1
    taken = told(tablet.post("/api/sync/entries", {"entries": [entry]}))
    assert [result["outcome"] for result in taken["results"]] == ["applied"]


@pytest.mark.shows("F27")
def test_a_day_goes_over_the_line_compressed_where_the_tablet_takes_it(server: Server, admin: Somebody) -> None:
    for number in range(5):
        visited(admin, replace(SETTLED, name=f"見本　{'一二三四五'[number]}子", chart_number=f"{800 + number}"))
    tablet = server.tablet(people.NURSE)
    plain = tablet.post("/api/sync/pack")
    small = tablet.post("/api/sync/pack", Accept_Encoding="gzip")
    assert (small.headers["Content-Encoding"], plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert "Accept-Encoding" in small.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert len(small.data) == int(small.headers["Content-Length"]) < len(plain.data) / 3
    told, before = json.loads(gzip.decompress(small.data)), plain.get_json()
    assert told["patients"] == before["patients"]
    assert told["visits"] == before["visits"]
    # What a cookie opens stays as it is: its length must not say what stands in it.
    assert "Content-Encoding" not in admin.get("/api/patients?limit=50", Accept_Encoding="gzip").headers
