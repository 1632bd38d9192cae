"""The API's contract is current and complete: every body has a schema, every schema an example that fits it."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from tests.guards.source import BACKEND

from otonai.api.models import care, common, ledger, people
from otonai.cli import openapi_text

#: Bases of other models, never sent by themselves.
BASES = {"In", "Out", "PageQuery", "FieldProblem"}
MODELS = [
    model
    for module in (common, people, ledger, care)
    for _, model in inspect.getmembers(module, inspect.isclass)
    if issubclass(model, BaseModel) and model.__module__ == module.__name__ and model.__name__ not in BASES
]
DOCUMENT: dict[str, Any] = json.loads((BACKEND / "openapi.json").read_text(encoding="utf-8"))


def test_the_document_in_the_repository_is_the_servers_own() -> None:
    assert (BACKEND / "openapi.json").read_text(encoding="utf-8") == openapi_text()


@pytest.mark.parametrize("model", [m for m in MODELS if not m.__name__.endswith("Query")], ids=lambda m: m.__name__)
def test_every_model_has_an_example_and_the_example_fits(model: type[BaseModel]) -> None:
    model.model_validate(common.example_of(model))


def test_every_body_and_answer_of_the_document_has_an_example() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    silent = {name for name in _references(DOCUMENT["paths"]) if not schemas[name].get("examples")}
    assert silent == set()


def test_every_act_says_what_it_takes() -> None:
    """Acts without a body of their own take an empty object, so that nothing can be slipped in."""
    bare = [
        f"{method} {path}"
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
        if method in ("post", "put", "patch") and "requestBody" not in operation
    ]
    assert bare == ["post /api/live/ticket"]


def test_every_error_is_told_as_problem_details() -> None:
    answers = DOCUMENT["components"]["responses"]
    kinds = {kind for answer in answers.values() for kind in answer["content"]}
    assert kinds == {"application/problem+json"}
    assert set(_references(answers)) == {"Problem"}
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                assert "default" in operation["responses"], f"{method} {path}"


@pytest.mark.shows("S-183")
def test_no_model_has_a_place_for_a_my_number_or_the_cards_pin() -> None:
    fields = {name for model in MODELS for name in model.model_fields}
    assert not {f for f in fields if "my_number" in f or "individual_number" in f or "card_pin" in f}


def _references(of: Any) -> Iterator[str]:
    if isinstance(of, dict):
        for key, value in of.items():
            if key == "$ref" and "/schemas/" in value:
                yield value.rsplit("/", 1)[1]
            else:
                yield from _references(value)
    elif isinstance(of, list):
        for each in of:
            yield from _references(each)


@pytest.mark.shows("F44")
def test_every_operation_says_what_its_callers_show() -> None:
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert (schemes["DPoP"]["type"], schemes["DPoP"]["scheme"]) == ("http", "dpop")
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in ((m, o) for m, o in methods.items() if m != "parameters"):
            for entry in operation["security"]:
                assert set(entry) <= set(schemes), f"{method} {path}"
                assert ("DPoP" in entry) is ("proof" in entry), f"{method} {path}: a device's token needs its proof"
    for path in ("jobs", "files", "heartbeat"):
        (operation,) = DOCUMENT["paths"][f"/api/bridge/{path}"].values()
        assert operation["security"] == [{"DPoP": [], "proof": []}]
    assert "bearer" not in json.dumps(schemes).lower()
