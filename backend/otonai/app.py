"""Builds the web application once: settings, database, sign-in, blueprints, security headers, the built PWA."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request, send_from_directory
from sqlalchemy import Engine
from werkzeug.exceptions import NotFound as HttpNotFound
from werkzeug.middleware.proxy_fix import ProxyFix

from .api import (
    account,
    audit,
    bag,
    board,
    bridge,
    clinic_settings,
    compressed,
    connection,
    consented,
    demo,
    devices,
    emergency,
    errors,
    evidence,
    headers,
    home_visit,
    inquiries,
    insurers,
    intake,
    ledger_file,
    live,
    month_board,
    oauth,
    off_card,
    passkeys,
    patients,
    policy_reports,
    provider,
    provider_settings,
    readiness,
    reference_link,
    same_origin,
    session,
    sign_in_rules,
    staff,
    sync,
    typed_insurance,
    visits,
)
from .api.errors import ProblemApi
from .api.schema import PydanticPlugin
from .api.security_schemes import SCHEMES
from .config import Settings, read_settings
from .flow import hashing
from .guarded_calls import GuardedCalls
from .provider_client import ProviderClient
from .store.session import open_engine

BLUEPRINTS = (
    session,
    account,
    passkeys,
    staff,
    emergency,
    sign_in_rules,
    provider,
    provider_settings,
    devices,
    bag,
    board,
    oauth,
    home_visit,
    consented,
    patients,
    ledger_file,
    reference_link,
    inquiries,
    insurers,
    month_board,
    off_card,
    readiness,
    typed_insurance,
    visits,
    sync,
    bridge,
    live,
    audit,
    evidence,
    connection,
    clinic_settings,
    policy_reports,
)

log = logging.getLogger("otonai.web")


@dataclass(slots=True)
class Parts:
    """What requests need beside their own session."""

    settings: Settings
    engine: Engine
    oauth: Any = field(default=None)
    provider: ProviderClient = field(default_factory=ProviderClient)


def create_app(settings: Settings | None = None, engine: Engine | None = None) -> Flask:
    """The WSGI application. Raises OddSetting when a setting cannot be right."""
    if settings is None:
        settings = read_settings()
        hashing.use_cost(settings.hash_cost)
    app = Flask("otonai", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=intake.LARGE,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        API_TITLE="Otonai",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": "The home-visit companion. Errors are RFC 9457 problem details."},
            "components": {"securitySchemes": SCHEMES},
        },
        JSON_SORT_KEYS=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["otonai"] = Parts(
        settings,
        engine or open_engine(settings.database_url, settings.database_key),
        provider=ProviderClient(GuardedCalls(loopback=settings.practice, named=settings.provider_hosts)),
    )
    api = ProblemApi(app, spec_kwargs={"marshmallow_plugin": PydanticPlugin()})
    errors.install(app)
    oauth.install(app)
    # Sign-in links exist where everybody is invented, and nowhere else (design 6).
    for module in (*BLUEPRINTS, demo) if settings.practice else BLUEPRINTS:
        api.register_blueprint(module.blp)
    headers.install(app, settings)
    intake.install(app, settings.threads)
    same_origin.install(app)
    compressed.install(app)
    if settings.proxies:
        # Who knocks is counted by address: without this every caller would have the proxy's.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0, x_host=0)  # type: ignore[method-assign]
    if settings.pwa_folder is not None:
        _pwa(app, settings)
    return app


def _pwa(app: Flask, settings: Settings) -> None:
    """The built PWA: hashed files for ever, the shell for every screen's address, nothing under /api or /live."""
    folder = settings.pwa_folder
    if folder is None:
        return

    @app.get("/")
    @app.get("/<path:path>")
    def shell(path: str = "") -> Response:
        if path.startswith(("api/", "live/")) or path in ("api", "live"):
            raise HttpNotFound()
        if path and (folder / path).is_file():
            answer = _file(path)
            immutable = path.startswith("assets/")
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if immutable else "no-cache"
            return answer
        if "." in path.rsplit("/", 1)[-1]:
            raise HttpNotFound()
        answer = _file("index.html")
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    def _file(path: str) -> Response:
        """The file, in the smallest form the browser takes and the build left beside it."""
        for encoding, ending in (("br", ".br"), ("gzip", ".gz")):
            if request.accept_encodings[encoding] > 0 and (folder / f"{path}{ending}").is_file():
                answer = send_from_directory(folder, f"{path}{ending}", mimetype=_type(path))
                answer.headers["Content-Encoding"] = encoding
                answer.headers["Vary"] = "Accept-Encoding"
                return answer
        return send_from_directory(folder, path, mimetype=_type(path))

    shell.__otonai_access__ = "files"  # type: ignore[attr-defined]


_TYPES = {
    "js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml", "png": "image/png",
    "webmanifest": "application/manifest+json", "json": "application/json",
    "wasm": "application/wasm", "txt": "text/plain",
}  # fmt: skip


def _type(path: str) -> str:
    return _TYPES.get(path.rsplit(".", 1)[-1], "application/octet-stream")
