"""`/api/inquiries`: asking about patients without their card, one or many, and what has become of it (S-128…S-160)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.dates import JST, business_day
from ..domain.errors import Invalid, NotFound
from ..domain.inquiry import (
    AskWhen,
    InquiryRoute,
    Occasion,
    checked_history_period,
    checked_row_count,
    may_ask_by_number,
    may_reinquire,
    problems,
    send_at,
)
from ..domain.month_check import MonthState, month_of
from ..flow.ask_inquiry import Wish, ask_many, ask_one
from ..flow.inquiry_facts import asked_of
from ..flow.month_board import month_board
from ..rules import cadence_on
from ..rules.inquiry import inquiry_rules_on
from ..rules.readiness import readiness_rules_on
from ..store.audit import write_event
from ..store.due import want_by
from ..store.inquiries import (
    booked_between,
    charts,
    count_history,
    get_inquiry,
    history_conditions,
    open_inquiries,
    page_of_history,
)
from ..store.tables import Clinic, ConsentedPatient, Inquiry, Staff
from .access import access, caller, now, session
from .cursor import ident, instant, pack, unpack
from .models.inquiries import (
    BulkIn,
    HistoryQuery,
    InquiryHistoryOut,
    InquiryIn,
    InquiryOptionsOut,
    InquiryOut,
    WishesOut,
    WishOut,
)
from .resource import Resource

blp = Resource("inquiries", "/api/inquiries", about="Inquiries without the card")

#: As far as the appointment book is asked about in one go.
LONGEST_BOOKED = timedelta(days=31)


@blp.post("")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(InquiryIn)
@blp.gives(202, InquiryOut)
def ask(body: InquiryIn) -> InquiryOut:
    """Ask about one patient, at once. An inquiry that is under way is answered with itself (S-159)."""
    tx, who = session(), caller()
    today, clinic = business_day(now()), tx.get_one(Clinic, who.clinic_id)
    inquiry = ask_one(
        tx, clinic, body.patient_id, body.route, limit_consent=body.limit_consent, actor=who.actor, now=now(),
        cadence=cadence_on(today, restarts=clinic.terminal_restarts), rules=inquiry_rules_on(today),
    )  # fmt: skip
    return inquiries_out(tx, who.clinic_id, [inquiry])[0]


@blp.post("/bulk")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(BulkIn)
@blp.gives(202, WishesOut)
def ask_bulk(body: BulkIn) -> WishesOut:
    """一括照会申請: everybody in one file by number; in the night unless a person wants it now (S-153, S-160)."""
    tx, who = session(), caller()
    clinic = tx.get_one(Clinic, who.clinic_id)
    return wishes_of(tx, clinic, _whom(tx, clinic, body), InquiryRoute.NUMBER, Occasion(body.whom), body.when)


def wishes_of(
    tx: Session, clinic: Clinic, patients: Sequence[UUID], route: InquiryRoute, occasion: Occasion, when: AskWhen
) -> WishesOut:
    """Ask about many and wake the worker for what goes at once."""
    cadence = cadence_on(business_day(now()), restarts=clinic.terminal_restarts)
    rules = inquiry_rules_on(business_day(now()))
    wishes: list[Wish] = ask_many(
        tx, clinic, patients, route, occasion=occasion, when=when, actor=caller().actor, now=now(),
        cadence=cadence, rules=rules,
    )  # fmt: skip
    at = send_at(route, when, now(), cadence.retry, many=True)
    want_by(tx, clinic.id, at)
    return WishesOut(
        items=[WishOut(patient_id=w.patient_id, inquiry_id=w.inquiry_id, word=w.word) for w in wishes],
        wanted=sum(w.word == "yes" for w in wishes),
        send_at=at,
    )


@blp.get("")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(HistoryQuery, location="query")
@blp.gives(200, InquiryHistoryOut)
def history(query: HistoryQuery) -> InquiryHistoryOut:
    """The inquiries of a period. Refused without one, further back than two years, and above 10,000 rows (S-129)."""
    tx, clinic_id = session(), caller().clinic_id
    today = business_day(now())
    rules = inquiry_rules_on(today)
    first, last = checked_history_period(query.first, query.last, today, rules)
    mine = history_conditions(
        clinic_id, _midnight(first), _midnight(last + timedelta(days=1)), outcome=query.outcome, query=query.query,
        patient_id=query.patient_id,
    )  # fmt: skip
    total = checked_row_count(count_history(tx, mine), rules)
    after = unpack(query.cursor, instant, ident)
    rows = page_of_history(tx, mine, (after[0], after[1]) if after else None, query.limit)
    write_event(
        tx, clinic_id, now(), action="inquiries_viewed", actor=caller().actor, outcome=f"rows={len(rows)}",
        patient_id=query.patient_id,
    )  # fmt: skip
    more = rows[-1] if len(rows) == query.limit else None
    return InquiryHistoryOut(
        items=inquiries_out(tx, clinic_id, rows),
        next_cursor=pack(more.wanted_at.isoformat(), str(more.id)) if more else None,
        total=total,
    )


@blp.get("/<uuid:inquiry_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.gives(200, InquiryOut)
def inquiry(inquiry_id: UUID) -> InquiryOut:
    """One inquiry as it stands."""
    tx, who = session(), caller()
    row = get_inquiry(tx, who.clinic_id, inquiry_id)
    write_event(
        tx, who.clinic_id, now(), action="inquiries_viewed", actor=who.actor, outcome="rows=1",
        patient_id=row.patient_id, subject=str(row.id),
    )  # fmt: skip
    return inquiries_out(tx, who.clinic_id, [row])[0]


@blp.get("/options/<uuid:patient_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.gives(200, InquiryOptionsOut)
def options(patient_id: UUID) -> InquiryOptionsOut:
    """What may be asked about one patient now, and what is missing for it (S-069)."""
    tx, who = session(), caller()
    today = business_day(now())
    rules, clinic = inquiry_rules_on(today), tx.get_one(Clinic, who.clinic_id)
    retry = cadence_on(today, restarts=clinic.terminal_restarts).retry
    facts = asked_of(tx, clinic, [patient_id], today, rules).get(patient_id)
    if facts is None:
        raise NotFound()
    under_way = open_inquiries(tx, who.clinic_id, [patient_id])
    write_event(
        tx, who.clinic_id, now(), action="inquiries_viewed", actor=who.actor, outcome="options", patient_id=patient_id
    )
    return InquiryOptionsOut(
        number=may_ask_by_number(facts),
        reinquiry=may_reinquire(facts, today, rules),
        problems=list(problems(facts)),
        open=inquiries_out(tx, who.clinic_id, under_way[:1])[0] if under_way else None,
        tonight_at=send_at(InquiryRoute.REINQUIRY, AskWhen.TONIGHT, now(), retry, many=True),
    )


def inquiries_out(tx: Session, clinic_id: UUID, rows: Sequence[Inquiry]) -> list[InquiryOut]:
    """Rows with names, who asked, and the row of the list that the answer became."""
    people = charts(tx, clinic_id, {r.patient_id for r in rows})
    asking = {r.asked_by for r in rows if r.asked_by}
    staff = {
        s.id: s.name for s in tx.exec(select(Staff).where(Staff.clinic_id == clinic_id, col(Staff.id).in_(asking)))
    }
    became = {
        r.inquiry_id: r.id
        for r in tx.exec(
            select(ConsentedPatient).where(
                ConsentedPatient.clinic_id == clinic_id, col(ConsentedPatient.inquiry_id).in_([r.id for r in rows])
            )
        )
    }
    return [
        InquiryOut.model_validate(
            {name: getattr(row, name) for name in InquiryOut.model_fields if hasattr(row, name)}
            | {
                "patient_name": chart.name if (chart := people.get(row.patient_id)) else None,
                "chart_number": chart.chart_number if chart else None,
                "in_bulk": row.bulk_id is not None,
                "asked_by": staff.get(row.asked_by) if row.asked_by else None,
                "consented_id": became.get(row.id),
            }
        )
        for row in rows
    ]


def _whom(tx: Session, clinic: Clinic, body: BulkIn) -> list[UUID]:
    today = business_day(now())
    if body.whom == "today":
        return booked_between(tx, clinic.id, today, today)
    if body.whom == "booked":
        first, last = body.first or today, body.last or today
        if first > last:
            raise Invalid(code="period_reversed")
        if last - first >= LONGEST_BOOKED:
            raise Invalid(code="period_too_long")
        return booked_between(tx, clinic.id, first, last)
    board = month_board(tx, clinic, month_of(now()), now(), inquiry_rules_on(today), readiness_rules_on(today))
    return [r.chart.id for r in board.rows if r.view.state in (MonthState.DUE, MonthState.NOT_POSSIBLE)]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=JST).astimezone(UTC)
