"""Which requirements of ASVS 5.0.0 are answered, by which tests or for which reason, found without running anything.

`backend/docs/asvs.toml` is the answer, `asvs-ids.csv` the published list of ids. Run as a module it prints what is
wrong with the answer and which requirements are still open, and fails when anything is wrong; `run.py check` calls it.
"""

from __future__ import annotations

import ast
import csv
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from tests.guards.shown_ids import known_ids, shown_ids
from tests.guards.source import BACKEND, ROOT, tree

ANSWERS = BACKEND / "docs" / "asvs.toml"
PUBLISHED = BACKEND / "docs" / "asvs-ids.csv"
#: Beyond levels 1 and 2: what a product that carries medical data out of the building takes on as well (SEC-02).
TAKEN_ON = (
    "V1.2.10", "V3.4.7", "V3.4.8", "V4.1.4", "V6.4.6", "V6.5.6", "V8.3.2", "V11.3.4", "V14.2.6", "V14.2.7", "V15.4.2",
    "V16.5.4",
)  # fmt: skip
SHORTEST_REASON = 25


@dataclass(frozen=True, slots=True)
class Answer:
    """One requirement in our words, with the tests that show it, and what no test can show."""

    id: str
    means: str
    shown: tuple[str, ...]
    why: str

    @property
    def open(self) -> bool:
        """Whether the product does not fulfil it yet, and says so."""
        return re.search(r"\bOpen\b", self.why) is not None


def published() -> dict[str, int]:
    """Level of every id that applies to a product without OAuth for strangers and without WebRTC."""
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return {row["id"]: int(row["level"]) for row in csv.DictReader(file) if row["applies"] == "yes"}


def wanted() -> list[str]:
    """Every id that must be answered, in the published order."""
    levels = published()
    return [name for name, level in levels.items() if level <= 2 or name in TAKEN_ON]


def answers() -> dict[str, Answer]:
    """What we answer."""
    told = tomllib.loads(ANSWERS.read_text(encoding="utf-8"))
    return {
        name: Answer(name, row["means"], tuple(row.get("shown", ())), row.get("why", ""))
        for chapter in told.values()
        for name, row in chapter.items()
    }


def wrong() -> Iterator[str]:
    """Everything that is wrong with the answers, one line each."""
    given, must = answers(), wanted()
    yield from (f"{name}: not answered" for name in must if name not in given)
    yield from (f"{name}: not an id of levels 1 and 2, nor taken on" for name in given if name not in must)
    for answer in given.values():
        if not 3 <= len(answer.means.split()) <= 30:
            yield f"{answer.id}: say in one line what it means"
        if not answer.shown and len(answer.why) < SHORTEST_REASON:
            yield f"{answer.id}: neither a test nor a reason"
        yield from (f"{answer.id}: {name} does not exist" for name in answer.shown if not exists(name))


def exists(name: str) -> bool:
    """Whether a test of this name is there.

    `tests/…py::name`, `pwa/…test.ts::words of a title`, a place in a document (`….md::words`), or an S- or F-id that
    some test carries.
    """
    if re.fullmatch(r"S-\d{3}|F\d{2}", name):
        return name in known_ids() and name in _shown()
    path, _, rest = name.partition("::")
    file = ROOT / path
    if not rest or not file.is_file():
        return False
    if file.suffix == ".py":
        return any(isinstance(node, ast.FunctionDef) and node.name == rest for node in tree(file).body)
    return " ".join(rest.split()) in " ".join(file.read_text(encoding="utf-8").split())


@cache
def _shown() -> frozenset[str]:
    return frozenset(shown_ids())


def main() -> int:
    """Print what is wrong, what is open, and how many are shown by a test or told by a reason."""
    given = answers()
    for answer in given.values():
        if answer.open:
            print(f"  {answer.id}  {answer.means}: {answer.why}")
    found = list(wrong())
    for line in found:
        print(f"  WRONG {line}")
    still = sum(answer.open for answer in given.values())
    tested = sum(bool(answer.shown) and not answer.open for answer in given.values())
    reasons = len(given) - tested - still
    print(
        f"ASVS 5.0.0: of {len(wanted())} requirements {tested} by tests, {reasons} by a reason, {still} open (above)."
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
