"""The journal: what was committed is there after the end, and a journal that cannot be trusted stops the start."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.people import NOW

from otonai_bridge.facts import FileRecord, FileState, JobRecord, JobState
from otonai_bridge.journal import Journal, JournalUnavailable

JOB = JobRecord("job-1", "OQSmuhvq01req_1.xml", "a" * 64, "OQSmuhvq01res_1", NOW, JobState.WRITING, "d-1", NOW, 9)
FILE = FileRecord("d-2", "answer", "res", "OQSmuhvq01res_1.xml", "b" * 64, 3, 5, FileState.RESERVED, NOW, NOW, "job-1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite3"


def test_rows_come_back_as_they_were_saved(path: Path) -> None:
    journal = Journal(path)
    journal.save_job(JOB)
    journal.save_job(replace(JOB, state=JobState.WRITTEN, reason="because", changed_at=NOW + timedelta(seconds=1)))
    journal.save_file(FILE)
    journal.note(last_contact_at="now")
    before = journal.jobs(), journal.files(), journal.notes()
    journal.close()
    again = Journal(path)
    assert (again.jobs(), again.files(), again.notes()) == before
    assert again.jobs()["job-1"].state is JobState.WRITTEN
    again.forget_job("job-1")
    again.forget_file("d-2")
    assert (again.jobs(), again.files()) == ({}, ())
    again.close()


def test_a_held_copy_stays_until_its_receipt(path: Path) -> None:
    journal = Journal(path)
    journal.save_file(FILE, copy=b"abc")
    assert journal.files() == (replace(FILE, held=True),)
    journal.save_file(FILE)  # another attempt, without the bytes
    assert journal.held_copy("d-2") == b"abc"
    assert journal.held_bytes() == 3
    journal.save_file(replace(FILE, state=FileState.DELIVERED))
    assert journal.held_copy("d-2") is None
    assert journal.files() == (replace(FILE, state=FileState.DELIVERED),)
    journal.close()


def test_nobody_else_may_read_the_journal(path: Path) -> None:
    Journal(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_commit_is_asked_to_reach_the_disk(path: Path) -> None:
    journal = Journal(path)
    pragma = {name: journal._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
    assert pragma == {"journal_mode": "wal", "synchronous": 2}
    journal.close()


@pytest.mark.shows("F03")
def test_a_power_cut_in_the_middle_of_the_log_leaves_a_journal_that_opens_with_a_prefix(
    path: Path, tmp_path: Path
) -> None:
    journal = Journal(path)
    for number in range(30):
        journal.save_job(replace(JOB, id=f"job-{number:02d}", delivery_id=f"d-{number}"))
    log = path.with_name(path.name + "-wal")
    whole, kept = log.stat().st_size, []
    for cut in [*range(0, whole, max(1, whole // 97)), whole]:
        copy = tmp_path / "cut" / path.name
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)
        (copy.parent / log.name).write_bytes(log.read_bytes()[:cut])
        after = Journal(copy)
        assert sorted(after.jobs()) == [f"job-{number:02d}" for number in range(len(after.jobs()))]
        kept.append(len(after.jobs()))
        after.close()
        shutil.rmtree(copy.parent)
    assert (kept[0], kept[-1]) == (0, 30)
    assert kept == sorted(kept)
    journal.close()


@pytest.mark.parametrize("damage", [b"this is no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_a_damaged_journal_is_refused_and_left_as_it_is(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    with pytest.raises(JournalUnavailable):
        Journal(path)
    assert path.read_bytes() == damage


def test_a_journal_of_a_newer_bridge_is_refused(path: Path) -> None:
    Journal(path).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(JournalUnavailable, match="version 99"):
        Journal(path)


@pytest.mark.shows("F37")
def test_a_full_disk_is_named_and_forgets_nothing(path: Path) -> None:
    journal = Journal(path)
    journal.save_job(JOB)
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
    journal._db.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalUnavailable, match="full"):
        journal.save_file(FILE, copy=b"x" * 100_000)
    assert (journal.jobs(), journal.files()) == ({"job-1": JOB}, ())
    journal._db.execute("PRAGMA max_page_count=100000")
    journal.save_file(FILE, copy=b"x" * 100_000)
    journal.close()
