"""When two insurances are one card, and when that card is one person's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import ASSISTED, family_card, late_elderly

from otonai.domain.insurance import CoverageFacts
from otonai.domain.same_card import CardKey, CardRelation, card_key, is_same_card, relation_of


def key(coverage: CoverageFacts) -> CardKey:
    found = card_key(coverage)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("ours", "theirs", "relation"),
    [
        (family_card("01"), family_card("1"), CardRelation.SAME_PERSON),
        (family_card("01"), family_card("02"), CardRelation.OTHER_MEMBER),
        (family_card("01"), family_card(None), CardRelation.SAME),
        (family_card(None), family_card(None), CardRelation.SAME),
        (family_card("01"), family_card("01", card_number="4568"), CardRelation.OTHER),
        (family_card("01"), family_card("01", card_symbol=None), CardRelation.OTHER),
        (family_card("01"), family_card("01", insurer_number="139998"), CardRelation.OTHER),
        (late_elderly("00031031"), late_elderly("31031", branch_number="00"), CardRelation.SAME_PERSON),
        (late_elderly("00031031"), late_elderly("00031032"), CardRelation.OTHER),
        (ASSISTED.coverages[0], replace(ASSISTED.coverages[0], card_symbol="生保"), CardRelation.SAME_PERSON),
    ],
)
def test_cards_are_told_apart_by_insurer_symbol_number_and_branch(
    ours: CoverageFacts, theirs: CoverageFacts, relation: CardRelation
) -> None:
    assert relation_of(key(ours), key(theirs)) is relation_of(key(theirs), key(ours)) is relation


@pytest.mark.parametrize("missing", ["insurer_number", "card_number"])
@pytest.mark.parametrize("blank", [None, "", "　"])
def test_half_a_card_is_nobodys(missing: str, blank: str | None) -> None:
    told: dict[str, Any] = {missing: blank}
    half = replace(family_card("01"), **told)
    assert card_key(half) is None
    assert not is_same_card(half, half)


_parts = st.sampled_from([None, "1", "１", "01", "1-0", "A", "06139992", "39139993"])


@given(st.builds(CoverageFacts, insurer_number=_parts, card_symbol=_parts, card_number=_parts, branch_number=_parts))
def test_a_whole_card_is_itself(card: CoverageFacts) -> None:
    assert is_same_card(card, card) is (card_key(card) is not None)


def test_a_card_does_not_print_its_numbers() -> None:
    assert "4567" not in repr(key(family_card("01")))
