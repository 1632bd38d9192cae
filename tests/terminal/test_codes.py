"""Code tables: Japanese labels for what is known, the code itself for what is not."""

from __future__ import annotations

import pytest

from otonai.domain.consent import ConsentFlag
from otonai.domain.eligibility import FileOutcome, PersonOutcome
from otonai.terminal import codes


@pytest.mark.parametrize(
    ("table", "code", "label"),
    [
        ("OQSCD006", "3", "無効（新しい資格あり）"),
        ("OQSCD008", "03", "医療保険等の資格取得"),
        ("OQSCD010", "A1", "医療扶助"),
        ("OQSCD012", "B10", "一般Ⅰ"),
        ("OQSCD017", "2", "紙の処方箋"),
        ("OQSCD028", "2", "訪問診療等"),
        ("OQSCD012", "C99", "C99"),
        ("OQSCD999", "1", "1"),
        ("OQSCD006", None, None),
    ],
)
def test_a_code_has_the_clinics_word_and_an_unknown_one_stays_itself(
    table: str, code: str | None, label: str | None
) -> None:
    assert codes.label(table, code) == label


def test_no_code_raises_and_an_unknown_one_has_a_word_of_its_own() -> None:
    assert codes.file_outcome(None) is FileOutcome.UNSTATED
    assert codes.file_outcome("3") is FileOutcome.UNKNOWN
    assert codes.person_outcome("3") is PersonOutcome.UNKNOWN
    assert codes.consent_flag("3") is ConsentFlag.UNOBTAINABLE
    assert codes.consent_flag("4") is ConsentFlag.UNKNOWN
    assert codes.relation("3") is None
    assert codes.prescription_form("3") is None


def test_every_table_whose_words_are_public_is_there() -> None:
    without_words = {37} | set(range(40, 45))

    assert set(codes.TABLES) == {f"OQSCD{number:03d}" for number in range(1, 40) if number not in without_words}
    assert all(label.strip() for table in codes.TABLES.values() for label in table.values())


@pytest.mark.parametrize(
    ("code", "kind"), [("49", "diagnosis"), ("50", "operation"), ("54", "operation"), (None, "diagnosis")]
)
def test_an_operation_is_known_by_its_class(code: str | None, kind: str) -> None:
    assert codes.treatment_kind(code) == kind
