"""Step 6: what a check writes by itself, and what a person decides about a consented patient.

Without a person (design 7): the link, 確認日 with its kind, the consents, and the word *unchanged* when nothing but
format differs. Real differences wait. A person may choose the chart, update, overwrite, cancel, register and undo;
each act is one transaction with its audit event, and can be taken back whole, link included (F56, S-120…S-123).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from ..domain.comparison import COVERAGE_FIELDS, PERSON_FIELDS, Value, compare
from ..domain.errors import Conflict, Invalid
from ..domain.evidence import Reason
from ..domain.insurance import CoverageFacts
from ..domain.ledger import Act, add, overwrite, register, suggested_act, update
from ..domain.ledger_decision import LedgerDecision
from ..domain.match import MatchOutcome
from ..store.audit import THE_RULES, Actor, write_event
from ..store.checks import FinishedCheck, write_checks
from ..store.consented import drop_documents, record_of, restore_consents, save_consented, want_match_again
from ..store.consented_rows import WaitingRow, change_rows, waiting_rows
from ..store.patients import (
    apply_values,
    charts_of,
    create_patient,
    get_patient,
    load_ledger_patient,
    undo_change,
)
from ..store.tables import ConsentedPatient, LedgerChange, Patient

#: The kind of check by the question that brought it: the consented list, 再照会, or the number of the insurance.
CHECK_KINDS = {"home_visit": "myna_home_visit", "reinquiry": "reinquiry", "number": "number"}

#: The word of an act in the history; adding an insurance changes the insurance like 更新.
_KIND_OF = {Act.UPDATE: "updated", Act.OVERWRITE: "overwritten", Act.ADD: "added"}


def confirm_certain(session: Session, clinic_id: UUID, now: datetime) -> int:
    """Write link, 確認日 and consents of every row whose chart is certain; settle those without a difference."""
    rows = waiting_rows(session, clinic_id, "check_wanted")
    fresh = [row for row in rows if row.patient_id is not None and not _checked_already(row)]
    left = write_checks(session, clinic_id, [_finished(row) for row in fresh], THE_RULES, now)
    undo = {row.id: _remember(row) | asdict(each) for row, each in zip(fresh, left, strict=True)}
    charts = charts_of(session, clinic_id, {row.patient_id for row in rows if row.patient_id is not None})
    changes = list[dict[str, Any]]()
    for row in rows:
        change: dict[str, Any] = {"id": row.id, "check_wanted": False}
        if row.id in undo:
            change["undo"] = undo[row.id]
        if row.patient_id is not None:
            chart = charts[row.patient_id]
            if suggested_act(chart, compare(chart, row.record)) is Act.CANCEL:
                change |= {"state": "confirmed", "result": "unchanged", "result_count": None}
                change |= {"decided_at": now, "decided_by": None}
        changes.append(change)
    change_rows(session, clinic_id, changes)
    return len(rows)


def choose_chart(session: Session, row: ConsentedPatient, patient_id: UUID | None, actor: Actor, now: datetime) -> None:
    """A person says which chart a consented person is, or (None) that it is none of those proposed.

    Choosing links nothing yet; the act that follows does. Unlinking takes the link, its consents and what was
    fetched through it away from the chart at once.
    """
    while row.undo is not None:
        undo_last(session, row, actor, now)
    if patient_id is None:
        row.patient_id, row.matched_by, row.match_outcome = None, "person", MatchOutcome.NEW.value
        row.match_reasons = [Reason.CHOSEN_BY_PERSON.value]
        row.state, row.result = "needs_check", None
    else:
        chart = load_ledger_patient(session, row.clinic_id, patient_id)
        told = record_of(row).birth_date
        if told is not None and told != chart.birth_date:
            raise Invalid(code="conflicting_person")
        row.patient_id, row.matched_by = patient_id, "person"
        row.match_outcome, row.match_reasons = MatchOutcome.MATCHED.value, [Reason.CHOSEN_BY_PERSON.value]
        row.state, row.result = "needs_check", None
    row.match_wanted = row.check_wanted = False
    write_event(
        session, row.clinic_id, now, action="chart_chosen", actor=actor,
        outcome="chosen" if patient_id else "unlinked", patient_id=patient_id, subject=str(row.id),
    )  # fmt: skip
    save_consented(session, row)


def apply_act(
    session: Session,
    row: ConsentedPatient,
    patient_id: UUID,
    act: Act,
    *,
    fields: Iterable[str],
    switch_date: date | None,
    base_version: int,
    actor: Actor,
    now: datetime,
) -> LedgerChange | None:
    """更新する, 上書きする, 保険追加 or キャンセル for one chart. 確認日 is written in every case (S-098).

    Raises Conflict(changed_meanwhile) when chart or row moved on, Conflict(already_decided) for a settled row.
    """
    if row.state == "confirmed" and row.result not in (None, "unchanged"):
        raise Conflict(code="already_decided")
    patient = get_patient(session, row.clinic_id, patient_id)
    if patient.version != base_version:
        raise Conflict(code="changed_meanwhile")
    record, chart = record_of(row), load_ledger_patient(session, row.clinic_id, patient_id)
    ticked = list(fields)
    if act is Act.OVERWRITE:
        decision = overwrite(chart, record, ticked)
    elif act is Act.UPDATE:
        person = [f for f in ticked if f in PERSON_FIELDS]
        decision = update(chart, record, switch_date=switch_date, ticked_person_fields=person)
    elif act is Act.ADD:
        person = [f for f in ticked if f in PERSON_FIELDS]
        decision = add(chart, record, begins=switch_date, ticked_person_fields=person)
    else:
        if record.birth_date is not None and record.birth_date != patient.birth_date:
            raise Invalid(code="conflicting_person")
        decision = LedgerDecision()
    while row.undo is not None and row.patient_id != patient_id:
        undo_last(session, row, actor, now)  # another chart was linked before: that link goes first
    undo = _remember(row)
    if row.patient_id != patient_id or not MatchOutcome(row.match_outcome).links_by_itself:
        row.match_outcome, row.match_reasons = MatchOutcome.MATCHED.value, [Reason.CHOSEN_BY_PERSON.value]
    row.patient_id, row.matched_by = patient_id, "person"
    _link_and_check(session, row, undo, actor, now)
    change = None
    if not decision.changes_nothing:
        change = apply_values(
            session,
            patient,
            kind=_KIND_OF[act],
            person={c.field: c.after for c in decision.person},
            coverage={c.field: c.after for c in decision.coverage},
            new_coverage=decision.new_coverage,
            place=decision.place,
            actor=actor,
            source=("check", row.message_id),
            now=now,
        )
        undo["changes"].append(str(change.id))
    row.result = _KIND_OF.get(act, "cancelled")
    row.result_count = decision.corrected or None
    _settle(session, row, undo, actor, now)
    return change


def register_new(
    session: Session,
    row: ConsentedPatient,
    overrides: Mapping[str, Value],
    extra: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Patient:
    """新患登録: a chart from what was delivered and typed, linked at once (S-059, S-066)."""
    if row.state == "confirmed":
        raise Conflict(code="already_decided")
    record = record_of(row)
    values = register(record, overrides)
    undo = _remember(row)
    coverage = CoverageFacts(
        card_class=record.coverage.card_class,
        lost_on=record.coverage.lost_on,
        **{f: values.get(f) for f in COVERAGE_FIELDS},  # type: ignore[arg-type]
    )
    patient = create_patient(
        session,
        row.clinic_id,
        {**values, **extra},
        coverage,
        kind="registered",
        actor=actor,
        source=("check", row.message_id),
        now=now,
    )
    made = session.exec(
        select(LedgerChange).where(LedgerChange.clinic_id == row.clinic_id, LedgerChange.patient_id == patient.id)
    ).one()
    undo["changes"].append(str(made.id))
    row.patient_id, row.matched_by = patient.id, "person"
    _link_and_check(session, row, undo, actor, now)
    row.result, row.result_count = "registered", None
    _settle(session, row, undo, actor, now)
    want_match_again(session, row.clinic_id)
    return patient


def undo_last(session: Session, row: ConsentedPatient, actor: Actor, now: datetime) -> None:
    """Take the last act on a row back completely: values, insurance, consents, and the link if this act made it.

    What was fetched through a link goes with the link. Acts lie on a stack: the one before can be undone next.
    """
    undo = row.undo
    if undo is None or row.patient_id is None:
        raise Conflict(code="nothing_to_undo")
    patient = get_patient(session, row.clinic_id, row.patient_id)
    changes = [session.get_one(LedgerChange, (row.clinic_id, UUID(i))) for i in undo["changes"]]
    restore_consents(session, row.clinic_id, patient.id, undo["consents"])
    if any(c.kind in ("linked", "registered") for c in changes):
        drop_documents(session, row.clinic_id, patient.id)
    for change in reversed(changes):
        if change.undone_at is not None:
            continue  # taken back on the chart's own history meanwhile
        undo_change(session, patient, change, actor=actor, now=now)
    before = undo["row"]
    row.patient_id = UUID(before["patient_id"]) if before["patient_id"] else None
    row.matched_by, row.match_outcome = "person", before["match_outcome"]
    row.state, row.result, row.result_count = "needs_check", None, None
    row.decided_at = row.decided_by = None
    row.undo = undo["below"]
    row.match_wanted = row.check_wanted = False
    write_event(
        session, row.clinic_id, now, action="act_undone", actor=actor, patient_id=patient.id, subject=str(row.id)
    )
    save_consented(session, row)


def edit_patient(
    session: Session, patient: Patient, values: Mapping[str, Any], base_version: int, actor: Actor, now: datetime
) -> LedgerChange:
    """Values typed at the office, as one change. Raises Conflict(changed_meanwhile)."""
    if patient.version != base_version:
        raise Conflict(code="changed_meanwhile")
    change = apply_values(
        session, patient, kind="edited", person=values, actor=actor, source=("person", actor.id), now=now
    )
    want_match_again(session, patient.clinic_id)
    return change


def _remember(row: ConsentedPatient | WaitingRow) -> dict[str, Any]:
    return {
        "changes": [],
        "consents": [],
        "below": row.undo,
        "message_id": str(row.message_id),
        "row": {
            "patient_id": str(row.patient_id) if row.patient_id else None,
            "match_outcome": row.match_outcome,
        },
    }


def _checked_already(row: WaitingRow) -> bool:
    """Whether the facts now delivered were linked and noted before; looking again at a waiting row is no new check."""
    return row.undo is not None and row.undo["message_id"] == str(row.message_id)


def _finished(row: ConsentedPatient | WaitingRow) -> FinishedCheck:
    if row.patient_id is None:
        raise ValueError("a check is of a chart")
    return FinishedCheck(
        patient_id=row.patient_id,
        record=row.record if isinstance(row, WaitingRow) else record_of(row),
        message_id=row.message_id,
        checked_at=row.confirmed_at,
        kind=CHECK_KINDS[row.route],
        validity=row.validity,
        validity_code=row.validity_code,
    )


def _link_and_check(session: Session, row: ConsentedPatient, undo: dict[str, Any], actor: Actor, now: datetime) -> None:
    """The link and 確認日: what every finished check leaves, whatever was decided about the differences."""
    (left,) = write_checks(session, row.clinic_id, [_finished(row)], actor, now)
    undo["changes"].extend(left.changes)
    undo["consents"] = left.consents


def _settle(session: Session, row: ConsentedPatient, undo: dict[str, Any], actor: Actor, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = "confirmed", now, actor.id
    row.match_wanted = row.check_wanted = False
    row.undo = undo
    write_event(
        session, row.clinic_id, now, action="consented_settled", actor=actor, outcome=str(row.result),
        patient_id=row.patient_id, subject=str(row.id),
    )  # fmt: skip
    save_consented(session, row)
