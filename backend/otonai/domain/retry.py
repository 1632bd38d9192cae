"""What is asked again by itself after a failure, when, and what is never: a rule for all questions to the terminal.

Pure: reasons and times in, times out; the numbers are those of `rules/cadence.toml`. Nothing is sent here.
Sources: oqs-interface 2.9 (what running clinics observe), 8.1 (a registration is never sent again), 13 (the list of
result codes is not public, so no rule may hang on one); S-160, S-168, F59, F60.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from .dates import JST


class Question(StrEnum):
    """What is asked. What concerns one list or one person may be asked in the day, what concerns many at night."""

    LIST = "list"  # 情報申請 and its fetch: one small file for the whole clinic
    DOCUMENT = "document"  # drugs or checkups of one person who is seen now
    REFRESH = "refresh"  # the same again, only because the copy is old
    BULK = "bulk"  # 一括照会
    REINQUIRY = "reinquiry"  # 再照会 of many
    REGISTRATION = "registration"  # 照会番号登録


class FailureKind(StrEnum):
    """What a failure says about trying again."""

    TEMPORARY = "temporary"  # nobody answered, or the file could not be put there
    UNCLEAR = "unclear"  # the center refused with words that only people can judge
    PERMANENT = "permanent"  # the same file would fail again


#: Reasons after which the same file may well be answered.
TEMPORARY = frozenset(
    {
        "no_answer",
        "not_written",
        "answer_by_passed",
        "answer_name_taken",
        "name_taken",
        "content_damaged",
        "reception_expired",
    }
)
_PERMANENT = frozenset(
    {
        "bounced",
        "other_person",
        "unencodable_character",
        "insurance_incomplete",
        "file_identifier_too_long",
        "institution_code_invalid",
        "reference_number_invalid",
        "content_too_large",
        "folder_not_allowed",
        "stem_mismatch",
    }
)


def failure_kind(reason: str | None) -> FailureKind:
    """By our own words only. A code of the center, or a word of a later version, is unclear and never an error."""
    if reason in TEMPORARY:
        return FailureKind.TEMPORARY
    return FailureKind.PERMANENT if reason in _PERMANENT else FailureKind.UNCLEAR


@dataclass(frozen=True, slots=True)
class RetryRules:
    """The numbers. `waits` follow the first, second … failure in a row; the last one repeats.

    `unclear_tries` failures without a clear reason are treated as temporary, the further ones as permanent, which
    means once in `permanent_wait`. `restart` is None for a terminal that never restarts by itself. Times of day are
    Japan's; a stretch may pass midnight.
    """

    waits: tuple[timedelta, ...]
    unclear_tries: int
    permanent_wait: timedelta
    night: tuple[time, time]
    restart: tuple[time, time] | None


def wait_after(reason: str | None, failures: int, rules: RetryRules) -> timedelta:
    """How long to leave it alone after the `failures`-th failure in a row (the first is 1)."""
    kind = failure_kind(reason)
    if kind is FailureKind.PERMANENT or (kind is FailureKind.UNCLEAR and failures > rules.unclear_tries):
        return rules.permanent_wait
    return rules.waits[min(max(failures, 1), len(rules.waits)) - 1]


_AT_NIGHT = frozenset({Question.REFRESH, Question.BULK, Question.REINQUIRY})


def earliest(question: Question, at: datetime, rules: RetryRules, *, asked_by_person: bool = False) -> datetime | None:
    """The first moment from `at` on at which this may be asked; None when only a person may ask it.

    A person may ask anything at any time. By itself nothing is asked while the terminal restarts in the night, and
    what concerns many people waits until the opening hours are over (S-160).
    """
    if asked_by_person:
        return at
    if question is Question.REGISTRATION:
        return None
    if question in _AT_NIGHT and not _within(at, rules.night):
        at = _next(at, rules.night[0])
    return _next(at, rules.restart[1]) if rules.restart and _within(at, rules.restart) else at


def _within(at: datetime, stretch: tuple[time, time]) -> bool:
    begin, end = stretch
    clock = at.astimezone(JST).time()
    return begin <= clock < end if begin <= end else clock >= begin or clock < end


def _next(at: datetime, clock: time) -> datetime:
    """The next moment at which Japan's clocks show this."""
    here = at.astimezone(JST)
    found = here.replace(hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=0)
    return (found if found > here else found + timedelta(days=1)).astimezone(at.tzinfo)
