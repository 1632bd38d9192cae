"""A table of insurers: one row each, by 保険者番号. Reads plain text; knows neither the store nor an encoding.

A bad cell is told with its row and column and stops nothing else. A number twice in one file: the later row stands.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

from .errors import Invalid
from .insurer import InsurerFacts
from .insurer_number import has_valid_check_digit, prefecture_code
from .ledger_file import LONGEST_CELL, MOST_ROWS, BadCell, Problem
from .my_number import looks_like_my_number
from .writing import insurer_key

NUMBER, NAME = "保険者番号", "保険者名"
_FIELDS = {NAME: "name", "電話番号": "telephone", "郵便番号": "postal_code", "住所": "address"}


@dataclass(slots=True)
class InsurerFile:
    """A file as read, by number."""

    insurers: dict[str, InsurerFacts] = field(default_factory=dict)
    bad: list[BadCell] = field(default_factory=list)


def read_insurers(text: str) -> InsurerFile:
    """Every insurer of a file. Columns in any order, unknown ones passed over; an empty cell says nothing.

    Raises Invalid(insurer_file_unreadable) without the two columns that make an insurer, or with too many rows.
    """
    try:
        table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error:
        raise Invalid("not a table", code="insurer_file_unreadable") from None
    head = [cell.strip() for cell in table[0]] if table else []
    missing = [name for name in (NUMBER, NAME) if name not in head]
    if missing or len(table) > MOST_ROWS:
        told = [{"path": name, "message": "この列がありません。"} for name in missing]
        raise Invalid("no such table", code="insurer_file_unreadable", errors=told)
    found = InsurerFile()
    for row, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            _take_row(row, dict(zip(head, (cell.strip().removeprefix("'") for cell in cells), strict=False)), found)
    return found


def _take_row(row: int, cells: dict[str, str], found: InsurerFile) -> None:
    number = insurer_key(cells.get(NUMBER))
    bad = [BadCell(row, name, Problem.TOO_LONG) for name in _FIELDS if len(cells.get(name, "")) > LONGEST_CELL]
    bad += [BadCell(row, name, Problem.MY_NUMBER) for name in _FIELDS if looks_like_my_number(cells.get(name, ""))]
    if not number:
        bad.append(BadCell(row, NUMBER, Problem.MISSING))
    elif prefecture_code(number) is None:
        bad.append(BadCell(row, NUMBER, Problem.NO_NUMBER))
    elif not has_valid_check_digit(number):
        bad.append(BadCell(row, NUMBER, Problem.CHECK_DIGIT))
    if not cells.get(NAME):
        bad.append(BadCell(row, NAME, Problem.MISSING))
    if bad:
        found.bad += bad
        return
    found.insurers[number] = InsurerFacts(**{name: cells.get(head) or None for head, name in _FIELDS.items()})
