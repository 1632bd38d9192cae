"""A bad network between a client and a served installation: cut, gone, slow, lossy, or somebody else's page.

Plain bytes on the loopback interface, on a thread of its own; what goes through is not read. A client asks the proxy's
port and names the real address in `Host`, so that whatever is signed stays signed for the real address. Loss is what a
connection makes of it: the bytes come, one round trip later, and everything behind them waits.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

Side = Literal["request", "answer"]
#: What a hotel says to everything until somebody has agreed to its terms.
PORTAL = "<!doctype html><title>ようこそ</title><p>Wi-Fiの利用規約に同意してください</p>"
SEGMENT = 1460
#: What keeps two events of a connection in order that are due at once, in seconds.
NEXT = 1e-5


@dataclass(frozen=True, slots=True)
class Cut:
    """Let so many bytes of one side of the next connection through, then end it by reset.

    An answer is cut only when it has begun: by then the server has done what it was asked for.
    """

    side: Side
    after: int


@dataclass(frozen=True, slots=True)
class Slow:
    """A line: round trip in seconds, bytes per second each way, and the share of segments that are lost."""

    round_trip: float
    bandwidth: float
    loss: float = 0.0


class _Over(Exception):
    """This connection was cut."""


class CuttingProxy:
    """One port before another one. Its faults are set from outside, between or during calls."""

    def __init__(self, port: int, slow: Slow | None = None, seed: int = 20261123) -> None:
        self.port, self.carried, self.refused = 0, 0, 0
        self._upstream, self._slow, self._chance = port, slow, random.Random(seed)
        self._cut: Cut | None = None
        self._down = self._portal = False
        self._free_at: dict[Side, float] = {"request": 0.0, "answer": 0.0}
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self, cut: Cut) -> None:
        """The next connection, and that one alone."""
        self._cut = cut

    def go_down(self) -> None:
        """Every connection ends by reset, and so does each new one."""
        self._down = True
        self._loop.call_soon_threadsafe(self._reset_all)

    def come_up(self) -> None:
        """As if nothing had been."""
        self._down = self._portal = False

    def show_portal(self) -> None:
        """Every question gets a page of HTML and a 200; the server hears of none."""
        self._portal = True
        self._loop.call_soon_threadsafe(self._reset_all)

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def _end(self) -> None:
        self._server.close()
        self._reset_all()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=5)

    def _reset_all(self) -> None:
        for writer in list(self._open):
            _reset(writer)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        if self._down:
            self.refused += 1
            return _reset(to_client)
        if self._portal:
            self.refused += 1
            return await _show_portal(client, to_client)
        self.carried += 1
        cut, self._cut = self._cut, None
        server, to_server = await asyncio.open_connection("127.0.0.1", self._upstream)
        self._open |= {to_client, to_server}
        try:
            if self._slow:
                await asyncio.sleep(self._slow.round_trip)  # the handshake
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry("request", client, to_server, cut))
                both.create_task(self._carry("answer", server, to_client, cut))
        except* (_Over, OSError):  # the other side of a cut connection may be gone already
            _reset(to_server)
            _reset(to_client)
        finally:
            self._open -= {to_client, to_server}
            to_server.close()
            to_client.close()

    async def _carry(self, side: Side, come: asyncio.StreamReader, go: asyncio.StreamWriter, cut: Cut | None) -> None:
        left = cut.after if cut and cut.side == side else None
        margin = 0 if side == "request" else 1  # a request may be cut right behind its end, an answer only before it
        there_at = 0.0
        while chunk := await come.read(SEGMENT if self._slow else 1 << 16):
            if left is not None and len(chunk) >= left + margin:
                go.write(chunk[:left])
                await go.drain()
                raise _Over
            left = left - len(chunk) if left is not None else None
            if self._slow:
                there_at = max(there_at + NEXT, await self._sent_over(side, self._slow, len(chunk)))
                self._loop.call_at(there_at, _arrive, go, chunk)
            else:
                go.write(chunk)
                await go.drain()
        self._loop.call_at(there_at + NEXT, _say_end, go)

    async def _sent_over(self, side: Side, slow: Slow, size: int) -> float:
        """Wait until these bytes have left, behind all that left before; returns when they are there."""
        self._free_at[side] = max(self._free_at[side], self._loop.time()) + size / slow.bandwidth
        await asyncio.sleep(self._free_at[side] - self._loop.time())
        lost = slow.round_trip if self._chance.random() < slow.loss else 0.0
        return self._loop.time() + slow.round_trip / 2 + lost


def _reset(writer: asyncio.StreamWriter) -> None:
    """End a connection as a network does that has gone: nothing is sent any more, and the other side gets a reset."""
    line = writer.get_extra_info("socket")
    if line is not None and line.fileno() >= 0:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _arrive(writer: asyncio.StreamWriter, chunk: bytes) -> None:
    if not writer.is_closing():
        writer.write(chunk)


def _say_end(writer: asyncio.StreamWriter) -> None:
    if not writer.is_closing():
        writer.write_eof()


async def _show_portal(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
    body = PORTAL.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    try:
        await client.readuntil(b"\r\n\r\n")
        to_client.write(head.encode() + body)
        await to_client.drain()
        to_client.close()
    except (OSError, asyncio.IncompleteReadError):
        _reset(to_client)  # whoever asked has gone
