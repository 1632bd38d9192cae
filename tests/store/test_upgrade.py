"""Whoever has data upgrades without losing a row: every migration runs over tables that are not empty."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, Uuid, func, insert, select, text
from tests.databases import ENGINES, KEY, Databases

from otonai.store.migrate import SCRIPTS
from otonai.store.session import open_engine

#: One-time codes and sessions that a revision ends on purpose; nobody entered them and people sign in anew.
ENDED_BY = {"0004": {"device_grant"}, "0005": {"staff_session"}}
REVISIONS = [script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1]


@pytest.mark.parametrize("kind", ENGINES)
def test_every_row_of_every_earlier_version_is_there_after_the_upgrade(databases: Databases, kind: str) -> None:
    url = databases.url(kind)
    engine = open_engine(databases.owner_of(url), KEY)
    kept: dict[str, int] = {}
    for revision in REVISIONS:
        upgrade(engine, revision)
        with engine.begin() as connection:
            now = counts(connection)
            lost = {name for name, rows in kept.items() if now[name] != rows}
            assert lost == ENDED_BY.get(revision, set()), f"lost by {revision}"
            fill(connection, [name for name, rows in now.items() if rows == 0])
            kept = counts(connection)
    assert len(kept) > 30
    assert set(kept.values()) == {1}
    if kind == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1, "switched on again"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    engine.dispose()


def upgrade(engine: Engine, revision: str) -> None:
    """One step, without the walls that `migrate` raises over the newest tables in the end."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["engine"] = engine
    command.upgrade(config, revision)


def counts(connection: Connection) -> dict[str, int]:
    """Rows of every table, parents first."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in reflected(connection).sorted_tables
        if table.name != "alembic_version"
    }


def reflected(connection: Connection) -> MetaData:
    """The tables as they are at this revision; the code knows the newest ones only."""
    found = MetaData()
    found.reflect(connection)
    return found


def fill(connection: Connection, names: list[str]) -> None:
    """One row each."""
    tables = reflected(connection).tables
    for name in names:
        connection.execute(insert(tables[name]).values(row_of(connection, tables[name])))


def row_of(connection: Connection, table: Table) -> dict[str, Any]:
    """Whatever a column must have; what refers to a parent refers to the one row that is there."""
    values = {
        column.name: example(column.type) for column in table.columns if not column.nullable or column.primary_key
    }
    for constraint in table.foreign_key_constraints:
        parent = connection.execute(select(constraint.referred_table)).mappings().first()
        if parent is not None and all(key in values for key in constraint.column_keys):
            values |= {
                key: parent[e.column.name] for key, e in zip(constraint.column_keys, constraint.elements, strict=True)
            }
    return values


def example(kind: Any) -> Any:
    """A value of the type as the database tells it."""
    if isinstance(kind, Uuid) or str(kind) == "CHAR(32)":
        return uuid4() if isinstance(kind, Uuid) else uuid4().hex
    examples = {
        bool: False,
        int: 1,
        str: "x",
        bytes: b"x",
        datetime: datetime(2026, 4, 1, tzinfo=UTC),
        date: date(2026, 4, 1),
    }
    try:
        return examples[kind.python_type]
    except (KeyError, NotImplementedError):
        return []


def test_there_is_one_line_of_revisions() -> None:
    assert [script.down_revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()][::-1] == [
        None,
        *REVISIONS[:-1],
    ]
