"""Introduce this bridge to the server: show a code, wait until an administrator approves it in the browser.

Duty: the device grant (RFC 8628), for a key made now and kept only if the office approves. Non-duty: running.
Raises `PairingFailed` with a sentence for the operator.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from otonai_bridge import credentials as store
from otonai_bridge.credentials import Credentials
from otonai_bridge.device_key import DeviceKey
from otonai_bridge.server import (
    DeliveryRefused,
    DeviceStopped,
    ServerAway,
    ServerBusy,
    Signer,
    begin_pairing,
    poll_pairing,
)
from otonai_bridge.server import with_pair as credentials_with_pair

_SLOWER_SECONDS = 5.0  # RFC 8628: what slow_down asks for


class PairingFailed(Exception):
    """No credentials were stored; the text says what to do."""


def pair(
    client: httpx.Client,
    server: str,
    name: str,
    state: Path,
    *,
    show: Callable[[str], None],
    sleep: Callable[[float], None] = time.sleep,
    wall: Callable[[], float] = time.time,
    tick: Callable[[], float] = time.monotonic,
) -> Credentials:
    """Store and return the credentials. Nothing is stored unless the office approved."""
    key = DeviceKey.make()
    signer = Signer(client, key, wall)
    try:
        start = begin_pairing(client, name, key)
    except (ServerAway, ServerBusy, DeliveryRefused, DeviceStopped) as error:
        raise PairingFailed(f"The server at {server} did not start the pairing ({error}).") from error
    show(f"Open {start.verification_uri} as an administrator and enter this code: {start.user_code}")
    show(f"Or open {start.verification_uri_complete}")
    interval, ends_at = start.interval, tick() + start.expires_in
    while tick() < ends_at:
        sleep(interval)
        try:
            answer = poll_pairing(signer, start.device_code)
        except (ServerAway, ServerBusy) as error:
            show(f"The server cannot be reached ({error}); trying again.")
            continue
        except (DeliveryRefused, DeviceStopped) as error:
            raise PairingFailed(f"The server refused the pairing ({error}).") from error
        match answer.get("error") or answer.get("code"):
            case None:
                blank = Credentials(server, name, "", "")
                paired = credentials_with_pair(blank, answer, wall())
                key.save(state)
                store.save(state, paired)
                return paired
            case "authorization_pending":
                continue
            case "slow_down":
                interval += _SLOWER_SECONDS
            case "access_denied":
                raise PairingFailed("The office refused this bridge.")
            case "expired_token":
                break
            case other:
                raise PairingFailed(f"The server ended the pairing ({other}).")
    raise PairingFailed("The code has expired. Start again with: otonai-bridge pair")
