"""The wall between clinics is part of the schema, and the migrations build exactly that schema on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    Engine,
    ForeignKeyConstraint,
    Table,
    insert,
    inspect,
)
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select
from tests import people
from tests.databases import ENGINES, KEY, Databases, TwoClinics
from tests.store.filled import Filled

from otonai.store.ids import new_id
from otonai.store.migrate import migrate
from otonai.store.session import open_engine, reading, writing
from otonai.store.tables import UNOWNED, Clinic, Device, Patient, Staff

TABLES = sorted(SQLModel.metadata.tables.values(), key=lambda t: t.name)
OWNED = [t for t in TABLES if t.name not in UNOWNED]


@pytest.mark.shows("F42")
@pytest.mark.parametrize("table", OWNED, ids=lambda t: t.name)
def test_every_row_of_a_clinic_is_addressed_by_its_clinic_first(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "clinic_id"


@pytest.mark.shows("F42")
@pytest.mark.parametrize("table", OWNED, ids=lambda t: t.name)
def test_every_reference_stays_inside_its_clinic(table: Table) -> None:
    for constraint in table.foreign_key_constraints:
        assert constraint.column_keys[0] == "clinic_id"
        target = next(iter(constraint.elements)).column.table
        if target.name != "clinic":
            assert [e.column.name for e in constraint.elements] == ["clinic_id", "id"]


def test_a_clinic_owns_every_table_but_the_named_few() -> None:
    assert {t.name for t in TABLES} >= set(UNOWNED)
    assert all(reason.strip() for reason in UNOWNED.values())
    for table in TABLES:
        reaches_a_clinic = any(
            element.column.table.name == "clinic" for c in table.foreign_key_constraints for element in c.elements
        )
        assert reaches_a_clinic is (table.name not in UNOWNED), table.name


def test_every_constraint_has_a_name_so_that_a_later_migration_can_speak_of_it() -> None:
    for table in TABLES:
        assert all(c.name for c in table.constraints), table.name


# --- references into another clinic ------------------------------------------------------------------------


def _references() -> list[tuple[Table, ForeignKeyConstraint]]:
    return [
        (table, constraint)
        for table in OWNED
        for constraint in sorted(table.foreign_key_constraints, key=lambda c: tuple(c.column_keys))
        if len(constraint.column_keys) == 2
    ]


@pytest.mark.shows("F42")
def test_no_reference_into_another_clinic_can_be_written(engine: Engine, clinics: TwoClinics) -> None:
    # Both clinics hold one row of every table with every reference set, so the schema allows those of its own.
    ours, theirs = Filled(engine, clinics.minamo.id), Filled(engine, clinics.hinata.id)

    refused = []
    for table, constraint in _references():
        column, target = constraint.column_keys[1], constraint.referred_table.name
        stranger = ours.values(table) | {column: theirs.ids[target]}
        with pytest.raises(IntegrityError), writing(engine, clinics.minamo.id) as session:
            session.execute(insert(table).values(stranger))
        refused.append((table.name, column))

    assert len(refused) == len(_references()) > 15


@pytest.mark.shows("F42")
def test_one_id_in_two_clinics_is_two_rows_and_neither_reads_the_other(engine: Engine, clinics: TwoClinics) -> None:
    shared = new_id()
    for clinic in (clinics.minamo, clinics.hinata):
        with writing(engine, clinic.id) as session:
            session.add(
                Patient(
                    clinic_id=clinic.id,
                    id=shared,
                    name=clinic.name,
                    birth_date=people.born(people.SETTLED),
                    created_at=people.NOW,
                )
            )

    for clinic in (clinics.minamo, clinics.hinata):
        with reading(engine, clinic.id) as session:
            assert session.get_one(Patient, (clinic.id, shared)).name == clinic.name
            assert [p.name for p in session.exec(select(Patient))] == [clinic.name]


# --- the migrated schema -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ENGINES)
def test_the_migrations_build_exactly_the_schema_of_the_code(databases: Databases, kind: str) -> None:
    engine, remove = databases.fresh(kind, opened=False)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found = compare_metadata(context, SQLModel.metadata)
    remove()

    assert found == []


@pytest.mark.parametrize("kind", ENGINES)
def test_the_keys_and_references_in_the_database_are_those_of_the_code(databases: Databases, kind: str) -> None:
    engine, remove = databases.fresh(kind, opened=False)
    there = inspect(engine)
    for table in TABLES:
        assert there.get_pk_constraint(table.name)["constrained_columns"] == [c.name for c in table.primary_key]
        wanted = {(tuple(c.column_keys), c.referred_table.name) for c in table.foreign_key_constraints}
        found = {(tuple(k["constrained_columns"]), k["referred_table"]) for k in there.get_foreign_keys(table.name)}
        assert found == wanted
    remove()


@pytest.mark.parametrize("kind", ENGINES)
def test_migrating_again_changes_nothing_and_keeps_what_is_there(databases: Databases, kind: str) -> None:
    engine, remove = databases.fresh(kind)
    owner = databases.owners_engine(engine)
    migrate(owner)
    owner.dispose()
    with reading(engine) as session:
        assert {c.name for c in session.exec(select(Clinic))} == {people.CLINIC_NAME, people.OTHER_CLINIC_NAME}
    remove()


# --- what engines are for ----------------------------------------------------------------------------------


def test_the_embedded_database_opens_with_its_key_only(databases: Databases) -> None:
    url = databases.url("sqlite")
    right = open_engine(url, KEY)
    migrate(right)
    right.dispose()
    path = databases.folder / url.rsplit("/", 1)[1]

    wrong = open_engine(url, bytes(32))
    with pytest.raises(Exception, match="file is not a database"), reading(wrong) as session:
        session.exec(select(Clinic)).all()
    wrong.dispose()
    with pytest.raises(ValueError, match="32-byte key"):
        open_engine(url)
    assert not path.read_bytes().startswith(b"SQLite format 3")


def test_nothing_of_a_failed_block_is_kept(engine: Engine, clinics: TwoClinics) -> None:
    device = Device(clinic_id=clinics.minamo.id, id=new_id(), kind="tablet", name="一台目", enrolled_at=people.NOW)

    def fail_after_writing() -> None:
        with writing(engine, clinics.minamo.id) as session:
            session.add(device)
            session.flush()
            raise RuntimeError("something else failed")

    with pytest.raises(RuntimeError):
        fail_after_writing()
    with reading(engine, clinics.minamo.id) as session:
        assert session.exec(select(Device)).all() == []


def test_instants_come_back_as_they_were_whatever_zone_they_were_told_in(engine: Engine, clinics: TwoClinics) -> None:
    later = people.NOW + timedelta(microseconds=123456)
    with writing(engine, clinics.minamo.id) as session:
        staff = session.exec(select(Staff).where(Staff.clinic_id == clinics.minamo.id)).one()
        staff.password_changed_at = later

    with reading(engine, clinics.minamo.id) as session:
        kept = session.exec(select(Staff.password_changed_at).where(Staff.clinic_id == clinics.minamo.id)).one()
    assert kept == later
    assert kept is not None
    assert kept.utcoffset() == timedelta(0)
