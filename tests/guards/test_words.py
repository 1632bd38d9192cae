"""Names and words: a docstring for every module, the field's terms, nothing of the machine it was written on."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.guards.source import BACKEND, ROOT, files, package_files, python_files, told, tree

WRITTEN = (".py", ".ts", ".tsx", ".css", ".html", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".example")
#: Japanese words of the field in Latin letters; the glossary has the English term for each.
ROMAJI = re.compile(
    r"(?:^|_)(?:kanja|hoken|hokensha|shikaku|doui|douisho|houmon|shinryo|genbo|shoukai|kigou|kigo|bangou|bango|edaban|"
    r"shimei|seinengappi|juusho|jusho|kaigo|kouhi|kenshin|yakuzai|oushin|insatsu|kakunin|shinsei|jouhou|kekka|touroku)(?:_|$)"
)
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}


@pytest.mark.parametrize("path", python_files(), ids=told)
def test_every_module_says_its_duty(path: Path) -> None:
    docstring = ast.get_docstring(tree(path))
    assert docstring, "begin the file with one sentence: what it does, and what it does not"


def public_definitions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public classes and functions of a module, and the public methods of those classes."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                yield from public_definitions(node.body)


def test_every_rule_says_what_it_decides() -> None:
    silent = [
        f"{told(path)}:{node.lineno} {node.name}"
        for path in package_files("otonai")
        if path.parent.name in {"domain", "flow"}
        for node in public_definitions(tree(path).body)
        if not ast.get_docstring(node)
    ]
    assert silent == []


def names_in(path: Path) -> Iterator[tuple[str, int]]:
    """Every name that a file introduces."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def snake(name: str) -> str:
    """CamelCase taken apart."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def test_names_are_the_fields_english_terms() -> None:
    wrong = [
        f"{told(path)}:{line} {name}"
        for path in python_files()
        for name, line in names_in(path)
        if ROMAJI.search(snake(name))
    ]
    paths = [*files(BACKEND, ROOT / "pwa", ROOT / "tests", ROOT / "deploy", suffixes=WRITTEN)]
    wrong += [told(path) for path in paths if ROMAJI.search(snake(path.stem).replace("-", "_"))]
    assert wrong == []


def test_no_file_or_class_has_an_empty_name() -> None:
    paths = [*files(BACKEND, ROOT / "pwa", ROOT / "tests", suffixes=(".py", ".ts", ".tsx"))]
    wrong = [told(path) for path in paths if path.stem.lower() in EMPTY_WORDS or path.parent.name in EMPTY_WORDS]
    wrong += [
        f"{told(path)}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and snake(node.name).split("_")[-1] in EMPTY_WORDS
    ]
    assert wrong == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    machine = re.compile(r"(?:^|[^\w.-])/(?:work|farm|root)/[A-Za-z]")
    folders = (BACKEND, ROOT / "pwa", ROOT / "tests", ROOT / "deploy")
    top = [path for path in ROOT.iterdir() if path.suffix in WRITTEN or path.name in {".gitignore", "LICENSE"}]
    wrong = [
        f"{told(path)}:{number}"
        for path in [*top, *files(*folders, suffixes=WRITTEN)]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if machine.search(line)
    ]
    assert wrong == []


def test_the_glossary_defines_the_words_the_code_uses() -> None:
    glossary = (BACKEND / "docs" / "glossary.md").read_text(encoding="utf-8")
    starters = ["consent", "eligibility", "terminal", "reference_number", "insurer_number", "card_symbol"]
    starters += ["card_number", "branch_number", "home_visit", "house_call", "ledger", "tablet_pin", "card_pin"]
    assert [word for word in starters if f"`{word}`" not in glossary] == []


def test_the_changelog_speaks_to_clinics() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## ", changelog, re.MULTILINE)
    assert re.search(r"^- \S", changelog, re.MULTILINE)
