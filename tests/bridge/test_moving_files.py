"""Whole stories with real folders and a real server: requests out, answers and card reader files in."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from tests.bridge.office import (
    ANSWER,
    LIST_ANSWER,
    LIST_REQUEST,
    REQUEST,
    Office,
    Terminal,
    answer_name,
    drop,
    eventually,
    face_name,
    request_name,
    sha256,
)
from tests.bridge.recording_server import RecordingServer

from otonai_bridge.folders import Folders, read_up_to


def test_a_request_goes_out_and_its_answer_comes_back(
    office: Office, server: RecordingServer, terminal: Terminal
) -> None:
    office.start()
    eventually(lambda: server.streams() == 1)
    job = server.offer(LIST_REQUEST, REQUEST)
    server.until(lambda: bool(server.of("answer")))
    office.wait_for("delete_delivered")
    assert terminal.taken == [(LIST_REQUEST, REQUEST)]
    assert [d.meta["job_id"] for d in server.of("written")] == [job]
    (answer,) = server.of("answer")
    assert answer.meta["job_id"] == job
    assert answer.meta["file_name"] == LIST_ANSWER
    assert office.names("req") == office.names("res") == []


@pytest.mark.parametrize("ending", ["xml", "pdf", "zip"])
def test_an_answer_may_be_a_document_or_an_archive(office: Office, server: RecordingServer, ending: str) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    content = ANSWER if ending == "xml" else b"%PDF-1.7 or PK\x03\x04 \x00\x81\xff"
    drop(office.res / LIST_ANSWER.replace("xml", ending), content)
    office.wait_for("delete_delivered")
    assert [d.content for d in server.of("answer")] == [content]


def test_a_bounced_request_comes_back_as_err_and_both_files_go(office: Office, server: RecordingServer) -> None:
    office.start()
    job = server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    drop(office.res / LIST_REQUEST, REQUEST)
    drop(office.res / LIST_REQUEST.replace(".xml", ".err"), b"OQSSIM0001\tlayout")
    office.wait_for("delete_bounced")
    (answer,) = server.of("answer")
    assert (answer.meta["file_name"], answer.meta["job_id"]) == (LIST_REQUEST.replace(".xml", ".err"), job)
    eventually(lambda: office.names("res") == [])


def test_a_bounced_copy_with_other_bytes_is_not_ours_to_delete(office: Office, server: RecordingServer) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    drop(office.res / LIST_REQUEST, b"<XmlMsg>of another program</XmlMsg>")
    drop(office.res / LIST_REQUEST.replace(".xml", ".err"), b"OQSSIM0001\tlayout")
    office.wait_for("delete_refused")
    assert office.names("res") == [LIST_REQUEST]


def test_a_card_reader_file_is_delivered_once_and_never_deleted(office: Office, server: RecordingServer) -> None:
    name = face_name(datetime.now(UTC))
    drop(office.face / name, ANSWER)
    office.start()
    server.until(lambda: bool(server.of("face")))
    office.stop()
    office.start()
    time.sleep(0.3)  # three rescans
    assert [d.content for d in server.of("face")] == [ANSWER]
    assert office.names("face") == [name]


def test_an_old_leftover_of_the_card_reader_is_not_delivered(office: Office, server: RecordingServer) -> None:
    today = face_name(datetime.now(UTC), 1)
    drop(office.face / face_name(datetime.now(UTC) - timedelta(days=30)), ANSWER)
    drop(office.face / today, REQUEST)
    office.start()
    office.wait_for("file_delivered")
    assert [d.meta["file_name"] for d in server.of("face")] == [today]


@pytest.mark.shows("F05")
def test_the_same_card_reader_file_under_a_new_name_is_noted_as_duplicate(
    office: Office, server: RecordingServer
) -> None:
    drop(office.face / face_name(datetime.now(UTC), 1), ANSWER)
    office.start()
    office.wait_for("file_delivered")
    drop(office.face / face_name(datetime.now(UTC), 2), ANSWER)
    office.wait_for("file_duplicate")
    assert len(server.of("face")) == 1
    assert len(office.names("face")) == 2


@pytest.mark.shows("F05")
def test_an_answer_that_comes_twice_is_delivered_once_and_deleted_twice(
    office: Office, server: RecordingServer
) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    for count in (1, 2):
        drop(office.res / LIST_ANSWER, ANSWER)
        office.wait_for("delete_delivered", count)
    assert len(server.of("answer")) == 1
    assert office.said("file_duplicate")


@pytest.mark.shows("F04")
def test_a_half_written_answer_is_watched_until_it_is_whole(office: Office, server: RecordingServer) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    with (office.res / LIST_ANSWER).open("wb", buffering=0) as stream:
        stream.write(ANSWER[:20])
        server.until(lambda: bool(server.of("answer")))
        assert server.of("answer")[0].outcome == "quarantined"
        assert office.names("res") == [LIST_ANSWER]
        stream.write(ANSWER[20:])
    office.wait_for("delete_delivered")
    assert server.of("answer")[-1].content == ANSWER
    assert server.of("answer")[-1].outcome == "accepted"


@pytest.mark.shows("F04")
def test_no_cut_of_a_slowly_written_answer_is_taken_for_the_whole(office: Office, server: RecordingServer) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    with (office.res / LIST_ANSWER).open("wb", buffering=0) as stream:
        for position in range(len(ANSWER)):
            stream.write(ANSWER[position : position + 1])
            time.sleep(0.002)
    office.wait_for("delete_delivered")
    accepted = [d.content for d in server.of("answer") if d.outcome == "accepted"]
    assert accepted == [ANSWER]


def test_an_answer_set_apart_by_the_server_stays_in_the_folder(office: Office, server: RecordingServer) -> None:
    server.judge = lambda meta, _: ("quarantined", "other_institution") if meta["kind"] == "answer" else None
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    drop(office.res / LIST_ANSWER, ANSWER)
    office.wait_for("file_delivered")
    time.sleep(0.3)
    assert len(server.of("answer")) == 1
    assert office.names("res") == [LIST_ANSWER]


def test_files_of_other_programs_are_neither_opened_nor_moved(office: Office, server: RecordingServer) -> None:
    foreign = {
        "res/OQSsiquc01res_202611230001.xml": b"another program's answer",
        "res/OQSsiquc01req_202611230001.err": b"another program's error",
        "res/DELFILE_20261123.txt": b"note of the clean-up",
        "res/" + LIST_ANSWER + ".bak": b"somebody is writing",
        "req/OQSsiquc01req_202611230002.xml": b"another program's request",
        "face/OQSprescription_20261123090000.xml": b"not a qualification",
        "face/trash.db": b"",
    }
    for name, content in foreign.items():
        (office.root / name).write_bytes(content)
    opened: list[str] = []

    def read(path: Path, cap: int) -> bytes:
        opened.append(path.name)
        return read_up_to(path, cap)

    office.start(folders=Folders(office.settings.folders, read=read))
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    drop(office.res / LIST_ANSWER, ANSWER)
    office.wait_for("delete_delivered")
    assert {name: (office.root / name).read_bytes() for name in foreign} == foreign
    assert set(opened) == {LIST_ANSWER}


@pytest.mark.shows("F59")
def test_an_answer_long_after_its_time_is_still_matched(office: Office, server: RecordingServer) -> None:
    office.start()
    job = server.offer(LIST_REQUEST, REQUEST, answer_by=(datetime.now(UTC) + timedelta(seconds=0.5)).isoformat())
    office.wait_for("request_confirmed")
    server.expected.clear()  # the server has stopped waiting
    time.sleep(0.6)
    office.stop()
    office.start()
    drop(office.res / LIST_ANSWER, ANSWER)
    office.wait_for("delete_delivered")
    assert [d.meta["job_id"] for d in server.of("answer")] == [job]


def test_an_answer_that_only_the_server_knows_of_is_delivered_but_not_deleted(
    office: Office, server: RecordingServer
) -> None:
    server.expected.add(answer_name(5077).removesuffix(".xml"))
    drop(office.res / answer_name(5077), ANSWER)
    office.start()
    office.wait_for("file_delivered")
    time.sleep(0.3)
    assert [d.meta["job_id"] for d in server.of("answer")] == [None]
    assert office.names("res") == [answer_name(5077)]


def test_many_requests_each_go_out_once(office: Office, server: RecordingServer, terminal: Terminal) -> None:
    server.offer_again = True  # as if every confirmation came too late
    for serial in range(5001, 5031):
        server.offer(request_name(serial), REQUEST + str(serial).encode(), quiet=True)
    office.start()
    server.until(lambda: len(server.effects("answer")) == 30)
    eventually(lambda: office.names("res") == [])
    assert sorted(name for name, _ in terminal.taken) == [request_name(s) for s in range(5001, 5031)]
    assert len(server.effects("written")) == 30
    assert server.effects("answer") == sorted(
        (answer_name(s), sha256(ANSWER + request_name(s).encode() + b"</XmlMsg>")) for s in range(5001, 5031)
    )


def _has_answers(server: RecordingServer, count: int) -> bool:
    return len(server.of("answer")) == count


def test_a_request_is_written_at_once_and_an_answer_delivered_when_it_has_settled(
    office: Office, server: RecordingServer
) -> None:
    office.settle_seconds = 0.3
    office.start(rescan_seconds=2.0)
    eventually(lambda: server.streams() == 1)
    office.wait_for("live_connected")
    writes, deliveries = [], []
    for serial in range(5001, 5006):
        began = time.monotonic()
        server.offer(request_name(serial), REQUEST)
        eventually((office.req / request_name(serial)).exists)
        writes.append(time.monotonic() - began)
        office.wait_for("request_confirmed", serial - 5000)
        began = time.monotonic()
        drop(office.res / answer_name(serial), ANSWER + str(serial).encode() + b"</XmlMsg>")
        server.until(partial(_has_answers, server, serial - 5000))
        deliveries.append(time.monotonic() - began)
    assert sorted(writes)[2] < 0.15, writes
    assert 0.3 <= sorted(deliveries)[2] < 0.6, deliveries
