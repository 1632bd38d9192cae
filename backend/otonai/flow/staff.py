"""The people of a clinic: taken in, given a role, stopped, helped back in. No password of theirs is ever known here.

A new person, and one who lost password or telephone, gets a code from the administrator and chooses everything else
alone. A clinic is never left without an administrator who can sign in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.access import MEDICAL_READERS, STAFF_ROLES, Role
from ..domain.day_share import DataClass, ShareEnd
from ..domain.errors import Conflict, Invalid, NotFound
from ..domain.passwords import PolicyName, weakness_of
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.day_shares import end_shares
from ..store.ids import new_id
from ..store.session import clinic_behind
from ..store.tables import Clinic, ClinicClock, Staff
from ..store.walls import WayIn
from . import sessions
from .handed_codes import Purpose, hand_out, void
from .hashing import hash_secret
from .own_provider import unlink
from .passwords import is_easy_to_guess, own_words
from .second_factor import remove_second_factors
from .tries import forgive_everywhere


class Lost(StrEnum):
    """What a person cannot show any more."""

    PASSWORD = "password"  # noqa: S105 -- a word, no secret
    SECOND_FACTOR = "second_factor"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code to be handed to one person, told this once."""

    staff: Staff = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime


def invite(
    session: Session, clinic_id: UUID, *, name: str, login_name: str, role: Role, actor: Actor, now: datetime
) -> Invitation:
    """A new person, who begins with a code. Raises Conflict for a taken name, Invalid for a role nobody can have."""
    if role not in STAFF_ROLES:
        raise Invalid("this role is given to nobody")
    staff = _add(session, clinic_id, name, login_name, role, actor, now)
    return _invitation(session, staff, actor, now)


def add_first_administrator(
    session: Session, clinic: Clinic, *, name: str, login_name: str, password: str, actor: Actor, now: datetime
) -> Staff:
    """The operator opens a clinic: this password is good until its first use only, which replaces it.

    Raises Invalid(password_too_short, …) or Conflict(login_name_taken).
    """
    staff = _add(session, clinic.id, name, login_name, Role.ADMIN, actor, now)
    words = own_words(staff, clinic)
    policy = sessions.rules_now(now).policy(PolicyName.LONG_PHRASE)
    weakness = weakness_of(password, policy, own_words=words, easy_to_guess=is_easy_to_guess(password, words))
    if weakness is not None:
        raise Invalid(f"at least {policy.shortest} characters", code=f"password_{weakness.value}")
    staff.password_hash, staff.password_changed_at, staff.password_due = hash_secret(password), now, True
    session.add(staff)
    return staff


def person(session: Session, clinic_id: UUID, staff_id: UUID) -> Staff:
    """One person of the clinic. Raises NotFound, for the emergency account too: it is nobody's to change."""
    staff = session.get(Staff, (clinic_id, staff_id))
    if staff is None or staff.role == Role.EMERGENCY.value:
        raise NotFound()
    return staff


def people(session: Session, clinic_id: UUID) -> list[Staff]:
    """Everybody who works here or did, by name."""
    rows = session.exec(
        select(Staff)
        .where(Staff.clinic_id == clinic_id, Staff.role != Role.EMERGENCY.value)
        .order_by(col(Staff.active).desc(), Staff.name)
    )
    return list(rows)


def change_role(session: Session, staff: Staff, role: Role, actor: Actor, now: datetime) -> None:
    """Another role from this moment on: every session ends, every tablet locks.

    Raises Conflict(last_administrator), Invalid for a role nobody can have.
    """
    if role not in STAFF_ROLES:
        raise Invalid("this role is given to nobody")
    if staff.role == role.value:
        return
    _keep_an_administrator(session, staff)
    staff.role = role.value
    session.add(staff)
    write_event(
        session, staff.clinic_id, now, action="role_changed", actor=actor, outcome=role.value, subject=str(staff.id)
    )
    sessions.end_all(session, staff, actor, now, why="role_changed")
    if role not in MEDICAL_READERS:
        end_shares(
            session, staff.clinic_id, ShareEnd.ROLE_CHANGED, now, staff_id=staff.id, data_class=DataClass.MEDICAL
        )
    note_change(session, staff.clinic_id, "staff", staff.id)


