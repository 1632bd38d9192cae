"""Pieces that every request file is made of (oqs-interface 3.1, 3.3, 4.1, 8.1, 9.1).

Elements are values first and bytes last; a character that cannot travel is refused by name, never replaced.
Which message holds which piece is said in the request modules.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from xml.sax.saxutils import escape

from ..domain.dates import terminal_date
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Invalid
from ..domain.insurance import CoverageFacts
from . import names
from .encoding import CP932, encode

_DECLARATION = '<?xml version="1.0" encoding="Shift_JIS" standalone="no"?>\n'
_LONGEST_IDENTIFIER = 50
_LONGEST_REFERENCE_NUMBER = 50
_INSURER_NUMBER_WIDTH = 8

#: Name and text, or name and children.
Item = tuple[str, "str | Sequence[Item] | None"]


class Treatment(StrEnum):
    """診療区分 (OQSCD028): how the consent was obtained."""

    OUTPATIENT = "1"
    HOME_VISIT = "2"
    ONLINE = "3"
    EMERGENCY = "4"


def padded_insurer_number(number: str) -> str:
    """Eight characters, spaces on the left: the form in which 6-digit numbers travel (3.3)."""
    return number.strip().rjust(_INSURER_NUMBER_WIDTH)


def oqs_header(institution_code: str, file_identifier: str = "", *, confirmed_on: date | None = None) -> list[Item]:
    """The head of an OQS request."""
    if len(institution_code) != 10 or not institution_code.isascii() or not institution_code.isdigit():
        raise Invalid("not ten digits", code="institution_code_invalid")
    if len(file_identifier) > _LONGEST_IDENTIFIER:
        raise Invalid("longer than 50 characters", code="file_identifier_too_long")
    return [
        ("QualificationConfirmationDate", terminal_date(confirmed_on) if confirmed_on else None),
        ("MedicalInstitutionCode", institution_code),
        ("ArbitraryFileIdentifier", file_identifier or None),
    ]


def medical_header(institution_code: str, coverage: CoverageFacts, file_identifier: str) -> list[Item]:
    """The key stands in the header under other names than elsewhere; working software sends empty ones too (9.1)."""
    _require_key(coverage)
    first, institution, identifier = oqs_header(institution_code, file_identifier)
    return [
        first,
        institution,
        ("InsurerNumber", padded_insurer_number(coverage.insurer_number or "")),
        ("InsuranceCardSymbol", coverage.card_symbol or ""),
        ("InsuredPersonIdentificationNumber", coverage.card_number),
        ("BranchNumber", coverage.branch_number or ""),
        identifier,
    ]


def registration(coverage: CoverageFacts, reference_number: str) -> Item:
    """One 照会番号 and the insurance it belongs to; the key has no birth date (8)."""
    number = reference_number.strip()
    if not number or number == "0" or len(number) > _LONGEST_REFERENCE_NUMBER:
        raise Invalid("empty, 0 or longer than 50 characters", code="reference_number_invalid")
    return ("ReferenceNumberRegistrationInfo", [("ReferenceNumber", number), *insurance(coverage)])


def single_search(
    coverage: CoverageFacts, birth_date: date, limit_consent: bool, arbitrary_identifier: str | None
) -> list[Item]:
    """The key of a single inquiry."""
    return [
        *insurance(coverage),
        ("Birthdate", terminal_date(birth_date)),
        ("LimitApplicationCertificateRelatedConsFlg", "1" if limit_consent else "0"),
        ("ArbitraryIdentifier", arbitrary_identifier or None),
    ]


def insurance(coverage: CoverageFacts) -> list[Item]:
    """Insurer, symbol, number and branch, each left out when there is none."""
    _require_key(coverage)
    return [
        ("InsurerNumber", padded_insurer_number(coverage.insurer_number or "")),
        ("InsuredCardSymbol", coverage.card_symbol or None),
        ("InsuredIdentificationNumber", coverage.card_number),
        ("InsuredBranchNumber", coverage.branch_number or None),
    ]


def _require_key(coverage: CoverageFacts) -> None:
    missing = [name for name in ("insurer_number", "card_number") if not (getattr(coverage, name) or "").strip()]
    if missing:
        raise Invalid("the insurance key is incomplete", code="insurance_incomplete", missing=missing)


def build(family: str, day: date, serial: int, head: Sequence[Item], body: Sequence[Item]) -> TerminalRequest:
    """The whole file under its finished name."""
    file_name = names.request_file_name(family, day, serial)
    content = _xml("XmlMsg", [("MessageHeader", head), ("MessageBody", body)])
    return TerminalRequest(
        file_name=file_name,
        content=_DECLARATION.encode("ascii") + content + b"\n",
        expected_stem=names.expected_stem(file_name),
    )


def _xml(name: str, content: str | Sequence[Item]) -> bytes:
    """One element; None among children means left out, "" an empty element."""
    if isinstance(content, str):
        inside = encode(escape(content), CP932, field=name)
    else:
        inside = b"".join(_xml(child, inner) for child, inner in content if inner is not None)
    tag = name.encode("ascii")
    return b"<" + tag + b">" + inside + b"</" + tag + b">"
