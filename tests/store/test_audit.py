"""The audit trail: any single edit, deletion or swap is found, and at which event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col, select
from tests import people
from tests.databases import Databases, TwoClinics, known_clinics

from otonai.store.audit import Actor, anchor_of, first_bad_event, write_event
from otonai.store.ids import new_id
from otonai.store.session import reading, writing
from otonai.store.tables import AuditEvent, ClinicClock

EVENTS = 8


def write_some(engine: Engine, clinic_id: UUID, number: int = EVENTS) -> int:
    """Several different events; returns the newest number."""
    newest = 0
    for i in range(number):
        with writing(engine, clinic_id) as session:
            newest = write_event(
                session,
                clinic_id,
                people.NOW + timedelta(seconds=i, microseconds=i),
                action=f"act_{i}",
                actor=Actor("staff", new_id(), new_id() if i % 2 else None),
                patient_id=new_id() if i % 3 else None,
                subject=str(new_id()),
                device_time=people.NOW if i % 2 else None,
            )
    return newest


def bad(engine: Engine, clinic_id: UUID) -> int | None:
    """What the check finds."""
    with reading(engine, clinic_id) as session:
        return first_bad_event(session, clinic_id)


@pytest.mark.shows("F51")
def test_an_untouched_trail_holds_and_numbers_have_no_gap(engine: Engine, clinics: TwoClinics) -> None:
    for clinic in (clinics.minamo, clinics.hinata):
        write_some(engine, clinic.id)
        assert bad(engine, clinic.id) is None
    with reading(engine, clinics.minamo.id) as session:
        mine = select(AuditEvent.sequence).where(AuditEvent.clinic_id == clinics.minamo.id)
        numbers = sorted(session.exec(mine))
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.shows("F51")
def test_what_is_done_to_one_clinics_trail_leaves_the_others_whole(
    engine: Engine, clinics: TwoClinics, databases: Databases
) -> None:
    write_some(engine, clinics.minamo.id)
    write_some(engine, clinics.hinata.id)
    # The product's own role may take nothing away on PostgreSQL; whoever runs the database can.
    operator = databases.operators_engine(engine) if engine.dialect.name == "postgresql" else engine
    with operator.begin() as connection:
        connection.execute(delete(AuditEvent).where(col(AuditEvent.clinic_id) == clinics.hinata.id))
    operator.dispose()
    assert bad(engine, clinics.hinata.id) == 1
    assert bad(engine, clinics.minamo.id) is None


def test_an_event_of_a_failed_transaction_does_not_exist_and_leaves_no_gap(engine: Engine, clinics: TwoClinics) -> None:
    newest = write_some(engine, clinics.minamo.id, 2)

    def fail() -> None:
        with writing(engine, clinics.minamo.id) as session:
            write_event(session, clinics.minamo.id, people.NOW, action="never", actor=Actor("rule"))
            raise RuntimeError("the act itself failed")

    with pytest.raises(RuntimeError):
        fail()
    assert write_some(engine, clinics.minamo.id, 1) == newest + 1
    assert bad(engine, clinics.minamo.id) is None


# --- any single tampering ------------------------------------------------------------------------------------

EDITS: dict[str, Callable[[Any], Any]] = {
    "at": lambda v: v + timedelta(microseconds=1),
    "action": lambda v: v + "x",
    "outcome": lambda v: v + "x",
    "actor_kind": lambda v: v + "x",
    "actor_id": lambda v: None if v else new_id(),
    "device_id": lambda v: None if v else new_id(),
    "patient_id": lambda v: None if v else new_id(),
    "subject": lambda v: None if v else "x",
    "device_time": lambda v: None if v else people.NOW,
    "previous_hash": lambda v: v + "0",
    "hash": lambda v: v + "0",
}
TAMPERING = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(sorted(EDITS)), st.integers(1, EVENTS)),
    st.tuples(st.just("delete"), st.just(""), st.integers(1, EVENTS)),
    st.tuples(st.just("swap"), st.just(""), st.integers(1, EVENTS - 1)),
    st.tuples(st.just("cut the end"), st.just(""), st.integers(1, EVENTS)),
    st.tuples(st.just("insert"), st.just(""), st.integers(1, EVENTS)),
)
_COLUMNS = [name for name in AuditEvent.model_fields if name not in ("clinic_id", "sequence")]


def tamper(session: Session, clinic_id: UUID, act: str, column: str, number: int) -> None:
    """What somebody with the database's password could do."""
    mine = col(AuditEvent.clinic_id) == clinic_id
    this = session.get_one(AuditEvent, (clinic_id, number))
    if act == "edit":
        setattr(this, column, EDITS[column](getattr(this, column)))
        session.add(this)
    elif act == "delete":
        session.execute(delete(AuditEvent).where(mine, col(AuditEvent.sequence) == number))
    elif act == "cut the end":
        session.execute(delete(AuditEvent).where(mine, col(AuditEvent.sequence) >= number))
    elif act == "insert":
        last = session.get_one(ClinicClock, clinic_id).audit_sequence
        copy = {name: getattr(this, name) for name in _COLUMNS}
        session.add(AuditEvent(clinic_id=clinic_id, sequence=last + 1, **copy))
    else:
        other = session.get_one(AuditEvent, (clinic_id, number + 1))
        for name in _COLUMNS:
            one, two = getattr(this, name), getattr(other, name)
            setattr(this, name, two)
            setattr(other, name, one)
        session.add_all([this, other])
    session.flush()
    session.expire_all()


