"""One clinic's afternoon, told step by step: a clock, the bridge's side, and what lies in the database.

The bridge is played by its deliveries, with real bytes; everything else is the product's own flow.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Engine
from sqlmodel import Session, col, select
from tests import people
from tests.databases import KnownClinic
from tests.flow import answers

from otonai.domain.care_insurance import CareInsuranceFacts
from otonai.domain.consent import Consent
from otonai.domain.dates import business_day
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.insurance import CoverageFacts
from otonai.domain.ledger import Act
from otonai.domain.patient import LedgerPatient
from otonai.domain.public_expense import PublicExpenseFacts
from otonai.flow import advance
from otonai.flow.receive_result import Delivery, Receipt, take_delivery
from otonai.flow.send_request import request_usual_days
from otonai.flow.update_ledger import apply_act, choose_chart, edit_patient, register_new, undo_last
from otonai.rules import cadence_on
from otonai.store.audit import Actor, first_bad_event
from otonai.store.consented import consents_of, documents_of, get_consented, record_of, want_match_again
from otonai.store.ids import new_id
from otonai.store.off_card import care_insurances_of, public_expenses_of
from otonai.store.patients import (
    apply_values,
    coverages_of,
    create_patient,
    get_patient,
    history_of,
    load_ledger_patient,
)
from otonai.store.session import reading, writing
from otonai.store.tables import (
    AuditEvent,
    Clinic,
    ConsentedPatient,
    Coverage,
    EligibilityCheck,
    HomeVisitRequest,
    LedgerChange,
    MedicalDocument,
    Patient,
    TerminalJob,
    TerminalMessage,
    Visit,
)

T = TypeVar("T")


class Story:
    """What one clinic does and sees. `now` moves only by `wait`."""

    def __init__(self, engine: Engine, clinic: KnownClinic) -> None:
        self.engine, self.clinic = engine, clinic
        self.now = people.NOW
        self.cadence = cadence_on(people.TODAY)
        #: 架空 真帆 at the office; the tests need her id only.
        self.office = Actor("staff", new_id())

    # --- the clock and the flow --------------------------------------------------------------------------

    def wait(self, **time: float) -> Story:
        """Let time pass; nothing happens by that alone."""
        self.now += timedelta(**time)
        return self

    def advance(self) -> datetime:
        """Run whatever is ready now."""
        return advance(self.engine, self.clinic.id, self.now)

    # --- the bridge --------------------------------------------------------------------------------------

    def deliver(
        self,
        file_name: str,
        content: bytes | None,
        *,
        kind: str = "answer",
        delivery_id: UUID | None = None,
        job_id: UUID | None = None,
        reason: str | None = None,
    ) -> Receipt:
        """One delivery of the bridge, in one transaction."""
        told = Delivery(delivery_id or uuid4(), kind, file_name, job_id, reason)
        with writing(self.engine, self.clinic.id) as session:
            return take_delivery(session, self.clinic.id, told, content, self.now)

    def written(self, job: TerminalJob) -> Receipt:
        """The bridge tells that a request lies in the folder."""
        return self.deliver(job.file_name, None, kind="written", job_id=job.id)

    def answer(self, job: TerminalJob, content: bytes, suffix: str = "xml") -> Receipt:
        """The terminal's answer to one request, under its right name."""
        return self.deliver(f"{job.expected_stem}.{suffix}", content)

    # --- a usual round -----------------------------------------------------------------------------------

    def fetch_list(self, *told: str | EligibilityRecord, at: datetime | None = None) -> HomeVisitRequest:
        """情報申請 → 受付番号 → list, and what follows by itself."""
        request = self.ask()
        self.answer(self.newest_job("home_visit_list"), answers.acceptance(uuid4().hex[:18], at=self.now))
        self.advance()
        self.answer(self.newest_job("home_visit_fetch"), self.list_of(*told, at=at))
        self.advance()
        return self.request(request.id)

    def ask(self) -> HomeVisitRequest:
        """A 情報申請, by the flow itself when it is due, else by the office's button."""
        before = {r.id for r in self.requests()}
        self.advance()
        new = [r for r in self.requests() if r.id not in before]
        if new:
            return new[-1]
        with writing(self.engine, self.clinic.id) as session:
            clinic = session.get_one(Clinic, self.clinic.id)
            return request_usual_days(session, clinic, self.office, self.now, self.cadence)

    def list_of(self, *told: str | EligibilityRecord, at: datetime | None = None) -> bytes:
        """The list's bytes; a record stands for a person who consented."""
        units = [each if isinstance(each, str) else answers.consented(each) for each in told]
        return answers.consented_list(*units, at=at or self.now, institution=self.clinic.institution_code)

    # --- the ledger --------------------------------------------------------------------------------------

    def chart(self, patient: LedgerPatient, **changes: Any) -> UUID:
        """A chart of the cast in the ledger, linked when the cast says so."""
        values = {
            name: getattr(patient, name)
            for name in ("chart_number", "name", "name_kana", "sex", "birth_date", "postal_code", "address", "is_test")
        } | changes
        coverage = patient.current_coverage or CoverageFacts()
        with writing(self.engine, self.clinic.id) as session:
            made = create_patient(
                session,
                self.clinic.id,
                values,
                coverage,
                kind="created",
                actor=self.office,
                source=("person", self.office.id),
                now=self.now,
            )
            if patient.reference_number:
                link = {"linked": True, "reference_number": patient.reference_number}
                apply_values(
                    session, made, kind="linked", person=link, actor=self.office, source=("person", None), now=self.now
                )
        return made.id

    def chart_at_reception(self, patient: LedgerPatient) -> UUID:
        """A chart typed at the office, as the API does it: waiting rows are looked at again."""
        made = self.chart(replace(patient, reference_number=None))
        with writing(self.engine, self.clinic.id) as session:
            want_match_again(session, self.clinic.id)
        return made

    def edit(self, patient_id: UUID, **values: Any) -> LedgerChange:
        """Values typed at the office."""
        with writing(self.engine, self.clinic.id) as session:
            patient = get_patient(session, self.clinic.id, patient_id)
            return edit_patient(session, patient, values, patient.version, self.office, self.now)

    def decide(
        self,
        row_id: UUID,
        patient_id: UUID,
        act: Act,
        *fields: str,
        switch_date: Any = None,
        version: int | None = None,
    ) -> LedgerChange | None:
        """更新する, 上書きする or キャンセル by the office."""
        with writing(self.engine, self.clinic.id) as session:
            row = get_consented(session, self.clinic.id, row_id)
            base = get_patient(session, self.clinic.id, patient_id).version if version is None else version
            return apply_act(
                session,
                row,
                patient_id,
                act,
                fields=fields,
                switch_date=switch_date,
                base_version=base,
                actor=self.office,
                now=self.now,
            )

    def register(self, row_id: UUID, **typed: Any) -> UUID:
        """新患登録 by the office."""
        with writing(self.engine, self.clinic.id) as session:
            row = get_consented(session, self.clinic.id, row_id)
            return register_new(session, row, typed, {}, self.office, self.now).id

    def undo(self, row_id: UUID) -> None:
        """もとに戻す by the office."""
        with writing(self.engine, self.clinic.id) as session:
            undo_last(session, get_consented(session, self.clinic.id, row_id), self.office, self.now)

    def choose(self, row_id: UUID, patient_id: UUID | None) -> None:
        """The office names the chart, or says that it is none."""
        with writing(self.engine, self.clinic.id) as session:
            choose_chart(session, get_consented(session, self.clinic.id, row_id), patient_id, self.office, self.now)

    # --- looking -----------------------------------------------------------------------------------------

    def look(self, what: Callable[[Session], T]) -> T:
        """Ask the database."""
        with reading(self.engine, self.clinic.id) as session:
            return what(session)

    def jobs(self, family: str | None = None, state: str | None = None) -> list[TerminalJob]:
        """Files for the bridge, oldest first."""
        query = select(TerminalJob).where(TerminalJob.clinic_id == self.clinic.id)
        found = self.look(lambda s: sorted(s.exec(query), key=lambda j: j.id))
        return [j for j in found if family in (None, j.family) and state in (None, j.state)]

    def newest_job(self, family: str) -> TerminalJob:
        """The file asked for last."""
        return self.jobs(family)[-1]

    def requests(self) -> list[HomeVisitRequest]:
        """Every 情報申請, oldest first."""
        query = select(HomeVisitRequest).where(HomeVisitRequest.clinic_id == self.clinic.id)
        return self.look(lambda s: sorted(s.exec(query), key=lambda r: r.id))

    def request(self, request_id: UUID) -> HomeVisitRequest:
        """One 情報申請 as it stands now."""
        return self.look(lambda s: s.get_one(HomeVisitRequest, (self.clinic.id, request_id)))

    def rows(self) -> list[ConsentedPatient]:
        """The 同意済一覧, oldest first."""
        query = select(ConsentedPatient).where(ConsentedPatient.clinic_id == self.clinic.id)
        return self.look(lambda s: sorted(s.exec(query), key=lambda r: r.id))

    def row(self, name: str | None = None) -> ConsentedPatient:
        """The only row, or the only one under a name."""
        (found,) = (r for r in self.rows() if name in (None, record_of(r).name))
        return found

    def patient(self, patient_id: UUID) -> Patient:
        """One chart as a row."""
        return self.look(lambda s: get_patient(s, self.clinic.id, patient_id))

    def ledger(self, patient_id: UUID) -> LedgerPatient:
        """One chart as a value."""
        return self.look(lambda s: load_ledger_patient(s, self.clinic.id, patient_id))

    def coverages(self, patient_id: UUID) -> list[Coverage]:
        """Its insurances, the one in force first."""
        return self.look(lambda s: coverages_of(s, self.clinic.id, [patient_id])[patient_id])

    def consents(self, patient_id: UUID) -> list[Consent]:
        """Its consents."""
        return self.look(lambda s: consents_of(s, self.clinic.id, [patient_id])[patient_id])

    def checks(self, patient_id: UUID) -> list[EligibilityCheck]:
        """Every 確認日, oldest first."""
        query = select(EligibilityCheck).where(EligibilityCheck.patient_id == patient_id)
        return self.look(lambda s: sorted(s.exec(query), key=lambda c: c.id))

    def history(self, patient_id: UUID) -> list[LedgerChange]:
        """Every act on the chart, oldest first."""
        return self.look(lambda s: sorted(history_of(s, self.clinic.id, patient_id), key=lambda c: c.id))

    def document(self, patient_id: UUID, kind: str) -> MedicalDocument | None:
        """What is held of drugs or checkups."""
        return self.look(lambda s: documents_of(s, self.clinic.id, [patient_id]).get((patient_id, kind)))

    def messages(self) -> list[TerminalMessage]:
        """The archive, in order of arrival."""
        query = select(TerminalMessage).where(TerminalMessage.clinic_id == self.clinic.id)
        return self.look(lambda s: sorted(s.exec(query), key=lambda m: m.id))

    def events(self, *actions: str) -> list[AuditEvent]:
        """The audit trail in order, of these actions when some are named; its chain holds."""
        assert self.look(lambda s: first_bad_event(s, self.clinic.id)) is None
        query = select(AuditEvent).where(AuditEvent.clinic_id == self.clinic.id).order_by(col(AuditEvent.sequence))
        return self.look(lambda s: [e for e in s.exec(query) if not actions or e.action in actions])

    def visit(self, patient_id: UUID, **facts: Any) -> Visit:
        """A planned visit of today."""
        own: dict[str, Any] = {
            "clinic_id": self.clinic.id,
            "id": new_id(),
            "patient_id": patient_id,
            "planned_at": self.now,
            "day": business_day(self.now),
            "visit_type": "home_visit",
        }
        visit = Visit(**(own | facts))
        with writing(self.engine, self.clinic.id) as session:
            session.add(visit)
        return visit

    def switch(self, **settings: bool) -> None:
        """Change settings of the clinic."""
        with writing(self.engine, self.clinic.id) as session:
            clinic = session.get_one(Clinic, self.clinic.id)
            for name, value in settings.items():
                setattr(clinic, name, value)
            session.add(clinic)


