"""A clinic of thousands: what is done for everybody is done for some at a time, and others get a turn between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, late_elderly, record_of

from otonai import flow
from otonai.domain.consent import ConsentKind
from otonai.flow import ask_inquiry, request_medical, send_request
from otonai.store import requests
from otonai.store.tables import AuditEvent, Inquiry

PEOPLE = 7


@pytest.fixture
def story(small_story: Story, monkeypatch: pytest.MonkeyPatch) -> Story:
    """Two at a time, so that seven people are many."""
    for step in (ask_inquiry, request_medical, send_request):
        monkeypatch.setattr(step, "AT_ONCE", 2)
    return small_story


EVERYBODY = [
    replace(
        SETTLED,
        chart_number=f"{number}",
        reference_number=f"{number}",
        coverages=(late_elderly(f"{31000 + number:08d}"),),
    )
    for number in range(500, 500 + PEOPLE)
]


def everybody_agrees(story: Story) -> None:
    """Seven charts are linked, and their drugs are asked for."""
    consents = answers.agreed(ConsentKind.DRUG, at=story.now, until=story.now + timedelta(days=3))
    for person in EVERYBODY:
        story.chart(person)
    story.fetch_list(*(record_of(each, consents=consents, coverage=each.coverages[0]) for each in EVERYBODY))


def test_everybody_is_asked_for_once_and_no_transaction_holds_more_than_some(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    asking = request_medical.ask

    def ask(*told: object) -> int:
        held.append(asking(*told))  # type: ignore[arg-type]
        return held[-1]

    monkeypatch.setattr(flow.request_medical, "ask", ask)
    everybody_agrees(story)
    assert held == [2, 2, 2, 1]
    assert len({job.patient_id for job in story.jobs("drug")}) == len(story.jobs("drug")) == PEOPLE
    story.advance()
    assert len(story.jobs("drug")) == PEOPLE, "what waits is not asked for again"

    # And when the terminal says nothing, each silence is named.
    story.wait(hours=1).advance()
    silent = story.look(lambda s: s.exec(select(AuditEvent).where(AuditEvent.action == "terminal_silent")).all())
    assert len({event.subject for event in silent}) >= PEOPLE
    assert {job.state for job in story.jobs("drug") if job.created_at < story.now} == {"unanswered"}


@pytest.mark.shows("S-151", "S-152")
def test_everybody_of_the_day_is_asked_about_once(story: Story) -> None:
    story.switch(automatic_inquiries=True)
    for person in EVERYBODY:
        story.visit(story.chart(person))
    for _ in range(2):
        story.advance()
        asked = story.look(lambda s: s.exec(select(Inquiry).order_by(col(Inquiry.patient_id))).all())
        assert len({inquiry.patient_id for inquiry in asked}) == len(asked) == PEOPLE


def test_medical_information_leaves_the_last_file_names_of_the_day_to_lists_and_inquiries(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = request_medical.KEPT_SERIALS
    used = story.look(lambda s: requests.serials_left(s, story.clinic.id, story.now))
    assert used > kept
    monkeypatch.setattr(requests, "LAST_SERIAL", requests.LAST_SERIAL - used + kept + 5)
    everybody_agrees(story)
    files = len(story.jobs("drug"))
    assert 0 < files < PEOPLE, "as many as there were names for"
    assert story.ask().state == "requested", "a list can still be asked for"
    story.wait(hours=17).advance()
    wanted = {job.patient_id for job in story.jobs("drug")}
    assert len(wanted) == PEOPLE, "the others have their turn on the next day"
