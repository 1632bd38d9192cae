"""The server as the bridge sees it: three routes, two token routes, and nothing else.

Duty: authorization with rotation and a proof of the bridge's key for each call (RFC 9449), the wire format, and one
exception per kind of trouble. Non-duty: waiting and repeating (the loop's `backoff`). The only module that knows
httpx, beside `live`.

Trouble is sorted by what helps: `ServerAway` (wait and repeat everything), `ServerBusy` (repeat this call later),
`DeliveryRefused` (repeating cannot help), `DeviceStopped` and `NotPaired` (stop working, call the office).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx

from otonai_bridge import credentials as store
from otonai_bridge.credentials import Credentials, NotPaired
from otonai_bridge.device_key import DeviceKey
from otonai_bridge.facts import OfferedJob

CLIENT_ID = "otonai-bridge"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_LIMITS = httpx.Limits(max_connections=4, keepalive_expiry=60.0)  # a wake-up should not wait for a new handshake
_EARLY_SECONDS = 30.0  # refresh this long before the access token ends
_CLOCK_SECONDS = 15.0  # a clock that is off by more is worth a line in the log


class ServerAway(Exception):
    """No usable answer (network, gateway, overload): nothing was lost, try again later."""

    def __init__(self, kind: str, retry_after: float | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.retry_after = retry_after


class ServerBusy(Exception):
    """The server failed on this one call; others may go through."""


class DeliveryRefused(Exception):
    """The server will never take this call; `code` is the problem's stable name."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DeviceStopped(Exception):
    """The office has stopped this bridge."""


@dataclass(frozen=True)
class Live:
    url: str
    ticket: str = field(repr=False)
    proof: Callable[[], str] = field(repr=False)  # a new one for each time that the stream is opened


@dataclass(frozen=True)
class Jobs:
    jobs: tuple[OfferedJob, ...]
    expected: frozenset[str]
    poll_after_seconds: float
    live: Live | None


@dataclass(frozen=True)
class Receipt:
    outcome: str  # accepted | duplicate | quarantined
    reason: str | None
    jobs_waiting: bool


@dataclass(frozen=True)
class Pulse:
    server_time: datetime
    jobs_waiting: bool
    live: Live | None


@dataclass(frozen=True)
class PairingStart:
    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: float
    interval: float


def open_client(base_url: str, ca_file: Path | None) -> httpx.Client:
    """Straight to the server: no proxy or credentials from the environment, no redirects."""
    trust = _trust(ca_file) if base_url.startswith("https:") else _no_trust()
    return httpx.Client(base_url=base_url, timeout=_TIMEOUT, limits=_LIMITS, trust_env=False, verify=trust)


@lru_cache(maxsize=2)
def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """The office's own authority alone, or those this computer trusts. Loading them is slow, so once."""
    return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)


