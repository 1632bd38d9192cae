"""One's own account over the wire: the first sign-in step by step, password, app, recovery codes, browsers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from sqlalchemy import update
from sqlmodel import Session, select
from tests import people
from tests.api.server import Server, Somebody, login_of, refused, told
from tests.people import NURSE
from tests.staffing import a_while_passes, one_time_code

from otonai.api import access, account
from otonai.store.tables import Clinic, IdempotentAnswer, Staff, StaffSession

NEW = "seventeen paper boats"


def cookie(somebody: Somebody) -> str:
    """The value of their session's cookie."""
    found = somebody.client.get_cookie("otonai_session", path="/")
    assert found is not None
    return found.value


def invited(server: Server) -> dict[str, Any]:
    """The administrator takes 見本 さくら in."""
    body = {"name": NURSE.name, "login_name": login_of(NURSE), "role": "nurse"}
    found: dict[str, Any] = told(server.admin().post("/api/staff", body), 201)
    return found


def proof_is_old(server: Server) -> None:
    """Everybody proved who they are longer ago than sensitive acts allow."""
    with server.changing() as session:
        session.execute(update(StaffSession).values(proved_at=datetime.now(UTC) - timedelta(minutes=10)))


def app_code(secret: str) -> str:
    """What the app shows now."""
    code: str = pyotp.TOTP(secret).at(datetime.now(UTC))
    return code


def test_a_new_nurse_begins_with_a_code_and_ends_signed_in_with_two_factors(either_server: Server) -> None:
    server = either_server
    invitation = invited(server)
    assert invitation["url"].endswith("#" + invitation["code"].replace("-", "")), "no server and no log ever sees it"
    browser = server.nobody()
    first = told(browser.post("/api/session/sign-up", {"code": invitation["code"]}))
    assert (first["stage"], first["staff"]["name"]) == ("choose_password", NURSE.name)
    assert first["password_policy"]["shortest"] == 13
    steps = [cookie(browser)]
    refused(browser.put("/api/account/password", {"new": "too short"}), "password_too_short", 422)
    second = told(browser.put("/api/account/password", {"new": NEW}))
    assert second["stage"] == "enrol_second_factor"
    steps.append(cookie(browser))
    app = told(browser.post("/api/account/authenticator"))
    assert app["secret"] in app["address"]
    assert "<svg" in app["qr_svg"]
    refused(browser.post("/api/account/authenticator/confirm", {"code": "000000"}), "code_wrong", 422)
    done = told(browser.post("/api/account/authenticator/confirm", {"code": app_code(app["secret"])}))
    assert len(done["recovery_codes"]) == 10
    assert done["sign_in"]["stage"] == "open"
    steps.append(cookie(browser))
    assert len(set(steps)) == 3, "every step has a cookie of its own"
    assert told(browser.get("/api/session"))["staff"]["role"] == "nurse"
    refused(server.nobody().post("/api/session/sign-up", {"code": invitation["code"]}), "sign_up_code_wrong", 401)

    again = server.nobody()
    with server.changing() as session:
        a_while_passes(session)
    assert (
        told(again.post("/api/session", {"login_name": login_of(NURSE), "password": NEW}))["stage"] == "second_factor"
    )
    assert told(again.post("/api/session/second-factor", {"code": app_code(app["secret"])}))["stage"] == "open"
    third = server.nobody()
    told(third.post("/api/session", {"login_name": login_of(NURSE), "password": NEW}))
    spare = {"kind": "recovery_code", "code": done["recovery_codes"][6]}
    assert told(third.post("/api/session/second-factor", spare))["stage"] == "open"
    assert told(third.get("/api/account"))["recovery_codes_left"] == 9


def test_what_is_told_once_is_kept_nowhere(server: Server) -> None:
    admin = server.admin()
    body = {"name": NURSE.name, "login_name": login_of(NURSE), "role": "nurse"}
    told(admin.post("/api/staff", body, Idempotency_Key="first-nurse"), 201)
    told(admin.post("/api/account/recovery-codes", {}, Idempotency_Key="first-codes"))
    told(admin.post("/api/emergency", {}, Idempotency_Key="first-seal"), 201)
    with server.changing() as session:
        assert session.exec(select(IdempotentAnswer)).all() == []


