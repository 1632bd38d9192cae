"""公費 and 介護保険 typed from a certificate: a new one, a correction, an end (S-062, S-079, S-107).

Asks nobody and wakes no comparison: what is typed here has nothing to do with what the center answers. Each act is
one of the chart's history and is taken back like every other (S-123).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.care_insurance import CareInsuranceFacts
from ..domain.errors import Conflict, NotFound
from ..domain.off_card import C, OffCard, collide, ended_by, refuse_correction
from ..domain.public_expense import PublicExpenseFacts
from ..store.audit import Actor
from ..store.off_card import apply_off_card, care_insurances_of, public_expenses_of
from ..store.patients import undo_change
from ..store.tables import LedgerChange, Patient


def type_public_expense(
    session: Session,
    patient: Patient,
    typed: PublicExpenseFacts,
    *,
    which: UUID | None,
    base_version: int,
    actor: Actor,
    now: datetime,
) -> LedgerChange | None:
    """A new 公費, or with `which` all values of one that is kept. Returns None when nothing differs.

    Raises Conflict(changed_meanwhile), NotFound, Invalid(off_card_wrong) with a word for each field.
    """
    _refuse_older(patient, base_version)
    ends = _ends(typed, which, public_expenses_of(session, patient.clinic_id, [patient.id])[patient.id])
    return apply_off_card(session, patient, typed=typed, which=which, ends=ends, actor=actor, now=now)


def type_care_insurance(
    session: Session,
    patient: Patient,
    typed: CareInsuranceFacts,
    *,
    which: UUID | None,
    base_version: int,
    actor: Actor,
    now: datetime,
) -> LedgerChange | None:
    """A new 認定 of 介護保険, or with `which` all values of one that is kept; else like `type_public_expense`."""
    _refuse_older(patient, base_version)
    ends = _ends(typed, which, care_insurances_of(session, patient.clinic_id, [patient.id])[patient.id])
    return apply_off_card(session, patient, typed=typed, which=which, ends=ends, actor=actor, now=now)


def undo_on_chart(
    session: Session, patient: Patient, change: LedgerChange, *, actor: Actor, now: datetime
) -> LedgerChange:
    """Take one act on a chart back. An older end is not taken back under a newer certificate of the same.

    Raises what `undo_change` raises, and Conflict(later_certificate).
    """
    collided = _colliding(session, patient)
    undone = undo_change(session, patient, change, actor=actor, now=now)
    session.flush()
    if _colliding(session, patient) - collided:
        raise Conflict(code="later_certificate")
    return undone


def _colliding(session: Session, patient: Patient) -> set[str]:
    """The kinds of which two stand in each other's way; a file of an old system may have brought such."""
    public = public_expenses_of(session, patient.clinic_id, [patient.id])[patient.id]
    care = care_insurances_of(session, patient.clinic_id, [patient.id])[patient.id]
    kept: dict[str, list[OffCard]] = {"public_expense": [*public.values()], "care_insurance": [*care.values()]}
    return {kind for kind, certificates in kept.items() if collide(certificates)}


def _ends(typed: C, which: UUID | None, kept: dict[UUID, C]) -> dict[UUID, date]:
    """What ends because of the act."""
    if which is None:
        return ended_by(typed, kept)
    if which not in kept:
        raise NotFound()
    refuse_correction(typed, {ident: other for ident, other in kept.items() if ident != which})
    return {}


def _refuse_older(patient: Patient, base_version: int) -> None:
    if patient.version != base_version:
        raise Conflict(code="changed_meanwhile")
