"""照会番号登録 on a person's wish: one file, once; its answer is read by step 3 like every other.

Raises Conflict or Invalid with the word of `domain.registration` when it may not be sent. Nothing else in the flow
calls this, so nothing is registered by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.cadence import Cadence
from ..domain.eligibility import TerminalResult
from ..domain.errors import Conflict
from ..domain.insurance import CoverageFacts
from ..domain.registration import Chart, Registering, RegistrationState, registering, registration_state
from ..store.audit import Actor, write_event
from ..store.changes import note_change
from ..store.ids import new_id
from ..store.patients import holder_of_reference, load_ledger_patient
from ..store.requests import answers_to, newest_job, next_serial, queue_file
from ..store.tables import Clinic, Patient
from ..terminal import request as build
from ..terminal.result import Bounced, read

FAMILY = "reference_registration"


@dataclass(frozen=True, slots=True)
class Registration:
    """The newest registration of one chart; the center's code and words verbatim (S-140)."""

    state: RegistrationState
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    code: str | None = None
    message: str | None = None


def request_registration(
    session: Session, clinic: Clinic, patient: Patient, *, looked: bool, actor: Actor, now: datetime, cadence: Cadence
) -> Registration:
    """Send the chart number as 照会番号 for the insurance in force. `looked`: somebody did, after an uncertain one."""
    number = patient.chart_number
    holder = holder_of_reference(session, clinic.id, number) if number else None
    chart = Chart(
        chart_number=number,
        reference_number=patient.reference_number,
        taken=holder is not None and holder != patient.id,
        state=registration_of(session, clinic.id, patient.id).state,
    )
    decision = registering(chart, looked=looked)
    if decision is not Registering.SEND or number is None:
        raise Conflict(code=decision.value)
    day, serial = next_serial(session, clinic.id, now)
    file = build.reference_number_registration(
        institution_code=clinic.institution_code,
        reference_number=number,
        coverage=load_ledger_patient(session, clinic.id, patient.id).current_coverage or CoverageFacts(),
        file_identifier=new_id().hex,
        day=day,
        serial=serial,
    )
    job = queue_file(session, clinic.id, FAMILY, file, now, cadence.answer_within, patient_id=patient.id)
    write_event(
        session, clinic.id, now, action="registration_requested", actor=actor,
        outcome="looked" if looked else "asked", patient_id=patient.id, subject=str(job.id),
    )  # fmt: skip
    note_change(session, clinic.id, "patient", patient.id)
    return Registration(RegistrationState.ASKED, now)


def registration_of(session: Session, clinic_id: UUID, patient_id: UUID) -> Registration:
    """What has become of it, with the words of the answer as they came."""
    job = newest_job(session, clinic_id, patient_id, FAMILY)
    if job is None:
        return Registration(RegistrationState.NOT_ASKED)
    code, words = _said(session, clinic_id, job.id)
    return Registration(registration_state(job.state, job.reason), job.created_at, job.answered_at, code, words)


def _said(session: Session, clinic_id: UUID, job_id: UUID) -> tuple[str | None, str | None]:
    """Code and words of the newest answer that holds any."""
    for answer in answers_to(session, clinic_id, job_id):
        told = read(answer.content, answer.file_name).message
        if isinstance(told, Bounced):
            return told.code, told.message
        if isinstance(told, TerminalResult):
            person = told.people[0] if told.people else None
            code, words = (person.code, person.message) if person else (None, None)
            return told.error_code or code, told.error_message or words
    return None, None
