"""Every door of the server, walked: each says who may use it, and nobody else gets through.

The route map itself is the list, so a route that is added later is walked too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlmodel import SQLModel
from tests import people
from tests.api.conftest import app, pages  # noqa: F401 -- fixtures
from tests.api.server import Server, Somebody
from tests.databases import Databases

from otonai.domain.access import Caller, Role

#: Routes that carry no declaration because they hold nothing of any clinic.
DOCUMENT = "/api/openapi.json"

BRIDGE_ROUTES = {("GET", "/api/bridge/jobs"), ("POST", "/api/bridge/files"), ("POST", "/api/bridge/heartbeat")}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one rule, with its declaration."""

    method: str
    rule: str
    access: Any

    @property
    def path(self) -> str:
        """An address of this route; its ids exist nowhere."""
        parts = []
        for part in self.rule.split("/"):
            kind = part.strip("<>").split(":")[0]
            parts.append({"uuid": str(uuid4()), "string": "BDFH-KMPR"}[kind] if part.startswith("<") else part)
        return "/".join(parts)

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def routes(of: Flask) -> Iterator[Route]:
    """Every method of every rule of the API."""
    for rule in of.url_map.iter_rules():
        declared = getattr(of.view_functions[rule.endpoint], "__otonai_access__", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if declared != "files":
                yield Route(method, rule.rule, declared)


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[Engine]:
    """One database for the whole walk: nothing here may change it."""
    engine, remove = databases.fresh("sqlite")
    yield engine
    remove()


@pytest.fixture(scope="module")
def server(app: Flask, database: Engine) -> Server:  # noqa: F811 -- a fixture
    """The application over it."""
    app.extensions["otonai"].engine = database
    return Server(app, database)


def test_every_route_says_who_may_call_it(server: Server) -> None:
    silent = [str(r) for r in routes(server.app) if r.access is None and r.rule != DOCUMENT]
    assert silent == []


def test_there_is_something_to_walk(server: Server) -> None:
    assert len(list(routes(server.app))) > 40


@pytest.mark.shows("F44")
@pytest.mark.parametrize(
    "token", [None, "x", "Bearer", "Bearer x", "Basic YTpi", "DPoP x", "Bearer eyJhbGciOiJub25lIn0.e30."]
)
def test_nobody_reaches_what_is_not_public(server: Server, token: str | None) -> None:
    stranger = server.nobody()
    headers = {"Authorization": token} if token else {}
    open_to_all = []
    for route in routes(server.app):
        if route.access is None:
            continue
        answer = stranger.ask(route.method, route.path, {}, **headers)
        if Caller.PUBLIC in route.access.callers:
            continue
        if answer.status_code != 401 or answer.mimetype != "application/problem+json":
            open_to_all.append(f"{route} {answer.status_code}")
    assert open_to_all == []


def test_few_routes_are_public(server: Server) -> None:
    public = {str(r) for r in routes(server.app) if r.access is not None and Caller.PUBLIC in r.access.callers}
    assert public == {
        "GET /api/health",
        "GET /api/ping",
        "GET /api/session/profile",
        "POST /api/session",
        "POST /api/session/sign-up",
        "POST /api/session/emergency",
        "POST /api/passkeys/sign-in/question",
        "POST /api/passkeys/sign-in",
        "POST /api/provider/sign-in",
        "POST /api/provider/arrival",
        # of the demo profile, in which this application runs
        "GET /api/demo/enter/<string:code>",
        "POST /api/demo/enter/<string:code>",
        "POST /api/oauth/device",
        "POST /api/oauth/token",
        "POST /api/oauth/revoke",
        "POST /api/policy-reports",
    }


@pytest.mark.shows("F41")
def test_the_bridges_token_opens_three_routes_and_no_other(server: Server) -> None:
    bridge = server.bridge()
    reached = set()
    for route in routes(server.app):
        if route.access is None or Caller.PUBLIC in route.access.callers:
            continue
        answer = bridge.ask(route.method, route.path, {})
        if answer.status_code not in (401, 403):
            reached.add((route.method, route.rule))
    assert reached == BRIDGE_ROUTES


@pytest.mark.shows("S-170")
def test_only_doctors_and_nurses_may_read_medical_information(server: Server) -> None:
    medical = [r for r in routes(server.app) if r.rule.endswith(("/medications", "/checkups"))]
    assert len(medical) == 2
    for route in medical:
        assert route.access.roles == {Role.DOCTOR, Role.NURSE}
        assert Caller.TABLET not in route.access.callers


@pytest.mark.shows("S-170")
@pytest.mark.parametrize("person", [people.DOCTOR, people.NURSE, people.OFFICE], ids=lambda p: p.role.value)
def test_a_role_reaches_exactly_the_routes_that_name_it(server: Server, person: people.StaffMember) -> None:
    somebody = server.hire(person)
    wrong = []
    for route in routes(server.app):
        if route.access is None or Caller.STAFF not in route.access.callers or route.rule == "/api/session":
            continue
        allowed = person.role in route.access.roles
        # A read that is allowed answers or finds nothing; an act is tried with an empty body, which none accepts.
        code = _code(somebody, route)
        if allowed == (code == "role_not_allowed"):
            wrong.append(f"{route} {code}")
    assert wrong == []


@pytest.mark.shows("S-170")
def test_a_locked_tablet_reaches_only_what_needs_no_person(server: Server) -> None:
    tablet = server.enrol("tablet")
    reached = set()
    for route in routes(server.app):
        if route.access is None or Caller.PUBLIC in route.access.callers:
            continue
        if tablet.ask(route.method, route.path, {}).status_code not in (401, 403):
            reached.add(f"{route}")
    assert reached == {
        "GET /api/devices/me",
        "POST /api/devices/me/unlock",
        "DELETE /api/devices/me/unlock",
        "POST /api/devices/me/status",
        "GET /api/home-visit/link",
        "POST /api/sync/entries",
        "POST /api/live/ticket",
    }


@pytest.mark.shows("F45")
def test_looking_changes_nothing_but_the_audit_trail(server: Server) -> None:
    admin = server.admin()
    before = _everything(server)
    for route in routes(server.app):
        if route.method == "GET":
            admin.get(route.path)
    assert _everything(server) == before


def _code(somebody: Somebody, route: Route) -> str | None:
    answer = somebody.ask(route.method, route.path, {"nothing": "of this name"})
    if answer.mimetype != "application/problem+json":
        return None
    code: str = json.loads(answer.data)["code"]
    return code


def _everything(server: Server) -> dict[str, list[Any]]:
    """All rows of all tables that looking may not touch."""
    told_by_looking = {"audit_event", "clinic_clock"}
    with server.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in SQLModel.metadata.tables.items()
            if name not in told_by_looking
        }