def stop(session: Session, staff: Staff, actor: Actor, now: datetime) -> None:
    """This person works here no more: out at once, everywhere. Raises Conflict(last_administrator)."""
    if not staff.active:
        return
    _keep_an_administrator(session, staff)
    staff.active = False
    session.add(staff)
    void(session, staff, Purpose.SIGN_UP)
    write_event(session, staff.clinic_id, now, action="staff_stopped", actor=actor, subject=str(staff.id))
    sessions.end_all(session, staff, actor, now, why="staff_stopped")
    end_shares(session, staff.clinic_id, ShareEnd.STAFF_STOPPED, now, staff_id=staff.id)
    sessions.forget_browsers(session, staff)
    note_change(session, staff.clinic_id, "staff", staff.id)


def take_back(session: Session, staff: Staff, actor: Actor, now: datetime) -> Invitation:
    """Somebody returns: nothing they once chose counts any more, and they begin with a code like a new person."""
    staff.active = True
    session.add(staff)
    write_event(session, staff.clinic_id, now, action="staff_returned", actor=actor, subject=str(staff.id))
    unlink(session, staff, actor, now)
    note_change(session, staff.clinic_id, "staff", staff.id)
    return help_back_in(session, staff, Lost.SECOND_FACTOR, actor, now)


def help_back_in(session: Session, staff: Staff, lost: Lost, actor: Actor, now: datetime) -> Invitation:
    """A code for somebody who lost something. The old password is void at once, and every session ends.

    A lost password alone leaves the second factor in place: whoever holds the code must still show it (ASVS 6.4.3).
    """
    if not staff.active:
        raise Conflict(code="staff_is_stopped")
    if lost is Lost.SECOND_FACTOR:
        remove_second_factors(session, staff, actor, now)
    staff.password_hash, staff.password_changed_at, staff.password_due = "", None, True
    session.add(staff)
    write_event(
        session, staff.clinic_id, now, action="sign_in_reset", actor=actor, outcome=lost.value, subject=str(staff.id)
    )
    sessions.end_all(session, staff, actor, now, why="sign_in_reset")
    sessions.forget_browsers(session, staff)
    forgive_everywhere(session, staff.login_name)
    return _invitation(session, staff, actor, now)


def let_try_again(session: Session, staff: Staff, actor: Actor, now: datetime) -> None:
    """After five wrong tries the administrator need not let the person wait (S-171)."""
    forgive_everywhere(session, staff.login_name)
    write_event(session, staff.clinic_id, now, action="lock_lifted", actor=actor, subject=str(staff.id))


def _add(
    session: Session, clinic_id: UUID, name: str, login_name: str, role: Role, actor: Actor, now: datetime
) -> Staff:
    if clinic_behind(session, WayIn.LOGIN_NAME, login_name) is not None:
        raise Conflict(code="login_name_taken")
    staff = Staff(
        clinic_id=clinic_id,
        id=new_id(),
        name=name,
        login_name=login_name,
        role=role.value,
        password_due=True,
        created_at=now,
    )
    session.add(staff)
    session.flush()
    write_event(session, clinic_id, now, action="staff_added", actor=actor, outcome=role.value, subject=str(staff.id))
    return staff


def _invitation(session: Session, staff: Staff, actor: Actor, now: datetime) -> Invitation:
    until = now + sessions.rules_now(now).sign_up
    code = hand_out(session, staff, Purpose.SIGN_UP, expires_at=until, made_by=actor.id, now=now)
    return Invitation(staff, code, until)


def _keep_an_administrator(session: Session, staff: Staff) -> None:
    """Refuse what would leave the clinic without one. The clinic's lock makes two such acts wait for each other."""
    session.exec(select(ClinicClock).where(ClinicClock.clinic_id == staff.clinic_id).with_for_update()).one()
    others = session.exec(
        select(Staff.id).where(
            Staff.clinic_id == staff.clinic_id,
            Staff.id != staff.id,
            Staff.role == Role.ADMIN.value,
            col(Staff.active),
            Staff.password_hash != "",
        )
    ).first()
    if staff.role == Role.ADMIN.value and others is None:
        raise Conflict(code="last_administrator")
