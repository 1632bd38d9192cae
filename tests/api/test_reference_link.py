"""照会番号登録 over HTTP: the button, its outcome, its refusals in words, and its undoing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests import people
from tests.api.server import Server, refused, told
from tests.api.terminal import Terminal
from tests.api.test_ledger import SOMEBODY, typed
from tests.flow import answers
from tests.people import SETTLED
from tests.terminal.messages import header, message, tag, tags


def registered(number: str) -> bytes:
    """The center has it."""
    card = SETTLED.current_coverage
    assert card is not None
    insurance = {
        "InsurerNumber": card.insurer_number or "",
        "InsuredIdentificationNumber": card.card_number or "",
        "ReferenceNumber": number,
    }
    body = tag("ReferenceNumberRegistrationInfo", tags(insurance)) + tags({"ProcessingResultStatus": "1"})
    return message(body, header(SegmentOfResult="1", ProcessExecutionTime=answers.stamp(datetime.now(UTC))))


@pytest.mark.shows("S-122", "S-232")
def test_the_office_registers_reads_the_outcome_and_takes_a_wrong_one_back(server: Server) -> None:
    office, terminal = server.hire(people.OFFICE), Terminal(server)
    chart = told(office.post("/api/patients", typed(SETTLED)), 201)["id"]
    path = f"/api/patients/{chart}/reference-link"
    assert told(office.get(path))["state"] == "not_asked"

    assert told(office.post(path, {}), 202)["state"] == "asked"
    refused(office.post(path, {}), "registration_waits", 409)
    terminal.answer(terminal.take(), registered("000128"))
    assert told(office.get(path))["state"] == "registered"
    assert told(office.get(f"/api/patients/{chart}"))["reference_number"] == "000128"
    refused(office.post(path, {"looked": True}), "already_registered", 409)

    change = told(office.get(f"/api/patients/{chart}/history"))["items"][0]
    assert (change["kind"], change["can_undo"]) == ("numbered", True)
    undone = told(office.post(f"/api/patients/{chart}/history/{change['id']}/undo", {}))
    assert (undone["reference_number"], undone["link"]) == (None, "unlinked")
    refused(office.post(path, {}), "registration_uncertain", 409)


def test_a_repeated_press_with_one_key_is_one_file(server: Server) -> None:
    office, terminal = server.hire(people.OFFICE), Terminal(server)
    chart = told(office.post("/api/patients", typed(SETTLED)), 201)["id"]
    for _ in range(2):
        told(office.post(f"/api/patients/{chart}/reference-link", {}, Idempotency_Key="one-press"), 202)
    assert len(terminal.jobs()) == 1


def test_a_chart_without_a_number_or_of_nobody_is_told(server: Server) -> None:
    office = server.hire(people.OFFICE)
    chart = told(office.post("/api/patients", typed(SETTLED, chart_number=None)), 201)["id"]
    refused(office.post(f"/api/patients/{chart}/reference-link", {}), "chart_number_missing", 409)
    refused(office.get(f"/api/patients/{SOMEBODY}/reference-link"), "not_found", 404)
