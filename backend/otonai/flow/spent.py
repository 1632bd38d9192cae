"""Each challenge of a sign-in is answered once (W3C WebAuthn 13.4.3, RFC 9700 4.5).

Remembers digests until the challenge would be too old anyway; judges nothing.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from ..store.tables import SpentChallenge


def spend_once(session: Session, clinic_id: UUID, challenge: bytes, forget_at: datetime, now: datetime) -> bool:
    """Note that it was answered; False when it was before, at the same moment by another process too.

    `forget_at` is when the challenge would be too old anyway; what is older than that is forgotten here.
    """
    session.execute(
        delete(SpentChallenge).where(col(SpentChallenge.clinic_id) == clinic_id, col(SpentChallenge.forget_at) <= now)
    )
    ident = UUID(bytes=hashlib.sha256(challenge).digest()[:16])
    if session.get(SpentChallenge, (clinic_id, ident)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(SpentChallenge(clinic_id=clinic_id, id=ident, forget_at=forget_at))
    except IntegrityError:
        return False
    return True
