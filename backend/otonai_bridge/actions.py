"""The words a decision is made of: the view it looks at, the actions it may name, and their reasons. No rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from otonai_bridge.facts import FileKey, FileRecord, JobRecord, Listing, OfferedJob, Reading


class JobAct(StrEnum):
    WRITE_REQUEST = "write_request"
    FINISH_RENAME = "finish_rename"
    COMPARE_EXISTING = "compare_existing"
    RECORD_WRITTEN = "record_written"
    CONFIRM_WRITTEN = "confirm_written"
    GIVE_UP_WRITE = "give_up_write"
    REPORT_FAILED = "report_failed"
    WAIT_WRITE = "wait_write"
    FORGET_JOB = "forget_job"


class FileAct(StrEnum):
    READ_FILE = "read_file"
    WAIT_SETTLING = "wait_settling"
    WAIT_RETRY = "wait_retry"
    DELIVER_ANSWER = "deliver_answer"
    DELIVER_FACE = "deliver_face"
    DELIVER_HELD = "deliver_held"
    HOLD_COPY = "hold_copy"
    NOTE_DUPLICATE = "note_duplicate"
    REFUSE_FILE = "refuse_file"
    DELETE_DELIVERED = "delete_delivered"
    DELETE_BOUNCED = "delete_bounced"
    FORGET_FILE = "forget_file"


class Reason(StrEnum):
    NEW = "new"
    BEGIN_AGAIN = "begin_again"
    TEMPORARY_LEFT = "temporary_left"
    RENAMED_BEFORE_STOP = "renamed_before_stop"
    SAME_NAME_THERE = "same_name_there"
    NOT_CONFIRMED = "not_confirmed"
    ASKED_AGAIN = "asked_again"
    CONTENT_DAMAGED = "content_damaged"
    CONTENT_TOO_LARGE = "content_too_large"
    FOLDER_NOT_ALLOWED = "folder_not_allowed"
    STEM_MISMATCH = "stem_mismatch"
    ANSWER_BY_PASSED = "answer_by_passed"
    ANSWER_NAME_TAKEN = "answer_name_taken"
    NAME_TAKEN = "name_taken"
    FOLDER_UNAVAILABLE = "folder_unavailable"
    BACKING_OFF = "backing_off"
    SERVER_AWAY = "server_away"
    FIRST_LOOK = "first_look"
    SECOND_LOOK = "second_look"
    BYTES_CHANGED = "bytes_changed"
    STILL_INCOMPLETE = "still_incomplete"
    EMPTY = "empty"
    RESEND = "resend"
    SAME_CONTENT = "same_content"
    TOO_LARGE = "too_large"
    ACKNOWLEDGED = "acknowledged"
    ERROR_DELIVERED = "error_delivered"
    LONG_DONE = "long_done"


@dataclass(frozen=True)
class Limits:
    """Times that shape the decisions, in the units their names say."""

    settle_seconds: float = 0.3
    incomplete_look_seconds: float = 2.0
    face_days: int = 7  # a card reader's file first met later than this is an old leftover
    forget_days: int = 14  # the terminal itself forgets results after a day


@dataclass(frozen=True)
class View:
    """Everything a decision may depend on. `now` is the server's time; `tick` is the monotonic clock in seconds."""

    now: datetime
    tick: float
    jobs: Mapping[str, JobRecord] = field(default_factory=dict)
    files: tuple[FileRecord, ...] = ()
    offered: tuple[OfferedJob, ...] = ()
    expected: frozenset[str] = frozenset()
    req: Listing = field(default_factory=Listing)
    res: Listing = field(default_factory=Listing)
    face: Listing = field(default_factory=Listing)
    readings: Mapping[FileKey, Reading] = field(default_factory=dict)
    not_before: Mapping[str, float] = field(default_factory=dict)  # back-off: key → tick
    server_open: bool = True
    limits: Limits = Limits()


@dataclass(frozen=True)
class JobAction:
    act: JobAct
    job_id: str
    reason: str
    until: float | None = None  # tick, for a wait that ends by itself


@dataclass(frozen=True)
class FileAction:
    act: FileAct
    folder: str
    name: str
    reason: Reason
    sha256: str = ""
    delivery_id: str | None = None
    job_id: str | None = None
    until: float | None = None


Action = JobAction | FileAction
WAITS = frozenset({JobAct.WAIT_WRITE, FileAct.WAIT_SETTLING, FileAct.WAIT_RETRY})
