"""Inquiries, the month board and readiness over HTTP, with the terminal's real bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.api.terminal import Terminal
from tests.api.test_ledger import SOMEBODY, typed
from tests.flow import answers
from tests.flow.answers import elements_of
from tests.people import HUSBAND, SETTLED, TURNED_75, WIFE, record_of
from tests.terminal.messages import header, message, record, tag, tags

from otonai.domain.consent import ConsentKind
from otonai.domain.dates import business_day
from otonai.domain.eligibility import EligibilityRecord
from otonai.store.ids import new_id
from otonai.store.tables import Inquiry


def answer(told_of: EligibilityRecord | None = None, validity: str = "1") -> bytes:
    """A single answer of now."""
    body = tags({"ProcessingResultStatus": "1", "QualificationValidity": validity})
    body += tag("ResultList", record(elements_of(told_of))) if told_of else ""
    return message(body, header(ProcessExecutionTime=answers.stamp(datetime.now(UTC))))


def planned(office: Somebody, chart: str) -> None:
    """On today's list."""
    body = {"patient_id": chart, "planned_at": datetime.now(UTC).isoformat(), "visit_type": "home_visit"}
    told(office.post("/api/visits", body), 201)


def ask(office: Somebody, chart: str, route: str = "number", limit: str = "unknown") -> dict[str, Any]:
    """The button."""
    body = {"patient_id": chart, "route": route, "limit_consent": limit}
    found: dict[str, Any] = told(office.post("/api/inquiries", body), 202)
    return found


@pytest.mark.shows("S-069", "S-070", "S-137", "S-140")
def test_one_by_number_says_what_is_missing_asks_once_and_tells_the_answer_with_its_code(server: Server) -> None:
    office, terminal = server.hire(people.OFFICE), Terminal(server)
    empty = told(office.post("/api/patients", typed(replace(TURNED_75, coverages=()), coverage=None)), 201)["id"]
    options = told(office.get(f"/api/inquiries/options/{empty}"))
    assert (options["number"], options["reinquiry"]) == ("insurance_incomplete", "no_first_check")
    assert options["problems"] == ["insurer_missing", "number_missing"]
    body = {"patient_id": empty, "route": "number", "limit_consent": "unknown"}
    refused(office.post("/api/inquiries", body), "insurance_incomplete", 409)
    refused(office.post("/api/inquiries", body | {"patient_id": SOMEBODY}), "not_found", 404)
    assert office.post("/api/inquiries", {"patient_id": empty, "route": "number"}).status_code == 422

    chart = told(office.post("/api/patients", typed(SETTLED)), 201)["id"]
    first = ask(office, chart, limit="agreed")
    assert (first["state"], first["limit_consent"], first["asked_by"]) == ("asked", "agreed", people.OFFICE.name)
    assert ask(office, chart)["id"] == first["id"]
    assert told(office.get(f"/api/inquiries/options/{chart}"))["open"]["id"] == first["id"]
    terminal.answer(terminal.take(), answer(validity="4"))
    shown = told(office.get(f"/api/inquiries/{first['id']}"))
    assert (shown["state"], shown["outcome"], shown["code"]) == ("answered", "not_found", "[資格有効性:4]")
    assert told(office.get(f"/api/patients/{chart}"))["last_check"]["validity"] == "not_found"


@pytest.mark.shows("S-128", "S-129")
def test_the_history_wants_a_period_and_refuses_more_than_can_be_read(server: Server) -> None:
    office = server.hire(people.OFFICE)
    chart = told(office.post("/api/patients", typed(SETTLED)), 201)["id"]
    today = business_day(datetime.now(UTC))
    period = f"first={today - timedelta(days=30)}&last={today}"
    refused(office.get("/api/inquiries"), "inquiry_period_missing", 422)
    refused(office.get(f"/api/inquiries?first={date(2020, 1, 1)}&last={today}"), "inquiry_period_too_old", 422)
    ask(office, chart)
    (row,) = told(office.get(f"/api/inquiries?{period}&query=シカク"))["items"]
    assert (row["patient_name"], row["state"], row["in_bulk"]) == (SETTLED.name, "asked", False)
    assert told(office.get(f"/api/inquiries?{period}&outcome=valid"))["total"] == 0
    _fill(server, row["patient_id"], 10_000)
    refused(office.get(f"/api/inquiries?{period}"), "too_many_inquiries", 422)
    few = told(office.get(f"/api/inquiries?{period}&outcome=not_found&limit=500"))
    assert (len(few["items"]), few["total"]) == (500, 10_000)
    more = told(office.get(f"/api/inquiries?{period}&outcome=not_found&limit=2&cursor={few['next_cursor']}"))
    assert not {m["id"] for m in more["items"]} & {f["id"] for f in few["items"]}


