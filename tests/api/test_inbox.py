"""From the consented list to the chart, as the office does it: compare, write what is ticked, take it back."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.api.terminal import FETCH, Terminal
from tests.api.test_ledger import typed
from tests.people import ASSISTED, SETTLED, TURNED_75, late_elderly, record_of

LIST = "/api/consented-patients"
#: What the center says about him since July.
NEW_CARD = late_elderly("00075075", valid_until=None)


@pytest.fixture
def office(server: Server) -> Somebody:
    """架空 真帆 at her desk."""
    return server.hire(people.OFFICE)


@pytest.fixture
def terminal(server: Server) -> Terminal:
    """The office PC."""
    return Terminal(server)


def _changed(office: Somebody, terminal: Terminal) -> tuple[dict[str, Any], dict[str, Any]]:
    """例示 髙志 with his old card in the ledger, and his row with the new one."""
    old = TURNED_75.current_coverage
    assert old is not None
    card = {"insurer_number": old.insurer_number, "card_symbol": old.card_symbol, "card_number": old.card_number}
    chart = told(office.post("/api/patients", typed(TURNED_75, sex="male", coverage=card)), 201)
    (row,) = terminal.bring_list(office, record_of(TURNED_75, coverage=NEW_CARD))
    return chart, row


def _act(comparison: dict[str, Any], mode: str) -> dict[str, Any]:
    return {
        "mode": mode,
        "patient_id": comparison["patient"]["id"],
        "fields": [d["field"] for d in comparison["differences"] if d["default"] == "take"],
        "switch_date": comparison["switch_date_default"],
        "base_version": comparison["base_version"],
    }


@pytest.mark.shows("S-083", "S-106", "S-110", "S-113", "S-123")
def test_a_changed_insurance_is_compared_written_in_front_of_the_old_one_and_taken_back(
    office: Somebody, terminal: Terminal
) -> None:
    chart, row = _changed(office, terminal)
    assert (row["state"], row["match"]["patient_id"]) == ("needs_check", chart["id"])
    compared = told(office.get(f"{LIST}/{row['id']}/comparison"))
    sides = {d["field"]: (d["ours"], d["theirs"]) for d in compared["differences"] if d["kind"] == "real"}
    assert sides["insurer_number"] == (people.ASSOCIATION, people.LATE_ELDERLY)
    assert compared["suggested"] == "update"
    assert compared["switch_date_default"] == "2025-08-01"
    applied = told(office.post(f"{LIST}/{row['id']}/apply", _act(compared, "update")))
    assert applied["patient"]["coverage"]["insurer_number"] == people.LATE_ELDERLY
    assert [c["insurer_number"] for c in applied["patient"]["past_coverages"]] == [people.ASSOCIATION]
    assert (applied["consented"]["state"], applied["consented"]["result"]) == ("confirmed", "updated")
    back = told(office.post(f"{LIST}/{row['id']}/undo"))
    assert back["state"] == "needs_check"
    now = told(office.get(f"/api/patients/{chart['id']}"))
    assert now["coverage"]["insurer_number"] == people.ASSOCIATION
    assert now["past_coverages"] == []


@pytest.mark.shows("F19", "S-159")
def test_a_second_click_on_an_act_writes_nothing_more(office: Somebody, terminal: Terminal) -> None:
    _, row = _changed(office, terminal)
    act = _act(told(office.get(f"{LIST}/{row['id']}/comparison")), "update")
    key = str(uuid4())
    first = told(office.post(f"{LIST}/{row['id']}/apply", act, Idempotency_Key=key))
    assert told(office.post(f"{LIST}/{row['id']}/apply", act, Idempotency_Key=key)) == first
    refused(office.post(f"{LIST}/{row['id']}/apply", act), "already_decided", 409)
    assert len(told(office.get(f"/api/patients/{act['patient_id']}"))["past_coverages"]) == 1


def test_an_act_on_an_outdated_comparison_is_refused(office: Somebody, terminal: Terminal) -> None:
    chart, row = _changed(office, terminal)
    act = _act(told(office.get(f"{LIST}/{row['id']}/comparison")), "update")
    told(office.patch(f"/api/patients/{chart['id']}", {"telephone": "000-1", "base_version": act["base_version"]}))
    refused(office.post(f"{LIST}/{row['id']}/apply", act), "changed_meanwhile", 409)


@pytest.mark.shows("S-085")
@pytest.mark.parametrize("field", ["clinic_id", "version", "linked", "id", "__class__", "chart_number"])
def test_only_fields_that_were_compared_can_be_written(office: Somebody, terminal: Terminal, field: str) -> None:
    _, row = _changed(office, terminal)
    act = _act(told(office.get(f"{LIST}/{row['id']}/comparison")), "overwrite") | {"fields": [field]}
    answer = office.post(f"{LIST}/{row['id']}/apply", act)
    assert answer.status_code in (409, 422), answer.get_data(as_text=True)


@pytest.mark.shows("S-059", "S-061", "S-066")
def test_somebody_without_a_chart_is_registered_from_the_list_and_taken_back(
    office: Somebody, terminal: Terminal
) -> None:
    (row,) = terminal.bring_list(office, replace(record_of(SETTLED), reference_number=None))
    compared = told(office.get(f"{LIST}/{row['id']}/comparison"))
    assert (compared["suggested"], compared["patient"], compared["base_version"]) == ("register", None, 0)
    body = {"chart_number": "000512", "telephone": "000-1234-5678", "overrides": {}}
    made = told(office.post(f"{LIST}/{row['id']}/register", body), 201)
    assert made["patient"]["name"] == SETTLED.name
    assert (made["patient"]["chart_number"], made["patient"]["link"]) == ("000512", "linked")
    refused(office.post(f"{LIST}/{row['id']}/register", body), "already_decided", 409)
    told(office.post(f"{LIST}/{row['id']}/undo"))
    assert told(office.get("/api/patients"))["items"] == []
    told(office.post(f"{LIST}/{row['id']}/register", body), 201)


@pytest.mark.shows("S-120", "S-121", "F56")
def test_a_person_may_say_that_it_is_another_chart_or_none(office: Somebody, terminal: Terminal) -> None:
    chart, row = _changed(office, terminal)
    unlinked = told(office.post(f"{LIST}/{row['id']}/match", {"patient_id": None}))
    assert unlinked["match"]["patient_id"] is None
    assert told(office.get(f"/api/patients/{chart['id']}"))["link"] == "unlinked"
    other = told(office.post("/api/patients", typed(ASSISTED)), 201)
    wrong = office.post(f"{LIST}/{row['id']}/match", {"patient_id": other["id"]})
    refused(wrong, "conflicting_person", 422)
    chosen = told(office.post(f"{LIST}/{row['id']}/match", {"patient_id": chart["id"]}))
    assert chosen["match"]["patient_id"] == chart["id"]


@pytest.mark.shows("S-051", "S-050")
def test_the_list_is_filtered_and_counted(office: Somebody, terminal: Terminal) -> None:
    told(office.post("/api/patients", typed(SETTLED, sex="male", postal_code=SETTLED.postal_code)), 201)
    terminal.bring_list(office, record_of(SETTLED), record_of(ASSISTED))
    whole = told(office.get(LIST))
    states = [r["state"] for r in whole["items"]]
    assert whole["total"] == whole["counts"]["all"] == 2
    for state in ("needs_check", "unconfirmed", "confirmed"):
        page = told(office.get(f"{LIST}?filter={state}"))
        assert [r["state"] for r in page["items"]] == [state] * states.count(state)
        assert page["counts"][state] == states.count(state)
    assert [r["name"] for r in told(office.get(f"{LIST}?query=フジョ"))["items"]] == [ASSISTED.name]
    refused(office.get(f"{LIST}?filter=hidden"), "invalid_input", 422)


@pytest.mark.shows("F57")
def test_a_long_list_is_read_in_pages_without_loss_or_doubling(office: Somebody, terminal: Terminal) -> None:
    crowd = [
        replace(
            record_of(SETTLED, coverage=late_elderly(f"{number:08}")),
            name=f"例示　{number}", name_kana=f"レイジ　{number}", reference_number=None,
        )
        for number in range(260)
    ]  # fmt: skip
    rows = terminal.bring_list(office, *crowd)
    assert len(rows) == 260
    seen: list[str] = []
    cursor = ""
    while True:
        page = told(office.get(f"{LIST}?limit=100{cursor}"))
        seen += [r["id"] for r in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == 260
    assert set(seen) == {r["id"] for r in rows}


@pytest.mark.shows("S-042", "S-043")
def test_a_period_is_asked_for_in_days_that_can_be(office: Somebody, terminal: Terminal) -> None:
    path = "/api/home-visit/requests"
    refused(office.post(path, {"consent_from": "2026-07-14", "consent_to": "2026-07-13"}), "period_reversed", 422)
    refused(office.post(path, {"consent_from": "2999-07-14", "consent_to": "2999-07-14"}), "period_in_future", 422)
    refused(office.post(path, {"consent_from": "0001-01-01", "consent_to": "2026-07-13"}), "period_too_long", 422)
    refused(office.post(path, {"consent_from": "2026-02-30", "consent_to": "2026-07-13"}), "invalid_input", 422)
    assert terminal.jobs() == []
    asked = told(office.post(path, {"consent_from": "2026-07-13", "consent_to": "2026-07-14"}), 201)
    (job,) = terminal.jobs()
    assert b"20260713" in _bytes(job)
    assert b"20260714" in _bytes(job)
    assert told(office.get(path))["items"][0]["id"] == asked["id"]


@pytest.mark.shows("S-159")
def test_fetching_twice_asks_the_terminal_once(office: Somebody, terminal: Terminal) -> None:
    first = told(office.post(FETCH), 202)["requests"]
    again = told(office.post(FETCH), 202)["requests"]
    assert [r["id"] for r in first] == [r["id"] for r in again]
    assert len(terminal.jobs()) == 1


def _bytes(job: dict[str, Any]) -> bytes:
    return base64.b64decode(job["content"])


@pytest.mark.shows("S-048")
def test_the_list_goes_on_from_what_was_seen_and_says_what_left_it(
    office: Somebody, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart, row = _changed(office, terminal)
    whole = told(office.get(LIST))
    nothing = told(office.get(f"{LIST}/changes?since={whole['seen']}"))
    assert (nothing["items"], nothing["gone"], nothing["whole"]) == ([], [], False)
    compared = told(office.get(f"{LIST}/{row['id']}/comparison"))
    told(office.post(f"{LIST}/{row['id']}/apply", _act(compared, "update")))
    after = told(office.get(f"{LIST}/changes?since={nothing['seen']}"))
    assert [(one["id"], one["state"]) for one in after["items"]] == [(row["id"], "confirmed")]
    assert after["counts"] == told(office.get(LIST))["counts"]
    # The chart's own number stands in the row: when it changes, the row is told again.
    now = told(office.get(f"/api/patients/{chart['id']}"))
    told(office.patch(f"/api/patients/{chart['id']}", {"chart_number": "004711", "base_version": now["version"]}))
    again = told(office.get(f"{LIST}/changes?since={after['seen']}"))
    assert [one["match"]["chart_number"] for one in again["items"]] == ["004711"]
    # After a long time away everything is asked for anew.
    monkeypatch.setattr("otonai.api.consented.AT_ONCE", 1)
    late = told(office.get(f"{LIST}/changes?since={whole['seen']}"))
    assert (late["whole"], late["items"]) == (True, [])
    refused(office.get(f"{LIST}/changes?since=WyJ4Il0"), "invalid_input", 422)
