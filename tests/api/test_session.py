"""Signing in at the office: by name and password, for thirty minutes of use, from our own pages only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col
from tests import people
from tests.api.server import Server, login_of, refused, told

from otonai.domain.access import IDLE_LIMIT
from otonai.store.tables import SignInTries, Staff, StaffSession


@pytest.mark.shows("S-170")
def test_each_person_signs_in_under_their_own_role(server: Server) -> None:
    maho = server.hire(people.OFFICE)
    now = told(maho.get("/api/session"))
    assert now["staff"]["role"] == "office"
    assert now["staff"]["name"] == people.OFFICE.name
    assert now["clinic"]["name"] == people.CLINIC_NAME


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server) -> None:
    answer = server.nobody().post(
        "/api/session", {"login_name": people.ADMIN.login_name, "password": people.ADMIN.password}
    )
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Path=/;" in cookie


def test_a_wrong_name_and_a_wrong_password_are_told_alike(server: Server) -> None:
    wrong_password = {"login_name": people.ADMIN.login_name, "password": "not the right one"}
    wrong_name = {"login_name": "nobody@minamo", "password": people.ADMIN.password}
    first = refused(server.nobody().post("/api/session", wrong_password), "sign_in_failed", 401)
    second = refused(server.nobody().post("/api/session", wrong_name), "sign_in_failed", 401)
    assert first == second


@pytest.mark.shows("S-171")
def test_five_wrong_passwords_close_the_account_for_thirty_minutes_even_to_the_right_one(server: Server) -> None:
    wrong = {"login_name": people.ADMIN.login_name, "password": "not the right one"}
    right = {"login_name": people.ADMIN.login_name, "password": people.ADMIN.password}
    for _ in range(4):
        refused(server.nobody().post("/api/session", wrong), "sign_in_failed", 401)
    locked = refused(server.nobody().post("/api/session", wrong), "sign_in_locked", 423)
    wait = datetime.fromisoformat(locked["until"]) - datetime.now(UTC)
    assert timedelta(minutes=29) < wait <= timedelta(minutes=30)
    refused(server.nobody().post("/api/session", right), "sign_in_locked", 423)
    with server.changing() as session:
        session.execute(update(SignInTries).values(locked_until=datetime.now(UTC)))
    told(server.nobody().post("/api/session", right))


@pytest.mark.shows("S-173")
def test_a_browser_that_rests_for_thirty_minutes_is_signed_out(server: Server) -> None:
    admin = server.admin()
    _rest(server, IDLE_LIMIT - timedelta(minutes=1))
    told(admin.get("/api/session"))
    _rest(server, IDLE_LIMIT)
    refused(admin.get("/api/session"), "not_signed_in", 401)


def test_use_keeps_a_session_open(server: Server) -> None:
    admin = server.admin()
    for _ in range(3):
        _rest(server, IDLE_LIMIT - timedelta(minutes=1))
        told(admin.get("/api/session"))


def test_signing_out_ends_the_session_on_the_server(server: Server) -> None:
    admin = server.admin()
    cookie = admin.client.get_cookie("otonai_session", path="/")
    assert cookie is not None
    told(admin.delete("/api/session"), 204)
    refused(admin.get("/api/session"), "not_signed_in", 401)
    thief = server.nobody()
    thief.client.set_cookie("otonai_session", cookie.value, path="/")
    refused(thief.get("/api/session"), "not_signed_in", 401)


@pytest.mark.shows("F44")
@pytest.mark.parametrize("cookie", ["", "x", "eyJhbGciOiJub25lIn0.e30.", "../../etc/passwd", "0" * 3000])
def test_an_invented_cookie_opens_nothing(server: Server, cookie: str) -> None:
    thief = server.nobody()
    thief.client.set_cookie("otonai_session", cookie, path="/")
    refused(thief.get("/api/session"), "not_signed_in", 401)


def test_somebody_who_left_the_clinic_is_out_at_once(server: Server) -> None:
    maho = server.hire(people.OFFICE)
    with server.changing() as session:
        session.execute(update(Staff).where(col(Staff.login_name) == login_of(people.OFFICE)).values(active=False))
    refused(maho.get("/api/session"), "not_signed_in", 401)
    again = {"login_name": login_of(people.OFFICE), "password": people.OFFICE.password}
    refused(server.nobody().post("/api/session", again), "sign_in_failed", 401)


@pytest.mark.shows("F45")
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://localhost"},
    ],
)
def test_another_site_cannot_act_with_our_cookie(server: Server, headers: dict[str, str]) -> None:
    admin = server.admin()
    body = {"name": "例示", "login_name": "x@minamo", "role": "admin"}
    refused(admin.post("/api/staff", body, **headers), "cross_origin", 403)
    refused(admin.delete("/api/session", **headers), "cross_origin", 403)
    assert told(admin.get("/api/session"))["staff"]["role"] == "admin"


@pytest.mark.shows("F45")
def test_a_plain_form_of_another_site_is_no_request_of_ours(server: Server) -> None:
    admin = server.admin()
    text = '{"name":"x","login_name":"x@minamo","role":"admin"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = admin.client.post("/api/staff", data=text, content_type=kind, headers={"Origin": "http://localhost"})
        assert answer.status_code in (400, 415, 422)
        assert answer.mimetype == "application/problem+json"
    assert len(told(admin.get("/api/staff"))["items"]) == 1


def test_what_the_page_must_know_before_anybody_signs_in_is_little(server: Server) -> None:
    profile = told(server.nobody().get("/api/session/profile"))
    assert profile["practice"] is True
    assert set(profile) == {"product", "version", "profile", "practice", "live_origin", "own_provider"}


def _rest(server: Server, time: timedelta) -> None:
    with server.changing() as session:
        session.execute(update(StaffSession).values(last_used_at=datetime.now(UTC) - time))
