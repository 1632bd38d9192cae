"""The published contract, played against the server by Schemathesis: no input makes an error of ours.

Every operation of the document gets generated input, fitting and not, from whoever may call it. What comes back is an
answer that the document knows, in the shape it promises; 500 is never one. Half of the cases name a chart, a row and
a device that exist, because those lead further than invented ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import Engine
from tests import people
from tests.api.server import Device, Server, Somebody, told
from tests.api.terminal import Terminal
from tests.api.test_ledger import typed
from tests.databases import Databases
from tests.guards.source import BACKEND
from tests.people import SETTLED, TURNED_75, record_of

# A browser's report is JSON under a name of its own.
schemathesis.serializer.alias("application/csp-report", "application/json")
SCHEMA = schemathesis.openapi.from_path(str(BACKEND / "openapi.json"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
#: Those with something that can fail to fit.
TAKING = [o for o in OPERATIONS if list(o.body) or list(o.query)]


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[Engine]:
    """One database for all operations; what they leave in it is part of the play."""
    engine, remove = databases.fresh("sqlite")
    yield engine
    remove()


@pytest.fixture(scope="module")
def played(app: Flask, database: Engine) -> Server:
    """The application over it."""
    app.extensions["otonai"].engine = database
    return Server(app, database)


@pytest.fixture(scope="module")
def known(played: Server) -> dict[str, str]:
    """Ids that exist, by the name of the path's part."""
    admin = played.admin()
    played.add(people.NURSE)
    terminal = Terminal(played)
    chart = told(admin.post("/api/patients", typed(SETTLED)), 201)
    told(admin.patch(f"/api/patients/{chart['id']}", {"telephone": "000-1", "base_version": chart["version"]}))
    (row,) = terminal.bring_list(admin, record_of(TURNED_75))
    body = {"patient_id": chart["id"], "planned_at": "2026-07-14T05:00:00Z", "visit_type": "home_visit"}
    return {
        "patient_id": chart["id"],
        "consented_id": row["id"],
        "change_id": told(admin.get(f"/api/patients/{chart['id']}/history"))["items"][0]["id"],
        "visit_id": told(admin.post("/api/visits", body), 201)["id"],
        "device_id": str(terminal.bridge.id),
    }


def test_every_operation_is_played() -> None:
    assert len(OPERATIONS) > 40


@pytest.mark.prove("contract")
@pytest.mark.shows("F54")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.label)
def test_no_input_that_fits_makes_an_error_of_ours(
    played: Server, known: dict[str, str], operation: Any, sized: Callable[[int, int], int]
) -> None:
    _play(played, known, operation, GenerationMode.POSITIVE, sized(12, 400))


@pytest.mark.prove("contract")
@pytest.mark.shows("F54")
@pytest.mark.parametrize("operation", TAKING, ids=lambda o: o.label)
def test_no_input_that_does_not_fit_makes_an_error_of_ours(
    played: Server, known: dict[str, str], operation: Any, sized: Callable[[int, int], int]
) -> None:
    _play(played, known, operation, GenerationMode.NEGATIVE, sized(12, 400))


def _play(server: Server, known: dict[str, str], operation: Any, mode: GenerationMode, examples: int) -> None:
    somebody = _caller(server, operation.path)
    cookie = somebody.client.get_cookie("otonai_session", path="/")

    @seed(20260714)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode), existing=st.booleans())
    def play(case: Any, existing: bool) -> None:
        if existing:
            case.path_parameters.update({name: known[name] for name in case.path_parameters or {} if name in known})
        headers = somebody.headers | {"Accept-Encoding": "identity"}  # nobody unpacks on this way
        if isinstance(somebody, Device):
            headers = headers | somebody.credentials(case.method, unquote(case.formatted_path))
        answer = case.call(
            app=server.app, headers=headers, cookies={"otonai_session": cookie.value} if cookie else None
        )
        case.validate_response(answer, checks=CHECKS)

    play()


def _caller(server: Server, path: str) -> Somebody:
    """Whoever can go furthest on this route."""
    server.as_on_the_first_day()
    if path.startswith("/api/bridge"):
        return server.bridge()
    if path.startswith(("/api/sync", "/api/devices/me")):
        return server.open(server.enrol("tablet"), people.NURSE)
    if path.endswith(("/medications", "/checkups")):
        return server.sign_in(people.NURSE)
    return server.admin()
