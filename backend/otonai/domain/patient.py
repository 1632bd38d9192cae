"""A patient as the ledger (患者原簿) holds them, in the plain form that rules read.

Does not know rows, versions or history; `store/patients.py` builds these values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from .errors import Invalid
from .insurance import CoverageFacts, Sex
from .writing import kana_key


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LedgerPatient:
    """One chart: identity, address, every insurance it ever had, and the 照会番号 if it is linked.

    The clinic's own charts always have a name and a birth date; one that an operator hands in may lack anything.
    """

    id: str
    chart_number: str | None = None
    name: str | None = None
    name_kana: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    postal_code: str | None = None
    address: str | None = None
    reference_number: str | None = None
    coverages: tuple[CoverageFacts, ...] = field(default_factory=tuple)
    is_test: bool = False

    def __repr__(self) -> str:
        return f"LedgerPatient(id={self.id})"

    @property
    def current_coverage(self) -> CoverageFacts | None:
        """The insurance in force: the first of the list, which the store keeps newest first."""
        return self.coverages[0] if self.coverages else None


#: 明治 is the earliest era in which anybody's birth date is written.
EARLIEST_BIRTH = date(1868, 1, 25)


def checked_birth_date(birth_date: date, today: date) -> date:
    """The birth date, if somebody can have been born on it. Raises Invalid naming the field."""
    if EARLIEST_BIRTH <= birth_date <= today:
        return birth_date
    raise Invalid(errors=[{"path": "birth_date", "message": "生年月日を確かめてください。"}])


def given_kana(name_kana: str | None) -> str:
    """Key of the part after the family name; empty when the kana is not divided."""
    parts = (name_kana or "").replace("\u3000", " ").split()
    return kana_key("".join(parts[1:])) if len(parts) > 1 else ""
