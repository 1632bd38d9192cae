"""Tables as files that Excel opens as they are, and in which no cell is ever a formula (F47; ASVS 1.2.10).

A cell that a spreadsheet could take for a formula gets an apostrophe in front, which shows it as text. The file begins
with a byte order mark, without which Excel reads Japanese wrongly, and is sent row by row, however long it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from flask import Response

from ..domain.table_file import BadCell
from .models.ledger_file import BadCellOut

#: What begins a formula in some spreadsheet, the full-width forms of Japanese ones included.
_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MARK = "\ufeff"
#: Problems are told row by row; nobody mends more than this from a screen.
BAD_SHOWN = 200
_OWN_NAME = re.compile(r"[a-z0-9-]+\.(csv|json)")


def cell(value: object) -> str:
    """One value as text that stays text."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) or text.lstrip().startswith(_BEGINS_FORMULA) else text


def lines(head: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, one row at a time; every cell in quotation marks, so that nothing in it ends a row (RFC 4180)."""
    kept = io.StringIO()
    writer = csv.writer(kept, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    kept.write(_MARK)
    writer.writerow([cell(each) for each in head])
    yield kept.getvalue()
    for row in rows:
        kept.seek(0)
        kept.truncate()
        writer.writerow([cell(each) for each in row])
        yield kept.getvalue()


def as_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The answer of a route. `name` is of our own making, and of letters that end no header; else ValueError."""
    return to_take_away(name, Response(lines(head, rows), mimetype="text/csv"))


def to_take_away(name: str, answer: Response) -> Response:
    """The answer as a file to be saved, of whatever kind. `name` is of our own making, else ValueError."""
    if not _OWN_NAME.fullmatch(name):
        raise ValueError("a file's name is of our own making")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def bad_cells(found: Sequence[BadCell]) -> list[BadCellOut]:
    """The first bad cells of a file, as they are told."""
    return [BadCellOut(row=cell.row, column=cell.column, problem=cell.problem) for cell in found[:BAD_SHOWN]]
