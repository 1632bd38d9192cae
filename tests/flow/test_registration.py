"""照会番号登録: one file on a person's wish, its answer believed only when it proves itself, and never a second one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, WIFE
from tests.terminal.messages import header, message, tag, tags

from otonai.domain.errors import Conflict, Invalid
from otonai.flow.register_reference import Registration, registration_of, request_registration
from otonai.store.patients import get_patient
from otonai.store.session import writing
from otonai.store.tables import Clinic

FAMILY = "reference_registration"
UNREGISTERED = replace(SETTLED, reference_number=None)


@pytest.fixture
def story(small_story: Story) -> Story:
    """The rules of writing once are the clinic's, not the engine's."""
    return small_story


def register(story: Story, chart: UUID, *, looked: bool = False) -> Registration:
    """The office presses the button."""
    with writing(story.engine, story.clinic.id) as session:
        return request_registration(
            session,
            session.get_one(Clinic, story.clinic.id),
            get_patient(session, story.clinic.id, chart),
            looked=looked,
            actor=story.office,
            now=story.now,
            cadence=story.cadence,
        )


def state(story: Story, chart: UUID) -> Registration:
    """What the office sees."""
    return story.look(lambda session: registration_of(session, story.clinic.id, chart))


def answer(story: Story, number: str = "000128", *, status: str = "1", segment: str = "1", **said: str) -> bytes:
    """OQSsiimm01res as reported: insurance and number echoed in their own order, no code on success (8.1)."""
    insurance = {"InsurerNumber": "39139993", "InsuredIdentificationNumber": "00031031", "ReferenceNumber": number}
    body = tag("ReferenceNumberRegistrationInfo", tags(insurance)) + tags({"ProcessingResultStatus": status} | said)
    return message(body, header(SegmentOfResult=segment, ProcessExecutionTime=answers.stamp(story.now)))


@pytest.mark.shows("S-122", "S-232")
def test_the_office_registers_a_chart_and_sees_the_number_once_the_center_has_it(story: Story) -> None:
    story.switch(automatic_requests=False)
    chart = story.chart(UNREGISTERED)
    assert state(story, chart).state == "not_asked"

    assert register(story, chart).state == "asked"
    (job,) = story.jobs(FAMILY)
    assert job.file_name == "OQSsiimm01req_202607145001.xml"
    assert b"<ReferenceNumber>000128</ReferenceNumber><InsurerNumber>39" in job.content
    assert b"Birthdate" not in job.content

    story.written(job)
    story.wait(seconds=3).answer(job, answer(story))
    story.advance()
    assert state(story, chart).state == "registered"
    patient = story.patient(chart)
    assert (patient.reference_number, patient.linked) == ("000128", True)
    assert story.history(chart)[-1].kind == "numbered"
    asked, told = story.events("registration_requested", "registration_answered")
    assert (asked.actor_id, asked.patient_id, asked.outcome) == (story.office.id, chart, "asked")
    assert (told.actor_kind, told.outcome) == ("rule", "registered")


@pytest.mark.shows("F59", "S-141")
def test_after_a_silence_nothing_is_sent_again_until_a_person_has_looked(story: Story) -> None:
    story.switch(automatic_requests=False)
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    story.written(story.newest_job(FAMILY))
    story.wait(seconds=60).advance()
    assert state(story, chart).state == "uncertain"

    for _ in range(30):
        story.wait(hours=1).advance()
    assert len(story.jobs(FAMILY)) == 1
    with pytest.raises(Conflict) as refusal:
        register(story, chart)
    assert refusal.value.code == "registration_uncertain"
    assert len(story.jobs(FAMILY)) == 1

    assert register(story, chart, looked=True).state == "asked"
    assert [e.outcome for e in story.events("registration_requested")] == ["asked", "looked"]
    assert len({job.file_name for job in story.jobs(FAMILY)}) == 2


@pytest.mark.shows("F59")
def test_an_answer_that_comes_late_still_registers(story: Story) -> None:
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    job = story.newest_job(FAMILY)
    story.written(job)
    story.wait(minutes=20).advance()
    story.answer(job, answer(story))
    story.advance()
    assert state(story, chart).state == "registered"
    assert story.patient(chart).reference_number == "000128"


@pytest.mark.shows("S-140")
def test_a_refusal_keeps_the_centers_code_and_words_and_registers_nothing(story: Story) -> None:
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    words = {"ProcessingResultCode": "OQSSIM2001", "ProcessingResultMessage": "模擬エラー"}
    story.answer(story.newest_job(FAMILY), answer(story, status="2", **words))
    story.advance()
    seen = state(story, chart)
    assert (seen.state, seen.code, seen.message) == ("refused", "OQSSIM2001", "模擬エラー")
    assert story.patient(chart).reference_number is None
    assert register(story, chart).state == "asked", "what was refused did not happen, and may be asked again"


def test_a_bounced_file_is_a_refusal_with_its_words(story: Story) -> None:
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    job = story.newest_job(FAMILY)
    story.deliver(job.file_name.replace(".xml", ".err"), "OQSSIM0001\tレイアウト".encode())
    story.deliver(job.file_name, job.content)
    story.advance()
    seen = state(story, chart)
    assert (seen.state, seen.code, seen.message) == ("refused", "OQSSIM0001", "レイアウト")


@pytest.mark.parametrize(
    "changes", [{"number": "000129"}, {"status": ""}, {"segment": "2"}, {"segment": ""}, {"status": "7"}]
)
def test_an_answer_that_does_not_prove_it_leaves_it_uncertain(story: Story, changes: dict[str, str]) -> None:
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    story.answer(story.newest_job(FAMILY), answer(story, **changes))
    story.advance()
    assert state(story, chart).state == "uncertain"
    assert story.patient(chart).reference_number is None


def test_what_the_bridge_could_not_write_was_not_sent(story: Story) -> None:
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    job = story.newest_job(FAMILY)
    story.deliver(job.file_name, None, kind="write_failed", job_id=job.id, reason="name_taken")
    assert state(story, chart).state == "not_sent"
    assert register(story, chart).state == "asked"


def test_a_second_press_while_the_first_is_on_its_way_is_refused(story: Story) -> None:
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    with pytest.raises(Conflict) as refusal:
        register(story, chart, looked=True)
    assert refusal.value.code == "registration_waits"
    assert len(story.jobs(FAMILY)) == 1


def test_a_number_is_one_persons(story: Story) -> None:
    story.chart(replace(WIFE, chart_number="000999", reference_number="000128"))
    chart = story.chart(UNREGISTERED)
    with pytest.raises(Conflict) as refusal:
        register(story, chart)
    assert refusal.value.code == "reference_number_taken"


def test_without_an_insurance_number_there_is_nothing_to_register_for(story: Story) -> None:
    chart = story.chart(replace(UNREGISTERED, coverages=()))
    with pytest.raises(Invalid) as refusal:
        register(story, chart)
    assert refusal.value.code == "insurance_incomplete"
    assert story.jobs() == []


@pytest.mark.shows("S-120")
def test_a_number_that_came_by_a_list_meanwhile_is_not_written_over(story: Story) -> None:
    chart = story.chart(UNREGISTERED)
    register(story, chart)
    with writing(story.engine, story.clinic.id) as session:
        get_patient(session, story.clinic.id, chart).reference_number = "LIST-7"
    story.wait(seconds=2).answer(story.newest_job(FAMILY), answer(story))
    story.advance()
    assert story.patient(chart).reference_number == "LIST-7"
    assert story.now - state(story, chart).answered_at < timedelta(seconds=1)  # type: ignore[operator]
