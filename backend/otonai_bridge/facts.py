"""Plain values of the bridge: what the journal knows, what the folders hold, what the server wants. No rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SIZE_CAP = 5 * 1024 * 1024  # bytes; the server refuses more


class FolderState(StrEnum):
    OK = "ok"
    MISSING = "missing"
    READ_ONLY = "read_only"
    ERROR = "error"


class JobState(StrEnum):
    """A request on its way into `req`. Each step is committed before the next one begins."""

    WRITING = "writing"
    TEMPORARY_WRITTEN = "temporary_written"
    WRITTEN = "written"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    FAILED_REPORTED = "failed_reported"


class FileState(StrEnum):
    """A file on its way to the server."""

    RESERVED = "reserved"  # delivery id on disk, no receipt yet
    DELIVERED = "delivered"
    DELETED = "deleted"  # delivered, and our answer is gone from `res`
    INCOMPLETE = "incomplete"  # the server saw half a file: keep watching
    QUARANTINED = "quarantined"  # the server keeps it apart; it stays in the folder, it may be another program's
    REFUSED = "refused"  # too large, or refused for good


@dataclass(frozen=True)
class OfferedJob:
    """A request the server wants in `req`. `content` never prints; `content_sha256` is what its bytes really give."""

    id: str
    file_name: str
    folder: str
    sha256: str
    content_sha256: str
    expected_stem: str
    answer_by: datetime | None
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class JobRecord:
    id: str
    file_name: str
    sha256: str
    expected_stem: str
    answer_by: datetime | None
    state: JobState
    delivery_id: str
    changed_at: datetime
    size: int = 0
    reason: str | None = None


@dataclass(frozen=True)
class FileRecord:
    delivery_id: str
    kind: str  # "answer" | "face"
    folder: str
    name: str
    sha256: str
    size: int
    mtime_ns: int
    state: FileState
    seen_at: datetime
    changed_at: datetime
    job_id: str | None = None
    reason: str | None = None
    held: bool = False  # the journal keeps a copy because the server was away


@dataclass(frozen=True)
class Stat:
    size: int
    mtime_ns: int


@dataclass(frozen=True)
class Reading:
    """Equal bytes seen from `first_at` to `last_at` (seconds of the monotonic clock)."""

    size: int
    mtime_ns: int
    sha256: str
    first_at: float
    last_at: float


def continue_reading(before: Reading | None, now: Reading) -> Reading:
    """Join a new look to the earlier ones: the same bytes go on settling, other bytes start anew."""
    if before and (before.size, before.mtime_ns, before.sha256) == (now.size, now.mtime_ns, now.sha256):
        return Reading(now.size, now.mtime_ns, now.sha256, before.first_at, now.last_at)
    return now


@dataclass(frozen=True)
class Listing:
    state: FolderState = FolderState.OK
    files: Mapping[str, Stat] = field(default_factory=dict)


FileKey = tuple[str, str]  # folder, name
