"""`/api/consented-patients`: the 訪問オン資同意済一覧, the office's inbox."""

from __future__ import annotations

from uuid import UUID

from sqlmodel import Session

from ..domain.access import LEDGER_WORKERS, Caller
from ..domain.comparison import compare
from ..domain.ledger import Act, default_switch_date, suggested_act
from ..domain.match import MatchOutcome
from ..domain.safe_row import Acceptance
from ..flow import accept_safe, update_ledger
from ..store.audit import write_event
from ..store.changes import current_sequence
from ..store.consented import changed_rows, counts_by_state, get_consented, page_of_list, record_of
from ..store.patients import get_patient, load_ledger_patient, versions_of
from .access import access, caller, now, session
from .cursor import ident, instant, number, pack, unpack
from .models.common import Empty
from .models.ledger import (
    AcceptedRowOut,
    AcceptedRowsOut,
    AcceptIn,
    AppliedOut,
    ApplyIn,
    ComparisonOut,
    ComparisonQuery,
    ConsentedChangesOut,
    ConsentedCountsOut,
    ConsentedListOut,
    ConsentedPatientOut,
    ConsentedQuery,
    MatchIn,
    RegisterIn,
    SafeRowsOut,
    SinceQuery,
)
from .present import consented_out, difference_out, patient_out, safe_row_out
from .resource import Resource

blp = Resource("consented-patients", "/api/consented-patients", about="訪問オン資同意済一覧")

#: As many people as one look can take in, and one transaction writes while others wait.
AT_ONCE = 200


@blp.get("")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(ConsentedQuery, location="query")
@blp.gives(200, ConsentedListOut)
def consented_list(query: ConsentedQuery) -> ConsentedListOut:
    """The list, newest confirmation first."""
    tx, clinic_id = session(), caller().clinic_id
    after = unpack(query.cursor, instant, ident)
    seen = current_sequence(tx, clinic_id)  # asked first: what changes while the rows are read is told again
    rows, total = page_of_list(
        tx,
        clinic_id,
        states=None if query.filter == "all" else [query.filter],
        include_imported=query.include_imported,
        query=query.query,
        after=(after[0], after[1]) if after else None,
        limit=query.limit,
    )
    write_event(tx, clinic_id, now(), action="consented_list_viewed", actor=caller().actor, outcome=f"rows={len(rows)}")
    last = rows[-1] if len(rows) == query.limit else None
    return ConsentedListOut(
        items=consented_out(tx, clinic_id, rows),
        next_cursor=pack(last.confirmed_at.isoformat(), str(last.id)) if last else None,
        total=total,
        counts=_counts(tx, clinic_id),
        seen=pack(seen),
    )


@blp.get("/changes")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(SinceQuery, location="query")
@blp.gives(200, ConsentedChangesOut)
def changes(query: SinceQuery) -> ConsentedChangesOut:
    """What became of the list since `seen`: a list of thousands is not told again for one row."""
    tx, clinic_id = session(), caller().clinic_id
    (since,) = unpack(query.since, number) or [0]
    seen = current_sequence(tx, clinic_id)
    found = changed_rows(tx, clinic_id, since, AT_ONCE)
    rows, gone = found or ([], [])
    if rows:
        write_event(
            tx, clinic_id, now(), action="consented_list_viewed", actor=caller().actor, outcome=f"rows={len(rows)}"
        )
    return ConsentedChangesOut(
        items=consented_out(tx, clinic_id, rows),
        gone=gone,
        whole=found is None,
        counts=_counts(tx, clinic_id),
        seen=pack(seen),
    )


@blp.get("/safe")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.gives(200, SafeRowsOut)
def safe() -> SafeRowsOut:
    """Rows that lose nothing when they are accepted as they are, with what that would write for each person."""
    tx, clinic_id = session(), caller().clinic_id
    rows = accept_safe.safe_rows(tx, clinic_id)
    shown = rows[:AT_ONCE]
    write_event(tx, clinic_id, now(), action="safe_rows_viewed", actor=caller().actor, outcome=f"rows={len(shown)}")
    charts = versions_of(tx, clinic_id, [UUID(one.chart.id) for one in shown])
    return SafeRowsOut(items=[safe_row_out(one, charts[UUID(one.chart.id)]) for one in shown], total=len(rows))


@blp.post("/accept")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(AcceptIn)
@blp.gives(200, AcceptedRowsOut)
def accept(body: AcceptIn) -> AcceptedRowsOut:
    """Accept the rows that were looked at: one act each. What moved on meanwhile is named, the others go through."""
    tx, clinic_id = session(), caller().clinic_id
    looked = [accept_safe.Looked(one.consented_id, one.version, one.base_version) for one in body.items]
    became = accept_safe.accept(tx, clinic_id, looked, caller().actor, now())
    accepted = sum(word is Acceptance.ACCEPTED for word in became.values())
    write_event(
        tx, clinic_id, now(), action="safe_rows_accepted", actor=caller().actor,
        outcome=f"rows={accepted}",
    )  # fmt: skip
    return AcceptedRowsOut(
        items=[AcceptedRowOut(consented_id=row_id, outcome=word) for row_id, word in became.items()], accepted=accepted
    )