def everything_about(story: Story, patient_id: UUID) -> str:
    """Every value of a chart that an undo must give back, as text: person, insurances, consents."""
    patient, consents = story.patient(patient_id), story.consents(patient_id)
    kept = patient.model_dump(mode="json", include=set(Patient.model_fields) - _MOVES_ON)
    cards = [c.model_dump(mode="json") for c in story.coverages(patient_id)]
    told = [repr(c) for c in consents]
    return json.dumps([kept, cards, told, off_card_of(story, patient_id)], ensure_ascii=False, sort_keys=True)


def off_card_of(story: Story, patient_id: UUID) -> dict[str, dict[str, str]]:
    """公費 and 介護保険 of a chart by id, every value as text."""
    with reading(story.engine, story.clinic.id) as session:
        public = public_expenses_of(session, story.clinic.id, [patient_id])[patient_id]
        care = care_insurances_of(session, story.clinic.id, [patient_id])[patient_id]
    certificates: list[tuple[UUID, PublicExpenseFacts | CareInsuranceFacts]] = [*public.items(), *care.items()]
    return {str(i): {name: str(value) for name, value in asdict(facts).items()} for i, facts in certificates}


#: The version always moves on, and a check that was made stays made (S-098).
_MOVES_ON = {"version", "last_checked_at", "last_check_kind", "last_validity", "last_validity_code"}
