"""Visits as the models that go out, with consent, results, readiness and the visit before. Decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from ..domain.consent import Consent, ConsentState, consent_state
from ..domain.dates import age_on, business_day
from ..domain.insurance import Validity
from ..domain.readiness import next_action
from ..domain.visit import VisitType
from ..flow.show_medical import medical_state
from ..rules.readiness import readiness_rules_on
from ..store.consented import consents_of, documents_of
from ..store.readiness import readiness_of, readiness_rows
from ..store.tables import Patient, Staff, Visit
from ..store.visits import last_made
from .models import care


def visits_out(session: Session, clinic_id: UUID, rows: Sequence[Visit], now: datetime) -> list[care.OfficeVisitOut]:
    """A day's visits with where consent, eligibility and medical information stand."""
    ids = {r.patient_id for r in rows}
    patients = {
        p.id: p for p in session.exec(select(Patient).where(Patient.clinic_id == clinic_id, col(Patient.id).in_(ids)))
    }
    consents, documents = consents_of(session, clinic_id, ids), documents_of(session, clinic_id, ids)
    staff = {s.id: s.name for s in session.exec(select(Staff).where(Staff.clinic_id == clinic_id))}
    today = business_day(now)
    rules, ready = readiness_rules_on(today), readiness_rows(session, clinic_id, ids)
    shown = [_visit(r, patients[r.patient_id], consents[r.patient_id], documents, staff, now) for r in rows]
    if not rows:
        return shown
    before = last_made(session, clinic_id, ids, min(r.day for r in rows))
    for visit in shown:
        known = ready.get(visit.patient_id)
        visit.readiness = next_action(readiness_of(known), today, rules) if known else None
        last = before.get(visit.patient_id)
        visit.previous = _registration(last, staff) if last else None
    return shown


def _visit(
    row: Visit,
    patient: Patient,
    consents: list[Consent],
    documents: dict[Any, Any],
    staff: dict[UUID, str],
    now: datetime,
) -> care.OfficeVisitOut:
    return care.OfficeVisitOut(
        id=row.id,
        patient_id=row.patient_id,
        planned_at=row.planned_at,
        visit_type=VisitType(row.visit_type),
        place_note=row.place_note,
        card_plan=row.card_plan,
        card_note=row.card_note,
        state=row.state,
        consent=_visit_consent(row, consents, now),
        eligibility=care.EligibilityOut(
            validity=Validity(patient.last_validity) if patient.last_validity else None,
            validity_code=patient.last_validity_code,
            checked_at=patient.last_checked_at,
        ),
        medical=care.MedicalStateOut(
            drug=medical_state(patient, consents, documents.get((patient.id, "drug")), "drug", now),
            checkup=medical_state(patient, consents, documents.get((patient.id, "checkup")), "checkup", now),
        ),
        registration=_registration(row, staff),
        version=row.version,
        route_position=row.route_position,
        patient_name=patient.name,
        patient_name_kana=patient.name_kana,
        chart_number=patient.chart_number,
        age=age_on(patient.birth_date, business_day(now)),
        to_choose=_to_choose(row, staff),
    )


def _registration(row: Visit, staff: dict[UUID, str]) -> care.RegistrationOut | None:
    return care.RegistrationOut(**_told(row.registration, staff)) if row.registration is not None else None


def _to_choose(row: Visit, staff: dict[UUID, str]) -> list[care.BesideOut]:
    """The one that stands first; nothing where nobody else registered the visit."""
    if row.registration is None or not row.registration.get("also"):
        return []
    every = [row.registration, *row.registration["also"]]
    return [care.BesideOut(**_told(each, staff), entry_id=each["entry_id"]) for each in every]


def _told(told: dict[str, Any], staff: dict[UUID, str]) -> dict[str, Any]:
    return {
        "registered_at": told["registered_at"],
        "by": staff.get(UUID(told["staff_id"]), "—"),
        "identity_method": told["identity_method"] or "none",
        "outcome": told["outcome"],
        "reason": told["reason"],
        "items": told["items"],
        "prescription_form": told["prescription_form"],
        "helper": told["helper"],
        "note": told["note"],
        "after_cancellation": told.get("after_cancellation", False),
        # Registrations from before these were asked for do not hold them.
        "started_at": told.get("started_at"),
        "ended_at": told.get("ended_at"),
        "present": told.get("present", []),
        "papers": told.get("papers", []),
        "next_visit_on": told.get("next_visit_on"),
        "page_code": told.get("page_code"),
        "name_confirmed": told.get("name_confirmed", False),
    }


def _visit_consent(row: Visit, consents: list[Consent], now: datetime) -> care.VisitConsentOut:
    """Who acts next about this visit's consent. What was told at the bedside rules until the center answers."""
    if row.consent_awaited:
        return care.VisitConsentOut(state="waiting", detail=row.consent_outcome, at=row.consent_reported_at)
    if row.consent_outcome in ("refused", "failed"):
        return care.VisitConsentOut(
            state=row.consent_outcome,
            detail=row.consent_reason,
            at=row.consent_reported_at,
        )
    opened = [c for c in consents if consent_state(c, now) is ConsentState.OPEN]
    if opened:
        newest = max((c.consented_at for c in opened if c.consented_at), default=None)
        return care.VisitConsentOut(state="given", detail=None, at=newest)
    if row.consent_outcome is not None:
        return care.VisitConsentOut(state="reported", detail=row.consent_outcome, at=row.consent_reported_at)
    return care.VisitConsentOut(state="qr_needed", detail=None, at=None)
