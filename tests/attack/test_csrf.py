"""Another site in the same browser makes the administrator's browser act (F45): every way is refused.

First as requests, over all routes; then from a second origin in real Chromium, where the cookie is really there.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import Engine, select
from sqlmodel import SQLModel
from tests.api.server import Server, Somebody
from tests.guards.test_routes import Route, routes
from tests.server.installation import Installation, Served, chart, signed_in

from otonai.api.same_origin import WITHOUT_COOKIE, Origin, judge_kind, judge_site
from otonai.domain.access import Caller
from otonai.store.session import reading
from otonai.store.tables import Patient

FOREIGN: dict[str, dict[str, str]] = {
    "another site says so itself": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour under the same name": {"Sec-Fetch-Site": "same-site"},
    "an older browser names its origin": {"Origin": "https://evil.example"},
    "a page without an origin": {"Origin": "null"},
    "an origin that begins like ours": {"Origin": "http://localhost.evil.example"},
    "an origin that cannot be read": {"Origin": "http://[::1"},
}


@pytest.fixture(scope="module")
def server(app: Flask, one_database: Engine) -> Server:
    """One clinic for all requests: none of them may change it."""
    app.extensions["otonai"].engine = one_database
    return Server(app, one_database)


def acting(server: Server) -> Iterator[Route]:
    """Every route that can change something."""
    return (route for route in routes(server.app) if route.method != "GET")


def counts(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with engine.connect() as connection:
        return {name: len(list(connection.execute(select(t)))) for name, t in SQLModel.metadata.tables.items()}


@pytest.mark.shows("F45")
@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN.keys())
def test_what_comes_from_elsewhere_is_refused_on_every_route(server: Server, headers: dict[str, str]) -> None:
    admin = server.admin()
    before = counts(server.engine)
    sent = {name.replace("-", "_"): text for name, text in headers.items()}
    let_in = {str(r): a for r in acting(server) if (a := _code(admin, r, **sent)) != "cross_origin"}
    assert let_in == {}
    assert counts(server.engine) == before


@pytest.mark.shows("F45")
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_what_a_form_can_send_is_refused_on_every_route_that_reads_the_cookie(server: Server, kind: str) -> None:
    admin = server.admin()
    before = counts(server.engine)
    let_in = {}
    for route in acting(server):
        if route.method != "POST" or route.rule.startswith(WITHOUT_COOKIE):
            continue
        answer = admin.client.post(route.path, data=b'{"name":"x"}', content_type=kind)
        if answer.status_code != 415:
            let_in[str(route)] = answer.status_code
    assert let_in == {}
    assert counts(server.engine) == before


def test_where_forms_are_taken_no_cookie_is_read(server: Server) -> None:
    for route in routes(server.app):
        if route.rule.startswith(WITHOUT_COOKIE):
            assert route.access.callers == {Caller.PUBLIC}, str(route)


@pytest.mark.shows("F45")
@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_a_look_cannot_be_turned_into_an_act(server: Server, override: str) -> None:
    admin = server.admin()
    admin.client.get("/api/session?_method=DELETE", headers={override: "DELETE"})
    assert admin.get("/api/session").status_code == 200


@pytest.mark.parametrize(
    ("site", "origin", "found"),
    [
        ("same-origin", None, Origin.OURS),
        ("none", None, Origin.OURS),
        (None, None, Origin.OURS),
        (None, "http://clinic.example", Origin.OURS),
        ("cross-site", "http://clinic.example", Origin.OTHER),
        ("same-site", None, Origin.OTHER),
        ("", None, Origin.OTHER),
        (None, "http://clinic.example:81", Origin.OTHER),
        (None, "http://evil.example", Origin.OTHER),
        (None, "", Origin.OTHER),
    ],
)
def test_the_browsers_own_word_decides_where_a_request_comes_from(
    site: str | None, origin: str | None, found: Origin
) -> None:
    assert judge_site(site, origin, "clinic.example") is found


@pytest.mark.parametrize(
    ("kind", "keyed", "own_token", "found"),
    [
        ("application/json", False, False, Origin.OURS),
        ("application/json; charset=utf-8", False, False, Origin.OURS),
        ("", False, False, Origin.OURS),
        ("text/plain", False, False, Origin.UNASKED),
        ("text/plain; application/json", False, False, Origin.UNASKED),
        ("multipart/form-data", True, False, Origin.OURS),
        ("multipart/form-data", False, True, Origin.OURS),
    ],
)
def test_only_what_makes_a_browser_ask_first_is_taken(kind: str, keyed: bool, own_token: bool, found: Origin) -> None:
    assert judge_kind("POST", "/api/patients", kind, keyed, own_token) is found


# --- from a second origin, in a browser in which the administrator is signed in ---

PAGE = "<!doctype html><meta charset=utf-8><title>prize</title><iframe name=sink hidden></iframe>"


@pytest.fixture(scope="module", params=["127.0.0.1", "localhost"], ids=["another site", "the same site, another port"])
def evil(request: pytest.FixtureRequest) -> Iterator[str]:
    """A page on another origin. Under our own host's name the browser even sends the cookie along."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(PAGE.encode())

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=partial(site.serve_forever, 0.05), daemon=True).start()
    yield f"http://{request.param}:{site.server_port}/"
    site.shutdown()
    site.server_close()


