"""Getting in at the office. (A person on a tablet gets in by the PIN they chose: `tablet_pins.py`.)

`identity_proved` is the one way to a session of the office: whoever checked a password, a code, a passkey or a
provider's word calls it with what was proved, and it decides by `domain/factors.py` what is still wanted. Functions
that refuse after counting return a value instead of raising, so that the count is committed before it is told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.errors import NotSignedIn
from ..domain.factors import AccountState, Factor, Stage, stage_after
from ..domain.tries import Door
from ..store.audit import Actor, write_event
from ..store.session import enter_by
from ..store.tables import Clinic, Staff
from ..store.walls import WayIn
from . import sessions
from .handed_codes import Purpose, redeem
from .hashing import hash_secret, is_outdated, is_secret_of
from .passwords import is_password_due
from .sealing import Sealing
from .second_factor import CodeCheck, check_one_time_code, check_recovery_code, second_factors_of
from .tries import Counted, Place, count_wrong, forgive, is_closed, tries_of

log = logging.getLogger("otonai.sign_in")


class KnockOutcome(StrEnum):
    """What one try at a password or a code led to."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"  # a right code that is already spent; counts as no wrong try
    LOCKED = "locked"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class Tried:
    """One checked try. `staff` only when it was right; `until` when the door is closed."""

    outcome: KnockOutcome
    staff: Staff | None = field(default=None, repr=False)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entrance:
    """What a person holds after a proof: a cookie at a stage. Only the stage `open` reaches the clinic.

    `browser` is the value of the cookie by which this browser is known from now on, once open.
    """

    staff: Staff = field(repr=False)
    stage: Stage
    token: str = field(repr=False)
    ends_at: datetime
    second_factors: frozenset[Factor]
    browser: str | None = field(default=None, repr=False)


def identity_proved(
    session: Session,
    staff: Staff,
    proved: Iterable[Factor],
    place: Place,
    now: datetime,
    *,
    arriving: sessions.OfficeSession | None = None,
    ends_at: datetime | None = None,
) -> Entrance:
    """These factors were just proved by this person: give the session they are worth.

    `arriving` is the session of the proofs before in this sign-in: its proofs count too, and it ends here, so that
    every step has a cookie of its own (ASVS 7.2.4). `ends_at` shortens the session. Checks no secret itself and counts
    no try; a full sign-in forgives earlier wrong ones. Raises NotSignedIn for somebody who was stopped, and for an
    `arriving` session that has ended or is somebody else's.
    """
    if not staff.active or (
        arriving is not None and (arriving.clinic_id, arriving.staff_id) != (staff.clinic_id, staff.id)
    ):
        raise NotSignedIn(code="sign_in_failed")
    factors = frozenset(proved) | (arriving.factors if arriving else frozenset())
    second = second_factors_of(session, staff)
    stage = stage_after(factors, account_state(session, staff, now))
    if arriving is not None:
        earlier = sessions.hold(session, arriving.clinic_id, arriving.id)
        earlier.ended_at = now
        session.add(earlier)
    ends_at = min(filter(None, (ends_at, sessions.rules_now(now).ends_at(stage, now))))
    token = sessions.begin(session, staff, stage, factors, place, now, ends_at=ends_at)
    browser = None
    if stage is Stage.OPEN:
        known = sessions.is_known(session, staff, place, now)
        forgive(session, staff.login_name, place, known=known)
        browser = sessions.remember_browser(session, staff, place, now)
    write_event(
        session, staff.clinic_id, now, action="sign_in", actor=Actor("staff", staff.id),
        outcome=stage.value, subject="+".join(sorted(factors)),
    )  # fmt: skip
    return Entrance(staff, stage, token, ends_at, second, browser)


def account_state(session: Session, staff: Staff, now: datetime) -> AccountState:
    """What `stage_after` needs to know about this account."""
    second = second_factors_of(session, staff)
    clinic = session.get_one(Clinic, staff.clinic_id)
    return AccountState(
        second_factors=second,
        password_due=is_password_due(session, staff, now, has_second_factor=bool(second)),
        two_factors_wanted=clinic.two_factors,
    )


# --- password and codes --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Knock:
    """A log-in name that somebody tries, looked up: the hash to compare with, or none for a name nobody has."""

    login_name: str = field(repr=False)
    place: Place
    password_hash: str = field(repr=False)
    clinic_id: UUID | None
    staff_id: UUID | None
    known: bool
    closed: bool

    def fits(self, password: str) -> bool:
        """Compare; takes the same time for every name. No database is held meanwhile. At a closed door nothing is
        compared, whoever knocks: guessing must not cost us more than the guesser."""
        return not self.closed and is_secret_of(self.password_hash, password)


