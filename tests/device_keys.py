"""The key of a device as tests hold it: makes good proofs of possession, and bad ones word by word (RFC 9449)."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey


class DeviceKey:
    """An ECDSA key on P-256, made new unless told."""

    def __init__(
        self, private: dict[str, str | list[str]] | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        self.key = ECKey.import_key(private) if private else ECKey.generate_key("P-256")
        self._clock = clock

    @property
    def thumbprint(self) -> str:
        """Its name (RFC 7638)."""
        return self.key.thumbprint()

    @property
    def public(self) -> dict[str, Any]:
        """What goes into a proof's header."""
        told: dict[str, Any] = dict(self.key.as_dict(private=False))
        return {word: told[word] for word in ("kty", "crv", "x", "y")}

    def proof(self, method: str, url: str, *, token: str | None = None, later: int = 0, **claims: Any) -> str:
        """A proof for one request; further claims replace or join those that are right, None takes one away."""
        said: dict[str, Any] = {
            "jti": str(uuid4()), "htm": method, "htu": url.partition("?")[0], "iat": int(self._clock()) + later,
        }  # fmt: skip
        if token is not None:
            said["ath"] = digest(token)
        said = {word: value for word, value in (said | claims).items() if value is not None}
        return jwt.encode({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public}, said, self.key)


def digest(token: str) -> str:
    """`ath` of a token."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
