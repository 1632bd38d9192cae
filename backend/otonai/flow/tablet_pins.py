"""A person on a tablet: the PIN they chose there, its tries, and the unlock it leads to.

The enrolled tablet is the first factor, the PIN the second (design 6). Wrong PINs are counted on the server by
`domain/access.py`: a tablet can be stopped for good, an account never. How devices are taken in is `enrol_device.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.access import IDLE_LIMIT, Tries, TryOutcome, after_try, check_pin, is_locked, remaining_tries
from ..domain.devices import StopReason
from ..domain.errors import Refused
from ..store.audit import Actor, write_event
from ..store.ids import new_id, new_token, token_hash
from ..store.tables import Device, Staff, TabletPerson, Unlock
from .device_access import stop_device
from .hashing import hash_secret, is_secret_of
from .sign_in import KnockOutcome, account_state, try_password
from .tries import Place, forgive


@dataclass(frozen=True, slots=True)
class Opened:
    """The result of one try; `token` only when it opened."""

    outcome: TryOutcome
    token: str | None = None
    staff: Staff | None = None
    remaining: int | None = None
    until: datetime | None = None
    expires_at: datetime | None = None


def add_person_to_tablet(
    session: Session, device: Device, *, login_name: str, password: str, new_pin: str, now: datetime
) -> Opened:
    """First use on a tablet: name and password once, and a PIN of one's own (no initial PIN exists, S-031).

    The enrolled tablet is the second factor. Raises Refused(sign_up_unfinished) for an account that has never been
    completed at a browser: its password is not yet its owner's alone.
    """
    place = Place(device_id=device.id)
    opened = try_password(session, login_name, password, place, now)
    if opened.staff is None:
        return Opened(_AT_THE_TABLET[opened.outcome], until=opened.until)
    if opened.staff.clinic_id != device.clinic_id:
        return Opened(TryOutcome.WRONG)
    account = account_state(session, opened.staff, now)
    if account.password_due or (account.two_factors_wanted and not account.second_factors):
        raise Refused(code="sign_up_unfinished")
    check_pin(new_pin)
    forgive(session, login_name, place, known=True)
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
    person.pin_hash, person.chosen_at = hash_secret(new_pin), now
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
    right = False if is_locked(tries, now) else is_secret_of(person.pin_hash, pin)
    outcome, after = after_try(tries, right=right, now=now)
    person.wrong_in_row, person.locked_until = after.wrong_in_row, after.locked_until
    session.add(person)
    actor = Actor("bedside", staff.id, device.id)
    write_event(session, device.clinic_id, now, action="unlock", actor=actor, outcome=outcome.value)
    if outcome is TryOutcome.STOPPED:
        stop_device(session, device, actor, now, StopReason.PIN_TRIES)
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


#: The tablet's own words for what a password led to.
_AT_THE_TABLET = {
    KnockOutcome.WRONG: TryOutcome.WRONG,
    KnockOutcome.LOCKED: TryOutcome.LOCKED,
    KnockOutcome.THROTTLED: TryOutcome.LOCKED,
}


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
