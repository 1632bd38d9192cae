"""What the office is told of the folders' pace: the middle time from seen to delivered, and what still waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from otonai_bridge.facts import FileRecord, FileState, Listing, Stat
from otonai_bridge.health import flow

AT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def record(number: int, took_ms: int, *, state: FileState = FileState.DELETED) -> FileRecord:
    """One file that was seen at a moment and done after so many milliseconds."""
    seen = AT + timedelta(minutes=number)
    done = seen + timedelta(milliseconds=took_ms)
    return FileRecord(str(number), "answer", "res", f"{number}.xml", "0" * 64, 1, 0, state, seen, done)


@pytest.mark.shows("S-203")
def test_the_pace_is_the_middle_of_the_newest_deliveries_of_each_folder() -> None:
    listings = {"req": Listing(), "res": Listing(files={"99.xml": Stat(1, 0)}), "face": Listing()}
    old = [record(number, 60_000) for number in range(20)]
    new = [record(number, 200 if number % 2 else 400) for number in range(20, 40)]
    waits = record(99, 0, state=FileState.RESERVED)
    assert flow([*old, *new, waits], listings) == {
        "res": {"queue": 1, "latency_ms": 300},
        "face": {"queue": 0, "latency_ms": None},
    }
    assert flow([record(1, -5), replace(record(2, 90), folder="face")], listings) == {
        "res": {"queue": 0, "latency_ms": None},
        "face": {"queue": 0, "latency_ms": 90},
    }
