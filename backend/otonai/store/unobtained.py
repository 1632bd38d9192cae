"""Visits and looks of a month from which no information came. Reads only; what counts is told by the domain."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.audit import VIEWINGS, kind_of
from ..domain.dates import business_day
from ..domain.unobtained import Unobtained, UnobtainedRecord, in_order, of_visit
from .audit_reading import events_of_actions
from .tables import Visit

#: The outcome of a look at what the center answered with nothing.
_NOTHING = "none"


def unobtained(
    session: Session, clinic_id: UUID, since: date, until: date, patient_id: UUID | None
) -> list[UnobtainedRecord]:
    """Refusals and failures told at visits, and looks that found nothing, by day in Japan; both days included."""
    visits = select(Visit).where(
        Visit.clinic_id == clinic_id,
        Visit.day >= since,
        Visit.day <= until,
        Visit.state != "cancelled",
        col(Visit.consent_outcome).is_not(None),
    )
    if patient_id is not None:
        visits = visits.where(Visit.patient_id == patient_id)
    told = [of_visit(v.day, v.patient_id, v.consent_outcome, v.consent_reason) for v in session.exec(visits)]
    looks = events_of_actions(session, clinic_id, since, until, patient_id, actions=VIEWINGS, outcomes={_NOTHING})
    empty = [
        UnobtainedRecord(business_day(e.at), e.patient_id, Unobtained.NO_INFORMATION, kind=kind_of(e.action))
        for e in looks
        if e.patient_id is not None
    ]
    return in_order([*(each for each in told if each is not None), *empty])
