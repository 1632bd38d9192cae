"""The server's event stream: turns a `data:` line into a wake-up, and its end into another one.

Duty: hold at most one stream, in a thread of its own, to the server's own host. Non-duty: reading what an event
says (any event means "ask for jobs"), opening a new stream by itself (a ticket is good for one stream; the loop
hands over the next one that comes with an answer).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import httpx

from otonai_bridge.server import Live
from otonai_bridge.wakeups import Wake

_SILENCE_SECONDS = 90.0  # keep-alive comments come more often; longer silence means a dead connection
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")


def same_host(stream_url: str, server_url: str) -> bool:
    """Whether a ticket may be shown there: same scheme and host; the stream may have its own port."""
    stream, server = httpx.URL(stream_url), httpx.URL(server_url)
    if stream.scheme != server.scheme:
        return False
    return stream.host == server.host or (stream.host in _LOOPBACK and server.host in _LOOPBACK)


class LiveStream:
    def __init__(
        self,
        server_url: str,
        open_client: Callable[[], httpx.Client],
        post: Callable[[Wake], None],
        say: Callable[..., None],
    ) -> None:
        self._server_url = server_url
        self._open_client = open_client
        self._post = post
        self._say = say
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self.connected = False
        self.lasted = 0.0  # seconds for which the latest stream was open; 0 when it never opened

    def offer(self, live: Live | None) -> None:
        """Open the stream with this ticket unless one is open or opening."""
        if live is None or self._stopping.is_set() or (self._thread and self._thread.is_alive()):
            return
        try:
            allowed = same_host(live.url, self._server_url)
        except httpx.InvalidURL:
            allowed = False
        if not allowed:
            self._say("live_refused", reason="other_host")
            return
        self._thread = threading.Thread(target=self._listen, args=(live,), name="live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """No further stream; an open one ends with the process (its thread is a daemon)."""
        self._stopping.set()

    def _listen(self, live: Live) -> None:
        reason = "closed"
        opened_at: float | None = None
        timeout = httpx.Timeout(_SILENCE_SECONDS, connect=3.0)
        headers = {"Authorization": f"DPoP {live.ticket}", "DPoP": live.proof(), "Accept": "text/event-stream"}
        try:
            with (
                self._open_client() as client,
                client.stream("GET", live.url, headers=headers, timeout=timeout) as answer,
            ):
                if answer.status_code != 200:
                    reason = f"http_{answer.status_code}"
                    return
                self.connected, opened_at = True, time.monotonic()
                self._say("live_connected")
                self._post(Wake.JOBS)  # whatever came up before the stream was open
                for line in answer.iter_lines():
                    if self._stopping.is_set():
                        return
                    if line.startswith("data:"):
                        self._post(Wake.JOBS)
        except httpx.HTTPError as error:
            reason = type(error).__name__
        finally:
            self.connected = False
            self.lasted = 0.0 if opened_at is None else time.monotonic() - opened_at
            if not self._stopping.is_set():
                self._say("live_lost", reason=reason)
                self._post(Wake.LIVE_LOST)
