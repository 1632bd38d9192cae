"""`/api/bridge`: exactly three routes. The bridge moves whole files; it cannot read anything else here (F41)."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import marshmallow
from flask import current_app, request

from ..domain.access import Caller
from ..domain.errors import Invalid
from ..flow import advance_soon
from ..flow.receive_result import WELCOME, Delivery, take_delivery
from ..store.requests import awaited_stems, jobs_to_write
from ..store.session import reading, writing
from ..store.tables import Device
from ..terminal.result import read
from .access import access, caller, now, session
from .live import bridge_ticket
from .models.care import (
    BridgeFileIn,
    BridgeFileMeta,
    BridgeFileOut,
    BridgeJobOut,
    BridgeJobsOut,
    HeartbeatIn,
    HeartbeatOut,
)
from .resource import Resource
from .schema import schema

blp = Resource("bridge", "/api/bridge", about="The office's bridge to the terminal's folders")

#: Without the live channel the bridge asks this often.
POLL = timedelta(seconds=2)


@blp.get("/jobs")
@access(Caller.BRIDGE)
@blp.gives(200, BridgeJobsOut)
def jobs() -> BridgeJobsOut:
    """Files to write, and stems of answers that are awaited."""
    tx, clinic_id = session(), caller().clinic_id
    waiting = jobs_to_write(tx, clinic_id)
    return BridgeJobsOut(
        jobs=[
            BridgeJobOut(
                id=j.id,
                file_name=j.file_name,
                content=base64.b64encode(j.content).decode(),
                sha256=j.sha256,
                expected_stem=j.expected_stem,
                answer_by=j.answer_by,
            )
            for j in waiting
        ],
        expected=awaited_stems(tx, clinic_id, now() - WELCOME),
        poll_after_ms=int(POLL.total_seconds() * 1000),
        live=bridge_ticket(),
    )


@blp.post("/files")
@access(Caller.BRIDGE, own_transaction=True)
@blp.takes_form("multipart/form-data", BridgeFileIn)
@blp.gives(200, BridgeFileOut)
def files() -> BridgeFileOut:
    """One file or one word about a job, as multipart `meta` and `file`. Answered after a durable commit.

    What the file tells is written in further transactions right after; if that fails, the worker takes it up from
    the archive, and the bridge has nothing to repeat.
    """
    who, engine = caller(), current_app.extensions["otonai"].engine
    meta = _meta()
    uploaded = request.files.get("file")
    content = uploaded.read() if uploaded is not None else None
    if meta.kind in ("answer", "face") and content is None:
        raise Invalid("the file part is missing")
    delivery = Delivery(meta.delivery_id, meta.kind, meta.file_name, meta.job_id, meta.reason)
    # Read once, and before the transaction: others must not wait for the database while a long list is parsed.
    found = read(content, meta.file_name) if content is not None else None
    with writing(engine, who.clinic_id) as tx:
        receipt = take_delivery(tx, who.clinic_id, delivery, content, now(), found)
    if receipt.outcome == "accepted" and meta.kind in ("answer", "face", "write_failed"):
        advance_soon(engine, who.clinic_id, now(), found)
    with reading(engine, who.clinic_id) as tx:
        more = bool(jobs_to_write(tx, who.clinic_id))
    return BridgeFileOut(
        delivery_id=meta.delivery_id,
        outcome=receipt.outcome,
        reason=receipt.reason,
        jobs_waiting=more,
    )


@blp.post("/heartbeat")
@access(Caller.BRIDGE)
@blp.takes(HeartbeatIn)
@blp.gives(200, HeartbeatOut)
def heartbeat(body: HeartbeatIn) -> HeartbeatOut:
    """How the bridge and its folders are."""
    tx, who = session(), caller()
    device = tx.get_one(Device, (who.clinic_id, who.device_id))
    device.last_seen_at, device.version = now(), body.version
    device.health = body.model_dump(mode="json")
    tx.add(device)
    return HeartbeatOut(server_time=now(), jobs_waiting=bool(jobs_to_write(tx, who.clinic_id)), live=bridge_ticket())


def _meta() -> BridgeFileMeta:
    try:
        loaded = schema(BridgeFileMeta)().load(json.loads(request.form.get("meta", "")))
    except (ValueError, RecursionError, marshmallow.ValidationError):
        raise Invalid("the meta part is not what was agreed") from None
    if not isinstance(loaded, BridgeFileMeta):
        raise Invalid("the meta part is not what was agreed")
    return loaded
