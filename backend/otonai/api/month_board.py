"""`/api/month-board`: this month's confirmations, and re-inquiry for everybody for whom it is allowed (S-102)."""

from __future__ import annotations

from collections import Counter
from datetime import date

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.dates import business_day
from ..domain.inquiry import AskWhen, InquiryRoute, InquiryState, MayAsk, Occasion, send_at
from ..domain.month_check import MonthState, month_of
from ..flow.ask_inquiry import call_off
from ..flow.month_board import BoardRow, MonthBoard, month_board
from ..rules import cadence_on
from ..rules.inquiry import inquiry_rules_on
from ..rules.readiness import readiness_rules_on
from ..store.audit import write_event
from ..store.tables import Clinic
from .access import access, caller, now, session
from .inquiries import wishes_of
from .models.inquiries import WishesOut
from .models.month_board import CalledOffOut, CallOffIn, MonthBoardOut, MonthQuery, MonthRowOut, ReinquireIn
from .resource import Resource

blp = Resource("month-board", "/api/month-board", about="今月の確認")


@blp.get("")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(MonthQuery, location="query")
@blp.gives(200, MonthBoardOut)
def board(query: MonthQuery) -> MonthBoardOut:
    """One month: exceptions first."""
    tx, who = session(), caller()
    clinic, today = tx.get_one(Clinic, who.clinic_id), business_day(now())
    month = date.fromisoformat(f"{query.month}-01") if query.month else month_of(now())
    found = _board(clinic, month)
    write_event(
        tx, who.clinic_id, now(), action="month_board_viewed", actor=who.actor, outcome=f"rows={len(found.rows)}",
        subject=_text(month),
    )  # fmt: skip
    retry = cadence_on(today, restarts=clinic.terminal_restarts).retry
    return MonthBoardOut(
        month=_text(month),
        months=[_text(each) for each in found.months],
        is_now=month == month_of(now()),
        tonight_at=send_at(InquiryRoute.REINQUIRY, AskWhen.TONIGHT, now(), retry, many=True),
        reinquiry_on=clinic.reinquiry,
        counts=dict(Counter(row.view.state for row in found.rows)),
        cause=found.cause,
        items=[_row(row) for row in found.rows],
    )


@blp.post("/reinquire")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(ReinquireIn)
@blp.gives(202, WishesOut)
def reinquire(body: ReinquireIn) -> WishesOut:
    """再照会 for the patients named, or for everybody who is due and may be asked; safe to repeat."""
    tx = session()
    clinic = tx.get_one(Clinic, caller().clinic_id)
    patients = body.patient_ids
    if patients is None:
        patients = [
            row.chart.id
            for row in _board(clinic, month_of(now())).rows
            if row.view.state is MonthState.DUE and row.reinquiry is MayAsk.YES
        ]
    return wishes_of(tx, clinic, patients, InquiryRoute.REINQUIRY, Occasion.MONTH, body.when)


@blp.post("/call-off")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(CallOffIn)
@blp.gives(200, CalledOffOut)
def stop(body: CallOffIn) -> CalledOffOut:
    """Take back what waits for the night; what was sent is answered as ever."""
    tx, who = session(), caller()
    clinic = tx.get_one(Clinic, who.clinic_id)
    return CalledOffOut(called_off=call_off(tx, clinic, body.patient_ids, who.actor, now()))


def _board(clinic: Clinic, month: date) -> MonthBoard:
    today = business_day(now())
    return month_board(session(), clinic, month, now(), inquiry_rules_on(today), readiness_rules_on(today))


def _row(row: BoardRow) -> MonthRowOut:
    chart, inquiry = row.chart, row.inquiry
    planned = inquiry is not None and inquiry.state == InquiryState.PLANNED.value
    return MonthRowOut(
        patient_id=chart.id,
        chart_number=chart.chart_number,
        patient_name=chart.name,
        name_kana=chart.name_kana,
        state=row.view.state,
        reason=row.view.reason,
        code=inquiry.code if inquiry else None,
        message=inquiry.message if inquiry else None,
        marks=list(row.marks),
        last_checked_at=chart.last_checked_at,
        last_check_kind=chart.last_check_kind,
        newest_visit=row.newest_visit,
        due_at=inquiry.due_at if inquiry is not None and planned else None,
        inquiry_id=inquiry.id if inquiry else None,
        consented_id=row.consented_id,
        reinquiry=row.reinquiry,
        number=row.number,
        action=row.action,
    )


def _text(month: date) -> str:
    return month.strftime("%Y-%m")
