"""The emergency account (シス11): a sealed code on paper for the day on which nobody can sign in as usual.

The administrator seals a code; it opens once, for at most 24 hours, and afterwards opens nothing. Opening it is loud:
an event of the audit trail, a line of the operator's log, and a banner and an alarm on every screen of the clinic
until an administrator has looked. It sees what a doctor sees and changes nothing (`domain/access.py`).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.access import Role
from ..domain.factors import Factor
from ..domain.tries import Door
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.ids import new_id, token_hash
from ..store.session import enter_by
from ..store.tables import Clinic, EmergencySeal, Staff
from ..store.walls import WayIn
from . import sessions
from .handed_codes import plain, readable
from .sign_in import Entrance, KnockOutcome, Tried, identity_proved
from .tries import Place, count_wrong, tries_of

log = logging.getLogger("otonai.emergency")


class Reason(StrEnum):
    """Why somebody breaks the seal; asked, and kept in the audit trail."""

    DEVICES_LOST = "devices_lost"
    PROVIDER_AWAY = "provider_away"
    ADMINISTRATOR_AWAY = "administrator_away"
    DISASTER = "disaster"


class SealState(StrEnum):
    """What has become of a sealed code."""

    SEALED = "sealed"
    OPEN = "open"
    ENDED = "ended"  # its time is over, or an administrator ended it
    REPLACED = "replaced"  # never opened; a newer one was sealed


@dataclass(frozen=True, slots=True)
class Sealed:
    """A new code, told this once, to be printed and locked away."""

    seal: EmergencySeal
    code: str = field(repr=False)


def state_of(seal: EmergencySeal, now: datetime) -> SealState:
    """The word for it at this instant. The last instant of its time is already over."""
    if seal.opened_at is None:
        return SealState.SEALED if seal.ended_at is None else SealState.REPLACED
    over = seal.ended_at is not None or seal.ends_at is None or now >= seal.ends_at
    return SealState.ENDED if over else SealState.OPEN


def seal_code(session: Session, clinic_id: UUID, actor: Actor, now: datetime) -> Sealed:
    """Seal a new code; one that lies sealed is void. An open account stays open until it ends."""
    for old in _seals(session, clinic_id):
        if state_of(old, now) is SealState.SEALED:
            old.ended_at = now
            session.add(old)
    clinic, seal_id = session.get_one(Clinic, clinic_id), new_id()
    account = Staff(
        clinic_id=clinic_id,
        id=new_id(),
        name="非常用アカウント",
        login_name=f"emergency.{seal_id.hex[-12:]}@{clinic.code}",
        role=Role.EMERGENCY.value,
        active=False,
        created_at=now,
    )
    session.add(account)
    session.flush()
    code = readable()
    seal = EmergencySeal(
        clinic_id=clinic_id, id=seal_id, staff_id=account.id, code_hash=token_hash(code), made_by=actor.id, made_at=now
    )
    session.add(seal)
    session.flush()
    write_event(session, clinic_id, now, action="emergency_sealed", actor=actor, subject=str(seal_id))
    note_change(session, clinic_id, "emergency", seal_id)
    return Sealed(seal, code)


def break_seal(
    session: Session, typed: str, login_name: str, reason: Reason, place: Place, now: datetime
) -> Tried | Entrance:
    """Open the emergency account, once; the same browser may come back until its time is over.

    The person tells their own log-in name, which must be one of this clinic: the account is nobody's, its use is
    somebody's. Wrong codes count against their sender, yet a right one always opens: nobody can guess it, and nobody
    may be able to hold this door shut. Refusals are values, so that counts stay.
    """
    counted = tries_of(session, None, place, now, known=False)
    seal = _seal_of(session, token_hash(plain(typed)))
    who = _person(session, seal, login_name)
    if seal is None or who is None or not _opens(seal, place, now):
        state, until = count_wrong(session, counted, sessions.rules_now(now).tries, now)
        if seal is not None:
            write_event(
                session, seal.clinic_id, now, action="emergency_refused", actor=Actor("staff", who.id if who else None),
                outcome=state_of(seal, now).value, subject=str(seal.id),
            )  # fmt: skip
        return Tried(KnockOutcome.WRONG if state is Door.OPEN else KnockOutcome.THROTTLED, until=until)
    return _open(session, seal, who, reason, place, now)


def end(session: Session, clinic_id: UUID, actor: Actor, now: datetime) -> bool:
    """An administrator ends the open account before its time; False when none is open."""
    seal = open_seal(session, clinic_id, now)
    if seal is None:
        return False
    seal.ended_at = now
    account = session.get_one(Staff, (clinic_id, seal.staff_id))
    account.active = False
    session.add(seal)
    session.add(account)
    write_event(session, clinic_id, now, action="emergency_ended", actor=actor, subject=str(seal.id))
    sessions.end_all(session, account, actor, now, why="emergency_ended")
    note_change(session, clinic_id, "emergency", seal.id)
    return True


def open_seal(session: Session, clinic_id: UUID, now: datetime) -> EmergencySeal | None:
    """The account that is open now: the reason of the banner."""
    return next((s for s in _seals(session, clinic_id) if state_of(s, now) is SealState.OPEN), None)


def seals(session: Session, clinic_id: UUID, *, limit: int = 20) -> list[EmergencySeal]:
    """The newest codes and what became of them; codes themselves are not known any more."""
    return _seals(session, clinic_id)[:limit]


def _seal_of(session: Session, code_hash: str) -> EmergencySeal | None:
    """The seal with this code, whichever clinic it is of; locked, so that two who type it come one after the other."""
    if enter_by(session, WayIn.EMERGENCY_CODE, code_hash) is None:
        return None
    return session.exec(
        select(EmergencySeal)
        .where(EmergencySeal.code_hash == code_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _opens(seal: EmergencySeal, place: Place, now: datetime) -> bool:
    """Sealed: yes. Open: only for the browser that opened it, which idleness had locked out."""
    state = state_of(seal, now)
    same = bool(place.browser) and seal.browser_hash == token_hash(place.browser)
    return state is SealState.SEALED or (state is SealState.OPEN and same)


def _open(session: Session, seal: EmergencySeal, who: Staff, reason: Reason, place: Place, now: datetime) -> Entrance:
    account = session.get_one(Staff, (seal.clinic_id, seal.staff_id))
    again = seal.opened_at is not None
    if seal.opened_at is None or seal.ends_at is None:
        seal.opened_at, seal.ends_at = now, now + sessions.rules_now(now).emergency
        seal.opened_by, seal.reason = who.id, reason.value
        account.active = True
        session.add(account)
    entrance = identity_proved(session, account, {Factor.SEALED_CODE}, place, now, ends_at=seal.ends_at)
    seal.browser_hash = token_hash(entrance.browser or "")
    session.add(seal)
    write_event(
        session, seal.clinic_id, now, action="emergency_opened", actor=Actor("staff", who.id),
        outcome="again" if again else reason.value, subject=str(seal.id),
    )  # fmt: skip
    log.warning("emergency account opened clinic=%s seal=%s by=%s", seal.clinic_id, seal.id, who.id)
    note_change(session, seal.clinic_id, "emergency", seal.id)
    return entrance


def _person(session: Session, seal: EmergencySeal | None, login_name: str) -> Staff | None:
    """The person of this clinic who says they break the seal."""
    if seal is None:
        return None
    return session.exec(
        select(Staff).where(
            Staff.clinic_id == seal.clinic_id,
            Staff.login_name == login_name,
            Staff.role != Role.EMERGENCY.value,
            col(Staff.active),
        )
    ).first()


def _seals(session: Session, clinic_id: UUID) -> list[EmergencySeal]:
    rows = session.exec(
        select(EmergencySeal)
        .where(EmergencySeal.clinic_id == clinic_id)
        .order_by(col(EmergencySeal.made_at).desc(), col(EmergencySeal.id).desc())
    )
    return list(rows)
