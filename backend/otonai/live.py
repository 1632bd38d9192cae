"""The live channel: tells listeners that something of their clinic changed, and nothing else (ADR 005).

A small ASGI program without ORM. Tablets and office pages listen on `/live/clinic`, the bridge on `/live/bridge`; a
signed ticket says which clinic and until when. One look at the counters, a few times a second and only while anybody
listens, serves all listeners. Missing an event costs nothing: each stream begins with one, and clients pull by cursor.

A device shows its ticket with a proof of its key (`Authorization: DPoP`), an office page shows one as a bearer. The
stream of a device that the office stops ends within a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from .config import Settings, read_settings
from .domain.dates import business_day
from .domain.device_proof import Demand, ProofOutcome, judge
from .proofs import addresses_of, digest_of, living_nonces, read_proof
from .response_headers import fixed_headers
from .rules.devices import device_rules_on
from .store.counters import Counters, DeviceOf, open_counters
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
    """One open stream: the number it was told last, and a bell that rings when there is a newer one.

    `stopped`: its device may not listen any more.
    """

    clinic_id: UUID
    counter: int
    device_id: UUID | None = None
    number: int | None = None
    seen: tuple[int, int] | None = None
    stopped: bool = False
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def device(self) -> DeviceOf | None:
        """The device at the other end, if it is one."""
        return (self.clinic_id, self.device_id) if self.device_id is not None else None


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
    async def listening(self, ticket: Ticket, counter: int) -> AsyncIterator[Listener]:
        """A listener that has its first number. Raises what the database raises when that cannot be read."""
        listener = Listener(ticket.clinic_id, counter, ticket.holder.device_id if ticket.holder else None)
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
            loop, looked_for = asyncio.get_running_loop(), list(self._listeners)
            wanted = {listener.clinic_id for listener in looked_for}
            numbers = await loop.run_in_executor(self._thread, self._counters.read, wanted)
            moved = [one for one in looked_for if one.seen != numbers.get(one.clinic_id, (0, 0))]
            devices = {of for one in moved if (of := one.device) is not None}
            allowed = await loop.run_in_executor(self._thread, self._counters.may_listen, devices) if devices else set()
        for listener in moved:
            listener.seen = numbers.get(listener.clinic_id, (0, 0))
            listener.stopped = listener.device is not None and listener.device not in allowed
            if listener.stopped or listener.seen[listener.counter] != listener.number:
                listener.number = listener.seen[listener.counter]
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
        self._live_url = settings.live_url
        self._signals = Signals(counters)
        self._used: dict[str, float] = {}

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
        ticket = self._ticket(scope, topic, datetime.now(UTC))
        if ticket is None:
            return await self._problem(send, 401, "token_expired")
        try:
            async with self._signals.listening(ticket, counter) as listener:
                if listener.stopped:
                    return await self._problem(send, 403, "device_stopped")
                await self._stream(receive, send, ticket, listener)
        except OSError:
            raise
        except Exception as error:
            log.warning("stream refused clinic=%s error=%s", ticket.clinic_id, type(error).__name__)
            await self._problem(send, 503, "internal_error")
        return None

    def _ticket(self, scope: Scope, topic: str, now: datetime) -> Ticket | None:
        """The valid ticket that was shown, with its device's proof where it is bound to one."""
        headers = [(k.decode("latin-1").lower(), v.decode("latin-1")) for k, v in scope["headers"]]
        scheme, _, shown = next((v for k, v in headers if k == "authorization"), "").partition(" ")
        ticket = check(self._secret, shown, topic, now)
        if ticket is None:
            return None
        if ticket.holder is None:
            return ticket if scheme.lower() == "bearer" else None
        proofs = [v for k, v in headers if k == "dpop"]
        if scheme.lower() != "dpop" or len(proofs) != 1:
            return None
        return ticket if self._is_proven(proofs[0], shown, ticket.holder.thumbprint, scope["path"], now) else None

    def _is_proven(self, text: str, shown: str, thumbprint: str, path: str, now: datetime) -> bool:
        """Whether a proof is for this ticket, here and now, and seen for the first time by this process.

        There is one such process, and a ticket that it forgets by ending opens a signal without data.
        """
        rules, proof = device_rules_on(business_day(now)), read_proof(text)
        if isinstance(proof, ProofOutcome):
            return False
        demand = Demand(
            method="GET",
            addresses=addresses_of((self._live_url,), path),
            now=now,
            nonces=living_nonces(self._secret, now, rules.nonce_life),
            thumbprint=thumbprint,
            token_digest=digest_of(shown),
        )
        if judge(proof, demand, rules.proof_window) is not ProofOutcome.PROVEN:
            return False
        tick, unique = time.monotonic(), f"{proof.thumbprint}.{proof.unique}"
        self._used = {used: until for used, until in self._used.items() if until > tick}
        if unique in self._used:
            return False
        self._used[unique] = tick + rules.keep_proofs.total_seconds()
        return True

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
            if left <= 0 or gone.done() or self._signals.ending or listener.stopped:
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
            "access-control-allow-headers": "authorization, dpop",
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
