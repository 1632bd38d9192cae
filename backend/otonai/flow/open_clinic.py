"""A new clinic on this installation: its row, its counters, its box key, its first administrator.

Done by the operator at the command line; a clinic never opens another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from ..domain.errors import Conflict, Invalid
from ..store.audit import Actor, write_event
from ..store.ids import new_id
from ..store.session import enter
from ..store.tables import Clinic, ClinicClock, ClinicDue
from .boxes import make_key
from .invite_consent import checked_host
from .staff import add_first_administrator


@dataclass(frozen=True, slots=True)
class NewClinic:
    """What the operator says about a clinic."""

    code: str
    name: str
    institution_code: str
    consent_url: str | None
    carry_medical: bool
    admin_name: str
    admin_login: str
    #: Real terminals do, about four in the morning (S-168); then nothing is begun by itself.
    terminal_restarts: bool = True


def open_clinic(
    session: Session, told: NewClinic, admin_password: str, consent_hosts: frozenset[str], now: datetime
) -> Clinic:
    """Open it. The administrator's password is good until it is replaced at first use.

    Raises Conflict for a code that is taken, Invalid for a wrong institution code or consent address."""
    if len(told.institution_code) != 10 or not told.institution_code.isascii() or not told.institution_code.isdigit():
        raise Invalid("the institution code has ten digits")
    if told.consent_url is not None:
        checked_host(told.consent_url, consent_hosts)
    taken = select(Clinic.id).where((Clinic.code == told.code) | (Clinic.institution_code == told.institution_code))
    if session.exec(taken).first() is not None:
        raise Conflict("a clinic with this code or institution code exists")
    clinic = Clinic(
        id=new_id(),
        code=told.code,
        name=told.name,
        institution_code=told.institution_code,
        consent_url=told.consent_url,
        carry_medical=told.carry_medical,
        terminal_restarts=told.terminal_restarts,
        created_at=now,
    )
    enter(session, clinic.id)
    session.add(clinic)
    session.flush()
    session.add(ClinicClock(clinic_id=clinic.id))
    session.add(ClinicDue(clinic_id=clinic.id, due_at=now))
    session.flush()
    make_key(session, clinic.id, now)
    operator = Actor("host_operator")
    write_event(session, clinic.id, now, action="clinic_opened", actor=operator)
    add_first_administrator(
        session,
        clinic,
        name=told.admin_name,
        login_name=told.admin_login,
        password=admin_password,
        actor=operator,
        now=now,
    )
    return clinic
