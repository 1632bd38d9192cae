"""A sign-in that is half-way reaches what completes it, and nothing of the clinic: every route of the contract, walked
with the cookie of each stage, and with cookies that are of no stage any more (F44)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, update
from sqlmodel import col
from tests import people
from tests.api.server import Server, Somebody, login_of, told
from tests.guards.test_routes import Route, routes
from tests.people import NURSE
from tests.staffing import one_time_code

from otonai.domain.access import Caller, Role
from otonai.flow import staff
from otonai.store.audit import Actor
from otonai.store.tables import StaffSession

pytestmark = pytest.mark.shows("F44")

STAGES = ("second_factor", "choose_password", "enrol_second_factor")
#: What may be done at each stage beside leaving; everything else of the contract is closed.
OPEN_AT: dict[str, set[str]] = {
    "second_factor": {"POST /api/session/second-factor"},
    "choose_password": {"PUT /api/account/password", "POST /api/provider/link"},
    "enrol_second_factor": {
        "POST /api/account/authenticator", "POST /api/account/authenticator/confirm",
        "POST /api/passkeys/question", "POST /api/passkeys",
    },
}  # fmt: skip
LEAVING = "DELETE /api/session"
#: Bodies that fit and lead nowhere, so that the stage is the only thing that could be refused.
BODIES: dict[str, dict[str, Any]] = {
    "/password": {"new": "x"},
    "/confirm": {"code": "0"},
    "/second-factor": {"code": "0"},
    "/api/passkeys": {"name": "x", "id": "AAAA", "client_data": "AAAA", "attestation": "AAAA"},
}


@pytest.fixture(scope="module")
def server(app: Flask, one_database: Engine) -> Server:
    """One clinic for the whole walk."""
    app.extensions["otonai"].engine = one_database
    made = Server(app, one_database)
    made.add(NURSE)
    return made


def half_way(server: Server, stage: str) -> Somebody:
    """A browser whose sign-in has come to this stage."""
    browser = server.nobody()
    server.as_on_the_first_day()
    if stage == "second_factor":
        answer = browser.post("/api/session", {"login_name": login_of(NURSE), "password": NURSE.password})
    else:
        with server.changing() as session:
            invitation = staff.invite(
                session, server.clinics.minamo.id, name=people.DOCTOR.name,
                login_name=f"doctor{datetime.now(UTC).timestamp()}@minamo", role=Role.DOCTOR,
                actor=Actor("staff", server.clinics.minamo.admin_id), now=datetime.now(UTC),
            )  # fmt: skip
            code = invitation.code
        answer = browser.post("/api/session/sign-up", {"code": code})
        if stage == "enrol_second_factor":
            answer = browser.put("/api/account/password", {"new": "seventeen paper boats"})
    assert told(answer)["stage"] == stage
    return browser


def walked(server: Server) -> Iterator[Route]:
    """Every route with callers but the way out."""
    for route in routes(server.app):
        if route.access is not None and str(route) != LEAVING:
            yield route


@pytest.mark.parametrize("stage", STAGES)
def test_a_half_way_sign_in_reaches_nothing_but_what_completes_it(server: Server, stage: str) -> None:
    browser = half_way(server, stage)
    let_in = set()
    for route in walked(server):
        if Caller.PUBLIC in route.access.callers:
            continue
        body = next((body for end, body in BODIES.items() if route.path.endswith(end)), {})
        answer = browser.ask(route.method, route.path, body)
        code = (answer.get_json(silent=True, force=True) or {}).get("code")
        if (answer.status_code, code) != (401, "not_signed_in"):
            let_in.add(str(route))
    assert let_in == OPEN_AT[stage]


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_is_left_out_by_what_a_body_says(server: Server, stage: str) -> None:
    browser = half_way(server, stage)
    lies: dict[str, Any] = {"stage": "open", "factors": ["password", "one_time_code"], "role": "admin"}
    for path in ("/api/session", "/api/session/second-factor", "/api/account/password"):
        browser.ask("POST" if path != "/api/account/password" else "PUT", path, lies)
        assert browser.get("/api/patients").status_code == 401


def test_whoever_is_half_way_is_told_nothing_about_the_person(server: Server) -> None:
    browser = server.nobody()
    answer = told(browser.post("/api/session", {"login_name": login_of(NURSE), "password": NURSE.password}))
    assert (answer["staff"], answer["session"], answer["password_policy"]) == (None, None, None)


def test_the_cookie_of_an_earlier_step_opens_nothing_once_the_sign_in_is_complete(server: Server) -> None:
    browser = half_way(server, "second_factor")
    early = browser.client.get_cookie("otonai_session", path="/")
    assert early is not None
    told(browser.post("/api/session/second-factor", {"code": one_time_code(NURSE, datetime.now(UTC))}))
    assert browser.get("/api/session").status_code == 200
    thief = server.nobody()
    thief.client.set_cookie("otonai_session", early.value, path="/")
    opened = {
        str(route)
        for route in walked(server)
        if Caller.PUBLIC not in route.access.callers and thief.ask(route.method, route.path, {}).status_code != 401
    }
    assert opened == set()


@pytest.mark.parametrize("change", [{"last_used_at": 30}, {"expires_at": 0}, {"ended_at": 0}], ids=str)
def test_a_session_that_is_over_reaches_no_route(server: Server, change: dict[str, int]) -> None:
    admin = server.admin()
    at = {name: datetime.now(UTC) - timedelta(minutes=minutes) for name, minutes in change.items()}
    with server.changing() as session:
        session.execute(update(StaffSession).where(col(StaffSession.ended_at).is_(None)).values(**at))
    opened = {
        str(route)
        for route in walked(server)
        if Caller.PUBLIC not in route.access.callers and admin.ask(route.method, route.path, {}).status_code != 401
    }
    assert opened == set()
