"""How reading a file can end: one of three words, always with a stable reason when it is not plain success.

Bad input is an ordinary day at a shared folder, so it is a value here and never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """`read` the message is whole and understood; `incomplete` its end is missing; `quarantined` it is refused."""

    READ = "read"
    INCOMPLETE = "incomplete"
    QUARANTINED = "quarantined"


class Reason(StrEnum):
    """Why a file is incomplete or quarantined, or what a whole file says instead of facts."""

    # incomplete
    CUT_SHORT = "cut_short"
    # quarantined
    UNREADABLE_FILE = "unreadable_file"
    UNRECOGNISED_NAME = "unrecognised_name"
    UNSUPPORTED_FAMILY = "unsupported_family"
    TOO_LARGE = "too_large"
    UNDECODABLE = "undecodable"
    UNSUPPORTED_ENCODING = "unsupported_encoding"
    DOCTYPE = "doctype"
    NOT_XML = "not_xml"
    TOO_DEEP = "too_deep"
    TOO_MANY_ELEMENTS = "too_many_elements"
    UNKNOWN_ROOT = "unknown_root"
    NO_HEADER = "no_header"
    NOT_PDF = "not_pdf"
    NOT_PNG = "not_png"
    BAD_ZIP = "bad_zip"
    ENCRYPTED_ZIP = "encrypted_zip"
    # read, but without facts
    BOUNCED = "bounced"
    REQUEST_COPY = "request_copy"
    PDF = "pdf"
    PNG = "png"
    PROCESSING = "processing"
    FAILED = "failed"
    NOT_ACCEPTED = "not_accepted"
    EMPTY_LIST = "empty_list"
    PERSON_ERROR = "person_error"
    NO_RECORD = "no_record"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    NO_INFORMATION = "no_information"


@dataclass(frozen=True, slots=True)
class Incomplete:
    """The input ends before the message does; the same file may be whole a moment later (fault F04)."""

    reason: Reason = Reason.CUT_SHORT


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The input is refused for good. `position` is a byte position in the input where one is meant."""

    reason: Reason
    position: int | None = None
