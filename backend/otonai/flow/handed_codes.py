"""Codes that one person hands to another, each for one use: to begin an account, or to sign in once in the demo.

Twenty-four signs without look-alikes (about 117 bits): long enough that a plain hash keeps them (ASVS 6.5.2), short
enough to be read from paper. Who may hand one out is decided by the caller.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from ..store.ids import new_id, token_hash
from ..store.session import enter_by
from ..store.tables import HandedCode, Staff
from ..store.walls import WayIn

#: No I, L, O, U, 0 or 1: nothing that is read as something else, and no words.
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 24


class Purpose(StrEnum):
    """What a code is good for."""

    SIGN_UP = "sign_up"
    SIGN_IN_LINK = "sign_in_link"  # made in the demo profile only


def readable(length: int = LENGTH) -> str:
    """Random signs that can be typed from paper."""
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def grouped(code: str, size: int = 4) -> str:
    """The same for the eye."""
    return "-".join(code[i : i + size] for i in range(0, len(code), size))


def plain(typed: str) -> str:
    """What somebody meant who typed it with spaces, dashes or small letters, or with a full-width keyboard."""
    return "".join(c for c in unicodedata.normalize("NFKC", typed).upper() if c.isalnum())


def hand_out(
    session: Session, staff: Staff, purpose: Purpose, *, expires_at: datetime, made_by: UUID | None, now: datetime
) -> str:
    """A new code for this person; a sign-up code voids those before it. Only its hash is kept."""
    if purpose is Purpose.SIGN_UP:
        void(session, staff, purpose)
    code = readable()
    session.add(
        HandedCode(
            clinic_id=staff.clinic_id,
            id=new_id(),
            staff_id=staff.id,
            purpose=purpose.value,
            code_hash=token_hash(code),
            made_by=made_by,
            made_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    return code


def void(session: Session, staff: Staff, purpose: Purpose) -> None:
    """Codes of this purpose that nobody used open nothing any more."""
    session.execute(
        delete(HandedCode).where(
            col(HandedCode.clinic_id) == staff.clinic_id,
            col(HandedCode.staff_id) == staff.id,
            col(HandedCode.purpose) == purpose.value,
            col(HandedCode.used_at).is_(None),
        )
    )


def redeem(session: Session, typed: str, purpose: Purpose, now: datetime) -> Staff | None:
    """Whose code it is; None for one that is unknown, spent, too old, or of somebody who was stopped.

    A link is spent by this. A sign-up code is spent by `spend`, when its owner has chosen a password: whoever is
    interrupted before may use it again.
    """
    if enter_by(session, WayIn.HANDED_CODE, token_hash(plain(typed))) is None:
        return None
    row = session.exec(
        select(HandedCode)
        .where(HandedCode.code_hash == token_hash(plain(typed)), HandedCode.purpose == purpose.value)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if row is None or row.used_at is not None or now >= row.expires_at:
        return None
    staff = session.get(Staff, (row.clinic_id, row.staff_id))
    if staff is None or not staff.active:
        return None
    if purpose is Purpose.SIGN_IN_LINK:
        row.used_at = now
        session.add(row)
    return staff


def spend(session: Session, staff: Staff, now: datetime) -> None:
    """The sign-up code has done its work."""
    mine = (HandedCode.clinic_id == staff.clinic_id, HandedCode.staff_id == staff.id)
    for row in session.exec(select(HandedCode).where(*mine, HandedCode.purpose == Purpose.SIGN_UP.value)):
        row.used_at = row.used_at or now
        session.add(row)


def open_sign_up(session: Session, staff: Staff, now: datetime) -> datetime | None:
    """Until when a sign-up code of this person waits to be used."""
    return session.exec(
        select(HandedCode.expires_at).where(
            HandedCode.clinic_id == staff.clinic_id,
            HandedCode.staff_id == staff.id,
            HandedCode.purpose == Purpose.SIGN_UP.value,
            col(HandedCode.used_at).is_(None),
            HandedCode.expires_at > now,
        )
    ).first()
