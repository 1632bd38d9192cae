"""`/api/live`: short-lived tickets for the live channel. The channel itself is another small program (`live.py`).

A device's ticket is bound to the device's key, as its tokens are.
"""

from __future__ import annotations

from datetime import timedelta

from ..domain.access import Caller
from ..tickets import TicketHolder, issue
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
        ticket=issue(settings().ticket_secret, caller().clinic_id, "clinic", until, _holder()),
        expires_at=until,
    )


def bridge_ticket() -> BridgeLiveOut:
    """The same for the bridge that is calling, handed over with its jobs."""
    until = now() + BRIDGE_LIFE
    ticket = issue(settings().ticket_secret, caller().clinic_id, "bridge", until, _holder())
    return BridgeLiveOut(url=f"{settings().live_url}/live/bridge", ticket=ticket)


def _holder() -> TicketHolder | None:
    """The calling device with its key; None for a page at the office."""
    who = caller()
    if who.device_id is None or who.thumbprint is None:
        return None
    return TicketHolder(who.device_id, who.thumbprint)
