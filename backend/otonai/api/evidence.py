"""`/api/viewing-evidence`: who looked at whose medical information in a month, and where none could be had.

For 在宅医療DX情報活用加算. Made from the audit trail and the visits when it is asked for, never kept beside them
(home-visit-workflow A9, A11).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from flask import Response
from sqlmodel import Session, col, select

from ..domain.access import Caller, Role
from ..domain.audit import by_patient
from ..domain.dates import JST
from ..domain.unobtained import Unobtained
from ..rules.viewing_evidence import evidence_rule_on
from ..store.audit import write_event
from ..store.audit_reading import viewings
from ..store.tables import Clinic, Device, Patient, Staff
from ..store.unobtained import unobtained
from .access import access, caller, now, session
from .csv_file import as_file
from .models.audit import EvidenceOut, EvidenceQuery, EvidenceRuleOut, PatientEvidenceOut, UnobtainedOut, ViewingOut
from .resource import Resource

blp = Resource("viewing-evidence", "/api/viewing-evidence", about="Who looked at medical information")

COLUMNS = ("カルテ番号", "患者", "日時", "情報の種類", "閲覧した人", "職種", "端末", "結果", "理由")
KINDS = {"drug": "薬剤情報", "checkup": "健診情報", "diagnosis": "診療情報", "operation": "手術情報"}
ROLES = {"doctor": "医師", "nurse": "看護師", "office": "事務", "admin": "管理者", "emergency": "緊急用アカウント"}
OFFICE = "事務所のパソコン"
VIEWED = "閲覧"
UNOBTAINED = {
    Unobtained.REFUSED: "同意しない",
    Unobtained.FAILED: "できなかった",
    Unobtained.NO_INFORMATION: "照会したが情報なし",
}
#: What the tablet's registration offers; anything else was typed and stands as it is.
REASONS = {
    "pin_locked": "暗証番号がロック", "pin_forgotten": "暗証番号を忘れた", "no_pin_card": "暗証番号のないカード",
    "no_card": "カードがない", "card_lost": "カードをなくした", "not_registered": "利用登録がない",
    "card_expired": "証明書の期限切れ", "machine_trouble": "読み取れない", "page_unavailable": "つながらない",
    "condition": "体調・認知機能", "other": "その他",
}  # fmt: skip


@blp.get("")
@access(Caller.STAFF, roles=[Role.ADMIN, Role.DOCTOR], discloses=True)
@blp.takes(EvidenceQuery, location="query")
@blp.gives(200, EvidenceOut)
def evidence(query: EvidenceQuery) -> EvidenceOut:
    """One month, patient by patient in the order of chart numbers; only looks at which there was something to see."""
    tx = session()
    found = _found(tx, query)
    _note(tx, "evidence_viewed", found, query)
    return found


@blp.get("/export")
@access(Caller.STAFF, roles=[Role.ADMIN, Role.DOCTOR], discloses=True)
@blp.takes(EvidenceQuery, location="query")
@blp.gives_file("text/csv")
def export(query: EvidenceQuery) -> Response:
    """The same as CSV, one look in a row, then each day without one."""
    tx = session()
    found = _found(tx, query)
    _note(tx, "evidence_exported", found, query)
    rows = [
        (
            patient.chart_number, patient.patient_name, each.at.astimezone(JST).isoformat(" ", "seconds"),
            KINDS[each.kind], each.staff_name, ROLES.get(each.role or "", each.role), each.device_name or OFFICE,
            VIEWED, "",
        )
        for patient in found.patients
        for each in patient.viewings
    ]  # fmt: skip
    rows += [
        (
            each.chart_number, each.patient_name, each.day.isoformat(), KINDS.get(each.kind or "", ""), "", "", "",
            UNOBTAINED[each.what], REASONS.get(each.reason or "", each.reason or ""),
        )
        for each in found.unobtained
    ]  # fmt: skip
    return as_file(f"viewing-evidence-{query.month}.csv", COLUMNS, rows)


def _found(tx: Session, query: EvidenceQuery) -> EvidenceOut:
    clinic_id, first = caller().clinic_id, date.fromisoformat(f"{query.month}-01")
    last = first.replace(day=monthrange(first.year, first.month)[1])
    grouped = by_patient(viewings(tx, clinic_id, first, last, query.patient_id))
    without = unobtained(tx, clinic_id, first, last, query.patient_id)
    staff = {s.id: s for s in tx.exec(select(Staff).where(Staff.clinic_id == clinic_id))}
    devices = {d.id: d.name for d in tx.exec(select(Device).where(Device.clinic_id == clinic_id))}
    mine = select(Patient).where(
        Patient.clinic_id == clinic_id, col(Patient.id).in_({*grouped, *(each.patient_id for each in without)})
    )
    charts = {p.id: p for p in tx.exec(mine)}
    patients = [
        PatientEvidenceOut(
            patient_id=patient_id,
            patient_name=chart.name if (chart := charts.get(patient_id)) else None,
            chart_number=chart.chart_number if chart else None,
            viewings=[
                ViewingOut(
                    at=look.at,
                    kind=look.kind,
                    staff_name=who.name if (who := staff.get(look.staff_id)) else None,  # type: ignore[arg-type]
                    role=who.role if who else None,
                    device_name=devices.get(look.device_id) if look.device_id else None,
                )
                for look in looks
            ],
        )
        for patient_id, looks in grouped.items()
    ]
    rule = evidence_rule_on(last)
    return EvidenceOut(
        month=query.month,
        clinic_name=tx.get_one(Clinic, clinic_id).name,
        rule=EvidenceRuleOut.model_validate(rule, from_attributes=True) if rule else None,
        patients=sorted(patients, key=lambda p: (p.chart_number is None, p.chart_number or "", str(p.patient_id))),
        unobtained=[
            UnobtainedOut(
                day=each.day,
                patient_id=each.patient_id,
                patient_name=chart.name if (chart := charts.get(each.patient_id)) else None,
                chart_number=chart.chart_number if chart else None,
                what=each.what,
                reason=each.reason,
                kind=each.kind,
            )
            for each in without
        ],
    )


def _note(tx: Session, action: str, found: EvidenceOut, query: EvidenceQuery) -> None:
    who = caller()
    write_event(
        tx, who.clinic_id, now(), action=action, actor=who.actor, outcome=f"rows={len(found.patients)}",
        patient_id=query.patient_id, subject=query.month,
    )  # fmt: skip
