"""Step 5: which chart each consented person is. Carries out `domain/match.py` and stores its words.

Links nothing by itself: a certain match only asks `update_ledger` for the link. What a person decided, and a link that
was made, stay until a person changes them: newer facts about the same card and person are compared, not matched anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from ..domain.comparison import compare
from ..domain.eligibility import EligibilityRecord
from ..domain.evidence import Reason
from ..domain.ledger import Act, suggested_act
from ..domain.match import LedgerIndex, Match, MatchOutcome, match
from ..domain.patient import LedgerPatient
from ..domain.writing import number_writings
from ..store.audit import THE_RULES, Told, write_events
from ..store.consented_rows import WaitingRow, change_rows, waiting_rows
from ..store.patients import charts_of, ledger_for, whole_ledger
from ..store.tables import Clinic

#: From here on naming every birth date and number in a question costs more than reading all charts.
MANY = 500


def match_waiting(session: Session, clinic_id: UUID, now: datetime) -> int:
    """Match every row that wants it, against one read of the charts they could mean."""
    rows = waiting_rows(session, clinic_id, "match_wanted")
    if not rows:
        return 0
    links_by_itself = session.get_one(Clinic, clinic_id).link_by_itself
    ledger = _charts_for(session, clinic_id, [row.record for row in rows])
    index, charts = LedgerIndex(ledger), {UUID(chart.id): chart for chart in ledger}
    chosen = {row.patient_id for row in rows if row.patient_id is not None}
    charts |= charts_of(session, clinic_id, chosen - charts.keys())
    changes, told = list[dict[str, Any]](), list[Told]()
    for row in rows:
        found = match(row.record, index)
        if row.matched_by == "person" or row.undo is not None:
            change = _looked_again(row, found, charts)
        else:
            change = _matched(row, found, charts, links_by_itself=links_by_itself)
            told.append(Told("matched", found.outcome.value, change["patient_id"], str(row.id)))
        changes.append({"id": row.id, "match_wanted": False, **change})
    change_rows(session, clinic_id, changes)
    write_events(session, clinic_id, now, THE_RULES, told)
    return len(rows)


def _charts_for(session: Session, clinic_id: UUID, records: Sequence[EligibilityRecord]) -> list[LedgerPatient]:
    """Every chart that these records could mean; for a long list the whole ledger is the shorter question."""
    if len(records) > MANY:
        return whole_ledger(session, clinic_id)
    return ledger_for(
        session,
        clinic_id,
        {r.birth_date for r in records if r.birth_date},
        {r.reference_number for r in records if r.reference_number},
        {writing for r in records for writing in number_writings(r.coverage.card_number)},
    )


def state_of(outcome: MatchOutcome, act: Act) -> str:
    """Who acts next: a doubtful identity or a change of insurance needs a person, the rest is ordinary work."""
    if outcome in (MatchOutcome.PROPOSED, MatchOutcome.AMBIGUOUS, MatchOutcome.CONFLICTING):
        return "needs_check"
    return "needs_check" if act is Act.UPDATE else "unconfirmed"


def _looked_again(row: WaitingRow, found: Match, charts: Mapping[UUID, LedgerPatient]) -> dict[str, Any]:
    """Newer facts on a chart that stands: what differs now waits, what does not is confirmed by the check."""
    if row.patient_id is None:
        return {}
    if found.outcome is MatchOutcome.LINKED and found.patient_id != str(row.patient_id):
        # The center now names another chart of ours: nobody but a person can say which of the two is wrong.
        return {
            "match_outcome": MatchOutcome.CONFLICTING.value,
            "match_reasons": [Reason.OTHER_CHART_NAMED.value],
            "state": "needs_check",
        }
    return {"state": _state_on(charts[row.patient_id], row, MatchOutcome(row.match_outcome)), "check_wanted": True}


def _matched(
    row: WaitingRow, found: Match, charts: Mapping[UUID, LedgerPatient], *, links_by_itself: bool
) -> dict[str, Any]:
    patient_id = UUID(found.patient_id) if found.patient_id else None
    certain = found.outcome is MatchOutcome.LINKED or (found.outcome is MatchOutcome.MATCHED and links_by_itself)
    if patient_id is not None and found.outcome is not MatchOutcome.CONFLICTING:
        state = _state_on(charts[patient_id], row, found.outcome)
    else:
        state = state_of(found.outcome, Act.REGISTER)
    return {
        "match_outcome": found.outcome.value,
        "match_reasons": [reason.value for reason in found.reasons],
        "candidates": [
            {"patient_id": c.patient_id, "reasons": [reason.value for reason in c.reasons], "score": c.score}
            for c in found.candidates
        ],
        "patient_id": patient_id,
        "check_wanted": certain and patient_id is not None,
        "state": state,
    }


def _state_on(chart: LedgerPatient, row: WaitingRow, outcome: MatchOutcome) -> str:
    return state_of(outcome, suggested_act(chart, compare(chart, row.record)))
