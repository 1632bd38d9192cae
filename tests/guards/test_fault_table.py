"""`backend/docs/faults.md` says what becomes of every fault and which tests show it; here it is kept from lying."""

from __future__ import annotations

import re

from tests.guards.shown_ids import known_ids, shown_ids
from tests.guards.source import ROOT

TABLE = ROOT / "backend" / "docs" / "faults.md"
NONE_YET = "**no test yet**"
_ROW = re.compile(r"^\| (F\d{2}) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, str, str]]:
    """Fault, what happens, and the tests as they stand there, by id."""
    found = _ROW.findall(TABLE.read_text(encoding="utf-8"))
    assert len({name for name, *_ in found}) == len(found), "an id stands there twice"
    return {name: (fault, happens, tests) for name, fault, happens, tests in found}


def test_every_fault_has_its_row_and_its_name() -> None:
    faults = {name: words for name, words in known_ids().items() if name.startswith("F")}
    assert {name: fault for name, (fault, _, _) in rows().items()} == faults


def test_each_row_names_exactly_the_tests_that_carry_its_id() -> None:
    carried = {name: sorted(where) for name, where in shown_ids().items()}
    wrong = {}
    for name, (_, _, tests) in rows().items():
        right = ", ".join(f"`{each}`" for each in carried.get(name, [])) or NONE_YET
        if tests != right:
            wrong[name] = right
    assert wrong == {}, "write these into the last column"
