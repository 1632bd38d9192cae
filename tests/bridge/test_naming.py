"""File names: which are ours, which are dangerous, and what a log may say of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai_bridge import naming


@pytest.mark.parametrize(
    ("request_name", "answer"),
    [
        ("OQSmuhvq01req_202611235001.xml", "OQSmuhvq01res_202611235001"),
        ("YZKsiquc01req_2026112350011234.xml", "YZKsiquc01res_2026112350011234"),
        ("OQSmuhvq01res_202611235001.xml", None),
        ("OQSmuhvq01req_202611235001.pdf", None),
    ],
)
def test_the_answer_has_the_name_of_the_request(request_name: str, answer: str | None) -> None:
    assert naming.answer_stem_of(request_name) == answer
    if answer:
        assert naming.bounced_stem_of(answer) == naming.stem(request_name)


@pytest.mark.parametrize(
    ("name", "stamp"),
    [
        ("OQSsiquc01res_face_20261123140000.xml", "2026-11-23T14:00:00+09:00"),
        ("OQSsiquc01res_face_1319999990aabbccddeeff00112233_20261123140000.xml", "2026-11-23T14:00:00+09:00"),
        ("oqssiquc01res_FACE_20261123140000.XML", "2026-11-23T14:00:00+09:00"),
        ("OQSsiquc01res_face_20261341990000.xml", None),
        ("OQSsiquc01res_202611235001.xml", None),
        ("OQSsiquc01res_face_20261123140000.xml.tmp", None),
    ],
)
def test_a_card_reader_file_tells_its_time(name: str, stamp: str | None) -> None:
    found = naming.face_stamp(name)
    assert (found.isoformat() if found else None) == stamp


def test_a_temporary_name_is_stable_and_not_a_request() -> None:
    name = naming.temporary_name("OQSmuhvq01req_202611235001.xml", "job-1")
    assert name == naming.temporary_name("OQSmuhvq01req_202611235001.xml", "job-1")
    assert not name.endswith(".xml")
    assert name != naming.temporary_name("OQSmuhvq01req_202611235001.xml", "job-2")


def test_a_label_keeps_the_family_and_hides_the_rest() -> None:
    assert re.fullmatch(r"YZKsiquc01res#[0-9a-f]{8}", naming.label("YZKsiquc01res_2026112300012345.xml"))
    assert re.fullmatch(
        r"OQSsiquc01res_face#[0-9a-f]{8}", naming.label("OQSsiquc01res_face_1319999990_20261123140000.xml")
    )
    assert re.fullmatch(r"other#[0-9a-f]{8}", naming.label("山田太郎.xml"))


@pytest.mark.shows("F15")
@given(st.text(max_size=300) | st.from_regex(r"\A[A-Za-z0-9._\-/\\: \x00-\x1f]{0,140}\Z"))
def test_no_text_passes_as_a_request_name_but_the_plain_form(name: str) -> None:
    if naming.request_name_problem(name) is None:
        assert re.fullmatch(r"[A-Z]{3}[a-z]{5}[0-9]{2}req_[0-9A-Za-z]{1,64}\.xml", name)
        assert len(name) <= naming.LONGEST_NAME