@lru_cache(maxsize=1)
def _no_trust() -> ssl.SSLContext:
    """For plain HTTP within this computer: should TLS be met after all, no certificate passes."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass
class Signer:
    """Calls with a proof of the bridge's key. A clock that is off is measured against the server's, and told once.

    The server answers a proof that it cannot date with a nonce; the call is then made again, once, with that nonce
    and by the server's clock. `wall` gives seconds since 1970 by this computer's clock.
    """

    client: httpx.Client
    key: DeviceKey
    wall: Callable[[], float] = time.time
    say: Callable[..., None] = lambda _event, **_facts: None
    ahead: float = 0.0  # seconds by which the server's clock is ahead of this computer's

    def call(self, method: str, path: str, token: str | None = None, **request: Any) -> httpx.Response:
        """Raises ServerAway."""
        nonce: str | None = None
        for again in (False, True):
            headers = {"DPoP": self.proof(method, str(self.client.base_url.join(path)), token, nonce)}
            if token is not None:
                headers["Authorization"] = f"DPoP {token}"
            response = _call(self.client, method, path, headers=headers, **request)
            nonce = response.headers.get("DPoP-Nonce")
            if again or nonce is None or response.status_code not in (400, 401):
                break
            self._learn(response.headers.get("Date", ""))
        return response

    def proof(self, method: str, address: str, token: str | None, nonce: str | None = None) -> str:
        return self.key.proof(method, address, made_at=self.wall() + self.ahead, token=token, nonce=nonce)

    def _learn(self, date: str) -> None:
        try:
            ahead = parsedate_to_datetime(date).timestamp() - self.wall()
        except ValueError:
            return  # no usable `Date`: the nonce alone must do
        if abs(ahead - self.ahead) > _CLOCK_SECONDS:
            self.say("clock_differs", seconds=round(ahead))
        self.ahead = ahead


def begin_pairing(client: httpx.Client, name: str, key: DeviceKey) -> PairingStart:
    """Ask for a code that is good with this key alone. Raises ServerAway, DeliveryRefused."""
    form = {"client_id": CLIENT_ID, "device_name": name, "dpop_jkt": key.thumbprint}
    response = _call(client, "POST", "/api/oauth/device", data=form)
    _raise_for(response)
    body = _body(response)
    try:
        return PairingStart(
            device_code=str(body["device_code"]),
            user_code=str(body["user_code"]),
            verification_uri=str(body["verification_uri"]),
            verification_uri_complete=str(body.get("verification_uri_complete") or body["verification_uri"]),
            expires_in=float(body["expires_in"]),
            interval=float(body.get("interval", 5)),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ServerAway("answer_not_understood") from error


def poll_pairing(signer: Signer, device_code: str) -> dict[str, Any]:
    """The token pair, or `{"error": …}` while the office has not approved yet. Raises ServerAway."""
    form = {"grant_type": DEVICE_GRANT, "device_code": device_code, "client_id": CLIENT_ID}
    response = signer.call("POST", "/api/oauth/token", data=form)
    if response.status_code not in (200, 400, 401):
        _raise_for(response)
    return _body(response)


def revoke(signer: Signer, token: str) -> None:
    """Tell the server that a refresh token is given up. Raises ServerAway."""
    signer.call("POST", "/api/oauth/revoke", data={"token": token, "client_id": CLIENT_ID})


@dataclass
class Server:
    """Authorized calls. Not thread-safe: only the loop uses it."""

    client: httpx.Client
    state: Path
    wall: Callable[[], float] = time.time
    say: Callable[..., None] = lambda _event, **_facts: None

    def __post_init__(self) -> None:
        """Raises NotPaired."""
        self._credentials = store.load(self.state)
        self._signer = Signer(self.client, DeviceKey.load(self.state), self.wall, self.say)

    def jobs(self) -> Jobs:
        """Requests not yet confirmed as written, and the answers still awaited."""
        body = _body(self._authorized("GET", "/api/bridge/jobs"))
        try:
            return Jobs(
                tuple(_job(item) for item in body["jobs"]),
                frozenset(str(stem) for stem in body["expected"]),
                max(0.2, float(body["poll_after_ms"]) / 1000),
                self._live(body.get("live")),
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ServerAway("answer_not_understood") from error

    def deliver(self, meta: dict[str, Any], content: bytes | None) -> Receipt:
        """One file or one report. A receipt means that the server has committed it."""
        parts: dict[str, Any] = {"meta": (None, json.dumps(meta), "application/json")}
        if content is not None:
            parts["file"] = (meta["file_name"], content, "application/octet-stream")
        body = _body(self._authorized("POST", "/api/bridge/files", files=parts))
        try:
            outcome = str(body["outcome"])
            if body["delivery_id"] != meta["delivery_id"] or outcome not in ("accepted", "duplicate", "quarantined"):
                raise ValueError(outcome)
            reason = body.get("reason")
            return Receipt(outcome, None if reason is None else str(reason), bool(body.get("jobs_waiting")))
        except (KeyError, ValueError) as error:
            raise ServerBusy("receipt_not_understood") from error

    def heartbeat(self, pulse: dict[str, Any]) -> Pulse:
        body = _body(self._authorized("POST", "/api/bridge/heartbeat", json=pulse))
        try:
            moment = _aware(str(body["server_time"]))
            return Pulse(moment, bool(body.get("jobs_waiting")), self._live(body.get("live")))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ServerAway("answer_not_understood") from error

    def _authorized(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Refresh when the pair is about to end, and once more when the server says that it has."""
        if self._credentials.expires_at - _EARLY_SECONDS < self.wall():
            self._refresh()
        for refreshed in (False, True):
            response = self._signer.call(method, path, self._credentials.access_token, **request)
            if response.status_code != 401 or refreshed:
                break
            _raise_for_key(response)
            self._refresh()
        _raise_for(response)
        return response

    def _live(self, item: dict[str, Any] | None) -> Live | None:
        if not item:
            return None
        url, ticket = str(item["url"]), str(item["ticket"])
        return Live(url, ticket, lambda: self._signer.proof("GET", url, ticket))

    def _refresh(self) -> None:
        """Rotate the pair; it is on disk before its first use. Raises NotPaired, DeviceStopped, ServerAway."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._credentials.refresh_token,
            "client_id": CLIENT_ID,
        }
        response = self._signer.call("POST", "/api/oauth/token", data=form)
        if response.status_code in (400, 401):
            _raise_for_key(response)
        if response.status_code in (400, 401) and _code(response) in ("invalid_grant", "invalid_client"):
            raise NotPaired("the server no longer knows this bridge; run: otonai-bridge pair --replace")
        _raise_for(response)
        self._credentials = with_pair(self._credentials, _body(response), self.wall())
        store.save(self.state, self._credentials)


def with_pair(credentials: Credentials, body: dict[str, Any], now: float) -> Credentials:
    """The same bridge with the pair of a token answer. Raises ServerAway when the answer holds none."""
    try:
        return replace(
            credentials,
            access_token=str(body["access_token"]),
            refresh_token=str(body["refresh_token"]),
            expires_at=now + float(body["expires_in"]),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ServerAway("answer_not_understood") from error


def _call(client: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
    try:
        return client.request(method, path, **request)
    except httpx.HTTPError as error:
        raise ServerAway(type(error).__name__) from error


def _raise_for(response: httpx.Response) -> None:
    status, code = response.status_code, _code(response)
    if status == 200:
        return
    if status == 403 and code == "device_stopped":
        raise DeviceStopped
    if status in (401, 408, 425, 429, 502, 503, 504, 507):
        raise ServerAway(code, _retry_after(response))
    if status >= 500:
        raise ServerBusy(code)
    raise DeliveryRefused(code)


def _raise_for_key(response: httpx.Response) -> None:
    """What no refresh can mend. Raises NotPaired for a key that the server does not know, ServerAway for a proof that
    it did not take although it was made by its own clock."""
    body = _json(response)
    reason = str(body.get("reason") or body.get("error_description") or "")
    if _code(response) == "enrol_again" or reason in ("proof_of_other_key", "enrol_again"):
        raise NotPaired("the server does not know this bridge's key; run: otonai-bridge pair --replace")
    if _code(response) in ("proof_refused", "invalid_dpop_proof", "use_dpop_nonce"):
        raise ServerAway(reason or "proof_refused")


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _code(response: httpx.Response) -> str:
    """The problem's stable name; the token route calls it `error`."""
    fallback = f"http_{response.status_code}"
    body = _json(response)
    code = str(body.get("code") or body.get("error") or fallback)
    return code if code.replace("_", "").isalnum() and len(code) <= 60 else fallback


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _body(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError as error:
        raise ServerAway("answer_not_understood") from error
    if not isinstance(body, dict):
        raise ServerAway("answer_not_understood")
    return body


def _job(item: dict[str, Any]) -> OfferedJob:
    try:
        content = base64.b64decode(item["content"], validate=True)
    except binascii.Error:
        content = b""  # the hash will differ, and the job is reported as damaged
    until = item.get("answer_by")
    return OfferedJob(
        id=str(item["id"]),
        file_name=str(item["file_name"]),
        folder=str(item["folder"]),
        sha256=str(item["sha256"]).lower(),
        content_sha256=hashlib.sha256(content).hexdigest(),
        expected_stem=str(item["expected_stem"]),
        answer_by=_aware(str(until)) if until else None,
        content=content,
    )


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("time without offset")
    return moment
