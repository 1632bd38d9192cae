"""Whoever tells something about insurers: the center's answers, a file, a person. Whose word stands is a rule.

Nothing is overwritten: each word that stands is a version of its own. Telling the same again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from ..domain.eligibility import PersonResult
from ..domain.errors import Conflict, Invalid
from ..domain.insurer import InsurerFacts, InsurerOutcome, InsurerSource, judged
from ..domain.insurer_file import read_insurers
from ..domain.insurer_number import has_valid_check_digit, prefecture_code
from ..domain.table_file import BadCell
from ..domain.writing import insurer_key, is_blank
from ..store.audit import Actor, write_event
from ..store.insurers import add_version, insurers_in_force, known_from


@dataclass(slots=True)
class InsurerReport:
    """What became of the insurers of a file, or would become."""

    counts: Counter[InsurerOutcome] = field(default_factory=Counter)
    bad: list[BadCell] = field(default_factory=list)
    taken: int = 0


def learn_insurers(
    session: Session, clinic_id: UUID, people: Iterable[PersonResult], message_id: UUID, told_at: datetime
) -> None:
    """The insurers' names of one answer of the center. A wrong check digit of theirs is theirs (registry-sync 7)."""
    told = dict[str, InsurerFacts]()
    for person in people:
        for record in person.records:
            number = insurer_key(record.coverage.insurer_number)
            if prefecture_code(number) is not None and not is_blank(record.coverage.insurer_name):
                told[number] = InsurerFacts(name=record.coverage.insurer_name)
    _tell(session, clinic_id, told, InsurerSource.CHECK, message_id, told_at)


def take_insurer_file(
    session: Session, clinic_id: UUID, text: str, actor: Actor, now: datetime, *, take: bool
) -> InsurerReport:
    """Look at a table of insurers, or take it in. Raises Invalid(insurer_file_unreadable)."""
    read = read_insurers(text)
    counts = _tell(session, clinic_id, read.insurers, InsurerSource.FILE, actor.id, now, only_look=not take)
    report = InsurerReport(counts=counts, bad=read.bad)
    if take:
        report.taken = counts[InsurerOutcome.NEW] + counts[InsurerOutcome.CHANGED]
        write_event(
            session, clinic_id, now, action="insurers_imported", actor=actor, outcome=f"rows={report.taken}"
        )  # fmt: skip
    return report


def type_insurer(
    session: Session, clinic_id: UUID, number: str, facts: InsurerFacts, *, base_version: int, actor: Actor,
    now: datetime,
) -> InsurerOutcome:  # fmt: skip
    """A person's word. Raises Invalid(insurer_number_wrong, insurer_name_missing), Conflict(changed_meanwhile)."""
    number = insurer_key(number)
    if not has_valid_check_digit(number):
        raise Invalid(code="insurer_number_wrong")
    if is_blank(facts.name):
        raise Invalid(code="insurer_name_missing")
    before = insurers_in_force(session, clinic_id, [number]).get(number)
    outcome, after = judged(known_from(before), facts, InsurerSource.PERSON, now)
    if outcome is InsurerOutcome.SAME:
        return outcome
    if (before.version if before else 0) != base_version:
        raise Conflict(code="changed_meanwhile")
    add_version(session, clinic_id, number, before, after, InsurerSource.PERSON, actor.id, now)
    write_event(session, clinic_id, now, action="insurer_typed", actor=actor, outcome=outcome.value, subject=number)
    return outcome


def _tell(
    session: Session,
    clinic_id: UUID,
    told: Mapping[str, InsurerFacts],
    source: InsurerSource,
    source_id: UUID | None,
    told_at: datetime,
    *,
    only_look: bool = False,
) -> Counter[InsurerOutcome]:
    counts = Counter[InsurerOutcome]()
    standing = insurers_in_force(session, clinic_id, told)
    for number, facts in told.items():
        before = standing.get(number)
        outcome, after = judged(known_from(before), facts, source, told_at)
        counts[outcome] += 1
        if not only_look and outcome in (InsurerOutcome.NEW, InsurerOutcome.CHANGED):
            add_version(session, clinic_id, number, before, after, source, source_id, told_at)
    return counts
