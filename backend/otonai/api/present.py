"""Rows as the models that go out. Looks things up in one query per kind, decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.comparison import Difference
from ..domain.consent import Consent
from ..domain.dates import age_on, business_day
from ..domain.insurance import Relation, Sex, Validity
from ..domain.writing import is_unsafe
from ..flow.accept_safe import SafeRow
from ..store.consented import consents_of, record_of
from ..store.patients import coverages_of
from ..store.tables import ConsentedPatient, Coverage, HomeVisitRequest, LedgerChange, Patient, Staff
from .models import care, ledger

#: Acts that the chart's own history takes back; links and registrations are undone on their list row.
UNDONE_ON_THE_CHART = frozenset(
    {"updated", "overwritten", "added", "edited", "numbered", "public_expense_typed", "care_insurance_typed"}
)


def patients_out(session: Session, clinic_id: UUID, rows: Sequence[Patient], now: datetime) -> list[ledger.PatientOut]:
    """Charts with their insurances and consents."""
    ids = [r.id for r in rows]
    coverages, consents = coverages_of(session, clinic_id, ids), consents_of(session, clinic_id, ids)
    return [_patient(r, coverages[r.id], consents[r.id], now) for r in rows]


def patient_out(session: Session, row: Patient, now: datetime) -> ledger.PatientOut:
    """One chart."""
    return patients_out(session, row.clinic_id, [row], now)[0]


def _patient(
    row: Patient, coverages: Sequence[Coverage], consents: Iterable[Consent], now: datetime
) -> ledger.PatientOut:
    shown = [_coverage(c, n) for n, c in enumerate(coverages)]
    last = None
    if row.last_checked_at is not None:
        last = ledger.LastCheckOut(
            checked_at=row.last_checked_at,
            kind=row.last_check_kind or "number",
            validity=Validity(row.last_validity) if row.last_validity else None,
            validity_code=row.last_validity_code,
        )
    return ledger.PatientOut(
        id=row.id,
        chart_number=row.chart_number,
        name=row.name,
        name_kana=row.name_kana,
        sex=Sex(row.sex) if row.sex else None,
        birth_date=row.birth_date,
        age=age_on(row.birth_date, business_day(now)),
        postal_code=row.postal_code,
        address=row.address,
        telephone=row.telephone,
        reference_number=row.reference_number,
        link="linked" if row.linked else "unlinked",
        coverage=shown[0] if shown else None,
        past_coverages=shown[1:],
        last_check=last,
        consents=[_consent(c) for c in consents],
        version=row.version,
    )


def _coverage(row: Coverage, number: int) -> ledger.CoverageOut:
    values = {n: getattr(row, n) for n in ledger.CoverageOut.model_fields if n not in ("past_label", "relation")}
    relation = Relation(row.relation) if row.relation else None
    return ledger.CoverageOut(**values, relation=relation, past_label=f"過{number}" if number else None)


def _consent(consent: Consent) -> ledger.ConsentOut:
    return ledger.ConsentOut(
        kind=consent.kind,
        flag=consent.flag,
        consented_at=consent.consented_at,
        available_until=consent.available_until,
    )


def consented_out(
    session: Session, clinic_id: UUID, rows: Sequence[ConsentedPatient]
) -> list[ledger.ConsentedPatientOut]:
    """Rows of the consented list with their proposals."""
    wanted = {UUID(c["patient_id"]) for r in rows for c in r.candidates} | {r.patient_id for r in rows if r.patient_id}
    charts = {
        p.id: p
        for p in session.exec(select(Patient).where(Patient.clinic_id == clinic_id, col(Patient.id).in_(wanted)))
    }
    return [_consented(r, charts) for r in rows]


def _consented(row: ConsentedPatient, charts: dict[UUID, Patient]) -> ledger.ConsentedPatientOut:
    record = record_of(row)
    chart = charts.get(row.patient_id) if row.patient_id else None
    alternatives = [
        ledger.AlternativeOut(
            patient_id=p.id,
            chart_number=p.chart_number,
            name=p.name,
            name_kana=p.name_kana,
            birth_date=p.birth_date,
            reasons=list(c["reasons"]),
            score=c.get("score"),
        )
        for c in row.candidates
        if (p := charts.get(UUID(c["patient_id"]))) is not None
    ]
    return ledger.ConsentedPatientOut(
        id=row.id,
        route=row.route,
        state=row.state,
        confirmed_at=row.confirmed_at,
        name=record.name,
        name_kana=record.name_kana,
        name_unsafe=is_unsafe(record.name),
        sex=record.sex,
        birth_date=record.birth_date,
        insurer_number=record.coverage.insurer_number,
        reference_number=(chart.reference_number if chart else None) or record.reference_number,
        validity=Validity(row.validity) if row.validity else None,
        validity_code=row.validity_code,
        match=ledger.MatchOut(
            outcome=row.match_outcome,
            patient_id=row.patient_id,
            chart_number=chart.chart_number if chart else None,
            patient_name=chart.name if chart else None,
            reasons=row.match_reasons,
            candidates=len(alternatives),
            alternatives=alternatives,
        ),
        result=row.result,
        result_count=row.result_count,
        imported=row.state == "confirmed",
        consents=[_consent(c) for c in record.consents],
        prescription_form=row.prescription_form,
        can_undo=row.undo is not None,
        version=row.version,
    )


def safe_row_out(safe: SafeRow, version: int) -> ledger.SafeRowOut:
    """One person of a bulk accept, on the version of the chart that is looked at."""
    chart = safe.chart
    return ledger.SafeRowOut(
        consented_id=safe.row.id,
        version=safe.row.version,
        base_version=version,
        chart_number=chart.chart_number,
        patient_name=chart.name or "",
        patient_name_kana=chart.name_kana,
        writes=[ledger.SafeWriteOut(field=d.field, theirs=text_of(d.theirs) or "") for d in safe.writes],
    )


def difference_out(found: Difference) -> ledger.DifferenceOut:
    """One compared field, values as text."""
    return ledger.DifferenceOut(
        field=found.field,
        group=found.group,
        ours=text_of(found.ours),
        theirs=text_of(found.theirs),
        kind=found.kind,
        default=found.default,
        reason=found.reason,
    )


def text_of(value: Any) -> str | None:
    """A ledger value as text; dates ISO."""
    if value is None or value == "":
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def request_out(row: HomeVisitRequest) -> care.RequestOut:
    """A 情報申請."""
    return care.RequestOut.model_validate(row, from_attributes=True)


def history_out(session: Session, clinic_id: UUID, rows: Sequence[LedgerChange]) -> ledger.HistoryOut:
    """A chart's history, newest first, every value before and after."""
    staff = {s.id: s.name for s in session.exec(select(Staff).where(Staff.clinic_id == clinic_id))}
    return ledger.HistoryOut(items=[_change(r, staff) for r in rows])


def _change(row: LedgerChange, staff: dict[UUID, str]) -> ledger.LedgerChangeOut:
    fields = []
    pairs = [(row.before["patient"], row.after["patient"])]
    for group in row.after.keys() - {"patient"}:
        pairs += [(row.before[group].get(i) or {}, after or {}) for i, after in row.after[group].items()]
    for before, after in pairs:
        for name, value in after.items():
            if before.get(name) != value:
                fields.append(
                    ledger.FieldHistoryOut(field=name, before=text_of(before.get(name)), after=text_of(value))
                )
    by = staff.get(row.actor_id, "—") if row.actor_id else "おとない（自動）"
    undoable = row.undone_at is None and row.kind in UNDONE_ON_THE_CHART
    return ledger.LedgerChangeOut(
        id=row.id,
        at=row.at,
        kind=row.kind,
        by=by,
        source=row.source_kind,
        fields=fields,
        can_undo=undoable,
        undone=row.undone_at is not None,
    )
