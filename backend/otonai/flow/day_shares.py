"""The day shares of one person on one tablet: made at the first unlock of the day, told again until their end.

Told only to a signed call of a tablet that this person has open, so to somebody whose PIN the server has checked.
Never told again once they ended, and nobody can make them anew for the same day: a tablet that was stopped, or whose
clinic stopped carrying medical information, holds noise (A5: crypto-shredding).
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from ..domain.access import Role
from ..domain.dates import business_day
from ..domain.day_share import SHARE_BYTES, DataClass, MedicalMode, Withheld, medical_withheld, share_ends
from ..domain.devices import DeviceRules, Ownership
from ..store.audit import Actor, write_event
from ..store.day_shares import share_of
from ..store.ids import new_id
from ..store.tables import Clinic, DayShare, Device, Staff
from .sealing import Sealing


@dataclass(frozen=True, slots=True)
class ToldShare:
    """One share as the tablet gets it, in base64url."""

    data_class: DataClass
    share: str
    not_after: datetime

    def __repr__(self) -> str:
        return f"ToldShare({self.data_class})"


@dataclass(frozen=True, slots=True)
class ToldShares:
    """All shares of one person on one tablet today, and why one is missing."""

    day: date
    medical_mode: MedicalMode
    shares: tuple[ToldShare, ...]
    withheld: Withheld | None


def carrying(clinic: Clinic, device: Device, role: Role, rules: DeviceRules) -> Withheld | None:
    """Why this person carries no medical information on this tablet; None when they do."""
    return medical_withheld(
        role,
        clinic_allows=clinic.carry_medical,
        ownership=Ownership(device.ownership),
        byod_allowed=rules.byod_offline_medical,
    )


def tell_shares(
    session: Session, sealing: Sealing, device: Device, staff: Staff, rules: DeviceRules, now: datetime
) -> ToldShares:
    """The shares of today; made when they are asked for the first time, and audited each time."""
    clinic = session.get_one(Clinic, device.clinic_id)
    withheld = carrying(clinic, device, Role(staff.role), rules)
    wanted = [DataClass.DAY] if withheld else [DataClass.DAY, DataClass.MEDICAL]
    told = [share for each in wanted if (share := _share(session, sealing, device, staff, each, now)) is not None]
    write_event(
        session, device.clinic_id, now, action="day_share_told", actor=Actor("bedside", staff.id, device.id),
        outcome="+".join(share.data_class.value for share in told) or "none", subject=str(device.id),
    )  # fmt: skip
    return ToldShares(business_day(now), MedicalMode(clinic.offline_medical), tuple(told), withheld)


def _share(
    session: Session, sealing: Sealing, device: Device, staff: Staff, data_class: DataClass, now: datetime
) -> ToldShare | None:
    row = share_of(session, device.clinic_id, device.id, staff.id, business_day(now), data_class)
    if row is None:
        ident = new_id()
        secret = base64.urlsafe_b64encode(os.urandom(SHARE_BYTES)).rstrip(b"=").decode()
        row = DayShare(
            clinic_id=device.clinic_id,
            id=ident,
            device_id=device.id,
            staff_id=staff.id,
            day=business_day(now),
            data_class=data_class.value,
            secret=sealing.seal(secret, _bound_to(ident)),
            made_at=now,
            not_after=share_ends(now),
        )
        session.add(row)
    if row.secret is None or now >= row.not_after:
        return None
    return ToldShare(data_class, sealing.open(row.secret, _bound_to(row.id)), row.not_after)


def _bound_to(ident: object) -> str:
    return f"day share {ident}"
