"""Nothing can be slipped into a body: fields that only the server sets are refused on every act, and change nothing.

The published document is the list of acts, so that one that is added later is tried too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine
from sqlmodel import SQLModel
from tests.api.conftest import app, pages  # noqa: F401 -- fixtures
from tests.api.server import Server
from tests.databases import Databases
from tests.guards.source import BACKEND

pytestmark = pytest.mark.shows("F43")

DOCUMENT: dict[str, Any] = json.loads((BACKEND / "openapi.json").read_text(encoding="utf-8"))
#: Every column of every table, and what an attacker would guess beside.
COLUMNS = sorted({c.name for t in SQLModel.metadata.sorted_tables for c in t.columns} | {"verified", "is_admin"})


def _acts() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}) if method != "parameters" else {}
            if "application/json" in content:
                yield method.upper(), path, _resolved(content["application/json"]["schema"])


def _resolved(shape: dict[str, Any]) -> dict[str, Any]:
    name = str(shape.get("$ref", "")).rsplit("/", 1)[-1]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name] if name else shape
    return found


ACTS = list(_acts())


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[Engine]:
    """One database for all acts: nothing here may change it."""
    engine, remove = databases.fresh("sqlite")
    yield engine
    remove()


@pytest.fixture(scope="module")
def server(app: Any, database: Engine) -> Server:  # noqa: F811 -- a fixture
    """The application over it."""
    app.extensions["otonai"].engine = database
    return Server(app, database)


def test_there_are_acts_to_try() -> None:
    assert len(ACTS) > 30


@pytest.mark.parametrize(("method", "path", "shape"), ACTS, ids=lambda v: v if isinstance(v, str) else "")
def test_every_body_is_closed(method: str, path: str, shape: dict[str, Any]) -> None:
    assert shape.get("additionalProperties") is False, f"{method} {path}"


def test_no_column_can_be_slipped_into_an_act_of_the_administrator(server: Server) -> None:
    """Bodies that fit, with one field more: refused before anything is looked up."""
    admin, let_in, tried = server.admin(), [], 0
    for method, path, shape in ACTS:
        if path.startswith(("/api/session", "/api/policy-reports")):
            continue
        address = "/".join(_part(part) for part in path.split("/"))
        bare = admin.ask(method, address, shape["examples"][0] | {"nothing_of_this_name": 1})
        if bare.status_code != 422:  # not the administrator's: a tablet's or bridge's, refused at the door
            assert bare.status_code in (401, 403), f"{method} {path} {bare.status_code}"
            continue
        slipped_in = {column: str(uuid4()) for column in COLUMNS if column not in shape.get("properties", {})}
        answer = admin.ask(method, address, shape["examples"][0] | slipped_in)
        named = {each["path"] for each in json.loads(answer.data).get("errors", [])}
        for column in sorted(slipped_in.keys() - named):  # one that the refusal does not name is tried by itself
            alone = admin.ask(method, address, shape["examples"][0] | {column: "x"})
            let_in += [f"{method} {path} {column}"] if alone.status_code != 422 else []
        tried += len(slipped_in)
    assert let_in == []
    assert tried > 1000


def _part(part: str) -> str:
    if not part.startswith("{"):
        return part
    return "BDFH-KMPR" if part == "{user_code}" else str(uuid4())
