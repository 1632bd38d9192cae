"""Brings a database to the newest schema, by Alembic, on either engine. Safe to repeat; never runs by itself."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

SCRIPTS = Path(__file__).parent.parent / "migrations"


def migrate(engine: Engine, to: str = "head") -> None:
    """Run every migration that is missing, each in its own transaction."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["engine"] = engine
    command.upgrade(config, to)
