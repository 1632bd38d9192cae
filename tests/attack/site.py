"""The application behind a real address, so that a browser meets it while a test prepares its data in process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import BrowserContext
from sqlalchemy import Engine
from tests.api.server import Server, Somebody
from tests.databases import CONSENT_HOST, KEY
from tests.guards.source import ROOT
from tests.server.installation import free_port
from tests.staffing import SEALING_KEY
from werkzeug.serving import WSGIRequestHandler, make_server

from otonai.app import create_app
from otonai.config import Profile, Settings

#: Runs before any page of the browser: counts what must never happen, and what the policy had to stop.
WATCH = """
window.harm = () => { window.harmed = (window.harmed ?? 0) + 1; };
window.alert = window.confirm = window.prompt = window.harm;
window.stopped = [];
const told = (e) => window.stopped.push(`${e.effectiveDirective} ${e.blockedURI}`);
document.addEventListener('securitypolicyviolation', told);
"""


def built_app(engine: Engine) -> tuple[Flask, int]:
    """The application with the built pages, and the port that its address names."""
    port = free_port()
    settings = Settings(
        database_url="sqlite:///unused",
        base_url=f"http://localhost:{port}",
        live_url=f"http://localhost:{port}",
        profile=Profile.DEMO,
        database_key=KEY,
        ticket_secret=bytes(range(32)),
        sealing_keys=(SEALING_KEY,),
        pwa_folder=ROOT / "pwa" / "dist",
        consent_hosts=frozenset({CONSENT_HOST}),
    )
    return create_app(settings, engine), port


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests: a test's report is long enough."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Not even the request's line."""


@contextmanager
def listening(app: Flask, port: int) -> Iterator[str]:
    """The application, answering at its address until the block ends."""
    http = make_server("localhost", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{port}"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def lend_session(somebody: Somebody, context: BrowserContext, address: str) -> None:
    """Gives the browser the very cookies of somebody who has signed in."""
    for cookie in (somebody.client._cookies or {}).values():
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": f"{address}{cookie.path}"}])


def server_over(app: Flask, engine: Engine) -> Server:
    """The same application in process."""
    return Server(app, engine)
