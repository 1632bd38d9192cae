"""What the terminal tells about people, as values: the steps `TerminalResult` and `ConsentedPatient` of the flow.

Three layers decide an outcome (oqs-interface 3.4): the file, the person, the validity. A file that merely
exists is not success, and an unknown code is an unknown value, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from .certificates import ElderlyCertificate, LimitCertificate, MedicalTicket, SpecificDisease
from .consent import Consent
from .insurance import CoverageFacts, Sex, Validity


class FileOutcome(StrEnum):
    """Layer 1: 処理結果区分 (OQSCD003). `unstated` where the header may omit it (acceptance files)."""

    DONE = "done"
    PROCESSING = "processing"
    FAILED = "failed"
    UNSTATED = "unstated"
    UNKNOWN = "unknown"


class PersonOutcome(StrEnum):
    """Layer 2: 処理結果状況 (OQSCD004)."""

    DONE = "done"
    ERROR = "error"
    UNSTATED = "unstated"
    UNKNOWN = "unknown"


class InquiryKind(StrEnum):
    """照会区分 (OQSCD002): whether the card or the insurance was asked about."""

    CARD = "card"
    INSURANCE = "insurance"
    UNKNOWN = "unknown"


class PrescriptionForm(StrEnum):
    """処方箋の発行形態 (OQSCD017)."""

    ELECTRONIC = "electronic"
    PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EligibilityRecord:
    """One 資格確認結果: a person and one insurance as the center knows them.

    `name_kana` is full width; everything else is as delivered, trimmed. `unsafe_fields` names the fields
    that hold a stand-in mark such as ● and therefore never replace a known value by default. `loss_reason` is the
    code of 資格喪失事由 (OQSCD008).
    """

    name: str | None = None
    name_kana: str | None = None
    name_other: str | None = None
    name_other_kana: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    postal_code: str | None = None
    address: str | None = None
    coverage: CoverageFacts = field(default_factory=CoverageFacts)
    consents: tuple[Consent, ...] = ()
    reference_number: str | None = None
    unsafe_fields: frozenset[str] = frozenset()
    loss_reason: str | None = None
    preschool: bool = False
    elderly_certificate: ElderlyCertificate | None = None
    limit_certificate: LimitCertificate | None = None
    specific_diseases: tuple[SpecificDisease, ...] = ()
    tickets: tuple[MedicalTicket, ...] = ()

    def __repr__(self) -> str:
        return f"EligibilityRecord(consents={len(self.consents)}, unsafe={sorted(self.unsafe_fields)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonResult:
    """One unit of an answer: layers 2 and 3, the echo of our key, and the records found (0, 1 or more).

    `provenance` says for each record which official element each of its facts came from. It is no fact itself, so
    it is neither compared nor kept with the record: the archived message gives it again.
    """

    outcome: PersonOutcome = PersonOutcome.UNSTATED
    code: str | None = None
    message: str | None = None
    validity: Validity | None = None
    validity_code: str | None = None
    prescription_form: PrescriptionForm | None = None
    reference_number: str | None = None
    arbitrary_identifier: str | None = None
    records: tuple[EligibilityRecord, ...] = ()
    provenance: tuple[Mapping[str, str], ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        return f"PersonResult({self.outcome}, {self.validity}, records={len(self.records)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalResult:
    """Step 3 of the flow: one answer of the terminal, whatever its family.

    `consent_page` is the address of マイナ在宅受付Web where the answer states one; `stated_people` is the number
    of results that a list claims to hold.
    """

    family: str
    institution_code: str | None
    file_identifier: str | None = None
    processed_at: datetime | None = None
    confirmed_on: date | None = None
    outcome: FileOutcome = FileOutcome.UNSTATED
    error_code: str | None = None
    error_message: str | None = None
    reception_number: str | None = None
    received_at: datetime | None = None
    people: tuple[PersonResult, ...] = ()
    unknown_elements: tuple[str, ...] = ()
    inquiry: InquiryKind | None = None
    stated_people: int | None = None
    consent_page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalRequest:
    """Step 2 of the flow: one file for the `req` folder. The bytes are final; the name correlates the answer."""

    file_name: str
    content: bytes
    expected_stem: str
