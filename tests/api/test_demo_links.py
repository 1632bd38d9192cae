"""One-use sign-in links of the demo: they open once, for the person who made them, and exist in the demo alone."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import Engine
from tests.api.server import Server, refused, told
from tests.databases import KEY
from tests.guards.source import BACKEND
from tests.people import NURSE
from tests.staffing import SEALING_KEY

from otonai.app import create_app
from otonai.config import Profile, Settings


def link_of(server: Server) -> str:
    """The nurse makes one for herself."""
    (link,) = told(server.hire(NURSE).post("/api/demo/sign-in-links", {"count": 1}), 201)["links"]
    return str(urlsplit(link).path)


def test_a_link_opens_once_for_the_one_who_made_it(server: Server) -> None:
    path, browser = link_of(server), server.nobody()
    entered = browser.client.post(path)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/office/list")
    assert told(browser.get("/api/session"))["staff"]["name"] == NURSE.name
    refused(server.nobody().client.post(path), "sign_up_code_wrong", 401)


def test_looking_at_a_link_does_not_spend_it(server: Server) -> None:
    path, browser = link_of(server), server.nobody()
    for _ in range(3):
        page = browser.client.get(path)
        assert (page.status_code, page.mimetype) == (200, "text/html")
    assert browser.client.get("/api/session").status_code == 401
    assert browser.client.post(path).status_code == 303


def test_nobody_makes_links_who_is_not_signed_in(server: Server) -> None:
    refused(server.nobody().post("/api/demo/sign-in-links", {"count": 1}), "not_signed_in", 401)


@pytest.fixture
def production(embedded: Engine) -> Flask:
    """The same application as a clinic runs it."""
    settings = Settings(
        database_url="sqlite:///unused", base_url="https://otonai.example.jp", live_url="https://otonai.example.jp",
        profile=Profile.PRODUCTION, database_key=KEY, ticket_secret=bytes(range(32)), sealing_keys=(SEALING_KEY,),
    )  # fmt: skip
    return create_app(settings, embedded)


def test_in_production_there_is_no_such_route(production: Flask, app: Flask) -> None:
    rules = {rule.rule for rule in production.url_map.iter_rules()}
    assert not [rule for rule in rules if "demo" in rule]
    assert [rule.rule for rule in app.url_map.iter_rules() if "demo" in rule.rule], "and in the demo there is"
    client = production.test_client()
    for method, path in (
        ("POST", "/api/demo/sign-in-links"), ("GET", "/api/demo/enter/X"), ("POST", "/api/demo/enter/X"),
        ("GET", "/api/demo"), ("POST", "/api/demo/"),
    ):  # fmt: skip
        answer = client.open(path, method=method, json={}, base_url="https://otonai.example.jp")
        assert answer.status_code == 404, (method, path)
    contract = json.loads((BACKEND / "openapi.json").read_text(encoding="utf-8"))
    assert not [path for path in contract["paths"] if "demo" in path]


def test_cookies_of_production_go_by_https_alone_and_say_so_by_their_names(production: Flask) -> None:
    server = Server(production, production.extensions["otonai"].engine)
    browser, secure = production.test_client(), "https://otonai.example.jp"
    server.add(NURSE)
    body = {"login_name": f"{NURSE.login_name}@minamo", "password": NURSE.password}
    begun = browser.post("/api/session", json=body, base_url=secure)
    assert begun.status_code == 200
    (cookie,) = begun.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-otonai_session=")
    assert "; Secure" in cookie
    assert "; HttpOnly" in cookie
    assert "; Path=/" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie
    left = browser.delete("/api/session", base_url=secure)
    assert left.headers["Set-Cookie"].startswith("__Host-otonai_session=;")
