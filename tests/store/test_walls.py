"""The wall inside PostgreSQL: a transaction reaches the rows of its clinic, whatever the statement says.

Both clinics hold a row in every table. The product's role is the one that tests connect as; the tables belong to
another. What the embedded database has instead is at the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, Table, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select as select_rows
from tests import people
from tests.databases import APP_ROLE, OWNER_ROLE, Databases, TwoClinics, known_clinics
from tests.store.filled import Filled

from otonai.store.counters import CLINIC
from otonai.store.ids import new_id, new_token, token_hash
from otonai.store.migrate import is_current, migrate
from otonai.store.session import OutsideTheClinic, clinic_behind, enter, enter_by, open_engine, reading, writing
from otonai.store.tables import UNOWNED, Clinic, Patient, Staff, StaffSession
from otonai.store.walls import APPEND_ONLY, SHOWN, WayIn, owned_tables, policies_of, weakness

pytestmark = pytest.mark.shows("F42")
OWNED = list(owned_tables())


@dataclass
class Walled:
    """A PostgreSQL database with both clinics full of rows."""

    engine: Engine
    clinics: TwoClinics
    ours: Filled
    theirs: Filled

    def inside(self, clinic_id: UUID | None) -> Connection:
        """A bare connection in a transaction of this clinic, as raw SQL would run."""
        connection = self.engine.connect()
        if clinic_id is not None:
            connection.execute(text("SELECT set_config(:name, :id, true)"), {"name": CLINIC, "id": str(clinic_id)})
        return connection


@pytest.fixture(scope="module")
def walled(databases: Databases) -> Iterator[Walled]:
    """Nothing here is committed by the tests."""
    engine, remove = databases.fresh("postgres")
    clinics = known_clinics(engine)
    yield Walled(engine, clinics, Filled(engine, clinics.minamo.id), Filled(engine, clinics.hinata.id))
    remove()


def tried(connection: Connection, statement: str) -> int | str:
    """How many rows a statement touched, or PostgreSQL's code for why it did not run."""
    try:
        return connection.execute(text(statement)).rowcount
    except DBAPIError as refusal:
        return str(getattr(refusal.orig, "sqlstate", None))


def rows(connection: Connection, table: Table) -> set[UUID]:
    """Whose rows a look without any condition brings."""
    return set(connection.execute(select(table.c.clinic_id)).scalars())


@pytest.mark.parametrize("table", OWNED, ids=lambda t: t.name)
def test_without_a_clinic_nothing_is_there_and_with_one_only_its_own(walled: Walled, table: Table) -> None:
    minamo, hinata = walled.clinics.minamo.id, walled.clinics.hinata.id
    with walled.inside(None) as connection:
        assert rows(connection, table) == set()
    with walled.inside(minamo) as connection:
        assert rows(connection, table) == {minamo}
        assert connection.execute(select(table).where(table.c.clinic_id == hinata)).all() == []
    with walled.inside(hinata) as connection:
        assert rows(connection, table) == {hinata}


@pytest.mark.parametrize("table", OWNED, ids=lambda t: t.name)
def test_no_statement_writes_beyond_the_wall(walled: Walled, table: Table) -> None:
    minamo, hinata = walled.clinics.minamo.id, walled.clinics.hinata.id
    before = _rows_of(walled, table, hinata)
    own = f'UPDATE "{table.name}" SET clinic_id = clinic_id'  # noqa: S608 -- our own table's name
    writes = [
        own,
        f"UPDATE \"{table.name}\" SET clinic_id = '{hinata}' WHERE clinic_id = '{minamo}'",  # noqa: S608
        f"DELETE FROM \"{table.name}\" WHERE clinic_id = '{hinata}'",  # noqa: S608
        f'TRUNCATE "{table.name}" CASCADE',
    ]
    for write in writes:
        with walled.inside(minamo) as connection:
            outcome = tried(connection, write)
            assert outcome in (0, "42501", "23503") or write == own, (write, outcome)
            connection.rollback()
    if "id" in table.c:
        with walled.inside(minamo) as connection:
            with pytest.raises(DBAPIError, match="row-level security"):
                connection.execute(table.insert().values(walled.theirs.values(table)))
            connection.rollback()
    assert _rows_of(walled, table, hinata) == before


