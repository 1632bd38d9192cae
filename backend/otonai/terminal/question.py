"""What a request file asks, read back: for bounced requests, and for an operator who looks into `req`.

Tolerant as the readers of answers are. Does not say whether the terminal would accept the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.eligibility import EligibilityRecord
from ..domain.insurance import CoverageFacts
from . import elements
from .eligibility import insurance_record
from .envelope import Envelope, all_texts


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Question:
    """One request. `records` are the insurances it names, in the order of the file."""

    family: str
    institution_code: str | None
    file_identifier: str | None
    reception_number: str | None
    records: tuple[EligibilityRecord, ...]
    unknown_elements: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Question({self.family}, records={len(self.records)})"


def question_of(envelope: Envelope, family: str) -> Question:
    """The question of a whole request file."""
    records = [
        record
        for name in (elements.ECHO, elements.REGISTRATION)
        for group in envelope.below_body(name)
        if (record := insurance_record(all_texts(group))).coverage != _NOTHING
    ]
    header = envelope.header
    if header.get("InsuredPersonIdentificationNumber"):  # YZK and TKK keep the key in the header, under other names
        coverage = CoverageFacts(
            insurer_number=header.get("InsurerNumber"),
            card_symbol=header.get("InsuranceCardSymbol"),
            card_number=header.get("InsuredPersonIdentificationNumber"),
            branch_number=header.get("BranchNumber"),
        )
        records.append(EligibilityRecord(coverage=coverage))
    return Question(
        family=family,
        institution_code=header.get("MedicalInstitutionCode"),
        file_identifier=header.get("ArbitraryFileIdentifier"),
        reception_number=envelope.anywhere("ReceptionNumber"),
        records=tuple(records),
        unknown_elements=envelope.unknown_elements,
    )


_NOTHING = CoverageFacts()
