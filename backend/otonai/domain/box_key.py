"""When the key that tablets seal to is changed, and when an old one may be forgotten (design 8).

Entries may lie on a tablet for weeks. An old private key is forgotten only when nothing sealed to it can be left
anywhere: on no tablet, and in no entry that we keep sealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class BoxKeyRules:
    """`life`: a key seals this long. `rest`: a retired one is kept at least this long."""

    life: timedelta
    rest: timedelta


@dataclass(frozen=True, slots=True)
class TabletFacts:
    """What one tablet in use told us last; `unsent` None: it never said."""

    last_seen_at: datetime | None
    unsent: int | None


def is_due(created_at: datetime, now: datetime, rules: BoxKeyRules) -> bool:
    """Whether a new key takes the place of this one."""
    return now - created_at >= rules.life


def is_drained(
    retired_at: datetime, tablets: Iterable[TabletFacts], *, kept_sealed: int, now: datetime, rules: BoxKeyRules
) -> bool:
    """Whether nothing sealed to a retired key can be left. `kept_sealed`: our own entries under it, not yet opened."""
    if kept_sealed or now - retired_at < rules.rest:
        return False
    # Seen after a whole rest since the change, it knows the new key; with nothing unsent, it holds no old box.
    known = retired_at + rules.rest / 2
    return all(t.last_seen_at is not None and t.last_seen_at >= known and t.unsent == 0 for t in tablets)
