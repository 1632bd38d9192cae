"""An authenticator made of software, as small as the W3C's text allows: ES256 keys, and every lie a test needs.

It stands for browser and authenticator together: it writes the client data, signs, and says of itself what it is told
to say. Real browsers are tried in `tests/journey`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
ORIGIN = "http://localhost"


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class SoftAuthenticator:
    """One device with one key. Its answers are those of our API's models, so that they can be posted as they are."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    user_handle: str = ""
    count: int = 0
    counts: bool = True  # a passkey that is kept in step over several devices has no counter
    flags: int = PRESENT | VERIFIED
    origin: str = ORIGIN
    rp_id: str = "localhost"
    framed: bool = False

    def create(self, options: dict[str, Any], name: str = "受付のパソコン") -> dict[str, Any]:
        """What a browser answers to `create()`."""
        self.user_handle = options["user"]["id"]
        attested = bytes(16) + struct.pack(">H", len(self.credential_id)) + self.credential_id + self._public_key()
        data = self._data(self.flags | ATTESTED) + attested
        return {
            "name": name,
            "id": encoded(self.credential_id),
            "client_data": encoded(self._client_data("webauthn.create", options["challenge"])),
            "attestation": encoded(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
            "transports": ["internal"],
        }

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a browser answers to `get()`."""
        data, client_data = self._data(self.flags), self._client_data("webauthn.get", options["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "id": encoded(self.credential_id),
            "client_data": encoded(client_data),
            "authenticator_data": encoded(data),
            "signature": encoded(signature),
            "user_handle": self.user_handle,
        }

    def copy(self) -> SoftAuthenticator:
        """A thief's copy: the same key, and a counter of its own from here on."""
        return SoftAuthenticator(self.key, self.credential_id, self.user_handle, self.count, flags=self.flags)

    def _data(self, flags: int) -> bytes:
        self.count += 1 if self.counts else 0
        return hashlib.sha256(self.rp_id.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": self.framed}
        return json.dumps(told).encode()

    def _public_key(self) -> bytes:
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
