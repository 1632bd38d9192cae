"""A table of insurers: one row each, by 保険者番号. Reads plain text; knows neither the store nor an encoding.

A bad cell is told with its row and column and stops nothing else. A number twice in one file: the later row stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .insurer import InsurerFacts
from .insurer_number import has_valid_check_digit, prefecture_code
from .my_number import looks_like_my_number
from .table_file import LONGEST_CELL, BadCell, Problem, opened, plain
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
    head, rows = opened(text, (NUMBER, NAME), "insurer_file_unreadable")
    found = InsurerFile()
    for row, cells in rows:
        _take_row(row, dict(zip(head, map(plain, cells), strict=False)), found)
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
