"""How ready patients are, as rows and as the value that the rules read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.readiness import CardHeld, CardUse, PaperHeld, PinState, Readiness
from ..domain.visit import VisitState
from .tables import PatientReadiness, Visit


def readiness_rows(session: Session, clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, PatientReadiness]:
    """What is written down about some patients; nothing for those of whom nobody said anything."""
    rows = session.exec(
        select(PatientReadiness).where(
            PatientReadiness.clinic_id == clinic_id, col(PatientReadiness.id).in_(list(patient_ids))
        )
    )
    return {row.id: row for row in rows}


def readiness_of(row: PatientReadiness | None) -> Readiness:
    """The value that the rules read; everything unknown without a row."""
    if row is None:
        return Readiness()
    return Readiness(
        card=CardHeld(row.card),
        use=CardUse(row.use),
        pin=PinState(row.pin),
        certificate_until=row.certificate_until,
        paper=PaperHeld(row.paper),
        paper_until=row.paper_until,
    )


def visits_without_plan(session: Session, clinic_id: UUID, patient_id: UUID, since: date) -> list[Visit]:
    """Visits to come for which nobody has said how identity will be confirmed."""
    rows = session.exec(
        select(Visit).where(
            Visit.clinic_id == clinic_id,
            Visit.patient_id == patient_id,
            Visit.day >= since,
            Visit.state == VisitState.PLANNED.value,
            Visit.card_plan == "unknown",
        )
    )
    return list(rows)
