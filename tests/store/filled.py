"""A clinic with a row in every table, built from the schema alone: for tests of the wall between clinics."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, Engine, Integer, LargeBinary, String, Table, Uuid, insert, select
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime
from tests import people

from otonai.store.ids import new_id
from otonai.store.session import reading, writing
from otonai.store.tables import UNOWNED
from otonai.store.walls import WayIn


class Filled:
    """One more row in every table of a clinic, parents first."""

    def __init__(self, engine: Engine, clinic_id: UUID) -> None:
        self.engine, self.clinic_id = engine, clinic_id
        self.ids: dict[str, UUID] = {}
        with writing(engine, clinic_id) as session:
            for table in SQLModel.metadata.sorted_tables:
                if table.name in UNOWNED or table.name == "clinic_clock":
                    continue
                values = self.values(table)
                session.execute(insert(table).values(values))
                if "id" in table.c:
                    self.ids[table.name] = values["id"]

    def values(self, table: Table) -> dict[str, Any]:
        """A row that fits this clinic."""
        values: dict[str, Any] = {}
        for column in table.columns:
            if column.name == "clinic_id":
                values[column.name] = self.clinic_id
            elif column.name == "id":
                values[column.name] = new_id()
            elif column.name == "sequence":
                values[column.name] = 9_999
            elif not column.nullable:
                values[column.name] = _example(column.type)
        for constraint in table.foreign_key_constraints:
            if len(constraint.column_keys) == 2 and constraint.referred_table.name in self.ids:
                values[constraint.column_keys[1]] = self.ids[constraint.referred_table.name]
        return values

    def secret_of(self, way: WayIn) -> str:
        """What opens the way to this clinic's row."""
        with reading(self.engine, self.clinic_id) as session:
            wanted = select(way.table.c[way.column]).where(way.table.c.id == self.ids[way.table.name])
            return str(session.execute(wanted).scalar_one())


def _example(kind: TypeEngine[Any]) -> Any:
    examples: dict[type[TypeEngine[Any]], Any] = {
        UTCDateTime: people.NOW,
        Date: people.TODAY,
        Uuid: new_id(),
        LargeBinary: b"\0",
        Boolean: False,
        Integer: 1,
        JSON: {},
        AutoString: new_id().hex,
        String: new_id().hex,
    }
    return next(value for known, value in examples.items() if isinstance(kind, known))
