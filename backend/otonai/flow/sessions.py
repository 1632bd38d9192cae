"""Sessions of browsers at the office: opened, found again, listed, ended. The cookie's value is kept only as a hash.

Who may open one is decided in `sign_in.py`; times are judged by `domain/sessions.py`. Every look reads the account
anew, so that a changed role or a stopped account counts from the next request on (F23).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.access import Role
from ..domain.dates import business_day
from ..domain.errors import NotSignedIn
from ..domain.factors import Factor, Stage
from ..domain.sessions import SignInRules, session_end
from ..rules.sign_in import sign_in_rules_on
from ..store.audit import Actor, write_event
from ..store.ids import new_id, new_token, token_hash
from ..store.session import enter_by
from ..store.tables import KnownBrowser, Staff, StaffSession, Unlock
from ..store.walls import WayIn
from .tries import Place

#: How often a use is written down.
TOUCH_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class OfficeSession:
    """A session that has not ended: on its way in (`stage`), or open."""

    id: UUID
    clinic_id: UUID
    staff_id: UUID
    role: Role
    stage: Stage
    factors: frozenset[Factor]
    proved_at: datetime
    ends_at: datetime
    stale: bool  # idleness was last measured a while ago; touch it


def rules_now(now: datetime) -> SignInRules:
    """The dated rules of this instant's day in Japan."""
    return sign_in_rules_on(business_day(now))


def begin(
    session: Session,
    staff: Staff,
    stage: Stage,
    factors: Iterable[Factor],
    place: Place,
    now: datetime,
    *,
    ends_at: datetime | None = None,
) -> str:
    """A new session at a stage; returns the cookie's value."""
    token = new_token()
    session.add(
        StaffSession(
            clinic_id=staff.clinic_id,
            id=new_id(),
            staff_id=staff.id,
            token_hash=token_hash(token),
            stage=stage.value,
            factors=sorted(factors),
            browser=place.label,
            created_at=now,
            proved_at=now,
            last_used_at=now,
            expires_at=ends_at or rules_now(now).ends_at(stage, now),
        )
    )
    session.flush()
    return token


def session_of(session: Session, token: str, now: datetime) -> OfficeSession | None:
    """The session behind a cookie; None when it is unknown, over, or its person was stopped. Only reads."""
    row = _row(session, token)
    if row is None:
        return None
    over = session_end(
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        idle=rules_now(now).idle,
        now=now,
    )
    staff = session.get(Staff, (row.clinic_id, row.staff_id))
    if over is not None or staff is None or not staff.active:
        return None
    return OfficeSession(
        id=row.id,
        clinic_id=row.clinic_id,
        staff_id=row.staff_id,
        role=Role(staff.role),
        stage=Stage(row.stage),
        factors=frozenset(Factor(each) for each in row.factors),
        proved_at=row.proved_at,
        ends_at=row.expires_at,
        stale=now - row.last_used_at >= TOUCH_EVERY,
    )


def touch_session(session: Session, token: str, now: datetime) -> None:
    """Note that a session is in use; half a minute is exact enough to measure idleness."""
    row = _row(session, token)
    if row is not None and row.ended_at is None:
        row.last_used_at = now
        session.add(row)


