"""Reads proofs of possession (RFC 9449 4.2): JWTs of one form, ES256 alone, signed by the key in their own header.

A key that is only pointed at (`jku`, `x5u`, `kid`) is never fetched or looked up, and a header that says more than
the three agreed words is refused. Judging what is said belongs to `domain/device_proof.py`. Nonces carry no state:
each is a keyed hash of the minute it was made in, so that every process of an installation knows every nonce.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from .config import LOOPBACK, Settings
from .domain.device_proof import ProofOutcome, SignedProof, plain_address

ALGORITHM = "ES256"
TYPE = "dpop+jwt"
_HEADER = {"typ", "alg", "jwk"}
_KEY = {"kty", "crv", "x", "y"}
#: A proof of ours has about 600 letters; an identifier in it 36.
_LONGEST, _LONGEST_UNIQUE = 4096, 128
#: The year 2242: later is no clock of a device, and nothing below has to fear the end of the calendar.
_LAST_SECOND = 2**33


def read_proof(text: str | None) -> SignedProof | ProofOutcome:
    """The words of a proof whose signature is good, else `MISSING` or `MALFORMED`. Never raises."""
    if not text:
        return ProofOutcome.MISSING
    if len(text) > _LONGEST:
        return ProofOutcome.MALFORMED
    try:
        return _read(text)
    except (JoseError, ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        return ProofOutcome.MALFORMED


def _read(text: str) -> SignedProof:
    unverified = jws.extract_compact(text.encode("ascii"))
    header = unverified.headers()
    told_key = header.get("jwk")
    if set(header) != _HEADER or header["typ"] != TYPE or header["alg"] != ALGORITHM:
        raise ValueError("header")
    if not isinstance(told_key, dict) or set(told_key) != _KEY or (told_key["kty"], told_key["crv"]) != ("EC", "P-256"):
        raise ValueError("key")
    key = ECKey.import_key({word: str(told_key[word]) for word in _KEY})
    signed = jws.deserialize_compact(text.encode("ascii"), key, algorithms=[ALGORITHM])
    claims = json.loads(signed.payload or b"")
    if not isinstance(claims, dict):
        raise ValueError("claims")
    return SignedProof(
        thumbprint=key.thumbprint(),
        method=_text(claims, "htm"),
        address=unquote(_text(claims, "htu")),
        issued_at=_seconds(claims),
        unique=_unique(claims),
        token_digest=_text(claims, "ath") if "ath" in claims else None,
        nonce=_text(claims, "nonce") if "nonce" in claims else None,
    )


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _seconds(claims: dict[str, Any]) -> int:
    value = claims["iat"]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("iat")
    if not 0 <= value <= _LAST_SECOND:
        raise ValueError("iat")
    return value


def _unique(claims: dict[str, Any]) -> str:
    value = _text(claims, "jti")
    if not 1 <= len(value) <= _LONGEST_UNIQUE:
        raise ValueError("jti")
    return value


def addresses_of(bases: Iterable[str], path: str) -> frozenset[str]:
    """How one path of ours may be called: below each base address, and on this computer by each of its own names."""
    found: set[str] = set()
    for base in bases:
        parts = urlsplit(base)
        names = LOOPBACK if parts.hostname in LOOPBACK else {parts.hostname or ""}
        port = f":{parts.port}" if parts.port else ""
        for name in names:
            shown = f"[{name}]" if ":" in name else name
            found.add(plain_address(f"{parts.scheme}://{shown}{port}{parts.path.rstrip('/')}{path}"))
    return frozenset(found)


def web_addresses(settings: Settings, path: str) -> frozenset[str]:
    """The addresses of a path of the web application. Never taken from the request: its sender writes that."""
    return addresses_of((settings.base_url, *settings.other_addresses), path)


def digest_of(token: str) -> str:
    """`ath`: what a proof says about the token it goes with (RFC 9449 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode().rstrip("=")


def new_nonce(secret: bytes, now: datetime, life: timedelta) -> str:
    """What a device may sign in place of trusting its own clock."""
    return _nonce_of(secret, _count(now, life))


def living_nonces(secret: bytes, now: datetime, life: timedelta) -> frozenset[str]:
    """Those of this span and of the one before."""
    count = _count(now, life)
    return frozenset({_nonce_of(secret, count), _nonce_of(secret, count - 1)})


def _count(now: datetime, life: timedelta) -> int:
    return int(now.timestamp() // life.total_seconds())


def _nonce_of(secret: bytes, count: int) -> str:
    made = hmac.new(secret, b"otonai proof nonce %d" % count, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:16]).decode().rstrip("=")
