"""Taking results in: the product beside the floor of lxml and the same encrypted database, in one run.

`python3 run.py bench ingest`. Floors do only what cannot be left out: read the bytes, hash them, parse them with lxml,
write a row. *Durable*: one commit a file, `synchronous=FULL`, as the bridge's acknowledgement demands; once into a bare
table, once into the archive's own, whose keys tell a second delivery and a second copy. *Bulk*: many results in one
transaction, once a file of its own for each, once the same lists the product reads. The product's figures hold archive,
checks, audit and change numbers as well. Goals: durable at least 0.78 times the floor's rate, bulk at most 1.5 times
the floor's time; and, whatever the machine's floor, 700 files/s and 5,100 results/s.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from lxml import etree
from sqlalchemy import Engine
from tests.bench.medical import line
from tests.databases import KEY, Databases, known_clinics
from tests.flow import answers
from tests.flow.story import Story
from tests.people import SETTLED, record_of

from otonai.flow import match_patients, update_ledger
from otonai.flow.receive_result import Delivery, read_message, take_delivery, waiting_messages
from otonai.store.connect import connect_embedded
from otonai.store.ids import new_id
from otonai.store.session import writing
from otonai.store.tables import TerminalJob
from otonai.terminal.result import ReadOutcome, read

ROUNDS, FILES, PEOPLE, LISTED = 3, 200, 2000, 500


def main() -> int:
    """Measure and print; a benchmark asserts nothing."""
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores; medians of {ROUNDS} rounds")
    with tempfile.TemporaryDirectory() as folder, Databases(Path(folder)) as databases:
        single = [_file(number) for number in range(FILES)]
        floors, archives, products, file_floors, list_floors, steps = [], [], [], [], [], []
        for number in range(ROUNDS):
            floors.append(durable_floor(Path(folder) / f"floor-{number}.db", single))
            engine, remove = databases.fresh("sqlite")
            archives.append(archive_floor(engine, single))
            products.append(durable(engine, single))
            remove()
            lists = [_list(start, number) for start in range(0, PEOPLE, LISTED)]
            file_floors.append(file_floor(Path(folder), number, single))
            list_floors.append(list_floor(Path(folder) / f"bulk-{number}.db", lists))
            engine, remove = databases.fresh("sqlite")
            steps.append(bulk(engine, lists))
            remove()
    floor, archive, product = (FILES / statistics.median(each) for each in (floors, archives, products))
    print(f"durable, one file of {len(single[0]) / 1000:.1f} KB at a time")
    print(f"  floor: hash, parse, row, commit        {floor:8.0f} files/s")
    print(f"  floor: the same, the archive's table   {archive:8.0f} files/s")
    beside = f"{product / floor:.2f} x floor (goal 0.78), {product / archive:.2f} x with the archive's table"
    print(f"  product: acknowledged delivery         {product:8.0f} files/s   {beside}")
    a_file, a_row = statistics.median(file_floors) / FILES, statistics.median(list_floors) / PEOPLE
    print(f"bulk, lists of {LISTED} people, {PEOPLE:,} in all")
    line("floor: a file each, one commit", a_file * PEOPLE * 1000, f"{1 / a_file:,.0f} results/s")
    line("floor: the lists, a row each", a_row * PEOPLE * 1000, f"{1 / a_row:,.0f} results/s")
    total = 0.0
    for step in ("read and archive", "keep", "match", "confirm"):
        took = statistics.median(one[step] for one in steps)
        total += took
        line(f"product: {step}", took * 1000, f"{PEOPLE / took:,.0f} results/s")
        if step == "keep":
            each = total / PEOPLE
            beside = f"{each / a_file:.1f} x a file each (goal 1.5), {each / a_row:.1f} x the lists"
            line("  taken in so far", total * 1000, f"{1 / each:,.0f} results/s, {beside}")
    line("product: everything", total * 1000, f"{PEOPLE / total:,.0f} results/s (goal 1,500 with reconciliation)")
    return 0


def durable_floor(path: Path, files: list[bytes]) -> float:
    """Seconds for all files, one commit each."""
    connection = _table(path)
    started = time.perf_counter()
    for content in files:
        digest = hashlib.sha256(content).hexdigest()
        etree.fromstring(content)
        connection.execute("INSERT INTO message VALUES (?, ?, ?)", (uuid4().hex, digest, content))
    took = time.perf_counter() - started
    connection.close()
    return took


def durable(engine: Engine, files: list[bytes]) -> float:
    """The same by deliveries of the bridge, each acknowledged after its commit."""
    clinic = known_clinics(engine).minamo
    now = datetime.now(UTC)
    names = [f"OQSsiquc01res_20261123{number:04d}" for number in range(len(files))]
    with writing(engine, clinic.id) as session:
        for name in names:
            session.add(
                TerminalJob(
                    clinic_id=clinic.id, id=new_id(), family="eligibility_single",
                    file_name=f"{name.replace('res', 'req')}.xml", expected_stem=name, content=b"", sha256="",
                    state="written", created_at=now, answer_by=now + timedelta(minutes=1),
                )
            )  # fmt: skip
    started = time.perf_counter()
    for name, content in zip(names, files, strict=True):
        with writing(engine, clinic.id) as session:
            told = take_delivery(
                session, clinic.id, Delivery(uuid4(), "answer", f"{name}.xml", None, None), content, now
            )
        assert told.outcome == "accepted"
    return time.perf_counter() - started


def archive_floor(engine: Engine, files: list[bytes]) -> float:
    """Seconds for all files, one commit each, into the archive's own table with its keys, without ORM or questions."""
    clinic = known_clinics(engine).minamo.id.hex
    pooled = engine.raw_connection()
    connection: Any = pooled.driver_connection
    row = (
        "INSERT INTO terminal_message (clinic_id, id, delivery_id, kind, file_name, sha256, content, received_at, "
        "outcome) VALUES (?, ?, ?, 'answer', 'floor', ?, ?, '2026-11-23 00:00:00', 'read')"
    )
    started = time.perf_counter()
    for content in files:
        digest = hashlib.sha256(content).hexdigest()
        etree.fromstring(content)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(row, (clinic, new_id().hex, uuid4().hex, f"floor {digest}", content))
        connection.execute("COMMIT")
    took = time.perf_counter() - started
    pooled.close()
    return took


