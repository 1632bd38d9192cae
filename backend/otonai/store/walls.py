"""Row-level security of PostgreSQL: the database itself shows a transaction the rows of one clinic (design 7, F42).

Each transaction says which clinic it is in (`otonai.clinic_id`, set by `store/session.py` for that transaction alone);
without saying so it sees none. Two narrow gaps are needed before a clinic is known: whoever shows the secret of a row
may learn which clinic it is of (`WayIn`), and the live channel reads the counters of the clinics that somebody listens
to. The tables belong to a role that the application does not use, and even that role is held to the policies.

The embedded database has one key and no roles; there, composite keys and the session's own filter are the wall.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from sqlalchemy import Connection, Engine, Table, inspect, text
from sqlmodel import SQLModel

from .counters import CLINIC, WATCHED
from .tables import UNOWNED

#: A secret's digest or a log-in name that the transaction was shown, while it looks whose it is.
SHOWN = "otonai.shown"

#: Tables to which the application may add and from which it may take nothing away.
APPEND_ONLY = frozenset({"audit_event"})


class WayIn(StrEnum):
    """Unique columns by which a row is found before its clinic is known: a log-in name, or a digest of a secret."""

    LOGIN_NAME = "staff.login_name"
    SESSION = "staff_session.token_hash"
    ACCESS_TOKEN = "device_token.access_hash"  # noqa: S105 -- a column's name
    REFRESH_TOKEN = "device_token.refresh_hash"  # noqa: S105
    HANDED_CODE = "handed_code.code_hash"
    EMERGENCY_CODE = "emergency_seal.code_hash"
    PASSKEY = "passkey.credential_hash"

    @property
    def table(self) -> Table:
        """Where to look."""
        return SQLModel.metadata.tables[self.value.split(".")[0]]

    @property
    def column(self) -> str:
        """What is compared."""
        return self.value.split(".")[1]


def owned_tables() -> Iterator[Table]:
    """Every table that stands behind the wall."""
    return (t for t in SQLModel.metadata.sorted_tables if t.name not in UNOWNED)


def policies_of(table: str) -> dict[str, str]:
    """The policies of one table by name, each as the end of `CREATE POLICY`. Empty where there is no wall."""
    own = f"= NULLIF(current_setting('{CLINIC}', true), '')::uuid"
    if table == "clinic":
        return {
            "everybody_looks": "FOR SELECT USING (true)",
            "opened_from_inside": f"FOR INSERT WITH CHECK (id {own})",
            "changed_from_inside": f"FOR UPDATE USING (id {own}) WITH CHECK (id {own})",
        }
    if table in UNOWNED:
        return {}
    found = {"one_clinic": f"USING (clinic_id {own}) WITH CHECK (clinic_id {own})"}
    for way in WayIn:
        if way.table.name == table:
            shown = f"NULLIF(current_setting('{SHOWN}', true), '')"
            found[f"way_in_by_{way.column}"] = f"FOR SELECT USING ({way.column} = {shown})"
    if table == "clinic_clock":
        watched = f"NULLIF(current_setting('{WATCHED}', true), '')::uuid[]"
        found["watched"] = f"FOR SELECT USING (clinic_id = ANY ({watched}))"
    return found


def lower_for_owner(connection: Connection) -> None:
    """Let the owner's migrations reach all rows. The application's role stays where it is."""
    for name in _walled(connection):
        connection.execute(text(f'ALTER TABLE "{name}" NO FORCE ROW LEVEL SECURITY'))


def raise_walls(connection: Connection, app_role: str | None) -> None:
    """Write every policy anew and give the application's role what it needs, in the caller's transaction.

    `app_role` None, or the role that is connected, gets no grants: an installation may run with one role, which the
    policies hold as well as long as it is no superuser.
    """
    for name in _walled(connection):
        connection.execute(text(f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY'))
        connection.execute(text(f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY'))
        for old in _names_of_policies(connection, name):
            connection.execute(text(f'DROP POLICY "{old}" ON "{name}"'))
        for policy, rule in policies_of(name).items():
            connection.execute(text(f'CREATE POLICY "{policy}" ON "{name}" {rule}'))
    if app_role is not None and app_role != connection.execute(text("SELECT current_user")).scalar_one():
        _grant(connection, app_role)


def standing(connection: Connection) -> bool:
    """Whether every wall of this version of the code stands in the database."""
    flags = "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE oid = CAST(:name AS regclass)"
    return all(
        connection.execute(text(flags), {"name": f'"{name}"'}).scalar_one()
        and set(_names_of_policies(connection, name)) == set(policies_of(name))
        for name in _walled(connection)
    )


def weakness(engine: Engine) -> str | None:
    """Why the connected role is not held by the walls, in words for the operator; None when it is."""
    if engine.dialect.name != "postgresql":
        return None
    asked = """
        SELECT rolsuper OR rolbypassrls,
               EXISTS (SELECT 1 FROM pg_class WHERE relname = 'audit_event' AND relkind = 'r'
                       AND pg_has_role(current_user, relowner, 'USAGE'))
        FROM pg_roles WHERE rolname = current_user
    """
    with engine.connect() as connection:
        above, owns = connection.execute(text(asked)).one()
    if above:
        return "the database role of the server is above row-level security (superuser or BYPASSRLS)"
    if owns:
        return "the database role of the server owns its tables; migrate as another role than the server's own"
    return None


def _walled(connection: Connection) -> Iterable[str]:
    there = set(inspect(connection).get_table_names())
    return [t.name for t in SQLModel.metadata.sorted_tables if t.name in there and policies_of(t.name)]


def _names_of_policies(connection: Connection, table: str) -> list[str]:
    found = connection.execute(
        text("SELECT policyname FROM pg_policies WHERE schemaname = current_schema() AND tablename = :table"),
        {"table": table},
    )
    return list(found.scalars())


def _grant(connection: Connection, app_role: str) -> None:
    role = connection.dialect.identifier_preparer.quote_identifier(app_role)
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
    there = set(inspect(connection).get_table_names())
    for name in sorted(there & set(SQLModel.metadata.tables)):
        allowed = "SELECT, INSERT" if name in APPEND_ONLY else "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(text(f'REVOKE ALL ON "{name}" FROM {role}'))
        connection.execute(text(f'GRANT {allowed} ON "{name}" TO {role}'))
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {role}"))
