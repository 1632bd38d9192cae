"""The log: one event, one line; ids and words, and never what a person typed."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.event_log import OneLine

NAME = "資格　一郎"


def line_of(message: str, *values: object, error: Exception | None = None) -> str:
    """One event as it is written."""
    told = None
    if error is not None:
        try:
            raise error
        except Exception:
            told = sys.exc_info()
    return OneLine().format(logging.LogRecord("otonai.test", logging.ERROR, __file__, 1, message, values, told))


@pytest.mark.shows("F50")
@given(st.text())
def test_whatever_a_value_holds_an_event_is_one_line_of_visible_signs(text: str) -> None:
    line = line_of("refused code=%s", text)
    assert len(line.splitlines()) == 1
    assert line.isprintable()


@pytest.mark.shows("F50")
def test_an_error_is_told_by_its_kind_and_its_places_and_not_by_its_words() -> None:
    line = line_of("advance failed clinic=%s", "019a", error=ValueError(f"{NAME} is not a valid number\nforged"))
    assert "clinic=019a" in line
    assert "error=ValueError at=test_event_log.py:" in line
    assert NAME not in line
    assert "forged" not in line
    assert len(line.splitlines()) == 1


def test_another_handlers_form_of_the_same_error_is_not_taken_over() -> None:
    record = logging.LogRecord("otonai.test", logging.ERROR, __file__, 1, "failed", (), None)
    record.exc_text = NAME
    assert NAME not in OneLine().format(record)
