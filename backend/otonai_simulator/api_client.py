"""Talks to Otonai by its public API, as a browser at the office does. Knows no screens and decides nothing.

Refusals become `ApiRefused` with the stable code of the problem document; no answer becomes `ApiAway`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx

from .proofs import DeviceKey

TIMEOUT_SECONDS = 20.0


class ApiRefused(Exception):
    """The server said no; `code` is stable, the text is for the person who runs the demo."""

    def __init__(self, call: str, status: int, code: str, detail: str = "", nonce: str | None = None) -> None:
        super().__init__(f"{call}: {status} {code} {detail}".strip())
        self.status = status
        self.code = code
        self.nonce = nonce  # what a device signs in place of trusting its own clock


class ApiAway(Exception):
    """No answer came."""


def open_line(base_url: str) -> httpx.Client:
    """One connection to one server of this machine; proxies of the surroundings do not count."""
    return httpx.Client(base_url=base_url, timeout=TIMEOUT_SECONDS, trust_env=False)


def ask(line: httpx.Client, method: str, path: str, **what: Any) -> Any:
    """One call; the JSON of its answer, or None when it has no content."""
    call = f"{method} {path}"
    try:
        answer = line.request(method, path, **what)
    except httpx.HTTPError as error:
        raise ApiAway(f"{call}: {type(error).__name__}") from error
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        told: Mapping[str, Any] = answer.json()
    except ValueError:
        told = {}
    code = str(told.get("code") or told.get("error") or "no_code")
    detail = str(told.get("errors") or told.get("reason") or told.get("detail") or "")
    raise ApiRefused(call, answer.status_code, code, detail, answer.headers.get("DPoP-Nonce"))


def ask_as_device(
    line: httpx.Client,
    key: DeviceKey,
    token: str | None,
    method: str,
    path: str,
    headers: Mapping[str, str],
    **what: Any,
) -> Any:
    """One call of a device with its key, and once more with the server's nonce where the server asks for it."""
    address, nonce = str(line.base_url.join(path)), None
    for again in (False, True):
        own = {"DPoP": key.proof(method, address, token, nonce)}
        if token is not None:
            own["Authorization"] = f"DPoP {token}"
        try:
            return ask(line, method, path, headers=dict(headers) | own, **what)
        except ApiRefused as refusal:
            nonce = refusal.nonce
            if again or nonce is None:
                raise
    return None


class Office:
    """One signed-in person at the office. Use as a context manager: leaving signs out."""

    def __init__(self, base_url: str, login_name: str, password: str) -> None:
        self._line = open_line(base_url)
        try:
            told = ask(self._line, "POST", "/api/session", json={"login_name": login_name, "password": password})
        except BaseException:
            self._line.close()
            raise
        self.clinic_id: str = told["clinic"]["id"]

    def __enter__(self) -> Office:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            ask(self._line, "DELETE", "/api/session")
        except (ApiAway, ApiRefused):
            pass  # the session ends by itself; what went wrong before counts
        finally:
            self._line.close()

    def get(self, path: str, **query: str | int) -> Any:
        """Look something up."""
        return ask(self._line, "GET", path, params=query)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Do something once, however often the call is repeated below."""
        return ask(self._line, "POST", path, json=body, headers={"Idempotency-Key": str(uuid4())})

    def every(self, path: str, **query: str | int) -> Iterator[Any]:
        """All items of a paged list."""
        cursor: str | None = None
        while True:
            page = self.get(path, **query, **({"cursor": cursor} if cursor else {}))
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def approve_device(self, user_code: str, name: str) -> Any:
        """Take the device that shows this code into the clinic."""
        return self.post(f"/api/devices/grants/{user_code}/approve", {"name": name, "ownership": "clinic"})
