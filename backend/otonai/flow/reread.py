"""After an upgrade: every archived message is read again, and what now reads differently is told in ids and counts.

Nothing is changed by looking. With `apply`, messages that were refused and can be read now wait to be processed again,
so that `advance()` takes them up as if they had just arrived; facts that read differently are left to people, because a
ledger is not rewritten by an upgrade. Messages set aside by a decision (another institution's) stay set aside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from ..domain.cadence import reception_expired
from ..domain.dates import business_day
from ..domain.drug_merge import merged
from ..domain.eligibility import EligibilityRecord, FileOutcome, TerminalResult
from ..domain.medical import Checkup, DrugEvent, MedicalResult
from ..rules import cadence_on
from ..store.audit import THE_RULES, write_event
from ..store.due import want_by
from ..store.facts import from_json
from ..store.session import reading, writing
from ..store.tables import Clinic, ConsentedPatient, MedicalDocument, TerminalMessage
from ..terminal import names
from ..terminal.outcome import Outcome
from ..terminal.result import ReadOutcome, read

#: Words that a later step wrote over the outcome of reading; they say nothing about how the file reads.
_DECIDED_LATER = frozenset({"other_institution", "other_person"})


@dataclass(slots=True)
class FamilyDifference:
    """One family of one clinic: how many messages there are, and the ids of those that read differently.

    `now_read` were refused and can be read; `now_refused` the other way round; `other_reason` are read or refused as
    before, for another reason; `other_elements` are understood more or less than before; `other_facts` say something
    else than what was kept of them. `applied` are those of `now_read` that wait to be processed again; `expired` would
    bring a 受付番号 that is too old to be fetched, and are left as they are.
    """

    clinic_id: UUID
    family: str
    messages: int = 0
    now_read: list[UUID] = field(default_factory=list)
    now_refused: list[UUID] = field(default_factory=list)
    other_reason: list[UUID] = field(default_factory=list)
    other_elements: list[UUID] = field(default_factory=list)
    other_facts: list[UUID] = field(default_factory=list)
    applied: list[UUID] = field(default_factory=list)
    expired: list[UUID] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the operator's terminal: ids and counts, nothing of a person."""
        lists = ("now_read", "now_refused", "other_reason", "other_elements", "other_facts", "applied", "expired")
        ids = {name: [str(each) for each in getattr(self, name)] for name in lists}
        return {"clinic": str(self.clinic_id), "family": self.family, "messages": self.messages, **ids}


def reread(engine: Engine, now: datetime, *, apply: bool = False) -> list[FamilyDifference]:
    """Compare reading of today with what the database remembers, clinic by clinic, families in order."""
    told: dict[tuple[UUID, str], FamilyDifference] = {}
    cadence = cadence_on(business_day(now))
    for clinic_id, message_id in _archive(engine):
        with reading(engine, clinic_id) as session:
            message = session.get(TerminalMessage, (clinic_id, message_id))
            if message is None:
                continue
            family = _family(message.file_name)
            difference = told.setdefault((clinic_id, family), FamilyDifference(clinic_id, family))
            difference.messages += 1
            found = read(message.content, message.file_name)
            _compare(session, message, found, difference)
        if not (apply and message_id in difference.now_read):
            continue
        if _only_gives_number(found) and reception_expired(message.received_at, now, cadence):
            difference.expired.append(message_id)
        else:
            _take_up(engine, clinic_id, message_id, found, now)
            difference.applied.append(message_id)
    return [told[key] for key in sorted(told, key=lambda key: (str(key[0]), key[1]))]


def _only_gives_number(found: ReadOutcome) -> bool:
    """A 01res or a 処理中: all that follows from it is a fetch."""
    message = found.message
    return (
        isinstance(message, TerminalResult)
        and message.reception_number is not None
        and not message.people
        and message.outcome is not FileOutcome.DONE
    )


def _archive(engine: Engine) -> Iterator[tuple[UUID, UUID]]:
    """Every message's address, clinic by clinic in order of arrival. Contents are loaded one at a time."""
    with reading(engine) as session:
        clinics = list(session.exec(select(Clinic.id).order_by(col(Clinic.id))))
    for clinic_id in clinics:
        with reading(engine, clinic_id) as session:
            ids = session.exec(
                select(TerminalMessage.id)
                .where(TerminalMessage.clinic_id == clinic_id)
                .order_by(col(TerminalMessage.received_at), col(TerminalMessage.id))
            )
            addresses = [(clinic_id, message_id) for message_id in ids]
        yield from addresses


def _family(file_name: str) -> str:
    name = names.parse(file_name)
    return name.family if name is not None else "unrecognised"


def _compare(session: Session, message: TerminalMessage, found: ReadOutcome, difference: FamilyDifference) -> None:
    decided_later = message.reason in _DECIDED_LATER
    was_read = decided_later or message.outcome == Outcome.READ
    is_read = found.outcome is Outcome.READ
    if is_read and not was_read:
        difference.now_read.append(message.id)
    elif was_read and not is_read:
        difference.now_refused.append(message.id)
    elif not decided_later and message.reason != found.reason:
        difference.other_reason.append(message.id)
    if not (was_read and is_read) or message.processed_at is None:
        return
    unknown = getattr(found.message, "unknown_elements", ())
    if tuple(message.unknown_elements or ()) != tuple(unknown):
        difference.other_elements.append(message.id)
    if _kept_otherwise(session, message, found):
        difference.other_facts.append(message.id)


def _kept_otherwise(session: Session, message: TerminalMessage, found: ReadOutcome) -> bool:
    """Whether something that the database keeps of this message is not what the message says to us now."""
    if isinstance(found.message, TerminalResult):
        told = {
            (replace(record, reference_number=record.reference_number or person.reference_number), person.validity_code)
            for person in found.message.people
            for record in person.records
        }
        rows = session.exec(
            select(ConsentedPatient).where(
                ConsentedPatient.clinic_id == message.clinic_id, ConsentedPatient.message_id == message.id
            )
        )
        return any((from_json(EligibilityRecord, row.record), row.validity_code) not in told for row in rows)
    if isinstance(found.message, MedicalResult):
        documents = session.exec(
            select(MedicalDocument).where(
                MedicalDocument.clinic_id == message.clinic_id, MedicalDocument.message_id == message.id
            )
        )
        facts = (merged(found.message.drugs), found.message.checkups)
        return any(_facts_of(document) != facts for document in documents if document.content is not None)
    return False


def _facts_of(document: MedicalDocument) -> tuple[tuple[DrugEvent, ...], tuple[Checkup, ...]]:
    content = document.content or {}
    return (
        merged(from_json(DrugEvent, each) for each in content.get("drugs", ())),
        tuple(from_json(Checkup, each) for each in content.get("checkups", ())),
    )


def _take_up(engine: Engine, clinic_id: UUID, message_id: UUID, found: ReadOutcome, now: datetime) -> None:
    """Give one message back to the flow, in a transaction of its own and with its trace in the audit trail."""
    with writing(engine, clinic_id) as session:
        message = session.get_one(TerminalMessage, (clinic_id, message_id), with_for_update=True)
        message.outcome, message.reason, message.processed_at = found.outcome.value, found.reason, None
        session.add(message)
        write_event(
            session, clinic_id, now, action="file_reread", actor=THE_RULES,
            outcome=found.reason or found.outcome, subject=str(message_id),
        )  # fmt: skip
        want_by(session, clinic_id, now)