def test_changing_a_password_asks_for_the_present_one_and_signs_out_elsewhere(server: Server) -> None:
    here, there = server.hire(NURSE), server.sign_in(NURSE)
    refused(here.put("/api/account/password", {"new": NEW}), "current_password_wrong", 401)
    wrong = {"current": "not this one", "new": NEW}
    refused(here.put("/api/account/password", wrong), "current_password_wrong", 401)
    before = cookie(here)
    told(here.put("/api/account/password", {"current": NURSE.password, "new": NEW}))
    assert cookie(here) != before
    told(here.get("/api/session"))
    refused(there.get("/api/session"), "not_signed_in", 401)
    old = {"login_name": login_of(NURSE), "password": NURSE.password}
    refused(server.nobody().post("/api/session", old), "sign_in_failed", 401)


@pytest.mark.shows("S-171")
def test_guessing_the_present_password_at_an_open_browser_ends_after_five_tries(server: Server) -> None:
    here = server.hire(NURSE)
    wrong = {"current": "not this one", "new": NEW}
    for _ in range(4):
        refused(here.put("/api/account/password", wrong), "current_password_wrong", 401)
    refused(here.put("/api/account/password", wrong), "sign_in_locked", 423)
    right = {"current": NURSE.password, "new": NEW}
    refused(here.put("/api/account/password", right), "sign_in_locked", 423)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/account/authenticator"),
        ("DELETE", "/api/account/authenticator"),
        ("POST", "/api/account/recovery-codes"),
        ("POST", "/api/staff"),
        ("POST", "/api/emergency"),
        ("DELETE", "/api/emergency"),
        ("PUT", "/api/settings/sign-in"),
    ],
)
def test_a_sensitive_act_wants_a_proof_of_the_last_ten_minutes(server: Server, method: str, path: str) -> None:
    admin = server.admin()
    proof_is_old(server)
    bodies: dict[str, Any] = {
        "/api/staff": {"name": NURSE.name, "login_name": login_of(NURSE), "role": "nurse"},
        "/api/settings/sign-in": {"policy": "long_phrase", "two_factors": True},
    }
    refused(admin.ask(method, path, bodies.get(path, {})), "proof_needed", 403)
    with server.changing() as session:
        a_while_passes(session)
    before = cookie(admin)
    told(
        admin.post(
            "/api/session/proof", {"kind": "one_time_code", "code": one_time_code(people.ADMIN, datetime.now(UTC))}
        )
    )
    assert cookie(admin) != before
    assert admin.ask(method, path, bodies.get(path, {})).status_code != 403


def test_the_password_alone_is_no_proof_where_a_code_is_set_up(server: Server) -> None:
    admin = server.admin()
    by_password = {"kind": "password", "code": people.ADMIN.password}
    refused(admin.post("/api/session/proof", by_password), "proof_wants_code", 403)
    refused(admin.post("/api/session/proof", {"kind": "one_time_code", "code": "000000"}), "proof_failed", 401)


def test_the_only_second_factor_is_not_taken_away_while_the_clinic_wants_one(server: Server) -> None:
    here = server.hire(NURSE)
    refused(here.delete("/api/account/authenticator"), "last_second_factor", 409)
    rules = {"policy": "sixty_days", "two_factors": False, "accepted": True}
    told(server.admin().put("/api/settings/sign-in", rules))
    told(here.delete("/api/account/authenticator"), 204)
    refused(here.post("/api/account/recovery-codes"), "no_second_factor", 409)
    one = {"login_name": login_of(NURSE), "password": NURSE.password}
    assert told(server.nobody().post("/api/session", one))["stage"] == "open"


def test_another_telephone_takes_the_place_of_the_old_one_and_signs_out_elsewhere(server: Server) -> None:
    here, there = server.hire(NURSE), server.sign_in(NURSE)
    app = told(here.post("/api/account/authenticator"))
    told(here.post("/api/account/authenticator/confirm", {"code": app_code(app["secret"])}))
    told(here.get("/api/session"))
    refused(there.get("/api/session"), "not_signed_in", 401)
    later = server.nobody()
    told(later.post("/api/session", {"login_name": login_of(NURSE), "password": NURSE.password}))
    old = {"code": one_time_code(NURSE, datetime.now(UTC))}
    refused(later.post("/api/session/second-factor", old), "second_factor_failed", 401)


# --- browsers ------------------------------------------------------------------------------------------------


def test_one_sees_the_browsers_one_is_signed_in_at_and_ends_any_of_them(server: Server) -> None:
    server.add(NURSE)
    here, there = server.nobody(), server.nobody()
    there.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36"
    server.come_in(there, NURSE)
    server.come_in(here, NURSE)
    listed = told(here.get("/api/account/sessions"))["items"]
    assert [(each["browser"], each["current"]) for each in listed] == [("", True), ("Chrome · Windows", False)]
    told(here.delete(f"/api/account/sessions/{listed[1]['id']}"), 204)
    refused(there.get("/api/session"), "not_signed_in", 401)
    assert len(told(here.get("/api/account/sessions"))["items"]) == 1


