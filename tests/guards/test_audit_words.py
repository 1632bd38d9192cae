"""Everything that the audit trail says is a word of the domain, and the administrator reads it in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.guards.source import BACKEND, ROOT, package_files, tree

from otonai.domain.access import Role, TryOutcome
from otonai.domain.audit import SEEN, VIEWINGS, Action, kind_of
from otonai.domain.cadence import RequestState, Trigger
from otonai.domain.card_reading import CardOutcome
from otonai.domain.consent import ConsentKind
from otonai.domain.devices import RefreshOutcome, StopReason
from otonai.domain.entry import CARRIED_KINDS, EntryKind
from otonai.domain.factors import Stage
from otonai.domain.retry import TEMPORARY
from otonai.flow.break_glass import SealState
from otonai.flow.sign_in import KnockOutcome

WRITERS = {"write_event", "Told"}


def _written() -> Iterator[tuple[str, ast.expr]]:
    """Every action that is handed to the trail, with where."""
    for path in package_files("otonai"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in WRITERS:
                where = f"{path.relative_to(BACKEND)}:{node.lineno}"
                named = [k.value for k in node.keywords if k.arg == "action"]
                yield from ((where, value) for value in named or node.args[:1])


def _texts(value: ast.expr) -> Iterator[str]:
    for part in ast.walk(value):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def test_what_is_written_are_words_of_the_domain() -> None:
    known = {action.value for action in Action}
    found = 0
    for where, value in _written():
        if isinstance(value, ast.JoinedStr):
            parts = [part.strip("_") for part in _texts(value) if part.strip("_")]
            assert all(any(part in word for word in known) for part in parts), where
        elif isinstance(value, ast.Constant):
            assert value.value in known, f"{where} writes {value.value!r}, which is no Action"
        elif isinstance(value, ast.IfExp):
            assert {str(b.value) for b in (value.body, value.orelse) if isinstance(b, ast.Constant)} <= known, where
        found += 1
    assert found > 40


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if kind is not EntryKind.MEDICAL_OPENED])
def test_what_a_tablet_tells_is_a_word_of_the_trail(kind: EntryKind) -> None:
    assert Action(kind.value)


@pytest.mark.parametrize("kind", sorted(CARRIED_KINDS))
def test_a_look_at_what_a_tablet_carries_is_the_same_word_as_any_other_look(kind: ConsentKind) -> None:
    assert Action(f"{kind.value}_viewed") in VIEWINGS


@pytest.mark.parametrize("file", ["audit.ts", "audit-en.ts"])
def test_every_action_can_be_read(file: str) -> None:
    text = (ROOT / "pwa" / "src" / "text" / file).read_text(encoding="utf-8")
    assert [action.value for action in Action if f'"action.{action.value}":' not in text] == []
    assert [outcome for outcome in SEEN if f'"outcome.{outcome}":' not in text] == []
    assert [a for a in VIEWINGS if f'"kind.{kind_of(a)}":' not in text] == []


def test_both_languages_say_the_same_things() -> None:
    folder = ROOT / "pwa" / "src" / "text"
    both = [(folder / file).read_text(encoding="utf-8").splitlines() for file in ("audit.ts", "audit-en.ts")]
    keys = [{line.split(":")[0].strip() for line in lines if line.startswith("  ") and ":" in line} for lines in both]
    told = [{key for key in each if key.startswith(('"action.', '"outcome.', '"kind.', '"who.'))} for each in keys]
    assert told[0] == told[1]


#: What flows write as an outcome by these enums; a silent state of each is written nowhere.
ENUMS = (Role, TryOutcome, Stage, KnockOutcome, SealState, StopReason, CardOutcome, Trigger)
NEVER_AN_OUTCOME = {RequestState.REQUESTED.value, RefreshOutcome.RENEWED.value, RefreshOutcome.ANSWER_LOST.value}


def _outcomes() -> set[str]:
    """Every outcome that the trail can hold by name: written out, or a value of the enums of its writers."""
    written = {
        text
        for path in package_files("otonai")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "write_event"
        for keyword in node.keywords
        if keyword.arg == "outcome" and isinstance(keyword.value, ast.Constant | ast.IfExp)
        for text in _branches(keyword.value)
    }
    named = {member.value for enum in ENUMS for member in enum}
    states = {member.value for enum in (RequestState, RefreshOutcome) for member in enum} - NEVER_AN_OUTCOME
    return written | named | states | TEMPORARY


def _branches(value: ast.expr) -> Iterator[str]:
    parts = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
    yield from (
        part.value
        for part in parts
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and "=" not in part.value
    )


@pytest.mark.parametrize("file", ["audit.ts", "audit-en.ts"])
def test_every_outcome_that_a_screen_shows_has_its_words(file: str) -> None:
    text = (ROOT / "pwa" / "src" / "text" / file).read_text(encoding="utf-8")
    outcomes = _outcomes()
    assert "reception_expired" in outcomes
    assert sorted(outcome for outcome in outcomes if f'"outcome.{outcome}":' not in text) == []
