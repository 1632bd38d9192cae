"""`/api/devices/me/…`: a tablet's day shares, what it says about itself, and a stopped one's last words (design 8)."""

from __future__ import annotations

from flask import Response, after_this_request

from ..domain.access import LEDGER_WORKERS, Caller
from ..flow.day_shares import tell_shares
from ..flow.lost_tablet import take_last_words
from ..flow.sync_tablet import SealedEntry
from ..store.changes import note_change
from ..store.tables import Device, Staff
from .access import access, caller, now, sealing, session
from .models.bag import LAST_WORDS_BATCH, DaySharesOut, LastWordsIn, LastWordsOut, TabletStatusIn, TabletStatusOut
from .models.common import Empty
from .proving import rules
from .resource import Resource

blp = Resource("bag", "/api/devices/me", about="What a tablet carries")


@blp.post("/day-shares")
@access(Caller.BEDSIDE, roles=LEDGER_WORKERS, tells_secret=True)
@blp.takes(Empty)
@blp.gives(200, DaySharesOut)
def day_shares(body: Empty) -> DaySharesOut:  # noqa: ARG001 -- there is nothing to say
    """The server's halves of today's keys, for the person who has this tablet open; each telling is audited."""
    tx, who = session(), caller()
    device = tx.get_one(Device, (who.clinic_id, who.device_id))
    staff = tx.get_one(Staff, (who.clinic_id, who.staff_id))
    told = tell_shares(tx, sealing(), device, staff, rules(), now())
    return DaySharesOut.model_validate(
        {
            "day": told.day,
            "server_time": now(),
            "medical_mode": told.medical_mode,
            "shares": [
                {"class": each.data_class, "share": each.share, "not_after": each.not_after} for each in told.shares
            ],
            "withheld": [{"class": "M", "reason": told.withheld}] if told.withheld else [],
        }
    )


@blp.post("/status")
@access(Caller.TABLET, Caller.BEDSIDE)
@blp.takes(TabletStatusIn)
@blp.gives(200, TabletStatusOut)
def status(body: TabletStatusIn) -> TabletStatusOut:
    """What the office sees of a tablet, and the server's time for it. Signed, so it also tells whether we are there."""
    tx, who = session(), caller()
    device = tx.get_one(Device, (who.clinic_id, who.device_id))
    packed = body.packed.model_dump(mode="json") if body.packed else None
    told = (body.version, body.storage_persisted, body.key_mode, body.unsent, packed)
    if told != (device.version, device.storage_persisted, device.key_mode, device.unsent, device.packed):
        note_change(tx, who.clinic_id, "device", device.id)
    device.version, device.storage_persisted, device.key_mode, device.unsent, device.packed = told
    device.skew_seconds = round((body.client_time - now()).total_seconds())
    tx.add(device)
    return TabletStatusOut(server_time=now())


@blp.post("/last-words")
@access(Caller.STOPPED)
@blp.takes(LastWordsIn)
@blp.gives(200, LastWordsOut)
def last_words(body: LastWordsIn) -> LastWordsOut:
    """Unsent entries of a stopped tablet, kept sealed; its word that it is empty. The browser is asked to forget."""
    tx, who = session(), caller()
    device = tx.get_one(Device, (who.clinic_id, who.device_id), with_for_update=True)
    entries = [SealedEntry(e.sequence, e.id, e.schema_, e.key_id, e.box) for e in body.entries]
    if len(entries) < LAST_WORDS_BATCH:  # more is to come after a full batch, and needs the tablet's key
        after_this_request(_forget)
    return LastWordsOut(kept=take_last_words(tx, device, entries, body.wiped, now()))


def _forget(answer: Response) -> Response:
    """Asks the browser to forget what our own code may have missed."""
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer
