"""A table that somebody saved as a file: how it is opened, and how a bad cell in it is told.

Reads plain text; knows neither what the columns mean nor how a file is encoded or sent.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .errors import Invalid

LONGEST_CELL = 200
MOST_ROWS = 50_000


class Problem(StrEnum):
    """Why a row cannot be taken."""

    MISSING = "missing"
    NO_DATE = "no_date"
    NO_NUMBER = "no_number"
    UNKNOWN_WORD = "unknown_word"
    TOO_LONG = "too_long"
    MY_NUMBER = "my_number"
    CHECK_DIGIT = "check_digit"
    ANOTHER_PERSON = "another_person"


@dataclass(frozen=True, slots=True)
class BadCell:
    """Where and why; the cell's content stays out of it. `row` counts as a spreadsheet does, the head being 1."""

    row: int
    column: str
    problem: Problem


def opened(text: str, required: Sequence[str], code: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The head, and every row that holds something with its number in a spreadsheet.

    Raises Invalid with this code for what is no table, lacks a required column, or has more rows than any clinic.
    """
    try:
        table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error:
        raise Invalid("not a table", code=code) from None
    head = [cell.strip() for cell in table[0]] if table else []
    missing = [name for name in required if name not in head]
    if missing or len(table) > MOST_ROWS:
        told = [{"path": name, "message": "この列がありません。"} for name in missing]
        raise Invalid("no such table", code=code, errors=told)
    return head, [(row, cells) for row, cells in enumerate(table[1:], start=2) if any(cells)]


def plain(cell: str) -> str:
    """A cell as it was meant: without the apostrophe by which we keep a spreadsheet from seeing a formula."""
    return cell.strip().removeprefix("'")
