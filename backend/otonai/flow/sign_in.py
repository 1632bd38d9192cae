"""Getting in: staff by password, devices by their tokens, a person on a tablet by the PIN they chose.

Carries out what `domain/access.py` decides and counts the tries. Functions that refuse after counting return a
value instead of raising, so that the count is committed before the refusal is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlmodel import Session, col, select

from ..domain.access import (
    IDLE_LIMIT,
    LOCK_TIME,
    Role,
    Tries,
    TryOutcome,
    after_try,
    check_password,
    check_pin,
    is_locked,
    remaining_tries,
)
from ..domain.errors import Conflict
from ..store.audit import Actor, write_event
from ..store.ids import new_id, new_token, token_hash
from ..store.tables import Device, Staff, StaffSession, TabletPerson, Unlock
from .device_access import stop_device

#: argon2id above ASVS's floor (19 MiB, t=2). One hasher for passwords and PINs.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: How often a use is written down.
TOUCH_EVERY = timedelta(seconds=30)
#: Verified for unknown names, so that they cost the same time as known ones.
_NOBODY = HASHER.hash(new_token())


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session or unlock."""

    clinic_id: UUID
    staff_id: UUID
    role: Role
    stale: bool = False  # idleness was last measured a while ago; touch it


@dataclass(frozen=True, slots=True)
class Opened:
    """The result of one try; `token` only when it opened."""

    outcome: TryOutcome
    token: str | None = None
    staff: Staff | None = None
    remaining: int | None = None
    until: datetime | None = None
    expires_at: datetime | None = None


def add_staff(
    session: Session,
    clinic_id: UUID,
    *,
    name: str,
    login_name: str,
    role: Role,
    password: str,
    actor: Actor,
    now: datetime,
) -> Staff:
    """A new person. Raises Invalid for a weak password, Conflict for a taken name."""
    check_password(password)
    if session.exec(select(Staff).where(Staff.login_name == login_name)).first() is not None:
        raise Conflict(code="login_name_taken")
    staff = Staff(
        clinic_id=clinic_id,
        id=new_id(),
        name=name,
        login_name=login_name,
        role=role.value,
        password_hash=HASHER.hash(password),
        created_at=now,
    )
    session.add(staff)
    session.flush()
    write_event(session, clinic_id, now, action="staff_added", actor=actor, subject=str(staff.id))
    return staff


def try_password(session: Session, login_name: str, password: str, now: datetime) -> Opened:
    """Check name and password; unknown names get the same answer in the same time."""
    # Locked first, so that guesses sent side by side are counted one after the other.
    staff = session.exec(
        select(Staff).where(Staff.login_name == login_name, col(Staff.active)).with_for_update()
    ).first()
    right = _verify(staff.password_hash if staff else _NOBODY, password)
    if staff is None:
        return Opened(TryOutcome.WRONG)
    tries = Tries(staff.wrong_in_row, staff.locked_until)
    outcome, after = after_try(tries, right=right, now=now)
    if outcome is TryOutcome.STOPPED:
        # An account is never stopped for good from outside (lock-out abuse); it locks again instead.
        outcome, after = TryOutcome.LOCKED, Tries(after.wrong_in_row, now + LOCK_TIME)
    staff.wrong_in_row, staff.locked_until = after.wrong_in_row, after.locked_until
    session.add(staff)
    write_event(session, staff.clinic_id, now, action="sign_in", actor=Actor("staff", staff.id), outcome=outcome.value)
    return Opened(outcome, staff=staff if outcome is TryOutcome.OPENED else None, until=after.locked_until)


def start_session(session: Session, staff: Staff, now: datetime) -> str:
    """Open a browser session and return the cookie's value."""
    token = new_token()
    session.add(
        StaffSession(
            clinic_id=staff.clinic_id,
            id=new_id(),
            staff_id=staff.id,
            token_hash=token_hash(token),
            created_at=now,
            last_used_at=now,
        )
    )
    return token


