"""Counts wrong tries at the office's door, in the database, so that every process and every machine counts together.

Carries out `domain/tries.py`. A try is looked up (`tries_of`), decided, and written (`count`) in the transaction that
tells its outcome; the rows are locked first, so that guesses sent side by side are counted one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from ..domain.tries import FORGIVEN, OF_KNOWN, OF_STRANGERS, Count, Door, TryLimits, WrongTries, after_wrong, door
from ..store.tables import SignInTries


@dataclass(frozen=True, slots=True)
class Place:
    """Where a try comes from: an address, a browser that may be known, or an enrolled tablet.

    `label` says in words which browser it is, for the list of one's own sessions.
    """

    address: str = field(default="", repr=False)
    browser: str = field(default="", repr=False)
    label: str = ""
    device_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts that one try belongs to, locked until the transaction ends."""

    rows: tuple[SignInTries, ...]
    state: Door
    until: datetime | None


def is_closed(session: Session, login_name: str, place: Place, now: datetime, *, known: bool) -> bool:
    """Whether a try would not be looked at. Only reads, so it may be out of date when the try is counted."""
    keys = [key for key, _ in _keys(login_name, place, known=known)]
    rows = session.exec(select(SignInTries).where(col(SignInTries.key).in_(keys)))
    return door((_told(row) for row in rows), now)[0] is not Door.OPEN


def tries_of(session: Session, login_name: str | None, place: Place, now: datetime, *, known: bool) -> Counted:
    """The counts of one try and whether it may be looked at. `known`: this account was used at this place before.

    Without a log-in name (codes that name nobody) only the sender is counted.
    """
    keys = dict(_keys(login_name, place, known=known))
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    account = _hashed("account", login_name or "")
    for key, count in sorted(keys.items()):
        own = account if count in _OF_ONE_ACCOUNT else None
        row = {"key": key, "count": count.value, "account": own, "wrong": 0, "last_at": now}
        session.execute(insert(SignInTries).values(row).on_conflict_do_nothing())
    rows = session.exec(
        select(SignInTries)
        .where(col(SignInTries.key).in_(list(keys)))
        .order_by(col(SignInTries.key))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    state, until = door((_told(row) for row in rows), now)
    return Counted(tuple(rows), state, until)


def count_wrong(session: Session, counted: Counted, limits: TryLimits, now: datetime) -> tuple[Door, datetime | None]:
    """Write one wrong try; tells whether it closed the door."""
    for row in counted.rows:
        after = after_wrong(_told(row), limits, now)
        row.wrong, row.since, row.locked_until, row.last_at = after.wrong, after.since, after.locked_until, now
        session.add(row)
    return door((_told(row) for row in counted.rows), now)


def forgive(session: Session, login_name: str, place: Place, *, known: bool) -> None:
    """A full sign-in: earlier wrong tries of this account at this place count no more."""
    keys = [key for key, count in _keys(login_name, place, known=known) if count in FORGIVEN]
    session.execute(delete(SignInTries).where(col(SignInTries.key).in_(keys)))


def forgive_everywhere(session: Session, login_name: str) -> None:
    """The administrator lets a locked-out person try again at once (S-171)."""
    session.execute(delete(SignInTries).where(col(SignInTries.account) == _hashed("account", login_name)))


def locked_until(session: Session, login_names: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Which accounts are locked somewhere, and until when."""
    by_hash = {_hashed("account", name): name for name in login_names}
    rows = session.exec(select(SignInTries).where(col(SignInTries.account).in_(list(by_hash))))
    found: dict[str, datetime] = {}
    for row in rows:
        if row.account and row.locked_until and row.locked_until > now:
            name = by_hash[row.account]
            found[name] = max(found.get(name, now), row.locked_until)
    return found


_OF_ONE_ACCOUNT = frozenset({Count.KNOWN_DEVICE, Count.STRANGER, Count.STRANGERS})


def _keys(login_name: str | None, place: Place, *, known: bool) -> Iterable[tuple[str, Count]]:
    """The counts of one place under their keys."""
    where = str(place.device_id) if place.device_id else place.browser
    if login_name is None:
        return [(_hashed(Count.ADDRESS.value, place.address), Count.ADDRESS)]
    parts = {
        Count.KNOWN_DEVICE: (login_name, where),
        Count.STRANGER: (login_name, place.address),
        Count.STRANGERS: (login_name,),
        Count.ADDRESS: (place.address,),
        Count.EVERYBODY: (),
    }
    return [(_hashed(count.value, *parts[count]), count) for count in (OF_KNOWN if known else OF_STRANGERS)]


def _hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _told(row: SignInTries) -> WrongTries:
    return WrongTries(Count(row.count), row.wrong, row.since, row.locked_until)