@blp.get("/<uuid:consented_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.gives(200, ConsentedPatientOut)
def consented_patient(consented_id: UUID) -> ConsentedPatientOut:
    """One row."""
    tx, clinic_id = session(), caller().clinic_id
    row = get_consented(tx, clinic_id, consented_id)
    write_event(
        tx,
        clinic_id,
        now(),
        action="consented_viewed",
        actor=caller().actor,
        patient_id=row.patient_id,
        subject=str(row.id),
    )
    return consented_out(tx, clinic_id, [row])[0]


@blp.get("/<uuid:consented_id>/comparison")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(ComparisonQuery, location="query")
@blp.gives(200, ComparisonOut)
def comparison(query: ComparisonQuery, consented_id: UUID) -> ComparisonOut:
    """Ours left, theirs right (S-060, S-083). Without a chart ours is empty: 新患登録."""
    tx, clinic_id = session(), caller().clinic_id
    row = get_consented(tx, clinic_id, consented_id)
    patient_id, record = query.patient_id or row.patient_id, record_of(row)
    if query.patient_id is None and row.match_outcome == MatchOutcome.CONFLICTING.value:
        patient_id = None
    chart = load_ledger_patient(tx, clinic_id, patient_id) if patient_id else None
    patient = patient_out(tx, get_patient(tx, clinic_id, patient_id), now()) if patient_id else None
    differences = compare(chart, record)
    write_event(
        tx,
        clinic_id,
        now(),
        action="comparison_viewed",
        actor=caller().actor,
        patient_id=patient_id,
        subject=str(row.id),
    )
    return ComparisonOut(
        consented=consented_out(tx, clinic_id, [row])[0],
        patient=patient,
        differences=[difference_out(d) for d in differences],
        suggested=suggested_act(chart, differences).value,
        switch_date_default=default_switch_date(record),
        coverage_started_on=record.coverage.valid_from,
        limit_started_on=record.coverage.limit_from,
        base_version=patient.version if patient else 0,
    )


@blp.post("/<uuid:consented_id>/match")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(MatchIn)
@blp.gives(200, ConsentedPatientOut)
def choose_chart(body: MatchIn, consented_id: UUID) -> ConsentedPatientOut:
    """A person says which chart it is, or unlinks (S-120, S-121)."""
    row = get_consented(session(), caller().clinic_id, consented_id)
    update_ledger.choose_chart(session(), row, body.patient_id, caller().actor, now())
    return consented_out(session(), caller().clinic_id, [row])[0]


@blp.post("/<uuid:consented_id>/apply")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(ApplyIn)
@blp.gives(200, AppliedOut)
def apply(body: ApplyIn, consented_id: UUID) -> AppliedOut:
    """更新する, 上書きする, 保険追加 or キャンセル (S-084…S-087, S-096)."""
    tx, clinic_id = session(), caller().clinic_id
    row = get_consented(tx, clinic_id, consented_id)
    change = update_ledger.apply_act(
        tx,
        row,
        body.patient_id,
        Act(body.mode),
        fields=body.fields,
        switch_date=body.switch_date,
        base_version=body.base_version,
        actor=caller().actor,
        now=now(),
    )
    return AppliedOut(
        consented=consented_out(tx, clinic_id, [row])[0],
        patient=patient_out(tx, get_patient(tx, clinic_id, body.patient_id), now()),
        change_id=change.id if change else None,
    )


@blp.post("/<uuid:consented_id>/register")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(RegisterIn)
@blp.gives(201, AppliedOut)
def register(body: RegisterIn, consented_id: UUID) -> AppliedOut:
    """新患登録 (S-059, S-066)."""
    tx, clinic_id = session(), caller().clinic_id
    row = get_consented(tx, clinic_id, consented_id)
    patient = update_ledger.register_new(
        tx,
        row,
        {k: v for k, v in body.overrides.items() if v},
        {"chart_number": body.chart_number, "telephone": body.telephone},
        caller().actor,
        now(),
    )
    return AppliedOut(
        consented=consented_out(tx, clinic_id, [row])[0], patient=patient_out(tx, patient, now()), change_id=None
    )


@blp.post("/<uuid:consented_id>/undo")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(Empty)
@blp.gives(200, ConsentedPatientOut)
def undo(_: Empty, consented_id: UUID) -> ConsentedPatientOut:
    """Take the last act back (S-123)."""
    row = get_consented(session(), caller().clinic_id, consented_id)
    update_ledger.undo_last(session(), row, caller().actor, now())
    return consented_out(session(), caller().clinic_id, [row])[0]


def _counts(tx: Session, clinic_id: UUID) -> ConsentedCountsOut:
    counts = counts_by_state(tx, clinic_id)
    return ConsentedCountsOut(
        all=sum(counts.values()),
        needs_check=counts.get("needs_check", 0),
        unconfirmed=counts.get("unconfirmed", 0),
        confirmed=counts.get("confirmed", 0),
    )
