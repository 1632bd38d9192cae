"""Puts the fixed headers on every answer of the web application, and keeps the API's answers out of every cache."""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.exceptions import NotFound as HttpNotFound

from ..config import Settings
from ..response_headers import fixed_headers
from ..store.ids import new_id


def install(app: Flask, settings: Settings) -> None:
    """Register both hooks. Errors and 404s pass them too, because Flask runs them after its error handlers."""
    fixed = fixed_headers(settings)

    @app.before_request
    def _number() -> None:
        g.request_id = new_id().hex
        if "\0" in request.path:
            raise HttpNotFound()

    @app.after_request
    def _secure(answer: Response) -> Response:
        answer.headers.update(fixed)
        answer.headers["X-Request-Id"] = g.get("request_id", "")
        if request.path.startswith("/api") or answer.status_code >= 400:
            answer.headers["Cache-Control"] = "no-store"
        return answer
