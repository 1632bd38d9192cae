"""The clinics that the machine plays at: made once as a file, copied for each run.

みなも carries medical information; two of its three patients have drugs to read. ひなた is next door. What stands in
names and notes is found nowhere else, so that a search for it says where it has come to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Engine, text

from otonai.app import create_app
from otonai.config import HashCost, Profile, Settings
from otonai.domain.consent import ConsentKind
from otonai.domain.eligibility import EligibilityRecord
from otonai.store.session import open_engine
from otonai.store.tables import TerminalJob
from tests import people
from tests.api.server import Server, Somebody, told
from tests.databases import CONSENT_HOST, KEY, Databases
from tests.flow import answers
from tests.flow.story import Story
from tests.machine.clock import Clock
from tests.people import SETTLED, StaffMember, record_of
from tests.staffing import SEALING_KEY

#: Words of みなも and of ひなた that must never be met where they do not belong.
OURS = ("水面", "ミナモヒミツ", "持出錠")
THEIRS = ("日向", "ヒナタヒミツ")
NEIGHBOUR = replace(people.DOCTOR, name="隣人　一郎", login_name="neighbour")


@dataclass(frozen=True)
class Template:
    """The file that runs begin with, and who is in it."""

    file: Path
    #: Over each run's copy in turn: an engine remembers compiled statements, and compiling costs most of a run.
    engine: Engine
    app: Flask
    patients: tuple[UUID, ...]
    records: dict[UUID, EligibilityRecord]
    theirs: UUID


@dataclass
class World:
    """One run's copy, with people at the office."""

    server: Server
    clock: Clock
    template: Template

    def __post_init__(self) -> None:
        self._office: dict[str, Somebody] = {}
        self.story = Story(self.server.engine, self.server.clinics.minamo)

    def office(self, method: str, path: str, body: Any = None, *, by: str = people.ADMIN.login_name) -> Any:
        """One act of an administrator, who signs in again after a long pause."""
        for _ in range(2):
            if by not in self._office:
                self._office[by] = self.server.admin(by)
            answer = self._office[by].ask(method, path, body if body is not None or method == "GET" else {})
            if answer.status_code != 401:
                break
            del self._office[by]
        return told(answer, answer.status_code if answer.status_code in (200, 201, 202, 204) else 200)

    def medical(self, patient: UUID, drug: str) -> tuple[TerminalJob, bytes]:
        """A request for somebody's drugs that waits, and the terminal's answer to it."""
        self.story.now = self.clock.now
        record = self.template.records[patient]
        self.story.fetch_list(record)
        job = next(each for each in reversed(self.story.jobs("drug")) if each.patient_id == patient)
        return job, answers.drugs(record, drug, at=self.clock.now)


@contextmanager
def template(databases: Databases, folder: Path, clock: Clock) -> Iterator[Template]:
    """Makes the file; the application stays the same for all runs."""
    app = create_app(
        Settings(
            database_url="sqlite:///unused", base_url="http://localhost", live_url="http://localhost:9",
            profile=Profile.DEMO, database_key=KEY, ticket_secret=bytes(range(32)), sealing_keys=(SEALING_KEY,),
            hash_cost=HashCost.LIGHT, consent_hosts=frozenset({CONSENT_HOST}),
        )
    )  # fmt: skip
    engine, remove = databases.fresh("sqlite")
    app.extensions["otonai"].engine = engine
    server = Server(app, engine)
    told(server.admin().patch("/api/settings", {"carry_medical": True, "carrying_accepted": True}))
    server.add(people.DOCTOR)
    server.add(people.NURSE)
    server.add(NEIGHBOUR, server.clinics.hinata, login_name=_login(NEIGHBOUR))
    story = Story(engine, server.clinics.minamo)
    story.now = clock.now
    patients, records = [], {}
    for number in range(3):
        coverage = replace(SETTLED.coverages[0], card_number=f"{31000 + number:08d}")
        person = replace(
            SETTLED, name=f"水面　{'一二三'[number]}子", chart_number=f"{900 + number}", coverages=(coverage,),
            reference_number=f"{900 + number}",
        )  # fmt: skip
        patients.append(story.chart(person))
        if number < 2:
            until = clock.now + timedelta(days=20)
            consent = answers.agreed(ConsentKind.DRUG, at=clock.now, until=until)
            records[patients[-1]] = record_of(
                person, consents=consent, reference_number=f"{900 + number}", coverage=coverage
            )
    story.fetch_list(*records.values())
    for job in story.jobs("drug"):
        if job.patient_id in records:
            story.answer(job, answers.drugs(records[job.patient_id], "持出錠０", at=clock.now))
    story.advance()
    neighbour = Story(engine, server.clinics.hinata)
    neighbour.now = clock.now
    theirs = neighbour.chart(replace(SETTLED, name="日向　花子", chart_number="1", reference_number=None))
    with engine.connect() as connection:
        where = connection.execute(text("PRAGMA database_list")).one()[2]
    engine.dispose()
    file = folder / "template.db"
    shutil.copyfile(where, file)
    remove()
    yield Template(file, open_engine(f"sqlite:///{folder / 'run.db'}", KEY), app, tuple(patients), records, theirs)


@contextmanager
def world(made: Template, folder: Path, clock: Clock) -> Iterator[World]:
    """A copy of the file for one run."""
    shutil.copyfile(made.file, folder / "run.db")
    made.app.extensions["otonai"].engine = made.engine
    try:
        yield World(Server(made.app, made.engine), clock, made)
    finally:
        made.engine.dispose()
        for part in folder.glob("run.db*"):
            part.unlink()


def first_use(person: StaffMember) -> dict[str, str]:
    """What a person types who opens a tablet for the first time."""
    return {"login_name": _login(person), "password": person.password, "new_pin": person.pin}


def _login(person: StaffMember) -> str:
    return f"{person.login_name}@{'hinata' if person is NEIGHBOUR else 'minamo'}"
