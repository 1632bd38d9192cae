"""Every answer of the server, walked: each tells the browser what it may not do, refusals and errors included (SEC-19).

The route map is the list, so a route that is added later is walked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine
from tests.api.conftest import app, pages  # noqa: F401 -- fixtures
from tests.api.server import Server, Somebody
from tests.databases import Databases
from tests.guards.test_routes import routes
from werkzeug.test import TestResponse

from otonai.config import Settings
from otonai.response_headers import content_security_policy, fixed_headers

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PAGES = (
    "/", "/office/list", "/tablet", "/assets/app-1a2b3c.js", "/manifest.webmanifest", "/nothing.js", "/%00", "/api",
)  # fmt: skip
LIVE = "https://live.example.jp"


def settings_of(base_url: str) -> Settings:
    """An installation at this address."""
    return Settings(database_url="sqlite:///unused", base_url=base_url, live_url=LIVE)


def directives(policy: str) -> dict[str, str]:
    """The policy by its words."""
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}


def wrong_with(answer: TestResponse) -> list[str]:
    """What this answer should have said and did not."""
    headers, names = answer.headers, [name.lower() for name, _ in answer.headers if name.lower() != "set-cookie"]
    policy = headers.get("Content-Security-Policy", "")
    right = {
        "CSP": bool(policy) and "unsafe" not in policy and "frame-ancestors 'none'" in policy,
        "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
        "Referrer-Policy": headers.get("Referrer-Policy") == "no-referrer",
        "COOP": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
        "CORP": headers.get("Cross-Origin-Resource-Policy") == "same-origin",
        "Permissions-Policy": "geolocation=()" in headers.get("Permissions-Policy", ""),
        "no CORS": not any(name.startswith("access-control-") for name in names),
        "request id": bool(re.fullmatch(r"[0-9a-f]{32}", headers.get("X-Request-Id", ""))),
        "one of each": len(names) == len(set(names)),
        "charset": "text/" not in answer.content_type or "charset=utf-8" in answer.content_type.lower(),
    }
    if answer.request.path.startswith("/api"):
        right["no-store"] = headers.get("Cache-Control") == "no-store"
    return [name for name, is_right in right.items() if not is_right]


@pytest.fixture(scope="module")
def database(databases: Databases) -> Iterator[Engine]:
    """One database for the whole walk."""
    engine, remove = databases.fresh("sqlite")
    yield engine
    remove()


@pytest.fixture(scope="module")
def server(app: Flask, database: Engine) -> Server:  # noqa: F811 -- a fixture
    """The application over it."""
    app.extensions["otonai"].engine = database
    return Server(app, database)


@pytest.mark.parametrize("who", ["nobody", "administrator"])
def test_every_answer_of_every_route_carries_the_headers(server: Server, who: str) -> None:
    wrong, statuses = {}, set()
    for route in routes(server.app):
        for method in METHODS:
            # A fresh start for each: one of the routes signs out.
            somebody: Somebody = server.nobody() if who == "nobody" else _administrator(server)
            answer = somebody.ask(method, route.path, None if method in ("GET", "HEAD", "OPTIONS") else {})
            statuses.add(answer.status_code)
            if found := wrong_with(answer):
                wrong[f"{method} {route.rule} {answer.status_code}"] = found
    assert wrong == {}
    assert statuses >= ({200, 401, 405, 422} if who == "nobody" else {200, 204, 404, 405, 422})


def _administrator(server: Server) -> Somebody:
    """Signed in once for the walk, as long as nobody signs out."""
    known: Somebody | None = getattr(_administrator, "known", None)
    if known is None or known.get("/api/session").status_code != 200:
        known = server.admin()
        _administrator.known = known  # type: ignore[attr-defined]
    return known


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("method", METHODS)
def test_pages_files_and_what_is_not_there_carry_them_too(server: Server, path: str, method: str) -> None:
    assert wrong_with(server.nobody().ask(method, path)) == []


def test_an_error_of_our_own_carries_them_too(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("never told")

    monkeypatch.setitem(server.app.view_functions, "connection.health", broken)
    answer = server.nobody().get("/api/health")
    assert answer.status_code == 500
    assert wrong_with(answer) == []
    assert "never told" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b" " * 70_000, {}, 413),
        (b"{}", {"Transfer-Encoding": "chunked"}, 411),
        (b"{}", {"Content-Encoding": "gzip"}, 415),
        (b"{}", {"Content-Type": "text/plain"}, 415),
        (b"{}", {"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_what_is_refused_at_the_door_carries_them_too(
    server: Server, body: bytes, headers: dict[str, str], status: int
) -> None:
    sent = {"Content-Type": "application/json"} | headers
    answer = server.nobody().client.post("/api/session", data=body, headers=sent)
    assert answer.status_code == status
    assert wrong_with(answer) == []


def test_the_policy_lets_in_our_own_files_and_nothing_else() -> None:
    policy = directives(content_security_policy(settings_of("https://otonai.example.jp")))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == policy["worker-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob:"
    assert policy["connect-src"] == f"'self' {LIVE}"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == policy["manifest-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "otonai-worker"


@pytest.mark.parametrize("base_url", ["http://localhost:8000", "https://localhost:8000", "https://127.0.0.1"])
def test_loopback_is_never_bound_to_https(base_url: str) -> None:
    assert "Strict-Transport-Security" not in fixed_headers(settings_of(base_url))


def test_a_real_address_is_bound_to_https_for_years() -> None:
    told = fixed_headers(settings_of("https://otonai.example.jp"))["Strict-Transport-Security"]
    seconds, *more = told.removeprefix("max-age=").split("; ")
    assert int(seconds) >= 365 * 24 * 3600
    assert more == ["includeSubDomains"]