def _rows_of(walled: Walled, table: Table, clinic_id: UUID) -> int:
    with walled.inside(clinic_id) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_neither_joins_nor_subqueries_nor_clever_conditions_look_over_the_wall(walled: Walled) -> None:
    minamo, hinata = walled.clinics.minamo.id, walled.clinics.hinata.id
    attempts = [
        "SELECT p.clinic_id FROM patient p JOIN staff s ON true",
        "SELECT s.clinic_id FROM patient p FULL JOIN staff s ON s.clinic_id = p.clinic_id",
        "SELECT clinic_id FROM patient WHERE true OR 1 = 1",
        "SELECT clinic_id FROM patient WHERE clinic_id IN (SELECT id FROM clinic)",
        "SELECT x.clinic_id FROM clinic c, LATERAL (SELECT clinic_id FROM visit v WHERE v.clinic_id = c.id) x",
        "WITH everything AS (SELECT * FROM coverage) SELECT clinic_id FROM everything",
        "SELECT clinic_id FROM patient UNION ALL SELECT clinic_id FROM audit_event",
        "SELECT clinic_id FROM ONLY medical_document FOR UPDATE",
        "SELECT clinic_id FROM patient WHERE CAST(name AS text) LIKE '%'",
    ]
    for attempt in attempts:
        with walled.inside(minamo) as connection:
            found = set(connection.execute(text(attempt)).scalars()) - {None}
            assert found == {minamo}, attempt
            assert hinata not in found


def test_a_cast_that_fails_on_a_row_never_meets_a_row_of_another_clinic(walled: Walled) -> None:
    """An error message is an answer too: a condition that would break on the neighbour's value must not see it."""
    with walled.inside(walled.clinics.minamo.id) as connection:
        probe = "SELECT 1 FROM staff WHERE clinic_id = CAST(:them AS uuid) AND CAST(login_name AS integer) = 1"
        assert connection.execute(text(probe), {"them": walled.clinics.hinata.id}).all() == []


@pytest.mark.parametrize("said", ["", "' OR true --", "00000000-0000-0000-0000-000000000000", "{}"])
def test_a_clinic_that_is_none_opens_nothing(walled: Walled, said: str) -> None:
    with walled.engine.connect() as connection:
        connection.execute(text("SELECT set_config(:name, :id, true)"), {"name": CLINIC, "id": said})
        assert tried(connection, "SELECT id FROM patient") in (0, "22P02")


def test_what_a_transaction_said_is_forgotten_by_the_next_one_on_the_same_connection(walled: Walled) -> None:
    engine = open_engine(walled.engine.url.render_as_string(hide_password=False))
    held = []
    for clinic in (walled.clinics.minamo, walled.clinics.hinata):
        with writing(engine, clinic.id) as session:
            held.append(session.connection().connection.dbapi_connection)
            assert {s.clinic_id for s in session.exec(select_rows(Staff))} == {clinic.id}
        _fail_inside(engine, clinic.id)
        with engine.connect() as connection:
            held.append(connection.connection.dbapi_connection)
            assert connection.execute(text("SELECT id FROM staff")).all() == []
            assert connection.execute(text(f"SELECT current_setting('{CLINIC}', true)")).scalar_one() in (None, "")
    assert len(set(map(id, held))) == 1, "the pool gave the same connection each time"
    engine.dispose()


def _fail_inside(engine: Engine, clinic_id: UUID) -> None:
    def fail() -> None:
        with writing(engine, clinic_id) as session:
            session.exec(select_rows(Staff)).all()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()


def test_a_session_says_its_clinic_anew_in_each_of_its_transactions(walled: Walled) -> None:
    minamo = walled.clinics.minamo.id
    with reading(walled.engine, minamo) as session:
        for _ in range(2):
            assert {s.clinic_id for s in session.exec(select_rows(Staff))} == {minamo}
            session.rollback()


# --- before a clinic is known --------------------------------------------------------------------------------


@pytest.mark.parametrize("way", list(WayIn), ids=lambda w: w.value)
def test_whoever_shows_a_secret_learns_its_clinic_and_nothing_more(walled: Walled, way: WayIn) -> None:
    shown = walled.theirs.secret_of(way)
    with reading(walled.engine) as session:
        assert clinic_behind(session, way, shown) == walled.clinics.hinata.id
        assert clinic_behind(session, way, shown + "x") is None
        left = session.connection().execute(text(f"SELECT current_setting('{SHOWN}', true)")).scalar_one()
        assert left in (None, "")
        assert rows(session.connection(), way.table) == set(), "the secret is not left lying in the transaction"
    with walled.inside(None) as connection:
        connection.execute(text("SELECT set_config(:name, :shown, true)"), {"name": SHOWN, "shown": shown})
        assert len(connection.execute(select(way.table)).all()) == 1
        others = [t for t in OWNED if t.name != way.table.name]
        assert not any(rows(connection, t) for t in others)
        gone = connection.execute(text(f'DELETE FROM "{way.table.name}"'))  # noqa: S608 -- our own table's name
        assert gone.rowcount == 0
        connection.rollback()


