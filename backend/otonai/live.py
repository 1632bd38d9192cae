"""The live channel: tells listeners that something of their clinic changed, and nothing else (ADR 005).

A small ASGI program without ORM. Tablets and office pages listen on `/live/clinic`, the bridge on `/live/bridge`; a
signed ticket says which clinic. One poller serves all listeners: it reads the clinics' counters a few times a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from .config import Settings, read_settings
from .store.session import open_engine
from .tickets import check

log = logging.getLogger("otonai.live")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

POLL_SECONDS = 0.1
KEEP_ALIVE_SECONDS = 15.0
#: A stream ends after this long; its listener comes back with a fresh ticket.
LONGEST_STREAM_SECONDS = 600.0

TOPICS = {"/live/clinic": "clinic", "/live/bridge": "bridge"}


class Counters:
    """The newest counters of every clinic, and a bell that rings when any of them moved."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._values: dict[tuple[UUID, str], int] = {}
        self._bell = asyncio.Condition()
        self.listeners = 0

    def value(self, clinic_id: UUID, topic: str) -> int:
        """The number last read."""
        return self._values.get((clinic_id, topic), 0)

    async def moved(self, clinic_id: UUID, topic: str, since: int, patience: float) -> int:
        """Wait until the number is not `since`, at most `patience` seconds; the number then."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience), self._bell:
                await self._bell.wait_for(lambda: self.value(clinic_id, topic) != since)
        return self.value(clinic_id, topic)

    async def poll(self) -> None:
        """Read the counters while anybody listens. A database that is away is tried again, and said once."""
        told = False
        while True:
            if self.listeners:
                try:
                    values = await asyncio.to_thread(self._read)
                    told = False
                except Exception as error:
                    if not told:
                        log.warning("counters unreadable error=%s", type(error).__name__)
                    told = True
                    values = self._values
                if values != self._values:
                    async with self._bell:
                        self._values = values
                        self._bell.notify_all()
            await asyncio.sleep(POLL_SECONDS)

    def _read(self) -> dict[tuple[UUID, str], int]:
        with self._engine.connect() as connection:
            rows = connection.execute(text("SELECT clinic_id, change_sequence, job_sequence FROM clinic_clock"))
            found: dict[tuple[UUID, str], int] = {}
            for clinic_id, changes, jobs in rows:
                key = clinic_id if isinstance(clinic_id, UUID) else UUID(str(clinic_id))
                found[key, "clinic"], found[key, "bridge"] = int(changes), int(jobs)
            return found


class LiveApp:
    """The ASGI application."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings = settings
        self._counters = Counters(engine)
        self._engine = engine
        self._poller: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
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
                if self._poller is not None:
                    self._poller.cancel()
                self._engine.dispose()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._counters.poll())
        topic = TOPICS.get(scope["path"])
        if scope["method"] == "OPTIONS" and topic:
            await self._answer(send, 204, b"")
            return
        if scope["method"] != "GET" or topic is None:
            await self._problem(send, 404, "not_found")
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        ticket = headers.get("authorization", "").removeprefix("Bearer ")
        clinic_id = check(self._settings.ticket_secret, ticket, topic, datetime.now(UTC))
        if clinic_id is None:
            await self._problem(send, 401, "ticket_expired")
            return
        await self._stream(receive, send, clinic_id, topic)

    async def _stream(self, receive: Receive, send: Send, clinic_id: UUID, topic: str) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self._headers("text/event-stream")})
        self._counters.listeners += 1
        gone = asyncio.create_task(self._gone(receive))
        try:
            async for line in self._lines(clinic_id, topic):
                if gone.done():
                    break
                await send({"type": "http.response.body", "body": line, "more_body": True})
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            self._counters.listeners -= 1

    async def _lines(self, clinic_id: UUID, topic: str) -> AsyncIterator[bytes]:
        ends = asyncio.get_running_loop().time() + LONGEST_STREAM_SECONDS
        known = self._counters.value(clinic_id, topic)
        yield _event(known)  # at once: whatever was missed before the stream opened is pulled now
        while asyncio.get_running_loop().time() < ends:
            current = await self._counters.moved(clinic_id, topic, known, KEEP_ALIVE_SECONDS)
            yield _event(current) if current != known else b": still here\n\n"
            known = current

    @staticmethod
    async def _gone(receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    def _headers(self, content_type: str) -> list[tuple[bytes, bytes]]:
        pairs = {
            "content-type": content_type,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
            "access-control-allow-origin": self._settings.base_url,
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


def _event(sequence: int) -> bytes:
    return b'data: {"sequence": %d}\n\n' % sequence


def create_live_app() -> LiveApp:
    """The application from the environment's settings."""
    settings = read_settings()
    return LiveApp(settings, open_engine(settings.database_url, settings.database_key))
