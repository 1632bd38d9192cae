"""The monthly confirmation of everybody in home care, as one look: who is done, who waits, who needs a person (S-102).

Reads only. Who belongs on the board: whoever was visited in the stretch in which care counts as going on, will be
visited, or was asked about or checked at home in the month. What each row is called, `domain/month_check.py` says.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.dates import JST, business_day
from ..domain.inquiry import Asked, InquiryRules, InquiryState, MayAsk, may_ask_by_number, may_reinquire
from ..domain.inquiry_outcome import CommonCause, InquiryOutcome, common_cause
from ..domain.insurance import Validity
from ..domain.month_check import (
    MonthFacts,
    MonthState,
    MonthView,
    month_after,
    month_of,
    month_view,
    past_mark,
)
from ..domain.readiness import NextAction, Readiness, ReadinessRules, next_action
from ..store.inquiries import Checked, charts, checks_between, inquiries_between, open_inquiries, visited_since
from ..store.readiness import readiness_of, readiness_rows
from ..store.tables import Clinic, ConsentedPatient, EligibilityCheck, Inquiry, LedgerChange, Patient
from .inquiry_facts import asked_of

#: How many months before the one shown have a sign of their own.
MONTHS_BEFORE = 5
_CHANGES = ("updated", "overwritten", "added")
_ORDER = {state: place for place, state in enumerate((
    MonthState.NEEDS_PERSON, MonthState.ASKED, MonthState.PLANNED, MonthState.DUE, MonthState.NOT_POSSIBLE,
    MonthState.CHANGED, MonthState.DONE,
))}  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class BoardRow:
    """One patient's month."""

    chart: Patient
    view: MonthView
    marks: tuple[MonthState | None, ...]
    inquiry: Inquiry | None
    consented_id: UUID | None
    reinquiry: MayAsk
    number: MayAsk
    newest_visit: date | None
    readiness: Readiness
    action: NextAction

    def __repr__(self) -> str:
        return f"BoardRow({self.chart.id}, {self.view.state})"


@dataclass(frozen=True, slots=True)
class MonthBoard:
    """The whole board. `months` are those of the marks, oldest first; the month itself is the last."""

    month: date
    months: tuple[date, ...]
    rows: tuple[BoardRow, ...]
    cause: CommonCause | None


def month_board(
    session: Session, clinic: Clinic, month: date, now: datetime, rules: InquiryRules, ready: ReadinessRules
) -> MonthBoard:
    """The board of one month; of the month under way with what may be asked today."""
    today, after = business_day(now), month_after(month)
    start, end = _instant(month), _instant(after)
    is_now = month == month_of(now)
    members = charts(session, clinic.id, _members(session, clinic, month, start, end, rules, is_now=is_now))
    people = {patient_id: chart for patient_id, chart in members.items() if not chart.is_test}
    ids = list(people)
    visits = visited_since(session, clinic.id, month - rules.care_goes_on, min(today, after), ids)
    asked = asked_of(session, clinic, ids, today, rules) if is_now else {}
    first = month_after(month, -MONTHS_BEFORE)
    checks = _by_month(checks_between(session, clinic.id, ids, _instant(first), end))
    changed = _changed(session, clinic.id, ids, _instant(first), end)
    newest = {i.patient_id: i for i in inquiries_between(session, clinic.id, ids, start, end)}
    if is_now:
        newest |= {i.patient_id: i for i in open_inquiries(session, clinic.id, ids)}
    waiting, others = _waiting(session, clinic.id, ids, start, end), _named_others(session, clinic.id, newest.values())
    known = readiness_rows(session, clinic.id, ids)
    months = tuple(month_after(first, count) for count in range(MONTHS_BEFORE + 1))
    rows = list[BoardRow]()
    for patient_id, chart in people.items():
        inquiry, facts = newest.get(patient_id), asked.get(patient_id)
        mine = checks.get((patient_id, month), [])
        reinquiry, number = _ways(facts, today, rules)
        other = others.get(inquiry.id) if inquiry is not None else None
        view = month_view(
            MonthFacts(
                validity=_validity(mine[-1]) if mine else None,
                checked_at=mine[-1].checked_at if mine else None,
                inquiry=InquiryState(inquiry.state) if inquiry else None,
                outcome=InquiryOutcome(inquiry.outcome) if inquiry and inquiry.outcome else None,
                answered_at=inquiry.closed_at if inquiry else None,
                other_person=other is not None,
                waiting_differences=is_now and patient_id in waiting,
                changed=(patient_id, month) in changed,
                may=reinquiry,
            )
        )
        readiness = readiness_of(known.get(patient_id))
        rows.append(
            BoardRow(
                chart=chart,
                view=view,
                marks=tuple(
                    past_mark(
                        [_validity(check) for check in checks.get((patient_id, each), [])],
                        changed=(patient_id, each) in changed,
                    )
                    for each in months[:-1]
                ),
                inquiry=inquiry,
                consented_id=other or waiting.get(patient_id),
                reinquiry=reinquiry,
                number=number,
                newest_visit=visits.get(patient_id, (None, None))[1],
                readiness=readiness,
                action=next_action(readiness, today, ready),
            )
        )
    outcomes = [InquiryOutcome(i.outcome) for i in newest.values() if i.outcome and i.closed_at is not None]
    rows.sort(key=lambda row: (_ORDER[row.view.state], row.chart.kana_key, str(row.chart.id)))
    return MonthBoard(month, months, tuple(rows), common_cause(outcomes, rules.common_cause_from))


