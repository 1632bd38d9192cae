"""Insurer numbers: check digits, 後期高齢者医療, 医療扶助."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.insurer_number import has_valid_check_digit, is_late_elderly, is_medical_assistance


@pytest.mark.parametrize(
    "number",
    [
        "138057",
        "01130012",
        "06139992",
        "39139993",
        "12139994",
        "54139993",
        "139998",
        "  139998",
        "00139998",
        "０６１３９９９２",
    ],
)
def test_a_right_number_carries_its_check_digit(number: str) -> None:
    assert has_valid_check_digit(number)


@pytest.mark.parametrize("number", ["138056", "06139993", "", None, "1234567", "0613999X", "三九一三九九九三"])
def test_a_wrong_or_odd_number_does_not(number: str | None) -> None:
    assert not has_valid_check_digit(number)


@given(st.text(alphabet="0123456789", min_size=7, max_size=7).filter(lambda body: not body.startswith("00")))
def test_exactly_one_last_digit_is_right(body: str) -> None:
    assert sum(has_valid_check_digit(f"{body}{last}") for last in range(10)) == 1


@pytest.mark.shows("S-072")
def test_the_first_digits_tell_the_scheme() -> None:
    assert is_late_elderly("39139993")
    assert is_medical_assistance("12139994")
    assert not is_late_elderly("06139992")
    assert not is_medical_assistance("120005")  # six digits: a 国保 number that happens to begin with 12
