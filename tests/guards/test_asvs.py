"""The table of ASVS requirements is complete, and every test that it names exists."""

from __future__ import annotations

import pytest
from tests.guards import asvs
from tests.guards.source import BACKEND

DOCUMENT = (BACKEND / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_requirement_of_levels_one_and_two_is_answered() -> None:
    assert list(asvs.wrong()) == []


def test_the_published_list_is_whole() -> None:
    levels = asvs.published()
    assert sum(level <= 2 for level in levels.values()) == 217
    assert len(asvs.TAKEN_ON) == 12
    assert all(levels[name] == 3 for name in asvs.TAKEN_ON)
    assert not [name for name in levels if name.startswith(("V10.", "V17."))]


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("tests/guards/test_asvs.py::test_the_published_list_is_whole", True),
        ("tests/guards/test_asvs.py::test_that_nobody_wrote", False),
        ("tests/guards/nothing.py::test_the_published_list_is_whole", False),
        ("tests/guards/test_asvs.py", False),
        ("backend/docs/security.md::## 5. OWASP ASVS 5.0.0", True),
        ("backend/docs/security.md::words that stand nowhere", False),
        ("F45", True),
        ("F99", False),
        ("S-999", False),
    ],
)
def test_this_guard_knows_a_test_that_exists(name: str, there: bool) -> None:
    assert asvs.exists(name) is there


def test_the_security_document_names_every_deviation_of_the_table() -> None:
    deviating = [answer.id for answer in asvs.answers().values() if "Deviation" in answer.why]
    assert deviating
    assert [name for name in deviating if name not in DOCUMENT] == []


def test_the_security_document_names_what_is_open() -> None:
    still = [answer.id for answer in asvs.answers().values() if answer.open]
    assert [name for name in still if name not in DOCUMENT] == []
