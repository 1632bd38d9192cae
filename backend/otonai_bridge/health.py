"""What the office is told: how each folder is, and how much waits. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from statistics import median
from typing import Any

from otonai_bridge import __version__
from otonai_bridge.facts import FileRecord, FileState, FolderState, Listing
from otonai_bridge.folders import FolderProblem

_AS_STATE = {
    FolderProblem.FOLDER_MISSING: FolderState.MISSING,
    FolderProblem.READ_ONLY: FolderState.READ_ONLY,
    FolderProblem.LOCKED: FolderState.READ_ONLY,  # no right to write is the same to the office
}


def folder_states(
    listings: Mapping[str, Listing], problems: Mapping[str, FolderProblem], *, journal_works: bool
) -> dict[str, str]:
    """One word per folder. Without a journal no file is taken, which the office must see on every folder (F37)."""
    states: dict[str, str] = {}
    for folder, listing in listings.items():
        state = listing.state
        if state is FolderState.OK and folder in problems:
            state = _AS_STATE.get(problems[folder], FolderState.ERROR)
        states[folder] = (state if journal_works else FolderState.ERROR).value
    return states


def waiting(files: Iterable[FileRecord], listings: Mapping[str, Listing]) -> int:
    """Files whose bytes are at hand and whose receipt is outstanding."""
    return sum(
        1
        for file in files
        if file.state is FileState.RESERVED and (file.held or file.name in listings[file.folder].files)
    )


#: The newest deliveries by which a folder's pace is told.
_PACE = 20


def flow(files: Iterable[FileRecord], listings: Mapping[str, Listing]) -> dict[str, dict[str, int | None]]:
    """Of each folder that is read: how many files wait, and the middle time from seen to safely delivered (S-203)."""
    kept = list(files)
    return {
        folder: {
            "queue": waiting((file for file in kept if file.folder == folder), listings),
            "latency_ms": _pace([file for file in kept if file.folder == folder]),
        }
        for folder in ("res", "face")
        if folder in listings
    }


def _pace(files: list[FileRecord]) -> int | None:
    done = sorted(
        (file for file in files if file.state in (FileState.DELIVERED, FileState.DELETED)),
        key=lambda file: file.changed_at,
    )[-_PACE:]
    # A clock that was set back in between gives no time at all rather than a negative one.
    took = [(file.changed_at - file.seen_at).total_seconds() * 1000 for file in done]
    sound = [ms for ms in took if ms >= 0]
    return round(median(sound)) if sound else None


def last_delivered_at(files: Iterable[FileRecord]) -> datetime | None:
    done = (FileState.DELIVERED, FileState.DELETED)
    return max((file.changed_at for file in files if file.state in done), default=None)


def heartbeat(
    *,
    started_at: datetime,
    states: Mapping[str, str],
    queue: int,
    flow: Mapping[str, Mapping[str, int | None]],
    last: datetime | None,
    clock: datetime,
) -> dict[str, Any]:
    return {
        "version": __version__,
        "started_at": started_at.isoformat(),
        "folders": dict(states),
        "queue": queue,
        "flow": {folder: dict(told) for folder, told in flow.items()},
        "last_delivered_at": last.isoformat() if last else None,
        "clock": clock.isoformat(),
    }
