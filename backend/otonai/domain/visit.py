"""Who is visited when, what a tablet may hold, and until when.

Sources: design 3 (visit type is a first-class value), 8 (deadline of M); home-visit-workflow A5, A6.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from .consent import Consent
from .dates import end_of_business_day


class VisitType(StrEnum):
    """訪問診療, 往診, 外来: decides whether 再照会 is allowed and when viewing ends."""

    HOME_VISIT = "home_visit"
    HOUSE_CALL = "house_call"
    OUTPATIENT = "outpatient"

    @property
    def care_continues(self) -> bool:
        """Whether a first consent serves later visits (A5); 往診 is treated like outpatient care."""
        return self is VisitType.HOME_VISIT


class VisitState(StrEnum):
    """Where one visit stands."""

    PLANNED = "planned"
    VISITED = "visited"
    CANCELLED = "cancelled"


class CardPlan(StrEnum):
    """How the person's identity will be confirmed, as planned before the visit (S-001)."""

    CARD = "card"
    NONE_NEEDED = "none_needed"
    VISUAL = "visual"
    CERTIFICATE = "certificate"
    UNKNOWN = "unknown"


class IdentityMethod(StrEnum):
    """How it was confirmed in fact (A11 "what must be kept")."""

    WEB_PIN = "web_pin"
    APP_VISUAL = "app_visual"
    APP_PIN = "app_pin"
    REINQUIRY = "reinquiry"
    CERTIFICATE = "certificate"
    NONE = "none"


#: Longest life of medical information on a tablet after it was fetched (design 8).
LONGEST_CARRY = timedelta(hours=24)


def not_after(consent: Consent, fetched_at: datetime, now: datetime) -> datetime:
    """When a tablet must forget one kind of medical information.

    The earliest of: the available-time the result file states for this kind, the end of the business day in
    Japan, and 24 hours after the fetch. For continuing consents the tablet copy still ends with the day.
    """
    limits = [end_of_business_day(now), fetched_at + LONGEST_CARRY]
    if consent.available_until is not None:
        limits.append(consent.available_until)
    return min(limits)
