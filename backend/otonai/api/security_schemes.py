"""How callers prove who they are, as the published document says it: one entry for each kind of caller of a route."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..domain.access import Caller
from ..domain.device_proof import ProofOutcome

#: Components of the document. A device's call carries the token and, in a header of its own, the proof.
SCHEMES: Mapping[str, Mapping[str, Any]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "otonai_session",
        "description": "A browser at the office (`POST /api/session`).",
    },
    "DPoP": {
        "type": "http",
        "scheme": "dpop",
        "description": "An enrolled tablet or bridge: an access token bound to the device's key (RFC 9449 7.1).",
    },
    "proof": {
        "type": "apiKey",
        "in": "header",
        "name": "DPoP",
        "description": (
            "A new proof of the device's key for each call (RFC 9449 4.2): ES256, `jwk` in the header. A refusal names "
            "its reason: " + ", ".join(outcome for outcome in ProofOutcome if outcome is not ProofOutcome.PROVEN) + ". "
            "With `DPoP-Nonce` in a refusal, a new proof that holds the nonce gets through."
        ),
    },
    "unlock": {
        "type": "apiKey",
        "in": "header",
        "name": "Otonai-Unlock",
        "description": "A tablet that a named person has opened by PIN (`POST /api/devices/me/unlock`).",
    },
}

_DEVICE = ("DPoP", "proof")
_OF: Mapping[Caller, tuple[str, ...]] = {
    Caller.PUBLIC: (),
    Caller.TABLET: _DEVICE,
    Caller.BRIDGE: _DEVICE,
    Caller.STOPPED: _DEVICE,
    Caller.BEDSIDE: (*_DEVICE, "unlock"),
}


def credentials_of(callers: Iterable[Caller]) -> list[dict[str, list[str]]]:
    """What one of these callers shows, in the form of the document; an empty entry: nothing is needed.

    Who is neither a device nor anybody at all is a person at a browser.
    """
    wanted = set(callers)
    told = [{name: list[str]() for name in _OF.get(caller, ("session",))} for caller in Caller if caller in wanted]
    return [entry for number, entry in enumerate(told) if entry not in told[:number]]
