"""Step 4: every person of a consented list, kept once however often and in whatever order the lists arrive.

One row per person and insurance. What the center told last stands; told in one second, the hashes of the facts decide,
so that the order of arrival never does (F05, F06). What does not stand remains in the archive. Decides about nobody:
matching and confirming find here what waits for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from ..domain.eligibility import EligibilityRecord, PersonResult
from ..domain.writing import branch_key, insurer_key, kana_key, number_key
from ..store.consented_rows import Standing, add_rows, change_rows, standing, told_again
from ..store.facts import json_text
from ..store.ids import new_id

#: The route of what the consented list tells; others are those of inquiries.
FROM_LIST = "home_visit"


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """One person and insurance as one list tells them. `digest` stands for all the facts together."""

    identity: str
    digest: str
    kana: str
    record: EligibilityRecord
    person: PersonResult

    def __repr__(self) -> str:
        return f"Told({self.digest[:8]})"


def keep_people(
    session: Session,
    clinic_id: UUID,
    people: Iterable[PersonResult],
    *,
    request_id: UUID | None,
    message_id: UUID,
    told_at: datetime,
    route: str = FROM_LIST,
    inquiry_id: UUID | None = None,
) -> None:
    """Write what one list says about people. The same facts again change nothing; older ones never replace newer.

    The answer to an inquiry (`route`) is kept apart from the list, and the same facts again are a new check of it.
    """
    told = told_of(people)
    if route != FROM_LIST:
        told = {hashlib.sha256(f"{route}\0{identity}".encode()).hexdigest(): one for identity, one in told.items()}
    known = standing(session, clinic_id, told.keys())
    fresh, newer, again = list[dict[str, Any]](), list[dict[str, Any]](), dict[UUID, datetime]()
    for identity, one in told.items():
        stands = known.get(identity)
        facts = {
            "route": route,
            "request_id": request_id,
            "inquiry_id": inquiry_id,
            "message_id": message_id,
            "record": one.record,
            "record_hash": one.digest,
            "name_kana_key": one.kana,
            "confirmed_at": told_at,
            "told_at": told_at,
            "validity": one.person.validity.value if one.person.validity else None,
            "validity_code": one.person.validity_code,
            "prescription_form": one.person.prescription_form.value if one.person.prescription_form else None,
        }
        if stands is None:
            fresh.append({"id": new_id(), "identity": identity, **facts})
        elif stands.record_hash == one.digest and route == FROM_LIST:
            if stands.told_at < told_at:
                again[stands.id] = told_at
        elif counts_before(one.digest, told_at, stands):
            # Newer facts wait for their own decision; what was done on the older ones stays, and stays undoable (F56).
            newer.append({"id": stands.id, **facts, **_UNDECIDED})
    add_rows(session, clinic_id, fresh)
    change_rows(session, clinic_id, newer)
    told_again(session, clinic_id, again)


_UNDECIDED = {"match_wanted": True, "result": None, "result_count": None, "decided_at": None, "decided_by": None}


def told_of(people: Iterable[PersonResult]) -> dict[str, Told]:
    """The people of one list by identity; of two different statements about one, the same one whatever their order."""
    found: dict[str, Told] = {}
    for person in people:
        for record in person.records:
            one = _told(person, record)
            other = found.setdefault(one.identity, one)
            if one.digest > other.digest:
                found[one.identity] = one
    return found


def counts_before(digest: str, told_at: datetime, stands: Standing) -> bool:
    """Whether facts told at a moment stand in place of those that are kept."""
    return (told_at, digest) > (stands.told_at, stands.record_hash)


def _told(person: PersonResult, record: EligibilityRecord) -> Told:
    if record.reference_number is None and person.reference_number is not None:
        record = replace(record, reference_number=person.reference_number)
    kana = kana_key(record.name_kana or record.name)
    # What is unsafe follows from the texts, and a set has no order that a hash could rest on.
    plain = replace(record, unsafe_fields=frozenset()) if record.unsafe_fields else record
    facts = json_text((plain, person.validity_code, person.prescription_form))
    return Told(_identity(record, kana), hashlib.sha256(facts.encode()).hexdigest(), kana, record, person)


def _identity(record: EligibilityRecord, kana: str) -> str:
    card = record.coverage
    parts = (
        insurer_key(card.insurer_number), number_key(card.card_symbol), number_key(card.card_number),
        branch_key(card.branch_number), str(record.birth_date or ""), kana,
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
