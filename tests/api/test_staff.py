"""The administrator's screen of people over the wire: invite, give a role, stop, help, look at sessions."""

from __future__ import annotations

from typing import Any

import pytest
from tests import people
from tests.api.server import Server, Somebody, login_of, refused, told
from tests.people import DOCTOR, NURSE

WRONG = "not-the-right-one-at-all"


def person(admin: Somebody, login_name: str) -> dict[str, Any]:
    """One line of the list."""
    items = told(admin.get("/api/staff"))["items"]
    found: dict[str, Any] = next(each for each in items if each["login_name"] == login_name)
    return found


def test_the_list_tells_who_is_invited_who_works_here_and_who_left(server: Server) -> None:
    admin = server.admin()
    server.hire(NURSE)
    body = {"name": DOCTOR.name, "login_name": login_of(DOCTOR), "role": "doctor"}
    made = told(admin.post("/api/staff", body), 201)
    assert made["person"]["state"] == "invited"
    nurse = person(admin, login_of(NURSE))
    assert (nurse["state"], nurse["second_factors"], nurse["sessions"]) == ("active", ["one_time_code"], 1)
    assert person(admin, login_of(DOCTOR))["invited_until"] == made["expires_at"]
    told(admin.patch(f"/api/staff/{nurse['id']}", {"active": False}))
    assert person(admin, login_of(NURSE))["state"] == "stopped"
    again = told(admin.post(f"/api/staff/{nurse['id']}/return"))
    assert again["person"]["state"] == "invited"


@pytest.mark.shows("F23")
def test_who_is_stopped_or_given_another_role_is_out_with_the_next_request(server: Server) -> None:
    admin, nurse = server.admin(), server.hire(NURSE)
    told(nurse.get("/api/patients"))
    told(admin.patch(f"/api/staff/{person(admin, login_of(NURSE))['id']}", {"role": "office"}))
    refused(nurse.get("/api/patients"), "not_signed_in", 401)
    server.come_in(nurse, NURSE)
    assert told(nurse.get("/api/session"))["staff"]["role"] == "office"
    told(admin.patch(f"/api/staff/{person(admin, login_of(NURSE))['id']}", {"active": False}))
    refused(nurse.get("/api/patients"), "not_signed_in", 401)
    refused(nurse.post("/api/patients", {"name": "x"}), "not_signed_in", 401)


@pytest.mark.shows("F23")
def test_a_tablet_of_somebody_who_was_stopped_is_locked_with_its_next_request(server: Server) -> None:
    tablet, admin = server.tablet(NURSE), server.admin()
    told(tablet.get("/api/sync/changes?cursor=WzAsIjIwMjYtMDctMTQiXQ"))
    told(admin.patch(f"/api/staff/{tablet.staff_id}", {"active": False}))
    refused(tablet.get("/api/sync/changes?cursor=WzAsIjIwMjYtMDctMTQiXQ"), "locked", 401)
    pin = {"staff_id": tablet.staff_id, "pin": NURSE.pin}
    refused(tablet.post("/api/devices/me/unlock", pin), "person_not_on_tablet", 404)


def test_the_last_administrator_stays(server: Server) -> None:
    admin = server.admin()
    own = person(admin, people.ADMIN.login_name)["id"]
    refused(admin.patch(f"/api/staff/{own}", {"role": "nurse"}), "last_administrator", 409)
    refused(admin.patch(f"/api/staff/{own}", {"active": False}), "last_administrator", 409)
    told(admin.get("/api/session"))


@pytest.mark.shows("S-171")
def test_a_person_who_is_locked_out_is_shown_and_let_in_again(server: Server) -> None:
    admin = server.admin()
    server.add(NURSE)
    wrong, right = ({"login_name": login_of(NURSE), "password": word} for word in (WRONG, NURSE.password))
    for _ in range(4):
        refused(server.nobody().post("/api/session", wrong), "sign_in_failed", 401)
    refused(server.nobody().post("/api/session", wrong), "sign_in_locked", 423)
    nurse = person(admin, login_of(NURSE))
    assert nurse["locked_until"] is not None
    lifted = told(admin.post(f"/api/staff/{nurse['id']}/let-try-again"))
    assert lifted["locked_until"] is None
    told(server.nobody().post("/api/session", right))


def test_the_administrator_sees_and_ends_the_sessions_of_others(server: Server) -> None:
    admin, nurse = server.admin(), server.hire(NURSE)
    who = person(admin, login_of(NURSE))["id"]
    (one,) = told(admin.get(f"/api/staff/{who}/sessions"))["items"]
    assert one["current"] is False
    told(admin.delete(f"/api/staff/{who}/sessions"), 204)
    refused(nurse.get("/api/session"), "not_signed_in", 401)
    assert told(admin.get(f"/api/staff/{who}/sessions"))["items"] == []
    told(admin.get("/api/session"))


@pytest.mark.parametrize("lost", ["password", "second_factor"])
def test_somebody_who_lost_something_is_handed_a_code_and_never_a_password(server: Server, lost: str) -> None:
    admin, nurse = server.admin(), server.hire(NURSE)
    who = person(admin, login_of(NURSE))["id"]
    handed = told(admin.post(f"/api/staff/{who}/sign-up-code", {"lost": lost}))
    assert "password" not in {key for key in handed if key != "person"}
    refused(nurse.get("/api/session"), "not_signed_in", 401)
    begun = told(server.nobody().post("/api/session/sign-up", {"code": handed["code"]}))
    assert begun["stage"] == {"password": "second_factor", "second_factor": "choose_password"}[lost]


@pytest.mark.shows("F43")
@pytest.mark.parametrize(
    "more",
    [
        {"password": "seventeen paper boats"}, {"password_hash": "x"}, {"clinic_id": "x"}, {"active": True},
        {"password_due": False}, {"id": "x"}, {"role": "emergency"}, {"role": "host_operator"},
    ],
    ids=str,
)  # fmt: skip
def test_nothing_more_than_a_name_and_a_role_is_taken(server: Server, more: dict[str, Any]) -> None:
    admin = server.admin()
    body = {"name": NURSE.name, "login_name": login_of(NURSE), "role": "nurse"}
    assert admin.post("/api/staff", body | more).status_code == 422
    own = person(admin, people.ADMIN.login_name)["id"]
    assert admin.patch(f"/api/staff/{own}", more).status_code == 422
    assert len(told(admin.get("/api/staff"))["items"]) == 1


@pytest.mark.parametrize("who", [DOCTOR, NURSE, people.OFFICE], ids=lambda p: p.role.value)
def test_people_are_the_administrators_alone(server: Server, who: people.StaffMember) -> None:
    somebody = server.hire(who)
    refused(somebody.get("/api/staff"), "role_not_allowed", 403)
    body = {"name": "x", "login_name": "x.y@minamo", "role": "admin"}
    refused(somebody.post("/api/staff", body), "role_not_allowed", 403)
    refused(somebody.get("/api/emergency"), "role_not_allowed", 403)
    refused(somebody.get("/api/settings/sign-in"), "role_not_allowed", 403)