@pytest.mark.shows("S-102", "S-117", "S-133", "S-136", "S-153")
def test_the_month_board_asks_whom_it_may_and_leaves_only_exceptions(server: Server) -> None:
    office, terminal = server.hire(people.OFFICE), Terminal(server)
    charts = {}
    for patient in (SETTLED, WIFE, HUSBAND):
        card = patient.current_coverage
        assert card is not None
        named = {f: v for f in ("insurer_number", "card_symbol", "card_number") if (v := getattr(card, f))}
        charts[patient.id] = told(office.post("/api/patients", typed(patient, coverage=named)), 201)["id"]
        planned(office, charts[patient.id])
    agreed = answers.agreed(ConsentKind.DRUG, at=datetime.now(UTC))
    terminal.bring_list(office, record_of(SETTLED, consents=agreed))
    for job in terminal.jobs():  # the drugs of SETTLED
        terminal.deliver(job["file_name"], None, kind="written", job_id=job["id"])

    def rows() -> dict[str, dict[str, Any]]:
        board = told(office.get("/api/month-board"))
        return {r["patient_id"]: r for r in board["items"]}

    before = rows()
    assert {name: before[chart]["state"] for name, chart in charts.items()} == {
        SETTLED.id: "done", WIFE.id: "not_possible", HUSBAND.id: "not_possible",
    }  # fmt: skip
    assert [before[charts[n.id]]["reason"] for n in (SETTLED, WIFE)] == [None, "no_first_check"]
    assert told(office.post("/api/month-board/reinquire", {"when": "tonight"}), 202)["wanted"] == 0
    two = {"patient_ids": [charts[SETTLED.id], charts[WIFE.id]], "when": "now"}
    words = [w["word"] for w in told(office.post("/api/month-board/reinquire", two), 202)["items"]]
    assert words == ["already_checked", "no_first_check"]

    told(office.post("/api/inquiries/bulk", {"whom": "month", "when": "tonight"}), 202)
    assert {rows()[charts[n]]["state"] for n in (WIFE.id, HUSBAND.id)} == {"planned"}
    assert told(office.post("/api/month-board/call-off", {"patient_ids": [charts[HUSBAND.id]]}))["called_off"] == 1
    one = ask(office, charts[WIFE.id])
    assert rows()[charts[WIFE.id]]["state"] == "asked"
    terminal.answer(terminal.take(), answer(validity="3"))
    shown = rows()[charts[WIFE.id]]
    assert (shown["state"], shown["reason"], shown["code"], shown["inquiry_id"]) == (
        "needs_person", "invalid_new_exists", "[資格有効性:3]", one["id"],
    )  # fmt: skip
    board = told(office.get("/api/month-board"))
    assert board["items"][-1]["patient_id"] == charts[SETTLED.id]
    assert board["counts"] == {"done": 1, "needs_person": 1, "not_possible": 1}
    past = told(office.get("/api/month-board?month=2024-01"))
    assert (past["is_now"], past["items"]) == (False, [])


@pytest.mark.shows("S-001")
def test_readiness_is_written_down_once_seen_and_reaches_the_visits_of_the_day(server: Server) -> None:
    office = server.hire(people.OFFICE)
    chart = told(office.post("/api/patients", typed(SETTLED)), 201)["id"]
    planned(office, chart)
    path = f"/api/patients/{chart}/readiness"
    assert (told(office.get(path))["action"], told(office.get(path))["version"]) == ("ask_about_card", 0)
    known = {"base_version": 0, "card": "card", "use": "registered", "pin": "forgotten", "note": "長男に確認"}
    saved = told(office.ask("PUT", path, known))
    assert (saved["action"], saved["pin"], saved["version"]) == ("reset_pin", "forgotten", 1)
    refused(office.ask("PUT", path, known), "changed_meanwhile", 409)
    assert office.ask("PUT", path, known | {"base_version": 1, "note": "123456789018"}).status_code == 422
    (visit,) = told(office.get("/api/visits"))["items"]
    assert visit["card_plan"] == "visual"
    planned(office, chart)
    assert {v["card_plan"] for v in told(office.get("/api/visits"))["items"]} == {"visual"}
    (row,) = told(office.get("/api/month-board"))["items"]
    assert row["action"] == "reset_pin"


