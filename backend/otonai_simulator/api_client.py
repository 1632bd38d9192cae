"""Talks to Otonai by its public API, as a browser at the office does. Knows no screens and decides nothing.

Refusals become `ApiRefused` with the stable code of the problem document; no answer becomes `ApiAway`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx
import pyotp

from .proofs import DeviceKey

TIMEOUT_SECONDS = 20.0
#: An authenticator app shows a new code this often (RFC 6238); how many are tried when earlier ones are spent.
STEP_SECONDS = 30
_STEPS_TO_TRY = 4


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


@dataclass(frozen=True, slots=True)
class Person:
    """How somebody gets in: log-in name, password, and the secret of their authenticator app once there is one.

    `keep` stores that secret when the server tells it, which it does once.
    """

    login_name: str
    password: str = field(repr=False)
    totp_secret: str | None = field(default=None, repr=False)
    keep: Callable[[str], None] | None = field(default=None, repr=False)


class Office:
    """One signed-in person at the office. Use as a context manager: leaving signs out.

    `first` is what a new person was handed: a sign-up code, or as first administrator a first password. Then password
    and authenticator app are chosen on the way in, as the server's stages ask for them.
    """

    def __init__(self, base_url: str, who: Person, *, first: Mapping[str, str] | None = None) -> None:
        self._line = open_line(base_url)
        try:
            told = self._arrive(who, self._first_step(who, first or {}))
        except BaseException:
            self._line.close()
            raise
        self.clinic_id: str = told["clinic"]["id"]

    def _first_step(self, who: Person, first: Mapping[str, str]) -> Any:
        if "code" in first:
            return ask(self._line, "POST", "/api/session/sign-up", json={"code": first["code"]})
        body = {"login_name": who.login_name, "password": first.get("password", who.password)}
        return ask(self._line, "POST", "/api/session", json=body)

    def _arrive(self, who: Person, told: Any) -> Any:
        """From stage to stage until the session is open."""
        secret = who.totp_secret
        while told["stage"] != "open":
            if told["stage"] == "choose_password":
                told = ask(self._line, "PUT", "/api/account/password", json={"new": who.password})
            elif told["stage"] == "second_factor" and secret is not None:
                told = self._show_code(secret, "/api/session/second-factor")
            elif told["stage"] == "enrol_second_factor" and who.keep is not None:
                secret = str(ask(self._line, "POST", "/api/account/authenticator", json={})["secret"])
                who.keep(secret)
                told = self._show_code(secret, "/api/account/authenticator/confirm")["sign_in"]
            else:
                raise ApiRefused("sign-in", 401, told["stage"], f"{who.login_name} cannot go on")
        return told["session"]

    def _show_code(self, secret: str, path: str) -> Any:
        """The oldest code that is still taken and not spent: somebody who plays several people signs in often."""
        app, steps = pyotp.TOTP(secret), int(time.time()) // STEP_SECONDS
        for step in range(steps - 1, steps + _STEPS_TO_TRY):
            while step > int(time.time()) // STEP_SECONDS + 1:
                time.sleep(0.5)  # the server takes codes half a minute early, and no earlier
            try:
                return ask(self._line, "POST", path, json={"code": app.generate_otp(step)})
            except ApiRefused as refusal:
                if refusal.code != "code_used":
                    raise
        raise ApiRefused(f"POST {path}", 401, "code_used")

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
