"""The ledger (患者原簿) as a table: one row per insurance of a person, for the first day of a clinic and for its last.

Reads and writes plain text values; knows neither the store nor how a file is encoded or sent. What is written can be
read back and gives the same charts. Reading judges row by row: a bad cell is a problem with its row and column, and
stops nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from itertools import zip_longest
from typing import Any, TypeVar

from .care_insurance import CareInsuranceFacts, CareLevel
from .insurance import CoverageFacts, Relation, Sex
from .my_number import looks_like_my_number
from .off_card import OffCardProblem
from .patient import EARLIEST_BIRTH
from .public_expense import PublicExpenseFacts
from .table_file import LONGEST_CELL, BadCell, Problem, opened, plain

_Facts = CoverageFacts | PublicExpenseFacts | CareInsuranceFacts
F = TypeVar("F", CoverageFacts, PublicExpenseFacts, CareInsuranceFacts)


class RowOutcome(StrEnum):
    """What becomes of one chart of a file."""

    NEW = "new"
    SAME = "same"
    DIFFERS = "differs"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, repr=False)
class FileChart:
    """One person of a file. `coverages` begin with the one in force, the others with the first of their list."""

    row: int
    values: Mapping[str, Any]
    coverages: tuple[CoverageFacts, ...] = ()
    public_expenses: tuple[PublicExpenseFacts, ...] = ()
    care_insurances: tuple[CareInsuranceFacts, ...] = ()

    @property
    def chart_number(self) -> str:
        """What the person is found by."""
        return str(self.values["chart_number"])


@dataclass(slots=True)
class LedgerFile:
    """A file as read."""

    charts: list[FileChart] = field(default_factory=list)
    bad: list[BadCell] = field(default_factory=list)


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def _text(cell: str) -> str | None:
    if len(cell) > LONGEST_CELL:
        raise _Refused(Problem.TOO_LONG)
    if looks_like_my_number(cell):
        raise _Refused(Problem.MY_NUMBER)
    return cell or None


_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


def _day(cell: str) -> date | None:
    if not cell:
        return None
    found = _DAY.fullmatch(cell)
    try:
        return date(*map(int, found.groups())) if found else _refuse(Problem.NO_DATE)
    except ValueError:
        raise _Refused(Problem.NO_DATE) from None


def _refuse(problem: Problem) -> Any:
    raise _Refused(problem)


def _number(cell: str) -> int | None:
    if not cell:
        return None
    digits = cell.removesuffix("%")
    return int(digits) if digits.isascii() and digits.isdigit() and int(digits) <= 100 else _refuse(Problem.NO_NUMBER)


def _yen(cell: str) -> int | None:
    digits = cell.replace(",", "").removesuffix("円")
    if not digits:
        return None
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 7 else _refuse(Problem.NO_NUMBER)


def _word(words: Mapping[str, StrEnum]) -> Callable[[str], StrEnum | None]:
    return lambda cell: None if not cell else words[cell] if cell in words else _refuse(Problem.UNKNOWN_WORD)


SEXES: Mapping[str, StrEnum] = {"男": Sex.MALE, "女": Sex.FEMALE}
RELATIONS: Mapping[str, StrEnum] = {"本人": Relation.INSURED, "家族": Relation.FAMILY}
CARE_LEVELS: Mapping[str, StrEnum] = {
    "申請中": CareLevel.APPLIED, "要支援1": CareLevel.SUPPORT_1, "要支援2": CareLevel.SUPPORT_2,
    "要介護1": CareLevel.CARE_1, "要介護2": CareLevel.CARE_2, "要介護3": CareLevel.CARE_3,
    "要介護4": CareLevel.CARE_4, "要介護5": CareLevel.CARE_5,
}  # fmt: skip
_WORD_OF = {value: word for words in (SEXES, RELATIONS, CARE_LEVELS) for word, value in words.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, the field, and how a cell is read."""

    head: str
    name: str
    read: Callable[[str], Any] = _text


