"""File names: what is ours, what it means, and that nothing else passes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.terminal.messages import FACE

from otonai.domain.errors import Invalid
from otonai.terminal import names
from otonai.terminal.outcome import Outcome, Reason
from otonai.terminal.result import read


@pytest.mark.parametrize(
    ("file_name", "family", "step", "direction", "extension"),
    [
        ("OQSmuhvq01req_202611230501.xml", "OQSmuhvq01", 1, "req", "xml"),
        ("OQSmuhvq02res_202611230501.zip", "OQSmuhvq02", 2, "res", "zip"),
        ("OQSsiquc01res_2026112300042.XML", "OQSsiquc01", 1, "res", "xml"),
        ("YZKsiquc01res_022611230501P000123.pdf", "YZKsiquc01", 1, "res", "pdf"),
        ("OQSsiimm01req_202611235001.err", "OQSsiimm01", 1, "req", "err"),
    ],
)
def test_a_name_tells_family_step_and_direction(
    file_name: str, family: str, step: int, direction: str, extension: str
) -> None:
    name = names.parse(file_name)

    assert name is not None
    assert (name.family, name.step, name.direction, name.extension) == (family, step, direction, extension)
    assert name.stem == file_name.rpartition(".")[0]


def test_a_reader_file_tells_its_time_and_institution() -> None:
    name = names.parse(FACE)

    assert name is not None
    assert name.is_face
    assert name.stamped_at == datetime(2026, 11, 23, 0, 15, 30, tzinfo=UTC)
    assert name.institution_code == "1319999990"


def test_a_reader_file_without_the_middle_part_is_one_too() -> None:
    name = names.parse("OQSsiquc01res_face_20261123091530.xml")

    assert name is not None
    assert name.is_face
    assert name.institution_code is None


def test_the_answer_stands_under_the_requests_name_with_res_for_req() -> None:
    assert names.expected_stem("OQSmuhvq01req_202611235001.xml") == "OQSmuhvq01res_202611235001"
    with pytest.raises(Invalid, match="not the name of a request"):
        names.expected_stem("OQSmuhvq01res_202611235001.xml")


def test_our_names_use_the_agreed_serials_only() -> None:
    day = date(2026, 11, 23)

    assert names.request_file_name("OQSmuhvq01", day, 5001) == "OQSmuhvq01req_202611235001.xml"
    assert names.request_file_name("YZKsiquc01", day, 9999) == "YZKsiquc01req_202611239999.xml"
    for serial in (0, 1, 5000, 10000):
        with pytest.raises(Invalid) as refusal:
            names.request_file_name("OQSmuhvq01", day, serial)
        assert refusal.value.code == "serial_out_of_range"
    with pytest.raises(Invalid):
        names.request_file_name("OQSmuhvq", day, 5001)


@pytest.mark.shows("F15")
@pytest.mark.parametrize(
    "file_name",
    [
        "",
        "../OQSsiquc01res_202611230501.xml",
        "..\\OQSsiquc01res_202611230501.xml",
        "OQSsiquc01res_../../x.xml",
        "OQSsiquc01res_2026\x00.xml",
        "OQSsiquc01res_202611230501.xml\n",
        "OQSsiquc01res_" + "1" * 300 + ".xml",
        "OQSsiquc01res_２０２６.xml",
        "OQSsiquc01res_202611230501.xml.exe",
        "CON.xml",
        "DELFILE_20261123.txt",
        "del20261123.txt",
        "OQSsiquc01res_.xml",
        "oqssiquc01res_202611230501.xml",
    ],
)
def test_names_outside_the_grammar_are_nobodys(file_name: str) -> None:
    assert names.parse(file_name) is None
    outcome = read(b"<XmlMsg/>", file_name)
    assert (outcome.outcome, outcome.reason) == (Outcome.QUARANTINED, Reason.UNRECOGNISED_NAME)


@pytest.mark.parametrize(
    "file_name", ["EPSsiabc01res_202611230501.xml", "PMHsimsm01res_202611230501.xml", "OQSsihvd01res_202611230501.xml"]
)
def test_neighbouring_families_are_recognised_and_left_alone(file_name: str) -> None:
    outcome = read(b"<XmlMsg/>", file_name)

    assert (outcome.outcome, outcome.reason) == (Outcome.QUARANTINED, Reason.UNSUPPORTED_FAMILY)


@pytest.mark.shows("F15")
@settings(derandomize=True)
@given(st.text(max_size=60))
def test_no_name_raises_and_none_with_a_path_in_it_is_ours(file_name: str) -> None:
    name = names.parse(file_name)

    if name is not None:
        assert not set(file_name) & set("/\\:\x00")
