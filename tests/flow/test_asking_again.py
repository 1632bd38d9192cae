"""After a failure: what is asked again by itself, when, and what waits for the night or for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests import people
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, record_of

from otonai.domain.consent import ConsentKind
from otonai.domain.dates import JST
from otonai.flow.reread import reread
from otonai.flow.send_request import fetch_list
from otonai.store.session import writing
from otonai.store.tables import Clinic, HomeVisitRequest, TerminalMessage

LINKED = record_of(SETTLED, reference_number="000128")


@pytest.fixture
def story(small_story: Story) -> Story:
    """Times decide here, and no engine could change them."""
    return small_story


def until(story: Story, moment: datetime, every: timedelta = timedelta(minutes=1)) -> None:
    """Let the worker look at the clinic again and again up to a moment."""
    while story.now + every <= moment:
        story.now += every
        story.advance()
    story.now = moment
    story.advance()


def consented_chart(story: Story) -> UUID:
    """Linked, with a consent to drugs; the first question about them is on its way."""
    chart = story.chart(replace(SETTLED, reference_number=None))
    told = answers.agreed(ConsentKind.DRUG, at=story.now)
    story.fetch_list(record_of(SETTLED, consents=told))
    return chart


# --- 情報申請 ------------------------------------------------------------------------------------------------


@pytest.mark.shows("F59", "S-141", "S-160")
def test_sent_then_silent_within_a_minute_then_asked_anew_and_the_late_answer_still_counts(story: Story) -> None:
    chart = story.chart(SETTLED)
    first = story.ask()
    asked = story.newest_job("home_visit_list")
    story.written(asked)
    story.wait(seconds=60).advance()
    assert (story.request(first.id).state, story.request(first.id).reason) == ("failed", "no_answer")

    until(story, asked.created_at + timedelta(minutes=30), every=timedelta(minutes=5))
    second = story.requests()[-1]
    assert second.id != first.id
    assert story.newest_job("home_visit_list").file_name != asked.file_name, "a new question, never the old file"

    story.answer(asked, answers.acceptance("77", at=story.now))
    story.advance()
    assert story.request(first.id).state == "accepted"
    story.answer(story.newest_job("home_visit_fetch"), story.list_of(LINKED))
    story.advance()
    assert story.row().patient_id == chart


@pytest.mark.shows("F59", "S-160")
def test_a_terminal_that_stays_silent_all_day_is_asked_less_and_less_often_and_at_once_when_a_person_wants(
    story: Story,
) -> None:
    began = story.now
    story.advance()
    until(story, began + timedelta(hours=5), every=timedelta(minutes=5))
    gaps = [
        round((later.requested_at - before.requested_at) / timedelta(minutes=1))
        for before, later in zip(story.requests(), story.requests()[1:], strict=False)
    ]
    assert gaps == [30, 30, 30, 40, 60, 60]
    assert {r.reason for r in story.requests()[:-1]} == {"not_written"}
    before = len(story.requests())
    story.ask()
    assert len(story.requests()) == before + 1


def test_a_list_that_comes_ends_the_row_of_failures(story: Story) -> None:
    for _ in range(4):
        story.ask()
        story.wait(seconds=61).advance()
    story.fetch_list()
    fetched = story.requests()[-1]
    until(story, fetched.requested_at + timedelta(minutes=29), every=timedelta(minutes=10))
    assert story.requests()[-1].id == fetched.id
    until(story, fetched.requested_at + timedelta(minutes=30))
    assert story.requests()[-1].id != fetched.id


@pytest.mark.shows("S-168", "F60")
def test_nothing_is_begun_by_itself_while_the_terminal_restarts_at_four(story: Story) -> None:
    with writing(story.engine, story.clinic.id) as session:
        session.get_one(Clinic, story.clinic.id).terminal_restarts = True
    story.now = datetime(2026, 7, 15, 3, 45, tzinfo=JST)
    story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.now = datetime(2026, 7, 15, 3, 50, tzinfo=JST)
    until(story, datetime(2026, 7, 15, 4, 29, tzinfo=JST), every=timedelta(minutes=10))
    assert story.jobs("home_visit_fetch") == []
    assert len(story.requests()) == 1
    until(story, datetime(2026, 7, 15, 4, 30, tzinfo=JST))
    assert len(story.jobs("home_visit_fetch")) == 1


# --- 受付番号 ------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-044")
def test_a_center_that_is_busy_for_a_day_is_given_up_by_name(story: Story) -> None:
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    accepted_at = story.now
    story.answer(story.newest_job("home_visit_fetch"), answers.consented_list(at=story.now, segment="2"))
    story.advance()
    story.wait(seconds=5).advance()
    for hours in (1, 10, 23):
        story.now = accepted_at + timedelta(hours=hours)
        story.answer(story.newest_job("home_visit_fetch"), answers.consented_list(at=story.now, segment="2"))
        asked, busy_since = len(story.jobs("home_visit_fetch")), story.now
        story.advance()
        assert story.request(request.id).next_fetch_at == busy_since + timedelta(minutes=6 if hours == 1 else 10)
        story.wait(minutes=10).advance()
        assert len(story.jobs("home_visit_fetch")) == asked + 1
    story.wait(minutes=1)
    story.answer(story.newest_job("home_visit_fetch"), answers.consented_list(at=story.now, segment="2"))
    story.advance()
    story.now = accepted_at + timedelta(hours=24)
    story.advance()
    assert (story.request(request.id).state, story.request(request.id).reason) == ("failed", "reception_expired")


def test_a_person_who_fetches_an_expired_number_is_told_and_nothing_is_sent(story: Story) -> None:
    story.switch(automatic_requests=False)
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    story.answer(story.newest_job("home_visit_fetch"), answers.consented_list(at=story.now, segment="2"))
    story.wait(hours=25)
    with writing(story.engine, story.clinic.id) as session:
        row = session.get_one(HomeVisitRequest, (story.clinic.id, request.id))
        fetch_list(session, session.get_one(Clinic, story.clinic.id), row, story.now, story.cadence)
    assert (story.request(request.id).state, story.request(request.id).reason) == ("failed", "reception_expired")
    assert len(story.jobs("home_visit_fetch")) == 1


def test_reading_an_old_acceptance_again_sends_no_fetch_for_its_expired_number(story: Story) -> None:
    story.switch(automatic_requests=False)
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), b"<XmlMsg>not yet understood</XmlMsg>")
    refused = story.messages()[-1]
    assert story.request(request.id).state == "failed"
    acceptance = answers.acceptance("77", at=story.now)
    with writing(story.engine, story.clinic.id) as session:  # as if the reader had learnt to read it
        message = session.get_one(TerminalMessage, (story.clinic.id, refused.id))
        message.content = acceptance
        session.add(message)

    story.wait(days=3)
    (told,) = [each for each in reread(story.engine, story.now, apply=True) if each.now_read]
    assert (told.applied, told.expired) == ([], [refused.id])
    story.advance()
    assert story.jobs("home_visit_fetch") == []
    assert story.request(request.id).state == "failed"


@pytest.mark.parametrize("behind", [timedelta(days=-9), timedelta(days=9)])
def test_a_terminal_whose_clock_is_wrong_does_not_age_its_numbers(story: Story, behind: timedelta) -> None:
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now + behind))
    story.advance()
    assert story.request(request.id).state == "accepted"
    assert len(story.jobs("home_visit_fetch")) == 1


def test_an_acceptance_that_was_held_for_days_is_not_fetched_any_more(story: Story) -> None:
    story.switch(automatic_requests=False)
    request = story.ask()
    asked = story.newest_job("home_visit_list")
    story.written(asked)
    given = story.now
    story.wait(days=2)
    story.answer(asked, answers.acceptance("77", at=given))
    story.advance()
    assert (story.request(request.id).state, story.request(request.id).reason) == ("failed", "reception_expired")
    assert story.jobs("home_visit_fetch") == []


# --- drugs and checkups ---------------------------------------------------------------------------------------


@pytest.mark.shows("F59", "S-160")
def test_drugs_that_never_come_are_asked_for_less_and_less_often(story: Story) -> None:
    story.switch(automatic_requests=False)
    consented_chart(story)
    began = story.now
    until(story, began + timedelta(hours=4), every=timedelta(minutes=5))
    gaps = [
        round((later.created_at - before.created_at) / timedelta(minutes=1))
        for before, later in zip(story.jobs("drug"), story.jobs("drug")[1:], strict=False)
    ]
    assert gaps == [5, 10, 20, 40, 60, 60]


def test_an_answer_about_somebody_else_is_asked_for_once_a_day_or_when_the_chart_was_mended(story: Story) -> None:
    story.switch(automatic_requests=False)
    chart = consented_chart(story)
    stranger = record_of(people.WIFE)
    story.answer(story.newest_job("drug"), answers.drugs(stranger, "見本錠", at=story.now))
    story.advance()
    until(story, story.now + timedelta(hours=23), every=timedelta(minutes=30))
    assert len(story.jobs("drug")) == 1

    story.edit(chart, name_kana="ホウモン　ハナコ")
    story.advance()
    assert len(story.jobs("drug")) == 2


@pytest.mark.shows("S-160")
def test_a_copy_that_is_only_old_is_refreshed_in_the_night(story: Story) -> None:
    story.switch(automatic_requests=False)
    consented_chart(story)  # at 14:00
    story.answer(story.newest_job("drug"), answers.drugs(record_of(SETTLED), "見本錠", at=story.now))
    story.advance()
    morning = datetime(2026, 7, 15, 3, 45, tzinfo=JST)
    story.now = datetime(2026, 7, 14, 19, 59, tzinfo=JST)
    story.advance()
    assert len(story.jobs("drug")) == 1, "old by an hour after 20:00 only"
    story.now = datetime(2026, 7, 14, 20, 0, tzinfo=JST)
    story.advance()
    assert len(story.jobs("drug")) == 2
    story.answer(story.newest_job("drug"), answers.drugs(record_of(SETTLED), "見本散", at=story.now))
    story.advance()
    until(story, morning, every=timedelta(minutes=15))
    asked_in_the_night = len(story.jobs("drug"))
    story.answer(story.newest_job("drug"), answers.drugs(record_of(SETTLED), "見本液", at=story.now))
    story.now = datetime(2026, 7, 15, 7, 0, tzinfo=JST)
    until(story, datetime(2026, 7, 15, 19, 59, tzinfo=JST), every=timedelta(minutes=30))
    assert len(story.jobs("drug")) == asked_in_the_night, "never at opening hours"


def test_a_patient_who_is_visited_today_is_not_kept_waiting_for_the_night(story: Story) -> None:
    story.switch(automatic_requests=False)
    story.now = datetime(2026, 7, 14, 8, 0, tzinfo=JST)
    chart = consented_chart(story)
    story.visit(chart)
    story.answer(story.newest_job("drug"), answers.drugs(record_of(SETTLED), "見本錠", at=story.now))
    story.advance()
    until(story, datetime(2026, 7, 14, 14, 0, tzinfo=JST), every=timedelta(minutes=30))
    assert len(story.jobs("drug")) == 2
