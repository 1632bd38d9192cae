"""Drugs and checkups: asked for only with consent and not too often, shown only about the right person and in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from tests import people
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, WIFE, late_elderly, record_of

from otonai.domain.consent import ConsentKind
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.errors import NotFound
from otonai.flow.show_medical import Shown, show, show_document
from otonai.store.audit import Actor
from otonai.store.ids import new_id
from otonai.store.patients import get_patient
from otonai.store.session import writing

UNLINKED = replace(SETTLED, reference_number=None)
BOTH = answers.agreed(ConsentKind.DRUG, ConsentKind.CHECKUP, at=people.NOW)
CONSENTED = record_of(SETTLED, consents=BOTH)
DOCTOR = Actor("bedside", new_id(), new_id())


@pytest.fixture
def story(small_story: Story) -> Story:
    """Consent and deadline are decided before any database is asked; the undo of a link plays on both engines."""
    return small_story


def look(story: Story, chart: UUID, kind: str = "drug", *, carried: bool = False) -> Shown:
    """One reader's look, as the API does it."""
    with writing(story.engine, story.clinic.id) as session:
        patient = get_patient(session, story.clinic.id, chart)
        return show(session, patient, kind, actor=DOCTOR, carried=carried, now=story.now)


def document(story: Story, chart: UUID) -> bytes:
    """The PDF, as the API gives it."""
    with writing(story.engine, story.clinic.id) as session:
        patient = get_patient(session, story.clinic.id, chart)
        return show_document(session, patient, "drug", actor=DOCTOR, now=story.now)


def consented_chart(story: Story, *, until: timedelta | None = None) -> UUID:
    """Linked by itself, with consent to both kinds."""
    chart = story.chart(UNLINKED)
    end = story.now + until if until is not None else None
    told = answers.agreed(ConsentKind.DRUG, ConsentKind.CHECKUP, at=story.now, until=end)
    story.fetch_list(record_of(SETTLED, consents=told))
    return chart


# --- asking --------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-026", "S-029", "S-037")
def test_what_was_agreed_to_is_asked_for_each_on_its_own_and_once(story: Story) -> None:
    chart = consented_chart(story)
    drug, checkup = story.newest_job("drug"), story.newest_job("checkup")
    assert (drug.patient_id, checkup.patient_id) == (chart, chart)
    assert b"<StartDate>202507</StartDate><EndDate>202607</EndDate>" in drug.content
    assert b"<InsuredPersonIdentificationNumber>00031031</InsuredPersonIdentificationNumber>" in drug.content

    for _ in range(3):
        story.advance()
    assert (len(story.jobs("drug")), len(story.jobs("checkup"))) == (1, 1)
    assert look(story, chart).state == "waiting"


@pytest.mark.shows("S-165", "S-195", "S-032")
def test_what_was_refused_is_neither_asked_for_nor_shown(story: Story) -> None:
    chart = story.chart(UNLINKED)
    some = answers.agreed(ConsentKind.CHECKUP, at=story.now, refused=[ConsentKind.DRUG])
    story.fetch_list(record_of(SETTLED, consents=some))
    assert story.jobs("drug") == []
    assert len(story.jobs("checkup")) == 1
    assert look(story, chart).state == "no_consent"


@pytest.mark.shows("S-165")
def test_nothing_is_asked_for_about_somebody_who_is_not_linked(story: Story) -> None:
    story.switch(link_by_itself=False)
    chart = story.chart(UNLINKED)
    story.fetch_list(CONSENTED)
    assert (story.jobs("drug"), story.jobs("checkup")) == ([], [])
    assert look(story, chart).state == "not_linked"


