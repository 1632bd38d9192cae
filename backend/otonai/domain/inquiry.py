"""Who may be asked about without the card, by which route, and when. Decides; sends nothing.

Two routes. The *number* of the insurance (単件照会, 一括照会) is open for everybody whose insurance is complete and
brings no consented information. The *re-inquiry* (再照会) stands for the person's own consent; it is open only where
this clinic has checked the card once and 訪問診療 goes on. Numbers and dates stand in `rules/inquiry.toml`.

Sources: home-visit-workflow A5; oqs-interface 6, 7.5; requirements S-069, S-070, S-151…S-156, S-159, S-160; F60.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from .consent import Consent, ConsentFlag
from .dates import JST
from .errors import Invalid
from .insurance import CoverageFacts
from .retry import Question, RetryRules, earliest
from .typed_card import CardProblem, missing_to_ask
from .visit import VisitType


class InquiryRoute(StrEnum):
    """How the center is asked without the card. `route` of a row of the list: `home_visit` is the consented list."""

    NUMBER = "number"
    REINQUIRY = "reinquiry"


class Occasion(StrEnum):
    """Why somebody or a rule asked."""

    PERSON = "person"  # one patient, by a button
    VISIT_ADDED = "visit_added"  # somebody came on today's list (S-151)
    TODAY = "today"  # 一括照会 of today's list (S-153)
    BOOKED = "booked"  # of the days to come (S-153)
    MONTH = "month"  # the monthly confirmation


class AskWhen(StrEnum):
    """At once because a person wishes it, or in the night by itself (S-160)."""

    NOW = "now"
    TONIGHT = "tonight"


class InquiryState(StrEnum):
    """Where one inquiry stands. `called_off`: planned, and taken back before it was sent."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    FAILED = "failed"
    CALLED_OFF = "called_off"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self in (InquiryState.PLANNED, InquiryState.ASKED)


class MayAsk(StrEnum):
    """Whether a route is open for a patient now; every word but `yes` is the reason why not."""

    YES = "yes"
    INSURANCE_INCOMPLETE = "insurance_incomplete"
    ALREADY_ASKED = "already_asked"
    REINQUIRY_OFF = "reinquiry_off"
    NO_FIRST_CHECK = "no_first_check"
    CONSENT_AGAIN = "consent_again"
    OTHER_VISIT_TYPE = "other_visit_type"
    CARE_ENDED = "care_ended"


@dataclass(frozen=True, slots=True)
class InquiryRules:
    """The dated numbers and words of `rules/inquiry.toml`."""

    electronic_checks: frozenset[str]
    care_goes_on: timedelta
    most_open: int
    tries: int
    most_in_bulk: int
    history: timedelta
    most_rows: int
    day_begins: time
    common_cause_from: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Asked:
    """What the decision knows about one patient.

    `electronic_at` is this clinic's newest check by card at home; `newest_visit` the newest day of 訪問診療, planned
    ones included; `visit_type` that of the newest visit of any kind. `refused_at`: the center said at a re-inquiry
    that the consent no longer stands.
    """

    birth_date: date | None
    coverage: CoverageFacts
    electronic_at: datetime | None = None
    visit_type: VisitType | None = None
    newest_visit: date | None = None
    consents: tuple[Consent, ...] = ()
    refused_at: datetime | None = None
    open_routes: frozenset[InquiryRoute] = frozenset()
    reinquiry_on: bool = True

    def __repr__(self) -> str:
        return "Asked()"


def may_ask_by_number(asked: Asked) -> MayAsk:
    """単件照会: birth date and insurance complete and possible, and none under way (S-069, S-159)."""
    if missing_to_ask(asked.birth_date, asked.coverage):
        return MayAsk.INSURANCE_INCOMPLETE
    return MayAsk.ALREADY_ASKED if InquiryRoute.NUMBER in asked.open_routes else MayAsk.YES


def may_reinquire(asked: Asked, today: date, rules: InquiryRules) -> MayAsk:
    """再照会: only after this clinic's own electronic check, and while continuous care by 訪問診療 goes on (A5)."""
    if not asked.reinquiry_on:
        return MayAsk.REINQUIRY_OFF
    if asked.electronic_at is None:
        return MayAsk.NO_FIRST_CHECK
    if _consent_is_over(asked):
        return MayAsk.CONSENT_AGAIN
    if asked.visit_type is not None and not asked.visit_type.care_continues:
        return MayAsk.OTHER_VISIT_TYPE
    if asked.newest_visit is None or today - asked.newest_visit > rules.care_goes_on:
        return MayAsk.CARE_ENDED
    if missing_to_ask(asked.birth_date, asked.coverage):
        return MayAsk.INSURANCE_INCOMPLETE
    return MayAsk.ALREADY_ASKED if InquiryRoute.REINQUIRY in asked.open_routes else MayAsk.YES


def route_by_itself(asked: Asked, today: date, rules: InquiryRules) -> InquiryRoute | None:
    """What is asked when nobody chose: 再照会 where it is allowed, else by number, else nothing."""
    if asked.open_routes:
        return None
    if may_reinquire(asked, today, rules) is MayAsk.YES:
        return InquiryRoute.REINQUIRY
    return InquiryRoute.NUMBER if may_ask_by_number(asked) is MayAsk.YES else None


def day_has_begun(now: datetime, rules: InquiryRules) -> bool:
    """Whether those whose visit was booked for today are asked about by now."""
    return now.astimezone(JST).time() >= rules.day_begins


def problems(asked: Asked) -> tuple[CardProblem, ...]:
    """What has to be filled in before 「資格確認」 can be pressed (S-069)."""
    return missing_to_ask(asked.birth_date, asked.coverage)


def send_at(route: InquiryRoute, when: AskWhen, now: datetime, retry: RetryRules, *, many: bool) -> datetime:
    """The first moment at which it is sent. What concerns many waits for the night unless a person wants it now."""
    if when is AskWhen.NOW:
        return now
    question = Question.BULK if many and route is InquiryRoute.NUMBER else Question.REINQUIRY
    return earliest(question, now, retry) or now


def checked_history_period(
    first: date | None, last: date | None, today: date, rules: InquiryRules
) -> tuple[date, date]:
    """The days of a look into the history. Raises Invalid with the word of what is wrong (S-128)."""
    if first is None or last is None:
        raise Invalid("a period is required", code="inquiry_period_missing")
    if first > last:
        raise Invalid("the first day lies after the last", code="period_reversed")
    if first < today - rules.history:
        raise Invalid("longer ago than two years", code="inquiry_period_too_old")
    return first, last


def checked_row_count(found: int, rules: InquiryRules) -> int:
    """As many rows as may be shown. More are refused whole: part of a history looks like all of it (S-129)."""
    if found > rules.most_rows:
        raise Invalid("too many rows", code="too_many_inquiries", found=found)
    return found


def _consent_is_over(asked: Asked) -> bool:
    if asked.refused_at is not None and (asked.electronic_at is None or asked.refused_at >= asked.electronic_at):
        return True
    flags = {consent.flag for consent in asked.consents}
    return ConsentFlag.EXPIRED in flags and ConsentFlag.GIVEN not in flags
