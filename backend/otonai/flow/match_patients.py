"""Step 5: which chart each consented person is. Carries out `domain/match.py` and stores its words.

Links nothing by itself: a certain match only asks `update_ledger` for the link. What a person decided, and a link that
was made, stay until a person changes them: newer facts about the same card and person are compared, not matched anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.comparison import compare
from ..domain.eligibility import EligibilityRecord
from ..domain.evidence import Reason
from ..domain.ledger import Act, suggested_act
from ..domain.match import LedgerIndex, Match, MatchOutcome, match
from ..domain.patient import LedgerPatient
from ..domain.writing import number_writings
from ..store.audit import THE_RULES, write_event
from ..store.consented import record_of, save_consented, wanting
from ..store.patients import ledger_for, load_ledger_patient, whole_ledger
from ..store.tables import Clinic, ConsentedPatient

#: From here on naming every birth date and number in a question costs more than reading all charts.
MANY = 500


def match_waiting(session: Session, clinic_id: UUID, now: datetime) -> int:
    """Match every row that wants it, against one read of the charts they could mean."""
    rows = wanting(session, clinic_id, "match_wanted")
    if not rows:
        return 0
    clinic = session.get_one(Clinic, clinic_id)
    records = {row.id: record_of(row) for row in rows}
    ledger = _charts_for(session, clinic_id, list(records.values()))
    charts, index = {chart.id: chart for chart in ledger}, LedgerIndex(ledger)
    for row in rows:
        row.match_wanted = False
        found = match(records[row.id], index)
        if row.matched_by == "person" or row.undo is not None:
            _look_again(session, row, found)
            save_consented(session, row)
            continue
        _store(row, found, links_by_itself=clinic.link_by_itself)
        if row.patient_id is not None and found.outcome is not MatchOutcome.CONFLICTING:
            chart = charts[str(row.patient_id)]
            row.state = state_of(found.outcome, suggested_act(chart, compare(chart, records[row.id])))
        else:
            row.state = state_of(found.outcome, Act.REGISTER)
        save_consented(session, row)
        write_event(
            session, clinic_id, now, action="matched", actor=THE_RULES, outcome=found.outcome.value,
            patient_id=row.patient_id, subject=str(row.id),
        )  # fmt: skip
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


def _look_again(session: Session, row: ConsentedPatient, found: Match) -> None:
    """Newer facts on a chart that stands: what differs now waits, what does not is confirmed by the check."""
    if row.patient_id is None:
        return
    if found.outcome is MatchOutcome.LINKED and found.patient_id != str(row.patient_id):
        # The center now names another chart of ours: nobody but a person can say which of the two is wrong.
        row.match_outcome, row.match_reasons = MatchOutcome.CONFLICTING.value, [Reason.OTHER_CHART_NAMED.value]
        row.state = "needs_check"
        return
    chart, record = load_ledger_patient(session, row.clinic_id, row.patient_id), record_of(row)
    row.state = state_of(MatchOutcome(row.match_outcome), suggested_act(chart, compare(chart, record)))
    row.check_wanted = True


def _store(row: ConsentedPatient, found: Match, *, links_by_itself: bool) -> None:
    row.match_outcome = found.outcome.value
    row.match_reasons = [reason.value for reason in found.reasons]
    row.candidates = [
        {"patient_id": c.patient_id, "reasons": [reason.value for reason in c.reasons], "score": c.score}
        for c in found.candidates
    ]
    row.patient_id = UUID(found.patient_id) if found.patient_id else None
    certain = found.outcome is MatchOutcome.LINKED or (found.outcome is MatchOutcome.MATCHED and links_by_itself)
    row.check_wanted = certain and row.patient_id is not None
