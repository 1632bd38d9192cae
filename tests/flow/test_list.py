"""情報申請 → 受付番号 → 処理中 → list: every step is named, none is taken twice, and silence is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests import people
from tests.databases import known_clinics
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, record_of

from otonai.domain.consent import ConsentPeriod
from otonai.terminal.request import home_visit_list

LINKED = record_of(SETTLED, reference_number="000128")


@pytest.mark.shows("S-042", "S-043", "S-044", "S-047", "S-084", "S-098")
def test_one_afternoon_from_the_request_to_a_patient_confirmed_unchanged(story: Story) -> None:
    chart = story.chart(SETTLED)

    request = story.ask()
    assert (request.state, request.trigger) == ("requested", "automatic")
    assert (request.consent_from, request.consent_to) == (people.TODAY - timedelta(days=2), people.TODAY)

    asked = story.newest_job("home_visit_list")
    assert asked.file_name == "OQSmuhvq01req_202607145001.xml"
    assert story.written(asked).outcome == "accepted"
    assert story.wait(seconds=5).answer(asked, answers.acceptance("202607141400050007", at=story.now)).outcome == (
        "accepted"
    )
    story.advance()
    assert (story.request(request.id).state, story.request(request.id).reception_number) == (
        "accepted",
        "202607141400050007",
    )

    fetch = story.newest_job("home_visit_fetch")
    assert fetch.file_name == "OQSmuhvq02req_202607145002.xml"
    assert b"<ReceptionNumber>202607141400050007</ReceptionNumber>" in fetch.content
    story.wait(seconds=5).answer(fetch, story.list_of(LINKED))
    story.advance()

    found = story.request(request.id)
    assert (found.state, found.found, found.fetched_at) == ("fetched", 1, story.now)
    row = story.row()
    assert (row.match_outcome, row.patient_id, row.state, row.result) == ("linked", chart, "confirmed", "unchanged")
    assert row.match_reasons == ["reference_number_equal", "birth_date_equal"]
    assert [(c.checked_at, c.kind, c.validity) for c in story.checks(chart)] == [
        (story.now, "myna_home_visit", "valid")
    ]
    told = ["list_requested", "list_answered", "list_answered", "matched"]
    assert [e.action for e in story.events() if e.action in told] == told


@pytest.mark.shows("S-042")
def test_the_file_asks_for_the_days_in_the_clinics_name_and_nothing_else(story: Story) -> None:
    request = story.ask()
    job = story.newest_job("home_visit_list")

    expected = home_visit_list(
        institution_code=people.INSTITUTION_CODE,
        period=ConsentPeriod(people.TODAY - timedelta(days=2), people.TODAY),
        file_identifier=request.id.hex,
        day=people.TODAY,
        serial=5001,
    )
    assert (job.content, job.expected_stem) == (expected.content, expected.expected_stem)


@pytest.mark.shows("S-044")
def test_a_busy_center_is_asked_again_after_five_seconds_then_every_ten_and_never_earlier(story: Story) -> None:
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    first = story.newest_job("home_visit_fetch")

    for pause in (timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=10)):
        story.answer(story.newest_job("home_visit_fetch"), answers.consented_list(at=story.now, segment="2"))
        asked, busy_since = len(story.jobs("home_visit_fetch")), story.now
        assert story.advance() == busy_since + pause
        assert story.request(request.id).state == "processing"
        story.now = busy_since + pause - timedelta(milliseconds=1)
        story.advance()
        assert len(story.jobs("home_visit_fetch")) == asked
        story.now = busy_since + pause
        story.advance()
        story.advance()
        assert len(story.jobs("home_visit_fetch")) == asked + 1, "one question is open; no second one beside it"

    names = [j.file_name for j in story.jobs("home_visit_fetch")]
    assert names[0] == first.file_name
    assert len(set(names)) == 4


def test_an_empty_list_is_a_list(story: Story) -> None:
    request = story.fetch_list()
    assert (request.state, request.found) == ("fetched", 0)
    assert story.rows() == []


def test_an_answer_without_a_reception_number_means_not_accepted(story: Story) -> None:
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("", at=story.now))
    story.advance()

    failed = story.request(request.id)
    assert (failed.state, failed.reason, failed.message) == ("failed", "not_accepted", None)
    assert story.jobs("home_visit_fetch") == []


@pytest.mark.shows("S-140")
def test_a_refusal_by_the_center_keeps_its_code_and_words(story: Story) -> None:
    request = story.ask()
    words = "資格確認の対象期間が不正です。"
    refusal = answers.acceptance("", at=story.now, SegmentOfResult="9", ErrorCode="PLACEHOLDER-E01", ErrorMessage=words)
    story.answer(story.newest_job("home_visit_list"), refusal)
    story.advance()

    failed = story.request(request.id)
    assert (failed.state, failed.reason, failed.message) == ("failed", "PLACEHOLDER-E01", words)


@pytest.mark.shows("S-140")
def test_a_fetch_that_ends_abnormally_keeps_its_code_and_words(story: Story) -> None:
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    failure = answers.consented_list(
        at=story.now, segment="9", ErrorCode="PLACEHOLDER-E02", ErrorMessage="処理に失敗しました。"
    )
    story.answer(story.newest_job("home_visit_fetch"), failure)
    story.advance()

    failed = story.request(request.id)
    assert (failed.state, failed.reason, failed.message) == ("failed", "PLACEHOLDER-E02", "処理に失敗しました。")
    assert story.rows() == []


# --- silence -----------------------------------------------------------------------------------------------


@pytest.mark.shows("F59", "S-141")
def test_a_request_that_nobody_answers_is_named_at_its_minute_and_never_sent_again(story: Story) -> None:
    request = story.ask()
    asked = story.newest_job("home_visit_list")
    story.wait(seconds=3).written(asked)
    written_at = story.now

    story.now = written_at + timedelta(seconds=60) - timedelta(microseconds=1)
    story.advance()
    assert story.request(request.id).state == "requested"

    story.now = written_at + timedelta(seconds=60)
    story.advance()
    silent = story.request(request.id)
    assert (silent.state, silent.reason) == ("failed", "no_answer")
    assert [e.outcome for e in story.events("terminal_silent")] == ["no_answer"]
    assert [j.file_name for j in story.jobs()] == [asked.file_name]


@pytest.mark.shows("F59")
def test_a_request_that_the_bridge_never_wrote_is_told_apart_from_a_silent_terminal(story: Story) -> None:
    request = story.ask()
    story.wait(seconds=60).advance()
    assert (story.request(request.id).state, story.request(request.id).reason) == ("failed", "not_written")


@pytest.mark.shows("F59")
def test_an_answer_that_comes_after_the_silence_was_named_is_still_used(story: Story) -> None:
    chart = story.chart(SETTLED)
    request = story.ask()
    asked = story.newest_job("home_visit_list")
    story.written(asked)
    story.wait(minutes=5).advance()
    assert story.request(request.id).state == "failed"

    story.wait(minutes=10).answer(asked, answers.acceptance("77", at=story.now))
    story.advance()
    late = story.request(request.id)
    assert (late.state, late.reason) == ("accepted", None)

    fetch = story.newest_job("home_visit_fetch")
    story.written(fetch)
    story.wait(minutes=11).advance()
    assert (story.request(request.id).state, story.request(request.id).reason) == ("failed", "no_answer")
    story.wait(hours=3).answer(fetch, story.list_of(LINKED))
    story.advance()

    assert story.request(request.id).state == "fetched"
    assert story.request(request.id).reason is None
    assert story.row().patient_id == chart


# --- the cadence, as the flow keeps it ---------------------------------------------------------------------


def test_without_news_the_clinic_asks_every_half_hour(story: Story) -> None:
    story.fetch_list()
    fetched = story.requests()[0].requested_at

    story.now = fetched + timedelta(minutes=30) - timedelta(seconds=1)
    story.advance()
    assert len(story.requests()) == 1
    story.wait(seconds=1).advance()
    assert len(story.requests()) == 2


def test_a_clinic_that_switched_automatic_requests_off_asks_by_the_button_only(story: Story) -> None:
    story.switch(automatic_requests=False)
    story.wait(hours=5).advance()
    assert story.requests() == []

    request = story.ask()
    assert (request.trigger, request.requested_by) == ("person", story.office.id)
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    assert len(story.jobs("home_visit_fetch")) == 1, "what was asked for by a person is fetched without one"


def test_each_day_of_japan_begins_its_own_file_names(story: Story) -> None:
    story.ask()
    midnight = timedelta(hours=10)  # the story begins at 14:00 in Japan
    story.now += midnight - timedelta(seconds=1)
    story.ask()
    story.wait(seconds=1)
    story.ask()
    assert [j.file_name for j in story.jobs("home_visit_list")] == [
        "OQSmuhvq01req_202607145001.xml",
        "OQSmuhvq01req_202607145002.xml",
        "OQSmuhvq01req_202607155001.xml",
    ]


@pytest.mark.shows("F42")
def test_two_clinics_ask_for_themselves_and_number_their_own_files(story: Story) -> None:
    story.ask()
    other = Story(story.engine, known_clinics(story.engine).hinata)
    other.ask()
    (mine,), (theirs,) = story.jobs(), other.jobs()
    assert mine.file_name == theirs.file_name
    assert people.OTHER_INSTITUTION_CODE.encode() in theirs.content
    assert people.OTHER_INSTITUTION_CODE.encode() not in mine.content
