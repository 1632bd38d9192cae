"""The ledger as a file: what is sent, and what becomes of it."""

from __future__ import annotations

from pydantic import Field

from ...domain.table_file import Problem
from .common import In, Out, example, example_in

#: As many letters as a body of 6 MiB can hold.
LONGEST_FILE = 6_000_000


class LedgerFileIn(In):
    """A table as text. Without `take` it is only looked at."""

    model_config = example_in(content="カルテ番号,氏名,生年月日\r\n000128,資格　一郎,1937-03-03\r\n", take=False)
    content: str = Field(max_length=LONGEST_FILE)
    take: bool = False


class BadCellOut(Out):
    """A cell that cannot be taken: where, and why. Rows are counted as a spreadsheet does."""

    model_config = example(row=7, column="生年月日", problem="no_date")
    row: int
    column: str
    problem: Problem


class LedgerFileOut(Out):
    """What a file holds. `differs`: rows of charts that are there with other values, and stay as they are."""

    model_config = example(new=120, same=3, differs=[8], bad=[], more_bad=0, taken=120)
    new: int
    same: int
    differs: list[int]
    bad: list[BadCellOut]
    more_bad: int
    taken: int
