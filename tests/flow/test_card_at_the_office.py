"""A card read at the office reader: the chart has its 確認日 without a click; no other file changes anything."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests import people
from tests.flow import answers
from tests.flow.story import Story, everything_about
from tests.people import SETTLED, TURNED_75, TWIN_FIRST, TWIN_SECOND, late_elderly, record_of
from tests.terminal.messages import header, message, record, tag

from otonai.domain.consent import ConsentFlag, ConsentKind
from otonai.domain.dates import business_day
from otonai.domain.eligibility import EligibilityRecord
from otonai.store.attendances import attendances_on
from otonai.store.session import reading
from otonai.store.visits import visits_on

INSTITUTION = "1319999990"
UNTIL = people.NOW + timedelta(hours=24)
AGREED = answers.agreed(ConsentKind.DRUG, at=people.NOW, until=UNTIL)


def card(told: EligibilityRecord, at: datetime) -> bytes:
    """One session, with the elements in the order of a real one: the list before the status (5.1)."""
    facts = answers.elements_of(told)
    if told.reference_number:
        facts["ReferenceNumber"] = told.reference_number
    body = tag("ResultList", record(facts)) + tag("ProcessingResultStatus", "1") + tag("QualificationValidity", "1")
    stamp = answers.stamp(at)
    return message(
        body, header("0", ProcessExecutionTime=stamp, MedicalInstitutionCode=INSTITUTION, SegmentOfResult="1")
    )


def read(story: Story, told: EligibilityRecord, at: datetime | None = None, session: str = "a1b2") -> None:
    """The reader leaves its file, the bridge brings it."""
    at = at or story.now
    name = f"OQSsiquc01res_face_{INSTITUTION}{session}_{answers.stamp(at)}.xml"
    story.deliver(name, card(told, at), kind="face")
    story.advance()


def outcomes(story: Story) -> list[str]:
    return [str(event.outcome) for event in story.events("card_read")]


@pytest.fixture
def chart(story: Story) -> UUID:
    """資格 一郎, linked since last year."""
    return story.chart(SETTLED)


@pytest.mark.shows("S-055", "S-098", "S-099")
def test_a_card_writes_the_check_and_the_consents_and_stands_on_the_board(story: Story, chart: UUID) -> None:
    story.visit(chart)
    before = story.ledger(chart)
    read(story, record_of(SETTLED, consents=AGREED))

    (check,) = story.checks(chart)
    assert (check.kind, check.checked_at, check.validity) == ("myna", story.now, "valid")
    assert [(c.kind, c.flag, c.available_until) for c in story.consents(chart)] == [
        (ConsentKind.DRUG, ConsentFlag.GIVEN, UNTIL)
    ]
    assert story.ledger(chart) == before, "values wait for a person"
    with reading(story.engine, story.clinic.id) as session:
        (visit,) = visits_on(session, story.clinic.id, business_day(story.now))
        (here,) = attendances_on(session, story.clinic.id, business_day(story.now))
    assert story.patient(visit.patient_id).last_checked_at == story.now
    assert (here.patient_id, here.arrival, here.state, here.arrived_at) == (chart, "card", "waiting", story.now)
    assert outcomes(story) == ["matched"]
    assert story.rows() == [], "the list of those who consented at home is another job (S-056)"


@pytest.mark.shows("F05")
def test_the_same_session_under_another_name_changes_nothing(story: Story, chart: UUID) -> None:
    read(story, record_of(SETTLED, consents=AGREED))
    stood, at = everything_about(story, chart), story.now
    story.wait(minutes=3)
    read(story, record_of(SETTLED, consents=AGREED), at=at)
    read(story, record_of(SETTLED, consents=(), address="見本市西1"), at=at, session="ffff")
    assert len(story.checks(chart)) == 1
    assert everything_about(story, chart) == stood
    assert outcomes(story) == ["matched", "seen_before"]


@pytest.mark.shows("F05")
@pytest.mark.parametrize("ago", [timedelta(days=1), timedelta(days=30)])
def test_a_file_of_another_day_changes_nothing(story: Story, chart: UUID, ago: timedelta) -> None:
    stood = everything_about(story, chart)
    read(story, record_of(SETTLED, consents=AGREED), at=story.now - ago)
    assert (story.checks(chart), everything_about(story, chart)) == ([], stood)
    assert outcomes(story) == ["stale"]


def test_a_later_session_of_the_day_is_a_new_check(story: Story, chart: UUID) -> None:
    read(story, record_of(SETTLED))
    story.wait(minutes=30)
    read(story, record_of(SETTLED))
    assert [c.kind for c in story.checks(chart)] == ["myna", "myna"]


def test_nobody_is_guessed(story: Story) -> None:
    """Twins on one card without branches, somebody unknown, and another person on our number."""
    twins = [story.chart(each) for each in (TWIN_FIRST, TWIN_SECOND)]
    settled = story.chart(SETTLED)
    read(story, record_of(TWIN_FIRST, name_kana=None, name=None))
    story.wait(minutes=1)
    read(story, record_of(TURNED_75, coverage=late_elderly("00099999")))
    story.wait(minutes=1)
    read(story, record_of(TURNED_75, reference_number="000128"))
    assert outcomes(story) == ["uncertain"] * 3
    assert [story.checks(each) for each in (*twins, settled)] == [[], [], []]


def test_a_clinic_that_links_by_hand_keeps_its_hand(story: Story) -> None:
    chart = story.chart(TURNED_75)
    story.switch(link_by_itself=False)
    read(story, record_of(TURNED_75))
    assert (story.checks(chart), outcomes(story)) == ([], ["uncertain"])


def test_what_was_agreed_at_home_outlives_a_day_at_the_office(story: Story) -> None:
    chart = story.chart(SETTLED)
    story.fetch_list(record_of(SETTLED, consents=answers.agreed(ConsentKind.DRUG, at=story.now)))
    story.wait(hours=1)
    read(story, record_of(SETTLED, consents=AGREED))
    assert [(c.kind, c.available_until) for c in story.consents(chart)] == [(ConsentKind.DRUG, None)]
    assert [c.kind for c in story.checks(chart)] == ["myna_home_visit", "myna"]
