"""Authenticator apps and recovery codes: set up, checked, taken away. Passkeys have a module of their own.

Codes follow RFC 6238 as every authenticator app does (SHA-1, six digits, 30 seconds); a code counts for its own step
and one step to each side, and never twice. Recovery codes are ten, kept as argon2id hashes, and each works once.
Counts no tries: the caller does, for every factor alike.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import pyotp
from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, func, select

from ..domain.factors import Factor
from ..store.audit import Actor, write_event
from ..store.ids import new_id
from ..store.tables import Authenticator, RecoveryCode, Staff
from .handed_codes import plain, readable
from .hashing import hash_secret, is_secret_of
from .passkeys import passkeys_of, remove_passkey
from .sealing import Sealing

ISSUER = "Otonai"
STEP_SECONDS = 30
#: How many steps a clock may be off to each side.
DRIFT = 1
CODES = 10
#: Letters of a recovery code after its number: 49 bits, kept by argon2id (ASVS 6.5.2).
CODE_LETTERS = 10


class CodeCheck(StrEnum):
    """What one code was worth."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"  # right, but already spent: wait for the next one


def second_factors_of(session: Session, staff: Staff) -> frozenset[Factor]:
    """What this person has set up and can be asked for."""
    found = set()
    if _confirmed(session, staff) is not None:
        found.add(Factor.ONE_TIME_CODE)
    if any(row.suspended_at is None for row in passkeys_of(session, staff)):
        found.add(Factor.PASSKEY)
    return frozenset(found)


# --- authenticator apps --------------------------------------------------------------------------------------


def new_seed() -> str:
    """What an app counts from: 160 bits of chance, as signs that can be typed."""
    seed: str = pyotp.random_base32()
    return seed


def begin_authenticator(session: Session, staff: Staff, seed: str, sealing: Sealing, now: datetime) -> None:
    """A new seed, shown once and kept sealed; an app that already works keeps working until this one is confirmed."""
    session.execute(delete(Authenticator).where(*_mine(staff), col(Authenticator.confirmed_at).is_(None)))
    row = Authenticator(clinic_id=staff.clinic_id, id=new_id(), staff_id=staff.id, secret="", created_at=now)
    row.secret = sealing.seal(seed, _bound_to(row))
    session.add(row)
    session.flush()


def confirm_authenticator(
    session: Session, staff: Staff, code: str, actor: Actor, sealing: Sealing, now: datetime
) -> bool:
    """The app shows the right code: from now on it counts, and one before it no longer. False for a wrong code."""
    row = session.exec(
        select(Authenticator).where(*_mine(staff), col(Authenticator.confirmed_at).is_(None)).with_for_update()
    ).first()
    if row is None or _check(row, code, sealing, now) is not CodeCheck.RIGHT:
        return False
    session.execute(delete(Authenticator).where(*_mine(staff), col(Authenticator.id) != row.id))
    row.confirmed_at = now
    session.add(row)
    write_event(
        session, staff.clinic_id, now, action="second_factor_added", actor=actor,
        outcome=Factor.ONE_TIME_CODE.value, subject=str(staff.id),
    )  # fmt: skip
    return True


def check_one_time_code(session: Session, staff: Staff, code: str, sealing: Sealing, now: datetime) -> CodeCheck:
    """Whether the code is the app's, now. A right code is spent by this; an old key's seal is renewed with it."""
    row = _confirmed(session, staff, locked=True)
    if row is None:
        return CodeCheck.WRONG
    found = _check(row, code, sealing, now)
    if found is CodeCheck.RIGHT and not sealing.is_newest(row.secret):
        row.secret = sealing.seal(sealing.open(row.secret, _bound_to(row)), _bound_to(row))
    session.add(row)
    return found


def seal_anew(session: Session, clinic_id: UUID, sealing: Sealing) -> int:
    """Seal every seed of a clinic by the newest key, so that older ones can be thrown away; how many it was."""
    rows = session.exec(select(Authenticator).where(Authenticator.clinic_id == clinic_id).with_for_update()).all()
    old = [row for row in rows if not sealing.is_newest(row.secret)]
    for row in old:
        row.secret = sealing.seal(sealing.open(row.secret, _bound_to(row)), _bound_to(row))
        session.add(row)
    return len(old)


def address_of(staff: Staff, seed: str) -> str:
    """What the app reads: the standard `otpauth:` address, labelled with the log-in name."""
    return pyotp.TOTP(seed).provisioning_uri(name=staff.login_name, issuer_name=ISSUER)


