"""The live channel: tells listeners that something of their clinic changed, and nothing else (ADR 005).

A small ASGI program without ORM. Tablets and office pages listen on `/live/clinic`, the bridge on `/live/bridge`; a
signed ticket says which clinic and until when. One look at the counters, a few times a second and only while anybody
listens, serves all listeners. Missing an event costs nothing: each stream begins with one, and clients pull by cursor.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from .config import Settings, read_settings
from .response_headers import fixed_headers
from .store.counters import Counters, open_counters
from .tickets import Ticket, check

log = logging.getLogger("otonai.live")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

KEEP_ALIVE_SECONDS = 15.0

#: Path → (topic of the ticket, which of the two counters).
TOPICS = {"/live/clinic": ("clinic", 0), "/live/bridge": ("bridge", 1)}


@dataclass(eq=False, slots=True)
class Listener:
    """One open stream: the number it was told last, and a bell that rings when there is a newer one."""

    clinic_id: UUID
    counter: int
    number: int | None = None
    bell: asyncio.Event = field(default_factory=asyncio.Event)


class Signals:
    """All open streams and the one look that serves them."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._listeners: set[Listener] = set()
        self._looking = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "counters")
        self._poller: asyncio.Task[None] | None = None
        self.ending = False

    @contextlib.asynccontextmanager
    async def listening(self, clinic_id: UUID, counter: int) -> AsyncIterator[Listener]:
        """A listener that has its first number. Raises what the database raises when that cannot be read."""
        listener = Listener(clinic_id, counter)
        self._listeners.add(listener)
        try:
            await self._look()
            if self._poller is None or self._poller.done():
                self._poller = asyncio.create_task(self._poll())
            yield listener
        finally:
            self._listeners.discard(listener)

    async def end(self) -> None:
        """Ring all bells for the last time and close the connection."""
        self.ending = True
        for listener in self._listeners:
            listener.bell.set()
        if self._poller is not None:
            self._poller.cancel()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._counters.close)
        self._thread.shutdown()

    async def _look(self) -> None:
        """Read once and ring where a number moved."""
        async with self._looking:
            wanted = {listener.clinic_id for listener in self._listeners}
            numbers = await asyncio.get_running_loop().run_in_executor(self._thread, self._counters.read, wanted)
        for listener in self._listeners:
            now = numbers.get(listener.clinic_id, (0, 0))[listener.counter]
            if listener.clinic_id in wanted and now != listener.number:
                listener.number = now
                listener.bell.set()

    async def _poll(self) -> None:
        """Look as long as anybody listens. A database that is away is tried again, and said once."""
        away = False
        while self._listeners:
            await asyncio.sleep(self._counters.pause)
            try:
                await self._look()
                away = False
            except Exception as error:
                if not away:
                    log.warning("counters unreadable error=%s", type(error).__name__)
                away = True
                await asyncio.get_running_loop().run_in_executor(self._thread, self._counters.close)


class LiveApp:
    """The ASGI application."""

    def __init__(self, settings: Settings, counters: Counters) -> None:
        parts = urlsplit(settings.base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._fixed = {name.lower(): text for name, text in fixed_headers(settings).items()}
        self._secret = settings.ticket_secret
        self._signals = Signals(counters)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, or the life of the process."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._signals.end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] not in TOPICS:
            return await self._problem(send, 404, "not_found")
        topic, counter = TOPICS[scope["path"]]
        if scope["method"] == "OPTIONS":
            return await self._answer(send, 204, b"")
        if scope["method"] != "GET":
            return await self._problem(send, 405, "method_not_allowed")
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        kind, _, shown = headers.get("authorization", "").partition(" ")
        ticket = check(self._secret, shown, topic, datetime.now(UTC)) if kind.lower() == "bearer" else None
        if ticket is None:
            return await self._problem(send, 401, "token_expired")
        try:
            async with self._signals.listening(ticket.clinic_id, counter) as listener:
                await self._stream(receive, send, ticket, listener)
        except OSError:
            raise
        except Exception as error:
            log.warning("stream refused clinic=%s error=%s", ticket.clinic_id, type(error).__name__)
            await self._problem(send, 503, "internal_error")
        return None

    async def _stream(self, receive: Receive, send: Send, ticket: Ticket, listener: Listener) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._headers("text/event-stream")})
        gone = asyncio.create_task(self._gone(receive, listener))
        try:
            async for line in self._lines(ticket, listener, gone):
                await send({"type": "http.response.body", "body": line, "more_body": True})
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()

    async def _lines(self, ticket: Ticket, listener: Listener, gone: asyncio.Task[None]) -> AsyncIterator[bytes]:
        """One event at once, one for each change, a comment when it is quiet, until the ticket ends."""
        while True:
            left = (ticket.until - datetime.now(UTC)).total_seconds()
            if left <= 0 or gone.done() or self._signals.ending:
                return
            if listener.bell.is_set():
                listener.bell.clear()
                yield b'data: {"sequence": %d}\n\n' % (listener.number or 0)
                continue
            try:
                await asyncio.wait_for(listener.bell.wait(), min(left, KEEP_ALIVE_SECONDS))
            except TimeoutError:
                if left > KEEP_ALIVE_SECONDS:
                    yield b": still here\n\n"

    @staticmethod
    async def _gone(receive: Receive, listener: Listener) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        listener.bell.set()

    def _headers(self, content_type: str) -> list[tuple[bytes, bytes]]:
        pairs = self._fixed | {
            "content-type": content_type,
            "cache-control": "no-store",
            "access-control-allow-origin": self._origin,
            "access-control-allow-methods": "GET",
            "access-control-allow-headers": "authorization",
            "vary": "origin",
        }
        return [(k.encode(), v.encode()) for k, v in pairs.items()]

    async def _answer(self, send: Send, status: int, body: bytes, content_type: str = "text/plain") -> None:
        await send({"type": "http.response.start", "status": status, "headers": self._headers(content_type)})
        await send({"type": "http.response.body", "body": body})

    async def _problem(self, send: Send, status: int, code: str) -> None:
        body = json.dumps({"type": "about:blank", "title": code, "status": status, "code": code}).encode()
        await self._answer(send, status, body, "application/problem+json")


def create_live_app() -> LiveApp:
    """The application from the environment's settings."""
    settings = read_settings()
    return LiveApp(settings, open_counters(settings.database_url, settings.database_key))
