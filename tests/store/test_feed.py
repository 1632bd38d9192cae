"""Numbers that readers follow: the change feed under writers side by side, file serials, and what JSON keeps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select
from tests import people
from tests.databases import TwoClinics

from otonai.domain.consent import Consent, ConsentFlag, ConsentKind
from otonai.domain.eligibility import EligibilityRecord
from otonai.store.changes import changed_since, current_sequence, note_change
from otonai.store.facts import from_json, to_json
from otonai.store.ids import new_id, new_token, token_hash
from otonai.store.requests import LAST_SERIAL, SerialsUsedUp, next_serial
from otonai.store.session import reading, writing
from otonai.store.tables import ChangeFeed, ClinicClock


def test_writers_side_by_side_leave_one_gapless_feed(engine: Engine, clinics: TwoClinics) -> None:
    clinic = clinics.minamo.id
    with reading(engine, clinic) as session:
        start = current_sequence(session, clinic)

    def write(_: int) -> int:
        with writing(engine, clinic) as session:
            return note_change(session, clinic, "visit", new_id())

    with ThreadPoolExecutor(6) as pool:
        given_out = sorted(pool.map(write, range(24)))
    assert given_out == list(range(start + 1, start + 25))
    with reading(engine, clinic) as session:
        kept = sorted(session.exec(select(ChangeFeed.sequence).where(ChangeFeed.clinic_id == clinic)))
        assert kept[-24:] == given_out
        assert current_sequence(session, clinic) == start + 24


def test_a_record_that_changed_often_is_told_once_at_its_newest_number(engine: Engine, clinics: TwoClinics) -> None:
    clinic, first, second = clinics.minamo.id, new_id(), new_id()
    with writing(engine, clinic) as session:
        start = current_sequence(session, clinic)
        for ident in (first, second, first):
            note_change(session, clinic, "visit", ident)
    with writing(engine, clinics.hinata.id) as session:
        note_change(session, clinics.hinata.id, "visit", first)
    with reading(engine, clinic) as session:
        assert changed_since(session, clinic, start, 10) == [
            (start + 2, "visit", second),
            (start + 3, "visit", first),
        ]
        assert changed_since(session, clinic, start, 1) == [(start + 2, "visit", second)]


@pytest.mark.shows("S-159")
def test_no_file_name_is_given_twice_however_many_ask_at_once(engine: Engine, clinics: TwoClinics) -> None:
    def take(_: int) -> int:
        with writing(engine, clinics.minamo.id) as session:
            return next_serial(session, clinics.minamo.id, people.NOW)[1]

    with ThreadPoolExecutor(6) as pool:
        serials = sorted(pool.map(take, range(18)))
    assert serials == list(range(5001, 5019))


def test_when_the_days_names_are_spent_nothing_is_sent_under_a_used_one(engine: Engine, clinics: TwoClinics) -> None:
    clinic = clinics.minamo.id
    with writing(engine, clinic) as session:
        clock = session.get_one(ClinicClock, clinic)
        clock.file_day, clock.file_serial = people.TODAY, LAST_SERIAL - 1
    with writing(engine, clinic) as session:
        assert next_serial(session, clinic, people.NOW) == (people.TODAY, LAST_SERIAL)
    with pytest.raises(SerialsUsedUp), writing(engine, clinic) as session:
        next_serial(session, clinic, people.NOW)
    tomorrow = people.TODAY + timedelta(days=1)
    with writing(engine, clinic) as session:
        assert next_serial(session, clinic, people.NOW + timedelta(days=1)) == (tomorrow, 5001)


def test_ids_are_ordered_by_time_and_tokens_are_not_what_is_stored() -> None:
    ids = [new_id() for _ in range(500)]
    assert all(a < b for a, b in pairwise(ids))
    assert {i.version for i in ids} == {7}
    token = new_token()
    assert len(token) >= 43
    assert token not in token_hash(token)


TEXT = st.none() | st.text(max_size=12)
CONSENTS = st.builds(
    Consent,
    st.sampled_from(ConsentKind),
    st.sampled_from(ConsentFlag),
    st.none() | st.just(people.NOW),
    st.none() | st.just(people.NOW + timedelta(hours=24)),
)
RECORDS = st.builds(
    EligibilityRecord,
    name=TEXT,
    name_kana=TEXT,
    birth_date=st.none() | st.dates(),
    address=TEXT,
    coverage=st.sampled_from([p.current_coverage for p in people.LEDGER if p.current_coverage]),
    consents=st.lists(CONSENTS, max_size=3).map(tuple),
    reference_number=TEXT,
    unsafe_fields=st.frozensets(st.sampled_from(["name", "address"])),
)


@given(RECORDS)
def test_a_delivered_record_survives_the_database_word_for_word(record: EligibilityRecord) -> None:
    assert from_json(EligibilityRecord, to_json(record)) == record
