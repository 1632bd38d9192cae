"""`/api/ledger`: the whole ledger as a file for a clinic's first and last day, and everything about one person."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from flask import Response, current_app

from ..domain.access import Caller, Role
from ..domain.dates import JST
from ..domain.ledger_file import HEADS
from ..flow.ledger_file import everything_about, ledger_rows, look_at_file, take_file
from ..store.audit import write_event
from ..store.session import reading
from .access import access, caller, now, session
from .csv_file import BAD_SHOWN, as_file, bad_cells, to_take_away
from .models.ledger_file import LedgerFileIn, LedgerFileOut
from .resource import Resource

blp = Resource("ledger", "/api/ledger", about="患者原簿のファイル")


@blp.get("/export")
@access(Caller.STAFF, roles=[Role.ADMIN], discloses=True)
@blp.gives_file("text/csv")
def export() -> Response:
    """Every chart with every insurance, one row each; `/api/ledger/import` reads it again."""
    tx, who = session(), caller()
    rows = list(ledger_rows(tx, who.clinic_id))
    write_event(tx, who.clinic_id, now(), action="ledger_exported", actor=who.actor, outcome=f"rows={len(rows)}")
    return as_file(f"ledger-{_stamp(now())}.csv", HEADS, rows)


@blp.post("/import")
@access(Caller.STAFF, roles=[Role.ADMIN], own_transaction=True)
@blp.takes(LedgerFileIn)
@blp.gives(200, LedgerFileOut)
def take(body: LedgerFileIn) -> LedgerFileOut:
    """Look at a file, or take it in: new charts are made, others stay as they are. Sent again, it changes nothing."""
    who, engine = caller(), current_app.extensions["otonai"].engine
    if body.take:
        report = take_file(engine, who.clinic_id, body.content, who.actor, now())
    else:
        with reading(engine, who.clinic_id) as tx:
            report = look_at_file(tx, who.clinic_id, body.content, now())
    return LedgerFileOut(
        new=report.new, same=report.same, differs=report.differs, bad=bad_cells(report.bad),
        more_bad=max(0, len(report.bad) - BAD_SHOWN), taken=report.taken,
    )  # fmt: skip


@blp.get("/patients/<uuid:patient_id>")
@access(Caller.STAFF, roles=[Role.ADMIN], discloses=True)
@blp.gives_file("application/json")
def one_patient(patient_id: UUID) -> Response:
    """Everything the clinic holds about one person, as JSON; not what the center answered about drugs and checkups."""
    tx, who = session(), caller()
    found = everything_about(tx, who.clinic_id, patient_id)
    write_event(tx, who.clinic_id, now(), action="patient_exported", actor=who.actor, patient_id=patient_id)
    answer = Response(json.dumps(found, ensure_ascii=False, indent=1), mimetype="application/json")
    return to_take_away(f"patient-{_stamp(now())}.json", answer)


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(JST):%Y%m%d-%H%M}"