def file_floor(folder: Path, number: int, files: list[bytes]) -> float:
    """Seconds to read result files from disk, hash and parse them, and to write a row each in one transaction."""
    paths = [folder / f"one-{number}-{at}.xml" for at in range(len(files))]
    for path, content in zip(paths, files, strict=True):
        path.write_bytes(content)
    connection = _table(folder / f"files-{number}.db")
    started = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for path in paths:
        content = path.read_bytes()
        etree.fromstring(content)
        digest = hashlib.sha256(content).hexdigest()
        connection.execute("INSERT INTO message VALUES (?, ?, ?)", (uuid4().hex, digest, content))
    connection.execute("COMMIT")
    took = time.perf_counter() - started
    connection.close()
    return took


def list_floor(path: Path, lists: list[bytes]) -> float:
    """Seconds to parse the lists and to write one row a person, in one transaction a list."""
    connection = _table(path)
    started = time.perf_counter()
    for content in lists:
        digest = hashlib.sha256(content).hexdigest()
        root = etree.fromstring(content)
        connection.execute("BEGIN IMMEDIATE")
        for unit in root.iter("BulkConfirmUnit"):
            text = "|".join(each.text or "" for each in unit.iter())
            connection.execute("INSERT INTO message VALUES (?, ?, ?)", (uuid4().hex, digest, text))
        connection.execute("COMMIT")
    took = time.perf_counter() - started
    connection.close()
    return took


def bulk(engine: Engine, lists: list[bytes]) -> dict[str, float]:
    """Seconds of each step of the flow for the same lists, with a ledger of all these people."""
    story = Story(engine, known_clinics(engine).minamo)
    story.now = datetime.now(UTC)
    for number in range(PEOPLE):
        story.chart(_person(number))
    took = dict.fromkeys(("read and archive", "keep", "match", "confirm"), 0.0)
    for content in lists:
        file_name = f"{_asked(story).expected_stem}.xml"
        started = time.perf_counter()
        found = read(content, file_name)  # once, as the route of the bridge does
        with writing(engine, story.clinic.id) as session:
            delivery = Delivery(uuid4(), "answer", file_name, None, None)
            assert take_delivery(session, story.clinic.id, delivery, content, story.now, found).outcome == "accepted"
        took["read and archive"] += time.perf_counter() - started
        for message_id in waiting_messages(engine, story.clinic.id):
            took["keep"] += _timed(lambda message_id=message_id, found=found: _keep(story, message_id, found))
    took["match"] = _timed(lambda: _in_one(story, match_patients.match_waiting))
    took["confirm"] = _timed(lambda: _in_one(story, update_ledger.confirm_certain))
    return took


def _asked(story: Story) -> TerminalJob:
    """A list that was asked for and accepted, its answer not yet there."""
    story.wait(minutes=6)
    story.ask()
    story.answer(story.newest_job("home_visit_list"), answers.acceptance(uuid4().hex[:18], at=story.now))
    story.advance()
    return story.newest_job("home_visit_fetch")


def _keep(story: Story, message_id: Any, found: ReadOutcome) -> None:
    with writing(story.engine, story.clinic.id) as session:
        read_message(session, story.clinic.id, message_id, story.now, story.cadence, found)


def _in_one(story: Story, step: Any) -> None:
    with writing(story.engine, story.clinic.id) as session:
        step(session, story.clinic.id, story.now)


def _timed(act: Any) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _person(number: int) -> Any:
    """Somebody of a ledger as clinics have them: birth dates and names that few share."""
    card = replace(SETTLED.coverages[0], card_number=f"{number:08d}")
    kana = "".join(chr(ord("ア") + ord(digit) - ord("0")) for digit in str(number))
    return replace(
        SETTLED, name=f"見本　第{number}", name_kana=f"ミホン　{kana}", chart_number=f"{number:06d}",
        birth_date=date(1931, 1, 1) + timedelta(days=37 * number % 9973), coverages=(card,), reference_number=None,
    )  # fmt: skip


def _list(start: int, salt: int) -> bytes:
    told = []
    for number in range(start, start + LISTED):
        person = _person(number)
        told.append(record_of(person, coverage=person.coverages[0], reference_number=f"{salt}{number:07d}"))
    return answers.consented_list(*(answers.consented(one) for one in told), at=datetime.now(UTC))


def _file(number: int) -> bytes:
    """One result of about 2.8 KB."""
    person = _person(number)
    told = record_of(person, coverage=person.coverages[0], address=f"見本市緑町三丁目{number}番" + "見" * 300)
    return answers.consented_list(answers.consented(told), at=datetime.now(UTC))


def _table(path: Path) -> Any:
    connection = connect_embedded(path, KEY)
    connection.execute("CREATE TABLE message (id TEXT PRIMARY KEY, digest TEXT, content BLOB)")
    return connection


if __name__ == "__main__":
    sys.exit(main())