def test_every_way_in_is_unique_and_found_by_an_index(walled: Walled) -> None:
    there = inspect(walled.engine)
    for way in WayIn:
        unique = [u["column_names"] for u in there.get_unique_constraints(way.table.name)]
        assert [way.column] in unique


def test_the_live_channel_reads_counters_of_those_it_asks_about_and_changes_none(walled: Walled) -> None:
    minamo, hinata = walled.clinics.minamo.id, walled.clinics.hinata.id
    with walled.inside(None) as connection:
        connection.execute(text("SELECT set_config('otonai.watched', :ids, true)"), {"ids": f"{{{minamo}}}"})
        assert list(connection.execute(text("SELECT clinic_id FROM clinic_clock")).scalars()) == [minamo]
        assert connection.execute(text("UPDATE clinic_clock SET job_sequence = 0")).rowcount == 0
        assert connection.execute(text("SELECT id FROM patient")).all() == []
        connection.execute(text("SELECT set_config('otonai.watched', :ids, true)"), {"ids": f"{{{minamo},{hinata}}}"})
        assert len(connection.execute(text("SELECT 1 FROM clinic_clock")).all()) == 2


# --- roles and policies --------------------------------------------------------------------------------------


def test_every_owned_table_has_its_policy_in_the_database(walled: Walled) -> None:
    """Walks the schema, so a table that is added without a wall, or a policy that is lost, is found here."""
    with walled.engine.connect() as connection:
        flags = {
            name: (row, force)
            for name, row, force in connection.execute(
                text("SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relkind = 'r'")
            )
        }
        policies = connection.execute(text("SELECT tablename, policyname, cmd, qual FROM pg_policies")).all()
    for table in OWNED:
        assert flags[table.name] == (True, True), table.name
        own = [p for p in policies if p.tablename == table.name]
        assert {p.policyname for p in own} == set(policies_of(table.name))
        (wall,) = [p for p in own if p.policyname == "one_clinic"]
        assert (wall.cmd, "clinic_id" in wall.qual, CLINIC in wall.qual) == ("ALL", True, True)
        assert all(p.cmd == "SELECT" for p in own if p is not wall), "a gap is for looking only"
    unwalled = {t for t in UNOWNED if not flags[t][0]}
    assert unwalled == set(UNOWNED) - {"clinic"}
    there = {name for name, (row, _) in flags.items() if not row and not name.startswith(("pg_", "sql_"))}
    assert there == unwalled | {"alembic_version"}


def test_the_products_role_owns_no_table_and_is_not_above_the_wall(walled: Walled) -> None:
    with walled.engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar_one() == APP_ROLE
        owners = set(connection.execute(text("SELECT tableowner FROM pg_tables WHERE schemaname = 'public'")).scalars())
        assert owners == {OWNER_ROLE}
        for forbidden in (
            "ALTER TABLE patient DISABLE ROW LEVEL SECURITY",
            "ALTER TABLE audit_event DISABLE TRIGGER ALL",
            "DROP POLICY one_clinic ON patient",
            "CREATE POLICY mine ON patient USING (true)",
            f"SET ROLE {OWNER_ROLE}",
            "ALTER ROLE otonai_app BYPASSRLS",
            "SET session_replication_role = replica",
            "CREATE TABLE public.hidden (x integer)",
        ):
            assert tried(connection, forbidden) == "42501", forbidden
            connection.rollback()
    assert weakness(walled.engine) is None


def test_turning_row_security_off_shows_an_error_and_no_row(walled: Walled) -> None:
    with walled.engine.connect() as connection:
        connection.execute(text("SET LOCAL row_security = off"))
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(text("SELECT * FROM patient"))


def test_the_trail_cannot_be_changed_by_the_products_role(walled: Walled) -> None:
    for table in APPEND_ONLY:
        for write in (f'UPDATE "{table}" SET clinic_id = clinic_id', f'DELETE FROM "{table}"'):  # noqa: S608
            with walled.inside(walled.clinics.minamo.id) as connection:
                assert tried(connection, write) == "42501"


