"""One bad chart or one bad file never holds up the rest of the clinic."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest
from tests import people
from tests.flow import answers
from tests.flow.story import Story

from otonai.domain.consent import ConsentKind
from otonai.flow import receive_result


def test_an_insurance_that_the_terminal_cannot_be_asked_about_is_named_and_stops_nobody_else(story: Story) -> None:
    card = people.family_card("01", card_symbol="🏥1")  # typed at the office; no character of the terminal's
    odd = replace(people.TURNED_75, reference_number="000311", coverages=(card,))
    ids = [story.chart(each) for each in (odd, people.SETTLED)]
    told = answers.agreed(ConsentKind.DRUG, at=story.now)
    story.fetch_list(
        people.record_of(people.TURNED_75, reference_number="000311", consents=told),
        people.record_of(people.SETTLED, reference_number="000128", consents=told),
    )
    document = story.document(ids[0], "drug")
    assert document is not None
    assert (document.state, document.reason) == ("failed", "unencodable_character")
    assert [j.patient_id for j in story.jobs("drug")] == [ids[1]]


@pytest.mark.shows("F50")
def test_a_file_that_cannot_be_written_down_waits_in_the_archive_while_others_go_on(
    small_story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    story = small_story
    request = story.ask()
    really = receive_result.read_message

    def burst(*_: Any, **__: Any) -> None:
        raise RuntimeError(people.SETTLED.name)

    monkeypatch.setattr(receive_result, "read_message", burst)
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("202607141400010001", at=story.now))
    with caplog.at_level(logging.ERROR):
        story.advance()
    assert f"clinic={story.clinic.id}" in caplog.text
    assert story.request(request.id).state == "requested"

    monkeypatch.setattr(receive_result, "read_message", really)
    story.advance()
    assert story.request(request.id).state == "accepted"
