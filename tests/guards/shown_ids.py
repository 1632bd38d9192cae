"""Which requirement and fault ids a test shows, found without running anything.

Python tests carry `@pytest.mark.shows("S-042", "F07")`, Vitest titles carry `[S-042]` or `[S-042, F07]`.
Run as a module it lists what no test shows; `run.py check` prints that list. It never fails for a gap.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from pathlib import Path

from tests.guards.source import ROOT, files, told, tree

ID_LIST = ROOT / "backend" / "docs" / "requirement-ids.txt"
_ID = r"(?:S-\d+|F\d+)"
_IN_TITLE = re.compile(rf"\[({_ID}(?:[,\s]+{_ID})*)\]")


def known_ids() -> dict[str, str]:
    """Every id with its few words, in the order of the list."""
    rows = (line.split(" ", 1) for line in ID_LIST.read_text(encoding="utf-8").splitlines() if line[:1] in ("S", "F"))
    return {name: words.strip() for name, words in rows}


def shown_ids() -> dict[str, set[str]]:
    """Every id that some test claims, with the files that do."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in files(ROOT / "tests", suffixes=(".py",)):
        for name in _in_python(path):
            found[name].add(told(path))
    for path in files(ROOT / "pwa", suffixes=(".test.ts", ".test.tsx")):
        for group in _IN_TITLE.findall(path.read_text(encoding="utf-8")):
            for name in re.findall(_ID, group):
                found[name].add(told(path))
    return found


def _in_python(path: Path) -> list[str]:
    calls = [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.shows"
    ]
    # An id that is computed cannot be found by reading; it comes back as its source text and is then unknown.
    return [
        str(arg.value) if isinstance(arg, ast.Constant) else ast.unparse(arg) for call in calls for arg in call.args
    ]


def main() -> int:
    """Print the ids that no test shows, with their words, and the count of those shown."""
    known, shown = known_ids(), shown_ids()
    missing = [name for name in known if name not in shown]
    for name in missing:
        print(f"  {name}  {known[name]}")
    print(f"{len(known) - len(missing)} of {len(known)} ids are shown by a test; the {len(missing)} above are not.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
