"""Receipts, dispensing records and prescriptions of one person as one history (medical-info 2.10).

The same visit arrives up to three times: by the receipt weeks later, by the dispensing record and the prescription at
once. Every row stays; a row that a better source repeats is marked with the row that repeats it. The result does not
depend on the order of the file, nothing is invented and nothing is dropped.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from .acyclic import acyclic
from .drug_identity import NO_MASTER, DrugMaster, identify
from .medical import DrugEvent, DrugSource

RANK = {DrugSource.RECEIPT: 0, DrugSource.DISPENSING: 1, DrugSource.PRESCRIPTION: 2}
#: A prescription is redeemed within four days by rule; the rest is room for weekends and late registration (rule 4).
REDEEMED_WITHIN = timedelta(days=10)

_VisitKey = tuple[str, date | None]


@acyclic
def merged(events: Iterable[DrugEvent], master: DrugMaster = NO_MASTER) -> tuple[DrugEvent, ...]:
    """All rows, newest first, each with its id; `superseded_by` names the row that stands for it.

    Of one visit (prescriber, else dispenser, and day) the receipt stands before the dispensing record and that
    before the prescription. A prescription is also stood for by a dispensing or receipt of another day, when the
    prescriber is the same, it came within ten days after it, and at least half of its ingredients are in it.
    """
    rows = _with_ids(events)
    if len({row.source for row in rows}) < 2:  # one source repeats nothing of another
        return tuple(rows)
    visits: dict[_VisitKey, list[DrugEvent]] = defaultdict(list)
    for row in rows:
        visit = _visit(row)
        if all(visit):  # a row without day or institution repeats nothing that can be known
            visits[visit].append(row)
    stands_for: dict[str, DrugEvent] = {}
    for together in visits.values():
        best = min(RANK[row.source] for row in together)
        standing = [row for row in together if RANK[row.source] == best]
        for row in together:
            if RANK[row.source] > best:
                stands_for[row.id] = _counterpart(row, standing, master)
    for together in visits.values():
        open_rows = [r for r in together if r.source is DrugSource.PRESCRIPTION and r.id not in stands_for]
        if open_rows:
            stands_for |= _redeemed(open_rows, visits, master)
    return tuple(replace(row, superseded_by=stands_for[row.id].id) if row.id in stands_for else row for row in rows)


def day_of(event: DrugEvent) -> date | None:
    """The day that places a row in time: of dispensing, else of prescribing."""
    return event.dispensed_on or event.prescribed_on


def prescriber_of(event: DrugEvent) -> str:
    """Who decided on the drug, as a key: prescriber, else dispenser, by code or name; empty when nobody is named."""
    who, where = event.prescriber, event.dispenser
    return who.code or who.name or where.code or where.name or ""


def _visit(event: DrugEvent) -> _VisitKey:
    return prescriber_of(event), day_of(event)


def _redeemed(
    prescribed: Sequence[DrugEvent], visits: dict[_VisitKey, list[DrugEvent]], master: DrugMaster
) -> dict[str, DrugEvent]:
    """Rule 4: the rows of one prescription that a later dispensing stands for; none when too little agrees."""
    who, day = _visit(prescribed[0])
    if day is None:
        return {}
    wanted = {identify(row, master).key for row in prescribed}
    for later in range(REDEEMED_WITHIN.days + 1):
        handed_out = [
            row
            for row in visits.get((who, day + timedelta(days=later)), ())
            if row.source is not DrugSource.PRESCRIPTION
        ]
        agreeing = wanted & {identify(row, master).key for row in handed_out}
        if handed_out and 2 * len(agreeing) >= len(wanted):
            return {row.id: _counterpart(row, handed_out, master) for row in prescribed}
    return {}


def _counterpart(row: DrugEvent, standing: Sequence[DrugEvent], master: DrugMaster) -> DrugEvent:
    """The standing row of the same ingredient, else the visit's first: what was changed at the counter."""
    key = identify(row, master).key
    return next((each for each in standing if identify(each, master).key == key), standing[0])


def _with_ids(events: Iterable[DrugEvent]) -> list[DrugEvent]:
    """In order, each with an id from its content, so that a row has the same id in every answer; equals are counted."""
    placed = sorted((_place(event), _identity(event), order, event) for order, event in enumerate(events))
    seen: Counter[str] = Counter()
    done = []
    for _, identity, _, event in placed:
        digest = hashlib.sha256(identity.encode()).hexdigest()[:12]
        seen[digest] += 1
        done.append(_named(event, f"{digest}-{seen[digest]}"))
    return done


def _named(event: DrugEvent, name: str) -> DrugEvent:
    """The same row under its id, standing for itself. Written out: `replace` asks for every field by its name."""
    if event.id == name and not event.superseded:
        return event
    return DrugEvent(
        source=event.source,
        month=event.month,
        dispensed_on=event.dispensed_on,
        prescribed_on=event.prescribed_on,
        prescriber=event.prescriber,
        dispenser=event.dispenser,
        own_institution=event.own_institution,
        drug_code=event.drug_code,
        drug_name=event.drug_name,
        ingredient=event.ingredient,
        amount=event.amount,
        amount_text=event.amount_text,
        unit=event.unit,
        usage=event.usage,
        instruction=event.instruction,
        times=event.times,
        times_text=event.times_text,
        use_class=event.use_class,
        use_class_code=event.use_class_code,
        id=name,
    )


def _place(event: DrugEvent) -> tuple[int, int]:
    """Newest first; of one day the better source first."""
    day = day_of(event)
    return -day.toordinal() if day else -_month_start(event.month), RANK[event.source]


def _month_start(month: str | None) -> int:
    """A row with a month only stands after that month's dated rows."""
    digits = "".join(ch for ch in month or "" if ch.isdigit())
    try:
        return date(int(digits[:4]), int(digits[4:6]), 1).toordinal()
    except ValueError:
        return date.min.toordinal()


def _identity(event: DrugEvent) -> str:
    """Everything that tells one row from another, whatever its place in the file."""
    texts = (
        event.source, event.month, event.drug_code, event.drug_name, event.ingredient, event.amount_text,
        event.unit, event.usage, event.instruction, event.times_text, event.use_class_code,
        event.prescriber.code, event.prescriber.name, event.dispenser.code, event.dispenser.name,
        str(event.dispensed_on), str(event.prescribed_on),
    )  # fmt: skip
    return "\x1f".join([text or "" for text in texts])
