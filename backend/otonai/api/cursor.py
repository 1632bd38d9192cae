"""Opaque cursors: the client carries them back unread."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from ..domain.errors import Invalid


def pack(*parts: Any) -> str:
    """A cursor from plain values."""
    return base64.urlsafe_b64encode(json.dumps(parts, default=str, separators=(",", ":")).encode()).decode().rstrip("=")


def unpack(text: str | None, count: int) -> list[Any] | None:
    """The values again; None without a cursor. Raises Invalid for anything we did not make."""
    if not text:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        raise Invalid("the cursor was not made here") from None
    if not isinstance(parts, list) or len(parts) != count:
        raise Invalid("the cursor was not made here")
    return parts
