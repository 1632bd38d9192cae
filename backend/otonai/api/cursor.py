"""Opaque cursors: the client carries them back unread."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ..domain.errors import Invalid

#: Reads one part of a cursor; raises ValueError or TypeError for what we never packed.
Part = Callable[[Any], Any]


def number(part: Any) -> int:
    """A sequence number as databases hold it."""
    if not isinstance(part, int) or not 0 <= part < 1 << 63:
        raise ValueError("no sequence number")
    return part


def text(part: Any) -> str:
    """Text as databases hold it."""
    if not isinstance(part, str) or "\0" in part:
        raise ValueError("no text")
    part.encode()  # half a character is no text either
    return part


def instant(part: Any) -> datetime:
    """An instant with its offset."""
    found = datetime.fromisoformat(part)
    if found.tzinfo is None:
        raise ValueError("no instant")
    return found


def day(part: Any) -> date:
    """A day."""
    return date.fromisoformat(part)


def ident(part: Any) -> UUID:
    """An id."""
    return UUID(text(part))


def pack(*parts: Any) -> str:
    """A cursor from plain values."""
    return base64.urlsafe_b64encode(json.dumps(parts, default=str, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(cursor: str | None, *kinds: Part) -> list[Any] | None:
    """The values again, each read by its kind; None without a cursor. Raises Invalid for anything we did not make."""
    if not cursor:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list) or len(parts) != len(kinds):
            raise ValueError("other parts")
        return [kind(part) for kind, part in zip(kinds, parts, strict=True)]
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise Invalid("the cursor was not made here") from None
