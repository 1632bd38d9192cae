"""Medical information as values: drug events and checkups, each keeping where it came from.

Sources: medical-info 2.5, 2.7, 2.11. Facts only; nothing here judges a value or a drug.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .insurance import Sex


class DrugSource(StrEnum):
    """Which of the three branches of the file a row came from, in the order they are preferred (2.10)."""

    RECEIPT = "receipt"
    DISPENSING = "dispensing"
    PRESCRIPTION = "prescription"


class UseClass(StrEnum):
    """使用区分 in words; a raw code without a table entry is `unknown`."""

    ORAL = "oral"
    PRN = "prn"
    TOPICAL = "topical"
    INJECTION = "injection"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Institution:
    """Prescriber or dispenser; the name is often absent."""

    code: str | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DrugEvent:
    """One drug on one day from one source. Amount and times are kept as numbers *and* as the text delivered.

    `id` and `superseded_by` are given by `drug_merge.merged`, once for a whole history.
    """

    source: DrugSource
    month: str | None
    dispensed_on: date | None
    prescribed_on: date | None
    prescriber: Institution
    dispenser: Institution
    own_institution: bool
    drug_code: str | None
    drug_name: str
    ingredient: str | None
    amount: float | None
    amount_text: str | None
    unit: str | None
    usage: str | None
    instruction: str | None
    times: float | None
    times_text: str | None
    use_class: UseClass
    use_class_code: str | None
    id: str = ""
    superseded_by: str | None = None

    @property
    def superseded(self) -> bool:
        """Whether a better source tells the same; such a row counts nowhere and stays readable."""
        return self.superseded_by is not None

    def __repr__(self) -> str:
        return f"DrugEvent({self.source}, {self.month})"


class TreatmentKind(StrEnum):
    """Which consent a treatment row belongs to (medical-info 2.6): 手術情報 or 診療情報."""

    OPERATION = "operation"
    DIAGNOSIS = "diagnosis"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TreatmentEvent:
    """One act (診療行為) on one day at one institution, from receipts. Numbers also as the text delivered."""

    month: str | None
    treated_on: date | None
    institution: Institution
    own_institution: bool
    code: str | None
    name: str
    kind: TreatmentKind
    class_code: str | None
    amount: float | None
    amount_text: str | None
    unit: str | None
    times: float | None
    times_text: str | None

    def __repr__(self) -> str:
        return f"TreatmentEvent({self.kind}, {self.month})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckupItem:
    """One line of a checkup: code, its own name, and the value as number where it is one and as text always."""

    code: str
    name: str
    data_type: str | None
    number: float | None
    text: str
    unit: str | None
    code_name: str | None
    value_set: str | None = None

    def __repr__(self) -> str:
        return f"CheckupItem({self.code})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Checkup:
    """One examination day."""

    performed_on: date | None
    items: tuple[CheckupItem, ...]

    def __repr__(self) -> str:
        return f"Checkup(items={len(self.items)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MedicalSubject:
    """The person a medical file says it is about; compared with the linked patient before anything is kept."""

    name: str | None
    name_kana: str | None
    birth_date: date | None
    sex: Sex | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MedicalResult:
    """One YZK or TKK answer. `accepted` False means the terminal refused; `message` then says why.

    Treatments come only where they were asked for; whether the consent for a row's kind exists is not looked at.
    """

    kind: str  # "drug" | "checkup"
    institution_code: str | None
    file_identifier: str | None
    accepted: bool
    result_code: str | None
    message: str | None
    subject: MedicalSubject
    drugs: tuple[DrugEvent, ...] = ()
    checkups: tuple[Checkup, ...] = ()
    bad_rows: int = 0
    unknown_elements: tuple[str, ...] = ()
    treatments: tuple[TreatmentEvent, ...] = ()

    def __repr__(self) -> str:
        counts = f"drugs={len(self.drugs)}, checkups={len(self.checkups)}, treatments={len(self.treatments)}"
        return f"MedicalResult({self.kind}, accepted={self.accepted}, {counts})"


def subject_agrees(subject: MedicalSubject, *, name_kana_key: str, subject_kana_key: str, birth_date: date) -> bool:
    """Safety rule of registry-sync 8.3: birth date and kana must both be those of the linked person."""
    return subject.birth_date == birth_date and bool(subject_kana_key) and subject_kana_key == name_kana_key
