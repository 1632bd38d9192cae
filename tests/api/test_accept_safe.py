"""Safe rows accepted together: looked at once, one act for each person, and what moved on meanwhile is named."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.api.terminal import Terminal
from tests.people import SETTLED, TURNED_75, late_elderly, record_of

from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.patient import LedgerPatient

LIST = "/api/consented-patients"


@pytest.fixture
def office(server: Server) -> Somebody:
    """架空 真帆 at her desk."""
    return server.hire(people.OFFICE)


@pytest.fixture
def terminal(server: Server) -> Terminal:
    """The office PC."""
    return Terminal(server)


def _typed(office: Somebody, patient: LedgerPatient) -> dict[str, Any]:
    """The chart with everything but its address."""
    card = patient.current_coverage
    assert card is not None
    fields = ("insurer_number", "insurer_name", "card_symbol", "card_number", "branch_number", "relation",
              "insured_name", "contribution_ratio", "qualified_on", "valid_from", "valid_until")  # fmt: skip
    values = {name: getattr(card, name) for name in fields}
    body = {
        "chart_number": patient.chart_number,
        "name": patient.name,
        "name_kana": patient.name_kana,
        "sex": patient.sex,
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "postal_code": patient.postal_code,
        "coverage": {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in values.items() if v is not None},
    }
    made: dict[str, Any] = told(office.post("/api/patients", body), 201)
    return made


def _two(office: Somebody, terminal: Terminal) -> list[dict[str, Any]]:
    """Two people whose address we lack, and one whose ratio changed: what may be accepted."""
    for patient in (SETTLED, TURNED_75):
        _typed(office, patient)
    terminal.bring_list(office, _told_of(SETTLED), _told_of(TURNED_75))
    items: list[dict[str, Any]] = told(office.get(f"{LIST}/safe"))["items"]
    return items


def _told_of(patient: LedgerPatient) -> EligibilityRecord:
    return record_of(patient, reference_number=None)


def _looked(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"items": [{name: one[name] for name in ("consented_id", "version", "base_version")} for one in items]}


@pytest.mark.shows("S-085")
def test_one_step_writes_what_was_shown_and_each_person_can_be_taken_back_alone(
    office: Somebody, terminal: Terminal
) -> None:
    items = _two(office, terminal)
    shown = {one["chart_number"]: {w["field"]: w["theirs"] for w in one["writes"]} for one in items}
    assert shown == {"000128": {"address": SETTLED.address}, "000311": {"address": TURNED_75.address}}

    answer = told(office.post(f"{LIST}/accept", _looked(items)))
    assert (answer["accepted"], {one["outcome"] for one in answer["items"]}) == (2, {"accepted"})
    charts = {p["chart_number"]: p for p in told(office.get("/api/patients"))["items"]}
    assert {c: p["address"] for c, p in charts.items()} == {"000128": SETTLED.address, "000311": TURNED_75.address}
    assert told(office.get(f"{LIST}/safe"))["total"] == 0

    first = next(one for one in items if one["chart_number"] == "000128")
    told(office.post(f"{LIST}/{first['consented_id']}/undo"))
    charts = {p["chart_number"]: p["address"] for p in told(office.get("/api/patients"))["items"]}
    assert charts == {"000128": None, "000311": TURNED_75.address}


def test_what_moved_on_meanwhile_is_named_and_the_others_go_through(office: Somebody, terminal: Terminal) -> None:
    items = _two(office, terminal)
    moved, other = items
    chart = next(p for p in told(office.get("/api/patients"))["items"] if p["chart_number"] == moved["chart_number"])
    told(office.patch(f"/api/patients/{chart['id']}", {"address": "見本市西1", "base_version": chart["version"]}))

    answer = told(office.post(f"{LIST}/accept", _looked(items)))
    assert {one["consented_id"]: one["outcome"] for one in answer["items"]} == {
        moved["consented_id"]: "changed_meanwhile",
        other["consented_id"]: "accepted",
    }
    assert told(office.get(f"/api/patients/{chart['id']}"))["address"] == "見本市西1"


@pytest.mark.shows("F19")
def test_a_second_yes_and_an_unknown_row_write_nothing(office: Somebody, terminal: Terminal) -> None:
    items = _two(office, terminal)
    told(office.post(f"{LIST}/accept", _looked(items)))
    stranger = {"consented_id": str(uuid4()), "version": 1, "base_version": 1}
    again = told(office.post(f"{LIST}/accept", {"items": [*_looked(items)["items"], stranger]}))
    assert [one["outcome"] for one in again["items"]] == ["already_decided", "already_decided", "not_found"]
    assert again["accepted"] == 0


def test_a_row_that_contradicts_us_is_neither_shown_nor_accepted(office: Somebody, terminal: Terminal) -> None:
    chart = _typed(office, SETTLED)
    dearer = late_elderly("00031031", contribution_ratio=30)
    (row,) = terminal.bring_list(office, record_of(SETTLED, reference_number=None, coverage=dearer))
    assert told(office.get(f"{LIST}/safe")) == {"items": [], "total": 0}
    version = told(office.get(f"/api/patients/{chart['id']}"))["version"]
    asked = {"items": [{"consented_id": row["id"], "version": row["version"], "base_version": version}]}
    assert told(office.post(f"{LIST}/accept", asked))["items"][0]["outcome"] == "not_safe"
    assert told(office.get(f"/api/patients/{chart['id']}"))["coverage"]["contribution_ratio"] == 10


def test_an_empty_yes_is_refused(office: Somebody) -> None:
    refused(office.post(f"{LIST}/accept", {"items": []}), "invalid_input", 422)
