"""`/api/board`: who is in the house today (院内患者)."""

from __future__ import annotations

from uuid import UUID

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.attendance import Arrival, Standing
from ..domain.dates import business_day
from ..flow.attend import arrive, move
from ..store.attendances import attendances_on, doctors_of
from ..store.audit import write_event
from .access import access, caller, now, session
from .models.board import AttendanceIn, AttendanceOut, BoardOut, BoardQuery, DoctorOut, MoveIn
from .present_board import board_out
from .resource import Resource

blp = Resource("board", "/api/board", about="Who is in the house today")


@blp.get("")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(BoardQuery, location="query")
@blp.gives(200, BoardOut)
def board(query: BoardQuery) -> BoardOut:
    """A day's people, first come first, with waiting time, eligibility and doctor."""
    tx, who = session(), caller()
    day = query.day or business_day(now())
    rows = attendances_on(tx, who.clinic_id, day)
    write_event(tx, who.clinic_id, now(), action="board_viewed", actor=who.actor, outcome=f"rows={len(rows)}")
    return BoardOut(
        day=day,
        items=board_out(tx, who.clinic_id, rows, now()),
        doctors=[DoctorOut(id=each.id, name=each.name) for each in doctors_of(tx, who.clinic_id)],
    )


@blp.post("")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(AttendanceIn)
@blp.gives(200, AttendanceOut)
def put(body: AttendanceIn) -> AttendanceOut:
    """Put a patient onto today's board; who stands there already stays as they are."""
    tx, who = session(), caller()
    row = arrive(tx, who.clinic_id, body.patient_id, Arrival.DESK, now(), who.actor, now())
    return board_out(tx, who.clinic_id, [row], now())[0]


@blp.put("/<uuid:attendance_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(MoveIn)
@blp.gives(200, AttendanceOut)
def change(body: MoveIn, attendance_id: UUID) -> AttendanceOut:
    """Move one person, or give them a doctor; undone by moving back."""
    tx, who = session(), caller()
    wanted = Standing(body.state, body.place, body.doctor_id, body.version)
    row = move(tx, who.clinic_id, attendance_id, wanted, who.actor, now())
    return board_out(tx, who.clinic_id, [row], now())[0]