PERSON = (
    Column("カルテ番号", "chart_number"), Column("氏名", "name"), Column("カナ氏名", "name_kana"),
    Column("性別", "sex", _word(SEXES)), Column("生年月日", "birth_date", _day), Column("郵便番号", "postal_code"),
    Column("住所", "address"), Column("電話番号", "telephone"),
)  # fmt: skip
POSITION = Column("保険の順", "position", _number)
COVERAGE = (
    Column("保険者番号", "insurer_number"), Column("保険者名", "insurer_name"), Column("記号", "card_symbol"),
    Column("番号", "card_number"), Column("枝番", "branch_number"), Column("本人家族", "relation", _word(RELATIONS)),
    Column("被保険者氏名", "insured_name"), Column("証区分", "card_class"),
    Column("負担割合", "contribution_ratio", _number), Column("資格取得日", "qualified_on", _day),
    Column("資格喪失日", "lost_on", _day), Column("有効開始日", "valid_from", _day),
    Column("有効終了日", "valid_until", _day), Column("交付日", "issued_on", _day),
    Column("限度額区分", "limit_category"), Column("限度額開始日", "limit_from", _day),
    Column("限度額終了日", "limit_until", _day),
)  # fmt: skip
#: 公費 and 介護保険 stand beside the insurances, one of each in a row, without belonging to the insurance of that row.
PUBLIC_EXPENSE = (
    Column("公費の順", "priority", _number), Column("公費負担者番号", "payer_number"),
    Column("公費受給者番号", "recipient_number"), Column("公費開始日", "valid_from", _day),
    Column("公費終了日", "valid_until", _day), Column("公費上限月額", "monthly_limit", _yen),
)  # fmt: skip
CARE_INSURANCE = (
    Column("介護保険者番号", "insurer_number"), Column("介護被保険者番号", "insured_number"),
    Column("要介護度", "care_level", _word(CARE_LEVELS)), Column("認定開始日", "valid_from", _day),
    Column("認定終了日", "valid_until", _day), Column("介護負担割合", "contribution_ratio", _number),
    Column("介護負担割合開始日", "ratio_from", _day), Column("介護負担割合終了日", "ratio_until", _day),
)  # fmt: skip
ALL = (*PERSON, POSITION, *COVERAGE, *PUBLIC_EXPENSE, *CARE_INSURANCE)
HEADS = [column.head for column in ALL]
REQUIRED = ("chart_number", "name", "birth_date")


def rows_of(
    values: Mapping[str, Any],
    coverages: Sequence[CoverageFacts],
    public_expenses: Sequence[PublicExpenseFacts] = (),
    care_insurances: Sequence[CareInsuranceFacts] = (),
) -> Iterator[list[object]]:
    """The rows of one chart, the insurance in force first; a person without any has one row."""
    person = [_told(values.get(column.name)) for column in PERSON]
    together = list(zip_longest(coverages, public_expenses, care_insurances)) or [(None, None, None)]
    for position, (insurance, public, care) in enumerate(together):
        yield [
            *person, position if insurance else "", *_cells(COVERAGE, insurance), *_cells(PUBLIC_EXPENSE, public),
            *_cells(CARE_INSURANCE, care),
        ]  # fmt: skip


def _cells(columns: Sequence[Column], facts: object) -> list[object]:
    return [_told(getattr(facts, column.name)) if facts is not None else "" for column in columns]


def _told(value: Any) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else _WORD_OF.get(value, value)


def read_ledger(text: str, today: date) -> LedgerFile:
    """Every chart of a file, and every cell that cannot be taken; a chart with a bad cell is left out whole.

    Columns may stand in any order, unknown ones are passed over. Raises Invalid(ledger_file_unreadable) when there is
    no head with the columns that identify a person, or more rows than any clinic has.
    """
    required = [column.head for column in PERSON if column.name in REQUIRED]
    head, rows = opened(text, required, "ledger_file_unreadable")
    places = [(column, head.index(column.head)) for column in ALL if column.head in head]
    found = LedgerFile()
    people: dict[str, list[tuple[int, FileChart]]] = {}
    spoilt: set[str] = set()
    for number, cells in rows:
        _read_row(number, cells, places, today, found, people, spoilt)
    found.charts = [_together(rows) for number, rows in people.items() if number not in spoilt]
    return found