def test_even_the_owner_is_held_and_weak_roles_are_told(walled: Walled, databases: Databases) -> None:
    owner = databases.owners_engine(walled.engine)
    with owner.connect() as connection:
        assert rows(connection, Patient.__table__) == set()  # type: ignore[attr-defined]
    assert "owns its tables" in (weakness(owner) or "")
    owner.dispose()
    operator = databases.operators_engine(walled.engine)
    assert "above row-level security" in (weakness(operator) or "")
    operator.dispose()


def test_a_lost_wall_is_noticed_and_the_next_migration_raises_it_again(databases: Databases) -> None:
    engine, remove = databases.fresh("postgres")
    owner = databases.owners_engine(engine)
    assert is_current(owner)
    for harm in ("DROP POLICY one_clinic ON visit", "ALTER TABLE visit NO FORCE ROW LEVEL SECURITY"):
        with owner.begin() as connection:
            connection.execute(text(harm))
        assert not is_current(owner)
        migrate(owner, app_role=APP_ROLE)
        assert is_current(owner)
    assert is_current(engine), "the product's own role can see that as well"
    with pytest.raises(DBAPIError):
        migrate(engine)
    owner.dispose()
    remove()


# --- the session's own filter, on both engines ---------------------------------------------------------------


def test_a_session_without_a_clinic_reaches_no_row_of_any(engine: Engine) -> None:
    with reading(engine) as session:
        assert len(session.exec(select_rows(Clinic)).all()) == 2
        for statement in (select_rows(Staff), select_rows(func.count()).select_from(Staff)):
            with pytest.raises(OutsideTheClinic):
                session.exec(statement)


def test_a_forgotten_condition_brings_only_rows_of_the_sessions_clinic(engine: Engine, clinics: TwoClinics) -> None:
    minamo = clinics.minamo.id
    with writing(engine, minamo) as session:
        assert [s.clinic_id for s in session.exec(select_rows(Staff))] == [minamo]
        assert session.exec(select_rows(func.count()).select_from(Staff)).one() == 1
        assert session.get(Staff, (clinics.hinata.id, clinics.hinata.admin_id)) is None
        inner = select_rows(Staff.clinic_id)
        assert {c.id for c in session.exec(select_rows(Clinic).where(Clinic.id.in_(inner)))} == {minamo}  # type: ignore[attr-defined]


def test_a_row_of_another_clinic_cannot_be_written_through_the_session(engine: Engine, clinics: TwoClinics) -> None:
    stranger: dict[str, Any] = {"name": "例示", "birth_date": people.TODAY, "created_at": people.NOW}
    with pytest.raises(OutsideTheClinic), writing(engine, clinics.minamo.id) as session:
        session.add(Patient(clinic_id=clinics.hinata.id, id=new_id(), **stranger))


def test_a_session_never_changes_its_clinic(engine: Engine, clinics: TwoClinics) -> None:
    with writing(engine, clinics.minamo.id) as session:
        enter(session, clinics.minamo.id)
        with pytest.raises(OutsideTheClinic):
            enter(session, clinics.hinata.id)
        assert enter_by(session, WayIn.LOGIN_NAME, "hinata-admin") == clinics.minamo.id
        assert session.exec(select_rows(Staff).where(Staff.login_name == "hinata-admin")).all() == []


def test_a_cookie_leads_into_its_clinic_only(engine: Engine, clinics: TwoClinics) -> None:
    token, hinata = new_token(), clinics.hinata
    with writing(engine, hinata.id) as session:
        session.add(
            StaffSession(
                clinic_id=hinata.id, id=new_id(), staff_id=hinata.admin_id, token_hash=token_hash(token), stage="open",
                factors=[], created_at=people.NOW, proved_at=people.NOW, last_used_at=people.NOW, expires_at=people.NOW,
            )
        )  # fmt: skip
    with reading(engine) as session:
        assert enter_by(session, WayIn.SESSION, token_hash(token)) == hinata.id
        assert [s.clinic_id for s in session.exec(select_rows(Staff))] == [hinata.id]
    with reading(engine) as session:
        assert enter_by(session, WayIn.SESSION, token_hash("invented")) is None
        with pytest.raises(OutsideTheClinic):
            session.exec(select_rows(Staff))
