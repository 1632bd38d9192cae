"""`/api/live`: short-lived tickets for the live channel. The channel itself is another small program (`live.py`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app

from ..domain.access import Caller
from ..tickets import issue
from .access import access, caller, now, settings
from .models.care import BridgeLiveOut
from .models.people import LiveTicketOut
from .resource import Resource

blp = Resource("live", "/api/live", about="Tickets for the live channel")

LIFE = timedelta(minutes=5)
BRIDGE_LIFE = timedelta(hours=1)


@blp.post("/ticket")
@access(Caller.STAFF, Caller.BEDSIDE, Caller.TABLET, own_transaction=True)
@blp.gives(200, LiveTicketOut)
def ticket() -> LiveTicketOut:
    """Where to listen, with what, and until when."""
    until = now() + LIFE
    return LiveTicketOut(
        url=f"{settings().live_url}/live/clinic",
        ticket=issue(settings().ticket_secret, caller().clinic_id, "clinic", until),
        expires_at=until,
    )


def bridge_ticket(clinic_id: UUID, at: datetime) -> BridgeLiveOut:
    """The same for a bridge, handed over with its jobs."""
    secret = current_app.extensions["otonai"].settings.ticket_secret
    return BridgeLiveOut(
        url=f"{settings().live_url}/live/bridge", ticket=issue(secret, clinic_id, "bridge", at + BRIDGE_LIFE)
    )
