"""The guard against the 12-digit number: what a person may not type, in every dress, and what is harmless."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.my_number import check_digit_of, looks_like_my_number

eleven = st.text(alphabet="0123456789", min_size=11, max_size=11)


def numbered(first: str) -> str:
    """A well-formed number made from eleven invented digits."""
    return first + str(check_digit_of(first))


def test_the_check_digit_follows_the_published_weights() -> None:
    # 1 2 3 4 5 6 7 8 9 0 1 with weights 6 5 4 3 2 7 6 5 4 3 2 sums to 178; 178 mod 11 = 2; 11 - 2 = 9.
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    total = sum(int(d) * w for d, w in zip("12345678901", weights, strict=True))
    assert check_digit_of("12345678901") == (0 if total % 11 <= 1 else 11 - total % 11)
    assert check_digit_of("00000000000") == 0


@given(eleven)
@pytest.mark.parametrize(
    "dress",
    [
        "{0}{1}{2}",
        "{0} {1} {2}",
        "{0}-{1}-{2}",
        "{0}－{1}－{2}",
        "{0}　{1}　{2}",
        "{0}・{1}・{2}",
        "番号は{0}{1}{2}です",
        "マイナンバー：{0}-{1}-{2}",
    ],
)
def test_the_number_is_seen_in_every_dress(dress: str, first: str) -> None:
    digits = numbered(first)
    text = dress.format(digits[:4], digits[4:8], digits[8:])
    wide = text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert looks_like_my_number(text)
    assert looks_like_my_number(wide)


@given(eleven, st.integers(1, 9))
def test_a_wrong_check_digit_is_no_such_number(first: str, off: int) -> None:
    wrong = (check_digit_of(first) + off) % 10
    assert not looks_like_my_number(f"{first}{wrong}")


@pytest.mark.parametrize(
    "harmless",
    ["", "資格　一郎", "042-000-0128", "090-0000-0000", "見本市港1-99-3 405号", "1319999990", "39139993 00031031"],
)
def test_what_a_clinic_types_every_day_is_let_through(harmless: str) -> None:
    assert not looks_like_my_number(harmless)


@given(eleven)
def test_a_longer_run_of_digits_is_something_else(first: str) -> None:
    assert not looks_like_my_number(f"7{numbered(first)}")
