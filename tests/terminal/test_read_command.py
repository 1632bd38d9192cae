"""`otonai terminal read`: one line per file, whatever the file is, and no need for a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.terminal.messages import (
    ACCEPTANCE,
    CHECKUPS,
    DRUGS,
    FACE,
    HARU,
    ICHIRO,
    LIST,
    SINGLE,
    consented_list,
    header,
    message,
    record,
    single,
    tag,
    tags,
    unit,
)
from typer.testing import CliRunner

from otonai.terminal.envelope import MAX_BYTES
from otonai.terminal_cli import terminal_commands

KEYS = ["file", "family", "direction", "outcome", "reason", "reception_number", "validity", "records"]
RECORD_KEYS = ["name", "name_kana", "birth_date", "sex", "insurer_number", "card_symbol", "card_number"]
Put = Callable[[str, bytes], str]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes one file of the terminal and gives its path."""

    def write(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return write


def lines(*files: str, options: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and the lines of one run."""
    done = CliRunner().invoke(terminal_commands, ["read", *options, *files])
    return done.exit_code, [json.loads(line) for line in done.stdout_bytes.decode("utf-8").splitlines()]


def line(file: str) -> dict[str, Any]:
    """The only line of a run about one file."""
    code, (found,) = lines(file)
    assert code == (0 if found["outcome"] == "read" else 1)
    assert list(found) == [*KEYS, "unknown_elements"]
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_a_list_is_one_line_with_every_person(put: Put, encoding: str) -> None:
    found = line(put(LIST, consented_list(encoding)))

    assert [found[key] for key in KEYS[1:7]] == [
        "OQSmuhvq02", "response", "read", None, "202611231900050007", "valid",
    ]  # fmt: skip
    haru, ichiro = found["records"]
    assert list(haru) == [*RECORD_KEYS, "branch_number", "reference_number", "consents", "unsafe_fields"]
    assert [haru[key] for key in RECORD_KEYS] == [
        "髙橋　ハル", "タカハシ　ハル", "1940-10-11", "female", "39139999", None, "00067890",
    ]  # fmt: skip
    assert haru["consents"][1] == {
        "kind": "drug", "flag": "given", "consented_at": "2026-11-18T10:15:00+09:00", "available_until": None,
    }  # fmt: skip
    assert (ichiro["insurer_number"], ichiro["branch_number"], ichiro["reference_number"]) == ("138999", "01", "24020")
    assert (haru["unsafe_fields"], ichiro["unsafe_fields"]) == ([], ["address"])
    assert found["unknown_elements"] == []


def test_what_is_not_delivered_is_null_and_what_is_unknown_is_named(put: Put) -> None:
    found = line(put(SINGLE, message(tag("ResultList", record({"NewThing": "x"})) + tag("QualificationValidity", "8"))))

    assert found["validity"] == "unknown"
    assert found["unknown_elements"] == ["NewThing"]
    (person,) = found["records"]
    assert {key: value for key, value in person.items() if value is not None} == {"consents": [], "unsafe_fields": []}


@pytest.mark.parametrize(
    ("file_name", "data", "reason"),
    [
        (LIST, message("", header(SegmentOfResult="9")), "failed"),
        (LIST, message("", header(SegmentOfResult="2")), "processing"),
        (LIST, message(""), "empty_list"),
        (ACCEPTANCE, message(""), "not_accepted"),
        (SINGLE, message(tag("ProcessingResultStatus", "2")), "person_error"),
        (SINGLE, message(tag("QualificationValidity", "4")), "no_record"),
        (SINGLE, message(tag("ResultList", record(HARU)), header(SegmentOfResult="9")), "failed"),
        (DRUGS, message("", header(ResultCode="9")), "refused"),
        (CHECKUPS, message("", header(ResultCode="1")), "no_information"),
        (DRUGS.replace("xml", "pdf"), b"%PDF-1.7\n%%EOF", "pdf"),
        (LIST.replace("02res", "01req").replace("xml", "err"), "OQSSIM1001\t項目".encode(), "bounced"),
    ],
)
def test_an_answer_without_people_is_read_and_says_why(put: Put, file_name: str, data: bytes, reason: str) -> None:
    found = line(put(file_name, data))

    assert (found["outcome"], found["reason"], found["records"]) == ("read", reason, [])


@pytest.mark.parametrize(
    ("file_name", "data", "outcome", "reason"),
    [
        (LIST, consented_list()[:-5], "incomplete", "cut_short"),
        (LIST, b"", "incomplete", "cut_short"),
        (LIST, b"<!DOCTYPE x><XmlMsg/>", "quarantined", "doctype"),
        (LIST, b"hello", "quarantined", "not_xml"),
        (LIST, bytes(MAX_BYTES + 1), "quarantined", "too_large"),
        ("notes.txt", b"hello", "quarantined", "unrecognised_name"),
        ("EPSsiabc01res_1.xml", b"<XmlMsg/>", "quarantined", "unsupported_family"),
        ("OQSsihvd01res_1.xml", single(HARU), "quarantined", "unsupported_family"),
    ],
)
def test_a_file_that_is_not_read_says_why(put: Put, file_name: str, data: bytes, outcome: str, reason: str) -> None:
    found = line(put(file_name, data))

    assert (found["outcome"], found["reason"], found["records"]) == (outcome, reason, [])


def test_people_who_differ_are_a_mixed_answer(put: Put) -> None:
    data = message(unit(record(HARU)) + unit(record(ICHIRO), validity="2") + unit(validity="4"))

    found = line(put(LIST, data))

    assert found["validity"] == "mixed"
    assert len(found["records"]) == 2


def test_a_zip_is_one_line_about_the_message_inside(put: Put, tmp_path: Path) -> None:
    file = tmp_path / LIST.replace("xml", "zip")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LIST, consented_list())

    assert line(str(file)) | {"file": ""} == line(put(LIST, consented_list())) | {"file": ""}


def test_a_zip_is_measured_unpacked(tmp_path: Path) -> None:
    file = tmp_path / LIST.replace("xml", "zip")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(LIST, b" " * (MAX_BYTES + 1))

    assert file.stat().st_size < 100_000
    assert line(str(file))["reason"] == "too_large"


def test_a_request_is_read_as_the_question_it_is(put: Put) -> None:
    key = {"InsurerNumber": "  138999", "InsuredIdentificationNumber": "7001", "Birthdate": "19540311"}
    head = tag("MessageHeader", tag("MedicalInstitutionCode", "1319999990"))

    found = line(put("OQSsiquc01req_202611235001.xml", message(tag("QualificationConfirmSearchInfo", tags(key)), head)))
    fetch = line(put("OQSmuhvq02req_202611235001.xml", message(tag("ReceptionNumber", "2026"), head)))
    listed = line(
        put(
            "OQSmuhvq01req_202611235001.xml",
            message(tag("QualificationConfirmSearchInfo", tag("ConsentDateFrom", "20261101")), head),
        )
    )

    assert (found["family"], found["direction"], found["reason"]) == ("OQSsiquc01", "request", None)
    assert found["records"][0]["insurer_number"] == "138999"
    assert found["records"][0]["birth_date"] == "1954-03-11"
    assert (fetch["reception_number"], fetch["records"]) == ("2026", [])
    assert (listed["outcome"], listed["records"]) == ("read", [])


def test_a_drug_file_shows_whom_it_is_about(put: Put) -> None:
    subject = tag(
        "QuaInf", tags({"Name": "髙橋　ハル", "KanaName": "ﾀｶﾊｼ ﾊﾙ", "Birth": "19401011", "AdmGendCode": "2"})
    )
    head = header(ResultCode="1").replace("</MessageHeader>", subject + "</MessageHeader>")
    rows = tag("MeTrMonthInf", tag("DiDateInf", tag("DrugInf", tag("DrugN", "見本錠"))))

    (person,) = line(put(DRUGS, message(rows, head)))["records"]

    assert [person[key] for key in RECORD_KEYS[:5]] == ["髙橋　ハル", "タカハシ　ハル", "1940-10-11", "female", None]


def test_what_is_no_file_is_a_line_and_the_others_are_read_all_the_same(put: Put, tmp_path: Path) -> None:
    missing, folder, good = str(tmp_path / LIST), str(tmp_path), put(FACE, single(HARU))
    closed = put(SINGLE, single(HARU))
    pipe = tmp_path / ACCEPTANCE
    if hasattr(os, "mkfifo"):
        os.mkfifo(pipe)

    code, found = lines(missing, folder, str(pipe), "a\x00b", good, closed)

    assert code == 1
    assert [each["reason"] for each in found] == ["unreadable_file"] * 4 + [None, None]
    assert [each["outcome"] for each in found] == ["quarantined"] * 4 + ["read", "read"]
    assert found[0] | {"file": ""} == {
        "file": "", "family": None, "direction": None, "outcome": "quarantined", "reason": "unreadable_file",
        "reception_number": None, "validity": None, "records": [], "unknown_elements": [],
    }  # fmt: skip


def test_the_switch_for_hardly_public_messages_is_off_by_default(put: Put) -> None:
    file = put("OQSsionq01res_202611235001.xml", single(HARU))

    assert lines(file)[0] == 1
    code, (found,) = lines(file, options=("--unpublished",))
    assert (code, found["outcome"], len(found["records"])) == (0, "read", 1)


def test_the_command_runs_alone_and_writes_utf_8_wherever_it_stands(put: Put) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OTONAI_")}
    environment |= {"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}

    done = subprocess.run(
        [sys.executable, "-m", "otonai", "terminal", "read", put(LIST, consented_list())],
        capture_output=True,
        env=environment,
        check=True,
    )

    assert json.loads(done.stdout.decode("utf-8"))["records"][0]["name"] == "髙橋　ハル"
    assert done.stderr == b""
