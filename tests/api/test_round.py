"""One whole round over the bridge's routes, on both engines."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from tests import people
from tests.api.server import Device, Server, told
from tests.flow import answers
from tests.people import SETTLED, record_of
from werkzeug.test import TestResponse

from otonai.tickets import check


def deliver(bridge: Device, name: str, content: bytes | None, **meta: Any) -> TestResponse:
    """One delivery as the bridge makes it."""
    told_of_it = {"kind": "answer", "file_name": name, "delivery_id": str(uuid4())} | meta
    form: dict[str, Any] = {"meta": json.dumps(told_of_it)}
    if content is not None:
        form["file"] = (io.BytesIO(content), name)
    return bridge.send("/api/bridge/files", form)


def ask(server: Server) -> None:
    """情報申請 by the office."""
    told(server.admin().post("/api/home-visit/requests/fetch"), 202)


@pytest.mark.shows("S-042", "S-044")
def test_a_request_goes_out_as_one_file_and_comes_back_as_a_list(either_server: Server) -> None:
    server = either_server
    bridge = server.bridge()
    assert told(bridge.get("/api/bridge/jobs"))["jobs"] == []
    ask(server)
    work = told(bridge.get("/api/bridge/jobs"))
    (job,) = work["jobs"]
    content = base64.b64decode(job["content"])
    assert hashlib.sha256(content).hexdigest() == job["sha256"]
    assert job["expected_stem"] in work["expected"]
    assert job["folder"] == "req"

    written = told(deliver(bridge, job["file_name"], None, kind="written", job_id=job["id"]))
    assert written["jobs_waiting"] is False
    assert told(bridge.get("/api/bridge/jobs"))["jobs"] == []

    now = datetime.now(UTC)
    accepted = told(deliver(bridge, f"{job['expected_stem']}.xml", answers.acceptance("202611230001", at=now)))
    assert accepted["outcome"] == "accepted"
    assert accepted["jobs_waiting"] is True  # the fetch is ready, without anybody asking
    (fetch,) = told(bridge.get("/api/bridge/jobs"))["jobs"]
    listed = answers.consented_list(answers.consented(record_of(SETTLED)), at=now)
    told(deliver(bridge, f"{fetch['expected_stem']}.xml", listed))
    (row,) = told(server.admin().get("/api/consented-patients"))["items"]
    assert row["name"] == SETTLED.name
    (request,) = told(server.admin().get("/api/home-visit/requests"))["items"]
    assert (request["state"], request["found"]) == ("fetched", 1)


@pytest.mark.shows("F12")
def test_a_hostile_file_is_kept_apart_named_and_counted(server: Server) -> None:
    bomb = b"<!DOCTYPE x [<!ENTITY a 'b'>]><XmlMsg>&a;</XmlMsg>"
    receipt = told(deliver(server.bridge(), "OQSmuhvq02res_202611230501.xml", bomb))
    assert (receipt["outcome"], receipt["reason"]) == ("quarantined", "doctype")
    assert told(server.admin().get("/api/health/connection"))["quarantined_today"] == 1


def test_its_ticket_opens_the_bridges_stream_and_no_other(server: Server) -> None:
    live = told(server.bridge().get("/api/bridge/jobs"))["live"]
    assert live["url"].endswith("/live/bridge")
    secret, now = server.app.extensions["otonai"].settings.ticket_secret, datetime.now(UTC)
    shown = check(secret, live["ticket"], "bridge", now)
    assert shown is not None
    assert shown.clinic_id == server.clinics.minamo.id
    assert check(secret, live["ticket"], "clinic", now) is None
    assert check(bytes(32), live["ticket"], "bridge", now) is None
    assert people.CLINIC_NAME not in live["ticket"]
