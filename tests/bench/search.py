"""Finding one of a hundred thousand patients by kana: the product's API beside the same SQL told as it is (P-14).

`python3 run.py bench search`. One clinic of 100,000 invented people, on the encrypted file and on PostgreSQL. The
product answers `GET /api/patients` whole: session, rules, audit event in the transaction, insurances and consents of
twenty rows. The floor runs the same two questions (how many, and the first twenty) with the database's own driver and
writes JSON. Both in one process, in turns. Goal: at least 0.6 times the floor's rate.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, text
from tests.api.server import Server, told
from tests.bench.medical import line
from tests.databases import CONSENT_HOST, KEY, Databases, known_clinics
from tests.staffing import SEALING_KEY

from otonai.app import create_app
from otonai.config import Profile, Settings
from otonai.domain.writing import kana_key
from otonai.store.ids import new_id
from otonai.store.session import reading, writing
from otonai.store.tables import Patient

SETTINGS = Settings(
    database_url="sqlite:///unused",
    base_url="http://localhost",
    live_url="http://localhost:8001",
    profile=Profile.DEMO,
    database_key=KEY,
    ticket_secret=bytes(range(32)),
    sealing_keys=(SEALING_KEY,),
    consent_hosts=frozenset({CONSENT_HOST}),
)
PEOPLE, ROUNDS, SHOWN = 100_000, 30, 20
SYLLABLES = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
WORDS = ("サトウ", "カキ", "ミムメ", "タチツテト", "ワ", "アイウ エオ")


def main() -> int:
    """Measure and print; a benchmark asserts nothing."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores; {PEOPLE} patients, {ROUNDS} searches")
    with tempfile.TemporaryDirectory() as folder, Databases(Path(folder)) as databases:
        for kind in ("sqlite", "postgres"):
            engine, remove = databases.fresh(kind)
            clinic_id = known_clinics(engine).minamo.id
            _fill(engine, clinic_id)
            app = create_app(SETTINGS, engine)
            admin = Server(app, engine).admin()
            product, floor = list[float](), list[float]()
            for number in range(ROUNDS):
                word = WORDS[number % len(WORDS)]
                began = time.perf_counter()
                _bare(engine, clinic_id, word)
                asked = time.perf_counter()
                told(admin.get(f"/api/patients?limit={SHOWN}&query={word}"))
                floor.append(asked - began)
                product.append(time.perf_counter() - asked)
            ratio = sum(floor) / sum(product)
            line(f"{kind}: GET /api/patients", statistics.median(product) * 1000, f"p99 {max(product) * 1000:.0f} ms")
            line(f"{kind}: the same SQL, bare", statistics.median(floor) * 1000, f"rate {ratio:.2f}× of it (goal 0.6)")
            remove()
    return 0


def _fill(engine: Engine, clinic_id: Any) -> None:
    rows = []
    for number in range(PEOPLE):
        kana = "".join(SYLLABLES[(number * step + number // 97) % len(SYLLABLES)] for step in (1, 7, 11, 13, 29))
        rows.append(
            {
                "clinic_id": clinic_id,
                "id": new_id(),
                "chart_number": f"{number:06}",
                "name": f"計測　{number}番",
                "name_kana": kana,
                "kana_key": kana_key(kana),
                "birth_date": date(1930, 1, 1) + timedelta(days=number % 25_000),
                "linked": False,
                "is_test": False,
                "withdrawn": False,
                "version": 1,
                "created_at": datetime(2026, 7, 1, tzinfo=UTC),
            }
        )
    with writing(engine, clinic_id) as session:
        for start in range(0, PEOPLE, 5_000):
            session.execute(insert(Patient), rows[start : start + 5_000])


def _bare(engine: Engine, clinic_id: Any, word: str) -> str:
    ident = clinic_id.hex if engine.dialect.name == "sqlite" else str(clinic_id)
    told = {"clinic": ident, "key": f"%{kana_key(word)}%", "word": f"%{word}%", "limit": SHOWN}
    where = (
        "FROM patient WHERE clinic_id = :clinic AND NOT withdrawn"
        " AND (kana_key LIKE :key OR name LIKE :word OR chart_number LIKE :word)"
    )
    with reading(engine, clinic_id) as session:  # for the wall around the clinic; the questions are bare
        connection = session.connection()
        total = connection.execute(text(f"SELECT count(*) {where}"), told).scalar_one()
        rows = connection.execute(text(f"SELECT * {where} ORDER BY kana_key, id LIMIT :limit"), told).mappings().all()
    return json.dumps({"total": total, "items": [dict(row) for row in rows]}, default=str)


if __name__ == "__main__":
    sys.exit(main())