def remove_authenticator(session: Session, staff: Staff, actor: Actor, now: datetime) -> None:
    """The app proves nothing any more."""
    session.execute(delete(Authenticator).where(*_mine(staff)))
    write_event(
        session, staff.clinic_id, now, action="second_factor_removed", actor=actor,
        outcome=Factor.ONE_TIME_CODE.value, subject=str(staff.id),
    )  # fmt: skip


def _check(row: Authenticator, code: str, sealing: Sealing, now: datetime) -> CodeCheck:
    """Compare with every step that may count, always all of them; remember the one that fits."""
    own, step = pyotp.TOTP(sealing.open(row.secret, _bound_to(row))), int(now.timestamp()) // STEP_SECONDS
    told = "".join(c for c in code if not c.isspace() and c != "-")
    fitting = [
        each
        for each in range(step - DRIFT, step + DRIFT + 1)
        if hmac.compare_digest(own.generate_otp(each).encode(), told.encode())
    ]
    if not fitting:
        return CodeCheck.WRONG
    if max(fitting) <= row.last_step:
        return CodeCheck.USED
    row.last_step = max(fitting)
    return CodeCheck.RIGHT


def _bound_to(row: Authenticator) -> str:
    return f"authenticator|{row.clinic_id}|{row.staff_id}|{row.id}"


def _confirmed(session: Session, staff: Staff, *, locked: bool = False) -> Authenticator | None:
    wanted = select(Authenticator).where(*_mine(staff), col(Authenticator.confirmed_at).is_not(None))
    if locked:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.exec(wanted).first()


def _mine(staff: Staff) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Authenticator.clinic_id) == staff.clinic_id, col(Authenticator.staff_id) == staff.id


# --- recovery codes ------------------------------------------------------------------------------------------


def new_recovery_codes(session: Session, staff: Staff, actor: Actor, now: datetime) -> list[str]:
    """Ten new codes, to be shown this once; those before are void."""
    session.execute(delete(RecoveryCode).where(*_codes(staff)))
    shown = []
    for position in range(CODES):
        letters = readable(CODE_LETTERS)
        session.add(
            RecoveryCode(
                clinic_id=staff.clinic_id, id=new_id(), staff_id=staff.id, position=position,
                code_hash=hash_secret(letters), made_at=now,
            )
        )  # fmt: skip
        shown.append(f"{position}-{letters[:5]}-{letters[5:]}")
    session.flush()
    write_event(session, staff.clinic_id, now, action="recovery_codes_made", actor=actor, subject=str(staff.id))
    return shown


def check_recovery_code(session: Session, staff: Staff, code: str, now: datetime) -> CodeCheck:
    """Whether it is one of the ten. Its first sign tells which, so that one hash is enough; spent by this."""
    told = plain(code)
    position = int(told[0]) if told[:1].isdecimal() else -1
    row = session.exec(
        select(RecoveryCode)
        .where(*_codes(staff), col(RecoveryCode.position) == position)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if not is_secret_of(row.code_hash if row else "", told[1:]) or row is None:
        return CodeCheck.WRONG
    if row.used_at is not None:
        return CodeCheck.USED
    row.used_at = now
    session.add(row)
    return CodeCheck.RIGHT


def recovery_codes_left(session: Session, staff: Staff) -> int:
    """How many still work."""
    wanted = select(func.count()).select_from(RecoveryCode).where(*_codes(staff), col(RecoveryCode.used_at).is_(None))
    return int(session.exec(wanted).one())


def void_codes_of_nothing(session: Session, staff: Staff) -> None:
    """Recovery codes stand for a second factor; when the last one has gone they prove nothing any more."""
    if not second_factors_of(session, staff):
        session.execute(delete(RecoveryCode).where(*_codes(staff)))


def remove_second_factors(session: Session, staff: Staff, actor: Actor, now: datetime) -> None:
    """Everything of this person that proves possession; what they set up next counts alone."""
    remove_authenticator(session, staff, actor, now)
    for row in passkeys_of(session, staff):
        remove_passkey(session, staff, row, actor, now)
    session.execute(delete(RecoveryCode).where(*_codes(staff)))


def _codes(staff: Staff) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(RecoveryCode.clinic_id) == staff.clinic_id, col(RecoveryCode.staff_id) == staff.id
