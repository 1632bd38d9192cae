"""A tablet without a screen: enrols, unlocks by PIN, seals what is entered, pulls changes, reads drugs and checkups.

It does over HTTP what the PWA does, with the same sealing (HPKE base mode, RFC 9180) and the same proof of its own key
for each call (RFC 9449), so that a whole visit can be played without a browser. Keeps nothing but its key and its
token pair, which the owner stores by `keep`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKey

from .api_client import ApiRefused, ask, ask_as_device, open_line
from .proofs import DeviceKey

CLIENT_ID = "otonai-tablet"
SCHEMA = "entry/1"
_INFO = f"otonai {SCHEMA}".encode()
_SUITE = CipherSuite.new(KEMId.DHKEM_P256_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES256_GCM)
_DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What lets the tablet in, together with its key; the old pair is dead once a new one was used."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A tablet that shows its code and waits for the office."""

    user_code: str
    device_code: str = field(repr=False)
    key: DeviceKey = field(repr=False)


def begin_enrolment(base_url: str, device_name: str) -> Enrolment:
    """Ask for a code to show (RFC 8628)."""
    key = DeviceKey()
    form = {"client_id": CLIENT_ID, "device_name": device_name, "dpop_jkt": key.thumbprint}
    with open_line(base_url) as line:
        told = ask(line, "POST", "/api/oauth/device", data=form)
    return Enrolment(told["user_code"], told["device_code"], key)


def finish_enrolment(base_url: str, enrolment: Enrolment) -> TokenPair:
    """The first pair, once the office approved. Raises ApiRefused(authorization_pending) before."""
    form = {"grant_type": _DEVICE_GRANT, "device_code": enrolment.device_code, "client_id": CLIENT_ID}
    with open_line(base_url) as line:
        return _pair(ask_as_device(line, enrolment.key, None, "POST", "/api/oauth/token", {}, data=form))


def seal(public_key: bytes, plaintext: bytes, aad: bytes) -> str:
    """`enc || ciphertext` in base64url, for the clinic's box key only."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
    enc, context = _SUITE.create_sender_context(KEMKey.from_pyca_cryptography_key(key), info=_INFO)
    return base64.urlsafe_b64encode(enc + context.seal(plaintext, aad=aad)).decode().rstrip("=")


class OwnTablet:
    """One enrolled tablet, open for at most one person."""

    def __init__(self, base_url: str, key: DeviceKey, pair: TokenPair, keep: Callable[[TokenPair], None]) -> None:
        self._line = open_line(base_url)
        self._key = key
        self._pair = pair
        self._keep = keep
        self._unlock_token = ""
        self._staff_id = ""
        self._cursor = ""
        self.visits: dict[str, dict[str, Any]] = {}
        self.patients: dict[str, dict[str, Any]] = {}

    def close(self) -> None:
        """Put it away."""
        self._line.close()

    def about(self) -> Any:
        """What the tablet knows while locked; fetches a new pair first when the old one has run out."""
        try:
            return self._ask("GET", "/api/devices/me")
        except ApiRefused as refusal:
            if refusal.code != "token_expired":
                raise
        form = {"grant_type": "refresh_token", "refresh_token": self._pair.refresh_token, "client_id": CLIENT_ID}
        self._pair = _pair(ask_as_device(self._line, self._key, None, "POST", "/api/oauth/token", {}, data=form))
        self._keep(self._pair)
        return self._ask("GET", "/api/devices/me")

    def choose_pin(self, login_name: str, password: str, new_pin: str) -> None:
        """First use by one person: name and password once, and a PIN of their own."""
        self._opened({"login_name": login_name, "password": password, "new_pin": new_pin})

    def unlock(self, staff_id: str, pin: str) -> None:
        """Open it by PIN."""
        self._opened({"staff_id": staff_id, "pin": pin})

    def lock(self) -> None:
        """Lock it."""
        self._ask("DELETE", "/api/devices/me/unlock")
        self._unlock_token = ""

    def pack(self) -> Any:
        """Take today's visits along."""
        told = self._ask("POST", "/api/sync/pack", json={})
        self._cursor = told["cursor"]
        self._take(told)
        return told

    def pull(self) -> None:
        """Take what changed since the last time."""
        more = True
        while more:
            told = self._ask("GET", "/api/sync/changes", params={"cursor": self._cursor})
            self._take(told)
            for gone in told["forget"]:
                (self.visits if gone["kind"] == "visit" else self.patients).pop(gone["id"], None)
            self._cursor, more = told["cursor"], told["more"]

    def enter(self, kind: str, visit_id: str, data: Mapping[str, Any]) -> str:
        """Seal one entry and send it; its outcome (`applied`, `merged`, …) or the code of its rejection."""
        about = self.about()
        entry_id, sequence = str(uuid4()), about["next_sequence"]
        body = {
            "staff_id": self._staff_id,
            "kind": kind,
            "visit_id": visit_id,
            "base_version": self.visits[visit_id]["version"],
            "stamp": f"{about['id']}:{uuid4().hex}",
            "entered_at": datetime.now(UTC).isoformat(),
            "data": dict(data),
        }
        key = about["box_key"]
        point = base64.urlsafe_b64decode(key["public_key"] + "=" * (-len(key["public_key"]) % 4))
        aad = f"{about['clinic']['id']}|{about['id']}|{sequence}|{entry_id}|{SCHEMA}".encode()
        sealed = {
            "sequence": sequence,
            "id": entry_id,
            "schema": SCHEMA,
            "key_id": key["key_id"],
            "box": seal(point, json.dumps(body, ensure_ascii=False).encode(), aad),
        }
        told = self._ask("POST", "/api/sync/entries", json={"entries": [sealed], "unsent": 0})
        (result,) = told["results"]
        return str(result["code"] or result["outcome"])

    def medications(self, patient_id: str) -> Any:
        """お薬 of one patient; refused (`locked`) unless the tablet is open."""
        return self._ask("GET", f"/api/patients/{patient_id}/medications")

    def checkups(self, patient_id: str) -> Any:
        """健診 of one patient; refused (`locked`) unless the tablet is open."""
        return self._ask("GET", f"/api/patients/{patient_id}/checkups")

    def _opened(self, body: Mapping[str, str]) -> None:
        told = self._ask("POST", "/api/devices/me/unlock", json=body)
        self._unlock_token, self._staff_id = told["unlock_token"], told["staff"]["id"]

    def _take(self, told: Mapping[str, Any]) -> None:
        self.visits.update({each["id"]: each for each in told["visits"]})
        self.patients.update({each["id"]: each for each in told["patients"]})

    def _ask(self, method: str, path: str, **what: Any) -> Any:
        headers = {"Otonai-Unlock": self._unlock_token} if self._unlock_token else {}
        return ask_as_device(self._line, self._key, self._pair.access_token, method, path, headers, **what)


def _pair(told: Mapping[str, Any]) -> TokenPair:
    return TokenPair(told["access_token"], told["refresh_token"])
