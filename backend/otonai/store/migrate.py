"""Brings a database to the newest schema, by Alembic, on either engine. Safe to repeat; never runs by itself.

On PostgreSQL it also raises the walls between clinics (`store/walls.py`) and grants the application's role what it
needs; so a table that a migration adds stands behind its wall as soon as the migration is done.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from .walls import lower_for_owner, raise_walls, standing

SCRIPTS = Path(__file__).parent.parent / "migrations"


def migrate(engine: Engine, to: str = "head", *, app_role: str | None = None) -> None:
    """Run every migration that is missing, each in its own transaction, as the owner of the tables.

    `app_role` is the role by which the application connects to PostgreSQL, when that is another one.
    """
    walls = engine.dialect.name == "postgresql"
    if walls:
        with engine.begin() as connection:
            lower_for_owner(connection)
    config = _config()
    config.attributes["engine"] = engine
    command.upgrade(config, to)
    if walls:
        with engine.begin() as connection:
            raise_walls(connection, app_role)


def is_current(engine: Engine) -> bool:
    """Whether the newest migration has run and, on PostgreSQL, every wall stands. Changes nothing."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() != newest:
            return False
        return engine.dialect.name != "postgresql" or standing(connection)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return config
