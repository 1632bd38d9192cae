"""Faults on demand: each kind does what its name says, for the next N messages, from wherever it was ordered."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from lxml import etree
from tests.simulator.practice import (
    EVERYTHING,
    Practice,
    eligibility_request,
    fetch_request,
    key_of,
    list_request,
    text,
)

from otonai_simulator.__main__ import main
from otonai_simulator.distortion import STRANGER_CODE
from otonai_simulator.faults import Fault, FaultBook, FaultKind, fault_from
from otonai_simulator.people import person


def order(practice: Practice, kind: FaultKind, **more: object) -> None:
    practice.simulator.faults.order(fault_from({"kind": kind, **more}))


def dropped(practice: Practice, who: str = "settled") -> str:
    """A single request, up to the moment its answer is due."""
    stem = practice.drop("OQSsiquc01", eligibility_request(key_of(who)))
    for seconds in (0, 0.3, 1.2):
        practice.later(seconds)
    return stem


def present(practice: Practice) -> list[str]:
    return sorted(path.name for path in practice.res.iterdir())


def test_slow_comes_later(practice: Practice) -> None:
    order(practice, FaultKind.SLOW, seconds=30)
    stem = dropped(practice)
    practice.later(29)
    assert present(practice) == []
    practice.later(1)
    assert present(practice) == [f"{stem}.xml"]


def test_never_leaves_no_file_and_the_next_request_goes_right(practice: Practice) -> None:
    order(practice, FaultKind.NEVER)
    dropped(practice)
    practice.later(3600)
    assert present(practice) == []
    stem = dropped(practice)
    assert present(practice) == [f"{stem}.xml"]


def test_half_written_is_completed_in_place(practice: Practice) -> None:
    order(practice, FaultKind.HALF_WRITTEN, seconds=2)
    path = practice.res / f"{dropped(practice)}.xml"
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(path.read_bytes())
    practice.later(2)
    assert text(etree.fromstring(path.read_bytes()), "Name") == "在宅　静子"


def test_twice_brings_the_same_name_back_after_it_was_fetched(practice: Practice) -> None:
    order(practice, FaultKind.TWICE, seconds=1)
    path = practice.res / f"{dropped(practice)}.xml"
    first = path.read_bytes()
    path.unlink()
    practice.later(1)
    assert path.read_bytes() == first


def test_a_copy_comes_under_another_name(practice: Practice) -> None:
    order(practice, FaultKind.COPY, seconds=1)
    stem = dropped(practice)
    practice.later(1)
    assert present(practice) == [f"{stem}.xml", f"{stem}_copy.xml"]
    assert (practice.res / f"{stem}.xml").read_bytes() == (practice.res / f"{stem}_copy.xml").read_bytes()


def test_out_of_order_waits_for_the_next_answer(practice: Practice) -> None:
    order(practice, FaultKind.OUT_OF_ORDER, seconds=60)
    first = dropped(practice)
    assert present(practice) == []
    second = dropped(practice, "many_medicines")
    assert present(practice) == sorted([f"{first}.xml", f"{second}.xml"])


def test_out_of_order_does_not_wait_for_ever(practice: Practice) -> None:
    order(practice, FaultKind.OUT_OF_ORDER, seconds=60)
    stem = dropped(practice)
    practice.later(60)
    assert present(practice) == [f"{stem}.xml"]


def test_a_wrong_label_lies_about_utf_8(practice: Practice) -> None:
    order(practice, FaultKind.WRONG_LABEL)
    content = (practice.res / f"{dropped(practice, 'variant_surname')}.xml").read_bytes()
    assert content.startswith(b'<?xml version="1.0" encoding="Shift_JIS"')
    assert b"<CharacterCodeIdentifier>1<" in content
    assert "髙橋　花江" in content.decode("utf-8")


def test_err_bounces_a_good_request(practice: Practice) -> None:
    order(practice, FaultKind.ERR)
    stem = dropped(practice).replace("res_", "req_")
    assert present(practice) == [f"{stem}.err", f"{stem}.xml"]


def test_zip_holds_the_one_xml_and_waits_for_a_fetch(practice: Practice) -> None:
    order(practice, FaultKind.ZIP)
    dropped(practice)
    assert [name.rpartition(".")[2] for name in present(practice)] == ["xml"]
    number = text(practice.ask("OQSmuhvq01", list_request()), "ReceptionNumber") or ""
    practice.later(20)
    stem = practice.drop("OQSmuhvq02", fetch_request(number))
    for seconds in (0, 0.3):
        practice.later(seconds)
    with zipfile.ZipFile(io.BytesIO((practice.res / f"{stem}.zip").read_bytes())) as archive:
        assert archive.namelist() == [f"{stem}.xml"]
        assert text(etree.fromstring(archive.read(f"{stem}.xml")), "SegmentOfResult") == "1"


def test_another_clinics_answer_carries_its_code(practice: Practice) -> None:
    order(practice, FaultKind.OTHER_CLINIC)
    answer = etree.fromstring((practice.res / f"{dropped(practice)}.xml").read_bytes())
    assert text(answer, "MedicalInstitutionCode") == STRANGER_CODE


def test_doctype_and_unknown_documents_are_well_formed(practice: Practice) -> None:
    order(practice, FaultKind.DOCTYPE)
    order(practice, FaultKind.UNKNOWN_XML)
    with_doctype = (practice.res / f"{dropped(practice)}.xml").read_bytes()
    unknown = (practice.res / f"{dropped(practice)}.xml").read_bytes()
    assert b"<!DOCTYPE XmlMsg" in with_doctype
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    assert etree.fromstring(with_doctype, parser).tag == "XmlMsg"
    assert etree.fromstring(unknown).tag == "Delivery"


def test_processing_failed_and_no_number_change_the_bulk_steps(practice: Practice) -> None:
    order(practice, FaultKind.NO_RECEPTION_NUMBER)
    assert practice.ask("OQSmuhvq01", list_request()).find(".//ReceptionNumber") is None
    number = text(practice.ask("OQSmuhvq01", list_request()), "ReceptionNumber") or ""
    practice.later(20)
    order(practice, FaultKind.PROCESSING)
    order(practice, FaultKind.FAILED, family="OQSmuhvq02")
    segments = [text(practice.ask("OQSmuhvq02", fetch_request(number)), "SegmentOfResult") for _ in range(3)]
    assert segments == ["2", "9", "1"]


def test_the_reader_can_fail_without_a_file(practice: Practice) -> None:
    order(practice, FaultKind.READER_ERROR)
    reading = practice.simulator.reader.read_card(practice.institutions[0], person("settled"), items=EVERYTHING)
    assert (reading.file_name, reading.code) == (None, "001")
    assert list(practice.face.iterdir()) == []
    assert practice.simulator.center.consents() == ()


def test_an_order_counts_down_and_minds_the_family(practice: Practice) -> None:
    order(practice, FaultKind.ERR, times=2, family="YZK")
    assert practice.simulator.faults.take("OQSsiquc01", "1319999990") is None
    assert practice.simulator.faults.take("YZKsiquc01", "1319999990") is not None
    assert [fault.times for fault in practice.simulator.faults.orders()] == [1]
    assert practice.simulator.faults.take("YZKsiquc01", "1319999990") is not None
    assert practice.simulator.faults.orders() == ()


def test_an_order_can_be_for_one_institution(practice: Practice) -> None:
    order(practice, FaultKind.ERR, institution_code="1339999991")
    assert practice.simulator.faults.take("OQSsiquc01", "1319999990") is None
    assert practice.simulator.faults.take("OQSsiquc01", "1339999991") is not None


def test_a_fault_can_be_ordered_by_editing_the_file(practice: Practice) -> None:
    path = practice.settings.state_dir / "faults.json"
    path.write_text(json.dumps({"faults": [{"kind": "never"}]}), "utf-8")
    assert practice.simulator.faults.orders() == (Fault(kind=FaultKind.NEVER),)


@pytest.mark.parametrize("damaged", ["{", "[]", '{"faults": [{"kind": "unheard"}]}', '{"faults": [{}]}'])
def test_a_file_that_cannot_be_read_counts_as_no_fault_and_is_kept(practice: Practice, damaged: str) -> None:
    path = practice.settings.state_dir / "faults.json"
    path.write_text(damaged, "utf-8")
    assert practice.simulator.faults.take("OQSsiquc01", "1319999990") is None
    assert path.read_text("utf-8") == damaged


def test_a_fault_can_be_ordered_by_command(practice: Practice, capsys: pytest.CaptureFixture[str]) -> None:
    state = str(practice.settings.state_dir)
    assert main(["fault", "slow", "--times", "3", "--family", "TKK", "--seconds", "5", "--state", state]) == 0
    assert capsys.readouterr().out == "slow\ttimes=3\tfamily=TKK\n"
    assert FaultBook(practice.settings.state_dir).orders() == (
        Fault(kind=FaultKind.SLOW, times=3, family="TKK", seconds=5.0),
    )
    assert main(["fault", "--clear", "--state", state]) == 0
    assert practice.simulator.faults.orders() == ()