@pytest.fixture
def trail(embedded: Engine) -> tuple[Engine, UUID]:
    """A trail that is long enough."""
    clinic = known_clinics(embedded).minamo.id
    write_some(embedded, clinic)
    return embedded, clinic


@pytest.mark.prove("audit")
@pytest.mark.shows("F51")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TAMPERING)
def test_any_single_edit_deletion_insertion_or_swap_is_found(
    trail: tuple[Engine, UUID], tampering: tuple[str, str, int]
) -> None:
    engine, clinic = trail
    act, column, number = tampering
    with Session(engine) as session:  # never committed: the next example finds the trail untouched
        tamper(session, clinic, act, column, number)
        found = first_bad_event(session, clinic)
        session.rollback()
    assert found is not None
    if act != "insert":
        assert number <= found <= number + 1, "named where it happened"
    assert bad(engine, clinic) is None


@pytest.mark.shows("F51")
def test_a_trail_rewritten_from_its_middle_is_given_away_by_the_last_hash(trail: tuple[Engine, UUID]) -> None:
    engine, clinic = trail
    with writing(engine, clinic) as session:
        clock = update(ClinicClock).where(col(ClinicClock.clinic_id) == clinic).values(audit_hash="0" * 64)
        session.execute(clock)
    assert bad(engine, clinic) is not None


@pytest.mark.shows("F51")
def test_a_tail_rewritten_with_its_chain_and_clock_is_given_away_by_an_anchor_kept_elsewhere(
    trail: tuple[Engine, UUID],
) -> None:
    """Everything after one event is written anew, as somebody could who knows how the chain is made."""
    engine, clinic = trail
    with reading(engine, clinic) as session:
        kept = anchor_of(session, clinic)
    mine = col(AuditEvent.clinic_id) == clinic
    with writing(engine, clinic) as session:
        before = session.get_one(AuditEvent, (clinic, 3)).hash
        session.execute(delete(AuditEvent).where(mine, col(AuditEvent.sequence) > 3))
        clock = update(ClinicClock).where(col(ClinicClock.clinic_id) == clinic)
        session.execute(clock.values(audit_sequence=3, audit_hash=before))
    write_some(engine, clinic, kept.sequence - 3)
    with reading(engine, clinic) as session:
        assert first_bad_event(session, clinic) is None, "the chain alone tells nothing"
        assert first_bad_event(session, clinic, [kept]) == kept.sequence


@pytest.mark.shows("F51")
def test_a_trail_cut_shorter_than_its_anchor_is_found(trail: tuple[Engine, UUID]) -> None:
    engine, clinic = trail
    with reading(engine, clinic) as session:
        kept = anchor_of(session, clinic)
        last = session.get_one(AuditEvent, (clinic, kept.sequence - 2)).hash
    with writing(engine, clinic) as session:
        beyond = (col(AuditEvent.clinic_id) == clinic, col(AuditEvent.sequence) > kept.sequence - 2)
        session.execute(delete(AuditEvent).where(*beyond))
        clock = update(ClinicClock).where(col(ClinicClock.clinic_id) == clinic)
        session.execute(clock.values(audit_sequence=kept.sequence - 2, audit_hash=last))
    with reading(engine, clinic) as session:
        assert first_bad_event(session, clinic) is None
        assert first_bad_event(session, clinic, [kept]) == kept.sequence - 1


def test_an_anchor_of_an_untouched_trail_goes_on_fitting(engine: Engine, clinics: TwoClinics) -> None:
    for clinic in (clinics.minamo, clinics.hinata):
        write_some(engine, clinic.id, 2)
    kept = []
    for clinic in (clinics.minamo, clinics.hinata):
        with reading(engine, clinic.id) as session:
            kept.append(anchor_of(session, clinic.id))
    write_some(engine, clinics.minamo.id, 2)
    for clinic in (clinics.minamo, clinics.hinata):
        with reading(engine, clinic.id) as session:
            assert first_bad_event(session, clinic.id, kept) is None