@pytest.mark.parametrize(("kind", "hours"), [("drug", 6), ("checkup", 24)])
def test_what_was_fetched_is_not_asked_for_again_before_its_time(story: Story, kind: str, hours: int) -> None:
    story.switch(automatic_requests=False)
    chart = consented_chart(story)
    for days in (1, 2):
        story.visit(chart, planned_at=story.now + timedelta(days=days), day=people.TODAY + timedelta(days=days))
    asked = story.newest_job(kind)
    story.answer(asked, answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()

    story.now = asked.created_at + timedelta(hours=hours, seconds=-1)
    story.advance()
    assert len(story.jobs(kind)) == 1
    story.wait(seconds=1).advance()
    assert len(story.jobs(kind)) == 2


def test_a_new_consent_is_worth_asking_at_once(story: Story) -> None:
    chart = consented_chart(story)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()
    story.wait(minutes=40)
    again = answers.agreed(ConsentKind.DRUG, at=story.now - timedelta(minutes=1))
    story.fetch_list(record_of(SETTLED, consents=again))

    assert len(story.jobs("drug")) == 2
    assert look(story, chart).state == "available", "the copy of this morning stays readable meanwhile"


@pytest.mark.shows("F59")
def test_a_terminal_that_says_nothing_about_drugs_is_asked_again_after_five_minutes(story: Story) -> None:
    chart = consented_chart(story)
    asked = story.newest_job("drug")
    story.written(asked)
    story.wait(seconds=60).advance()
    assert (look(story, chart).state, look(story, chart).reason) == ("failed", "no_answer")

    story.now = asked.created_at + timedelta(minutes=5, seconds=-1)
    story.advance()
    assert len(story.jobs("drug")) == 1
    story.wait(seconds=1).advance()
    assert len(story.jobs("drug")) == 2


@pytest.mark.shows("F59")
def test_drugs_that_come_late_are_still_shown(story: Story) -> None:
    chart = consented_chart(story)
    asked = story.newest_job("drug")
    story.written(asked)
    story.wait(minutes=2).advance()
    story.answer(asked, answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()
    assert look(story, chart).state == "available"


def test_without_an_insurance_number_nothing_can_be_asked(story: Story) -> None:
    nobody = replace(UNLINKED, coverages=())
    chart = story.chart(nobody)
    story.fetch_list(record_of(SETTLED, consents=BOTH, reference_number=None))
    row = story.row()
    assert row.match_outcome == "proposed"
    story.choose(row.id, chart)
    assert story.jobs("drug") == []


# --- receiving -----------------------------------------------------------------------------------------------


@pytest.mark.shows("S-030")
def test_drugs_and_checkups_are_shown_with_when_they_were_fetched(story: Story) -> None:
    chart = consented_chart(story)
    story.wait(seconds=4)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠１０", "みほん散", at=story.now))
    story.answer(story.newest_job("checkup"), answers.checkups(CONSENTED, "158.2", at=story.now))
    story.advance()

    drugs, checkups = look(story, chart), look(story, chart, "checkup")
    assert (drugs.state, drugs.fetched_at, drugs.data_until_month) == ("available", story.now, "202606")
    assert [d.drug_name for d in drugs.drugs] == ["みほん散", "見本錠１０"]
    assert checkups.state == "available"
    assert [i.number for c in checkups.checkups for i in c.items] == [158.2]


@pytest.mark.shows("S-028")
def test_an_answer_without_any_drug_says_none_and_not_failed(story: Story) -> None:
    chart = consented_chart(story)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, at=story.now))
    story.advance()
    assert look(story, chart).state == "none"


@pytest.mark.shows("S-092")
@pytest.mark.parametrize(
    "subject",
    [
        record_of(WIFE),
        replace(CONSENTED, birth_date=WIFE.birth_date),
        replace(CONSENTED, name="資格　次郎", name_kana="シカク　ジロウ"),
    ],
    ids=["another person", "another birthday", "another name"],
)
def test_a_file_about_somebody_else_is_kept_unshown(story: Story, subject: EligibilityRecord) -> None:
    chart = consented_chart(story)
    asked = story.newest_job("drug")
    story.answer(asked, answers.drugs(subject, "他人の薬", at=story.now))
    story.advance()

    shown = look(story, chart)
    assert (shown.state, shown.reason, shown.drugs) == ("failed", "other_person", ())
    document = story.document(chart, "drug")
    assert document is not None
    assert document.content is None
    assert story.messages()[-1].reason == "other_person"
    assert [e.outcome for e in story.events("drug_received")] == ["other_person"]


@pytest.mark.shows("S-140")
def test_a_refused_answer_is_told_as_failed(story: Story) -> None:
    chart = consented_chart(story)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠", at=story.now, code="9"))
    story.advance()
    shown = look(story, chart)
    assert (shown.state, shown.reason, shown.drugs) == ("failed", "refused", ())