def hold(session: Session, clinic_id: UUID, session_id: UUID) -> StaffSession:
    """The session's row, kept from being ended until this transaction is over.

    Who was let in a moment ago may have been put out while the request waited for its turn to write; from then on
    nothing is done in that session's name. Raises NotSignedIn (ASVS 7.4.1).
    """
    row = session.exec(
        select(StaffSession)
        .where(StaffSession.clinic_id == clinic_id, StaffSession.id == session_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.ended_at is not None:
        raise NotSignedIn()
    return row


def renew(session: Session, clinic_id: UUID, session_id: UUID, factor: Factor, now: datetime) -> str:
    """The person proved once more who they are: sensitive acts are open again, under a new cookie (ASVS 7.2.4)."""
    row, token = hold(session, clinic_id, session_id), new_token()
    row.token_hash, row.proved_at, row.last_used_at = token_hash(token), now, now
    row.factors = sorted({*row.factors, factor.value})
    session.add(row)
    return token


def end_session(session: Session, token: str, now: datetime) -> None:
    """Sign out; an unknown cookie is simply gone."""
    row = _row(session, token)
    if row is not None and row.ended_at is None:
        row.ended_at = now
        session.add(row)
        write_event(session, row.clinic_id, now, action="sign_out", actor=Actor("staff", row.staff_id))


def end_left_behind(session: Session, token: str, now: datetime) -> None:
    """The browser signs in again: what it held in this clinic before opens nothing any more. Nobody signed out."""
    row = _row(session, token) if token else None
    if row is not None and row.ended_at is None:
        row.ended_at = now
        session.add(row)


def sessions_of(session: Session, clinic_id: UUID, staff_id: UUID, now: datetime) -> list[StaffSession]:
    """Somebody's open sessions that have not ended by themselves, newest use first."""
    idle = rules_now(now).idle
    rows = session.exec(
        select(StaffSession)
        .where(
            StaffSession.clinic_id == clinic_id,
            StaffSession.staff_id == staff_id,
            StaffSession.stage == Stage.OPEN.value,
            col(StaffSession.ended_at).is_(None),
            col(StaffSession.expires_at) > now,
            col(StaffSession.last_used_at) > now - idle,
        )
        .order_by(col(StaffSession.last_used_at).desc())
    )
    return list(rows)


def end_all(
    session: Session,
    staff: Staff,
    actor: Actor,
    now: datetime,
    *,
    why: str,
    but: UUID | None = None,
    tablets: bool = True,
) -> int:
    """End every session of a person, half-way ones too, and lock every tablet they hold open; how many ended.

    `but` keeps one session: that of the person who asks for it. `why` is the audit's word.
    """
    rows = session.exec(
        select(StaffSession)
        .where(StaffSession.clinic_id == staff.clinic_id, StaffSession.staff_id == staff.id)
        .where(col(StaffSession.ended_at).is_(None))
    ).all()
    ended = [row for row in rows if row.id != but]
    for row in ended:
        row.ended_at = now
        session.add(row)
    if tablets:
        mine = (Unlock.clinic_id == staff.clinic_id, Unlock.staff_id == staff.id, col(Unlock.ended_at).is_(None))
        for unlock in session.exec(select(Unlock).where(*mine)):
            unlock.ended_at = now
            session.add(unlock)
    write_event(session, staff.clinic_id, now, action="sessions_ended", actor=actor, outcome=why, subject=str(staff.id))
    return len(ended)


def end_one(session: Session, row: StaffSession, actor: Actor, now: datetime) -> None:
    """End one session from elsewhere."""
    row.ended_at = row.ended_at or now
    session.add(row)
    write_event(
        session, row.clinic_id, now, action="sessions_ended", actor=actor, outcome="revoked", subject=str(row.staff_id)
    )


# --- browsers ------------------------------------------------------------------------------------------------


def is_known(session: Session, staff: Staff | None, place: Place, now: datetime) -> bool:
    """Whether this person has signed in at this browser lately, or holds an enrolled tablet of the clinic."""
    if place.device_id is not None:
        return True
    if staff is None or not place.browser:
        return False
    row = _browser(session, staff, place.browser)
    return row is not None and now - row.last_used_at < rules_now(now).known_browser


def remember_browser(session: Session, staff: Staff, place: Place, now: datetime) -> str:
    """Know this browser from now on; returns the value of its cookie."""
    token = place.browser if _is_ours(session, staff, place.browser) else new_token()
    row = _browser(session, staff, token)
    if row is None:
        row = KnownBrowser(
            clinic_id=staff.clinic_id,
            id=new_id(),
            staff_id=staff.id,
            token_hash=token_hash(token),
            known_since=now,
            last_used_at=now,
        )
    row.last_used_at = now
    session.add(row)
    return token


def forget_browsers(session: Session, staff: Staff) -> None:
    """After a reset, every browser is a stranger again."""
    for row in session.exec(
        select(KnownBrowser).where(KnownBrowser.clinic_id == staff.clinic_id, KnownBrowser.staff_id == staff.id)
    ):
        session.delete(row)


def _is_ours(session: Session, staff: Staff, token: str) -> bool:
    """Whether we gave this value out, to anybody of the clinic: a value that a stranger planted is replaced."""
    given = select(KnownBrowser.id).where(
        KnownBrowser.clinic_id == staff.clinic_id, KnownBrowser.token_hash == token_hash(token)
    )
    return bool(token) and session.exec(given).first() is not None


def _browser(session: Session, staff: Staff, token: str) -> KnownBrowser | None:
    return session.exec(
        select(KnownBrowser).where(
            KnownBrowser.clinic_id == staff.clinic_id,
            KnownBrowser.staff_id == staff.id,
            KnownBrowser.token_hash == token_hash(token),
        )
    ).first()


def _row(session: Session, token: str) -> StaffSession | None:
    if enter_by(session, WayIn.SESSION, token_hash(token)) is None:
        return None
    return session.exec(select(StaffSession).where(StaffSession.token_hash == token_hash(token))).first()
