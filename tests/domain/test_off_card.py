"""公費 and 介護保険 as typed: what cannot stand on a certificate, and what a new one does to those before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import cast

import pytest
from tests.paper import CERTIFIED, INTRACTABLE, LOCAL

from otonai.domain.care_insurance import CareLevel
from otonai.domain.errors import Invalid
from otonai.domain.off_card import OffCard, digits_of, ended_by, past_labels, refuse_correction

#: The same certificate with one thing wrong, the field it is said at, and the word.
WRONG: list[tuple[OffCard, str, str]] = [
    (replace(INTRACTABLE, payer_number=None), "payer_number", "missing"),
    (replace(INTRACTABLE, payer_number="5413999"), "payer_number", "number_length"),
    (replace(INTRACTABLE, payer_number="5413999X"), "payer_number", "number_length"),
    (replace(INTRACTABLE, payer_number="54139994"), "payer_number", "check_digit"),
    (replace(INTRACTABLE, payer_number="06139992"), "payer_number", "not_public_expense"),
    (replace(INTRACTABLE, payer_number="39139993"), "payer_number", "not_public_expense"),
    (replace(INTRACTABLE, recipient_number=None), "recipient_number", "missing"),
    (replace(INTRACTABLE, recipient_number="123456"), "recipient_number", "number_length"),
    (replace(INTRACTABLE, recipient_number="1234567"), "recipient_number", "check_digit"),
    (replace(INTRACTABLE, priority=None), "priority", "out_of_range"),
    (replace(INTRACTABLE, priority=5), "priority", "out_of_range"),
    (replace(INTRACTABLE, monthly_limit=-1), "monthly_limit", "out_of_range"),
    (replace(INTRACTABLE, valid_from=None), "valid_from", "missing"),
    (replace(INTRACTABLE, valid_until=date(2025, 9, 30)), "valid_until", "ends_before_it_begins"),
    (replace(CERTIFIED, insurer_number=""), "insurer_number", "missing"),
    (replace(CERTIFIED, insurer_number="54139993"), "insurer_number", "number_length"),
    (replace(CERTIFIED, insurer_number="139997"), "insurer_number", "check_digit"),
    (replace(CERTIFIED, insured_number=None), "insured_number", "missing"),
    (replace(CERTIFIED, insured_number="12345"), "insured_number", "number_length"),
    (replace(CERTIFIED, care_level=None), "care_level", "missing"),
    (replace(CERTIFIED, valid_from=None), "valid_from", "missing"),
    (replace(CERTIFIED, contribution_ratio=15), "contribution_ratio", "out_of_range"),
    (replace(CERTIFIED, ratio_until=date(2025, 7, 31)), "ratio_until", "ends_before_it_begins"),
]


@pytest.mark.shows("S-062")
@pytest.mark.parametrize(("typed", "field", "word"), WRONG)
def test_one_thing_wrong_is_one_thing_said(typed: OffCard, field: str, word: str) -> None:
    assert typed.problems() == ((field, word),)


@pytest.mark.parametrize(
    "typed",
    [
        INTRACTABLE,
        LOCAL,
        CERTIFIED,
        replace(CERTIFIED, insured_number="H000012345"),
        replace(CERTIFIED, care_level=CareLevel.APPLIED, valid_until=None, contribution_ratio=None),
    ],
)
def test_what_a_certificate_may_hold_is_kept(typed: OffCard) -> None:
    assert typed.problems() == ()


def test_a_number_is_kept_as_digits_however_it_is_typed() -> None:
    assert (digits_of("５４１３-９９９ ３"), digits_of("h000012345"), digits_of("　")) == (
        "54139993",
        "H000012345",
        None,
    )


def _word(act: Callable[..., object], *args: object) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        act(*args)
    ((field, word),) = [each.values() for each in cast("list[dict[str, str]]", refused.value.facts["errors"])]
    return field, word


def test_a_renewed_certificate_ends_the_open_one_on_the_day_before_and_no_other() -> None:
    still_open = replace(INTRACTABLE, valid_until=None)
    renewed = replace(INTRACTABLE, valid_from=date(2026, 10, 1), valid_until=date(2027, 9, 30))

    assert ended_by(renewed, {"old": still_open, "other": LOCAL}) == {"old": date(2026, 9, 30)}
    assert ended_by(renewed, {"old": INTRACTABLE}) == {}
    assert ended_by(replace(CERTIFIED, valid_from=date(2026, 1, 1)), {"old": CERTIFIED}) == {"old": date(2025, 12, 31)}


def test_two_payers_have_two_places_and_one_entitlement_has_one_certificate_on_any_day() -> None:
    first_too = replace(LOCAL, priority=1)

    assert _word(ended_by, first_too, {"kept": INTRACTABLE}) == ("priority", "priority_taken")
    assert _word(refuse_correction, first_too, {"kept": INTRACTABLE}) == ("priority", "priority_taken")
    assert _word(ended_by, INTRACTABLE, {"kept": INTRACTABLE}) == ("valid_from", "period_taken")
    later = replace(CERTIFIED, valid_from=date(2026, 3, 1), valid_until=None)
    assert _word(ended_by, CERTIFIED, {"later": later}) == ("valid_from", "period_taken")
    assert _word(refuse_correction, later, {"kept": CERTIFIED}) == ("valid_from", "period_taken")
    refuse_correction(replace(first_too, valid_from=date(2026, 10, 1)), {"kept": INTRACTABLE})


def test_what_has_ended_is_past_one_the_latest_first() -> None:
    kept: list[OffCard] = [LOCAL, INTRACTABLE, CERTIFIED]

    assert past_labels(kept, date(2026, 3, 31)) == [None, None, None]
    assert past_labels(kept, date(2026, 11, 23)) == [None, "過1", "過2"]


def test_no_number_is_in_what_is_printed() -> None:
    assert "54139993" not in repr(INTRACTABLE)
    assert "0000012345" not in repr(CERTIFIED)
