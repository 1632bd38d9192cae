"""Insurer numbers: check digits, schemes, prefectures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.insurer_number import (
    InsurerKind,
    check_digit,
    has_valid_check_digit,
    insurer_kind,
    is_late_elderly,
    is_medical_assistance,
    prefecture_code,
)


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
        "6139992",
    ],
)
def test_a_right_number_carries_its_check_digit(number: str) -> None:
    assert has_valid_check_digit(number)


@pytest.mark.parametrize(
    "number", ["138056", "06139993", "", None, "1234567", "0613999X", "三九一三九九九三", "061399920", "0", "00000000"]
)
def test_a_wrong_or_odd_number_does_not(number: str | None) -> None:
    assert not has_valid_check_digit(number)


@given(st.text(alphabet="0123456789", min_size=7, max_size=7).filter(lambda b: "00" not in (b[:2], b[2:4])))
def test_exactly_one_last_digit_is_right(body: str) -> None:
    assert sum(has_valid_check_digit(f"{body}{last}") for last in range(10)) == 1


@given(st.text(alphabet="0123456789", min_size=7, max_size=7), st.integers(0, 6), st.integers(1, 9))
def test_one_mistyped_digit_is_always_seen(body: str, place: int, shift: int) -> None:
    mistyped = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    assert check_digit(body) != check_digit(mistyped)


@pytest.mark.shows("S-072")
def test_the_first_digits_tell_the_scheme() -> None:
    assert is_late_elderly("39139993")
    assert is_medical_assistance("12139994")
    assert not is_late_elderly("06139992")
    assert not is_medical_assistance("120005")  # six digits: a 国保 number that happens to begin with 12


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("01130012", "health_insurance_association"),
        ("06139992", "health_insurance_society"),
        ("6139992", "health_insurance_society"),
        ("  139998", "national_health"),
        ("00139998", "national_health"),
        ("133033", "national_health_union"),
        ("31130000", "mutual_aid"),
        ("34130000", "mutual_aid"),
        ("07130000", "self_defence_forces"),
        ("39139993", "late_elderly"),
        ("12139994", "medical_assistance"),
        ("54139993", "public_expense"),
        ("67139999", "retired"),
        ("99139999", "unknown"),
        ("A6139992", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_number_names_its_scheme(number: str | None, kind: str) -> None:
    assert insurer_kind(number) == kind


def test_only_late_elderly_and_public_expense_number_each_person() -> None:
    assert {kind for kind in InsurerKind if kind.is_personal} == {
        InsurerKind.LATE_ELDERLY, InsurerKind.MEDICAL_ASSISTANCE, InsurerKind.PUBLIC_EXPENSE,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "code"), [("06139992", "13"), ("139998", "13"), ("47", None), ("X", None)])
def test_the_prefecture_stands_in_the_same_place_of_both_lengths(number: str, code: str | None) -> None:
    assert prefecture_code(number) == code
