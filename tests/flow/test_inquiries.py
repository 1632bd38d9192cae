"""Asking without the card: once for each patient and rule, many at night, and every answer by the usual way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlmodel import select
from tests.flow import answers
from tests.flow.answers import elements_of, stamp
from tests.flow.story import Story
from tests.people import HUSBAND, SETTLED, TODAY, TWIN_FIRST, WIFE, record_of
from tests.terminal.messages import header, message, record, tag, tags, unit

from otonai.domain.consent import ConsentKind
from otonai.domain.dates import JST, business_day
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.errors import Conflict
from otonai.domain.inquiry import AskWhen, InquiryRoute, Occasion
from otonai.domain.limit import LimitConsent
from otonai.domain.patient import LedgerPatient
from otonai.flow.ask_inquiry import Wish, ask_many, ask_on_arrival, ask_one, call_off
from otonai.flow.month_board import month_board
from otonai.rules.inquiry import inquiry_rules_on
from otonai.rules.readiness import readiness_rules_on
from otonai.store.session import writing
from otonai.store.tables import Clinic, Inquiry

RULES = inquiry_rules_on(TODAY)


@pytest.fixture
def at_night(small_story: Story) -> Story:
    """A clinic whose list is quiet, so that only inquiries are asked."""
    small_story.switch(automatic_requests=False)
    return small_story


@pytest.fixture
def either_night(story: Story) -> Story:
    """The same on both engines, for what rests on the database."""
    story.switch(automatic_requests=False)
    return story


def consented_at_home(story: Story, *patients: LedgerPatient) -> list[UUID]:
    """Charts of people who were checked by card at home and are visited."""
    told = []
    for patient in patients:
        told.append(story.chart(patient))
        story.visit(told[-1])
    records = [record_of(p, consents=answers.agreed(ConsentKind.DRUG, at=story.now)) for p in patients]
    story.fetch_list(*records)
    return told


def ask(story: Story, patient_id: UUID, route: str, limit: LimitConsent = LimitConsent.UNKNOWN) -> Inquiry:
    """The button 照会."""
    with writing(story.engine, story.clinic.id) as session:
        clinic = session.get_one(Clinic, story.clinic.id)
        return ask_one(
            session, clinic, patient_id, InquiryRoute(route), limit_consent=limit, actor=story.office,
            now=story.now, cadence=story.cadence, rules=RULES,
        )  # fmt: skip


def ask_for(
    story: Story,
    patients: Sequence[UUID],
    route: str = "reinquiry",
    occasion: Occasion = Occasion.MONTH,
    when: AskWhen = AskWhen.TONIGHT,
) -> list[Wish]:
    """今夜まとめて."""
    with writing(story.engine, story.clinic.id) as session:
        clinic = session.get_one(Clinic, story.clinic.id)
        return ask_many(
            session, clinic, patients, InquiryRoute(route), occasion=occasion, when=when, actor=story.office,
            now=story.now, cadence=story.cadence, rules=RULES,
        )  # fmt: skip


def inquiry(story: Story, patient_id: UUID) -> Inquiry:
    """The newest inquiry about somebody."""
    mine = select(Inquiry).where(Inquiry.patient_id == patient_id)
    return story.look(lambda session: max(session.exec(mine), key=lambda i: i.id))


def answer(
    story: Story, told: EligibilityRecord | None = None, *, validity: str = "1", status: str = "1", **said: str
) -> bytes:
    """A single answer: `ResultList` with the record, if there is one (4.2)."""
    person = tags({"ProcessingResultStatus": status, "QualificationValidity": validity} | said if validity else said)
    person = person if validity else tag("ProcessingResultStatus", status) + tags(said)
    body = person + (tag("ResultList", record(elements_of(told))) if told else "")
    return message(body, header(ProcessExecutionTime=stamp(story.now)))


@pytest.mark.shows("S-102", "S-115", "S-133", "S-134", "S-139", "S-159", "S-160")
def test_a_month_is_asked_in_the_night_once_for_each_and_only_who_was_not_answered_is_asked_again(
    either_night: Story,
) -> None:
    story = either_night
    settled, wife, husband = consented_at_home(story, SETTLED, WIFE, HUSBAND)
    stranger = story.chart(TWIN_FIRST)
    story.wait(days=31)
    for patient_id in (settled, wife, husband):
        story.visit(patient_id)
    wishes = ask_for(story, [settled, wife, husband, stranger])
    assert [w.word for w in wishes] == ["yes", "yes", "yes", "no_first_check"]
    assert [w.word for w in ask_for(story, [settled])] == ["already_asked"]
    story.advance()
    assert story.jobs("reinquiry") == []

    story.wait(hours=6).advance()  # 20:00 in Japan
    jobs = {job.patient_id: job for job in story.jobs("reinquiry")}
    assert set(jobs) == {settled, wife, husband}
    assert b"<MedicalTreatmentFlag>2<" in jobs[settled].content
    assert inquiry(story, settled).state == "asked"

    for job in jobs.values():
        story.written(job)
    story.answer(jobs[settled], answer(story, record_of(SETTLED)))
    refusal = {"ProcessingResultCode": "OQSSIM7001", "ProcessingResultMessage": "同意がありません。"}
    story.answer(jobs[wife], answer(story, None, validity="", status="2", **refusal))
    story.advance()
    assert [c.kind for c in story.checks(settled)] == ["myna_home_visit", "reinquiry"]
    assert story.patient(settled).last_check_kind == "reinquiry"
    assert inquiry(story, settled).outcome == "valid"
    refused = inquiry(story, wife)
    assert (refused.outcome, refused.code) == (
        "consent_again", "[処理結果状況:2][処理結果コード:OQSSIM7001]",
    )  # fmt: skip
    assert len(story.checks(wife)) == 1

    story.wait(minutes=2).advance()
    assert (inquiry(story, husband).state, inquiry(story, husband).outcome) == ("planned", "no_answer")
    story.wait(minutes=6).advance()
    assert len(story.jobs("reinquiry")) == 4
    for _ in range(3):
        story.wait(minutes=30).advance()
    assert (inquiry(story, husband).state, inquiry(story, husband).tries) == ("failed", 3)
    assert [w.word for w in ask_for(story, [settled, wife, husband])] == ["already_checked", "consent_again", "yes"]
    # The answer that came late is still an answer.
    story.answer(story.newest_job("reinquiry"), answer(story, record_of(HUSBAND)))
    story.advance()
    assert len(story.checks(husband)) == 2


@pytest.mark.shows("S-160")
def test_a_night_that_was_missed_is_not_made_up_for_at_opening_hours_and_can_be_called_off(at_night: Story) -> None:
    story = at_night
    settled, wife = consented_at_home(story, SETTLED, WIFE)
    story.wait(days=31)
    for patient_id in (settled, wife):
        story.visit(patient_id)
    ask_for(story, [settled, wife])
    story.wait(hours=20).advance()  # 10:00 the next morning: the server slept
    assert story.jobs("reinquiry") == []
    with writing(story.engine, story.clinic.id) as session:
        assert call_off(session, session.get_one(Clinic, story.clinic.id), [wife], story.office, story.now) == 1
    assert [w.word for w in ask_for(story, [settled], when=AskWhen.NOW)] == ["already_asked"]
    story.advance()
    assert [job.patient_id for job in story.jobs("reinquiry")] == [settled]
    story.wait(hours=12).advance()
    assert len(story.jobs("reinquiry")) == 1


@pytest.mark.shows("S-070", "S-098", "S-114", "S-137", "S-158")
def test_one_by_number_carries_the_answer_about_the_limit_and_leaves_its_word_on_the_chart(at_night: Story) -> None:
    story = at_night
    chart = story.chart(replace(SETTLED, reference_number=None))
    first = ask(story, chart, "number", LimitConsent.AGREED)
    assert ask(story, chart, "number", LimitConsent.REFUSED).id == first.id
    (job,) = story.jobs("inquiry")
    assert b"<LimitApplicationCertificateRelatedConsFlg>1<" in job.content
    with pytest.raises(Conflict) as refusal:
        ask(story, chart, "reinquiry")
    assert refusal.value.code == "no_first_check"

    story.answer(job, answer(story, validity="4"))
    story.advance()
    patient = story.patient(chart)
    assert (patient.last_check_kind, patient.last_validity, patient.linked) == ("number", "not_found", False)
    assert (inquiry(story, chart).outcome, inquiry(story, chart).code) == ("not_found", "[資格有効性:4]")

    ask(story, chart, "number", LimitConsent.REFUSED)
    assert b"<LimitApplicationCertificateRelatedConsFlg>0<" in story.newest_job("inquiry").content
    moved = replace(record_of(SETTLED), address="見本市緑町9-9-9", reference_number=None)
    story.wait(minutes=1).answer(story.newest_job("inquiry"), answer(story, moved))
    story.advance()
    row = story.row()
    assert (row.route, row.patient_id, row.inquiry_id) == ("number", chart, inquiry(story, chart).id)
    assert story.patient(chart).last_validity == "valid"
    assert {e.outcome for e in story.events("inquiry_wanted")} == {"number:agreed", "number:refused"}


@pytest.mark.shows("S-153", "S-154", "S-136", "S-138")
def test_many_travel_in_one_file_and_each_answer_finds_its_patient_by_our_key(either_night: Story) -> None:
    story = either_night
    settled, wife, husband = (story.chart(p) for p in (SETTLED, WIFE, HUSBAND))
    wishes = ask_for(story, [settled, wife, husband, settled], "number", Occasion.TODAY, AskWhen.NOW)
    assert [w.word for w in wishes] == ["yes"] * 3
    story.advance()
    (job,) = story.jobs("bulk_inquiry")
    assert job.content.count(b"<QualificationConfirmSearchInfo>") == 3
    story.answer(job, answers.acceptance("202607141400000001", at=story.now))
    story.advance()
    processing = answers.consented_list(at=story.now, segment="2")
    story.answer(story.newest_job("bulk_inquiry_fetch"), processing)
    story.advance()
    story.wait(seconds=6).advance()
    assert len(story.jobs("bulk_inquiry_fetch")) == 2
    units = [
        unit(_asked(inquiry(story, settled)), record(elements_of(record_of(SETTLED)))),
        unit(_asked(inquiry(story, wife)), validity="5"),
        unit(_asked(inquiry(story, husband)), record(elements_of(record_of(HUSBAND))), validity="3"),
    ]
    story.answer(story.newest_job("bulk_inquiry_fetch"), answers.consented_list(*units, at=story.now))
    story.advance()
    assert [inquiry(story, p).outcome for p in (settled, wife, husband)] == ["valid", "multiple", "invalid_new_exists"]
    assert [story.patient(p).last_validity for p in (settled, wife)] == ["valid", "multiple"]
    assert [w.word for w in ask_for(story, [settled, wife], "number", Occasion.TODAY)] == ["already_checked"] * 2
    story.wait(minutes=1).advance()
    assert len(story.jobs("bulk_inquiry_fetch")) == 2


@pytest.mark.shows("S-151", "S-152")
def test_who_comes_on_todays_list_is_asked_about_once_a_day_if_the_clinic_wishes_it(at_night: Story) -> None:
    story = at_night
    chart = story.chart(SETTLED)

    def arrive() -> None:
        with writing(story.engine, story.clinic.id) as session:
            clinic = session.get_one(Clinic, story.clinic.id)
            ask_on_arrival(session, clinic, chart, story.now, story.cadence, RULES)

    arrive()
    assert story.jobs("inquiry") == []
    story.switch(automatic_inquiries=True)
    arrive()
    arrive()
    (job,) = story.jobs("inquiry")
    story.answer(job, answer(story, record_of(SETTLED)))
    story.advance()
    arrive()
    assert len(story.jobs("inquiry")) == 1
    story.now += timedelta(days=1)
    arrive()
    assert len(story.jobs("inquiry")) == 2


@pytest.mark.shows("S-151", "S-152")
def test_whose_visit_was_booked_before_is_asked_about_on_its_morning_once_if_the_clinic_wishes_it(
    at_night: Story,
) -> None:
    story = at_night
    settled, wife = story.chart(SETTLED), story.chart(WIFE)
    story.now = datetime.combine(business_day(story.now) + timedelta(days=1), time(6, 59), JST).astimezone(UTC)
    for chart in (settled, wife):
        story.visit(chart)
    story.switch(automatic_inquiries=True)
    story.advance()
    assert story.jobs("bulk_inquiry") == [], "nobody is asked about in the night"
    story.wait(minutes=1).advance()
    story.wait(minutes=1).advance()
    assert len(story.jobs("bulk_inquiry")) == 1
    assert [inquiry(story, chart).occasion for chart in (settled, wife)] == ["today", "today"]
    story.wait(hours=10).advance()
    assert len(story.jobs("bulk_inquiry")) == 1, "once a day, whatever became of it"


def test_without_the_wish_nobody_is_asked_about_in_the_morning(at_night: Story) -> None:
    story = at_night
    story.visit(story.chart(SETTLED))
    story.now = datetime.combine(business_day(story.now), time(9, 0), JST).astimezone(UTC)
    story.advance()
    assert story.jobs("bulk_inquiry") == story.jobs("inquiry") == []


def _asked(told: Inquiry) -> str:
    return tag("QualificationConfirmSearchInfo", tag("ArbitraryIdentifier", told.id.hex))


@pytest.mark.shows("S-139")
def test_a_file_of_many_that_fails_is_told_for_everybody_and_one_of_the_night_comes_again(at_night: Story) -> None:
    story = at_night
    settled, wife = (story.chart(p) for p in (SETTLED, WIFE))
    ask_for(story, [settled], "number", Occasion.TODAY, AskWhen.NOW)
    story.advance()
    refusal = {"SegmentOfResult": "9", "ErrorCode": "OQSSIM1801", "ErrorMessage": "模擬エラー"}
    story.answer(story.newest_job("bulk_inquiry"), answers.acceptance("", at=story.now, **refusal))
    story.advance()
    told = inquiry(story, settled)
    assert (told.state, told.outcome, told.code) == ("answered", "error", "[エラーコード:OQSSIM1801]")
    assert story.checks(settled) == []

    ask_for(story, [wife], "number", Occasion.MONTH)
    story.wait(hours=6).advance()
    story.written(story.newest_job("bulk_inquiry"))
    story.wait(minutes=11).advance()  # nobody answered
    assert (inquiry(story, wife).state, inquiry(story, wife).outcome) == ("planned", "no_answer")
    story.wait(minutes=6).advance()
    story.answer(story.newest_job("bulk_inquiry"), answers.acceptance("202607142000000002", at=story.now))
    story.advance()
    assert inquiry(story, wife).state == "asked"
    story.wait(hours=25).advance()
    assert (inquiry(story, wife).outcome, inquiry(story, wife).reason) == ("not_sent", "reception_expired")


@pytest.mark.shows("S-132", "S-138")
def test_an_answer_about_somebody_else_is_an_exception_and_not_a_check_of_who_was_asked_about(at_night: Story) -> None:
    story = at_night
    husband, wife = (story.chart(p) for p in (HUSBAND, WIFE))
    ask(story, wife, "number")
    story.answer(story.newest_job("inquiry"), answer(story, record_of(HUSBAND)))
    story.advance()
    assert (len(story.checks(wife)), story.patient(wife).last_checked_at) == (0, None)
    ready = readiness_rules_on(TODAY)
    month = TODAY.replace(day=1)
    board = story.look(lambda s: month_board(s, s.get_one(Clinic, story.clinic.id), month, story.now, RULES, ready))
    (row,) = (r for r in board.rows if r.chart.id == wife)
    assert (row.view.state, row.view.reason, row.consented_id) == ("needs_person", "other_person", story.row().id)
    assert story.row().patient_id in (None, husband)
