"""`otonai terminal reread`: what an upgrade reads differently is told in ids, and nothing changes unless asked."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import Session
from tests import people
from tests.databases import KEY, known_clinics
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, record_of
from typer.testing import CliRunner

from otonai.cli import app
from otonai.domain.consent import ConsentKind
from otonai.flow.reread import FamilyDifference, reread
from otonai.store.requests import unread_messages
from otonai.store.session import writing
from otonai.store.tables import ConsentedPatient, TerminalMessage


@pytest.fixture
def story(embedded: Engine) -> Story:
    """An afternoon at みなも."""
    return Story(embedded, known_clinics(embedded).minamo)


def told(story: Story, *, apply: bool = False) -> dict[str, FamilyDifference]:
    """What reading again says, by family."""
    return {each.family: each for each in reread(story.engine, story.now, apply=apply)}


def ids(difference: FamilyDifference) -> set[UUID]:
    """Every message that reads differently in any way."""
    lists = (
        difference.now_read,
        difference.now_refused,
        difference.other_reason,
        difference.other_elements,
        difference.other_facts,
    )
    return {each for found in lists for each in found}


def remember(story: Story, message_id: UUID, **values: object) -> None:
    """Let the database remember what an earlier version had read."""
    with writing(story.engine, story.clinic.id) as session:
        message = session.get_one(TerminalMessage, (story.clinic.id, message_id))
        for name, value in values.items():
            setattr(message, name, value)
        session.add(message)


LINKED = record_of(SETTLED, reference_number="000128", consents=answers.agreed(ConsentKind.DRUG, at=people.NOW))


@pytest.fixture
def settled(story: Story) -> UUID:
    """A usual afternoon: the list has come, its patient is linked, and her drugs lie with the chart."""
    chart = story.chart(SETTLED)
    story.fetch_list(LINKED)
    story.answer(story.newest_job("drug"), answers.drugs(LINKED, "見本錠", at=story.now))
    story.advance()
    document = story.document(chart, "drug")
    assert document is not None
    assert document.state == "available"
    return chart


@pytest.mark.usefixtures("settled")
def test_nothing_reads_differently_without_an_upgrade(story: Story) -> None:
    found = told(story)

    assert set(found) >= {"OQSmuhvq01", "OQSmuhvq02", "YZKsiquc01"}
    assert sum(each.messages for each in found.values()) == len(story.messages())
    assert {message for each in found.values() for message in ids(each)} == set()


@pytest.mark.usefixtures("settled")
def test_each_kind_of_difference_is_told_under_its_name_and_looking_changes_nothing(story: Story) -> None:
    accepted, listed, drugs = (
        next(m.id for m in story.messages() if m.file_name.startswith(stem))
        for stem in ("OQSmuhvq01res", "OQSmuhvq02res", "YZKsiquc01res")
    )
    remember(story, accepted, outcome="quarantined", reason="not_xml")
    remember(story, listed, unknown_elements=["NewThing"])
    remember(story, drugs, reason="no_information")
    with writing(story.engine, story.clinic.id) as session:
        row = session.get_one(ConsentedPatient, (story.clinic.id, story.row().id))
        row.record = row.record | {"name": "別の　名前"}
        session.add(row)
    before = [message.model_dump() for message in story.messages()]

    found = told(story)

    assert found["OQSmuhvq01"].now_read == [accepted]
    assert found["OQSmuhvq02"].other_elements == [listed]
    assert found["OQSmuhvq02"].other_facts == [listed]
    assert found["YZKsiquc01"].other_reason == [drugs]
    assert all(each.applied == [] for each in found.values())
    assert [message.model_dump() for message in story.messages()] == before


def test_a_list_that_only_now_can_be_read_is_taken_up_by_the_flow(story: Story) -> None:
    chart = story.chart(SETTLED)
    request = story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    story.answer(story.newest_job("home_visit_fetch"), b"<XmlMsg>not yet understood</XmlMsg>")
    refused = story.messages()[-1]
    assert (refused.outcome, refused.reason) == ("quarantined", "no_header")
    assert story.request(request.id).state == "failed"
    remember(story, refused.id, content=story.list_of(LINKED))  # as if the reader had learnt to read it

    found = told(story, apply=True)

    assert found["OQSmuhvq02"].applied == [refused.id]
    with Session(story.engine) as session:
        assert unread_messages(session, story.clinic.id) == [refused.id]
    story.advance()
    assert story.request(request.id).state == "fetched"
    assert story.row().patient_id == chart
    assert [event.subject for event in story.events("file_reread")] == [str(refused.id)]
    assert told(story)["OQSmuhvq02"].now_read == []


@pytest.mark.shows("F14")
def test_what_was_set_aside_as_another_institutions_stays_set_aside(story: Story) -> None:
    foreign = answers.consented_list(answers.consented(LINKED), at=story.now, institution=people.OTHER_INSTITUTION_CODE)
    story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance("77", at=story.now))
    story.advance()
    story.answer(story.newest_job("home_visit_fetch"), foreign)
    story.advance()
    assert story.messages()[-1].reason == "other_institution"

    found = told(story, apply=True)

    assert all(ids(each) == set() and each.applied == [] for each in found.values())
    assert story.messages()[-1].reason == "other_institution"
    assert story.rows() == []


@pytest.mark.usefixtures("settled")
def test_the_command_prints_ids_and_counts_and_nothing_of_a_person(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = next(m.id for m in story.messages() if m.file_name.startswith("OQSmuhvq02res"))
    remember(story, listed, outcome="quarantined", reason="not_xml")
    with story.engine.connect() as connection:
        _, _, path = connection.exec_driver_sql("PRAGMA database_list").one()
    monkeypatch.setenv("OTONAI_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("OTONAI_DATABASE_KEY", KEY.hex())
    monkeypatch.setenv("OTONAI_TICKET_SECRET", bytes(32).hex())
    monkeypatch.setenv("OTONAI_SEALING_KEYS", bytes(32).hex())
    monkeypatch.delenv("OTONAI_HASH_COST")
    monkeypatch.setenv("OTONAI_BASE_URL", "https://otonai.example")

    done = CliRunner().invoke(app, ["terminal", "reread"])

    assert done.exit_code == 0, done.output
    told_lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["now_read"] for each in told_lines if each["family"] == "OQSmuhvq02"] == [[str(listed)]]
    assert not any(text in done.output for text in (str(SETTLED.name), str(SETTLED.name_kana), "見本錠", "000128"))

    again = CliRunner().invoke(app, ["terminal", "reread", "--apply"])

    assert str(listed) in again.stdout
    assert next(m for m in story.messages() if m.id == listed).processed_at is None
