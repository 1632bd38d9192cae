"""A clinic whose patients have little, much and very much to read, served as the product serves it.

The rows are made by the flow from real answers of the terminal; only the consent and the link before them are told
directly. Days count back from the real today, because the browser's clock is real.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Engine
from werkzeug.serving import make_server

from otonai.app import create_app
from otonai.config import Profile, Settings
from otonai.domain.consent import ConsentKind
from otonai.domain.dates import business_day
from otonai.domain.eligibility import EligibilityRecord
from otonai.store.tables import TerminalJob
from tests import people
from tests.api.server import Server
from tests.databases import CONSENT_HOST, KEY, known_clinics
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, record_of
from tests.staffing import SEALING_KEY
from tests.terminal.messages import message, tag, tags

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = (ConsentKind.DRUG, ConsentKind.CHECKUP, ConsentKind.DIAGNOSIS, ConsentKind.OPERATION)
LONG_NAME = "レボドパ・カルビドパ水和物・エンタカポン配合持続性徐放錠Ｌ１００ｍｇ「見本の長い名前の製薬」"
LONG_INGREDIENT = "レボドパ・カルビドパ水和物・エンタカポン"
#: Years of five checkups; the second is missing, and the method of HbA1c changes before the last.
CHECKUP_YEARS = (5, 3, 2, 1, 0)


@dataclass(frozen=True)
class MedicalClinic:
    """Where it is, who may read there, and whose pages hold how many drug rows."""

    address: str
    cookie: tuple[str, str]
    patients: dict[int, UUID]


@contextmanager
def medical_clinic(engine: Engine, sizes: tuple[int, ...]) -> Iterator[MedicalClinic]:
    """Runs for the `with` block, on a free port of loopback."""
    story = Story(engine, known_clinics(engine).minamo)
    story.now = datetime.now(UTC)
    patients = {rows: _patient(story, number, rows) for number, rows in enumerate(sizes)}
    app = create_app(
        Settings(
            database_url="sqlite:///unused",
            base_url="http://localhost",
            live_url="http://localhost:8001",
            profile=Profile.DEMO,
            database_key=KEY,
            ticket_secret=bytes(range(32)),
            sealing_keys=(SEALING_KEY,),
            pwa_folder=ROOT / "pwa" / "dist",
            consent_hosts=frozenset({CONSENT_HOST}),
        )
    )
    app.extensions["otonai"].engine = engine
    doctor = Server(app, engine).hire(people.DOCTOR)
    cookie = doctor.client.get_cookie("otonai_session")
    assert cookie is not None
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://localhost:{server.server_port}"
        yield MedicalClinic(address, (cookie.key, cookie.value), patients)
    finally:
        server.shutdown()


def _patient(story: Story, number: int, rows: int) -> UUID:
    """One linked person with consent to everything and this many rows."""
    coverage = replace(SETTLED.coverages[0], card_number=f"{31000 + number:08d}")
    person = replace(
        SETTLED,
        name=f"見本　{number}子",
        chart_number=f"{900000 + number}",
        coverages=(coverage,),
        reference_number=None,
    )
    chart = story.chart(person)
    told = record_of(
        person,
        consents=answers.agreed(*EVERYTHING, at=story.now),
        reference_number=f"{77000 + number}",
        coverage=coverage,
    )
    story.fetch_list(told)
    story.answer(_job(story, "drug", chart), _drugs(told, rows, business_day(story.now), story.now))
    story.answer(_job(story, "checkup", chart), _checkups(told, business_day(story.now), story.now))
    story.advance()
    return chart


def _job(story: Story, family: str, chart: UUID) -> TerminalJob:
    return next(job for job in reversed(story.jobs(family)) if job.patient_id == chart)


def _drugs(told: EligibilityRecord, rows: int, today: date, at: datetime) -> bytes:
    """Rows month by month backwards, ten drugs each, two prescribers; every tenth has a long name."""
    months: list[str] = []
    for first in range(0, rows, 10):
        day = today - timedelta(days=28 * (first // 10) + 3)
        drugs = "".join(
            tag(
                "DrugInf",
                tags(
                    {
                        "MeTrIdCl": "22" if n % 10 == 7 else "21",
                        "DrugC": f"6198{n % 10:05d}",
                        "DrugN": LONG_NAME if n % 10 == 9 else f"見本薬{n % 10}錠５ｍｇ「見本」",
                        "IngreN": "レボドパ・カルビドパ水和物・エンタカポン"
                        if n % 10 == 9
                        else f"見本成分{n % 10 % 8}",
                        "Qua1": "1",
                        "Unit": "錠",
                        "UsageN": "１日１回朝食後",
                        "Times": "28",
                    }
                ),
            )
            for n in range(first, min(rows, first + 10))
        )
        dates = tags({"DiDate": f"{day:%Y%m%d}", "PrDate": f"{day:%Y%m%d}"})
        about = {
            "MeTrMonth": f"{day:%Y%m}",
            "MeTrDiHCd": "1348888881",
            "MeTrDiHNm": "みほん薬局",
            "PrlsHCd": "1318888880" if first % 20 else "1318888888",
            "PrlsHNm": "みほん内科医院" if first % 20 else "例示整形外科クリニック",
            "PrIsOrg": "2",
        }
        months.append(tag("MeTrMonthInf", tags(about) + tag("DiDateInf", dates + tag("DrugInfs", drugs))))
    return message("".join(months), answers._medical_header(told, at, "1"))


def _checkups(told: EligibilityRecord, today: date, at: datetime) -> bytes:
    """Five examinations with the quantities that are charted first, a finding and an answer."""
    found = []
    for number, years in enumerate(CHECKUP_YEARS):
        values = {
            "3D046000001920402" if years else "3D046000001927102": ("HbA1c(NGSP値)", f"{6.0 + number * 0.2:.1f}", "%"),
            "9A755000000000001": ("収縮期血圧(その他)", f"{128 + number * 4}", "mmHg"),
            "9A765000000000001": ("拡張期血圧(その他)", f"{78 + number}", "mmHg"),
            "3C015000002327101": ("血清クレアチニン", f"{0.9 + number * 0.1:.2f}", "mg/dL"),
            "3F077000002327101": ("LDLコレステロール", f"{140 - number * 8}", "mg/dL"),
            "3B045000002327201": ("ALT(GPT)", f"{20 + number * 4}", "U/L"),
            "9N006000000000001": ("体重", f"{54.0 - number * 0.4:.1f}", "kg"),
        }
        items = "".join(
            tag(
                "HealthCheckupResultAndQuestionInfo",
                tags({"ItemCode": code, "ItemName": name, "DataType": "PQ", "DataValue": value, "Unit": unit}),
            )
            for code, (name, value, unit) in values.items()
        )
        answer = {"ItemCode": "9N736000000000011", "ItemName": "喫煙", "DataType": "CD", "DataValue": "3",
                  "DataValueName": "いいえ"}  # fmt: skip
        items += tag("HealthCheckupResultAndQuestionInfo", tags(answer))
        day = date(today.year - years, today.month, min(today.day, 28)) - timedelta(days=10)
        found.append(
            tag(
                "SpecificHealthCheckupInfo",
                tag("EffectiveTime", f"{day:%Y%m%d}") + tag("HealthCheckupResultAndQuestionInfos", items),
            )
        )
    return message("".join(found), answers._medical_header(told, at, "1"))
