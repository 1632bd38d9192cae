"""One parameter given twice, or in another place than its own: it means one thing, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests import people
from tests.api.server import Server, login_of, told
from tests.api.test_ledger import typed
from tests.people import SETTLED, TURNED_75

JSON = "application/json"


@pytest.mark.shows("F43")
def test_a_parameter_given_twice_is_refused_or_means_one_thing(server: Server) -> None:
    admin = server.admin()
    for chart in (SETTLED, TURNED_75):
        told(admin.post("/api/patients", typed(chart, coverage=None)), 201)
    once = told(admin.get("/api/patients?query=000128"))
    assert once["total"] == 1
    assert told(admin.get("/api/patients?query=000128&query=000311")) == once
    assert told(admin.get("/api/patients?query=000128&limit=1&limit=500"))["items"] == once["items"]
    twice = b'{"name": "\xe4\xb8\x80", "birth_date": "1950-01-01", "name": "\xe4\xba\x8c"}'
    made = told(admin.client.post("/api/patients", data=twice, content_type=JSON), 201)
    assert made["name"] in ("一", "二")
    assert told(admin.get(f"/api/patients/{made['id']}"))["name"] == made["name"]


@pytest.mark.shows("F43")
def test_a_field_of_the_body_is_not_taken_from_the_address_or_a_header(server: Server) -> None:
    admin = server.admin()
    lies = {"name": "偽", "X-Name": "偽", "Cookie-Name": "偽".encode().hex()}
    made = admin.client.post(
        "/api/patients?name=%E5%81%BD&chart_number=666&clinic_id=1",
        json=typed(SETTLED, coverage=None, chart_number=None),
        headers={"X-Chart-Number": "666", "X-Name": lies["Cookie-Name"]},
    )
    chart = told(made, 201)
    assert (chart["name"], chart["chart_number"]) == (SETTLED.name, None)


@pytest.mark.shows("F44")
def test_a_form_of_the_token_route_is_not_taken_from_the_address(server: Server) -> None:
    asked = server.nobody().client.post(
        "/api/oauth/token?grant_type=refresh_token&refresh_token=x&client_id=otonai-tablet", data={}
    )
    assert asked.status_code == 400


@pytest.mark.shows("F44")
def test_two_cookies_of_one_name_open_no_more_than_one(server: Server) -> None:
    admin = server.admin()
    cookie = admin.client.get_cookie("otonai_session", path="/")
    assert cookie is not None
    nobody = server.nobody().client
    for value in (f"{cookie.key}=x; {cookie.key}=y", f"{cookie.key}=; {cookie.key}=null"):
        assert nobody.get("/api/session", headers={"Cookie": value}).status_code == 401


def test_a_password_of_a_hundred_signs_is_taken_whole(server: Server) -> None:
    long = "静かな川と提灯 " * 12 + "!"
    assert len(long) > 90
    person = replace(people.OFFICE, password=long)
    server.add(person)
    assert told(server.sign_in(person).get("/api/session"))["staff"]["role"] == "office"
    short = server.nobody().post("/api/session", {"login_name": login_of(person), "password": long[:72]})
    assert short.status_code == 401
