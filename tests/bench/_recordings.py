"""A server of recorded answers and of the bench's page: gzip as the proxy in front of the product compresses, kept
connections, and a note of what was asked and how many bytes went out. Loopback only.
"""

from __future__ import annotations

import gzip
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench._ten_thousand import Recorded

#: What deploy/Caddyfile's `encode` uses when nothing else is said.
GZIP_LEVEL = 5
_TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A tablet that is thrown away after its round hangs up; everything else is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@dataclass
class Recordings:
    """Where it listens, and method, path and bytes of each answer in the order of asking."""

    address: str = ""
    asked: list[tuple[str, str, int]] = field(default_factory=list)


@contextmanager
def recordings(recorded: Recorded, page: Path) -> Iterator[Recordings]:
    """Serving until the block ends."""
    found = Recordings()
    answers = {
        "/api/devices/me/day-shares": _packed(recorded.shares),
        "/api/devices/me/status": _packed(recorded.status),
        "/api/sync/pack": _packed(recorded.pack),
        "/api/sync/changes": _packed(recorded.changes),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            where = urlsplit(self.path)
            if where.path in answers:
                return self._answer(200, answers[where.path], "application/json", packed=True)
            file = page / (where.path.lstrip("/") or "index.html")
            if file.is_file():
                return self._answer(200, file.read_bytes(), _TYPES.get(file.suffix, "application/octet-stream"))
            return self._answer(404, b"{}", "application/problem+json")

        do_POST = do_GET

        def _answer(self, status: int, content: bytes, kind: str, *, packed: bool = False) -> None:
            found.asked.append((self.command, urlsplit(self.path).path, len(content)))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Cache-Control", "no-store")
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    found.address = f"http://localhost:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, GZIP_LEVEL)
