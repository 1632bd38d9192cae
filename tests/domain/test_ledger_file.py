"""A ledger goes out as a table and comes back the same; a bad cell is named by row and column, and stops nothing."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.paper import CERTIFIED, INTRACTABLE, LOCAL
from tests.people import SETTLED, TODAY

from otonai.domain.errors import Invalid
from otonai.domain.insurance import CoverageFacts, Relation, Sex
from otonai.domain.ledger_file import (
    HEADS,
    FileChart,
    RowOutcome,
    outcome_for,
    read_ledger,
    rows_of,
)
from otonai.domain.table_file import BadCell, Problem

PERSON = {
    "chart_number": SETTLED.chart_number, "name": SETTLED.name, "name_kana": SETTLED.name_kana, "sex": Sex.MALE,
    "birth_date": SETTLED.birth_date, "postal_code": None, "address": "見本都架空区1-1", "telephone": None,
}  # fmt: skip
NOW = CoverageFacts(insurer_number="39139993", card_number="00067890", contribution_ratio=10, relation=Relation.INSURED)
BEFORE = CoverageFacts(insurer_number="06139997", card_symbol="１２", card_number="３４", lost_on=date(2026, 3, 31))


def table(*rows: dict[str, str]) -> str:
    """A file as a spreadsheet saves it."""
    kept = io.StringIO()
    writer = csv.DictWriter(kept, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return kept.getvalue()


def row(**changed: str) -> dict[str, str]:
    """A good row, but for what is said."""
    return {"カルテ番号": "000128", "氏名": "資格　一郎", "生年月日": "1937-03-03", "性別": "男"} | changed


def written(values: dict[str, Any], *coverages: CoverageFacts) -> str:
    """What the export writes."""
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(HEADS)
    writer.writerows(rows_of(values, coverages))
    return kept.getvalue()


def test_what_is_written_comes_back_with_every_insurance_in_its_order() -> None:
    (chart,) = read_ledger(written(PERSON, NOW, BEFORE), TODAY).charts

    assert chart.values == PERSON
    assert chart.coverages == (NOW, BEFORE)


@pytest.mark.shows("S-062")
def test_public_expense_and_care_insurance_stand_in_columns_of_their_own_and_come_back() -> None:
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(HEADS)
    writer.writerows(rows_of(PERSON, (NOW,), (INTRACTABLE, LOCAL), (CERTIFIED,)))
    (chart,) = read_ledger(kept.getvalue(), TODAY).charts

    assert (chart.coverages, chart.public_expenses, chart.care_insurances) == (
        (NOW,), (INTRACTABLE, LOCAL), (CERTIFIED,),
    )  # fmt: skip
    assert outcome_for(chart, PERSON, (NOW,), (INTRACTABLE, LOCAL), (CERTIFIED,)) is RowOutcome.SAME
    assert outcome_for(chart, PERSON, (NOW,), (INTRACTABLE,), (CERTIFIED,)) is RowOutcome.DIFFERS


def test_a_person_without_an_insurance_is_one_row_and_comes_back_without_one() -> None:
    (chart,) = read_ledger(written(PERSON), TODAY).charts

    assert (chart.values, chart.coverages) == (PERSON, ())


@given(
    name=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=20),
    number=st.from_regex(r"[0-9]{1,11}", fullmatch=True),
    born=st.dates(date(1900, 1, 1), TODAY),
)
def test_whatever_a_person_is_called_they_come_back(name: str, number: str, born: date) -> None:
    person = PERSON | {"name": name.lstrip("'") or "名", "chart_number": number, "birth_date": born}
    (chart,) = read_ledger(written(person, NOW), TODAY).charts

    assert chart.values == person


@pytest.mark.parametrize("day", ["1937-03-03", "1937/3/3", "19370303", "1937年3月3日", "1937.03.03"])
def test_days_are_read_as_offices_write_them(day: str) -> None:
    assert read_ledger(table(row(生年月日=day)), TODAY).charts[0].values["birth_date"] == date(1937, 3, 3)


@pytest.mark.parametrize(
    ("changed", "column", "problem"),
    [
        ({"氏名": ""}, "氏名", Problem.MISSING),
        ({"カルテ番号": ""}, "カルテ番号", Problem.MISSING),
        ({"生年月日": "昭和12年"}, "生年月日", Problem.NO_DATE),
        ({"生年月日": "1937-02-30"}, "生年月日", Problem.NO_DATE),
        ({"生年月日": "2099-01-01"}, "生年月日", Problem.NO_DATE),
        ({"性別": "M"}, "性別", Problem.UNKNOWN_WORD),
        ({"氏名": "長" * 201}, "氏名", Problem.TOO_LONG),
        ({"住所": "123456789018"}, "住所", Problem.MY_NUMBER),
        ({"負担割合": "三割"}, "負担割合", Problem.NO_NUMBER),
    ],
)
def test_a_bad_cell_is_named_and_only_its_chart_is_left_out(
    changed: dict[str, str], column: str, problem: Problem
) -> None:
    filler = {"住所": "", "負担割合": ""}
    found = read_ledger(table(row(**filler, カルテ番号="000001"), row(**filler) | changed), TODAY)

    assert found.bad == [BadCell(3, column, problem)]
    assert [chart.chart_number for chart in found.charts] == ["000001"]


def test_one_number_for_two_people_is_a_problem_and_neither_is_taken() -> None:
    found = read_ledger(table(row(), row(氏名="別人　二郎")), TODAY)

    assert found.bad == [BadCell(3, "カルテ番号", Problem.ANOTHER_PERSON)]
    assert found.charts == []


@pytest.mark.parametrize("text", ["", "氏名,生年月日\r\n資格　一郎,1937-03-03\r\n", 'カルテ番号,"氏名\r\n', "<xml/>"])
def test_what_is_no_table_of_people_is_refused_whole(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_ledger(text, TODAY)
    assert refused.value.code == "ledger_file_unreadable"


@pytest.mark.parametrize(
    ("told", "coverages", "outcome"),
    [
        ({}, (NOW,), RowOutcome.SAME),
        ({"address": None}, (), RowOutcome.SAME),
        ({"address": "見本都架空区9-9"}, (NOW,), RowOutcome.DIFFERS),
        ({}, (BEFORE,), RowOutcome.DIFFERS),
        ({}, (NOW, BEFORE), RowOutcome.DIFFERS),
    ],
    ids=["equal", "the file says less", "another address", "another insurance", "the file knows more"],
)
def test_a_chart_that_is_there_is_the_same_or_differs(
    told: dict[str, Any], coverages: tuple[CoverageFacts, ...], outcome: RowOutcome
) -> None:
    assert outcome_for(FileChart(2, PERSON | told, coverages), PERSON, [NOW]) is outcome


def test_a_chart_that_is_not_there_is_new() -> None:
    assert outcome_for(FileChart(2, PERSON), None, ()) is RowOutcome.NEW


@pytest.mark.shows("S-062")
@pytest.mark.parametrize(
    ("cells", "bad"),
    [
        ({"公費負担者番号": "54139994", "公費受給者番号": "1234566"}, ("公費負担者番号", "check_digit")),
        ({"公費負担者番号": "54139993", "公費受給者番号": "1234567"}, ("公費受給者番号", "check_digit")),
        ({"公費負担者番号": "5413", "公費受給者番号": "1234566"}, ("公費負担者番号", "no_number")),
        ({"公費負担者番号": "39139993", "公費受給者番号": "1234566"}, ("公費負担者番号", "no_number")),
        ({"介護保険者番号": "139997", "介護被保険者番号": "0000012345"}, ("介護保険者番号", "check_digit")),
    ],
)  # fmt: skip
def test_a_certificate_of_a_file_is_looked_at_like_a_typed_one(cells: dict[str, str], bad: tuple[str, str]) -> None:
    person = {"カルテ番号": "1", "氏名": "公費　花子", "生年月日": "1950-01-02"}
    other = {"カルテ番号": "2", "氏名": "公費　太郎", "生年月日": "1950-01-03"}
    blank = dict.fromkeys(cells, "")
    read = read_ledger(table(person | cells, other | blank), TODAY)
    assert [chart.chart_number for chart in read.charts] == ["2"]
    assert [(cell.row, cell.column, cell.problem.value) for cell in read.bad] == [(2, *bad)]
