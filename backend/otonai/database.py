"""That the database of an installation is ready: its schema, its walls, and the role by which the server connects."""

from __future__ import annotations

import logging

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from .config import OddSetting, Profile, Settings
from .store.migrate import is_current, migrate
from .store.session import open_engine
from .store.walls import weakness

log = logging.getLogger("otonai.database")

#: PostgreSQL's word for it.
INSUFFICIENT_PRIVILEGE = "42501"


def bring_up_to_date(settings: Settings) -> None:
    """Migrate as the owner where there is one, and give the server's own role what it needs. Safe to repeat."""
    server_role = make_url(settings.database_url).username
    owner = _open(settings, settings.owner_url or settings.database_url)
    migrate(owner, app_role=server_role)
    owner.dispose()


def prepare_database(settings: Settings) -> None:
    """Before anything is served: migrate where this process may, and look whether the walls hold its role.

    Raises OddSetting when the schema is old and only the owner may change it, and in production when the server's role
    could reach beyond a clinic's wall.
    """
    engine = _open(settings, settings.database_url)
    try:
        if settings.owner_url is not None or engine.dialect.name == "sqlite" or not is_current(engine):
            _migrate_if_allowed(settings)
        weak = weakness(engine)
        if weak is not None and settings.profile is Profile.PRODUCTION:
            raise OddSetting(f"OTONAI_DATABASE_URL: {weak}")
        if weak is not None:
            log.warning("walls are weak: %s", weak)
    finally:
        engine.dispose()


def _migrate_if_allowed(settings: Settings) -> None:
    try:
        bring_up_to_date(settings)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != INSUFFICIENT_PRIVILEGE:
            raise
        raise OddSetting(
            "OTONAI_DATABASE_OWNER_URL: the schema is not current and the server's role may not change it; run "
            "`otonai db migrate` with the role that owns the tables"
        ) from None


def _open(settings: Settings, url: str) -> Engine:
    return open_engine(url, settings.database_key)
