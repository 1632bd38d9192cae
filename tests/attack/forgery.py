"""Proofs and tokens forged in every known way, by somebody who has everything of a device but its private key."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from tests.api.server import ADDRESS, Device, told
from tests.device_keys import DeviceKey, digest

ME = "/api/devices/me"


def packed(header: Any, claims: Any, signature: bytes = b"\0" * 64) -> str:
    """Three parts, whatever they hold."""
    parts = [json.dumps(part).encode() if not isinstance(part, bytes) else part for part in (header, claims)]
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in [*parts, signature])


@dataclass
class Forger:
    """Knows the tablet's token and public key, and holds a key of his own."""

    victim: Device
    own: DeviceKey

    def header(self, **changes: Any) -> dict[str, Any]:
        """A proof's header with the victim's public key; None takes a word away."""
        header = {"typ": "dpop+jwt", "alg": "ES256", "jwk": self.victim.key.public} | changes
        return {word: value for word, value in header.items() if value is not None}

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Claims that would be right."""
        return {
            "jti": str(uuid4()), "htm": "GET", "htu": f"{ADDRESS}{ME}", "iat": int(datetime.now(UTC).timestamp()),
            "ath": digest(self.victim.access_token),
        } | changes  # fmt: skip

    def signed(self, header: dict[str, Any], claims: dict[str, Any] | None = None, key: Any = None) -> str:
        """Signed with the forger's key, or with another one that he could have."""
        algorithm = header.get("alg", "ES256")
        registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
        body = json.dumps(claims or self.claims())
        return jws.serialize_compact(header, body, key or self.own.key, algorithms=[algorithm], registry=registry)

    def by_victim(self, **claims: Any) -> str:
        """A proof that the victim itself once made for something else."""
        token = claims.pop("token", self.victim.access_token)
        return self.victim.key.proof(
            claims.pop("method", "GET"), claims.pop("url", f"{ADDRESS}{ME}"), token=token, **claims
        )


def public_pem(key: DeviceKey) -> bytes:
    """The victim's public key as bytes, which HS256 would take for a secret."""
    return key.key.as_pem(private=False)


def hs256(forger: Forger, secret: bytes) -> str:
    """The old confusion: the public key as a shared secret."""
    head, body, _ = packed(forger.header(alg="HS256"), forger.claims()).split(".")
    return f"{head}.{body}." + base64.urlsafe_b64encode(
        hmac.digest(secret, f"{head}.{body}".encode(), "sha256")
    ).decode().rstrip("=")


RSA = RSAKey.generate_key(2048)
P384 = ECKey.generate_key("P-384")

