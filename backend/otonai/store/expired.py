"""Deletes rows of passing use whose time is over. Never touches the ledger, the archive or the audit trail."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CursorResult, delete, or_
from sqlmodel import Session, col

from ..domain.retention import Ends
from .tables import (
    Authenticator,
    DeviceToken,
    HandedCode,
    IdempotentAnswer,
    KnownBrowser,
    SignInTries,
    StaffSession,
    Unlock,
)


def delete_expired(session: Session, clinic_id: UUID, ends: Ends) -> dict[str, int]:
    """Delete this clinic's expired rows, and counts of wrong tries that are of no clinic; how many of each kind.

    Kept answers hold whole charts, so that a repeated write gets its first answer: they are the ones that must go.
    """
    doomed = {
        "answers": delete(IdempotentAnswer).where(
            col(IdempotentAnswer.clinic_id) == clinic_id, col(IdempotentAnswer.at) < ends.answers
        ),
        "sessions": delete(StaffSession).where(
            col(StaffSession.clinic_id) == clinic_id,
            or_(col(StaffSession.ended_at) < ends.sign_ins, col(StaffSession.last_used_at) < ends.sign_ins),
        ),
        "unlocks": delete(Unlock).where(
            col(Unlock.clinic_id) == clinic_id,
            or_(col(Unlock.ended_at) < ends.sign_ins, col(Unlock.last_used_at) < ends.sign_ins),
        ),
        "tokens": delete(DeviceToken).where(
            col(DeviceToken.clinic_id) == clinic_id, col(DeviceToken.refresh_expires_at) < ends.tokens
        ),
        "codes": delete(HandedCode).where(
            col(HandedCode.clinic_id) == clinic_id, col(HandedCode.expires_at) < ends.codes
        ),
        "apps": delete(Authenticator).where(
            col(Authenticator.clinic_id) == clinic_id,
            col(Authenticator.confirmed_at).is_(None),
            col(Authenticator.created_at) < ends.codes,
        ),
        "browsers": delete(KnownBrowser).where(
            col(KnownBrowser.clinic_id) == clinic_id, col(KnownBrowser.last_used_at) < ends.browsers
        ),
        # Counted for names that nobody has as well, and so of no clinic: whichever comes first deletes them.
        "tries": delete(SignInTries).where(col(SignInTries.last_at) < ends.tries),
    }
    counts = {}
    for kind, statement in doomed.items():
        done: CursorResult[tuple[()]] = session.execute(statement)  # type: ignore[assignment]
        counts[kind] = done.rowcount
    return counts
