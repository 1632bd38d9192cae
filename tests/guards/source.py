"""The source as the guards see it: which files there are, and what they import. Looks; judges nothing."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BACKEND = ROOT / "backend"
PACKAGES = ("otonai", "otonai_bridge", "otonai_simulator")
NOT_OURS = {"node_modules", "dist", "dev-dist", "__pycache__", "coverage", ".venv", ".otonai", ".git"}


def files(*folders: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Every file of these kinds that a person wrote, in a fixed order."""
    for start in folders:
        for folder, names, found in os.walk(start):
            names[:] = sorted(name for name in names if name not in NOT_OURS and not name.startswith("."))
            yield from (Path(folder) / name for name in sorted(found) if name.endswith(suffixes))


def python_files() -> list[Path]:
    """All Python of the product and its tests."""
    return [ROOT / "run.py", *files(BACKEND, ROOT / "tests", suffixes=(".py",))]


def package_files(package: str) -> list[Path]:
    """All Python of one of the three packages."""
    return list(files(BACKEND / package, suffixes=(".py",)))


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def told(path: Path) -> str:
    """The path as a failing test shows it."""
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Import:
    """One import: the full dotted name of what is imported, and where."""

    module: str
    line: int


def imports(path: Path) -> Iterator[Import]:
    """Every import of a backend file, relative ones resolved, those inside functions too."""
    parts = path.relative_to(BACKEND).with_suffix("").parts
    package = parts[:-1]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(f"{module}.{alias.name}", node.lineno)
