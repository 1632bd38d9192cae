"""Workers: a clinic is taken by one at a time, a dead one keeps nobody waiting, a failing clinic stops no other."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from tests import people
from tests.databases import TwoClinics, known_clinics
from tests.flow.story import Story

from otonai.flow import LONGEST_REST, advance_soon
from otonai.store.due import CLAIM, claim_due, give_back, want_by
from otonai.store.session import writing
from otonai.store.tables import Clinic, ClinicDue
from otonai.worker import FIRST_WAIT, Worker

MOMENT = timedelta(microseconds=1)


def claim(engine: Engine, now: datetime) -> UUID | None:
    """One worker's claim."""
    with writing(engine) as session:
        return claim_due(session, now)


def due_of(engine: Engine, clinic_id: UUID) -> ClinicDue:
    """When a clinic wants to be looked at, and who has it."""
    with writing(engine) as session:
        return session.get_one(ClinicDue, clinic_id)


def test_two_clinics_are_claimed_by_two_workers_and_a_third_finds_nothing(engine: Engine, clinics: TwoClinics) -> None:
    with ThreadPoolExecutor(4) as pool:
        claimed = Counter(pool.map(lambda _: claim(engine, people.NOW), range(4)))
    assert claimed == {clinics.minamo.id: 1, clinics.hinata.id: 1, None: 2}


@pytest.mark.shows("F02")
def test_the_claim_of_a_dead_worker_ends_by_itself(engine: Engine, clinics: TwoClinics) -> None:
    assert {claim(engine, people.NOW), claim(engine, people.NOW)} == {clinics.minamo.id, clinics.hinata.id}
    with writing(engine) as session:  # somebody wants it now; it is still claimed
        want_by(session, clinics.minamo.id, people.NOW)
    assert claim(engine, people.NOW + CLAIM - MOMENT) is None
    assert claim(engine, people.NOW + CLAIM) == clinics.minamo.id


def test_who_has_been_due_longest_comes_first(engine: Engine, clinics: TwoClinics) -> None:
    with writing(engine) as session:
        want_by(session, clinics.hinata.id, people.NOW - timedelta(minutes=1))
    assert claim(engine, people.NOW) == clinics.hinata.id


def test_without_a_wish_the_clinic_rests_until_its_flow_wants_it_again(engine: Engine, clinics: TwoClinics) -> None:
    while claim(engine, people.NOW) is not None:
        pass
    later = people.NOW + timedelta(minutes=4)
    with writing(engine) as session:
        give_back(session, clinics.minamo.id, later)
    assert due_of(engine, clinics.minamo.id).due_at == later


def test_a_wish_that_came_while_a_worker_was_busy_stands(engine: Engine, clinics: TwoClinics) -> None:
    clinic = clinics.minamo.id
    while claim(engine, people.NOW) is not None:
        pass
    wish = people.NOW + timedelta(seconds=3)
    with writing(engine) as session:
        want_by(session, clinic, wish)
    with writing(engine) as session:
        give_back(session, clinic, people.NOW + timedelta(minutes=4))
    due = due_of(engine, clinic)
    assert (due.due_at, due.claimed_until) == (wish, None)


def test_a_clinic_is_looked_at_no_later_than_after_the_longest_rest(engine: Engine, clinics: TwoClinics) -> None:
    worker = Worker(engine)
    while worker.work_once(people.NOW):
        pass
    for clinic in (clinics.minamo, clinics.hinata):
        assert people.NOW < due_of(engine, clinic.id).due_at <= people.NOW + LONGEST_REST
    assert not worker.work_once(people.NOW)


@pytest.mark.shows("F38")
def test_two_workers_at_once_send_one_request_for_each_clinic(engine: Engine, clinics: TwoClinics) -> None:
    with ThreadPoolExecutor(4) as pool:
        worked = list(pool.map(lambda _: Worker(engine).work_once(people.NOW), range(6)))
    assert worked.count(True) == 2
    for clinic in (clinics.minamo, clinics.hinata):
        assert [j.file_name for j in Story(engine, clinic).jobs()] == ["OQSmuhvq01req_202607145001.xml"]


def test_a_clinic_that_fails_is_tried_again_later_and_stops_no_other(
    engine: Engine, clinics: TwoClinics, caplog: pytest.LogCaptureFixture
) -> None:
    with writing(engine, clinics.hinata.id) as session:  # no file can be made in this clinic's name any more
        session.get_one(Clinic, clinics.hinata.id).institution_code = "broken"
        want_by(session, clinics.hinata.id, people.NOW - timedelta(minutes=1))

    worker = Worker(engine)
    while worker.work_once(people.NOW):
        pass
    assert len(Story(engine, clinics.minamo).jobs()) == 1
    assert Story(engine, clinics.hinata).jobs() == []
    failed = due_of(engine, clinics.hinata.id)
    assert (failed.due_at, failed.claimed_until) == (people.NOW + FIRST_WAIT, None)
    assert f"clinic={clinics.hinata.id}" in caplog.text
    assert people.OTHER_CLINIC_NAME not in caplog.text

    with writing(engine, clinics.hinata.id) as session:
        session.get_one(Clinic, clinics.hinata.id).institution_code = people.OTHER_INSTITUTION_CODE
    assert worker.work_once(people.NOW + FIRST_WAIT)
    assert len(Story(engine, clinics.hinata).jobs()) == 1


def test_a_clinic_that_goes_on_failing_is_asked_less_and_less_often(embedded: Engine) -> None:
    clinic = known_clinics(embedded).hinata.id
    with writing(embedded, clinic) as session:
        session.get_one(Clinic, clinic).institution_code = "broken"
    worker, now, waits = Worker(embedded), people.NOW, []
    for _ in range(8):
        while worker.work_once(now):
            pass
        due = due_of(embedded, clinic).due_at
        waits.append(due - now)
        now = due
    assert waits[:4] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, FIRST_WAIT * 8]
    assert waits[-1] == LONGEST_REST


def test_a_button_whose_flow_fails_has_still_done_its_own_work(embedded: Engine) -> None:
    clinic = known_clinics(embedded).hinata
    with writing(embedded, clinic.id) as session:
        session.get_one(Clinic, clinic.id).institution_code = "broken"
        session.get_one(ClinicDue, clinic.id).due_at = people.NOW + timedelta(hours=1)
    advance_soon(embedded, clinic.id, people.NOW)
    assert due_of(embedded, clinic.id).due_at == people.NOW, "a worker takes it up at once"


def test_every_clinic_has_its_place_in_the_workers_list(embedded: Engine) -> None:
    with writing(embedded) as session:
        assert {d.clinic_id for d in session.exec(select(ClinicDue))} == {c.id for c in session.exec(select(Clinic))}
