"""`/api/insurers`: the insurer master (保険者マスタ, S-080). Nothing in it is about a patient."""

from __future__ import annotations

from ..domain.access import LEDGER_WORKERS, Caller, Role
from ..domain.errors import Invalid
from ..domain.insurer import InsurerFacts, InsurerOutcome
from ..domain.insurer_number import has_valid_check_digit, insurer_kind
from ..domain.writing import insurer_key
from ..flow.tell_insurers import take_insurer_file, type_insurer
from ..store.insurers import versions_of
from .access import access, caller, now, session
from .csv_file import BAD_SHOWN, bad_cells
from .models.insurers import InsurerFileIn, InsurerFileOut, InsurerIn, InsurerOut, InsurerWordOut
from .resource import Resource

blp = Resource("insurers", "/api/insurers", about="保険者マスタ")


@blp.get("/<string:number>")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.gives(200, InsurerOut)
def one(number: str) -> InsurerOut:
    """What is known of the insurer with this number, however it is padded. An unknown one is an answer too."""
    return _shown(number)


@blp.put("/<string:number>")
@access(Caller.STAFF, roles=LEDGER_WORKERS)
@blp.takes(InsurerIn)
@blp.gives(200, InsurerOut)
def change(body: InsurerIn, number: str) -> InsurerOut:
    """A person's word. What stood before stays readable, and is brought back by saying it again."""
    words = body.model_dump(exclude={"base_version"})
    facts = InsurerFacts(**{name: (value or "").strip() or None for name, value in words.items()})
    type_insurer(
        session(), caller().clinic_id, number, facts, base_version=body.base_version, actor=caller().actor, now=now()
    )
    return _shown(number)


@blp.post("/import")
@access(Caller.STAFF, roles=[Role.ADMIN])
@blp.takes(InsurerFileIn)
@blp.gives(200, InsurerFileOut)
def take(body: InsurerFileIn) -> InsurerFileOut:
    """Look at a table of insurers, or take it in. Sent again, it changes nothing."""
    who = caller()
    report = take_insurer_file(session(), who.clinic_id, body.content, who.actor, now(), take=body.take)
    return InsurerFileOut(
        **{outcome.value: report.counts[outcome] for outcome in InsurerOutcome},
        bad=bad_cells(report.bad), more_bad=max(0, len(report.bad) - BAD_SHOWN), taken=report.taken,
    )  # fmt: skip


def _shown(told: str) -> InsurerOut:
    number = insurer_key(told)
    if len(number) > 8 or not (number.isascii() and number.isdigit()):
        raise Invalid(code="insurer_number_wrong")
    words = [
        InsurerWordOut.model_validate(row, from_attributes=True)
        for row in versions_of(session(), caller().clinic_id, number)
    ]
    return InsurerOut(
        number=number, kind=insurer_kind(number), right_number=has_valid_check_digit(number),
        now=words[0] if words else None, past=words[1:],
    )  # fmt: skip
