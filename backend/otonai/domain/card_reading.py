"""What one card read at the office reader may change: whose it is, if it counts today, which consents it moves.

The file never says who stands at the desk (oqs-interface 5.4), so only a certain chart is written to. A file of
another day is never used (5.2). What was agreed at the reader ends after 24 hours and is kept apart by the center from
what was agreed at home; it therefore never shortens a standing consent. Sources: S-055, S-056, S-098; F05.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from .consent import Consent, ConsentKind, ConsentState, consent_state
from .dates import business_day
from .eligibility import EligibilityRecord, FileOutcome, PersonOutcome, TerminalResult
from .match import MatchOutcome


class CardOutcome(StrEnum):
    """What became of one reading."""

    MATCHED = "matched"
    UNCERTAIN = "uncertain"
    STALE = "stale"
    SEEN_BEFORE = "seen_before"
    NOT_CONFIRMED = "not_confirmed"


def only_record(told: TerminalResult) -> EligibilityRecord | None:
    """The one person and insurance of a finished session; None where it failed or speaks of none or of several."""
    if told.outcome not in (FileOutcome.DONE, FileOutcome.UNSTATED) or len(told.people) != 1:
        return None
    (person,) = told.people
    if person.outcome is not PersonOutcome.DONE or len(person.records) != 1:
        return None
    return person.records[0]


def counts_today(read_at: datetime, now: datetime) -> bool:
    """Whether the card was read on this day in Japan."""
    return business_day(read_at) == business_day(now)


def judged_card(
    outcome: MatchOutcome, read_at: datetime, newest_before: datetime | None, *, links_by_itself: bool
) -> CardOutcome:
    """What is written for a card of today. `newest_before` is the newest card check that the chart has already."""
    certain = outcome is MatchOutcome.LINKED or (outcome is MatchOutcome.MATCHED and links_by_itself)
    if not certain:
        return CardOutcome.UNCERTAIN
    if newest_before is not None and read_at <= newest_before:
        return CardOutcome.SEEN_BEFORE
    return CardOutcome.MATCHED


def moved_consents(
    told: tuple[Consent, ...], standing: Mapping[ConsentKind, Consent], now: datetime
) -> tuple[Consent, ...]:
    """The answers that the reading changes: all but those whose standing consent is open and outlasts them."""
    return tuple(consent for consent in told if not _outlasts(standing.get(consent.kind), consent, now))


def _outlasts(stands: Consent | None, told: Consent, now: datetime) -> bool:
    if stands is None or consent_state(stands, now) is not ConsentState.OPEN:
        return False
    if stands.available_until is None:
        return True
    return told.available_until is not None and stands.available_until > told.available_until
