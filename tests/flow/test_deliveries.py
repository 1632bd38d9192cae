"""One effect however often a file comes, in any order; and what is no answer of ours is kept but not believed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session
from tests import people
from tests.databases import known_clinics
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, WIFE, record_of

from otonai.domain.consent import ConsentKind
from otonai.flow import receive_result
from otonai.flow.receive_result import Receipt
from otonai.store.tables import TerminalJob

LINKED = record_of(SETTLED, reference_number="000128")


def _open_fetch(story: Story) -> TerminalJob:
    """An accepted request whose list is being asked for."""
    story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    return story.newest_job("home_visit_fetch")


# --- once --------------------------------------------------------------------------------------------------


@pytest.mark.shows("F05", "F19")
def test_the_same_delivery_told_twice_is_taken_once(story: Story) -> None:
    story.chart(SETTLED)
    job, content, delivery = _open_fetch(story), story.list_of(LINKED), uuid4()

    first = story.deliver(f"{job.expected_stem}.xml", content, delivery_id=delivery)
    again = story.deliver(f"{job.expected_stem}.xml", content, delivery_id=delivery)
    assert (first, again) == (Receipt("accepted"), Receipt("duplicate"))
    story.advance()
    after = story.deliver(f"{job.expected_stem}.xml", content, delivery_id=delivery)
    assert after == Receipt("duplicate")
    assert [m.file_name for m in story.messages()].count(f"{job.expected_stem}.xml") == 1


@pytest.mark.shows("F05")
@pytest.mark.parametrize("name", ["the same name", "OQSmuhvq02res_202607149999.xml", "OQSmuhvq02res_copy-of-it.xml"])
def test_the_same_file_again_changes_nothing_whatever_its_name(story: Story, name: str) -> None:
    chart = story.chart(SETTLED)
    job, content = _open_fetch(story), story.list_of(LINKED)
    story.answer(job, content)
    story.advance()
    row, patient, checks = story.row(), story.patient(chart), story.checks(chart)

    again = story.wait(minutes=1).deliver(f"{job.expected_stem}.xml" if name == "the same name" else name, content)
    story.advance()

    assert again == Receipt("duplicate", "same_content")
    assert (story.row(), story.patient(chart), story.checks(chart)) == (row, patient, checks)
    assert len(story.messages()) == 2


@pytest.mark.shows("F05")
def test_two_copies_that_arrive_before_either_is_read_have_one_effect(story: Story) -> None:
    chart = story.chart(SETTLED)
    job, content = _open_fetch(story), story.list_of(LINKED)
    story.answer(job, content)
    story.answer(job, content)
    story.advance()

    assert story.row().patient_id == chart
    assert len(story.checks(chart)) == 1
    assert [c.kind for c in story.history(chart)] == ["created", "linked"]


@pytest.mark.shows("F05")
def test_the_same_people_in_a_later_list_are_the_same_rows_and_no_new_check(story: Story) -> None:
    chart = story.chart(SETTLED)
    story.fetch_list(LINKED, record_of(WIFE))
    rows = [(r.id, r.version) for r in story.rows()]

    story.wait(minutes=40).fetch_list(record_of(WIFE), LINKED)

    assert [(r.id, r.version) for r in story.rows()] == rows
    assert len(story.checks(chart)) == 1


# --- order -------------------------------------------------------------------------------------------------

EARLIER = replace(LINKED, address="見本市旧町一番地", consents=answers.agreed(ConsentKind.DRUG, at=people.NOW))
LATER = replace(LINKED, consents=answers.agreed(at=people.NOW + timedelta(minutes=5), refused=[ConsentKind.DRUG]))


@pytest.mark.shows("F06")
@pytest.mark.parametrize("order", list(permutations((0, 1))))
def test_of_two_lists_the_one_that_the_center_made_last_counts_in_any_order(
    story: Story, order: tuple[int, ...]
) -> None:
    chart = story.chart(SETTLED)
    jobs = [_open_fetch(story), None]
    made = [people.NOW + timedelta(seconds=1), people.NOW + timedelta(minutes=5)]
    story.wait(minutes=10)
    jobs[1] = _open_fetch(story)
    told = [EARLIER, LATER]

    for i in order:
        job = jobs[i]
        assert job is not None
        story.wait(seconds=1).answer(job, story.list_of(told[i], at=made[i]))
        story.advance()

    row = story.row()
    assert row.confirmed_at == made[1]
    assert row.record["address"] == SETTLED.address
    assert [(c.kind, c.flag) for c in story.consents(chart)] == [("drug", "none")]
    assert story.patient(chart).last_checked_at == made[1]


# --- halves, strangers, attacks ----------------------------------------------------------------------------


@pytest.mark.shows("F04")
@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.99])
def test_a_half_written_file_is_answered_incomplete_and_taken_when_it_is_whole(story: Story, share: float) -> None:
    chart = story.chart(SETTLED)
    job, content = _open_fetch(story), story.list_of(LINKED)
    archived = len(story.messages())

    half = story.answer(job, content[: int(len(content) * share)])
    story.advance()
    assert half == Receipt("quarantined", "incomplete")
    assert len(story.messages()) == archived
    assert story.rows() == []

    assert story.answer(job, content) == Receipt("accepted")
    story.advance()
    assert story.row().patient_id == chart


@pytest.mark.shows("F14")
def test_a_list_of_another_institution_is_kept_apart_and_nobody_of_it_is_taken_in(story: Story) -> None:
    story.chart(SETTLED)
    job = _open_fetch(story)
    stranger = answers.consented_list(
        answers.consented(LINKED), at=story.now, institution=people.OTHER_INSTITUTION_CODE
    )
    story.answer(job, stranger)
    story.advance()

    kept = story.messages()[-1]
    assert (kept.outcome, kept.reason, kept.content) == ("quarantined", "other_institution", stranger)
    assert story.rows() == []
    assert [e.outcome for e in story.events("file_quarantined")] == ["other_institution"]
    assert Story(story.engine, known_clinics(story.engine).hinata).rows() == []

    story.answer(job, story.list_of(LINKED))
    story.advance()
    assert story.row().state == "confirmed", "our own answer is still welcome"


@pytest.mark.shows("F12")
def test_a_file_with_a_doctype_is_never_opened(story: Story) -> None:
    job = _open_fetch(story)
    bomb = story.list_of(LINKED).replace(b"<XmlMsg>", b'<!DOCTYPE x [<!ENTITY a "aa">]><XmlMsg>', 1)

    assert story.answer(job, bomb) == Receipt("quarantined", "doctype")
    story.advance()
    assert story.rows() == []
    assert story.messages()[-1].content == bomb
    assert (story.requests()[0].state, story.requests()[0].reason) == ("failed", "doctype")


@pytest.mark.shows("F10")
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_names_arrive_unharmed_in_either_encoding(story: Story, encoding: str) -> None:
    job = _open_fetch(story)
    told = replace(record_of(SETTLED), name="髙﨑　一郎")
    content = answers.consented_list(answers.consented(told), at=story.now, encoding=encoding)
    story.answer(job, content)
    story.advance()
    assert story.row().record["name"] == "髙﨑　一郎"


@pytest.mark.shows("F15")
@pytest.mark.parametrize("name", ["../../OQSmuhvq02res_202607145002.xml", "写真.xml", "OQSmuhvq02res_1.exe"])
def test_a_file_under_a_name_that_no_terminal_gives_is_kept_unread(story: Story, name: str) -> None:
    receipt = story.deliver(name, story.list_of(LINKED))
    story.advance()
    assert receipt == Receipt("quarantined", "unrecognised_name")
    assert story.rows() == []


def test_a_list_that_we_never_asked_for_is_archived_and_takes_no_effect(story: Story) -> None:
    assert story.deliver("OQSmuhvq02res_202607140007.xml", story.list_of(LINKED)) == Receipt("accepted")
    story.advance()
    (kept,) = story.messages()
    assert (kept.outcome, kept.job_id, kept.processed_at) == ("read", None, story.now)
    assert story.rows() == []


# --- refused and failed files ------------------------------------------------------------------------------


@pytest.mark.shows("S-140", "S-142")
def test_a_request_that_bounces_fails_with_the_words_of_the_program(story: Story) -> None:
    request = story.ask()
    job = story.newest_job("home_visit_list")
    words = "連携アプリでエラーが発生しました。"
    stem = job.file_name.removesuffix(".xml")
    assert story.deliver(f"{stem}.err", f"PLACEHOLDER-907\t{words}\r\n".encode("cp932")).outcome == "accepted"
    assert story.deliver(f"{stem}.xml", job.content).outcome == "accepted", "its own copy lies beside it"
    story.advance()

    failed = story.request(request.id)
    assert (failed.state, failed.reason) == ("failed", "bounced")
    assert failed.message is not None
    assert words in failed.message
    assert story.newest_job("home_visit_list").reason == "bounced"
    assert [e.outcome for e in story.events("terminal_failed")] == ["bounced"]


def test_an_answer_of_another_kind_under_an_awaited_name_is_named(story: Story) -> None:
    request = story.ask()
    job = story.newest_job("home_visit_list")
    story.deliver(f"{job.expected_stem}.pdf", b"%PDF-1.4\n...\n%%EOF\n")
    story.advance()
    assert (story.request(request.id).state, story.request(request.id).reason) == ("failed", "unexpected_answer")


@pytest.mark.shows("F37")
def test_a_file_that_the_bridge_could_not_write_fails_at_once_with_its_reason(story: Story) -> None:
    request = story.ask()
    job = story.newest_job("home_visit_list")
    told = story.deliver(job.file_name, None, kind="write_failed", job_id=job.id, reason="disk_full")
    assert told == Receipt("accepted")
    assert (story.request(request.id).state, story.request(request.id).reason) == ("failed", "disk_full")


def test_a_word_about_a_job_counts_once_and_only_for_a_job_of_this_clinic(story: Story) -> None:
    story.ask()
    job = story.newest_job("home_visit_list")
    neighbour = Story(story.engine, known_clinics(story.engine).hinata)

    assert neighbour.deliver(job.file_name, None, kind="written", job_id=job.id) == Receipt(
        "quarantined", "unknown_job"
    )
    assert story.deliver(job.file_name, None, kind="written", job_id=uuid4()) == Receipt("quarantined", "unknown_job")
    assert story.newest_job("home_visit_list").state == "waiting"
    assert story.written(job) == Receipt("accepted")
    assert story.written(job) == Receipt("duplicate")


@pytest.mark.shows("F02")
def test_a_server_that_stops_between_archive_and_reading_reads_on_when_it_is_back(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = story.chart(SETTLED)
    job = _open_fetch(story)
    story.answer(job, story.list_of(LINKED))

    def die(*_: object, **__: object) -> Callable[[], None]:
        raise SystemExit("killed here")

    with monkeypatch.context() as patch:
        patch.setattr("otonai.flow.receive_result.keep_people", die)
        with pytest.raises(SystemExit):
            story.advance()
    assert story.rows() == []
    assert story.messages()[-1].processed_at is None

    story.wait(seconds=30).advance()
    assert story.row().patient_id == chart
    assert len(story.checks(chart)) == 1


def test_one_file_that_cannot_be_read_holds_up_no_other(
    story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    chart = story.chart(SETTLED)
    job = _open_fetch(story)
    read_message = receive_result.read_message
    story.answer(job, story.list_of(record_of(WIFE)))
    story.answer(job, story.list_of(LINKED))
    bad = story.messages()[-2].id

    def fail_on_the_first(session: Session, clinic_id: UUID, message_id: UUID, *rest: Any) -> None:
        if message_id == bad:
            raise RuntimeError("nobody thought of this")
        read_message(session, clinic_id, message_id, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(receive_result, "read_message", fail_on_the_first)
        story.advance()
    assert story.row().patient_id == chart
    assert f"message={bad}" in caplog.text
    assert str(WIFE.name) not in caplog.text

    story.advance()
    assert len(story.rows()) == 2, "it waited in the archive and is read when it can be"
