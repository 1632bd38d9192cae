"""The built app as the server hands it out, and the headers that every answer carries."""

from __future__ import annotations

import pytest
from tests.api.server import Server, refused, told

EVERYWHERE = [
    "/",
    "/office/list",
    "/assets/app-1a2b3c.js",
    "/nothing.js",
    "/api/health",
    "/api/nothing",
    "/api/patients",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_tells_the_browser_what_it_may_not_do(server: Server, path: str) -> None:
    headers = server.nobody().get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["connect-src"] == "'self' http://localhost:8001"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert len(headers["X-Request-Id"]) == 32


@pytest.mark.parametrize("path", ["/api/health", "/api/nothing", "/api/patients", "/api/openapi.json"])
def test_nothing_of_the_api_is_kept_in_a_cache(server: Server, path: str) -> None:
    assert server.nobody().get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/office/list", "/office/patients/1", "/tablet", "/lock"])
def test_every_screens_address_is_answered_with_the_app(server: Server, path: str) -> None:
    answer = server.nobody().get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/live", "/live/clinic", "/api/office/list"])
def test_an_address_of_the_api_is_never_answered_with_the_app(server: Server, path: str) -> None:
    refused(server.nobody().get(path), "not_found", 404)


def test_hashed_files_stay_for_ever_and_come_in_the_smallest_form(server: Server) -> None:
    path = "/assets/app-1a2b3c.js"
    plain, small = server.nobody().get(path), server.nobody().get(path, Accept_Encoding="gzip, br")
    assert plain.data == b"console.info('plain')"
    assert "Content-Encoding" not in plain.headers
    assert small.data == b"brotli form"
    assert small.headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in small.headers["Vary"]
    for answer in (plain, small):
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_browser_that_refuses_a_form_gets_the_plain_one(server: Server) -> None:
    answer = server.nobody().get("/assets/app-1a2b3c.js", Accept_Encoding="br;q=0, gzip")
    assert answer.data == b"console.info('plain')"


def test_a_file_that_is_not_there_is_missing_and_not_the_app(server: Server) -> None:
    refused(server.nobody().get("/assets/app-old.js"), "not_found", 404)
    assert server.nobody().get("/manifest.webmanifest").mimetype == "application/manifest+json"


@pytest.mark.shows("F15")
@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "//etc/passwd", "/..%5csecret.txt", "/assets/app-1a2b3c.js%00.txt",
    ],
)  # fmt: skip
def test_no_address_leads_out_of_the_folder(server: Server, path: str) -> None:
    answer = server.nobody().get(path)
    assert b"outside" not in answer.data
    assert b"root:" not in answer.data
    assert answer.status_code in (200, 308, 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_app_itself_takes_nothing(server: Server, method: str) -> None:
    answer = server.nobody().ask(method, "/office/list", {})
    refused(answer, "method_not_allowed", 405)
    assert "GET" in answer.headers["Allow"]


def test_a_wrong_method_is_told_which_would_be_right(server: Server) -> None:
    answer = server.nobody().ask("PUT", "/api/session", {})
    refused(answer, "method_not_allowed", 405)
    assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST", "DELETE"}


def test_health_says_that_the_data_can_be_reached(server: Server) -> None:
    assert told(server.nobody().get("/api/health"))["status"] == "ok"
