"""Patient data does not print: no log line and no print takes a field of a person, and no value shows itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from tests.guards.source import PACKAGES, package_files, told, tree

from otonai.domain import eligibility, insurance, medical, patient

#: Fields that tell who somebody is. `name` alone is too common a word; it counts on the holders below.
TELLING = {
    *("name_kana", "name_other", "name_other_kana", "birth_date", "address", "postal_code", "telephone"),
    *("card_symbol", "card_number", "insured_name", "reference_number", "drug_name", "password", "pin", "totp_secret"),
}
HOLDERS = {"patient", "person", "record", "chart", "subject", "people", "someone"}
LOGGING = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"log", "logger", "_log", "_logger", "logging", "LOG", "LOGGER", "app.logger", "current_app.logger"}
#: The only places that write to a person's terminal.
SPEAKERS = {"cli.py", "__main__.py", "stage.py", "clinic_day.py"}


def told_calls(module: ast.Module) -> Iterator[ast.Call]:
    """Calls that end in a log or on a terminal."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Attribute) and node.func.attr in LOGGING:
            if ast.unparse(node.func.value) in LOGGERS:
                yield node
        elif isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node


def tells(node: ast.AST) -> bool:
    """Whether an argument reads a field that tells who somebody is."""
    if isinstance(node, ast.Attribute):
        return node.attr in TELLING or (
            node.attr == "name" and isinstance(node.value, ast.Name) and node.value.id in HOLDERS
        )
    if isinstance(node, ast.Name):
        return node.id in TELLING
    return isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and node.slice.value in TELLING


def leaks(source: ast.Module) -> list[int]:
    """Line numbers of calls that would tell."""
    return [
        call.lineno
        for call in told_calls(source)
        if any(tells(part) for arg in [*call.args, *[k.value for k in call.keywords]] for part in ast.walk(arg))
    ]


@pytest.mark.parametrize("package", ["otonai", "otonai_bridge"])
def test_no_log_line_takes_a_field_of_a_person(package: str) -> None:
    found = {told(path): lines for path in package_files(package) if (lines := leaks(tree(path)))}
    assert found == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_only_commands_print(package: str) -> None:
    found = {
        told(path): lines
        for path in package_files(package)
        if path.name not in SPEAKERS
        and (lines := [c.lineno for c in told_calls(tree(path)) if ast.unparse(c.func) == "print"])
    }
    assert found == {}


@pytest.mark.parametrize(
    ("line", "leaking"),
    [
        ("log.info('matched %s', patient.id)", False),
        ("log.info('matched %s', patient.name)", True),
        ("log.warning(f'odd {record.birth_date}')", True),
        ("print(row['name_kana'])", True),
        ("logger.info('took %s', path.name)", False),
        ("log.error('x', extra={'a': chart.address})", True),
    ],
)
def test_this_guard_sees_what_it_should(line: str, leaking: bool) -> None:
    assert bool(leaks(ast.parse(line))) is leaking


def test_no_value_about_a_person_shows_its_fields() -> None:
    loud = [
        f"{module.__name__}.{kind.__name__}"
        for module in (patient, eligibility, insurance, medical)
        for kind in vars(module).values()
        if isinstance(kind, type)
        and is_dataclass(kind)
        and kind.__module__ == module.__name__
        and {f.name for f in fields(kind)} & (TELLING | {"name"}) - {"name" if kind.__name__ in NAMELESS else ""}
        and kind.__dataclass_params__.repr  # type: ignore[attr-defined]
    ]
    assert loud == []


#: Their `name` is a hospital's, a pharmacy's or a test's.
NAMELESS = {"Institution", "CheckupItem"}
