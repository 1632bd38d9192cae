"""What may come in: every request's body is read whole, within bounds, before anything of ours works on it (F54).

A WSGI layer around the application. A sender who is slow keeps one of many cheap threads waiting and never one of the
few workers; a body that is too large, packed, without a length or cut off is not given to the application at all.
The layer only decides; the refusal is told by the application, like every other one.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from ..domain.errors import OtonaiError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KIB, MIB = 1024, 1024 * 1024
#: Files of the terminal are at most 5 MB (F13); a tablet's entries come in batches, a clinic's first ledger in one.
LARGE = 6 * MIB
LARGEST = {"/api/bridge/files": LARGE, "/api/sync/entries": LARGE, "/api/ledger/import": LARGE}
#: Where anybody may knock.
SMALL_BEFORE = ("/api/oauth/", "/api/session", "/api/policy-reports")
SMALL, TYPED = 64 * KIB, MIB

#: Threads that may wait for senders; `serve` gives granian as many, and some more for requests without a body.
SENDERS, SENDERS_OF_ONE_ADDRESS = 192, 64
BYTES_AT_ONCE = 96 * MIB
_VERDICT = "otonai.intake"


class Intake(StrEnum):
    """What becomes of a body; the words are codes of the error catalogue."""

    TAKEN = "taken"
    TOO_LONG = "entry_too_long"
    NO_LENGTH = "length_missing"
    PACKED = "body_not_accepted"
    CUT_OFF = "bad_request"
    TOO_BUSY = "too_busy"


def largest_body(path: str) -> int:
    """How many bytes the body of a request to this path may have."""
    if path in LARGEST:
        return LARGEST[path]
    return SMALL if path.startswith(SMALL_BEFORE) else TYPED


def first_verdict(path: str, length: str | None, encoding: str, chunked: bool) -> tuple[Intake, int]:
    """What the headers alone decide, and how many bytes are to be read. Packed bodies are never unpacked."""
    if encoding.strip().lower() not in ("", "identity"):
        return Intake.PACKED, 0
    if chunked:
        return Intake.NO_LENGTH, 0
    if not length:
        return Intake.TAKEN, 0
    if not (length.isascii() and length.isdigit()):
        return Intake.CUT_OFF, 0
    size = int(length) if len(length) < 16 else LARGE + 1
    return (Intake.TAKEN, size) if size <= largest_body(path) else (Intake.TOO_LONG, 0)


@dataclass(slots=True)
class Senders:
    """Bodies on their way in: how many, of whom, how large."""

    bytes: int = 0
    by_address: Counter[str] = field(default_factory=Counter)
    lock: Any = field(default_factory=Lock)

    def admit(self, address: str, size: int) -> bool:
        """Whether one more may come in now; if so it is counted until `leave`."""
        with self.lock:
            if (
                self.by_address.total() >= SENDERS
                or self.by_address[address] >= SENDERS_OF_ONE_ADDRESS
                or self.bytes + size > BYTES_AT_ONCE
            ):
                return False
            self.by_address[address] += 1
            self.bytes += size
            return True

    def leave(self, address: str, size: int) -> None:
        """It has been read, or its sender has gone."""
        with self.lock:
            self.bytes -= size
            self.by_address[address] -= 1
            if not self.by_address[address]:
                del self.by_address[address]


class Door:
    """The layer: at most `workers` requests at once go on to the application."""

    def __init__(self, application: WSGIApplication, workers: int) -> None:
        self._application, self._workers = application, BoundedSemaphore(workers)
        self._senders = Senders()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Read, decide, hand on."""
        verdict, body = self._receive(environ)
        environ["wsgi.input"], environ[_VERDICT] = io.BytesIO(body), verdict
        with self._workers:
            return self._application(environ, start_response)

    def _receive(self, environ: WSGIEnvironment) -> tuple[Intake, bytes]:
        chunked = "HTTP_TRANSFER_ENCODING" in environ
        encoding = environ.get("HTTP_CONTENT_ENCODING", "")
        verdict, size = first_verdict(environ.get("PATH_INFO", ""), environ.get("CONTENT_LENGTH"), encoding, chunked)
        if size == 0:
            return verdict, b""
        address = str(environ.get("REMOTE_ADDR", ""))
        if not self._senders.admit(address, size):
            return Intake.TOO_BUSY, b""
        try:
            body = _read(environ["wsgi.input"].read, size)
        finally:
            self._senders.leave(address, size)
        return (Intake.TAKEN, body) if len(body) == size else (Intake.CUT_OFF, b"")


def _read(read: Callable[[int], bytes], size: int) -> bytes:
    parts: list[bytes] = []
    missing = size
    while missing and (part := read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


class NotTaken(OtonaiError):
    """A body that was refused at the door; `code` says why."""


def install(app: Flask, workers: int) -> None:
    """Put the door before the application, and tell its refusals."""
    app.wsgi_app = Door(app.wsgi_app, workers)  # type: ignore[method-assign]

    @app.before_request
    def _refuse() -> None:
        verdict = request.environ.get(_VERDICT, Intake.TAKEN)
        if verdict is not Intake.TAKEN:
            raise NotTaken(code=verdict.value)
