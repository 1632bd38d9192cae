"""Once a day and clinic: what was only of passing use is deleted (ASVS 5.0 V14.2.7). No step of the eight."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine

from ..domain.dates import business_day
from ..domain.day_share import ShareEnd
from ..domain.retention import ends_on
from ..rules.box_keys import box_key_rules_on
from ..rules.retention import retention_on
from ..store.day_shares import end_shares
from ..store.expired import delete_expired
from ..store.session import writing
from .boxes import turn_keys

log = logging.getLogger("otonai.flow")


def forget_expired(engine: Engine, clinic_id: UUID, now: datetime) -> dict[str, int]:
    """Delete what has expired, in one transaction; says how many rows of each kind went."""
    with writing(engine, clinic_id) as session:
        gone = delete_expired(session, clinic_id, ends_on(now, retention_on(business_day(now))))
        gone["box_keys"] = turn_keys(session, clinic_id, box_key_rules_on(business_day(now)), now)[1]
        gone["shares"] = end_shares(session, clinic_id, ShareEnd.DAY_OVER, now, over=True)
    if any(gone.values()):
        counts = " ".join(f"{kind}={count}" for kind, count in gone.items())
        log.info("expired rows deleted clinic=%s %s", clinic_id, counts)
    return gone