FORGED: dict[str, tuple[str, Callable[[Forger], str]]] = {
    "no proof": ("proof_missing", lambda _: ""),
    "not three parts": ("proof_malformed", lambda _: "x"),
    "three empty parts": ("proof_malformed", lambda _: ".."),
    "two proofs in one header": ("proof_malformed", lambda f: f"{f.by_victim()}, {f.by_victim()}"),
    "a megabyte of proof": ("proof_malformed", lambda _: "a" * 60_000),
    "alg none without signature": ("proof_malformed", lambda f: packed(f.header(alg="none"), f.claims(), b"")),
    "alg none in capitals": ("proof_malformed", lambda f: packed(f.header(alg="NONE"), f.claims(), b"")),
    "alg missing": ("proof_malformed", lambda f: packed(f.header(alg=None), f.claims())),
    "the public key as HS256 secret": ("proof_malformed", lambda f: hs256(f, public_pem(f.victim.key))),
    "HS256 with an oct key in the header": (
        "proof_malformed",
        lambda f: f.signed(f.header(alg="HS256", jwk={"kty": "oct", "k": "c2VjcmV0"}), key=OctKey.import_key("s" * 32)),
    ),
    "RS256 with the forger's RSA key": (
        "proof_malformed",
        lambda f: f.signed(f.header(alg="RS256", jwk=RSA.as_dict(private=False)), key=RSA),
    ),
    "ES384 on another curve": (
        "proof_malformed",
        lambda f: f.signed(f.header(alg="ES384", jwk=P384.as_dict(private=False)), key=P384),
    ),
    "a signature of zeros": ("proof_malformed", lambda f: packed(f.header(), f.claims(), b"\0" * 64)),
    "the victim's key named, the forger's used": ("proof_malformed", lambda f: f.signed(f.header())),
    "no key in the header": ("proof_malformed", lambda f: f.signed(f.header(jwk=None))),
    "a private key in the header": (
        "proof_malformed",
        lambda f: f.signed(f.header(jwk=dict(f.own.key.as_dict(private=True)))),
    ),
    "a kid that climbs to a file": (
        "proof_malformed",
        lambda f: f.signed(f.header(kid="../../../../dev/null", jwk=f.own.public)),
    ),
    "a kid that is a query": (
        "proof_malformed",
        lambda f: f.signed(f.header(kid="x' UNION SELECT 'y", jwk=f.own.public)),
    ),
    "a key to be fetched (jku)": (
        "proof_malformed",
        lambda f: f.signed(f.header(jku="https://evil.example/keys", jwk=f.own.public)),
    ),
    "a certificate to be fetched (x5u)": (
        "proof_malformed",
        lambda f: f.signed(f.header(x5u="https://evil.example/cert", jwk=f.own.public)),
    ),
    "a certificate in the header (x5c)": (
        "proof_malformed",
        lambda f: f.signed(f.header(x5c=["AAAA"], jwk=f.own.public)),
    ),
    "something critical": ("proof_malformed", lambda f: packed(f.header(crit=["exp"], exp=1), f.claims())),
    "another type of token": ("proof_malformed", lambda f: f.signed(f.header(typ="JWT", jwk=f.own.public))),
    "no type": ("proof_malformed", lambda f: f.signed(f.header(typ=None, jwk=f.own.public))),
    "claims that are no object": ("proof_malformed", lambda f: packed(f.header(), [1])),
    "an instant that is no number": ("proof_malformed", lambda f: f.by_victim(iat="now")),
    "an instant at the end of time": ("proof_malformed", lambda f: f.by_victim(iat=10**20)),
    "an identifier of a megabyte": ("proof_malformed", lambda f: f.by_victim(jti="x" * 2_000)),
    "no identifier": ("proof_malformed", lambda f: f.by_victim(jti=None)),
    "no address": ("proof_malformed", lambda f: f.by_victim(htu=None)),
    "a good proof by the forger's own key": (
        "proof_of_other_key",
        lambda f: f.own.proof("GET", f"{ADDRESS}{ME}", token=f.victim.access_token),
    ),
    "the victim's proof for another method": ("proof_of_other_request", lambda f: f.by_victim(method="POST")),
    "the victim's proof for another path": (
        "proof_of_other_request",
        lambda f: f.by_victim(url=f"{ADDRESS}/api/sync/pack"),
    ),
    "the victim's proof for another server": (
        "proof_of_other_request",
        lambda f: f.by_victim(url=f"https://evil.example{ME}"),
    ),
    "the victim's proof for another token": ("proof_of_other_token", lambda f: f.by_victim(token="another")),
    "the victim's proof for the token route": ("proof_of_other_token", lambda f: f.by_victim(token=None)),
    "the victim's proof of two minutes ago": ("proof_not_now", lambda f: f.by_victim(later=-120)),
    "the victim's proof of tomorrow": ("proof_not_now", lambda f: f.by_victim(later=86_400)),
    "the victim's proof with a made-up nonce": ("proof_not_now", lambda f: f.by_victim(nonce="made-up")),
}  # fmt: skip


def forged_tokens(victim: Device, neighbour: Device) -> dict[str, str]:
    """Things that look like a token. Ours are random words that only the database knows, so nothing can look right."""
    now, key = int(datetime.now(UTC).timestamp()), DeviceKey()
    right = {
        "iss": "otonai-web", "aud": "otonai", "sub": str(victim.id), "client_id": "otonai-tablet", "iat": now,
        "exp": now + 600, "cnf": {"jkt": victim.key.thumbprint},
    }  # fmt: skip

    def jwt_of(header: dict[str, Any], **changes: Any) -> str:
        told_header = {"typ": "at+jwt", "alg": "ES256"} | header
        return (
            Forger(victim, key).signed(told_header, right | changes)
            if told_header["alg"] == "ES256"
            else packed(told_header, right | changes, b"")
        )

    tokens = {
        "empty": "",
        "a guess": "x" * 43,
        "alg none": jwt_of({"alg": "none"}),
        "HS256 signed with nothing": jwt_of({"alg": "HS256"}),
        "signed by the forger": jwt_of({}),
        "with the forger's key in the header": jwt_of({"jwk": key.public}),
        "with a kid that climbs": jwt_of({"kid": "../../keys/ticket.secret"}),
        "with a kid that is a query": jwt_of({"kid": "' OR 1=1 --"}),
        "with a key to be fetched": jwt_of({"jku": "https://evil.example/keys"}),
        "with a certificate to be fetched": jwt_of({"x5u": "https://evil.example/c"}),
        "of another issuer": jwt_of({}, iss="https://evil.example"),
        "for another audience": jwt_of({}, aud="otonai-live"),
        "of another type": jwt_of({"typ": "JWT"}),
        "run out": jwt_of({}, exp=now - 1),
        "of tomorrow": jwt_of({}, nbf=now + 86_400),
        "bound to another key": jwt_of({}, cnf={"jkt": key.thumbprint}),
        "of another clinic": jwt_of({}, sub=str(neighbour.id)),
        "the neighbour's own": neighbour.access_token,
        "its own refresh token": victim.refresh_token,
        "its own with a letter more": victim.access_token + "A",
        "its own with a letter less": victim.access_token[:-1],
        "its own in other letters": victim.access_token.swapcase(),
        "its own digest": digest(victim.access_token),
        "a word of the query language": "' OR '1'='1",
        "a wildcard": "%",
    }
    ticket = told(victim.post("/api/live/ticket"))["ticket"]
    return tokens | {"a ticket of the live channel": ticket, "a cookie's value": "otonai_session"}
