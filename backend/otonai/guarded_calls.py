"""One guarded call to an address that somebody typed: the only place of the web application that calls out.

Each call resolves the host itself, judges every address it leads to (`domain/provider.py`), and connects to the judged
one, so that no second look-up leads elsewhere; the certificate is still the host's. Nothing is followed, unpacked or
large, nothing takes long, and never more than a few calls wait at once. Reads no answer.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import BoundedSemaphore

import httpx

from .domain.provider import AddressOutcome, ProviderOutcome, judge_host

log = logging.getLogger("otonai.sign_in")

LARGEST = 512 * 1024
#: For each step of a call; the whole call may take twice as long.
PATIENCE = timedelta(seconds=5)
#: Calls that may wait at once: a provider that hangs must not hold every thread of the server.
AT_ONCE = 4


@dataclass(slots=True)
class GuardedCalls:
    """`loopback`: practice and tests may call this computer itself; `named`: hosts inside that the operator named."""

    loopback: bool = False
    named: frozenset[str] = frozenset()
    room: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE), repr=False)

    def call(
        self, method: str, address: str, headers: Mapping[str, str], body: str = ""
    ) -> tuple[int, bytes] | ProviderOutcome | AddressOutcome:
        """Status and content. `away`: no answer of use; an AddressOutcome: its host may not be called. Never raises."""
        if not self.room.acquire(blocking=False):
            log.warning("provider is away: too many wait for one")
            return ProviderOutcome.AWAY
        try:
            return self._ask(method, httpx.URL(address), headers, body)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            log.warning("provider is away: %s", type(error).__name__)
            return ProviderOutcome.AWAY
        finally:
            self.room.release()

    def _ask(
        self, method: str, url: httpx.URL, headers: Mapping[str, str], body: str
    ) -> tuple[int, bytes] | AddressOutcome:
        port = url.port or (443 if url.scheme == "https" else 80)
        leads_to = [str(each[4][0]) for each in socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)]
        outcome = judge_host(url.host, leads_to, named=self.named, loopback=self.loopback)
        if outcome is not AddressOutcome.ACCEPTED:
            return outcome
        ends_at = time.monotonic() + 2 * PATIENCE.total_seconds()
        own = {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        with (
            httpx.Client(
                verify=ssl.create_default_context(), timeout=PATIENCE.total_seconds(), follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream(
                method, url.copy_with(host=leads_to[0]), headers={**headers, **own}, content=body or None,
                extensions={"sni_hostname": url.host},
            ) as answer,
        ):  # fmt: skip
            content = b""
            for part in answer.iter_raw():
                content += part
                if len(content) > LARGEST or time.monotonic() > ends_at:
                    raise httpx.ReadTimeout("too much, or too slow")
            return answer.status_code, content
