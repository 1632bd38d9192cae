"""The bridge's three routes: every file is taken once, answered after it is kept, and never in parts."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.api.terminal import FETCH, Terminal
from tests.flow import answers

from otonai.store.tables import TerminalMessage

#: An id that nobody has.
NOBODY = "019a0000-0000-7000-8000-000000000001"


@pytest.fixture
def office(server: Server) -> Somebody:
    """架空 真帆 at her desk."""
    return server.hire(people.OFFICE)


@pytest.fixture
def terminal(server: Server) -> Terminal:
    """The office PC."""
    return Terminal(server)


def kept(server: Server) -> list[TerminalMessage]:
    """The archive."""
    with server.changing() as session:
        return list(session.exec(select(TerminalMessage)).all())


def test_a_job_comes_with_its_bytes_until_it_is_confirmed_as_written(office: Somebody, terminal: Terminal) -> None:
    assert terminal.jobs() == []
    told(office.post(FETCH), 202)
    (job,) = terminal.jobs()
    content = base64.b64decode(job["content"])
    assert hashlib.sha256(content).hexdigest() == job["sha256"]
    assert job["file_name"].replace("req_", "res_") == f"{job['expected_stem']}.xml"
    assert people.INSTITUTION_CODE.encode() in content
    assert terminal.jobs() == [job]
    terminal.deliver(job["file_name"], None, kind="written", job_id=job["id"])
    now = told(terminal.bridge.get("/api/bridge/jobs"))
    assert (now["jobs"], now["expected"]) == ([], [job["expected_stem"]])


@pytest.mark.shows("F05", "F19")
def test_one_file_delivered_again_and_again_has_one_effect(
    server: Server, office: Somebody, terminal: Terminal
) -> None:
    told(office.post(FETCH), 202)
    job = terminal.take()
    content, delivery = answers.acceptance("R" * 18, at=datetime.now(UTC)), str(uuid4())
    name = f"{job['expected_stem']}.xml"
    assert terminal.deliver(name, content, delivery_id=delivery)["outcome"] == "accepted"
    assert terminal.deliver(name, content, delivery_id=delivery)["outcome"] == "duplicate"
    assert terminal.deliver(name, content)["outcome"] == "duplicate"
    assert len(kept(server)) == 1
    (request,) = told(office.get("/api/home-visit/requests"))["items"]
    assert request["state"] in ("accepted", "fetching")


@pytest.mark.shows("F04")
def test_half_a_file_is_not_kept_and_the_whole_one_is_taken_later(
    server: Server, office: Somebody, terminal: Terminal
) -> None:
    told(office.post(FETCH), 202)
    job, whole = terminal.take(), answers.acceptance("R" * 18, at=datetime.now(UTC))
    for part in (whole[: len(whole) // 2], whole[:-3], b""):
        receipt = terminal.answer(job, part)
        assert (receipt["outcome"], receipt["reason"]) == ("quarantined", "incomplete")
    assert kept(server) == []
    assert terminal.answer(job, whole)["outcome"] == "accepted"


@pytest.mark.shows("F13", "F54")
def test_a_file_beyond_the_cap_is_refused_and_the_next_one_is_taken(
    server: Server, office: Somebody, terminal: Terminal
) -> None:
    huge = terminal.send("OQSmuhvq01res_202607140501.xml", b"x" * (6 * 1024 * 1024 + 1))
    refused(huge, "entry_too_long", 413)
    assert kept(server) == []
    told(office.post(FETCH), 202)
    terminal.accept()


@pytest.mark.shows("F15")
@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "OQSmuhvq01res_202607140501.xml\n2026 forged", "<script>.xml", "=1+1.xml", "資格.xml"]
)
def test_a_hostile_file_name_is_only_a_name(server: Server, terminal: Terminal, name: str) -> None:
    content = answers.acceptance("R" * 18, at=datetime.now(UTC))
    assert terminal.deliver(name, content)["outcome"] in ("accepted", "quarantined")
    assert [m.file_name for m in kept(server)] == [name]


@pytest.mark.shows("F14")
def test_a_file_about_another_institution_changes_nothing(office: Somebody, terminal: Terminal) -> None:
    told(office.post(FETCH), 202)
    terminal.accept()
    person = answers.consented(people.record_of(people.SETTLED))
    at = datetime.now(UTC)
    stranger = answers.consented_list(person, at=at, institution=people.OTHER_INSTITUTION_CODE)
    terminal.answer(terminal.take(), stranger)
    assert told(office.get("/api/consented-patients"))["items"] == []
    assert told(office.get("/api/health/connection"))["quarantined_today"] == 1


@pytest.mark.parametrize(
    "meta",
    [
        None, "", "{", "[]", "null", "{}", "[" * 100_000, '{"kind": "answer"}',
        f'{{"kind": "other", "file_name": "x", "delivery_id": "{NOBODY}"}}',
        f'{{"kind": "answer", "file_name": "x", "delivery_id": "{NOBODY}"}}',
        f'{{"kind": "written", "file_name": "x\\u0000", "delivery_id": "{NOBODY}"}}',
        f'{{"kind": "written", "file_name": "x", "delivery_id": "{NOBODY}", "clinic_id": "{NOBODY}"}}',
        f'{{"kind": "written", "file_name": "{"x" * 301}", "delivery_id": "{NOBODY}"}}',
    ],
    ids=range(13),
)  # fmt: skip
def test_a_delivery_that_does_not_say_what_it_is_is_refused(
    server: Server, terminal: Terminal, meta: str | None
) -> None:
    form: dict[str, Any] = {} if meta is None else {"meta": meta}
    answer = terminal.bridge.send("/api/bridge/files", form)
    refused(answer, "invalid_input", 422)
    assert kept(server) == []


@pytest.mark.parametrize("kind", ["written", "write_failed"])
def test_a_word_about_a_job_of_nobody_changes_nothing(server: Server, terminal: Terminal, kind: str) -> None:
    answer = terminal.send("OQSmuhvq01req_202607145001.xml", None, kind=kind, job_id=str(uuid4()))
    assert answer.status_code in (200, 404)
    assert (kept(server), terminal.jobs()) == ([], [])


@pytest.mark.shows("S-203", "F09")
def test_the_office_sees_how_the_bridge_and_its_folders_are(office: Somebody, terminal: Terminal) -> None:
    before = datetime.now(UTC)
    beat = _beat(folders={"req": "ok", "res": "missing", "face": "read_only"})
    answer = told(terminal.bridge.post("/api/bridge/heartbeat", beat))
    assert datetime.fromisoformat(answer["server_time"]) >= before
    now = told(office.get("/api/health/connection"))
    assert now["bridge"] == "connected"
    assert now["folders"] == {"req": "ok", "res": "missing", "face": "read_only"}
    assert "folder_unusable" in now["alarms"]


@pytest.mark.shows("S-203")
def test_each_light_tells_its_last_sign_what_waits_and_how_long_it_takes(office: Somebody, terminal: Terminal) -> None:
    flow = {"res": {"queue": 2, "latency_ms": 240}, "face": {"queue": 0, "latency_ms": None}}
    told(terminal.bridge.post("/api/bridge/heartbeat", _beat(flow=flow)))
    told(office.post(FETCH), 202)
    before = told(office.get("/api/health/connection"))["lights"]
    assert (before["bridge"]["state"], before["bridge"]["queue"], before["bridge"]["latency_ms"]) == ("working", 2, 240)
    assert before["terminal"] == {"state": "quiet", "last_at": None, "queue": 1, "latency_ms": None}
    assert before["reader"] == {"state": "quiet", "last_at": None, "queue": 0, "latency_ms": None}
    terminal.accept()
    card = answers.consented(people.record_of(people.SETTLED))
    content = answers.consented_list(card, at=datetime.now(UTC))
    assert terminal.send("OQSsiquc01res_face1.xml", content, kind="face").status_code == 200
    after = told(office.get("/api/health/connection"))["lights"]
    assert after["terminal"]["state"] == "working"
    assert after["terminal"]["last_at"] is not None
    assert after["terminal"]["latency_ms"] >= 0
    assert after["reader"]["state"] == "working"
    assert after["reader"]["last_at"] is not None


def test_a_heartbeat_tells_whether_there_is_work(office: Somebody, terminal: Terminal) -> None:
    assert told(terminal.bridge.post("/api/bridge/heartbeat", _beat()))["jobs_waiting"] is False
    told(office.post(FETCH), 202)
    assert told(terminal.bridge.post("/api/bridge/heartbeat", _beat()))["jobs_waiting"] is True


@pytest.mark.shows("F43")
@pytest.mark.parametrize(
    "more",
    [
        {"clinic_id": "x"}, {"folders": {"req": "fine"}}, {"folders": {"etc": "ok"}}, {"queue": -1}, {"clock": "x"},
        {"flow": {"req": {"queue": 0}}}, {"flow": {"res": {"queue": -1}}},
    ],
)  # fmt: skip
def test_a_heartbeat_says_only_what_was_agreed(terminal: Terminal, more: dict[str, Any]) -> None:
    refused(terminal.bridge.post("/api/bridge/heartbeat", _beat(**more)), "invalid_input", 422)


def _beat(**more: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat()
    folders = {"req": "ok", "res": "ok", "face": "ok"}
    return {"version": "0.1.0", "started_at": now, "folders": folders, "queue": 0, "clock": now} | more
