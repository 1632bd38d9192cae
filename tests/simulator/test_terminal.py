"""The terminal's manners with files: waiting, whole writes, foreign files, restarts (oqs-interface 2, A-03, A-16)."""

from __future__ import annotations

import os
from collections.abc import Callable

from tests.simulator.practice import Practice, eligibility_request, key_of, list_request, text

from otonai_simulator.config import Writing
from otonai_simulator.faults import Fault, FaultKind


def test_pick_up_and_answer_take_their_time(practice: Practice) -> None:
    stem = practice.drop("OQSsiquc01", eligibility_request(key_of("settled")))
    request = practice.institutions[0].requests / f"{stem.replace('res_', 'req_')}.xml"
    practice.step()
    practice.later(0.2)
    assert request.exists()
    practice.later(0.1)
    assert not request.exists()
    practice.later(1.1)
    assert list(practice.res.iterdir()) == []
    practice.later(0.1)
    assert [path.name for path in practice.res.iterdir()] == [f"{stem}.xml"]


def test_a_request_still_being_written_is_left_until_it_rests(practice: Practice) -> None:
    content = eligibility_request(key_of("settled"))
    path = practice.institutions[0].requests / "OQSsiquc01req_202611235001.xml"
    path.write_bytes(content[:100])
    practice.step()
    practice.later(0.2)
    path.write_bytes(content)
    practice.later(0.2)
    assert path.exists()
    practice.later(0.3)
    practice.later(1.2)
    assert (practice.res / "OQSsiquc01res_202611235001.xml").exists()
    assert not list(practice.res.glob("*.err"))


def test_temporary_names_and_foreign_files_are_not_touched(practice: Practice) -> None:
    folder = practice.institutions[0].requests
    for name in ("OQSsiquc01req_202611235001.xml.tmp", "notes.txt", "delete.txt"):
        (folder / name).write_bytes(b"x")
    for _ in range(4):
        practice.later(1)
    assert sorted(path.name for path in folder.iterdir()) == [
        "OQSsiquc01req_202611235001.xml.tmp",
        "delete.txt",
        "notes.txt",
    ]


def test_a_restart_between_pick_up_and_answer_loses_nothing(practice: Practice) -> None:
    stem = practice.drop("OQSsiquc01", eligibility_request(key_of("settled")))
    practice.step()
    practice.later(0.3)
    assert list(practice.institutions[0].requests.iterdir()) == []
    practice.start()
    practice.later(1.2)
    assert (practice.res / f"{stem}.xml").exists()


def test_a_restart_while_an_answer_is_held_back_gives_it_at_once(practice: Practice) -> None:
    practice.simulator.faults.order(Fault(kind=FaultKind.SLOW, seconds=600))
    stem = practice.drop("OQSsiquc01", eligibility_request(key_of("settled")))
    for seconds in (0, 0.3, 1.2, 10):
        practice.later(seconds)
    assert list(practice.res.iterdir()) == []
    practice.start()
    practice.later(1)
    assert [path.name for path in practice.res.iterdir()] == [f"{stem}.xml"]


def test_consents_receptions_and_numbers_outlive_a_restart(practice: Practice) -> None:
    practice.consent("settled")
    number = text(practice.ask("OQSmuhvq01", list_request()), "ReceptionNumber")
    practice.simulator.center.set_reference_number("1319999990", "settled", "000164")
    practice.start()
    center = practice.simulator.center
    assert [consent.person for consent in center.consents()] == ["settled"]
    assert center.reception(number or "") is not None
    assert center.reference_number("1319999990", "settled") == "000164"


def test_no_temporary_file_stays_behind(practice: Practice) -> None:
    practice.ask("OQSsiquc01", eligibility_request(key_of("settled")))
    assert not list(practice.res.glob("*.tmp"))


def test_writing_straight_into_place_gives_the_same_bytes(practice_with: Callable[..., Practice]) -> None:
    practice = practice_with(writing=Writing.DIRECT)
    assert text(practice.ask("OQSsiquc01", eligibility_request(key_of("settled"))), "Name") == "在宅　静子"


def test_answers_nobody_fetched_are_removed_with_a_note(practice_with: Callable[..., Practice]) -> None:
    practice = practice_with(stay_minutes=1440)
    forgotten, fresh = practice.res / "OQSsiquc01res_1.xml", practice.res / "OQSsiquc01res_2.xml"
    for path, age in ((forgotten, 1441), (fresh, 10)):
        path.write_bytes(b"<XmlMsg/>")
        at = practice.now.timestamp() - age * 60
        os.utime(path, (at, at))
    practice.step()
    assert not forgotten.exists()
    assert fresh.exists()
    assert (practice.res / "DELFILE_20261123.txt").read_text("utf-8") == "OQSsiquc01res_1.xml\n"


def test_two_terminals_keep_to_their_own_folders(practice: Practice) -> None:
    practice.ask("OQSsiquc01", eligibility_request(key_of("settled")))
    assert list(practice.institutions[1].results.iterdir()) == []
