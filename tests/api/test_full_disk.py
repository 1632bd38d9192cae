"""A full disk under the server: refused by name, what is stored can be read, no half rows, and well again by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import func, select
from tests import people
from tests.api.server import Server, refused, told
from werkzeug.test import TestResponse

from otonai.store.session import reading
from otonai.store.tables import AuditEvent, Patient


class Disk:
    """How many pages the database may have, for every connection that is handed out."""

    def __init__(self, engine: Engine) -> None:
        self.full = False
        event.listen(engine, "begin", self._limit)

    def _limit(self, connection: Any) -> None:
        """SQLite takes a limit below the present size to be the present size."""
        connection.exec_driver_sql(f"PRAGMA max_page_count={1 if self.full else 1_000_000}")


@pytest.fixture
def disk(server: Server) -> Iterator[Disk]:
    """Room enough, at first."""
    made = Disk(server.engine)
    yield made
    event.remove(server.engine, "begin", made._limit)


def chart(number: int) -> dict[str, Any]:
    """A chart large enough that the free pages are soon used up."""
    own = people.SETTLED
    birth = own.birth_date.isoformat() if own.birth_date else None
    return {
        "name": own.name,
        "name_kana": own.name_kana,
        "birth_date": birth,
        "address": f"架空市{number}" + "番" * 150,
    }


@pytest.mark.shows("F36")
def test_a_full_disk_refuses_by_name_keeps_reading_and_recovers_by_itself(server: Server, disk: Disk) -> None:
    office, admin = server.hire(people.OFFICE), server.admin()
    disk.full = True
    answers: list[TestResponse] = []
    while not answers or (answers[-1].status_code == 201 and len(answers) < 400):
        answers.append(office.post("/api/patients", chart(len(answers))))
    refused(answers[-1], "storage_full", 507)
    saved = sum(answer.status_code == 201 for answer in answers)
    assert rows(server) == (saved, saved)  # neither a chart without its event nor an event without its chart

    assert told(admin.get("/api/ping"))["server_time"]
    assert told(admin.get("/api/settings"))["name"] == people.CLINIC_NAME

    disk.full = False
    told(office.post("/api/patients", chart(999)), 201)
    assert rows(server) == (saved + 1, saved + 1)


def rows(server: Server) -> tuple[int, int]:
    """Charts, and the events of the trail that tell of their making."""
    clinic_id = server.clinics.minamo.id
    with reading(server.engine, clinic_id) as session:
        charts = session.exec(select(func.count()).select_from(Patient).where(Patient.clinic_id == clinic_id)).one()
        made = select(func.count()).select_from(AuditEvent)
        events = session.exec(
            made.where(AuditEvent.clinic_id == clinic_id, AuditEvent.action == "ledger_registered")
        ).one()
    return charts, events
