"""What one inquiry brought, as one word, and the codes that support asks for. Judges no difference of values.

Sources: oqs-interface 3.4 (three layers); requirements S-133…S-142, S-149, S-150.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from .eligibility import FileOutcome, PersonOutcome, PersonResult, TerminalResult
from .inquiry import InquiryRoute
from .insurance import Validity


class InquiryOutcome(StrEnum):
    """The answer in one word; the screen has a sentence and a next step for each."""

    VALID = "valid"
    INVALID = "invalid"
    INVALID_NEW_EXISTS = "invalid_new_exists"
    NOT_FOUND = "not_found"
    MULTIPLE = "multiple"
    VALID_UNREGISTERED = "valid_unregistered"
    CONSENT_AGAIN = "consent_again"  # a re-inquiry that the center refuses: the card has to be read again
    ERROR = "error"
    NO_ANSWER = "no_answer"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"

    @property
    def is_good(self) -> bool:
        """Whether the insurance stands: nobody has to do anything because of it."""
        return self in (InquiryOutcome.VALID, InquiryOutcome.VALID_UNREGISTERED)


_OF_VALIDITY = {
    Validity.VALID: InquiryOutcome.VALID,
    Validity.INVALID: InquiryOutcome.INVALID,
    Validity.INVALID_NEW_EXISTS: InquiryOutcome.INVALID_NEW_EXISTS,
    Validity.NOT_FOUND: InquiryOutcome.NOT_FOUND,
    Validity.MULTIPLE: InquiryOutcome.MULTIPLE,
    Validity.VALID_UNREGISTERED: InquiryOutcome.VALID_UNREGISTERED,
}


def outcome_of(file: FileOutcome, person: PersonResult | None, route: InquiryRoute) -> InquiryOutcome:
    """The three layers as one word. A file that merely exists says nothing."""
    if file is FileOutcome.FAILED:
        return InquiryOutcome.ERROR
    if person is None:
        return InquiryOutcome.UNKNOWN
    if person.outcome is PersonOutcome.ERROR:
        return InquiryOutcome.CONSENT_AGAIN if route is InquiryRoute.REINQUIRY else InquiryOutcome.ERROR
    return _OF_VALIDITY.get(person.validity or Validity.UNKNOWN, InquiryOutcome.UNKNOWN)


def outcome_of_failure(reason: str) -> InquiryOutcome:
    """A file that was not answered, not written, or thrown back."""
    if reason == "no_answer":
        return InquiryOutcome.NO_ANSWER
    return InquiryOutcome.ERROR if reason in ("bounced", "unexpected_answer") else InquiryOutcome.NOT_SENT


def support_codes(told: TerminalResult | None, person: PersonResult | None) -> str | None:
    """The tail that support asks for, such as `[資格有効性:2]`, in the words of the terminal's own screens (S-140)."""
    if person is None:
        return f"[エラーコード:{told.error_code}]" if told is not None and told.error_code else None
    parts = []
    if person.validity_code:
        parts.append(f"[資格有効性:{person.validity_code}]")
    if person.outcome is PersonOutcome.ERROR:
        parts.append("[処理結果状況:2]")
    if person.code:
        parts.append(f"[処理結果コード:{person.code}]")
    return "".join(parts) or None


class CommonCause(StrEnum):
    """One cause behind many answers: nobody should work through the patients one by one."""

    ALL_NOT_FOUND = "all_not_found"  # the institution code changed, or the terminal has another one (S-150)
    ALL_FAILED = "all_failed"  # the link to the terminal (S-139)


def common_cause(outcomes: Collection[InquiryOutcome], least: int) -> CommonCause | None:
    """What `least` or more answers have in common, when all of them have it."""
    if len(outcomes) < least:
        return None
    if all(outcome is InquiryOutcome.NOT_FOUND for outcome in outcomes):
        return CommonCause.ALL_NOT_FOUND
    failed = (InquiryOutcome.ERROR, InquiryOutcome.NO_ANSWER, InquiryOutcome.NOT_SENT)
    return CommonCause.ALL_FAILED if all(outcome in failed for outcome in outcomes) else None
