"""People of the cast with accounts as they are after the first day: a password of their own and an authenticator app.

Everything goes through the product's own flow; only the app's secret is a known one, so that tests can read its codes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import update
from sqlmodel import Session, select

from otonai.flow.passwords import choose_password
from otonai.flow.sealing import Sealing
from otonai.flow.second_factor import STEP_SECONDS, begin_authenticator, confirm_authenticator
from otonai.flow.staff import invite
from otonai.store.audit import Actor
from otonai.store.tables import Authenticator, Staff
from tests.people import StaffMember

#: The sealing key of every installation that tests run in process.
SEALING_KEY = bytes(range(32, 64))
SEALING = Sealing((SEALING_KEY,))


def employ(
    session: Session, clinic_id: UUID, person: StaffMember, now: datetime, *, by: Actor, login_name: str | None = None
) -> Staff:
    """A person taken in by the administrator, who has completed their account."""
    invitation = invite(
        session, clinic_id, name=person.name, login_name=login_name or person.login_name, role=person.role,
        actor=by, now=now,
    )  # fmt: skip
    return complete(session, invitation.staff, person, now)


def complete(
    session: Session, staff: Staff, person: StaffMember, now: datetime, *, sealing: Sealing = SEALING
) -> Staff:
    """First use: choose a password, set up the app. It was a while ago: its codes of now are unspent."""
    own = Actor("staff", staff.id)
    choose_password(session, staff, person.password, own, now, has_second_factor=False)
    begin_authenticator(session, staff, person.totp_secret, sealing, now)
    assert confirm_authenticator(session, staff, one_time_code(person, now), own, sealing, now)
    session.flush()
    a_while_passes(session)
    return staff


def one_time_code(person: StaffMember, now: datetime, *, steps: int = 0) -> str:
    """What the person's app shows at this instant, or so many steps of thirty seconds later."""
    code: str = pyotp.TOTP(person.totp_secret).at(now + timedelta(seconds=STEP_SECONDS * steps))
    return code


def a_while_passes(session: Session) -> None:
    """As if the last codes had been used long ago: the code of this moment can be used."""
    session.execute(update(Authenticator).values(last_step=0))


def staff_named(session: Session, login_name: str) -> Staff:
    """The account of a log-in name."""
    return session.exec(select(Staff).where(Staff.login_name == login_name)).one()
