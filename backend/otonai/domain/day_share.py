"""The day shares: the server's halves of a tablet's day keys, and who gets which (trust-and-speed A5, design 8).

A tablet keeps a day as pages sealed by day keys, and each key wrapped by a share that only the server has. A share is
one person's, on one tablet, for one business day in Japan and one class of data; without it the pages are noise.
Decides; keeps and deletes nothing (`store/day_shares.py`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from .access import MEDICAL_READERS, Role
from .dates import end_of_business_day
from .devices import Ownership, may_hold_medical_offline

SHARE_BYTES = 32


class DataClass(StrEnum):
    """Classes of data on a tablet: R the day's visits, people and insurance; M medical information."""

    DAY = "R"
    MEDICAL = "M"


class MedicalMode(StrEnum):
    """How medical information may be opened without a network; the clinic chooses.

    `strict`: only while the page lives that got the share, so that a revoke is complete within a second. `passkey`:
    also after a restart, by the passkey of the person's tablet, until the next contact or the deadline.
    """

    STRICT = "strict"
    PASSKEY = "passkey"


class Withheld(StrEnum):
    """Why somebody gets no share of medical information."""

    ROLE = "role"
    CARRYING_OFF = "carry_medical_off"
    PRIVATE_DEVICE = "byod"


class ShareEnd(StrEnum):
    """Why a share was deleted."""

    DAY_OVER = "day_over"
    DEVICE_STOPPED = "device_stopped"
    STAFF_STOPPED = "staff_stopped"
    ROLE_CHANGED = "role_changed"
    CARRYING_OFF = "carry_medical_off"


def medical_withheld(role: Role, *, clinic_allows: bool, ownership: Ownership, byod_allowed: bool) -> Withheld | None:
    """Why this person on this device may carry no medical information; None when they may."""
    if role not in MEDICAL_READERS:
        return Withheld.ROLE
    if may_hold_medical_offline(clinic_allows=clinic_allows, ownership=ownership, byod_allowed=byod_allowed):
        return None
    return Withheld.PRIVATE_DEVICE if clinic_allows else Withheld.CARRYING_OFF


def share_ends(now: datetime) -> datetime:
    """The instant at which a share of today is over: the end of the business day, which is never 24 hours away."""
    return end_of_business_day(now)
