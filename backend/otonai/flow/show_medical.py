"""Step 8: medical information for one reader, now. Consent and deadline decide what exists; each look is audited.

Returns a named state and, only when it is `available`, the content. Without consent nothing is even counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from ..domain.consent import Consent, ConsentState
from ..domain.dates import business_day
from ..domain.errors import NotFound
from ..domain.medical import Checkup, DrugEvent, TreatmentEvent, TreatmentKind
from ..domain.medical_view import MEDICAL_KINDS, closed_kinds, readable_treatments, state_of
from ..domain.visit import VisitType, not_after
from ..store.audit import Actor, write_event
from ..store.consented import consents_of, documents_of
from ..store.facts import from_json
from ..store.tables import MedicalDocument, Patient, TerminalMessage
from ..store.visits import type_of_care

_KIND = {each.value: each for each in MEDICAL_KINDS}
#: 診療 and 手術 come inside the drug file (medical-info fact 7).
_DOCUMENT = {"drug": "drug", "checkup": "checkup", "diagnosis": "drug", "operation": "drug"}
_CONTENT = {"drug": "drugs", "checkup": "checkups", "diagnosis": "treatments", "operation": "treatments"}


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """What one reader gets of one kind. `document` says that a PDF is to be had in place of rows."""

    state: str
    reason: str | None = None
    fetched_at: datetime | None = None
    available_until: datetime | None = None
    data_until_month: str | None = None
    drugs: tuple[DrugEvent, ...] = ()
    checkups: tuple[Checkup, ...] = ()
    treatments: tuple[TreatmentEvent, ...] = ()
    document: bool = False

    def __repr__(self) -> str:
        return f"Shown({self.state})"


def medical_state(
    patient: Patient,
    consents: Iterable[Consent],
    document: MedicalDocument | None,
    kind: str,
    now: datetime,
    visit_type: VisitType = VisitType.HOME_VISIT,
) -> str:
    """available | none | waiting | no_consent | expired | failed | not_linked, without disclosing anything."""
    if not patient.linked:
        return "not_linked"
    state = state_of(consents, _KIND[kind], visit_type, now)
    if state is not ConsentState.OPEN:
        return state.value
    if document is None:
        return "waiting"
    if document.fetched_at is None or document.content is None:
        return "failed" if document.state == "failed" else "waiting"
    return "available" if _rows(document, kind) or document.content.get("document") else "none"


def _rows(document: MedicalDocument, kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = (document.content or {}).get(_CONTENT[kind], [])
    if _CONTENT[kind] != "treatments":
        return rows
    return [row for row in rows if row["kind"] == TreatmentKind(kind).value]


def show(
    session: Session, patient: Patient, kind: str, *, actor: Actor, carried: bool, now: datetime, packed: bool = False
) -> Shown:
    """One disclosure: the audit event is written in the same transaction, whatever the outcome.

    The event names the kind and the period that was shown. `carried` adds the tablet's own deadline (end of day,
    24 hours) to the consent's; `packed` says that it goes into a tablet's sealed store, whether or not it is read.
    """
    consents = consents_of(session, patient.clinic_id, [patient.id])[patient.id]
    document = documents_of(session, patient.clinic_id, [patient.id]).get((patient.id, _DOCUMENT[kind]))
    visit_type = type_of_care(session, patient.clinic_id, patient.id, business_day(now))
    state = medical_state(patient, consents, document, kind, now, visit_type)
    shown = Shown(state, reason=document.reason if document else None)
    if document is not None and state in ("available", "none"):
        shown = _content(document, kind, consents, visit_type, carried=carried, state=state, now=now)
    write_event(
        session, patient.clinic_id, now, action=f"{kind}_{'packed' if packed else 'viewed'}", actor=actor,
        outcome=state, patient_id=patient.id, subject=_period(shown),
    )  # fmt: skip
    return shown


def show_document(session: Session, patient: Patient, kind: str, *, actor: Actor, now: datetime) -> bytes:
    """The PDF of one kind, by the same rules and with an audit event of its own. Raises NotFound unless it is open."""
    consents = consents_of(session, patient.clinic_id, [patient.id])[patient.id]
    document = documents_of(session, patient.clinic_id, [patient.id]).get((patient.id, kind))
    visit_type = type_of_care(session, patient.clinic_id, patient.id, business_day(now))
    state = medical_state(patient, consents, document, kind, now, visit_type)
    is_document = document is not None and bool((document.content or {}).get("document"))
    if document is None or document.message_id is None or state != "available" or not is_document:
        raise NotFound()
    message = session.get_one(TerminalMessage, (patient.clinic_id, document.message_id))
    write_event(
        session, patient.clinic_id, now, action=f"{kind}_viewed", actor=actor, outcome="document",
        patient_id=patient.id, subject=str(message.id),
    )  # fmt: skip
    return message.content


def _content(
    document: MedicalDocument,
    kind: str,
    consents: list[Consent],
    visit_type: VisitType,
    *,
    carried: bool,
    state: str,
    now: datetime,
) -> Shown:
    until = document.available_until
    consent = next((c for c in consents if c.kind is _KIND[kind]), None)
    if kind in ("diagnosis", "operation"):
        until = consent.available_until if consent else None
    if carried and consent is not None and document.fetched_at is not None:
        until = not_after(consent, max(document.fetched_at, now), now)
    rows = _rows(document, kind)
    treatments = [from_json(TreatmentEvent, row) for row in rows] if _CONTENT[kind] == "treatments" else []
    closed = closed_kinds(consents, (_KIND[kind],), visit_type, now)
    return Shown(
        state,
        None,
        document.fetched_at,
        until,
        document.data_until_month,
        drugs=tuple(from_json(DrugEvent, row) for row in rows) if kind == "drug" else (),
        checkups=tuple(from_json(Checkup, row) for row in rows) if kind == "checkup" else (),
        treatments=readable_treatments(treatments, closed)[0],
        document=bool((document.content or {}).get("document")),
    )


def _period(shown: Shown) -> str | None:
    """First and last day of what was shown; None when nothing was."""
    days = [day for row in shown.drugs if (day := row.dispensed_on or row.prescribed_on)]
    days += [each.performed_on for each in shown.checkups if each.performed_on]
    days += [row.treated_on for row in shown.treatments if row.treated_on]
    return f"{min(days)}/{max(days)}" if days else None
