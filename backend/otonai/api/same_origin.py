"""Requests that act come from our own pages or from no page at all: CSRF is refused by construction (F45, ASVS 3.5).

Beside the session cookie's `SameSite=Strict` three things must hold for every request that can change something:

1. The browser says that it comes from this origin (`Sec-Fetch-Site`, or `Origin` where that is missing).
2. If it has a body, it is JSON, or an `Idempotency-Key` goes with it. Both make a browser ask before it sends anything
   across origins, and that question is never answered with yes, because the web application knows no CORS.
3. It is no GET: no look changes anything but the audit trail (a guard walks all routes).

Callers without a browser (the bridge) send no origin and are known by their token.
"""

from __future__ import annotations

from enum import StrEnum

from flask import Flask, request

from ..domain.errors import Refused
from .access import SAFE
from .intake import NotTaken

#: Forms of the RFCs, the browser's own reports, the practice's way in. No route here reads the cookie.
WITHOUT_COOKIE = ("/api/oauth/", "/api/policy-reports", "/api/demo/enter/")
JSON = "application/json"


class Origin(StrEnum):
    """What is found; all words but the first are codes of the error catalogue."""

    OURS = "ours"
    OTHER = "cross_origin"
    UNASKED = "body_not_accepted"


def judge_site(site: str | None, origin: str | None, host: str) -> Origin:
    """Rule 1, from what the browser itself writes into every request and no script can change."""
    if site is not None:
        return Origin.OURS if site in ("same-origin", "none") else Origin.OTHER
    if origin is not None and origin.partition("://")[2] != host:
        return Origin.OTHER
    return Origin.OURS


def judge_kind(method: str, path: str, content_type: str, keyed: bool, own_token: bool) -> Origin:
    """Rule 2. PUT, PATCH and DELETE always make the browser ask; so does a token of one's own."""
    if method != "POST" or own_token or keyed or path.startswith(WITHOUT_COOKIE):
        return Origin.OURS
    return Origin.OURS if content_type.split(";", maxsplit=1)[0].strip().lower() in (JSON, "") else Origin.UNASKED


def install(app: Flask) -> None:
    """Judge every request before it reaches a route."""

    @app.before_request
    def _judge() -> None:
        if request.method in SAFE:
            return
        headers = request.headers
        found = judge_site(headers.get("Sec-Fetch-Site"), headers.get("Origin"), request.host)
        if found is Origin.OURS:
            keyed, own = "Idempotency-Key" in headers, "Authorization" in headers
            kind = request.content_type or ("" if not request.content_length else "unnamed")
            found = judge_kind(request.method, request.path, kind, keyed, own)
        if found is Origin.OTHER:
            raise Refused(code=found.value)
        if found is Origin.UNASKED:
            raise NotTaken(code=found.value)
