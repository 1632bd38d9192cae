"""Step 8: drugs and checkups for one reader, now. Consent and deadline decide what exists; each look is audited.

Returns a named state and, only when it is `available`, the content. Without consent nothing is even counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from ..domain.consent import Consent, ConsentKind, ConsentState, consent_state
from ..domain.visit import not_after
from ..store.audit import Actor, write_event
from ..store.consented import consents_of, documents_of
from ..store.tables import MedicalDocument, Patient

_KIND = {"drug": ConsentKind.DRUG, "checkup": ConsentKind.CHECKUP}


@dataclass(frozen=True, slots=True)
class Shown:
    """What one reader gets."""

    state: str
    reason: str | None = None
    fetched_at: datetime | None = None
    available_until: datetime | None = None
    data_until_month: str | None = None
    content: list[dict[str, Any]] | None = None


def medical_state(
    patient: Patient, consents: Iterable[Consent], document: MedicalDocument | None, kind: str, now: datetime
) -> str:
    """available | none | waiting | no_consent | expired | failed | not_linked, without disclosing anything."""
    if not patient.linked:
        return "not_linked"
    consent = next((c for c in consents if c.kind is _KIND[kind]), None)
    state = consent_state(consent, now)
    if state is not ConsentState.OPEN:
        return state.value
    if document is None:
        return "waiting"
    if document.fetched_at is None or document.content is None:
        return "failed" if document.state == "failed" else "waiting"
    return "none" if not any(document.content.values()) else "available"


def show(session: Session, patient: Patient, kind: str, *, actor: Actor, carried: bool, now: datetime) -> Shown:
    """One disclosure: the audit event is written in the same transaction, whatever the outcome.

    `carried` adds the tablet's own deadline (end of day, 24 hours) to the consent's.
    """
    consents = consents_of(session, patient.clinic_id, [patient.id])[patient.id]
    document = documents_of(session, patient.clinic_id, [patient.id]).get((patient.id, kind))
    state = medical_state(patient, consents, document, kind, now)
    write_event(
        session, patient.clinic_id, now, action=f"{kind}_viewed", actor=actor, outcome=state, patient_id=patient.id
    )
    if document is None or state not in ("available", "none"):
        return Shown(state, reason=document.reason if document else None)
    until = document.available_until
    consent = next((c for c in consents if c.kind is _KIND[kind]), None)
    if carried and consent is not None and document.fetched_at is not None:
        until = not_after(consent, max(document.fetched_at, now), now)
    content = (document.content or {}).get("drugs" if kind == "drug" else "checkups", [])
    return Shown(state, None, document.fetched_at, until, document.data_until_month, content)
