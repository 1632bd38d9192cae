"""The archive: every file that arrived, as it was, and what is known of a file before it is kept.

One question and one row a file: the bridge waits for the commit, and the terminal's folder for the bridge.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, or_, select
from sqlmodel import Session

from .tables import TerminalJob, TerminalMessage

_MESSAGES = TerminalMessage.metadata.tables["terminal_message"]
_JOBS = TerminalJob.metadata.tables["terminal_job"]


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive and the jobs say about one file.

    `delivered` with its `reason`: this very delivery was taken before. `same_content`: these bytes were, in whichever.
    `job_id`: the request whose answer has this name, also found by the name of its own bounced request.
    """

    delivered: bool
    reason: str | None
    same_content: bool
    job_id: UUID | None
    job_answered: bool


def what_is_known(session: Session, clinic_id: UUID, delivery_id: UUID, sha256: str, stem: str) -> Known:
    """Everything that decides whether a delivered file is kept."""
    told = {
        "clinic": clinic_id,
        "delivery": delivery_id,
        "sha256": sha256,
        "stem": stem,
        "answer_stem": stem.replace("req_", "res_", 1),
    }
    delivered, reason, same, job_id, answered_at = session.connection().execute(_KNOWN, told).one()
    return Known(delivered is not None, reason, same is not None, job_id, answered_at is not None)


def keep_file(
    session: Session,
    clinic_id: UUID,
    message_id: UUID,
    *,
    delivery_id: UUID,
    job_id: UUID | None,
    kind: str,
    file_name: str,
    sha256: str,
    content: bytes,
    outcome: str,
    reason: str | None,
    received_at: datetime,
    processed_at: datetime | None,
) -> None:
    """One more file. One without `processed_at` waits to be understood."""
    session.connection().execute(
        _KEEP,
        {
            "clinic_id": clinic_id,
            "id": message_id,
            "delivery_id": delivery_id,
            "job_id": job_id,
            "kind": kind,
            "file_name": file_name,
            "sha256": sha256,
            "content": content,
            "received_at": received_at,
            "outcome": outcome,
            "reason": reason,
            "processed_at": processed_at,
        },
    )


_KEEP = insert(_MESSAGES)
_ours = _MESSAGES.c.clinic_id == bindparam("clinic")
_delivered = (_ours, _MESSAGES.c.delivery_id == bindparam("delivery"))
_same = (_ours, _MESSAGES.c.sha256 == bindparam("sha256"))
_job = (
    _JOBS.c.clinic_id == bindparam("clinic"),
    or_(_JOBS.c.expected_stem == bindparam("stem"), _JOBS.c.expected_stem == bindparam("answer_stem")),
)
_KNOWN = select(
    select(_MESSAGES.c.id).where(*_delivered).scalar_subquery(),
    select(_MESSAGES.c.reason).where(*_delivered).scalar_subquery(),
    select(_MESSAGES.c.id).where(*_same).limit(1).scalar_subquery(),
    select(_JOBS.c.id).where(*_job).order_by(_JOBS.c.id).limit(1).scalar_subquery(),
    select(_JOBS.c.answered_at).where(*_job).order_by(_JOBS.c.id).limit(1).scalar_subquery(),
)
