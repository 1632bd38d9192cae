"""Identifiers and secrets: UUIDv7 for rows, random tokens of which only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

from uuid6 import uuid7


def new_id() -> UUID:
    """A time-ordered id; says nothing about its row but roughly when it was made."""
    return UUID(bytes=uuid7().bytes)


def new_token() -> str:
    """256 bits for whoever holds it."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token; a stolen table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