@pytest.fixture
def context(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """The administrator's browser: the very cookies of a sign-in, in their real settings."""
    opened = browser.new_context()
    page = opened.new_page()
    page.goto(served.address)
    admin = signed_in(served.address)
    opened.add_cookies(
        [{"name": each.name, "value": each.value or "", "url": served.address, "httpOnly": True, "sameSite": "Strict"}
         for each in admin.cookies.jar]
    )  # fmt: skip
    admin.close()
    assert page.evaluate("fetch('/api/session').then(a => a.status)") == 200
    page.close()
    yield opened
    opened.close()


TRIES = {
    "a JSON body as text": "fetch(url, {method: 'POST', mode: 'no-cors', credentials: 'include', body})",
    "a JSON body as JSON": "fetch(url, {method: 'POST', credentials: 'include', body,"
    " headers: {'content-type': 'application/json'}})",
    "a beacon": "navigator.sendBeacon(url, new Blob([body], {type: 'text/plain'}))",
    "a form that looks like JSON": """(() => {
        const form = document.createElement('form'), field = document.createElement('input');
        form.action = url; form.method = 'post'; form.enctype = 'text/plain'; form.target = 'sink';
        field.name = body.slice(0, -1) + ',"x":"'; field.value = '"}';
        form.append(field); document.body.append(form); form.submit();
    })()""",
    "another method": "fetch(url, {method: 'PUT', credentials: 'include', body})",
    "the end of the session": "fetch(url.replace('patients', 'session'), {method: 'DELETE', credentials: 'include'})",
}


@pytest.mark.browser
@pytest.mark.shows("F45")
@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES.keys())
def test_a_page_of_another_origin_changes_nothing(
    context: BrowserContext, served: Served, installation: Installation, evil: str, attempt: str
) -> None:
    page = context.new_page()
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "/api/" in answer.url else None)
    page.goto(evil)
    before = _charts(installation)
    script = f"async ([url, body]) => {{ try {{ await ({attempt}) }} catch {{ }} }}"
    page.evaluate(script, [f"{served.address}/api/patients", '{"name":"偽","birth_date":"1950-01-01"}'])
    page.wait_for_timeout(100)
    assert _charts(installation) == before
    assert not [status for status in answers if status < 400]
    still = context.new_page()
    still.goto(served.address)
    assert still.evaluate("fetch('/api/session').then(a => a.status)") == 200


@pytest.mark.browser
@pytest.mark.shows("F45")
def test_a_page_of_another_origin_reads_nothing_and_frames_nothing(
    context: BrowserContext, served: Served, evil: str
) -> None:
    page = context.new_page()
    page.goto(evil)
    read = "url => fetch(url, {credentials: 'include'}).then(a => a.text(), () => 'refused')"
    assert page.evaluate(read, f"{served.address}/api/session") == "refused"
    framed = page.evaluate(
        """url => new Promise(done => { const frame = document.createElement('iframe'); frame.src = url;
        frame.onload = () => { try { done(frame.contentDocument ? 'blank' : 'foreign') } catch { done('foreign') } };
        document.body.append(frame); })""",
        served.address,
    )
    assert framed in ("foreign", "blank")
    assert all("おとない" not in (frame.title() or "") for frame in page.frames[1:])


def test_the_same_request_from_our_own_page_is_taken(served: Served, installation: Installation) -> None:
    before = _charts(installation)
    admin, own = signed_in(served.address), {"Sec-Fetch-Site": "same-origin", "Idempotency-Key": "csrf-own-page"}
    assert admin.post("/api/patients", json=chart(chart_number="F45"), headers=own).status_code == 201
    admin.close()
    assert httpx.post(f"{served.address}/api/patients", json=chart()).status_code == 401
    assert _charts(installation) == before + 1


def _charts(installation: Installation) -> int:
    engine = installation.engine()
    with reading(engine, installation.clinic_id(engine)) as session:
        found = len(session.exec(select(Patient.id)).all())  # type: ignore[call-overload]
    engine.dispose()
    return found


def _code(somebody: Somebody, route: Route, **headers: str) -> str | None:
    answer = somebody.ask(route.method, route.path, {}, **headers)
    body: dict[str, Any] = answer.get_json(force=True, silent=True) or {}
    code: str | None = body.get("code")
    return code