def test_everywhere_but_here_is_one_act(server: Server) -> None:
    here, there = server.hire(NURSE), server.sign_in(NURSE)
    told(here.delete("/api/account/sessions"), 204)
    told(here.get("/api/session"))
    refused(there.get("/api/session"), "not_signed_in", 401)


@contextmanager
def put_out_meanwhile(server: Server, at: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Between being let in and the turn to write, somebody ends every session."""
    real = at.writing

    @contextmanager
    def late(*place: Any) -> Iterator[Session]:
        with server.changing() as session:
            session.execute(update(StaffSession).values(ended_at=datetime.now(UTC)))
        with real(*place) as session:
            yield session

    with monkeypatch.context() as for_now:
        for_now.setattr(at, "writing", late)
        yield


@pytest.mark.shows("F23")
def test_whoever_is_put_out_while_their_request_waits_for_its_turn_changes_nothing(
    either_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = either_server
    admin = server.admin()
    with put_out_meanwhile(server, access, monkeypatch):
        refused(admin.post("/api/patients", {"name": "待つ　人", "birth_date": "1950-01-01"}), "not_signed_in", 401)
    assert told(server.admin().get("/api/patients"))["total"] == 0

    invitation, browser = invited(server), server.nobody()
    told(browser.post("/api/session/sign-up", {"code": invitation["code"]}))
    with put_out_meanwhile(server, account, monkeypatch):
        refused(browser.put("/api/account/password", {"new": NEW}), "not_signed_in", 401)
    with server.changing() as session:
        newcomer = session.exec(select(Staff).where(Staff.login_name == login_of(NURSE))).one()
        assert not newcomer.password_hash


def test_taking_the_app_away_signs_out_elsewhere_and_voids_codes_that_stood_for_it(server: Server) -> None:
    with server.changing() as session:
        session.execute(update(Clinic).values(two_factors=False))
    admin, elsewhere = server.admin(), server.admin()
    told(admin.post("/api/account/recovery-codes", {}))

    told(admin.delete("/api/account/authenticator"), 204)

    refused(elsewhere.get("/api/session"), "not_signed_in", 401)
    assert told(admin.get("/api/account"))["recovery_codes_left"] == 0


def test_a_session_of_somebody_else_does_not_exist(server: Server) -> None:
    admin, nurse = server.admin(), server.hire(NURSE)
    (of_admin,) = told(admin.get("/api/account/sessions"))["items"]
    refused(nurse.delete(f"/api/account/sessions/{of_admin['id']}"), "not_found", 404)
    told(admin.get("/api/session"))


def test_a_browser_that_signs_in_again_has_one_session(server: Server) -> None:
    here = server.hire(NURSE)
    left_behind = cookie(here)
    server.come_in(here, NURSE)
    assert len(told(here.get("/api/account/sessions"))["items"]) == 1
    thief = server.nobody()
    thief.client.set_cookie("otonai_session", left_behind, path="/")
    refused(thief.get("/api/session"), "not_signed_in", 401)


@pytest.mark.shows("S-173")
def test_nobody_stays_signed_in_longer_than_twelve_hours(server: Server) -> None:
    nurse = server.hire(NURSE)
    ends = datetime.fromisoformat(told(nurse.get("/api/session"))["ends_at"])
    assert timedelta(hours=11, minutes=59) < ends - datetime.now(UTC) <= timedelta(hours=12)
    with server.changing() as session:
        session.execute(update(StaffSession).values(expires_at=datetime.now(UTC)))
    refused(nurse.get("/api/session"), "not_signed_in", 401)


@pytest.mark.shows("S-172")
def test_a_password_of_sixty_one_days_is_changed_at_the_next_sign_in(server: Server) -> None:
    server.add(NURSE)
    told(server.admin().put("/api/settings/sign-in", {"policy": "sixty_days", "two_factors": True}))
    with server.changing() as session:
        session.execute(update(Staff).values(password_changed_at=datetime.now(UTC) - timedelta(days=61)))
        a_while_passes(session)
    browser = server.nobody()
    told(browser.post("/api/session", {"login_name": login_of(NURSE), "password": NURSE.password}))
    code = {"code": one_time_code(NURSE, datetime.now(UTC))}
    late = told(browser.post("/api/session/second-factor", code))
    assert late["stage"] == "choose_password"
    assert late["password_policy"]["changed_within_days"] == 60
    assert told(browser.put("/api/account/password", {"new": "umi no 41 lamps!"}))["stage"] == "open"
