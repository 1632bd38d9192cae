"""Tickets of the live channel: a clinic, a topic, an end, and whose they are; signed with a secret of `web` and `live`.

A ticket opens nothing but the signal "something changed"; it carries no data and no right to any. A device's ticket
is bound to the device's key (`cnf`, RFC 9449 6): it is shown with a proof, and is worth nothing to whoever copies it.
A page at the office has no key of its own; its ticket lives for minutes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ALGORITHM, TYPE, ISSUER, AUDIENCE = "HS256", "otonai-ticket+jwt", "otonai-web", "otonai-live"
_LONGEST = 2048


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """The device a ticket is for, and the thumbprint of its key."""

    device_id: UUID
    thumbprint: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a valid ticket says: which clinic's signal, until when, for which device (None: a page at the office)."""

    clinic_id: UUID
    until: datetime
    holder: TicketHolder | None = None


def issue(secret: bytes, clinic_id: UUID, topic: str, until: datetime, holder: TicketHolder | None = None) -> str:
    """A signed ticket."""
    claims: dict[str, Any] = {
        "iss": ISSUER, "aud": AUDIENCE, "clinic": str(clinic_id), "topic": topic, "exp": int(until.timestamp()),
    }  # fmt: skip
    if holder is not None:
        claims |= {"sub": str(holder.device_id), "cnf": {"jkt": holder.thumbprint}}
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE}, claims, OctKey.import_key(secret))


def check(secret: bytes, ticket: str, topic: str, now: datetime) -> Ticket | None:
    """A valid ticket for this topic, else None. One algorithm, one form of header, our own secret: nothing is chosen
    by what the ticket says of itself."""
    if len(ticket) > _LONGEST:
        return None
    try:
        signed = jws.deserialize_compact(ticket.encode("ascii"), OctKey.import_key(secret), algorithms=[ALGORITHM])
        if signed.headers() != {"alg": ALGORITHM, "typ": TYPE}:
            return None
        claims = json.loads(signed.payload or b"")
        if (claims["iss"], claims["aud"], claims["topic"]) != (ISSUER, AUDIENCE, topic):
            return None
        until = datetime.fromtimestamp(int(claims["exp"]), UTC)
        holder = TicketHolder(UUID(claims["sub"]), str(claims["cnf"]["jkt"])) if "sub" in claims else None
        return Ticket(UUID(claims["clinic"]), until, holder) if now < until else None
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError):
        return None
