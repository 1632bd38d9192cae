"""`/api/home-visit`: the clinic's link, 情報申請 and 情報結果取得."""

from __future__ import annotations

from sqlmodel import col, func, select

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.cadence import RequestState, Trigger, next_request_at
from ..domain.consent import checked_period
from ..domain.dates import business_day
from ..flow import send_request
from ..flow.invite_consent import consent_link
from ..rules import cadence_on
from ..store.consented import counts_by_state
from ..store.requests import latest_fetched, latest_request, open_requests
from ..store.tables import Clinic, HomeVisitRequest
from .access import access, caller, now, session, settings
from .connection import bridge_state
from .models.care import FetchOut, HomeVisitStatusOut, LinkOut, PeriodIn, RequestListOut, RequestOut
from .models.common import Empty, PageQuery
from .present import request_out
from .resource import Resource

blp = Resource("home-visit", "/api/home-visit", about="マイナ在宅受付Web and 情報申請")


@blp.get("/link")
@access(Caller.STAFF, Caller.TABLET, Caller.BEDSIDE)
@blp.gives(200, LinkOut)
def link() -> LinkOut:
    """Address and code of the clinic's own page."""
    clinic = session().get_one(Clinic, caller().clinic_id)
    return LinkOut.model_validate(consent_link(clinic, settings().consent_hosts), from_attributes=True)


@blp.get("/requests")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(PageQuery, location="query")
@blp.gives(200, RequestListOut)
def requests(query: PageQuery) -> RequestListOut:
    """The newest 情報申請."""
    rows = session().exec(
        select(HomeVisitRequest)
        .where(HomeVisitRequest.clinic_id == caller().clinic_id)
        .order_by(col(HomeVisitRequest.requested_at).desc(), col(HomeVisitRequest.id).desc())
        .limit(query.limit)
    )
    return RequestListOut(items=[request_out(r) for r in rows])


@blp.post("/requests")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(PeriodIn)
@blp.gives(201, RequestOut)
def request_period(body: PeriodIn) -> RequestOut:
    """情報申請 for a 確認期間 (S-042)."""
    today = business_day(now())
    period = checked_period(body.consent_from, body.consent_to, today)
    clinic = session().get_one(Clinic, caller().clinic_id)
    row = send_request.request_list(
        session(), clinic, period, trigger=Trigger.PERSON, actor=caller().actor, now=now(), cadence=cadence_on(today)
    )
    return request_out(row)


@blp.post("/requests/fetch")
@access(Caller.STAFF, Caller.BEDSIDE, roles=LEDGER_WORKERS)
@blp.takes(Empty)
@blp.gives(202, FetchOut)
def fetch(_: Empty) -> FetchOut:
    """いま取得する (S-044), at the office or the bedside: fetch what is open, else a 情報申請 for the usual days first.

    Pressed again while an answer is awaited, it asks for nothing twice.
    """
    today = business_day(now())
    cadence, clinic = cadence_on(today), session().get_one(Clinic, caller().clinic_id)
    rows = list(open_requests(session(), clinic.id))
    for row in rows:
        send_request.fetch_list(session(), clinic, row, now(), cadence)
    if not rows:
        rows = [send_request.request_usual_days(session(), clinic, caller().actor, now(), cadence)]
    return FetchOut(requests=[request_out(r) for r in rows])


@blp.get("/status")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.gives(200, HomeVisitStatusOut)
def status() -> HomeVisitStatusOut:
    """The four steps above the list."""
    clinic_id, tx = caller().clinic_id, session()
    newest, fetched = latest_request(tx, clinic_id), latest_fetched(tx, clinic_id)
    today = business_day(now())
    clinic = tx.get_one(Clinic, clinic_id)
    cadence = cadence_on(today, restarts=clinic.terminal_restarts)
    next_at = next_request_at(send_request.activity_of(tx, clinic_id), cadence, now())
    counts = counts_by_state(tx, clinic_id)
    waiting = tx.exec(
        select(func.count())
        .select_from(HomeVisitRequest)
        .where(
            HomeVisitRequest.clinic_id == clinic_id,
            col(HomeVisitRequest.state).in_([s.value for s in RequestState if s.is_open]),
        )
    ).one()
    return HomeVisitStatusOut(
        period_from=fetched.consent_from if fetched else None,
        period_to=fetched.consent_to if fetched else None,
        last_requested_at=newest.requested_at if newest else None,
        last_trigger=Trigger(newest.trigger) if newest else None,
        last_fetched_at=fetched.fetched_at if fetched else None,
        automatic=clinic.automatic_requests,
        next_automatic_at=next_at if clinic.automatic_requests else None,
        waiting=int(waiting),
        fetched=sum(counts.values()),
        needs_decision=counts.get("needs_check", 0),
        bridge=bridge_state(tx, clinic_id, now()),
    )
