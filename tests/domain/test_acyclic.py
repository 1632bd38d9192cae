"""Putting off the search for cycles is undone whatever happens, and changes nothing of what the work says."""

from __future__ import annotations

import gc

import pytest

from otonai.domain.acyclic import acyclic


@acyclic
def halved(number: int) -> tuple[int, bool]:
    if number % 2:
        raise ValueError(number)
    return number // 2, gc.isenabled()


def test_meanwhile_nobody_searches_and_afterwards_everybody_may() -> None:
    assert halved(6) == (3, False)
    assert gc.isenabled()


def test_a_failure_gives_the_search_back_too() -> None:
    with pytest.raises(ValueError, match="7"):
        halved(7)
    assert gc.isenabled()


def test_who_had_put_it_off_before_keeps_it_so() -> None:
    gc.disable()
    try:
        assert halved(6) == (3, False)
        assert not gc.isenabled()
    finally:
        gc.enable()
