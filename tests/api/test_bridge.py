"""The bridge's three routes as the bridge meets them: jobs, files, heartbeat."""

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
from tests.api.server import Device, Server, refused, told
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
    return bridge.client.post("/api/bridge/files", data=form, headers=bridge.headers)


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


@pytest.mark.shows("F05", "F19")
def test_a_delivery_whose_answer_was_lost_is_told_as_a_duplicate(server: Server) -> None:
    bridge = server.bridge()
    ask(server)
    (job,) = told(bridge.get("/api/bridge/jobs"))["jobs"]
    content = answers.acceptance("202611230001", at=datetime.now(UTC))
    ident = str(uuid4())
    outcomes = [
        told(deliver(bridge, f"{job['expected_stem']}.xml", content, delivery_id=ident))["outcome"] for _ in range(3)
    ]
    assert outcomes == ["accepted", "duplicate", "duplicate"]
    assert told(deliver(bridge, f"{job['expected_stem']}.xml", content))["outcome"] == "duplicate"


@pytest.mark.shows("F04")
def test_a_file_that_is_still_growing_is_asked_for_again(server: Server) -> None:
    bridge = server.bridge()
    ask(server)
    (job,) = told(bridge.get("/api/bridge/jobs"))["jobs"]
    whole, name = answers.acceptance("202611230001", at=datetime.now(UTC)), f"{job['expected_stem']}.xml"
    half = told(deliver(bridge, name, whole[: len(whole) // 2]))
    assert (half["outcome"], half["reason"]) == ("quarantined", "incomplete")
    assert told(deliver(bridge, name, whole))["outcome"] == "accepted"


@pytest.mark.shows("F12", "F15")
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("OQSmuhvq02res_202611230501.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><XmlMsg>&a;</XmlMsg>", "doctype"),
        ("../../etc/passwd", b"root", "unrecognised_name"),
        ("OQSmuhvq02res_202611230501.xml\x00.exe", b"MZ", "unrecognised_name"),
        ("x" * 300, b"", "unrecognised_name"),
    ],
)
def test_a_hostile_file_is_kept_apart_and_named(server: Server, name: str, content: bytes, reason: str) -> None:
    answer = deliver(server.bridge(), name, content)
    if "\0" in name:
        refused(answer, "invalid_input", 422)
        return
    receipt = told(answer)
    assert (receipt["outcome"], receipt["reason"]) == ("quarantined", reason)
    assert told(server.admin().get("/api/health/connection"))["quarantined_today"] == 1


@pytest.mark.parametrize(
    "meta",
    ["", "{", "[]", '{"kind": "answer"}', '{"kind": "other", "file_name": "a", "delivery_id": "x"}', "null"],
)
def test_a_delivery_without_its_description_is_refused(server: Server, meta: str) -> None:
    bridge = server.bridge()
    refused(bridge.client.post("/api/bridge/files", data={"meta": meta}, headers=bridge.headers), "invalid_input", 422)


def test_an_answer_without_its_bytes_is_refused(server: Server) -> None:
    refused(deliver(server.bridge(), "OQSmuhvq02res_202611230501.xml", None), "invalid_input", 422)


@pytest.mark.shows("F13", "F54")
def test_a_file_beyond_the_cap_is_refused_by_its_size(server: Server) -> None:
    bridge = server.bridge()
    refused(deliver(bridge, "OQSmuhvq02res_202611230501.xml", b" " * (7 * 1024 * 1024)), "entry_too_long", 413)


def test_the_heartbeat_lights_the_offices_lamp(server: Server) -> None:
    bridge, admin = server.bridge(), server.admin()
    assert told(admin.get("/api/health/connection"))["bridge"] in ("never", "connected")
    beat = {
        "version": "0.1.0",
        "started_at": "2026-11-23T00:00:00Z",
        "folders": {"req": "ok", "res": "missing", "face": "ok"},
        "queue": 0,
        "clock": "2026-11-23T04:40:00Z",
    }
    answer = told(bridge.post("/api/bridge/heartbeat", beat))
    assert answer["jobs_waiting"] is False
    lamp = told(admin.get("/api/health/connection"))
    assert (lamp["bridge"], lamp["folders"]["res"]) == ("connected", "missing")
    assert "folder_unusable" in lamp["alarms"]
    refused(bridge.post("/api/bridge/heartbeat", beat | {"folders": {"elsewhere": "ok"}}), "invalid_input", 422)


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
