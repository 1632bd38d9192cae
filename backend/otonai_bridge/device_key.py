"""The bridge's own key: made when it is paired, kept in its private folder, shown to nobody (RFC 9449).

Each call is signed anew with it, so that a copied token pair opens nothing. Duty: making, keeping and using the key.
Non-duty: knowing what is called, or when. A file of its own, so that a copy of the credentials is no copy of the key.
Raises `NotPaired` when there is none or it cannot be understood.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from pathlib import Path

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from otonai_bridge.credentials import NotPaired
from otonai_bridge.folders import replace_private_file

_AGAIN = "run: otonai-bridge pair --replace"


class DeviceKey:
    """An ECDSA key on P-256. Its private part never prints and never leaves this object but into its own file."""

    def __init__(self, key: ECKey) -> None:
        self._key = key

    @classmethod
    def make(cls) -> DeviceKey:
        return cls(ECKey.generate_key("P-256"))

    @classmethod
    def load(cls, state: Path) -> DeviceKey:
        path = key_path(state)
        try:
            key = ECKey.import_key(path.read_bytes())
        except FileNotFoundError:
            raise NotPaired(f"no key in {state}; this bridge was paired before bridges had keys; {_AGAIN}") from None
        except (ValueError, TypeError, JoseError) as error:
            raise NotPaired(f"{path} cannot be read ({type(error).__name__}); {_AGAIN}") from None
        if not key.is_private or key.curve_name != "P-256":
            raise NotPaired(f"{path} is not a private key on P-256; {_AGAIN}")
        return cls(key)

    def save(self, state: Path) -> None:
        """On disk, for the bridge's account alone, when this returns. Raises OSError."""
        replace_private_file(key_path(state), self._key.as_pem(private=True))

    @property
    def thumbprint(self) -> str:
        """Its name (RFC 7638)."""
        return self._key.thumbprint()

    def proof(
        self, method: str, address: str, *, made_at: float, token: str | None = None, nonce: str | None = None
    ) -> str:
        """A proof for one call, good once. `made_at`: seconds since 1970 by the server's clock, as far as known."""
        public = self._key.as_dict(private=False)
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": {word: public[word] for word in ("kty", "crv", "x", "y")}}
        plain = address.partition("#")[0].partition("?")[0]
        claims: dict[str, str | int] = {"jti": str(uuid.uuid4()), "htm": method, "htu": plain, "iat": int(made_at)}
        if token is not None:
            claims["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")
        if nonce is not None:
            claims["nonce"] = nonce
        return jwt.encode(header, claims, self._key)


def key_path(state: Path) -> Path:
    return state / "device-key.pem"


def remove(state: Path) -> None:
    key_path(state).unlink(missing_ok=True)
