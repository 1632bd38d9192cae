"""A card typed by hand: what is missing before it can be asked about, and what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.people import ASSISTED, family_card, late_elderly

from otonai.domain.insurance import CoverageFacts
from otonai.domain.typed_card import FIELD_OF, CardProblem, missing_to_ask, problems_of

BORN = date(1951, 7, 1)
CITY_CARD = family_card(None, insurer_number="139998")


@pytest.mark.shows("S-069")
@pytest.mark.parametrize("card", [family_card("01"), family_card(None), CITY_CARD, late_elderly("00031031")])
def test_a_complete_card_can_be_asked_about(card: CoverageFacts) -> None:
    assert missing_to_ask(BORN, card) == ()
    assert missing_to_ask(None, card) == (CardProblem.BIRTH_DATE_MISSING,)


@pytest.mark.shows("S-072")
def test_on_medical_assistance_the_payer_and_the_recipient_number_are_a_card() -> None:
    assert problems_of(ASSISTED.coverages[0]) == ()


@pytest.mark.shows("S-069", "S-075")
@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (family_card("01", insurer_number=None), "insurer_missing"),
        (family_card("01", insurer_number="　"), "insurer_missing"),
        (family_card("01", insurer_number="061399920"), "insurer_length"),
        (family_card("01", insurer_number="0613999X"), "insurer_length"),
        (family_card("01", insurer_number="06139993"), "insurer_check_digit"),
        (family_card("01", card_symbol=None), "symbol_missing"),
        (family_card("01", card_symbol="１" * 21), "symbol_too_long"),
        (family_card("01", card_symbol="𠮷1"), "not_writable"),
        (family_card("01", card_symbol="●1"), "not_writable"),
        (family_card("01", card_number=""), "number_missing"),
        (family_card("01", card_number="1" * 21), "number_too_long"),
        (family_card("1"), "branch_not_two_digits"),
        (family_card("一二"), "branch_not_two_digits"),
        (late_elderly("1", card_symbol="1"), "symbol_not_expected"),
        (late_elderly("1", branch_number="00"), "branch_not_expected"),
        (replace(ASSISTED.coverages[0], card_number="1234567"), "recipient_check_digit"),
        (replace(ASSISTED.coverages[0], card_number="12345678"), "recipient_check_digit"),
        (replace(ASSISTED.coverages[0], card_number="生保1"), "recipient_check_digit"),
    ],
)
def test_one_thing_wrong_is_one_thing_said(card: CoverageFacts, problem: str) -> None:
    assert problems_of(card) == (problem,)


def test_a_national_health_card_may_have_no_symbol() -> None:
    assert problems_of(replace(CITY_CARD, card_symbol=None)) == ()


def test_everything_missing_is_said_at_once_and_every_problem_belongs_to_a_field() -> None:
    assert missing_to_ask(None, CoverageFacts()) == ("birth_date_missing", "insurer_missing", "number_missing")
    assert set(FIELD_OF) == set(CardProblem)