def _read_row(
    number: int,
    cells: Sequence[str],
    places: Iterable[tuple[Column, int]],
    today: date,
    found: LedgerFile,
    people: dict[str, list[tuple[int, FileChart]]],
    spoilt: set[str],
) -> None:
    read: dict[Column, Any] = {}
    bad: list[BadCell] = []
    for column, at in places:
        cell = plain(cells[at]) if at < len(cells) else ""
        try:
            read[column] = column.read(cell)
        except _Refused as refused:
            bad.append(BadCell(number, column.head, refused.problem))
    values = {column.name: value for column, value in read.items() if column in (*PERSON, POSITION)}
    bad += [
        BadCell(number, column.head, Problem.MISSING)
        for column in PERSON
        if column.name in REQUIRED and column.name in values and values[column.name] is None
    ]
    born = values.get("birth_date")
    if born is not None and not EARLIEST_BIRTH <= born <= today:
        bad.append(BadCell(number, "生年月日", Problem.NO_DATE))
    chart_number = str(values.get("chart_number") or "")
    person = {column.name: values.get(column.name) for column in PERSON}
    before = people.get(chart_number)
    if before and any(before[0][1].values[name] != person[name] for name in REQUIRED):
        bad.append(BadCell(number, "カルテ番号", Problem.ANOTHER_PERSON))
    public, care = _facts(PublicExpenseFacts, PUBLIC_EXPENSE, read), _facts(CareInsuranceFacts, CARE_INSURANCE, read)
    bad += [*_odd_numbers(number, PUBLIC_EXPENSE, public), *_odd_numbers(number, CARE_INSURANCE, care)]
    if bad:
        found.bad += bad
        spoilt.add(chart_number)
        return
    chart = FileChart(number, person, _facts(CoverageFacts, COVERAGE, read), public, care)
    people.setdefault(chart_number, []).append((values.get("position") or 0, chart))


#: What is wrong with a certificate's number whoever writes it; what is only missing may be missing in an old system.
_ODD = {
    OffCardProblem.CHECK_DIGIT: Problem.CHECK_DIGIT,
    OffCardProblem.NUMBER_LENGTH: Problem.NO_NUMBER,
    OffCardProblem.NOT_PUBLIC_EXPENSE: Problem.NO_NUMBER,
}


def _odd_numbers(
    row: int, columns: Sequence[Column], certificates: Iterable[PublicExpenseFacts | CareInsuranceFacts]
) -> Iterator[BadCell]:
    heads = {column.name: column.head for column in columns}
    for certificate in certificates:
        for name, problem in certificate.problems():
            if problem in _ODD:
                yield BadCell(row, heads[name], _ODD[problem])


def _facts(kind: type[F], columns: Sequence[Column], read: Mapping[Column, Any]) -> tuple[F, ...]:
    found = {column.name: read.get(column) for column in columns}
    return (kind(**found),) if any(value is not None for value in found.values()) else ()


def _together(rows: list[tuple[int, FileChart]]) -> FileChart:
    first = rows[0][1]
    ordered = sorted(rows, key=lambda each: each[0])
    return replace(
        first,
        coverages=tuple(facts for _, chart in ordered for facts in chart.coverages),
        public_expenses=tuple(facts for _, chart in rows for facts in chart.public_expenses),
        care_insurances=tuple(facts for _, chart in rows for facts in chart.care_insurances),
    )


def outcome_for(
    chart: FileChart,
    values: Mapping[str, Any] | None,
    coverages: Sequence[CoverageFacts],
    public_expenses: Sequence[PublicExpenseFacts] = (),
    care_insurances: Sequence[CareInsuranceFacts] = (),
) -> RowOutcome:
    """What a chart of the file is to the ledger; an empty cell of the file says nothing and is no difference."""
    if values is None:
        return RowOutcome.NEW
    people_agree = all(told is None or values.get(name) == told for name, told in chart.values.items())
    kinds: tuple[tuple[Sequence[_Facts], Sequence[_Facts]], ...] = (
        (chart.coverages, coverages),
        (chart.public_expenses, public_expenses),
        (chart.care_insurances, care_insurances),
    )
    if not people_agree or any(len(told) > len(held) for told, held in kinds):
        return RowOutcome.DIFFERS
    agree = all(_agrees(*pair) for told, held in kinds for pair in zip(told, held, strict=False))
    return RowOutcome.SAME if agree else RowOutcome.DIFFERS


def _agrees(told: _Facts, held: _Facts) -> bool:
    return all(getattr(told, each.name) in (None, getattr(held, each.name)) for each in fields(told))
