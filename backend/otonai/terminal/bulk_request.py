"""Asynchronous inquiries beside the home-visit list: many people, online care, 医療扶助, many 照会番号.

Each gives a 受付番号 (01) and is fetched later (02, `fetch`). The rules of `request.py` hold; further codes of
Invalid: `nobody_asked`, `too_many_people`, `period_missing`, `no_bulk_family`. Sources: oqs-interface 6, 7.2, 8.2, 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from ..domain.consent import ConsentPeriod
from ..domain.dates import terminal_date
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Invalid
from ..domain.insurance import CoverageFacts
from . import names
from .layout import Item, Treatment, build, insurance, oqs_header, registration

_T = TypeVar("_T")

#: Convention A-06; the real maximum is not public.
MOST_PEOPLE = 500

_FETCHES = frozenset(
    {
        names.BULK_FETCH,
        names.HOME_VISIT_FETCH,
        names.ONLINE_FETCH,
        names.MEDICAL_ASSISTANCE_FETCH,
        names.BULK_REGISTRATION_FETCH,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class AskedPerson:
    """One person of a bulk inquiry. `key` comes back with the answer and is all that ties it to our patient.

    `limit_class_code` and `coverage.limit_category` are what the chart holds; the center says whether it still applies.
    """

    key: str
    coverage: CoverageFacts
    birth_date: date
    limit_class_code: str | None = None


def eligibility_bulk(
    *,
    institution_code: str,
    people: Sequence[AskedPerson],
    confirmed_on: date,
    file_identifier: str,
    day: date,
    serial: int,
) -> TerminalRequest:
    """一括照会: is each of these insurances valid on `confirmed_on` (6.1)."""
    body = [("QualificationConfirmSearchInfo", _asked(person)) for person in _counted(people)]
    head = oqs_header(institution_code, file_identifier, confirmed_on=confirmed_on)
    return build(names.BULK, day, serial, head, body)


def online_list(
    *,
    institution_code: str,
    file_identifier: str,
    day: date,
    serial: int,
    consented: ConsentPeriod | None = None,
    examined: ConsentPeriod | None = None,
) -> TerminalRequest:
    """オンライン診療等: who consented in a period, or who was seen in one; exactly one of the two is given (7.2)."""
    if (consented is None) == (examined is None):
        raise Invalid("either the days of consent or the days of care", code="period_missing")
    name, period = ("ConsentDate", consented) if consented is not None else ("ExaminationDate", examined)
    assert period is not None
    search: list[Item] = [
        (f"{name}From", terminal_date(period.first)),
        (f"{name}To", terminal_date(period.last)),
        ("MedicalTreatmentFlag", Treatment.ONLINE.value),
    ]
    head = oqs_header(institution_code, file_identifier)
    return build(names.ONLINE_LIST, day, serial, head, [("QualificationConfirmSearchInfo", search)])


def medical_assistance_list(
    *, institution_code: str, month: date, file_identifier: str, day: date, serial: int
) -> TerminalRequest:
    """医療扶助: the 医療券・調剤券 of a month of treatment, given by any of its days (10)."""
    search: list[Item] = [("MedicalTreatmentMonth", month.strftime("%Y%m"))]
    head = oqs_header(institution_code, file_identifier)
    return build(names.MEDICAL_ASSISTANCE_LIST, day, serial, head, [("QualificationConfirmSearchInfo", search)])


def reference_number_bulk_registration(
    *,
    institution_code: str,
    numbers: Sequence[tuple[str, CoverageFacts]],
    file_identifier: str,
    day: date,
    serial: int,
) -> TerminalRequest:
    """照会番号登録 of many people. Never to be sent again after an uncertain outcome (8)."""
    body = [registration(coverage, number) for number, coverage in _counted(numbers)]
    return build(names.BULK_REGISTRATION, day, serial, oqs_header(institution_code, file_identifier), body)


def fetch(*, family: str, institution_code: str, reception_number: str, day: date, serial: int) -> TerminalRequest:
    """The result behind a 受付番号 of any 02 family; may be asked again under a new serial (6.3)."""
    if family not in _FETCHES:
        raise Invalid("not the second step of an inquiry", code="no_bulk_family", family=family)
    if not reception_number.strip():
        raise Invalid("no reception number", code="reception_number_missing")
    return build(family, day, serial, oqs_header(institution_code), [("ReceptionNumber", reception_number)])


def _asked(person: AskedPerson) -> list[Item]:
    held: list[Item] = [
        ("LimitApplicationCertificateClassification", person.limit_class_code),
        ("LimitApplicationCertificateClassificationFlag", person.coverage.limit_category),
    ]
    return [
        *insurance(person.coverage),
        ("Birthdate", terminal_date(person.birth_date)),
        ("LimitApplicationCertificateRelatedInfo", held if person.coverage.limit_category else None),
        ("ArbitraryIdentifier", person.key),
    ]


def _counted(people: Sequence[_T]) -> Sequence[_T]:
    if not people:
        raise Invalid("an inquiry about nobody", code="nobody_asked")
    if len(people) > MOST_PEOPLE:
        raise Invalid("more than one file may hold", code="too_many_people", most=MOST_PEOPLE)
    return people
