"""How accounts are shown: rows of the store as models of the API. Decides nothing."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.passwords import PasswordPolicy
from ..flow import sessions
from ..flow.break_glass import state_of
from ..flow.handed_codes import grouped, open_sign_up
from ..flow.invite_consent import qr_svg
from ..flow.own_provider import is_linked
from ..flow.second_factor import second_factors_of
from ..flow.staff import Invitation
from ..flow.tries import locked_until
from ..store.tables import EmergencySeal, Staff, StaffSession
from .models.sign_in import InvitationOut, OwnSessionListOut, OwnSessionOut, PasswordPolicyOut, PersonOut, SealOut


def policy_out(policy: PasswordPolicy) -> PasswordPolicyOut:
    """A policy in whole days."""
    return PasswordPolicyOut(
        name=policy.name,
        shortest=policy.shortest,
        mixed=policy.mixed,
        changed_within_days=policy.changed_within.days if policy.changed_within else None,
    )


def person_out(tx: Session, staff: Staff, now: datetime, *, locked: datetime | None) -> PersonOut:
    """A person as the administrator sees them."""
    linked = is_linked(tx, staff)
    state = "stopped" if not staff.active else "active" if staff.password_hash or linked else "invited"
    return PersonOut(
        id=staff.id,
        name=staff.name,
        login_name=staff.login_name,
        role=staff.role,
        state=state,
        second_factors=sorted(second_factors_of(tx, staff)),
        invited_until=open_sign_up(tx, staff, now),
        locked_until=locked,
        sessions=len(sessions.sessions_of(tx, staff.clinic_id, staff.id, now)),
        provider_linked=linked,
    )


def people_out(tx: Session, people: list[Staff], now: datetime) -> list[PersonOut]:
    """Everybody, with the locks of all of them asked once."""
    locked = locked_until(tx, [each.login_name for each in people], now)
    return [person_out(tx, each, now, locked=locked.get(each.login_name)) for each in people]


def invitation_out(tx: Session, invitation: Invitation, base_url: str, now: datetime) -> InvitationOut:
    """The code as signs, link and picture. In the link it stands behind `#`, which no server and no log ever sees."""
    url = f"{base_url}/office/join#{invitation.code}"
    (person,) = people_out(tx, [invitation.staff], now)
    return InvitationOut(
        person=person, code=grouped(invitation.code), url=url, qr_svg=qr_svg(url), expires_at=invitation.expires_at
    )


def session_list_out(rows: list[StaffSession], current: UUID | None) -> OwnSessionListOut:
    """Browsers that somebody is signed in at."""
    return OwnSessionListOut(
        items=[
            OwnSessionOut(
                id=row.id,
                browser=row.browser,
                created_at=row.created_at,
                last_used_at=row.last_used_at,
                ends_at=row.expires_at,
                current=row.id == current,
            )
            for row in rows
        ]
    )


def seal_out(tx: Session, seal: EmergencySeal, now: datetime) -> SealOut:
    """A sealed code without the code."""
    by = tx.get(Staff, (seal.clinic_id, seal.opened_by)) if seal.opened_by else None
    return SealOut(
        id=seal.id,
        state=state_of(seal, now),
        made_at=seal.made_at,
        opened_at=seal.opened_at,
        opened_by=by.name if by else None,
        reason=seal.reason,
        ends_at=seal.ends_at,
    )
