"""Insurance key → person, as the center finds people. Pure; every outcome has a name.

Sources: oqs-interface 3.3 (comparing), 3.4 and A-04 (validity).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .person import Insurance, Person


class Validity(StrEnum):
    """資格有効性 (OQSCD006)."""

    VALID = "1"
    INVALID = "2"
    INVALID_NEW_EXISTS = "3"
    NOT_FOUND = "4"
    MULTIPLE = "5"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SearchKey:
    """What a request asks by; `birth_date` is None in the families that do not send one (8, 9.1)."""

    insurer_number: str
    card_symbol: str = ""
    card_number: str = ""
    branch_number: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The outcome, with person and qualification unless nobody or several people fit."""

    validity: Validity
    person: Person | None = None
    insurance: Insurance | None = None


def look_up(key: SearchKey, people: Iterable[Person], on: date) -> Found:
    """Who the key means on the day asked for."""
    hits = [
        (someone, insurance)
        for someone in people
        for insurance in _all_insurances(someone)
        if _fits(key, someone, insurance)
    ]
    if not hits:
        return Found(Validity.NOT_FOUND)
    if len({someone.key for someone, _ in hits}) > 1:
        return Found(Validity.MULTIPLE)
    someone, insurance = hits[0]
    return Found(validity_of(someone, insurance, on), someone, insurance)


def validity_of(someone: Person, insurance: Insurance, on: date) -> Validity:
    """Whether this qualification of the person is in force on the day."""
    if insurance.lost_on is None or on < insurance.lost_on:
        return Validity.VALID
    successor = someone.insurance
    if successor is not None and successor is not insurance and successor.lost_on is None:
        return Validity.INVALID_NEW_EXISTS
    return Validity.INVALID


def _all_insurances(someone: Person) -> tuple[Insurance, ...]:
    return ((someone.insurance,) if someone.insurance else ()) + someone.former


def _fits(key: SearchKey, someone: Person, insurance: Insurance) -> bool:
    return (
        comparable(key.insurer_number) == comparable(insurance.insurer_number)
        and comparable(key.card_symbol) == comparable(insurance.card_symbol)
        and comparable(key.card_number) == comparable(insurance.card_number)
        and (not key.branch_number.strip() or comparable(key.branch_number) == comparable(insurance.branch_number))
        and (key.birth_date is None or key.birth_date == someone.birth_date)
    )


def comparable(number: str) -> str:
    """Half width, letters and digits only, no leading zeros: 「１２－３４」 and 「12/34」 are the same."""
    folded = unicodedata.normalize("NFKC", number)
    return "".join(char for char in folded if char.isalnum()).lstrip("0")
