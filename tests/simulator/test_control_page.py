"""The control page and its JSON endpoints."""

from __future__ import annotations

import pytest
from tests.simulator.practice import HINATA, MINAMO, Practice

from otonai_simulator.people import PEOPLE
from otonai_simulator.person import ConsentItem


def test_a_consent_can_be_registered_without_walking_the_page(practice: Practice) -> None:
    answer = practice.page.post(
        "/control/consents",
        json={
            "person": "settled",
            "items": ["drug", "checkup"],
            "prescription": "electronic",
            "institution_code": MINAMO,
            "at": "2026-11-20T09:30:00",
        },
    )
    assert answer.status_code == 201
    assert answer.get_json()["consented_at"] == "2026-11-20T09:30:00+09:00"
    (consent,) = practice.simulator.center.consents()
    assert consent.items == {ConsentItem.DRUG, ConsentItem.CHECKUP}


def test_items_may_be_an_object_or_left_out(practice: Practice) -> None:
    given = {"person": "settled", "institution_code": MINAMO}
    some = practice.page.post("/control/consents", json=given | {"items": {"drug": True, "operation": False}})
    everything = practice.page.post("/control/consents", json=given)
    assert some.get_json()["items"] == ["drug"]
    assert len(everything.get_json()["items"]) == 6


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("consents", {"person": "nobody", "institution_code": MINAMO}),
        ("consents", {"person": "settled"}),
        ("consents", {"person": "settled", "institution_code": MINAMO, "items": ["dreams"]}),
        ("consents", {"person": "settled", "institution_code": MINAMO, "prescription": "verbal"}),
        ("consents", {"person": "settled", "institution_code": MINAMO, "at": "yesterday"}),
        ("consents", {"person": "never_linked", "institution_code": MINAMO}),
        ("consents/end", {"person": "settled", "institution_code": MINAMO, "state": "given"}),
        ("consents/end", {"person": "settled", "institution_code": MINAMO, "state": "asleep"}),
        ("faults", {"kind": "earthquake"}),
        ("faults", {}),
        ("faults", {"kind": "slow", "times": 0}),
        ("latency", {"pickup_ms": -1}),
        ("latency", {"mood_ms": 1}),
        ("face", []),
    ],
)
def test_senseless_input_is_refused_with_a_reason(practice: Practice, path: str, given: object) -> None:
    answer = practice.page.post(f"/control/{path}", json=given)
    assert answer.status_code == 400
    assert answer.get_json()["error"]
    assert practice.simulator.center.consents() == ()


def test_a_card_on_the_reader_leaves_a_face_file(practice: Practice) -> None:
    answer = practice.page.post("/control/face", json={"person": "settled", "institution_code": MINAMO})
    assert answer.get_json()["outcome"] == "file_written"
    assert [path.name for path in practice.face.iterdir()] == [answer.get_json()["file_name"]]


def test_faults_and_latency_can_be_turned_and_seen(practice: Practice) -> None:
    practice.page.post("/control/faults", json={"kind": "slow", "times": 2, "family": "YZK", "seconds": 4})
    practice.page.post("/control/latency", json={"answer_ms": 5})
    state = practice.page.get("/control/state").get_json()
    assert state["faults"] == [
        {"kind": "slow", "times": 2, "family": "YZK", "seconds": 4.0, "institution_code": ""},
    ]
    assert state["latency"] == {"pickup_ms": 300, "answer_ms": 5, "bulk_ready_ms": 20000}
    assert practice.page.post("/control/faults/clear", json={}).get_json() == {"faults": []}
    assert practice.page.get("/control/state").get_json()["faults"] == []


def test_the_state_tells_what_the_center_remembers(practice: Practice) -> None:
    practice.page.post("/control/consents", json={"person": "settled", "institution_code": HINATA})
    practice.page.post(
        "/control/consents/end", json={"person": "settled", "institution_code": HINATA, "state": "expired"}
    )
    practice.simulator.center.set_reference_number(MINAMO, "settled", "000164")
    state = practice.page.get("/control/state").get_json()
    assert [(each["person"], each["state"], each["care"]) for each in state["consents"]] == [
        ("settled", "expired", "home_visit")
    ]
    assert state["reference_numbers"] == [
        {"institution_code": MINAMO, "person": "settled", "reference_number": "000164"}
    ]
    assert [each["url_key"] for each in state["institutions"]] == ["minamo", "hinata"]


def test_people_come_with_their_ledger_entries(practice: Practice) -> None:
    people = practice.page.get("/control/people").get_json()["people"]
    assert len(people) == len(PEOPLE)
    assert [each["key"] for each in people if each["ledger"] is None and each["clinic"] == 2] == ["dental_new"]


def test_the_page_works_with_forms(practice: Practice) -> None:
    assert "シミュレーターの操作盤" in practice.page.get("/control").get_data(as_text=True)
    form = {"person": "settled", "institution_code": MINAMO, "items": ["drug", "limit"], "prescription": "paper"}
    answer = practice.page.post("/control/consents", data=form)
    assert (answer.status_code, answer.location) == (303, "/control")
    practice.page.post("/control/faults", data={"kind": "never", "times": "1", "family": "", "seconds": ""})
    page = practice.page.get("/control").get_data(as_text=True)
    assert "在宅　静子" in page
    assert "返事がない　のこり 1 回" in page
    ended = {"person": "settled", "institution_code": MINAMO, "state": "cancelled"}
    practice.page.post("/control/consents/end", data=ended)
    assert practice.simulator.center.consents()[0].state == "cancelled"
    assert practice.simulator.center.consents()[0].items == {ConsentItem.DRUG, ConsentItem.LIMIT}


def test_only_this_machine_may_turn_the_controls(practice: Practice) -> None:
    get = practice.page.get
    assert get("/control", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403
    assert get("/control", headers={"Host": "rebound.example"}).status_code == 403
    foreign = practice.page.post("/control/faults/clear", json={}, headers={"Origin": "http://elsewhere.example"})
    own = practice.page.post("/control/faults/clear", json={}, headers={"Origin": "http://localhost"})
    assert (foreign.status_code, own.status_code) == (403, 200)
