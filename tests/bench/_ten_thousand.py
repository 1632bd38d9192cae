"""A clinic that visits ten thousand people today, and what its server really answers to a tablet.

The application in process over an encrypted database: rows written into it, answers asked for by an enrolled tablet.
Says how long the server took; judges nothing.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel
from tests import people
from tests.api.server import Server, told
from tests.databases import KEY, Databases
from tests.staffing import SEALING_KEY

from otonai.app import create_app
from otonai.config import HashCost, Profile, Settings
from otonai.domain.dates import business_day
from otonai.domain.writing import kana_key
from otonai.flow import hashing
from otonai.store.ids import new_id
from otonai.store.tables import Coverage, Patient, PatientConsent, Visit

PEOPLE, CHANGED = 10_000, 10
STATUS = {"version": "bench", "storage_persisted": True, "key_mode": "strict", "unsent": 0, "packed": None}
_FAMILIES = (
    ("見本", "ミホン"), ("例示", "レイジ"), ("架空", "カクウ"), ("仮名", "カメイ"), ("試験", "シケン"),
    ("資格", "シカク"), ("同居", "ドウキョ"), ("扶助", "フジョ"), ("練習", "レンシュウ"), ("模擬", "モギ"),
)  # fmt: skip
_GIVEN = (
    ("一郎", "イチロウ"), ("二子", "ニコ"), ("三郎", "サブロウ"), ("はな", "ハナ"), ("太一", "タイチ"),
    ("千代", "チヨ"),
    ("さくら", "サクラ"), ("健", "ケン"), ("慎一", "シンイチ"), ("真帆", "マホ"), ("四郎", "シロウ"), ("清", "キヨシ"),
)  # fmt: skip
_TOWNS = ("見本市緑町", "見本市川岸", "例示区本町", "架空町大字東", "練習市みなも台")
_NOTES = (None, None, "玄関は右側の引き戸", "見本荘の青い門", "呼び鈴は鳴らさない")
_TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class Recorded:
    """Answers as bytes, and the server's own share of the time in seconds."""

    shares: bytes
    pack: bytes
    changes: bytes
    changed_cursor: str
    status: bytes
    pack_took: float
    changes_took: float


def record(folder: Path, seed: int = 1) -> Recorded:
    """Fill the clinic, ask as a tablet asks, change ten charts at the office, ask again."""
    settings = Settings(
        database_url="sqlite:///unused", base_url="http://localhost", live_url="http://localhost:8001",
        profile=Profile.DEMO, database_key=KEY, ticket_secret=bytes(range(32)), sealing_keys=(SEALING_KEY,),
    )  # fmt: skip
    hashing.use_cost(HashCost.LIGHT)
    with Databases(folder) as databases:
        engine, remove = databases.fresh("sqlite")
        app = create_app(settings)
        app.extensions["otonai"].engine = engine
        server = Server(app, engine)
        chance = random.Random(seed)
        with server.changing() as session:
            rows = visited_people(server.clinics.minamo.id, datetime.now(UTC), chance)
            session.add_all(row for row in rows if isinstance(row, Patient))
            session.flush()
            session.add_all(row for row in rows if not isinstance(row, Patient))
        office, tablet = server.hire(people.OFFICE), server.tablet(people.NURSE)
        shares = tablet.post("/api/devices/me/day-shares")
        began = time.perf_counter()
        pack = tablet.post("/api/sync/pack")
        pack_took = time.perf_counter() - began
        told_pack = told(pack)
        for patient in chance.sample(told_pack["patients"], CHANGED):
            typed = {"telephone": "03-0000-0099", "base_version": patient["version"]}
            told(office.patch(f"/api/patients/{patient['id']}", typed))
        began = time.perf_counter()
        changes = tablet.get(f"/api/sync/changes?cursor={told_pack['cursor']}")
        changes_took = time.perf_counter() - began
        status = tablet.post("/api/devices/me/status", STATUS | {"client_time": datetime.now(UTC).isoformat()})
        told(status)
        remove()
    return Recorded(shares.data, pack.data, changes.data, told(changes)["cursor"], status.data, pack_took, changes_took)


def documents(pack: bytes) -> bytes:
    """The same people for PouchDB: one document each, the visit in it."""
    told = json.loads(pack)
    visits = {visit["patient_id"]: visit for visit in told["visits"]}
    rows = [{"_id": patient["id"], **patient, "visit": visits[patient["id"]]} for patient in told["patients"]]
    return json.dumps(rows, ensure_ascii=False).encode()


def visited_people(clinic: UUID, now: datetime, chance: random.Random, count: int = PEOPLE) -> list[SQLModel]:
    """Rows of so many people with a visit today; the patients must be in the database before what belongs to them."""
    today = business_day(now)
    rows: list[SQLModel] = []
    for number in range(count):
        patient, checked = new_id(), now - timedelta(days=chance.randrange(40), seconds=chance.randrange(80_000))
        (family, family_kana), (given, given_kana) = chance.choice(_FAMILIES), chance.choice(_GIVEN)
        kana = f"{family_kana}　{given_kana}"
        rows += (
            Patient(
                id=patient, clinic_id=clinic, chart_number=f"{number:06d}", name=f"{family}　{given}", name_kana=kana,
                kana_key=kana_key(kana), sex=chance.choice(("male", "female")),
                birth_date=date(1930, 1, 1) + timedelta(days=chance.randrange(12_000)), postal_code="100-0099",
                address=f"見本県{chance.choice(_TOWNS)}{chance.randrange(1, 9)}-{chance.randrange(1, 99)}",
                telephone=f"03-0000-{chance.randrange(10_000):04d}", reference_number=f"{number:06d}", linked=True,
                last_checked_at=checked, last_check_kind="myna_home_visit", last_validity="valid",
                last_validity_code="1", created_at=now,
            ),
            Coverage(
                id=new_id(), clinic_id=clinic, patient_id=patient, insurer_number=people.LATE_ELDERLY,
                insurer_name="見本県後期高齢者医療広域連合", card_number=f"{chance.randrange(10**8):08d}",
                relation="insured", contribution_ratio=chance.choice((10, 20, 30)), qualified_on=date(2020, 4, 1),
                valid_from=date(today.year - 1, 8, 1), valid_until=date(today.year + 1, 7, 31),
            ),
            Visit(
                id=new_id(), clinic_id=clinic, patient_id=patient, day=today, visit_type="home_visit",
                planned_at=datetime.combine(today, clock(9), _TOKYO) + timedelta(minutes=5 * chance.randrange(108)),
                place_note=chance.choice(_NOTES), card_plan=chance.choice(("card", "visual", "unknown")),
            ),
        )  # fmt: skip
        if chance.random() < 0.5:
            rows += [
                PatientConsent(
                    id=new_id(), clinic_id=clinic, patient_id=patient, kind=kind, flag="given", consented_at=checked
                )
                for kind in ("drug", "checkup")
            ]
    return rows
