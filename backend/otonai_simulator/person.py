"""A person of the simulated center, as plain frozen values. Knows no XML, no clock and no state.

What the *clinic* believes about the same person, where it differs on purpose, is `LedgerDifference`.
Everything here is invented. Patient data does not print: `repr` names the key only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Sex(StrEnum):
    """性別 with the code of OQSCD007; `BLANK` is delivered as an empty element."""

    MALE = "1"
    FEMALE = "2"
    UNSET = "3"
    BLANK = ""


class ConsentItem(StrEnum):
    """What a patient agrees to or not, each on its own, in the order of the official page."""

    LIMIT = "limit"
    SPECIFIC_DISEASE = "specific_disease"
    CHECKUP = "checkup"
    DRUG = "drug"
    DIAGNOSIS = "diagnosis"
    OPERATION = "operation"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Limit:
    """限度額適用認定証: class (OQSCD011) and category (OQSCD012)."""

    certificate: str
    category: str
    long_term_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SpecificDisease:
    """特定疾病療養受療証: category (OQSCD013) and monthly ceiling in yen."""

    category: str
    self_pay: int
    issued_on: date


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MedicalTicket:
    """医療券・調剤券 of one month, counted back from the asked month (0 = this month)."""

    ticket_type: str
    issue_number: str
    treatment_type: str
    injury: str
    self_pay: int = 0
    months_ago: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Insurance:
    """One qualification. `ratio` and `elderly_ratio` are percent; `renews_in_august` cards run 1 Aug to 31 Jul.

    `lost_on` set means the qualification is over; `reason_of_loss` is OQSCD008.
    """

    insurer_number: str
    insurer_name: str
    card_symbol: str = ""
    card_number: str
    branch_number: str = ""
    relation: str = "1"
    insured_name: str = ""
    card_class: str = "01"
    ratio: int | None = None
    elderly_ratio: int | None = None
    limit: Limit | None = None
    specific_diseases: tuple[SpecificDisease, ...] = ()
    tickets: tuple[MedicalTicket, ...] = ()
    qualified_on: date
    lost_on: date | None = None
    reason_of_loss: str = ""
    renews_in_august: bool = True

    @property
    def is_medical_assistance(self) -> bool:
        """医療扶助: the number is a 公費負担者番号."""
        return self.card_class == "A1"

    def period(self, on: date) -> tuple[date, date | None]:
        """First and last day printed on the card in force on `on`; no last day for cards that do not renew."""
        if not self.renews_in_august:
            return self.qualified_on, None
        year = on.year if on.month >= 8 else on.year - 1
        return max(date(year, 8, 1), self.qualified_on), date(year + 1, 7, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierConsent:
    """A consent registered before the story begins: how many days ago, at which time of day, and to what."""

    days_ago: int
    at: str
    items: frozenset[ConsentItem]
    prescription: str = "paper"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LedgerDifference:
    """What the clinic's 患者原簿 holds instead of the center's value; None or missing = the same.

    `coverage` overrides single fields of the current insurance by their ledger name; `old_insurance` replaces it.
    """

    name: str | None = None
    name_kana: str | None = None
    sex: Sex | None = None
    birth_date: date | None = None
    postal_code: str | None = None
    address: str | None = None
    coverage: Mapping[str, str | int | None] = field(default_factory=dict)
    old_insurance: Insurance | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Person:
    """One invented person. `clinic` is the clinic (1 or 2) that visits them; `chart_number` None = new there.

    `center_name` is how the center writes the name when it cannot write it right (●). `insurance` None means the
    card was never linked to an insurance. `former` holds ended qualifications, newest first. `drug_profile` and
    `checkup_profile` name entries of `histories.py`.
    """

    key: str
    clinic: int
    chart_number: str | None
    name: str
    name_kana: str
    sex: Sex
    birth_date: date
    postal_code: str
    address: str
    telephone: str = ""
    insurance: Insurance | None
    former: tuple[Insurance, ...] = ()
    center_name: str | None = None
    drug_profile: str = ""
    checkup_profile: str = ""
    ledger: LedgerDifference = LedgerDifference()
    earlier_consent: EarlierConsent | None = None

    def __repr__(self) -> str:
        return f"Person({self.key})"

    @property
    def delivered_name(self) -> str:
        """The name as the center writes it."""
        return self.center_name or self.name


def has_valid_check_digit(number: str) -> bool:
    """Whether an insurer or public-payer number (6 or 8 digits) ends in its right check digit (registry-sync 7)."""
    if len(number) not in (6, 8) or not number.isascii() or not number.isdigit():
        return False
    total = 0
    for position, digit in enumerate(reversed(number[:-1])):
        product = int(digit) * (2 if position % 2 == 0 else 1)
        total += product // 10 + product % 10
    return (10 - total % 10) % 10 == int(number[-1])