def session_of(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who a cookie belongs to; None when it is unknown, ended, or idle for 30 minutes (S-173). Only reads."""
    row = session.exec(select(StaffSession).where(StaffSession.token_hash == token_hash(token))).first()
    return _live(session, row, now)


def touch_session(session: Session, token: str, now: datetime) -> None:
    """Note that a session is in use; once a minute is enough to measure idleness."""
    row = session.exec(select(StaffSession).where(StaffSession.token_hash == token_hash(token))).one()
    row.last_used_at = now
    session.add(row)


def _live(session: Session, row: StaffSession | None, now: datetime) -> SignedIn | None:
    if row is None or row.ended_at is not None or now - row.last_used_at >= IDLE_LIMIT:
        return None
    staff = session.get(Staff, (row.clinic_id, row.staff_id))
    if staff is None or not staff.active:
        return None
    return SignedIn(row.clinic_id, staff.id, Role(staff.role), stale=now - row.last_used_at >= TOUCH_EVERY)


def end_session(session: Session, token: str, now: datetime) -> None:
    """Sign out; an unknown cookie is simply gone."""
    row = session.exec(select(StaffSession).where(StaffSession.token_hash == token_hash(token))).first()
    if row is not None and row.ended_at is None:
        row.ended_at = now
        session.add(row)
        write_event(session, row.clinic_id, now, action="sign_out", actor=Actor("staff", row.staff_id))


def add_person_to_tablet(
    session: Session, device: Device, *, login_name: str, password: str, new_pin: str, now: datetime
) -> Opened:
    """First use on a tablet: name and password once, and a PIN of one's own (no initial PIN exists, S-031)."""
    opened = try_password(session, login_name, password, now)
    if opened.outcome is not TryOutcome.OPENED or opened.staff is None:
        return opened
    if opened.staff.clinic_id != device.clinic_id:
        return Opened(TryOutcome.WRONG)
    check_pin(new_pin)
    person = _person(session, device, opened.staff.id)
    if person is None:
        person = TabletPerson(
            clinic_id=device.clinic_id,
            id=new_id(),
            device_id=device.id,
            staff_id=opened.staff.id,
            pin_hash="",
            chosen_at=now,
        )
    person.pin_hash, person.chosen_at = HASHER.hash(new_pin), now
    person.wrong_in_row, person.locked_until = 0, None
    session.add(person)
    session.flush()
    write_event(session, device.clinic_id, now, action="pin_chosen", actor=Actor("staff", opened.staff.id, device.id))
    return _open(session, device, opened.staff, now)


def try_pin(session: Session, device: Device, staff_id: UUID, pin: str, now: datetime) -> Opened | None:
    """One try at a PIN, counted on the server; None when the person is not on this tablet.

    Five wrong lock this person on this tablet for 30 minutes; ten in a row stop the device.
    """
    person, staff = _person(session, device, staff_id), session.get(Staff, (device.clinic_id, staff_id))
    if person is None or staff is None or not staff.active:
        return None
    tries = Tries(person.wrong_in_row, person.locked_until)
    right = False if is_locked(tries, now) else _verify(person.pin_hash, pin)
    outcome, after = after_try(tries, right=right, now=now)
    person.wrong_in_row, person.locked_until = after.wrong_in_row, after.locked_until
    session.add(person)
    actor = Actor("bedside", staff.id, device.id)
    write_event(session, device.clinic_id, now, action="unlock", actor=actor, outcome=outcome.value)
    if outcome is TryOutcome.STOPPED:
        stop_device(session, device, actor, now)
    if outcome is TryOutcome.OPENED:
        return _open(session, device, staff, now)
    return Opened(outcome, remaining=remaining_tries(after), until=after.locked_until)


def lock(session: Session, device: Device, token: str, now: datetime) -> None:
    """Lock the tablet again."""
    row = session.exec(select(Unlock).where(Unlock.token_hash == token_hash(token))).first()
    if row is not None and row.device_id == device.id and row.ended_at is None:
        row.ended_at = now
        session.add(row)


def people_of(session: Session, device: Device) -> list[Staff]:
    """Who may open this tablet."""
    rows = session.exec(
        select(Staff)
        .join(TabletPerson, (col(TabletPerson.clinic_id) == Staff.clinic_id) & (col(TabletPerson.staff_id) == Staff.id))
        .where(TabletPerson.clinic_id == device.clinic_id, TabletPerson.device_id == device.id, col(Staff.active))
        .order_by(Staff.name)
    )
    return list(rows)


def _open(session: Session, device: Device, staff: Staff, now: datetime) -> Opened:
    token = new_token()
    session.add(
        Unlock(
            clinic_id=device.clinic_id,
            id=new_id(),
            device_id=device.id,
            staff_id=staff.id,
            token_hash=token_hash(token),
            opened_at=now,
            last_used_at=now,
        )
    )
    return Opened(TryOutcome.OPENED, token=token, staff=staff, expires_at=now + IDLE_LIMIT)


def _person(session: Session, device: Device, staff_id: UUID) -> TabletPerson | None:
    """Locked until the transaction ends: tries are counted one after the other, however they are sent."""
    return session.exec(
        select(TabletPerson)
        .where(
            TabletPerson.clinic_id == device.clinic_id,
            TabletPerson.device_id == device.id,
            TabletPerson.staff_id == staff_id,
        )
        .with_for_update()
    ).first()


def _verify(hashed: str, secret: str) -> bool:
    try:
        return HASHER.verify(hashed, secret)
    except VerificationError:
        return False
