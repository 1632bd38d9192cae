"""A registered consent as a value: who, for which institution, what, and whether it still holds. Pure.

Sources: oqs-interface 5.1 (24 hours after the card reader), 7.6, A-12, A-15.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from .clock import JST
from .person import ConsentItem


class Care(StrEnum):
    """How a consent was obtained, with 診療区分 (OQSCD028)."""

    OUTPATIENT = "1"
    HOME_VISIT = "2"


class ConsentState(StrEnum):
    """Whether a registered consent still holds (oqs-interface 7.6)."""

    GIVEN = "given"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


#: A card-reader consent may be used for a day (5.1); a home-visit consent while care continues (A-15).
OUTPATIENT_WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredConsent:
    """One person's answers for one institution. `consented_at` is what the card stamped, in Japan."""

    id: str
    institution_code: str
    person: str
    care: Care
    items: frozenset[ConsentItem]
    prescription: str
    consented_at: datetime
    recorded_at: datetime
    state: ConsentState = ConsentState.GIVEN

    def allows(self, item: ConsentItem, now: datetime) -> bool:
        """Whether this item may be given out now."""
        if self.state is not ConsentState.GIVEN or item not in self.items:
            return False
        return self.care is Care.HOME_VISIT or now < self.consented_at + OUTPATIENT_WINDOW


def consent_day(consent: RegisteredConsent) -> date:
    """同意年月日: the day in Japan on which the consent was given."""
    return consent.consented_at.astimezone(JST).date()
