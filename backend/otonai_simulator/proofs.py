"""Proofs of possession as a tablet makes them (RFC 9449): each call is signed anew with the tablet's own key.

Knows the form of a proof and nothing of what is asked for. The key of a played tablet may be written down, because the
demo's note hands its tablet to whoever plays; a real tablet's key cannot be read out at all.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

_PUBLIC = ("kty", "crv", "x", "y")


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """An ECDSA key on P-256."""

    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256"), repr=False)

    @classmethod
    def of(cls, jwk: Mapping[str, str]) -> DeviceKey:
        """The key that was written down."""
        return cls(ECKey.import_key(dict(jwk)))

    @property
    def jwk(self) -> dict[str, str]:
        """To be written down."""
        told = self.key.as_dict(private=True)
        return {word: str(told[word]) for word in (*_PUBLIC, "d")}

    @property
    def thumbprint(self) -> str:
        """Its name (RFC 7638)."""
        return self.key.thumbprint()

    def proof(self, method: str, address: str, token: str | None = None, nonce: str | None = None) -> str:
        """For one call, good once."""
        public = self.key.as_dict(private=False)
        claims: dict[str, Any] = {
            "jti": str(uuid4()), "htm": method, "htu": address.partition("?")[0], "iat": int(time.time()),
        }  # fmt: skip
        if token is not None:
            claims["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
        if nonce is not None:
            claims["nonce"] = nonce
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": {word: public[word] for word in _PUBLIC}}
        return jwt.encode(header, claims, self.key)
