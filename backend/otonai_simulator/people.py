"""Who lives in the simulated center, what the clinics' ledgers hold about them, and who is visited today.

One source of truth: the terminal's answers, the consent page and the demo clinic's ledger are all filled from
here, so that ledger and center agree or differ on purpose. No I/O; everything is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from .cast_dental import DENTAL
from .cast_notable import NOTABLE
from .cast_regular import REGULAR
from .clock import now_in_japan
from .person import Insurance, Person, Sex

#: The institution code of each demo clinic (oqs-interface 3.2); both are invented.
INSTITUTION_CODES = {1: "1319999990", 2: "1339999991"}
CLINIC_NAMES = {1: "みなも在宅クリニック", 2: "ひなた訪問歯科"}

PEOPLE: tuple[Person, ...] = REGULAR + NOTABLE + DENTAL

_BY_KEY = {p.key: p for p in PEOPLE}


def person(key: str) -> Person:
    """The person with this key; KeyError names the key when there is none."""
    return _BY_KEY[key]


def people_of(clinic: int) -> tuple[Person, ...]:
    """Everyone clinic 1 or 2 visits or will visit, newcomers included."""
    return tuple(p for p in PEOPLE if p.clinic == clinic)


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """One visit of today. `visit_type` is `home_visit` (訪問診療) or `house_call` (往診); `at` is HH:MM in Japan."""

    person: str
    at: str
    visit_type: str
    place_note: str


VISITS: dict[int, tuple[PlannedVisit, ...]] = {
    1: (
        PlannedVisit("settled", "09:30", "home_visit", "インターホンのあと、そのまま玄関へ"),
        PlannedVisit("variant_surname", "09:55", "home_visit", ""),
        PlannedVisit("assistance", "10:20", "home_visit", "見本荘 101。階段の手前に駐車できます"),
        PlannedVisit("oldest", "10:50", "home_visit", "さくらホーム 205。受付で面会票"),
        PlannedVisit("kana_only_name", "11:10", "home_visit", "さくらホーム 112"),
        PlannedVisit("many_medicines", "13:30", "home_visit", "玄関は右側の引き戸"),
        PlannedVisit("first_consent", "14:15", "home_visit", "初回。娘さんが同席"),
        PlannedVisit("turned_75_hidden_mark", "14:45", "home_visit", ""),
        PlannedVisit("twin_first", "15:05", "home_visit", "妹さんと続けて"),
        PlannedVisit("twin_second", "15:20", "home_visit", ""),
        PlannedVisit("dialysis", "15:45", "home_visit", "透析のない日"),
        PlannedVisit("couple_husband", "16:10", "home_visit", "ご夫婦とも"),
        PlannedVisit("couple_wife", "16:25", "home_visit", ""),
        PlannedVisit("card_run_out", "16:50", "house_call", "資格確認書。けさ電話あり"),
    ),
    2: (
        PlannedVisit("dental_anticoagulant", "10:00", "home_visit", ""),
        PlannedVisit("dental_regular", "11:00", "home_visit", "義歯の調整"),
        PlannedVisit("dental_kana_differs", "14:00", "home_visit", ""),
    ),
}

_SEX_WORDS = {Sex.MALE: "male", Sex.FEMALE: "female", Sex.UNSET: "unset", Sex.BLANK: None}
_RELATION_WORDS = {"1": "insured", "2": "family"}


def ledger_entry(someone: Person, on: date | None = None) -> dict[str, Any] | None:
    """What the clinic's own 患者原簿 starts with; None for people new to the clinic.

    Keys: chart_number, name, name_kana (full width), sex (`male`, `female`, `unset` or None), birth_date, postal_code,
    address, telephone, coverage. Dates are ISO 8601; `on` is the day whose card period is printed (today in Japan
    when left out; only the yearly period of the cards depends on it).
    """
    if someone.chart_number is None:
        return None
    own = someone.ledger
    insurance = own.old_insurance or someone.insurance
    coverage = coverage_facts(insurance, on or now_in_japan().date()) if insurance else {}
    return {
        "chart_number": someone.chart_number,
        "name": own.name or someone.name,
        "name_kana": own.name_kana or someone.name_kana,
        "sex": _SEX_WORDS[own.sex or someone.sex],
        "birth_date": (own.birth_date or someone.birth_date).isoformat(),
        "postal_code": own.postal_code or someone.postal_code,
        "address": own.address or someone.address,
        "telephone": someone.telephone,
        "coverage": {**coverage, **own.coverage},
    }


def coverage_facts(insurance: Insurance, on: date) -> dict[str, str | int | None]:
    """One qualification with the ledger's own field names."""
    first, last = insurance.period(on)
    return {
        "insurer_number": insurance.insurer_number,
        "insurer_name": insurance.insurer_name,
        "card_symbol": insurance.card_symbol or None,
        "card_number": insurance.card_number,
        "branch_number": insurance.branch_number or None,
        "relation": _RELATION_WORDS[insurance.relation],
        "insured_name": insurance.insured_name or None,
        "card_class": insurance.card_class,
        "contribution_ratio": insurance.ratio if insurance.ratio is not None else insurance.elderly_ratio,
        "qualified_on": insurance.qualified_on.isoformat(),
        "valid_from": first.isoformat(),
        "valid_until": last.isoformat() if last else None,
    }
