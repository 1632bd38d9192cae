"""An insurance typed from a certificate, or copied from the terminal's own history: a correction, or one that begins.

What cannot be on any certificate is refused by field before anything is written (S-069, S-075). Both are acts of the
history and are undone like every other (S-123). Asks nobody: the inquiry afterwards is an act of its own (S-156).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from enum import Enum

from sqlmodel import Session

from ..domain.eligibility import EligibilityRecord
from ..domain.errors import Conflict, Invalid
from ..domain.insurance import CoverageFacts
from ..domain.ledger import add
from ..domain.typed_card import FIELD_OF, problems_of
from ..store.audit import Actor
from ..store.consented import want_match_again
from ..store.patients import apply_values, load_ledger_patient
from ..store.tables import LedgerChange, Patient


def type_insurance(
    session: Session,
    patient: Patient,
    typed: CoverageFacts,
    fields: Collection[str],
    *,
    begins: date | None,
    base_version: int,
    actor: Actor,
    now: datetime,
) -> LedgerChange | None:
    """Correct the named `fields` of the insurance in force; with a first day, put a whole one where that day belongs.

    Returns None when nothing differs. Raises Conflict(changed_meanwhile), Invalid(typed_insurance_wrong) with a word
    for each field, and what `ledger.add` raises.
    """
    if patient.version != base_version:
        raise Conflict(code="changed_meanwhile")
    wrong = problems_of(typed)
    if wrong:
        errors = [{"path": FIELD_OF[problem], "message": problem.value} for problem in wrong]
        raise Invalid(code="typed_insurance_wrong", errors=errors)
    chart = load_ledger_patient(session, patient.clinic_id, patient.id)
    if begins is not None:
        decision = add(chart, EligibilityRecord(birth_date=chart.birth_date, coverage=typed), begins=begins)
        change = apply_values(
            session, patient, kind="added", coverage={c.field: c.after for c in decision.coverage},
            new_coverage=decision.new_coverage, place=decision.place, actor=actor, source=("person", actor.id), now=now,
        )  # fmt: skip
    else:
        own = chart.current_coverage or CoverageFacts()
        changed = {name: _plain(getattr(typed, name)) for name in fields if getattr(typed, name) != getattr(own, name)}
        if not changed:
            return None
        change = apply_values(
            session, patient, kind="edited", coverage=changed, actor=actor, source=("person", actor.id), now=now
        )
    want_match_again(session, patient.clinic_id)
    return change


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value