# --- showing -------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-027")
def test_what_may_be_seen_for_a_day_is_gone_at_the_deadline_exactly(story: Story) -> None:
    chart = consented_chart(story, until=timedelta(hours=24))
    deadline = story.now + timedelta(hours=24)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()

    story.now = deadline - timedelta(microseconds=1)
    assert (look(story, chart).state, look(story, chart).available_until) == ("available", deadline)
    story.now = deadline
    shown = look(story, chart)
    assert (shown.state, shown.drugs, shown.fetched_at) == ("expired", (), None)
    asked = len(story.jobs("drug"))
    story.advance()
    assert len(story.jobs("drug")) == asked, "nothing is asked for on a consent that is over"


@pytest.mark.shows("S-027")
def test_a_carried_copy_ends_with_the_day_even_when_the_consent_goes_on(story: Story) -> None:
    chart = consented_chart(story)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()
    midnight_in_japan = people.NOW.replace(hour=15, minute=0)
    assert look(story, chart, carried=True).available_until == midnight_in_japan
    assert look(story, chart).available_until is None


@pytest.mark.shows("S-165", "S-195")
def test_a_consent_taken_back_closes_what_was_fetched(story: Story) -> None:
    chart = consented_chart(story)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()
    refused = answers.agreed(at=story.now, refused=[ConsentKind.DRUG])
    story.wait(minutes=40).fetch_list(record_of(SETTLED, consents=refused))
    shown = look(story, chart)
    assert (shown.state, shown.drugs, shown.reason) == ("no_consent", (), None)


def test_every_look_is_on_record_with_its_reader_and_its_outcome(story: Story) -> None:
    chart = consented_chart(story)
    look(story, chart)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()
    look(story, chart)
    look(story, chart, "checkup")

    told = [(e.action, e.outcome, e.actor_id, e.patient_id) for e in story.events("drug_viewed", "checkup_viewed")]
    assert told == [
        ("drug_viewed", "waiting", DOCTOR.id, chart),
        ("drug_viewed", "available", DOCTOR.id, chart),
        ("checkup_viewed", "waiting", DOCTOR.id, chart),
    ]


def test_the_key_of_the_insurance_in_force_is_the_one_that_is_sent(story: Story) -> None:
    story.chart(replace(UNLINKED, coverages=(late_elderly("00099999"),)))
    story.fetch_list(record_of(SETTLED, coverage=late_elderly("00099999"), consents=BOTH))
    assert b">00099999<" in story.newest_job("drug").content


# --- documents and treatments --------------------------------------------------------------------------------


@pytest.mark.shows("S-029")
def test_a_pdf_answer_is_kept_whole_and_shown_under_the_same_rules(story: Story) -> None:
    chart = consented_chart(story, until=timedelta(hours=1))
    pdf = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
    story.answer(story.newest_job("drug"), pdf, suffix="pdf")
    story.advance()
    shown = look(story, chart)
    assert (shown.state, shown.document, shown.drugs) == ("available", True, ())
    assert document(story, chart) == pdf
    story.wait(hours=1)
    with pytest.raises(NotFound):
        document(story, chart)


def test_a_document_that_is_none_is_not_found(story: Story) -> None:
    chart = consented_chart(story)
    story.answer(story.newest_job("drug"), answers.drugs(CONSENTED, "見本錠", at=story.now))
    story.advance()
    with pytest.raises(NotFound):
        document(story, chart)


@pytest.mark.shows("S-030")
def test_treatments_are_asked_for_only_with_their_own_consent_and_shown_each_behind_it(story: Story) -> None:
    chart = story.chart(UNLINKED)
    told = answers.agreed(ConsentKind.DRUG, ConsentKind.DIAGNOSIS, at=story.now, refused=[ConsentKind.OPERATION])
    story.fetch_list(record_of(SETTLED, consents=told))
    job = story.newest_job("drug")
    assert b"<FileCategory>4</FileCategory>" in job.content
    story.answer(job, answers.drugs(CONSENTED, "見本錠", at=story.now, treatments={"60": "見本検査", "50": "見本手術"}))
    story.advance()

    assert [row.name for row in look(story, chart, "diagnosis").treatments] == ["見本検査"]
    surgery = look(story, chart, "operation")
    assert (surgery.state, surgery.treatments) == ("no_consent", ())
    assert "treatments_withheld" in [event.action for event in story.events()]


def test_without_a_consent_to_treatments_only_drugs_are_asked_for(story: Story) -> None:
    consented_chart(story)
    assert b"<FileCategory>2</FileCategory>" in story.newest_job("drug").content
