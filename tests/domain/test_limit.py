"""限度額: who may have which category, and when a delivered one is selected for taking over."""

from __future__ import annotations

from datetime import date

import pytest
from tests.people import ASSOCIATION, CITY, LATE_ELDERLY, SETTLED, TODAY, late_elderly, record_of

from otonai.domain.comparison import DifferenceDefault, compare
from otonai.domain.consent import Consent, ConsentFlag, ConsentKind
from otonai.domain.limit import CheckRoute, LimitConsent, asks_for_limit, doubt_about, limit_may_be_taken
from otonai.rules import limit_categories_on

TABLE = limit_categories_on(TODAY)


@pytest.mark.shows("S-094")
@pytest.mark.parametrize(
    ("consents", "taken"),
    [
        ((), True),  # the group comes with consent only
        ((Consent(ConsentKind.LIMIT, ConsentFlag.GIVEN),), True),
        ((Consent(ConsentKind.LIMIT, ConsentFlag.NONE),), False),
        ((Consent(ConsentKind.DRUG, ConsentFlag.NONE),), True),
    ],
)
def test_by_card_the_consent_at_the_reader_is_enough(consents: tuple[Consent, ...], taken: bool) -> None:
    assert limit_may_be_taken(CheckRoute.CARD, LimitConsent.UNKNOWN, consents) is taken


@pytest.mark.shows("S-070", "S-095")
@pytest.mark.parametrize(
    ("answer", "taken"), [("unknown", False), ("refused", False), ("agreed", True), ("certificate_shown", True)]
)
def test_by_number_it_takes_an_oral_consent_or_the_certificate(answer: str, taken: bool) -> None:
    told = LimitConsent(answer)
    assert limit_may_be_taken(CheckRoute.NUMBER, told) is taken
    assert asks_for_limit(told) is taken


def test_a_refusal_counts_by_card_too() -> None:
    assert not limit_may_be_taken(CheckRoute.CARD, LimitConsent.REFUSED)


@pytest.mark.shows("S-095")
def test_without_consent_the_category_waits_unselected_and_says_why() -> None:
    told = record_of(SETTLED, coverage=late_elderly("00031031", limit_category="B10", limit_from=date(2026, 8, 1)))
    found = {d.field: d for d in compare(SETTLED, told, route=CheckRoute.NUMBER)}
    for field in ("limit_category", "limit_from"):
        assert (found[field].default, found[field].reason) == (DifferenceDefault.KEEP, "limit_not_agreed")
    assert {d.field for d in compare(SETTLED, told) if d.default is DifferenceDefault.TAKE} == {
        "limit_category",
        "limit_from",
    }


@pytest.mark.parametrize(
    ("category", "birth_date", "insurer", "doubt"),
    [
        ("A03", date(1986, 4, 2), ASSOCIATION, None),
        ("A03", date(1950, 4, 2), CITY, "limit_of_other_age"),
        ("B04", date(1986, 4, 2), CITY, "limit_of_other_age"),
        ("B04", date(1952, 4, 2), CITY, None),
        ("B10", date(1940, 4, 2), LATE_ELDERLY, None),
        ("B10", date(1952, 4, 2), CITY, "limit_of_other_scheme"),
        ("B01", date(1960, 4, 2), LATE_ELDERLY, None),
        ("A01", date(1960, 4, 2), LATE_ELDERLY, "limit_of_other_age"),
        ("C99", date(1960, 4, 2), CITY, "limit_code_unknown"),
        ("A03", None, CITY, None),
        (None, None, None, None),
    ],
)
def test_a_category_fits_an_age_and_a_scheme(
    category: str | None, birth_date: date | None, insurer: str | None, doubt: str | None
) -> None:
    assert doubt_about(category, birth_date, insurer, TODAY, TABLE) == doubt


def test_the_finer_categories_came_in_october_2022() -> None:
    before = limit_categories_on(date(2022, 9, 30))
    assert doubt_about("B10", date(1940, 1, 1), LATE_ELDERLY, date(2022, 9, 30), before) == "limit_code_unknown"
