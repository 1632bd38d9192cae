"""What every finished check leaves on charts, whatever is decided about differences: link, 確認日 and consents.

Written for one person or for a thousand in the same few statements (S-098, S-099): a long list is taken over while
the office waits. Decides nothing: who is linked to which chart, the caller says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_rows

from ..domain.consent import Consent
from ..domain.eligibility import EligibilityRecord
from ..domain.errors import NotFound
from .audit import Actor, Told, write_events
from .changes import note_changes
from .ids import new_id
from .tables import Patient, Visit
from .visits import save_visit

_TABLES = Patient.metadata.tables
_CHARTS, _CONSENTS = _TABLES["patient"], _TABLES["patient_consent"]
_CHECKS, _HISTORY = _TABLES["eligibility_check"], _TABLES["ledger_change"]
#: How many values one question names; both engines allow many times as many.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FinishedCheck:
    """What the center said about one person, and the chart it is about.

    `links`: it named the person. An answer without a record tells of the question's insurance only.
    """

    patient_id: UUID
    record: EligibilityRecord
    message_id: UUID
    checked_at: datetime
    kind: str
    validity: str | None
    validity_code: str | None
    links: bool = True

    def __repr__(self) -> str:
        return f"FinishedCheck(patient_id={self.patient_id}, message_id={self.message_id})"


@dataclass(frozen=True, slots=True)
class Left:
    """What one check changed, as undoing wants it: changes of the history by id, and consents as they stood before."""

    changes: list[str] = field(default_factory=list)
    consents: list[dict[str, Any]] = field(default_factory=list)


def write_checks(
    session: Session, clinic_id: UUID, checks: Sequence[FinishedCheck], actor: Actor, now: datetime
) -> list[Left]:
    """Write what each check leaves, in their order; returns it in the same order. Raises NotFound for a foreign chart.

    Mapped objects of the session are read anew when they are next looked at.
    """
    if not checks:
        return []
    session.flush()
    writing = _Writing(clinic_id, actor, now)
    patients = sorted({check.patient_id for check in checks})
    writing.charts = _charts(session, clinic_id, patients)
    writing.consents = _consents(session, clinic_id, patients)
    left = [writing.take(check) for check in checks]
    writing.write(session)
    _consents_arrived(session, clinic_id, patients)
    session.expire_all()
    return left


@dataclass(slots=True)
class _Chart:
    """The values of a chart that checks move."""

    linked: bool
    reference_number: str | None
    version: int
    last_checked_at: datetime | None
    last_check_kind: str | None
    last_validity: str | None
    last_validity_code: str | None


@dataclass(slots=True)
class _Writing:
    """Charts and consents as they stand after the checks taken so far, and the rows that are to be written."""

    clinic_id: UUID
    actor: Actor
    now: datetime
    charts: dict[UUID, _Chart] = field(default_factory=dict)
    consents: dict[tuple[UUID, str], dict[str, Any]] = field(default_factory=dict)
    fresh: set[tuple[UUID, str]] = field(default_factory=set)
    touched: set[tuple[UUID, str]] = field(default_factory=set)
    history: list[dict[str, Any]] = field(default_factory=list)
    checks: list[dict[str, Any]] = field(default_factory=list)

    def take(self, check: FinishedCheck) -> Left:
        """One check: the link when it is new, the answers about consent, and the check itself."""
        chart = self.charts[check.patient_id]
        left = Left()
        number = check.record.reference_number or chart.reference_number
        if check.links and (not chart.linked or number != chart.reference_number):
            left.changes.append(str(self._link(check, chart, number)))
        left.consents.extend(self._answer(check, consent) for consent in check.record.consents)
        self.checks.append(
            {
                "clinic_id": self.clinic_id,
                "id": new_id(),
                "patient_id": check.patient_id,
                "checked_at": check.checked_at,
                "kind": check.kind,
                "validity": check.validity,
                "validity_code": check.validity_code,
                "message_id": check.message_id,
            }
        )
        if chart.last_checked_at is None or check.checked_at >= chart.last_checked_at:
            chart.last_checked_at, chart.last_check_kind = check.checked_at, check.kind
            chart.last_validity, chart.last_validity_code = check.validity, check.validity_code
        return left

    def _link(self, check: FinishedCheck, chart: _Chart, number: str | None) -> UUID:
        change_id = new_id()
        self.history.append(
            {
                "clinic_id": self.clinic_id,
                "id": change_id,
                "patient_id": check.patient_id,
                "kind": "linked",
                "at": self.now,
                "actor_kind": self.actor.kind,
                "actor_id": self.actor.id,
                "source_kind": "check",
                "source_id": check.message_id,
                "before": _of_chart(chart.linked, chart.reference_number),
                "after": _of_chart(True, number),
            }
        )
        chart.linked, chart.reference_number, chart.version = True, number, chart.version + 1
        return change_id

    def _answer(self, check: FinishedCheck, consent: Consent) -> dict[str, Any]:
        key = (check.patient_id, consent.kind.value)
        stood = self.consents.get(key)
        if stood is None:
            self.fresh.add(key)
        else:
            self.touched.add(key)
        self.consents[key] = {
            "flag": consent.flag.value,
            "consented_at": consent.consented_at,
            "available_until": consent.available_until,
            "message_id": check.message_id,
        }
        return {"kind": consent.kind.value, **_as_it_stood(stood)}

    def write(self, session: Session) -> None:
        """Every row, each kind with one statement, then the audit events and the numbered changes."""
        connection, mine = session.connection(), {"clinic_id": self.clinic_id}
        if self.history:
            connection.execute(insert(_HISTORY), self.history)
        connection.execute(insert(_CHECKS), self.checks)
        made = [
            {**mine, "id": new_id(), "patient_id": patient, "kind": kind, **self.consents[patient, kind]}
            for patient, kind in sorted(self.fresh)
        ]
        if made:
            connection.execute(insert(_CONSENTS), made)
        changed = [
            {"of_clinic": self.clinic_id, "of_patient": patient, "of_kind": kind, **self.consents[patient, kind]}
            for patient, kind in sorted(self.touched - self.fresh)
        ]
        if changed:
            connection.execute(_CHANGE_CONSENT, changed)
        connection.execute(
            _MOVE_CHART,
            [
                {"of_clinic": self.clinic_id, "of_patient": patient}
                | {name: getattr(chart, name) for name in _Chart.__dataclass_fields__}
                for patient, chart in self.charts.items()
            ],
        )
        told = [Told("ledger_linked", patient_id=row["patient_id"], subject=str(row["id"])) for row in self.history]
        if told:
            write_events(session, self.clinic_id, self.now, self.actor, told)
        note_changes(session, self.clinic_id, "patient", list(self.charts))


def _of_chart(linked: bool, number: str | None) -> dict[str, Any]:
    return {"patient": {"linked": linked, "reference_number": number}, "coverage": {}}


def _as_it_stood(row: Mapping[str, Any] | None) -> dict[str, Any]:
    """A consent as `restore_consents` takes it; without a flag there was none."""
    if row is None:
        return {"flag": None}
    consented_at, available_until = row["consented_at"], row["available_until"]
    return {
        "flag": row["flag"],
        "consented_at": consented_at.isoformat() if consented_at else None,
        "available_until": available_until.isoformat() if available_until else None,
        "message_id": str(row["message_id"]) if row["message_id"] else None,
    }


def _charts(session: Session, clinic_id: UUID, patients: Sequence[UUID]) -> dict[UUID, _Chart]:
    """The charts, held until the end of the transaction."""
    columns = [_CHARTS.c[name] for name in _Chart.__dataclass_fields__]
    found: dict[UUID, _Chart] = {}
    for some in _portions(patients):
        mine = select(_CHARTS.c.id, *columns).where(_CHARTS.c.clinic_id == clinic_id, _CHARTS.c.id.in_(some))
        rows = session.connection().execute(mine.order_by(_CHARTS.c.id).with_for_update())
        found.update((patient, _Chart(*values)) for patient, *values in rows)
    if len(found) < len(patients):
        raise NotFound()
    return found


def _consents(session: Session, clinic_id: UUID, patients: Sequence[UUID]) -> dict[tuple[UUID, str], dict[str, Any]]:
    found: dict[tuple[UUID, str], dict[str, Any]] = {}
    for some in _portions(patients):
        mine = select(_CONSENTS).where(_CONSENTS.c.clinic_id == clinic_id, _CONSENTS.c.patient_id.in_(some))
        for row in session.connection().execute(mine).mappings():
            found[row["patient_id"], row["kind"]] = {name: row[name] for name in _ANSWER}
    return found


def _consents_arrived(session: Session, clinic_id: UUID, patients: Collection[UUID]) -> None:
    """Visits that waited for the consent told at the bedside wait no longer."""
    waiting = session.exec(
        select_rows(Visit).where(Visit.clinic_id == clinic_id, col(Visit.consent_awaited).is_(True))
    ).all()
    for visit in waiting:
        if visit.patient_id in patients:
            visit.consent_awaited = False
            save_visit(session, visit)


def _portions(patients: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (patients[start : start + _AT_ONCE] for start in range(0, len(patients), _AT_ONCE))


_ANSWER = ("flag", "consented_at", "available_until", "message_id")
_CHANGE_CONSENT = (
    update(_CONSENTS)
    .where(
        _CONSENTS.c.clinic_id == bindparam("of_clinic"),
        _CONSENTS.c.patient_id == bindparam("of_patient"),
        _CONSENTS.c.kind == bindparam("of_kind"),
    )
    .values({name: bindparam(name) for name in _ANSWER})
)
_MOVE_CHART = (
    update(_CHARTS)
    .where(_CHARTS.c.clinic_id == bindparam("of_clinic"), _CHARTS.c.id == bindparam("of_patient"))
    .values({name: bindparam(name) for name in _Chart.__dataclass_fields__})
)
