"""`/api/health`, `/api/ping` and the connection lights of the office."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlmodel import Session, col, select

from .. import __version__
from ..domain.access import Caller
from ..domain.dates import end_of_business_day
from ..domain.trouble import Day, Light, alarms, lights
from ..flow.break_glass import open_seal
from ..store.requests import (
    cards_read,
    jobs_by_state,
    last_answer_at,
    lately,
    quarantined_by_reason,
    validities_since,
)
from ..store.tables import Device
from .access import access, caller, now, session
from .models.care import ConnectionOut, HealthOut, LightOut, LightsOut
from .models.people import PingOut
from .resource import Resource

blp = Resource("connection", "/api", about="Whether everything is reachable")

#: A bridge that has not been heard for this long is silent.
SILENT_AFTER = timedelta(seconds=90)


@blp.get("/health")
@access(Caller.PUBLIC)
@blp.gives(200, HealthOut)
def health() -> HealthOut:
    """The server answers and can reach its data."""
    session().execute(text("SELECT 1"))
    return HealthOut(status="ok", version=__version__)


@blp.get("/ping")
@access(Caller.PUBLIC, Caller.STAFF, Caller.TABLET)
@blp.gives(200, PingOut)
def ping() -> PingOut:
    """Proof that the server was reached."""
    return PingOut(server_time=now())


@blp.get("/health/connection")
@access(Caller.STAFF)
@blp.gives(200, ConnectionOut)
def connection() -> ConnectionOut:
    """One light per link, and what today's answers say about the way to the terminal."""
    clinic_id, tx = caller().clinic_id, session()
    bridge = newest_bridge(tx, clinic_id)
    midnight = end_of_business_day(now()) - timedelta(days=1)
    jobs = jobs_by_state(tx, clinic_id, midnight)
    quarantined = quarantined_by_reason(tx, clinic_id, midnight)
    health_told = (bridge.health or {}) if bridge else {}
    folders: dict[str, str] = health_told.get("folders", {})
    cards, last_card = cards_read(tx, clinic_id, midnight)
    day = Day(
        bridge=bridge_state(tx, clinic_id, now()),
        folders=folders,
        answered=jobs.get("answered", 0),
        failed=jobs.get("failed", 0),
        unanswered=jobs.get("unanswered", 0),
        validities=validities_since(tx, clinic_id, midnight),
        other_institution_files=quarantined.get("other_institution", 0),
        emergency_open=open_seal(tx, clinic_id, now()) is not None,
        cards_read=cards,
    )
    shown, flow = lights(day), health_told.get("flow", {})
    waiting = jobs.get("waiting", 0) + jobs.get("written", 0)
    took = [length.total_seconds() * 1000 for length in lately(tx, clinic_id)]
    return ConnectionOut(
        lights=LightsOut(
            bridge=_passing(shown.bridge, bridge.last_seen_at if bridge else None, flow.get("res", {})),
            terminal=LightOut(
                state=shown.terminal,
                last_at=last_answer_at(tx, clinic_id),
                queue=waiting,
                latency_ms=round(median(took)) if took else None,
            ),
            reader=_passing(shown.reader, last_card, flow.get("face", {})),
        ),
        bridge=bridge_state(tx, clinic_id, now()),
        bridge_seen_at=bridge.last_seen_at if bridge else None,
        folders=folders,
        last_answer_at=last_answer_at(tx, clinic_id),
        waiting_jobs=waiting,
        unanswered_today=day.unanswered,
        quarantined_today=sum(quarantined.values()),
        alarms=[alarm.value for alarm in alarms(day)],
    )


def _passing(state: Light, last_at: datetime | None, flow: dict[str, Any]) -> LightOut:
    """What the bridge told of a folder's files."""
    return LightOut(state=state, last_at=last_at, queue=flow.get("queue", 0), latency_ms=flow.get("latency_ms"))


def newest_bridge(tx: Session, clinic_id: UUID) -> Device | None:
    """The active bridge heard most recently."""
    return tx.exec(
        select(Device)
        .where(Device.clinic_id == clinic_id, Device.kind == "bridge", Device.state == "active")
        .order_by(col(Device.last_seen_at).desc())
        .limit(1)
    ).first()


def bridge_state(tx: Session, clinic_id: UUID, at: datetime) -> Literal["connected", "silent", "never"]:
    """connected, silent (not heard for 90 s) or never."""
    bridge = newest_bridge(tx, clinic_id)
    if bridge is None or bridge.last_seen_at is None:
        return "never"
    return "connected" if at - bridge.last_seen_at < SILENT_AFTER else "silent"
