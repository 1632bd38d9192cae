"""Builds everything once and runs it: terminals in threads, consent and control pages on one loopback port."""

from __future__ import annotations

import logging
import threading
from types import TracebackType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response

from .center import Center
from .clock import Clock, now_in_japan
from .config import Dial, Settings
from .consent_page import consent_pages
from .control_page import Controls, control_pages
from .faults import FaultBook
from .folders import Outbox
from .reader import CardReader
from .terminal import Terminal

log = logging.getLogger(__name__)

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class _QuietHandler(WSGIRequestHandler):
    """Page views are no events worth a line."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing; errors are still logged."""


class Simulator:
    """One simulated center with a terminal, reader and consent page per institution.

    Use as a context manager, or `start()` and `stop()`. Without `start()` the parts can be stepped by hand in tests.
    """

    def __init__(self, settings: Settings, clock: Clock = now_in_japan) -> None:
        self.settings = settings
        self.center = Center(settings.state_dir)
        self.faults = FaultBook(settings.state_dir)
        self.outbox = Outbox(settings.writing)
        self.dial = Dial(settings.pace)
        self.reader = CardReader(settings, center=self.center, faults=self.faults, outbox=self.outbox, clock=clock)
        self.terminals = {
            each.code: Terminal(
                each,
                settings=settings,
                center=self.center,
                faults=self.faults,
                outbox=self.outbox,
                dial=self.dial,
                clock=clock,
            )
            for each in settings.institutions
        }
        if settings.earlier_consents:
            self.center.register_earlier_consents(clock())
        self.app = self._build_app(clock)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._server: BaseWSGIServer | None = None

    def start(self, port: int = 0) -> str:
        """Start terminals and pages; the base address, for example `http://127.0.0.1:53211`."""
        self._server = make_server("127.0.0.1", port, self.app, threaded=True, request_handler=_QuietHandler)
        self._threads = [
            threading.Thread(target=terminal.run, args=(self._stop,), name=f"terminal-{code}")
            for code, terminal in self.terminals.items()
        ]
        self._threads.append(threading.Thread(target=self._server.serve_forever, name="pages"))
        for thread in self._threads:
            thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Stop at the end of the present step; what is not answered stays in the state folder."""
        self._stop.set()
        if self._server is not None:
            self._server.shutdown()
        for thread in self._threads:
            thread.join()
        if self._server is not None:
            self._server.server_close()

    def __enter__(self) -> Simulator:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Address of the running pages; RuntimeError before `start()`."""
        if self._server is None:
            raise RuntimeError("the simulator was not started")
        return f"http://127.0.0.1:{self._server.server_port}"

    def _build_app(self, clock: Clock) -> Flask:
        app = Flask(__name__)
        app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
        app.register_blueprint(consent_pages(self.settings, self.center, clock))
        app.register_blueprint(
            control_pages(Controls(self.settings, self.center, self.reader, self.faults, self.outbox, self.dial, clock))
        )

        @app.after_request
        def _protect(response: Response) -> Response:
            response.headers.update(_HEADERS)
            return response

        return app