def _members(
    session: Session, clinic: Clinic, month: date, start: datetime, end: datetime, rules: InquiryRules, *, is_now: bool
) -> set[UUID]:
    after = month_after(month)
    cared = visited_since(session, clinic.id, month - rules.care_goes_on, after, before=None if is_now else after)
    checked = session.exec(
        select(EligibilityCheck.patient_id).where(
            EligibilityCheck.clinic_id == clinic.id,
            EligibilityCheck.checked_at >= start,
            EligibilityCheck.checked_at < end,
            col(EligibilityCheck.kind).in_([*rules.electronic_checks, "reinquiry"]),
        )
    ).all()
    wanted = session.exec(
        select(Inquiry.patient_id).where(
            Inquiry.clinic_id == clinic.id, Inquiry.wanted_at >= start, Inquiry.wanted_at < end
        )
    ).all()
    return {*cared, *checked, *wanted}


def _ways(facts: Asked | None, today: date, rules: InquiryRules) -> tuple[MayAsk, MayAsk]:
    """What may be asked today; a month that is over asks nothing and is not explained."""
    if facts is None:
        return MayAsk.YES, MayAsk.YES
    return may_reinquire(facts, today, rules), may_ask_by_number(facts)


def _by_month(found: Sequence[Checked]) -> dict[tuple[UUID, date], list[Checked]]:
    told: dict[tuple[UUID, date], list[Checked]] = {}
    for check in found:
        told.setdefault((check.patient_id, month_of(check.checked_at)), []).append(check)
    return told


def _changed(
    session: Session, clinic_id: UUID, ids: Collection[UUID], start: datetime, end: datetime
) -> set[tuple[UUID, date]]:
    """Months in which somebody took over what a check had brought."""
    rows = session.exec(
        select(LedgerChange).where(
            LedgerChange.clinic_id == clinic_id,
            col(LedgerChange.patient_id).in_(list(ids)),
            col(LedgerChange.kind).in_(_CHANGES),
            LedgerChange.source_kind == "check",
            LedgerChange.at >= start,
            LedgerChange.at < end,
            col(LedgerChange.undone_at).is_(None),
        )
    )
    return {(row.patient_id, month_of(row.at)) for row in rows}


def _waiting(
    session: Session, clinic_id: UUID, ids: Collection[UUID], start: datetime, end: datetime
) -> dict[UUID, UUID]:
    """Whose comparison of this month needs a person, and which row of the list it is.

    What is only to be filled in stays ordinary work of the list: the insurance is confirmed.
    """
    rows = session.execute(
        select(col(ConsentedPatient.patient_id), col(ConsentedPatient.id))
        .where(
            ConsentedPatient.clinic_id == clinic_id,
            col(ConsentedPatient.patient_id).in_(list(ids)),
            ConsentedPatient.state == "needs_check",
            ConsentedPatient.confirmed_at >= start,
            ConsentedPatient.confirmed_at < end,
        )
        .order_by(col(ConsentedPatient.confirmed_at))
    ).all()
    return {row[0]: row[1] for row in rows}


def _named_others(session: Session, clinic_id: UUID, inquiries: Collection[Inquiry]) -> dict[UUID, UUID]:
    """Inquiries whose answer is about another chart than the one that was asked about, or about none of ours."""
    asked = {i.id: i.patient_id for i in inquiries}
    rows = session.execute(
        select(col(ConsentedPatient.inquiry_id), col(ConsentedPatient.patient_id), col(ConsentedPatient.id)).where(
            col(ConsentedPatient.clinic_id) == clinic_id, col(ConsentedPatient.inquiry_id).in_(list(asked))
        )
    ).all()
    answered = {inquiry_id for inquiry_id, patient_id, _ in rows if patient_id == asked[inquiry_id]}
    return {inquiry_id: row_id for inquiry_id, _, row_id in rows if inquiry_id not in answered}


def _validity(check: Checked) -> Validity | None:
    return Validity(check.validity) if check.validity else None


def _instant(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=JST).astimezone(UTC)
