"""The one clock of the simulator: Japanese standard time, as the center stamps it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

JST = timezone(timedelta(hours=9))

#: Where a time is needed, it is asked for here, so that tests can hold it.
Clock = Callable[[], datetime]


def now_in_japan() -> datetime:
    """The present time in Japan."""
    return datetime.now(JST)


def stamp(moment: datetime) -> str:
    """`YYYYMMDDHHmmss` (oqs-interface 3.3)."""
    return moment.astimezone(JST).strftime("%Y%m%d%H%M%S")
