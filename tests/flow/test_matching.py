"""Which chart a consented person is: the words and states as they are stored, and that a person's choice stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from tests.databases import known_clinics
from tests.flow.story import Story
from tests.people import (
    HUSBAND,
    SETTLED,
    TEST_CHART,
    TURNED_75,
    TWIN_FIRST,
    TWIN_SECOND,
    family_card,
    late_elderly,
    record_of,
)

from otonai.domain.errors import Invalid
from otonai.domain.ledger import Act
from otonai.flow import match_patients

SWITCHED = record_of(TURNED_75, coverage=late_elderly("00451208", valid_from=date(2026, 7, 1)))


@pytest.fixture
def story(small_story: Story) -> Story:
    """The words are decided before any database is asked; the stories of the list play on both engines."""
    return small_story


@pytest.mark.shows("S-047", "S-109")
def test_a_person_under_our_own_number_is_linked(story: Story) -> None:
    chart = story.chart(SETTLED)
    story.fetch_list(record_of(SETTLED, reference_number="000128"))
    row = story.row()
    assert (row.match_outcome, row.patient_id, row.matched_by) == ("linked", chart, "rule")


@pytest.mark.shows("S-104")
def test_a_certain_person_without_a_number_is_matched_and_linked_by_itself(story: Story) -> None:
    chart = story.chart(replace(SETTLED, reference_number=None))
    story.fetch_list(record_of(SETTLED))
    row = story.row()
    assert (row.match_outcome, row.patient_id, row.state, row.result) == ("matched", chart, "confirmed", "unchanged")
    assert story.patient(chart).linked
    assert [c.kind for c in story.history(chart)] == ["created", "linked"]


def test_with_the_switch_off_a_certain_person_waits_for_somebody(story: Story) -> None:
    story.switch(link_by_itself=False)
    chart = story.chart(replace(SETTLED, reference_number=None))
    story.fetch_list(record_of(SETTLED))
    row = story.row()
    assert (row.match_outcome, row.patient_id, row.state, row.result) == ("matched", chart, "unconfirmed", None)
    assert not story.patient(chart).linked
    assert story.checks(chart) == []
    assert story.consents(chart) == []


def test_with_the_switch_off_who_is_linked_already_is_still_confirmed(story: Story) -> None:
    story.switch(link_by_itself=False)
    story.chart(SETTLED)
    story.fetch_list(record_of(SETTLED, reference_number="000128"))
    assert (story.row().match_outcome, story.row().state) == ("linked", "confirmed")


@pytest.mark.shows("S-106")
def test_somebody_with_another_insurance_is_proposed_and_nothing_is_written(story: Story) -> None:
    chart = story.chart(TURNED_75)
    before = story.ledger(chart)
    story.fetch_list(SWITCHED)
    row = story.row()
    assert (row.match_outcome, row.patient_id, row.state) == ("proposed", chart, "needs_check")
    assert row.match_reasons == ["birth_date_equal", "kana_equal", "insurance_differs"]
    assert story.ledger(chart) == before
    assert not story.patient(chart).linked


@pytest.mark.shows("S-132", "F58")
def test_twins_on_one_card_are_ambiguous_and_both_are_named(story: Story) -> None:
    first, second = story.chart(TWIN_FIRST), story.chart(TWIN_SECOND)
    story.fetch_list(record_of(TWIN_FIRST, name_kana=None, name="試験　●子"))
    row = story.row()
    assert (row.match_outcome, row.patient_id, row.state) == ("ambiguous", None, "needs_check")
    assert {UUID(c["patient_id"]) for c in row.candidates} == {first, second}
    assert not story.patient(first).linked
    assert not story.patient(second).linked


@pytest.mark.shows("S-132")
def test_twins_told_apart_by_branch_are_each_matched(story: Story) -> None:
    first = story.chart(replace(TWIN_FIRST, coverages=(family_card("02"),)))
    second = story.chart(replace(TWIN_SECOND, coverages=(family_card("03"),)))
    story.fetch_list(
        record_of(TWIN_FIRST, coverage=family_card("02")), record_of(TWIN_SECOND, coverage=family_card("03"))
    )
    assert {r.patient_id for r in story.rows()} == {first, second}
    assert {r.match_outcome for r in story.rows()} == {"matched"}


@pytest.mark.shows("S-092")
def test_a_number_of_ours_on_somebody_elses_birthday_is_conflicting_and_links_nobody(story: Story) -> None:
    chart = story.chart(SETTLED)
    story.fetch_list(record_of(SETTLED, reference_number="000128", birth_date=date(1938, 4, 4)))
    row = story.row()
    assert (row.match_outcome, row.state) == ("conflicting", "needs_check")
    assert row.match_reasons == ["reference_number_equal", "birth_date_differs"]
    assert story.checks(chart) == []


@pytest.mark.shows("S-065", "S-077")
def test_nobody_in_the_ledger_means_a_new_person_and_the_test_chart_is_nobody(story: Story) -> None:
    story.chart(TEST_CHART)
    story.fetch_list(record_of(SETTLED))
    row = story.row()
    assert (row.match_outcome, row.patient_id, row.state) == ("new", None, "unconfirmed")


@pytest.mark.shows("F42")
def test_the_same_person_at_the_neighbours_is_nobody_here(story: Story) -> None:
    neighbour = Story(story.engine, known_clinics(story.engine).hinata)
    theirs = neighbour.chart(SETTLED)
    story.fetch_list(record_of(SETTLED, reference_number="000128"))
    assert story.row().match_outcome == "new"
    assert neighbour.checks(theirs) == []


def test_a_chart_made_later_is_found_without_anybody_asking(story: Story) -> None:
    story.fetch_list(record_of(SETTLED))
    waiting = story.row()
    assert waiting.match_outcome == "new"

    chart = story.wait(minutes=1).chart_at_reception(SETTLED)
    story.advance()
    row = story.row()
    assert (row.id, row.match_outcome, row.patient_id) == (waiting.id, "matched", chart)


# --- a person's choice ---------------------------------------------------------------------------------------


def _ambiguous(story: Story) -> tuple[UUID, UUID]:
    first, second = story.chart(TWIN_FIRST), story.chart(TWIN_SECOND)
    story.fetch_list(record_of(TWIN_FIRST, name_kana=None, name="試験　●子"))
    return first, second


def test_a_choice_by_a_person_links_nothing_until_they_act_and_survives_every_advance(story: Story) -> None:
    first, second = _ambiguous(story)
    story.choose(story.row().id, second)
    story.wait(hours=1).advance()
    story.chart_at_reception(HUSBAND)
    story.advance()

    row = story.row()
    assert (row.patient_id, row.matched_by, row.match_outcome) == (second, "person", "matched")
    assert not story.patient(second).linked
    assert not story.patient(first).linked
    assert [e.outcome for e in story.events("chart_chosen")] == ["chosen"]


@pytest.mark.shows("F06")
def test_a_chart_named_by_acting_on_it_stays_when_newer_facts_arrive(story: Story) -> None:
    _, second = _ambiguous(story)
    story.decide(story.row().id, second, Act.CANCEL)
    story.wait(hours=2).fetch_list(record_of(TWIN_FIRST, name_kana=None, name="試験　●子", address="見本市新町九丁目"))
    row = story.row()
    assert (row.patient_id, row.match_outcome != "ambiguous") == (second, True)
    assert len(story.checks(second)) == 2


def test_none_of_these_stays_none_of_these(story: Story) -> None:
    first, _ = _ambiguous(story)
    story.choose(story.row().id, None)
    story.chart_at_reception(HUSBAND)
    story.wait(hours=1).advance()
    row = story.row()
    assert (row.patient_id, row.match_outcome, row.state) == (None, "new", "needs_check")
    assert not story.patient(first).linked


@pytest.mark.shows("S-092")
def test_nobody_can_choose_a_chart_with_another_birthday(story: Story) -> None:
    first, _ = _ambiguous(story)
    stranger = story.chart(HUSBAND)
    with pytest.raises(Invalid) as refused:
        story.choose(story.row().id, stranger)
    assert refused.value.code == "conflicting_person"
    assert story.row().patient_id is None
    assert not story.patient(first).linked


# --- rows that wait are not disturbed ------------------------------------------------------------------------


@pytest.mark.shows("S-098")
def test_work_on_other_charts_adds_no_check_to_a_row_that_waits(story: Story) -> None:
    chart = story.chart(replace(SETTLED, reference_number=None))
    story.fetch_list(record_of(SETTLED, coverage=late_elderly("00031031", contribution_ratio=30)))
    assert story.row().state == "unconfirmed"
    assert len(story.checks(chart)) == 1

    for other in (HUSBAND, TWIN_FIRST):
        story.wait(minutes=1).chart_at_reception(other)
        story.advance()

    assert len(story.checks(chart)) == 1
    story.undo(story.row().id)
    assert not story.patient(chart).linked, "one press takes the link back, however often was looked since"


@pytest.mark.shows("S-083", "S-052")
def test_newer_differences_about_a_person_registered_before_wait_for_somebody_again(story: Story) -> None:
    story.fetch_list(record_of(SETTLED))
    chart = story.register(story.row().id)
    assert (story.row().state, story.row().result) == ("confirmed", "registered")

    story.wait(hours=2).fetch_list(record_of(SETTLED, coverage=late_elderly("00031031", contribution_ratio=30)))
    row = story.row()
    assert (row.patient_id, row.state, row.result) == (chart, "unconfirmed", None)
    story.decide(row.id, chart, Act.OVERWRITE, "contribution_ratio")
    assert story.coverages(chart)[0].contribution_ratio == 30


def test_newer_facts_without_a_difference_confirm_a_registered_person_by_itself(story: Story) -> None:
    story.fetch_list(record_of(SETTLED))
    chart = story.register(story.row().id)
    story.wait(hours=2).fetch_list(record_of(SETTLED, name_kana="ｼｶｸ ｲﾁﾛｳ"), at=story.now)
    assert (story.row().patient_id, story.row().state) == (chart, "confirmed")


@pytest.mark.shows("S-092")
def test_a_wrong_birthday_is_seen_though_our_card_number_is_written_otherwise(story: Story) -> None:
    typed = replace(SETTLED, reference_number=None, coverages=(late_elderly("３１０３１"),))
    chart = story.chart(typed)
    story.fetch_list(record_of(SETTLED, birth_date=date(1937, 3, 4)))
    assert (story.row().match_outcome, story.row().patient_id) == ("conflicting", chart)


def test_a_long_list_is_matched_against_the_whole_ledger(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match_patients, "MANY", 1)
    charts = [story.chart(replace(SETTLED, reference_number=None)), story.chart(HUSBAND)]
    story.fetch_list(record_of(SETTLED), record_of(HUSBAND))
    assert {row.patient_id for row in story.rows()} == set(charts)
    assert {row.match_outcome for row in story.rows()} == {"matched"}


def test_candidates_are_kept_with_reasons_and_score(story: Story) -> None:
    _ambiguous(story)
    assert [c["score"] for c in story.row().candidates] == [65, 65]
    assert all("insurance_equal" in c["reasons"] for c in story.row().candidates)
