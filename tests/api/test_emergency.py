"""The emergency account over the wire: sealed by the administrator, broken at the door, seen everywhere, ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.api.server import Server, Somebody, login_of, refused, told
from tests.guards.test_routes import routes
from tests.people import NURSE

from otonai.domain.access import Caller, Role


def sealed(admin: Somebody) -> str:
    """A code for the safe."""
    code: str = told(admin.post("/api/emergency"), 201)["code"]
    return code


def breaking(code: str, login_name: str | None = None) -> dict[str, Any]:
    """Somebody tells the code, who they are, and why."""
    return {"code": code, "login_name": login_name or login_of(NURSE), "reason": "administrator_away"}


def test_a_sealed_code_opens_once_and_everybody_sees_it(server: Server) -> None:
    admin = server.admin()
    server.add(NURSE)
    code, browser = sealed(admin), server.nobody()
    opened = told(browser.post("/api/session/emergency", breaking(code)))
    assert (opened["stage"], opened["staff"]["role"]) == ("open", "emergency")
    ends = datetime.fromisoformat(opened["ends_at"]) - datetime.now(UTC)
    assert timedelta(hours=11) < ends <= timedelta(hours=24)
    refused(server.nobody().post("/api/session/emergency", breaking(code)), "emergency_code_wrong", 401)
    (line,) = told(admin.get("/api/emergency"))["items"]
    assert (line["state"], line["opened_by"], line["reason"]) == ("open", NURSE.name, "administrator_away")
    assert "code" not in line
    told(admin.delete("/api/emergency"), 204)
    refused(browser.get("/api/session"), "not_signed_in", 401)
    refused(admin.delete("/api/emergency"), "emergency_not_open", 409)


def test_it_sees_what_a_doctor_sees_and_changes_nothing(server: Server) -> None:
    server.add(NURSE)
    browser = server.nobody()
    told(browser.post("/api/session/emergency", breaking(sealed(server.admin()))))
    told(browser.get("/api/patients"))
    acted, hidden = set(), set()
    for route in routes(server.app):
        if route.access is None or Caller.STAFF not in route.access.callers or Caller.PUBLIC in route.access.callers:
            continue
        if str(route) == "DELETE /api/session":
            continue  # leaving is for everybody
        status = browser.ask(route.method, route.path, {}).status_code
        if route.method != "GET" and status != 403:
            acted.add(str(route))
        if route.method == "GET" and (status == 403) != (Role.DOCTOR not in route.access.roles):
            hidden.add(f"{route} {status}")
    assert (acted, hidden) == (set(), set())
    told(browser.delete("/api/session"), 204)


@pytest.mark.parametrize(
    "changes", [{"login_name": "nobody@minamo"}, {"login_name": "hinata-admin"}, {"code": "AAAA-BBBB-CCCC"}], ids=str
)
def test_a_wrong_name_and_a_wrong_code_are_told_alike(server: Server, changes: dict[str, str]) -> None:
    server.add(NURSE)
    body = breaking(sealed(server.admin())) | changes
    refused(server.nobody().post("/api/session/emergency", body), "emergency_code_wrong", 401)


def test_every_desk_and_every_tablet_is_told_while_it_is_open(server: Server) -> None:
    tablet, admin, browser = server.tablet(NURSE), server.admin(), server.nobody()
    assert told(tablet.get("/api/devices/me"))["emergency_until"] is None
    told(browser.post("/api/session/emergency", breaking(sealed(admin))))
    (line,) = told(admin.get("/api/emergency"))["items"]
    assert told(tablet.get("/api/devices/me"))["emergency_until"] == line["ends_at"]
    del tablet.headers["Otonai-Unlock"]
    assert told(tablet.get("/api/devices/me"))["emergency_until"] is not None, "locked as well"
    assert "emergency_open" in told(admin.get("/api/health/connection"))["alarms"]
    told(admin.delete("/api/emergency"), 204)
    assert told(tablet.get("/api/devices/me"))["emergency_until"] is None
    assert "emergency_open" not in told(admin.get("/api/health/connection"))["alarms"]
