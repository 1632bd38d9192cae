"""A busy database: eight writers and copies of the whole file at once, and nobody is told that it is locked."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlcipher3
from sqlalchemy import Engine
from sqlmodel import func, select
from tests import people
from tests.databases import KEY

from otonai.store.audit import THE_RULES, write_event
from otonai.store.connect import connect_embedded
from otonai.store.session import reading, writing
from otonai.store.tables import AuditEvent, Clinic

WRITERS, EACH = 8, 12


@pytest.mark.shows("F38")
def test_eight_writers_beside_a_running_backup_all_get_their_turn(embedded: Engine, tmp_path: Path) -> None:
    with reading(embedded) as session:
        clinic_id = session.exec(select(Clinic.id).where(Clinic.institution_code == people.INSTITUTION_CODE)).one()
        (_, _, file) = session.connection().exec_driver_sql("PRAGMA database_list").one()
    ended = threading.Event()
    copies: list[str] = []

    def back_up() -> None:
        while not ended.is_set():
            copy = tmp_path / f"copy-{len(copies)}.db"
            source, target = connect_embedded(Path(file), KEY), sqlcipher3.connect(str(copy))
            target.execute(f"PRAGMA key = \"x'{KEY.hex()}'\"")
            source.backup(target, pages=64)
            copies.append(target.execute("PRAGMA integrity_check").fetchone()[0])
            source.close()
            target.close()

    def write(_: int) -> list[float]:
        took = []
        for _ in range(EACH):
            began = time.perf_counter()
            with writing(embedded, clinic_id) as session:
                write_event(session, clinic_id, people.NOW, action="list_requested", actor=THE_RULES)
            took.append(time.perf_counter() - began)
        return took

    copier = threading.Thread(target=back_up)
    copier.start()
    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            took = sorted(one for each in pool.map(write, range(WRITERS)) for one in each)
    finally:
        ended.set()
        copier.join(30)
    assert set(copies) == {"ok"}
    assert len(took) == WRITERS * EACH
    assert took[int(len(took) * 0.99)] < 5.0  # far below the time after which SQLite gives up; figures are the bench's
    with reading(embedded, clinic_id) as session:
        events = session.exec(select(func.count()).where(AuditEvent.action == "list_requested")).one()
    assert events == len(took)
