"""What a browser has begun and not yet ended: the question to a passkey, or the way to the clinic's provider.

Nobody is known yet, so no row is written for anybody who only knocks. The browser holds one signed cookie; challenge,
state, nonce and verifier are keyed hashes of its random part, which nobody but the server can compute. That each is
answered once is seen to where the answer is taken (`flow/spent.py`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ALGORITHM, TYPE = "HS256", "otonai-pending+jwt"
_LONGEST = 2048


class Errand(StrEnum):
    """What was begun. An answer to one is none to another."""

    SHOW_PASSKEY = "show_passkey"
    ADD_PASSKEY = "add_passkey"
    PROVIDER = "provider"  # sign in by the clinic's own provider
    LINK_PROVIDER = "link_provider"  # be recognised by it from now on
    PROVE_BY_PROVIDER = "prove_by_provider"  # once more who one is


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing begun. `clinic_id` and `staff_id` as far as they were known when it began."""

    errand: Errand
    seed: str
    until: datetime
    clinic_id: UUID | None = None
    staff_id: UUID | None = None

    def derived(self, secret: bytes, word: str) -> bytes:
        """32 bytes for one use, such as `challenge` or `state`: the same whenever they are asked for."""
        return hmac.digest(secret, f"{self.errand.value}\0{word}\0{self.seed}".encode(), hashlib.sha256)

    def derived_text(self, secret: bytes, word: str) -> str:
        """The same as 43 signs that fit into an address."""
        return base64.urlsafe_b64encode(self.derived(secret, word)).rstrip(b"=").decode()


def sealed(secret: bytes, pending: Pending) -> str:
    """The cookie's value."""
    claims: dict[str, Any] = {
        "errand": pending.errand.value, "seed": pending.seed, "exp": int(pending.until.timestamp()),
    }  # fmt: skip
    claims |= {"clinic": str(pending.clinic_id)} if pending.clinic_id else {}
    claims |= {"staff": str(pending.staff_id)} if pending.staff_id else {}
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE}, claims, OctKey.import_key(secret))


def opened(secret: bytes, cookie: str, errands: Collection[Errand], now: datetime) -> Pending | None:
    """What was begun, if it was one of these and is not over; else None. Never raises."""
    if len(cookie) > _LONGEST:
        return None
    try:
        signed = jws.deserialize_compact(cookie.encode("ascii"), OctKey.import_key(secret), algorithms=[ALGORITHM])
        if signed.headers() != {"alg": ALGORITHM, "typ": TYPE}:
            return None
        claims = json.loads(signed.payload or b"")
        until = datetime.fromtimestamp(int(claims["exp"]), UTC)
        clinic_id, staff_id = (UUID(claims[word]) if word in claims else None for word in ("clinic", "staff"))
        found = Pending(Errand(claims["errand"]), str(claims["seed"]), until, clinic_id, staff_id)
        return found if found.errand in errands and now < until else None
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError):
        return None
