"""Charts with what the card does not tell. Looks things up in one query per kind, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.care_insurance import CareInsuranceFacts
from ..domain.dates import business_day
from ..domain.off_card import past_labels
from ..domain.public_expense import PublicExpenseFacts
from ..store.off_card import care_insurances_of, public_expenses_of
from ..store.tables import Patient
from .models.off_card import CareInsuranceOut, ChartOut, PublicExpenseOut
from .present import patients_out


def charts_out(session: Session, clinic_id: UUID, rows: Sequence[Patient], now: datetime) -> list[ChartOut]:
    """Charts with their insurances, consents, 公費 and 介護保険."""
    ids, today = [row.id for row in rows], business_day(now)
    public, care = public_expenses_of(session, clinic_id, ids), care_insurances_of(session, clinic_id, ids)
    return [
        ChartOut(
            **chart.model_dump(),
            public_expenses=_public(public[chart.id], today),
            care_insurances=_care(care[chart.id], today),
        )
        for chart in patients_out(session, clinic_id, rows, now)
    ]


def chart_out(session: Session, row: Patient, now: datetime) -> ChartOut:
    """One chart."""
    return charts_out(session, row.clinic_id, [row], now)[0]


def _public(kept: Mapping[UUID, PublicExpenseFacts], today: date) -> list[PublicExpenseOut]:
    labels = past_labels(list(kept.values()), today)
    return [
        PublicExpenseOut(id=ident, past_label=label, **asdict(facts))
        for (ident, facts), label in zip(kept.items(), labels, strict=True)
    ]


def _care(kept: Mapping[UUID, CareInsuranceFacts], today: date) -> list[CareInsuranceOut]:
    labels = past_labels(list(kept.values()), today)
    return [
        CareInsuranceOut(id=ident, past_label=label, **asdict(facts))
        for (ident, facts), label in zip(kept.items(), labels, strict=True)
    ]
