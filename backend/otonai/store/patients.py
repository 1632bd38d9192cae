"""Charts of the ledger: rows ↔ the values that rules read, and versioned writing.

`apply_values` is the only way a chart changes: it notes every value before and after in one `ledger_change`, moves
the version on, and announces the change. `undo_change` writes the before-values back the same way, so an undo is
itself a change in the history. Does not decide what may be taken over; `domain/ledger.py` does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from ..domain.errors import Conflict, NotFound
from ..domain.insurance import CoverageFacts, Relation, Sex
from ..domain.patient import LedgerPatient
from ..domain.writing import kana_key
from .audit import Actor, write_event
from .changes import note_change
from .ids import new_id
from .tables import CareInsurance, Coverage, LedgerChange, Patient, PublicExpense

COVERAGE_COLUMNS = (
    "insurer_number", "insurer_name", "card_symbol", "card_number", "branch_number", "relation", "insured_name",
    "card_class", "contribution_ratio", "qualified_on", "lost_on", "valid_from", "valid_until", "issued_on",
    "limit_category", "limit_from", "limit_until",
)  # fmt: skip
_DATES = frozenset(
    {
        "birth_date", "qualified_on", "lost_on", "valid_from", "valid_until", "issued_on", "limit_from", "limit_until",
        "ratio_from", "ratio_until",
    }
)  # fmt: skip
#: What a change may hold beside the chart's own values, by its word in the snapshot.
_GROUPS: dict[str, type[Coverage] | type[PublicExpense] | type[CareInsurance]] = {
    "coverage": Coverage,
    "public_expense": PublicExpense,
    "care_insurance": CareInsurance,
}

_CHARTS, _INSURED = Patient.metadata.tables["patient"], Coverage.metadata.tables["coverage"]
_COVERAGE = [_INSURED.c[name] for name in COVERAGE_COLUMNS]
#: What rules read of a chart itself.
_PERSON = [
    _CHARTS.c[name]
    for name in (
        "id", "chart_number", "name", "name_kana", "sex", "birth_date", "postal_code", "address", "reference_number",
        "is_test",
    )
]  # fmt: skip
#: How many values one question names; both engines allow many times as many.
_AT_ONCE = 500

#: What an act changes: values of the chart, and values of what belongs to it by kind and id (None before = newly made).
Snapshot = dict[str, Any]


def get_patient(session: Session, clinic_id: UUID, patient_id: UUID) -> Patient:
    """One chart of this clinic, or NotFound."""
    found = session.get(Patient, (clinic_id, patient_id))
    if found is None:
        raise NotFound()
    return found


def coverages_of(session: Session, clinic_id: UUID, patient_ids: Iterable[UUID]) -> dict[UUID, list[Coverage]]:
    """Insurances in force first, then 過1, 過2 …; withdrawn ones (undone) are left out."""
    wanted = list(patient_ids)
    found: dict[UUID, list[Coverage]] = {i: [] for i in wanted}
    rows = session.exec(
        select(Coverage)
        .where(
            Coverage.clinic_id == clinic_id, col(Coverage.patient_id).in_(wanted), col(Coverage.withdrawn).is_(False)
        )
        .order_by(col(Coverage.position))
    )
    for row in rows:
        found[row.patient_id].append(row)
    return found


def ledger_for(
    session: Session,
    clinic_id: UUID,
    birth_dates: Iterable[date],
    reference_numbers: Iterable[str],
    card_numbers: Iterable[str],
) -> list[LedgerPatient]:
    """Every chart that a match could speak of: by birth date, by 照会番号, or by card number."""
    by_card = select(Coverage.patient_id).where(
        Coverage.clinic_id == clinic_id,
        col(Coverage.card_number).in_(list(card_numbers)),
        col(Coverage.withdrawn).is_(False),
    )
    could_be = or_(
        col(Patient.birth_date).in_(list(birth_dates)),
        col(Patient.reference_number).in_(list(reference_numbers)),
        col(Patient.id).in_(by_card),
    )
    return _charts(session, clinic_id, col(Patient.withdrawn).is_(False), could_be)


def whole_ledger(session: Session, clinic_id: UUID) -> list[LedgerPatient]:
    """Every chart of the clinic, in two questions whatever their number."""
    return _charts(session, clinic_id, col(Patient.withdrawn).is_(False))


def charts_of(session: Session, clinic_id: UUID, patient_ids: Iterable[UUID]) -> dict[UUID, LedgerPatient]:
    """These charts as values. Raises NotFound when one is not of this clinic."""
    wanted = sorted(set(patient_ids))
    found: dict[UUID, LedgerPatient] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = _charts(session, clinic_id, col(Patient.id).in_(wanted[start : start + _AT_ONCE]))
        found.update((UUID(chart.id), chart) for chart in some)
    if len(found) < len(wanted):
        raise NotFound()
    return found


def versions_of(session: Session, clinic_id: UUID, patient_ids: Collection[UUID]) -> dict[UUID, int]:
    """The versions of charts by id; a chart of another clinic is left out."""
    rows = session.execute(
        select(col(Patient.id), col(Patient.version)).where(
            col(Patient.clinic_id) == clinic_id, col(Patient.id).in_(patient_ids)
        )
    )
    return {patient_id: int(version) for patient_id, version in rows}


def load_ledger_patient(session: Session, clinic_id: UUID, patient_id: UUID) -> LedgerPatient:
    """One chart as a value, or NotFound."""
    return charts_of(session, clinic_id, [patient_id])[patient_id]


def _charts(session: Session, clinic_id: UUID, *which: ColumnElement[bool]) -> list[LedgerPatient]:
    """Read as plain columns: a list of a thousand people is compared with as many charts while somebody waits."""
    session.flush()
    ids = select(Patient.id).where(Patient.clinic_id == clinic_id, *which)
    coverages: dict[UUID, list[CoverageFacts]] = {}
    insured = (
        select(col(Coverage.patient_id), *_COVERAGE)
        .where(
            col(Coverage.clinic_id) == clinic_id, col(Coverage.withdrawn).is_(False), col(Coverage.patient_id).in_(ids)
        )
        .order_by(col(Coverage.position))
    )
    for patient_id, *values in session.connection().execute(insured):
        coverages.setdefault(patient_id, []).append(_facts(values))
    people = select(*_PERSON).where(col(Patient.clinic_id) == clinic_id, *which).order_by(col(Patient.id))
    return [
        LedgerPatient(
            **{**row, "id": str(row["id"]), "sex": Sex(row["sex"]) if row["sex"] else None},
            coverages=tuple(coverages.get(row["id"], ())),
        )
        for row in session.connection().execute(people).mappings()
    ]


def _facts(values: Iterable[Any]) -> CoverageFacts:
    named = dict(zip(COVERAGE_COLUMNS, values, strict=True))
    relation = named["relation"]
    return CoverageFacts(**(named | {"relation": Relation(relation) if relation else None}))


def search(
    session: Session, clinic_id: UUID, query: str | None, *, after: tuple[str, UUID] | None, limit: int
) -> tuple[list[Patient], int]:
    """Charts by kana (folded), kanji, chart number or birthday, ordered by kana and id; and how many there are."""
    conditions: list[ColumnElement[bool]] = [col(Patient.clinic_id) == clinic_id, col(Patient.withdrawn).is_(False)]
    text = (query or "").strip()
    if text:
        key = kana_key(text)
        alternatives = [
            col(Patient.kana_key).contains(key, autoescape=True) if key else col(Patient.name).is_(None),
            col(Patient.name).contains(text, autoescape=True),
            col(Patient.chart_number).contains(text, autoescape=True),
        ]
        if len(text) == 8 and text.isascii() and text.isdigit():
            text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
        with suppress(ValueError):  # not a date: the other ways of searching still apply
            alternatives.append(col(Patient.birth_date) == date.fromisoformat(text))
        conditions.append(or_(*alternatives))
    total = session.exec(select(func.count()).select_from(Patient).where(*conditions)).one()
    page = select(Patient).where(*conditions)
    if after is not None:
        kana, ident = after
        page = page.where(
            or_(col(Patient.kana_key) > kana, (col(Patient.kana_key) == kana) & (col(Patient.id) > ident))
        )
    rows = session.exec(page.order_by(col(Patient.kana_key), col(Patient.id)).limit(limit)).all()
    return list(rows), int(total)


def create_patient(
    session: Session,
    clinic_id: UUID,
    values: Mapping[str, Any],
    coverage: CoverageFacts | None,
    *,
    kind: str,
    actor: Actor,
    source: tuple[str, UUID | None],
    now: datetime,
) -> Patient:
    """A new chart with its first insurance, as one change of the ledger. Raises Conflict(chart_number_taken)."""
    number = values.get("chart_number") or None
    _check_free(session, clinic_id, number)
    patient = Patient(
        clinic_id=clinic_id,
        id=new_id(),
        chart_number=number,
        name=str(values["name"]),
        name_kana=values.get("name_kana"),
        kana_key=kana_key(values.get("name_kana") or str(values["name"])),
        sex=values.get("sex"),
        birth_date=values["birth_date"],
        postal_code=values.get("postal_code"),
        address=values.get("address"),
        telephone=values.get("telephone"),
        is_test=bool(values.get("is_test", False)),
        version=0,
        created_at=now,
    )
    session.add(patient)
    session.flush()
    first = {
        k: values.get(k)
        for k in ("chart_number", "name", "name_kana", "sex", "birth_date", "postal_code", "address", "telephone")
    }
    note_act(
        session,
        patient,
        kind,
        {"patient": dict.fromkeys(first), "coverage": {}},
        {"patient": first, "coverage": {}},
        actor,
        source,
        now,
    )
    if coverage is not None and coverage != CoverageFacts():
        _insert_coverage(session, patient, coverage, 0)
    return patient


def apply_values(
    session: Session,
    patient: Patient,
    *,
    kind: str,
    person: Mapping[str, Any] | None = None,
    coverage: Mapping[str, Any] | None = None,
    new_coverage: CoverageFacts | None = None,
    place: int = 0,
    actor: Actor,
    source: tuple[str, UUID | None],
    now: datetime,
) -> LedgerChange:
    """Write one act: values of the chart, of the insurance in force, and/or a new insurance at its place (0 in front).

    An emptied text is no value. Raises Conflict(chart_number_taken).
    """
    before: Snapshot = {"patient": {}, "coverage": {}}
    after: Snapshot = {"patient": {}, "coverage": {}}
    for name, told in (person or {}).items():
        value = None if told == "" else told
        if name == "chart_number" and value != patient.chart_number:
            _check_free(session, patient.clinic_id, value)
        before["patient"][name], after["patient"][name] = getattr(patient, name), value
        setattr(patient, name, value)
    rows = coverages_of(session, patient.clinic_id, [patient.id])[patient.id]
    if coverage:
        row = rows[0] if rows else _insert_coverage(session, patient, CoverageFacts(), 0)
        before["coverage"][str(row.id)] = {n: getattr(row, n) for n in coverage} if rows else None
        after["coverage"][str(row.id)] = dict(coverage)
        for name, value in coverage.items():
            setattr(row, name, value)
        session.add(row)
    if new_coverage is not None:
        for row in reversed(rows[place:]):
            before["coverage"].setdefault(str(row.id), {})["position"] = row.position
            row.position += 1
            after["coverage"].setdefault(str(row.id), {})["position"] = row.position
            session.add(row)
        made = _insert_coverage(session, patient, new_coverage, rows[place - 1].position + 1 if place else 0)
        before["coverage"][str(made.id)] = None
        after["coverage"][str(made.id)] = {n: getattr(made, n) for n in COVERAGE_COLUMNS}
    return note_act(session, patient, kind, before, after, actor, source, now)


def undo_change(
    session: Session, patient: Patient, change: LedgerChange, *, actor: Actor, now: datetime
) -> LedgerChange:
    """Write the values before one act back.

    Raises Conflict(changed_meanwhile) if a later act touched them, Conflict(chart_number_taken) if another chart has
    the number now.
    """
    if change.undone_at is not None:
        raise Conflict(code="nothing_to_undo")
    if change.kind == "registered":
        return _withdraw(session, patient, change, actor=actor, now=now)
    current: Snapshot = {"patient": {n: getattr(patient, n) for n in change.after["patient"]}}
    rows: dict[str, Coverage | PublicExpense | CareInsurance] = {}
    for group in change.after.keys() - {"patient"}:
        rows |= {str(row.id): row for row in _rows_of(session, patient, _GROUPS[group])}
        values = change.after[group]
        current[group] = {i: {n: getattr(rows[i], n) for n in v} for i, v in values.items() if i in rows}
    if _plain(current) != _plain(change.after):
        raise Conflict(code="changed_meanwhile")
    if "chart_number" in change.before["patient"]:
        _check_free(session, patient.clinic_id, change.before["patient"]["chart_number"], but=patient.id)
    for name, value in change.before["patient"].items():
        setattr(patient, name, _typed(name, value))
    held = {ident: was for group in change.before.keys() - {"patient"} for ident, was in change.before[group].items()}
    for ident, values in held.items():
        row = rows[ident]
        if values is None:
            row.withdrawn = True
        for name, value in (values or {}).items():
            setattr(row, name, _typed(name, value))
        session.add(row)
    change.undone_at = now
    session.add(change)
    undone = note_act(session, patient, "undone", change.after, change.before, actor, ("change", change.id), now)
    undone.undoes = change.id
    return undone


def _rows_of(
    session: Session, patient: Patient, table: type[Coverage] | type[PublicExpense] | type[CareInsurance]
) -> list[Coverage | PublicExpense | CareInsurance]:
    """All of one kind, withdrawn ones too."""
    rows: Iterable[Any] = session.exec(
        select(table).where(table.clinic_id == patient.clinic_id, table.patient_id == patient.id)
    )
    return list(rows)


def _check_free(session: Session, clinic_id: UUID, number: str | None, but: UUID | None = None) -> None:
    """Raises Conflict(chart_number_taken) when another chart has this number."""
    if number is None:
        return
    holder = session.exec(
        select(Patient.id).where(Patient.clinic_id == clinic_id, Patient.chart_number == number)
    ).first()
    if holder is not None and holder != but:
        raise Conflict(code="chart_number_taken")


def _withdraw(session: Session, patient: Patient, change: LedgerChange, *, actor: Actor, now: datetime) -> LedgerChange:
    """Undo a registration: the chart leaves the ledger's view, its values and history stay.

    Raises Conflict(changed_meanwhile) when somebody worked on the chart since: their work would leave with it.
    """
    later = session.exec(
        select(LedgerChange.id).where(
            LedgerChange.clinic_id == patient.clinic_id,
            LedgerChange.patient_id == patient.id,
            LedgerChange.id != change.id,
            col(LedgerChange.undone_at).is_(None),
            LedgerChange.kind != "undone",
        )
    ).first()
    if later is not None:
        raise Conflict(code="changed_meanwhile")
    before: Snapshot = {"patient": {"withdrawn": False, "chart_number": patient.chart_number}, "coverage": {}}
    after: Snapshot = {"patient": {"withdrawn": True, "chart_number": None}, "coverage": {}}
    patient.withdrawn, patient.chart_number = True, None
    change.undone_at = now
    session.add(change)
    undone = note_act(session, patient, "undone", before, after, actor, ("change", change.id), now)
    undone.undoes = change.id
    return undone


def holder_of_reference(session: Session, clinic_id: UUID, number: str) -> UUID | None:
    """The chart that the center knows under this 照会番号."""
    return session.exec(
        select(Patient.id).where(
            Patient.clinic_id == clinic_id, Patient.reference_number == number, col(Patient.withdrawn).is_(False)
        )
    ).first()


def history_of(session: Session, clinic_id: UUID, patient_id: UUID) -> list[LedgerChange]:
    """Every act on a chart, newest first."""
    return list(
        session.exec(
            select(LedgerChange)
            .where(LedgerChange.clinic_id == clinic_id, LedgerChange.patient_id == patient_id)
            .order_by(col(LedgerChange.at).desc(), col(LedgerChange.id).desc())
        )
    )


def note_act(
    session: Session, patient: Patient, kind: str, before: Snapshot, after: Snapshot, actor: Actor,
    source: tuple[str, UUID | None], now: datetime,
) -> LedgerChange:  # fmt: skip
    """Put one act into the history: every value before and after, the chart's next version, the audit, the feed."""
    change = LedgerChange(
        clinic_id=patient.clinic_id,
        id=new_id(),
        patient_id=patient.id,
        kind=kind,
        at=now,
        actor_kind=actor.kind,
        actor_id=actor.id,
        source_kind=source[0],
        source_id=source[1],
        before=_plain(before),
        after=_plain(after),
    )
    session.add(change)
    patient.kana_key = kana_key(patient.name_kana or patient.name)
    patient.version += 1
    session.add(patient)
    session.flush()
    write_event(
        session,
        patient.clinic_id,
        now,
        action=f"ledger_{kind}",
        actor=actor,
        patient_id=patient.id,
        subject=str(change.id),
    )
    note_change(session, patient.clinic_id, "patient", patient.id)
    return change


def _insert_coverage(session: Session, patient: Patient, facts: CoverageFacts, position: int) -> Coverage:
    row = Coverage(
        clinic_id=patient.clinic_id,
        id=new_id(),
        patient_id=patient.id,
        position=position,
        **{name: getattr(facts, name) for name in COVERAGE_COLUMNS},
    )
    session.add(row)
    session.flush()
    return row


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _typed(name: str, value: Any) -> Any:
    return date.fromisoformat(value) if name in _DATES and isinstance(value, str) else value