@pytest.mark.shows("S-151", "S-152")
def test_the_administrator_switches_asking_by_itself(server: Server) -> None:
    office, terminal = server.hire(people.OFFICE), Terminal(server)
    chart = told(office.post("/api/patients", typed(SETTLED)), 201)["id"]
    planned(office, chart)
    assert terminal.jobs() == []
    settings = told(server.admin().ask("PATCH", "/api/settings", {"automatic_inquiries": True, "reinquiry": False}))
    assert (settings["automatic_inquiries"], settings["reinquiry"]) == (True, False)
    planned(office, chart)
    (job,) = terminal.jobs()
    assert job["file_name"].startswith("OQSsiquc01req_")
    assert told(office.get("/api/month-board"))["reinquiry_on"] is False


def _fill(server: Server, patient_id: str, count: int) -> None:
    """As many old inquiries as a big clinic has."""
    at = datetime.now(UTC) - timedelta(days=1)
    with server.changing() as session:
        session.bulk_save_objects(
            Inquiry(
                clinic_id=server.clinics.minamo.id, id=new_id(), patient_id=UUID(patient_id), route="number",
                occasion="month", state="answered", limit_consent="unknown", wanted_at=at, due_at=at,
                outcome="not_found",
            )
            for _ in range(count)
        )  # fmt: skip


@pytest.mark.shows("S-069", "S-116", "S-127", "S-156")
def test_an_insurance_is_typed_by_hand_checked_by_field_and_asked_about_afterwards(server: Server) -> None:
    office = server.hire(people.OFFICE)
    chart = told(office.post("/api/patients", typed(SETTLED, coverage=None)), 201)
    path = f"/api/patients/{chart['id']}/insurance"
    wrong = {"base_version": chart["version"], "coverage": {"insurer_number": "39139994", "branch_number": "x"}}
    answer = refused(office.ask("PUT", path, wrong), "typed_insurance_wrong", 422)
    assert {(e["path"], e["message"]) for e in answer["errors"]} == {
        ("insurer_number", "insurer_check_digit"),
        ("card_number", "number_missing"),
        ("branch_number", "branch_not_expected"),
    }
    first = {"insurer_number": people.LATE_ELDERLY, "card_number": "00031031", "relation": "insured"}
    saved = told(office.ask("PUT", path, {"base_version": chart["version"], "coverage": first}))
    assert (saved["coverage"]["card_number"], saved["past_coverages"]) == ("00031031", [])
    refused(office.ask("PUT", path, {"base_version": chart["version"], "coverage": first}), "changed_meanwhile", 409)
    fixed = {"base_version": saved["version"], "coverage": {"contribution_ratio": 10, "card_symbol": ""}}
    saved = told(office.ask("PUT", path, fixed))
    assert (saved["coverage"]["contribution_ratio"], saved["coverage"]["card_number"]) == (10, "00031031")
    new = {"insurer_number": people.ASSOCIATION, "card_symbol": "12", "card_number": "34", "branch_number": "01"}
    body = {"base_version": saved["version"], "begins": "2026-10-01", "coverage": new}
    saved = told(office.ask("PUT", path, body))
    assert (saved["coverage"]["card_number"], saved["coverage"]["valid_from"]) == ("34", "2026-10-01")
    assert [c["card_number"] for c in saved["past_coverages"]] == ["00031031"]
    assert ask(office, chart["id"])["state"] == "asked"
    change = told(office.get(f"/api/patients/{chart['id']}/history"))["items"][0]
    undone = told(office.post(f"/api/patients/{chart['id']}/history/{change['id']}/undo", {}))
    assert (undone["coverage"]["card_number"], undone["past_coverages"]) == ("00031031", [])
