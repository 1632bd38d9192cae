"""Tickets of the live channel: a clinic, a topic and an end, signed with a secret that `web` and `live` share.

A ticket opens nothing but the signal "something changed"; it carries no data and no right to any.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a valid ticket says: which clinic's signal, and until when."""

    clinic_id: UUID
    until: datetime


def issue(secret: bytes, clinic_id: UUID, topic: str, until: datetime) -> str:
    """A signed ticket."""
    claims = {"aud": "otonai-live", "clinic": str(clinic_id), "topic": topic, "exp": int(until.timestamp())}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(secret))


def check(secret: bytes, ticket: str, topic: str, now: datetime) -> Ticket | None:
    """A valid ticket for this topic, else None."""
    try:
        token = jwt.decode(ticket, OctKey.import_key(secret), algorithms=["HS256"])
        claims = token.claims
        until = datetime.fromtimestamp(int(claims["exp"]), UTC)
        if claims["aud"] != "otonai-live" or claims["topic"] != topic or now >= until:
            return None
        return Ticket(UUID(claims["clinic"]), until)
    except (JoseError, ValueError, KeyError, TypeError, OverflowError):
        return None
