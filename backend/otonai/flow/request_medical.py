"""Step 2 for medical information: drugs and checkups of linked patients who agreed, one file each for the bridge.

`wanted` looks which copies are missing or old and only reads, however many people there are; `ask` makes the files of
a few of them. Between the two others may work: what was asked for meanwhile is not asked for again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from ..domain.cadence import Cadence
from ..domain.consent import Consent, ConsentFlag, ConsentKind, ConsentState, consent_state
from ..domain.dates import business_day
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Invalid
from ..domain.insurance import CoverageFacts
from ..domain.retry import FailureKind, Question, earliest, failure_kind, wait_after
from ..store.audit import THE_RULES, Told, write_events
from ..store.changes import note_changes
from ..store.consented import consents_of
from ..store.ids import new_id
from ..store.patients import charts_of, history_of
from ..store.requests import asked_since, next_serial, queue_file, serials_left
from ..store.tables import Clinic, MedicalDocument, Patient, PatientConsent
from ..store.visits import visited_on
from ..terminal import request as build

#: So many files at a time: while they are made, nobody else in the clinic can write.
AT_ONCE = 50
#: File names of a day that medical information never uses up: lists and inquiries go on.
KEPT_SERIALS = 1_000
_KINDS = (ConsentKind.DRUG, ConsentKind.CHECKUP)
#: Thousands of copies are looked at, none is opened.
_WITHOUT_CONTENT = defer(MedicalDocument.content)  # type: ignore[arg-type]  # a column to SQLAlchemy, a dict to mypy


@dataclass(frozen=True, slots=True)
class Want:
    """A copy that is missing or old."""

    patient_id: UUID
    kind: ConsentKind


def wanted(session: Session, clinic_id: UUID, now: datetime, cadence: Cadence) -> list[Want]:
    """Whose copies are to be asked for, in this order: linked patients with an open consent. Only reads."""
    return [want for want, _ in _looked_at(session, clinic_id, now, cadence, None)]


def ask(session: Session, clinic_id: UUID, wants: Sequence[Want], now: datetime, cadence: Cadence) -> int:
    """Make the files of those that are still wanted; says how many. Leaves the day's last file names to others.

    The insurance key is taken verbatim from the current coverage of the link (medical-info 2.3).
    """
    room = serials_left(session, clinic_id, now) - KEPT_SERIALS
    if room <= 0:
        return 0
    clinic, named = session.get_one(Clinic, clinic_id), set(wants)
    found = _looked_at(session, clinic_id, now, cadence, {want.patient_id for want in wants})
    still = [each for each in found if each[0] in named][:room]
    charts = charts_of(session, clinic_id, [want.patient_id for want, _ in still])
    consents = consents_of(session, clinic_id, list(charts))
    told, changed = list[Told](), list[UUID]()
    for want, held in still:
        coverage = charts[want.patient_id].current_coverage or CoverageFacts()
        if not coverage.insurer_number or not coverage.card_number:
            continue
        document = held or MedicalDocument(
            clinic_id=clinic_id, id=new_id(), patient_id=want.patient_id, kind=want.kind.value, state="waiting"
        )
        document.requested_at = now
        session.add(document)
        changed.append(want.patient_id)
        try:
            file = _file(session, clinic, coverage, want.kind, consents[want.patient_id], now, cadence)
        except Invalid as refusal:
            # One chart whose insurance cannot be written in the terminal's characters must not hold up the clinic.
            document.state, document.reason = "failed", refusal.code
            continue
        job = queue_file(
            session, clinic_id, want.kind.value, file, now, cadence.answer_within, patient_id=want.patient_id
        )
        document.state, document.job_id, document.reason = "waiting", job.id, None
        told.append(Told(f"{want.kind.value}_requested", patient_id=want.patient_id, subject=str(job.id)))
    session.flush()
    write_events(session, clinic_id, now, THE_RULES, told)
    note_changes(session, clinic_id, "patient", list(dict.fromkeys(changed)))
    return len(told)


def _looked_at(
    session: Session, clinic_id: UUID, now: datetime, cadence: Cadence, only: Collection[UUID] | None
) -> list[tuple[Want, MedicalDocument | None]]:
    today = business_day(now)
    soon = visited_on(session, clinic_id, (today, today + timedelta(days=1)), only)
    consents = (
        select(PatientConsent)
        .join(
            Patient,
            (col(Patient.clinic_id) == PatientConsent.clinic_id) & (col(Patient.id) == PatientConsent.patient_id),
        )
        .where(
            PatientConsent.clinic_id == clinic_id,
            col(PatientConsent.kind).in_([kind.value for kind in _KINDS]),
            PatientConsent.flag == ConsentFlag.GIVEN.value,
            col(Patient.linked),
            col(Patient.withdrawn).is_(False),
        )
        .order_by(col(PatientConsent.kind).desc(), col(PatientConsent.patient_id))
    )
    copies = select(MedicalDocument).where(MedicalDocument.clinic_id == clinic_id).options(_WITHOUT_CONTENT)
    if only is not None:
        consents = consents.where(col(PatientConsent.patient_id).in_(only))
        copies = copies.where(col(MedicalDocument.patient_id).in_(only))
    held = {(copy.patient_id, copy.kind): copy for copy in session.exec(copies)}
    found = []
    for row in session.exec(consents):
        consent = Consent(ConsentKind(row.kind), ConsentFlag(row.flag), row.consented_at, row.available_until)
        copy = held.get((row.patient_id, row.kind))
        is_open = consent_state(consent, now) is ConsentState.OPEN
        if is_open and _is_wanted(session, row, copy, now, cadence, visited_soon=row.patient_id in soon):
            found.append((Want(row.patient_id, consent.kind), copy))
    return sorted(found, key=lambda each: each[1] is not None)  # who was never asked for comes first


def _is_wanted(
    session: Session,
    consent: PatientConsent,
    document: MedicalDocument | None,
    now: datetime,
    cadence: Cadence,
    *,
    visited_soon: bool,
) -> bool:
    """Whether a document is missing, was refused long enough ago, or is older than the consent or what the rules say.

    A copy that is only old is refreshed at night, unless its patient is visited today or tomorrow.
    """
    if document is None or document.requested_at is None:
        return True
    if document.state == "waiting":
        return False
    if document.fetched_at is not None and consent.consented_at and consent.consented_at > document.requested_at:
        return True
    if document.state == "failed":
        mended = any(c.at > document.requested_at for c in history_of(session, consent.clinic_id, consent.patient_id))
        if mended and failure_kind(document.reason) is FailureKind.PERMANENT:
            return True
        failures = asked_since(session, consent.clinic_id, consent.patient_id, consent.kind, document.fetched_at)
        due = document.requested_at + wait_after(document.reason, failures, cadence.retry)
        return (earliest(Question.DOCUMENT, max(due, now), cadence.retry) or now) <= now
    again = cadence.drug_again_after if consent.kind == ConsentKind.DRUG.value else cadence.checkup_again_after
    question = Question.DOCUMENT if visited_soon else Question.REFRESH
    due = max(document.requested_at + again, now)
    return (earliest(question, due, cadence.retry) or now) <= now


def _file(
    session: Session,
    clinic: Clinic,
    coverage: CoverageFacts,
    kind: ConsentKind,
    consents: Collection[Consent],
    now: datetime,
    cadence: Cadence,
) -> TerminalRequest:
    day, serial = next_serial(session, clinic.id, now)
    identifier = new_id().hex
    if kind is ConsentKind.CHECKUP:
        return build.checkup(
            institution_code=clinic.institution_code,
            coverage=coverage,
            file_identifier=identifier,
            day=day,
            serial=serial,
        )
    last = business_day(now)
    months = last.year * 12 + last.month - 1 - cadence.drug_months
    return build.drug(
        institution_code=clinic.institution_code,
        coverage=coverage,
        first_month=date(months // 12, months % 12 + 1, 1),
        last_month=last,
        file_identifier=identifier,
        day=day,
        serial=serial,
        content=_drug_content(consents, now),
    )


def _drug_content(consents: Collection[Consent], now: datetime) -> build.DrugContent:
    """診療 and 手術 come inside the drug file and are asked for only with an own consent that is open (S-030)."""
    agreed = any(
        each.kind in (ConsentKind.DIAGNOSIS, ConsentKind.OPERATION) and consent_state(each, now) is ConsentState.OPEN
        for each in consents
    )
    return build.DrugContent.DRUG_AND_TREATMENT if agreed else build.DrugContent.DRUG
