"""`/api/patients`: the ledger (患者原簿), its history, and medical information for those who may read it."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC
from uuid import UUID

from sqlmodel import select

from ..domain.access import LEDGER_WORKERS, MEDICAL_READERS, Caller
from ..domain.dates import business_day
from ..domain.errors import Conflict, NotFound
from ..domain.insurance import CoverageFacts
from ..domain.patient import checked_birth_date
from ..flow import show_medical, update_ledger
from ..flow.type_off_card import undo_on_chart
from ..store.audit import write_event
from ..store.consented import want_match_again
from ..store.patients import create_patient, get_patient, history_of, search
from ..store.tables import LedgerChange, Patient
from .access import access, caller, now, session
from .cursor import ident, pack, text, unpack
from .medical_answers import checkups_of, medications_of
from .models.common import Empty
from .models.ledger import HistoryOut, PatientIn, PatientListOut, PatientOut, PatientPatchIn, PatientQuery
from .models.medical import CheckupsOut, DocumentOut, MedicationsOut, TreatmentsOut
from .models.off_card import ChartOut
from .present import UNDONE_ON_THE_CHART, history_out, patient_out, patients_out
from .present_medical import treatments_shown
from .present_off_card import chart_out
from .resource import Resource

blp = Resource("patients", "/api/patients", about="患者原簿")


@blp.get("")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.takes(PatientQuery, location="query")
@blp.gives(200, PatientListOut)
def patients(query: PatientQuery) -> PatientListOut:
    """Charts by kana, kanji, chart number or birthday."""
    tx, clinic_id = session(), caller().clinic_id
    after = unpack(query.cursor, text, ident)
    rows, total = search(tx, clinic_id, query.query, after=(after[0], after[1]) if after else None, limit=query.limit)
    write_event(tx, clinic_id, now(), action="patients_listed", actor=caller().actor, outcome=f"rows={len(rows)}")
    last = rows[-1] if len(rows) == query.limit else None
    return PatientListOut(
        items=patients_out(tx, clinic_id, rows, now()),
        next_cursor=pack(last.kana_key, str(last.id)) if last else None,
        total=total,
    )


@blp.post("")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(PatientIn)
@blp.gives(201, PatientOut)
def add(body: PatientIn) -> PatientOut:
    """A chart typed at the office."""
    tx, who = session(), caller()
    checked_birth_date(body.birth_date, business_day(now()))
    values = body.model_dump(exclude={"coverage"})
    coverage = CoverageFacts(**body.coverage.model_dump()) if body.coverage else None
    patient = create_patient(
        tx, who.clinic_id, values, coverage, kind="registered", actor=who.actor,
        source=("person", who.staff_id), now=now(),
    )  # fmt: skip
    want_match_again(tx, who.clinic_id)
    return patient_out(tx, patient, now())


@blp.get("/<uuid:patient_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.gives(200, ChartOut)
def patient(patient_id: UUID) -> ChartOut:
    """One chart, with 公費 and 介護保険."""
    tx, who = session(), caller()
    row = get_patient(tx, who.clinic_id, patient_id)
    write_event(tx, who.clinic_id, now(), action="patient_viewed", actor=who.actor, patient_id=row.id)
    return chart_out(tx, row, now())


@blp.patch("/<uuid:patient_id>")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(PatientPatchIn)
@blp.gives(200, PatientOut)
def edit(body: PatientPatchIn, patient_id: UUID) -> PatientOut:
    """Values typed at the office (S-061)."""
    tx, who = session(), caller()
    row = get_patient(tx, who.clinic_id, patient_id)
    values = body.model_dump(exclude={"base_version"}, exclude_unset=True)
    if values:
        update_ledger.edit_patient(tx, row, values, body.base_version, who.actor, now())
    return patient_out(tx, row, now())


@blp.get("/<uuid:patient_id>/history")
@access(Caller.STAFF, roles=LEDGER_WORKERS, discloses=True)
@blp.gives(200, HistoryOut)
def history(patient_id: UUID) -> HistoryOut:
    """Every act on the chart, newest first."""
    tx, who = session(), caller()
    get_patient(tx, who.clinic_id, patient_id)
    write_event(tx, who.clinic_id, now(), action="history_viewed", actor=who.actor, patient_id=patient_id)
    return history_out(tx, who.clinic_id, history_of(tx, who.clinic_id, patient_id))


@blp.post("/<uuid:patient_id>/history/<uuid:change_id>/undo")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(Empty)
@blp.gives(200, PatientOut)
def undo(_: Empty, patient_id: UUID, change_id: UUID) -> PatientOut:
    """Put the values before one act back (S-123). Links and registrations are undone on their list row."""
    tx, who = session(), caller()
    row = get_patient(tx, who.clinic_id, patient_id)
    change = tx.exec(
        select(LedgerChange).where(
            LedgerChange.clinic_id == who.clinic_id, LedgerChange.patient_id == patient_id, LedgerChange.id == change_id
        )
    ).first()
    if change is None:
        raise NotFound()
    if change.kind not in UNDONE_ON_THE_CHART:
        raise Conflict(code="nothing_to_undo")
    undo_on_chart(tx, row, change, actor=who.actor, now=now())
    return patient_out(tx, row, now())


@blp.get("/<uuid:patient_id>/medications")
@access(Caller.STAFF, Caller.BEDSIDE, roles=MEDICAL_READERS, discloses=True, served_apps_only=True)
@blp.gives(200, MedicationsOut)
def medications(patient_id: UUID) -> MedicationsOut:
    """お薬, behind role, consent and deadline (S-026); one audit event each time."""
    return medications_of(session(), *_shown(patient_id, "drug"), business_day(now()))


@blp.get("/<uuid:patient_id>/checkups")
@access(Caller.STAFF, Caller.BEDSIDE, roles=MEDICAL_READERS, discloses=True, served_apps_only=True)
@blp.gives(200, CheckupsOut)
def checkups(patient_id: UUID) -> CheckupsOut:
    """健診, behind role, consent and deadline."""
    return checkups_of(*_shown(patient_id, "checkup"), business_day(now()))


@blp.get("/<uuid:patient_id>/procedures")
@access(Caller.STAFF, Caller.BEDSIDE, roles=MEDICAL_READERS, discloses=True, served_apps_only=True)
@blp.gives(200, TreatmentsOut)
def procedures(patient_id: UUID) -> TreatmentsOut:
    """診療情報, behind its own consent (S-030)."""
    return treatments_shown(_shown(patient_id, "diagnosis")[1])


@blp.get("/<uuid:patient_id>/surgeries")
@access(Caller.STAFF, Caller.BEDSIDE, roles=MEDICAL_READERS, discloses=True, served_apps_only=True)
@blp.gives(200, TreatmentsOut)
def surgeries(patient_id: UUID) -> TreatmentsOut:
    """手術情報, behind its own consent."""
    return treatments_shown(_shown(patient_id, "operation")[1])


@blp.get("/<uuid:patient_id>/medications/document")
@access(Caller.STAFF, Caller.BEDSIDE, roles=MEDICAL_READERS, discloses=True, served_apps_only=True)
@blp.gives(200, DocumentOut)
def medications_document(patient_id: UUID) -> DocumentOut:
    """お薬 as the PDF that came in place of data (S-029)."""
    return _document(patient_id, "drug")


@blp.get("/<uuid:patient_id>/checkups/document")
@access(Caller.STAFF, Caller.BEDSIDE, roles=MEDICAL_READERS, discloses=True, served_apps_only=True)
@blp.gives(200, DocumentOut)
def checkups_document(patient_id: UUID) -> DocumentOut:
    """健診 as the PDF that came in place of data."""
    return _document(patient_id, "checkup")


def _document(patient_id: UUID, kind: str) -> DocumentOut:
    tx, who = session(), caller()
    row = get_patient(tx, who.clinic_id, patient_id)
    content = show_medical.show_document(tx, row, kind, actor=who.actor, now=now().astimezone(UTC))
    return DocumentOut(media_type="application/pdf", content=b64encode(content).decode("ascii"))


def _shown(patient_id: UUID, kind: str) -> tuple[Patient, show_medical.Shown]:
    tx, who = session(), caller()
    row = get_patient(tx, who.clinic_id, patient_id)
    at = now().astimezone(UTC)
    return row, show_medical.show(tx, row, kind, actor=who.actor, carried=who.caller is Caller.BEDSIDE, now=at)
