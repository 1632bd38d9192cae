"""Face files (oqs-interface 5, A-20)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from lxml import etree
from tests.simulator.practice import EVERYTHING, MINAMO, Practice, text

from otonai_simulator.config import FaceName
from otonai_simulator.faults import FaultKind, fault_from
from otonai_simulator.people import person
from otonai_simulator.person import ConsentItem
from otonai_simulator.reader import ReaderOutcome


def test_a_session_leaves_one_file_with_the_official_name(practice: Practice) -> None:
    reading = practice.simulator.reader.read_card(
        practice.institutions[0], person("card_run_out"), items=frozenset({ConsentItem.DRUG})
    )
    (path,) = practice.face.iterdir()
    assert path.name == reading.file_name
    assert re.fullmatch(r"OQSsiquc01res_face_1319999990[0-9a-f]{20}_20261123100000\.xml", path.name)
    root = etree.fromstring(path.read_bytes())
    assert text(root, "ReferenceClassification") == "1"
    assert root.find(".//QualificationConfirmSearchInfo") is None
    assert root.findall("MessageBody/*")[0].tag == "ResultList"
    assert text(root, "PharmacistsInfoConsTime") == "20261123100000"
    assert text(root, "PharmacistsInfoAvailableTime") == "20261124100000"
    assert text(root, "DiagnosisInfoConsFlg") == "0"


def test_the_reference_number_comes_along_once_registered(practice: Practice) -> None:
    practice.simulator.center.set_reference_number(MINAMO, "card_run_out", "000190")
    practice.simulator.reader.read_card(practice.institutions[0], person("card_run_out"), items=EVERYTHING)
    (path,) = practice.face.iterdir()
    assert text(etree.fromstring(path.read_bytes()), "ReferenceNumber") == "000190"


def test_the_short_name_style_can_be_chosen(practice_with: Callable[..., Practice]) -> None:
    practice = practice_with(face_name=FaceName.STAMP_ONLY)
    practice.simulator.reader.read_card(practice.institutions[0], person("settled"), items=EVERYTHING)
    assert [path.name for path in practice.face.iterdir()] == ["OQSsiquc01res_face_20261123100000.xml"]


def test_a_stale_file_carries_yesterdays_stamp(practice: Practice) -> None:
    practice.simulator.reader.read_card(
        practice.institutions[0], person("settled"), items=EVERYTHING, at=practice.now - timedelta(days=1)
    )
    (path,) = practice.face.iterdir()
    assert path.name.endswith("_20261122100000.xml")


def test_a_face_file_can_be_in_mid_write_and_doubled(practice: Practice) -> None:
    practice.simulator.faults.order(fault_from({"kind": FaultKind.HALF_WRITTEN, "family": "face"}))
    practice.simulator.faults.order(fault_from({"kind": FaultKind.COPY, "family": "face"}))
    for _ in range(2):
        practice.simulator.reader.read_card(practice.institutions[0], person("settled"), items=EVERYTHING)
    practice.later(5)
    contents = [path.read_bytes() for path in practice.face.iterdir()]
    assert len(contents) == 3
    assert all(etree.fromstring(content).tag == "XmlMsg" for content in contents)


def test_a_card_never_linked_to_an_insurance_leaves_no_file(practice: Practice) -> None:
    reading = practice.simulator.reader.read_card(practice.institutions[0], person("never_linked"), items=EVERYTHING)
    assert reading.outcome is ReaderOutcome.NOT_LINKED
    assert list(practice.face.iterdir()) == []