def look_up(session: Session, login_name: str, place: Place, now: datetime) -> Knock:
    """Who might be knocking. Only reads."""
    found = enter_by(session, WayIn.LOGIN_NAME, login_name) is not None
    wanted = select(Staff).where(Staff.login_name == login_name, col(Staff.active))
    staff = session.exec(wanted).first() if found else None
    known = sessions.is_known(session, staff, place, now)
    return Knock(
        login_name=login_name,
        place=place,
        password_hash=staff.password_hash if staff else "",
        clinic_id=staff.clinic_id if staff else None,
        staff_id=staff.id if staff else None,
        known=known,
        closed=is_closed(session, login_name, place, now, known=known),
    )


def settle(session: Session, knock: Knock, password: str, now: datetime, *, fits: bool) -> Tried:
    """Count the try and tell its outcome, alike for names that exist and names that do not."""
    counted = tries_of(session, knock.login_name, knock.place, now, known=knock.known)
    staff = session.get(Staff, (knock.clinic_id, knock.staff_id)) if knock.staff_id else None
    # What was compared must still be what counts: a password changed in this moment lets nobody in.
    right = fits and staff is not None and staff.active and staff.password_hash == knock.password_hash
    proof = _counted(session, staff, counted, right, now)
    if proof.staff is not None and is_outdated(proof.staff.password_hash):
        proof.staff.password_hash = hash_secret(password)
        session.add(proof.staff)
    return proof


def try_password(session: Session, login_name: str, password: str, place: Place, now: datetime) -> Tried:
    """All three steps in one transaction, for callers that hold one already."""
    knock = look_up(session, login_name, place, now)
    return settle(session, knock, password, now, fits=knock.fits(password))


def try_code(
    session: Session, staff: Staff, code: str, factor: Factor, place: Place, sealing: Sealing, now: datetime
) -> Tried:
    """A code of the person's app, or one of their recovery codes; counted together with their passwords."""
    known = sessions.is_known(session, staff, place, now)
    counted = tries_of(session, staff.login_name, place, now, known=known)
    if counted.state is not Door.OPEN:
        return _counted(session, staff, counted, False, now)
    if factor is Factor.RECOVERY_CODE:
        found = check_recovery_code(session, staff, code, now)
    else:
        found = check_one_time_code(session, staff, code, sealing, now)
    if found is CodeCheck.USED:
        _tell(session, staff, KnockOutcome.USED, now)
        return Tried(KnockOutcome.USED)
    return _counted(session, staff, counted, found is CodeCheck.RIGHT, now)


def try_handed_code(session: Session, typed: str, purpose: Purpose, place: Place, now: datetime) -> Tried:
    """A code that somebody was handed. Wrong ones count against their sender alone: no code can be guessed, and so
    nobody else's wrong codes may keep a person from beginning."""
    counted = tries_of(session, None, place, now, known=False)
    staff = redeem(session, typed, purpose, now) if counted.state is Door.OPEN else None
    return _counted(session, staff, counted, staff is not None, now)


def _counted(session: Session, staff: Staff | None, counted: Counted, right: bool, now: datetime) -> Tried:
    """The outcome of a try under its counts; a closed door is closed to right and wrong alike.

    The try that closes the door is the last one in the audit trail: whoever goes on knocking fills the operator's
    log, not the clinic's evidence.
    """
    if counted.state is not Door.OPEN:
        log.warning("sign-in at a closed door: %s", counted.state.value)
        return Tried(_REFUSED[counted.state], until=counted.until)
    if right:
        return Tried(KnockOutcome.RIGHT, staff)
    state, until = count_wrong(session, counted, sessions.rules_now(now).tries, now)
    _tell(session, staff, _REFUSED[state], now)
    return Tried(_REFUSED[state], until=until)


_REFUSED = {
    Door.OPEN: KnockOutcome.WRONG,
    Door.LOCKED: KnockOutcome.LOCKED,
    Door.THROTTLED: KnockOutcome.THROTTLED,
}


def _tell(session: Session, staff: Staff | None, outcome: KnockOutcome, now: datetime) -> None:
    """A refused try is an event of the clinic it was made at; without one it is a line of the operator's log."""
    if staff is None:
        log.warning("sign-in refused: no such account (%s)", outcome.value)
        return
    write_event(session, staff.clinic_id, now, action="sign_in", actor=Actor("staff", staff.id), outcome=outcome.value)
