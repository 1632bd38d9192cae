"""Which apps are still told something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.app_version import ANY, AppAge, app_age, version_from

numbers = st.lists(st.integers(0, 999), min_size=1, max_size=4)


@pytest.mark.shows("F32")
@pytest.mark.parametrize(
    ("told", "oldest", "age"),
    [
        ("0.1.0", "0.1.0", AppAge.SERVED),
        ("0.1", "0.1.0", AppAge.SERVED),
        ("0.10.0", "0.9.9", AppAge.SERVED),
        ("0.2.0-beta", "0.2", AppAge.SERVED),
        ("0.1.9", "0.2", AppAge.TOO_OLD),
        (None, "0.0.1", AppAge.TOO_OLD),
        ("", "0.0.1", AppAge.TOO_OLD),
        ("newest", "0.0.1", AppAge.TOO_OLD),
        ("\u0661.\u0662", "0.0.1", AppAge.TOO_OLD),
    ],
)
def test_an_app_is_served_from_the_oldest_version_on(told: str | None, oldest: str, age: AppAge) -> None:
    assert app_age(told, version_from(oldest)) is age


@given(st.none() | st.text(max_size=20))
def test_where_nobody_named_an_oldest_version_every_app_is_served(told: str | None) -> None:
    assert app_age(told, ANY) is AppAge.SERVED


@given(numbers, numbers)
def test_versions_are_ordered_by_their_numbers(one: list[int], other: list[int]) -> None:
    def said(version: list[int]) -> str:
        return ".".join(map(str, version))

    padded = [each + [0] * (4 - len(each)) for each in (one, other)]
    assert (app_age(said(one), version_from(said(other))) is AppAge.TOO_OLD) is (padded[0] < padded[1])
