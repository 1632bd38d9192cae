"""Whether a proof of possession belongs to this request, this token, this device and this moment (RFC 9449 4.3).

A device signs each request anew with a key that never leaves it, so that whoever copies its tokens has nothing. Here
the signed words are judged; checking the signature (`proofs.py`) and remembering used proofs (`flow/`) are not.
Sources: RFC 9449 sections 4.2, 4.3, 7, 8, 11; trust-and-speed A5 (device signing key), F20, F41, F44.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class ProofOutcome(StrEnum):
    """What a proof turned out to be."""

    PROVEN = "proven"
    MISSING = "proof_missing"
    MALFORMED = "proof_malformed"  # not signed by the key it names, or not in the agreed form
    OTHER_REQUEST = "proof_of_other_request"
    OTHER_TOKEN = "proof_of_other_token"  # noqa: S105 -- a word, no secret
    OTHER_KEY = "proof_of_other_key"
    NOT_NOW = "proof_not_now"  # signed by a clock that is off, or kept for later
    REPEATED = "proof_repeated"

    @property
    def may_be_made_anew(self) -> bool:
        """Whether an honest device gets through with a new proof: its clock is off, or its browser sent one twice."""
        return self in (ProofOutcome.NOT_NOW, ProofOutcome.REPEATED)


@dataclass(frozen=True, slots=True)
class SignedProof:
    """The words under a good signature. `thumbprint` names the key that signed (RFC 7638)."""

    thumbprint: str
    method: str
    address: str
    issued_at: int  # seconds since 1970 by the device's clock
    unique: str
    token_digest: str | None = None
    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """What a request wants to see proven. `thumbprint` None: any key; `token_digest` None: there is no token yet."""

    method: str
    addresses: Set[str]
    now: datetime
    nonces: Set[str] = frozenset()
    thumbprint: str | None = None
    token_digest: str | None = None


@dataclass(frozen=True, slots=True)
class ProofWindow:
    """How far a device's clock may be off when it has no nonce of ours to show instead."""

    past: timedelta
    future: timedelta


def judge(proof: SignedProof, demand: Demand, window: ProofWindow) -> ProofOutcome:
    """The first thing that is wrong. A living nonce of ours dates a proof better than the device's clock does."""
    if proof.method != demand.method or plain_address(proof.address) not in demand.addresses:
        return ProofOutcome.OTHER_REQUEST
    if demand.token_digest is not None and proof.token_digest != demand.token_digest:
        return ProofOutcome.OTHER_TOKEN
    if demand.thumbprint is not None and proof.thumbprint != demand.thumbprint:
        return ProofOutcome.OTHER_KEY
    if not _is_of_now(proof, demand, window):
        return ProofOutcome.NOT_NOW
    return ProofOutcome.PROVEN


def plain_address(address: str) -> str:
    """An address as it is compared: without query and fragment, scheme and host in small letters, no usual port."""
    plain = address.split("#", 1)[0].split("?", 1)[0]
    scheme, found, rest = plain.partition("://")
    if not found:
        return plain
    host, slash, path = rest.partition("/")
    scheme, host = scheme.lower(), host.lower()
    usual = {"http": ":80", "https": ":443"}.get(scheme, "")
    if usual and host.endswith(usual):
        host = host.removesuffix(usual)
    return f"{scheme}://{host}{slash}{path}"


def _is_of_now(proof: SignedProof, demand: Demand, window: ProofWindow) -> bool:
    if proof.nonce is not None:
        return proof.nonce in demand.nonces
    try:
        made = datetime.fromtimestamp(proof.issued_at, UTC)
    except (OverflowError, OSError, ValueError):
        return False
    return demand.now - window.past <= made <= demand.now + window.future
