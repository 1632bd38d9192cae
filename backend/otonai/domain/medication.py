"""Somebody's drugs in the order a doctor asks: what is probably still taken, what is new, what comes twice.

Every statement is a fact with its rows: why a drug counts as still taken, which two rows name the same ingredient,
how many ingredients are taken regularly. No advice, no ranking, no word of danger (medical-info 3.4, 4; guide 1.6).
What the data cannot contain (OTC, own payment, the last weeks) is said by `DataEnds`, never guessed.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from .drug_identity import NO_MASTER, DrugIdentity, DrugMaster, identify
from .drug_merge import day_of, merged, prescriber_of
from .medical import DrugEvent, DrugSource, Institution, UseClass
from .notice import NoticeRule
from .supply import ORDINARY_BREAK, Span, is_prn, runs, supply_of

#: Three dispensings within this time count as regular even when supply has run out on paper (4).
REGULAR_WITHIN, REGULAR_TIMES = timedelta(days=180), 3
#: Continuous supply from which an ingredient counts as regular (4, counting rule).
REGULAR_SUPPLY_DAYS = 28
#: From here on the number is shown as "6 or more": figure of the 2015 guideline, as information (4).
MANY_INGREDIENTS = 6
#: A break between two runs worth showing; shorter ones are ordinary. Our choice.
LONG_GAP_DAYS = 30


class Taking(StrEnum):
    """Why a drug is probably still taken. The first that holds is named."""

    SUPPLY_REACHES = "supply_reaches"
    SUPPLY_ENDED_LATELY = "supply_ended_lately"
    DISPENSED_REGULARLY = "dispensed_regularly"
    REACHES_DATA_END = "reaches_data_end"
    PRESCRIBED_ONLY = "prescribed_only"


class SinceVisit(StrEnum):
    """What changed since the last visit, as far as rows tell."""

    STARTED = "started"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A long break in supply; `last` is the day before it was dispensed again."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DrugLine:
    """One ingredient and route with all its standing rows, newest first."""

    key: str
    drug_name: str
    ingredient: str | None
    class_code: str | None
    use_class: UseClass
    as_needed: bool
    rows: tuple[DrugEvent, ...]
    spans: tuple[Span, ...]
    first_on: date | None
    last_on: date | None
    reaches: date | None
    taking: Taking | None
    regular: bool
    prescribed_only: bool
    change: SinceVisit | None
    gaps: tuple[Gap, ...]
    prescribers: tuple[Institution, ...]
    dispensers: tuple[Institution, ...]

    def __repr__(self) -> str:
        return f"DrugLine({self.taking}, rows={len(self.rows)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataEnds:
    """Until which month each source has rows, and whether rows come at once or months later (1.1)."""

    source: DrugSource
    first_month: str
    last_month: str
    immediate: bool


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Medication:
    """The whole view. `lines`: probably taken first, then by last day; `rows`: all rows, also superseded ones."""

    lines: tuple[DrugLine, ...]
    rows: tuple[DrugEvent, ...]
    ends: tuple[DataEnds, ...]
    regular_count: int
    many: bool
    same_class: tuple[tuple[str, tuple[str, ...]], ...]
    notices: tuple[tuple[str, tuple[str, ...]], ...]
    master_version: str | None

    def __repr__(self) -> str:
        return f"Medication(lines={len(self.lines)}, rows={len(self.rows)})"


def medication(
    events: Iterable[DrugEvent],
    *,
    today: date,
    since: date | None = None,
    master: DrugMaster = NO_MASTER,
    notices: Sequence[NoticeRule] = (),
) -> Medication:
    """Decides everything the screens show, from rows, today and the day of the last visit alone."""
    rows = merged(events, master)
    identities = {row.id: identify(row, master) for row in rows}
    standing = [row for row in rows if not row.superseded]
    ends = _ends(rows)
    by_key: dict[str, list[DrugEvent]] = defaultdict(list)
    for row in standing:
        by_key[identities[row.id].key].append(row)
    lines = sorted((_line(key, found, identities, ends, today, since) for key, found in by_key.items()), key=_order)
    taken = [line for line in lines if line.taking is not None]
    regular = sum(1 for line in taken if line.regular)
    return Medication(
        lines=tuple(lines),
        rows=rows,
        ends=ends,
        regular_count=regular,
        many=regular >= MANY_INGREDIENTS,
        same_class=_same_class(taken),
        notices=tuple(
            (rule.label, keys)
            for rule in notices
            if (keys := tuple(line.key for line in lines if rule.fits(_facts(line, identities))))
        ),
        master_version=master.version,
    )


def _facts(line: DrugLine, identities: dict[str, DrugIdentity]) -> DrugIdentity:
    return identities[line.rows[0].id]


def _line(
    key: str,
    rows: Sequence[DrugEvent],
    identities: dict[str, DrugIdentity],
    ends: tuple[DataEnds, ...],
    today: date,
    since: date | None,
) -> DrugLine:
    newest = rows[0]
    identity = identities[newest.id]
    spans = tuple(sorted(span for row in rows if (span := supply_of(row, identities[row.id])) is not None))
    joined = runs(spans)
    days = sorted(day for row in rows if (day := day_of(row)) is not None)
    only = all(row.source is DrugSource.PRESCRIPTION for row in rows)
    horizon = _data_end(rows, ends)
    taking = _taking(spans, days, only=only, today=today, data_end=horizon)
    last_run = joined[-1] if joined else None
    as_needed = is_prn(newest, identity)
    return DrugLine(
        key=key,
        drug_name=newest.drug_name,
        ingredient=newest.ingredient,
        class_code=identity.class_code,
        use_class=identity.use_class,
        as_needed=as_needed,
        rows=tuple(rows),
        spans=spans,
        first_on=days[0] if days else None,
        last_on=days[-1] if days else None,
        reaches=last_run.last if last_run else None,
        taking=taking,
        regular=bool(taking and last_run and last_run.days >= REGULAR_SUPPLY_DAYS and not as_needed),
        prescribed_only=only,
        change=_change(spans, days, only=only, taking=taking, since=since, ends=ends, data_end=horizon),
        gaps=_gaps(joined),
        prescribers=_distinct(row.prescriber for row in rows),
        dispensers=_distinct(row.dispenser for row in rows),
    )


def _taking(
    spans: Sequence[Span], days: Sequence[date], *, only: bool, today: date, data_end: date | None
) -> Taking | None:
    """Rules of medical-info 4, the receipt's lag added: what reached the end of the data is not said to have ended."""
    known = [day for day in days if day <= today]
    reaches = max((span.last for span in spans if span.first <= today), default=None)
    if only:
        return Taking.PRESCRIBED_ONLY if known and today - known[-1] <= ORDINARY_BREAK else None
    if reaches is not None and reaches >= today:
        return Taking.SUPPLY_REACHES
    if reaches is not None and reaches >= today - ORDINARY_BREAK:
        return Taking.SUPPLY_ENDED_LATELY
    if sum(1 for day in set(known) if today - day <= REGULAR_WITHIN) >= REGULAR_TIMES:
        return Taking.DISPENSED_REGULARLY
    if reaches is not None and data_end is not None and data_end < today and reaches >= data_end:
        return Taking.REACHES_DATA_END
    return None


def _change(
    spans: Sequence[Span],
    days: Sequence[date],
    *,
    only: bool,
    taking: Taking | None,
    since: date | None,
    ends: tuple[DataEnds, ...],
    data_end: date | None,
) -> SinceVisit | None:
    """Started: no row before the last visit although the data reach back further. Stopped: taken then, not now."""
    if since is None or not days:
        return None
    if days[0] > since and any(_month_first(end.first_month) <= since for end in ends):
        return SinceVisit.STARTED
    before = _taking(spans, [day for day in days if day <= since], only=only, today=since, data_end=data_end)
    if before is not None and taking is None:
        return SinceVisit.STOPPED
    return None


def _gaps(joined: Sequence[Span]) -> tuple[Gap, ...]:
    found = []
    for earlier, later in pairwise(joined):
        gap = Gap(first=earlier.last + timedelta(days=1), last=later.first - timedelta(days=1))
        if (gap.last - gap.first).days + 1 >= LONG_GAP_DAYS:
            found.append(gap)
    return tuple(found)


#: Catch-all classes: the same class there means nothing (3.4 C4).
_MIXED_CLASSES = frozenset({"5200", "3999", "2190", "1190", "3969"})


def _same_class(taken: Sequence[DrugLine]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Classes of which two ingredients are taken that were not decided in one prescription."""
    by_class: dict[str, list[DrugLine]] = defaultdict(list)
    for line in taken:
        if line.class_code and line.class_code not in _MIXED_CLASSES and not line.class_code.endswith("9"):
            by_class[line.class_code].append(line)
    found = []
    for code, lines in sorted(by_class.items()):
        decisions = {(prescriber_of(line.rows[0]), day_of(line.rows[0])) for line in lines}
        if len(lines) > 1 and len(decisions) > 1:
            found.append((code, tuple(line.key for line in lines)))
    return tuple(found)


def _ends(rows: Sequence[DrugEvent]) -> tuple[DataEnds, ...]:
    months: dict[DrugSource, list[str]] = defaultdict(list)
    for row in rows:
        month = _month_of(row)
        if month:
            months[row.source].append(month)
    return tuple(
        DataEnds(
            source=source,
            first_month=min(months[source]),
            last_month=max(months[source]),
            immediate=source is not DrugSource.RECEIPT,
        )
        for source in DrugSource
        if months[source]
    )


def _data_end(rows: Sequence[DrugEvent], ends: tuple[DataEnds, ...]) -> date | None:
    """The last day of which receipts tell; None for a line whose newest row came at once: then silence means much."""
    last = next((end.last_month for end in ends if end.source is rows[0].source and not end.immediate), None)
    if last is None:
        return None
    first = _month_first(last)
    return first.replace(day=monthrange(first.year, first.month)[1])


def _month_of(row: DrugEvent) -> str | None:
    """The row's month as `2026-06`, whatever form it came in."""
    day = day_of(row)
    digits = "".join(ch for ch in row.month or "" if ch.isdigit())
    if len(digits) >= 6 and "01" <= digits[4:6] <= "12":
        return f"{digits[:4]}-{digits[4:6]}"
    return f"{day:%Y-%m}" if day else None


def _month_first(month: str) -> date:
    return date(int(month[:4]), int(month[5:7]), 1)


def _distinct(institutions: Iterable[Institution]) -> tuple[Institution, ...]:
    found: dict[str, Institution] = {}
    for each in institutions:
        if each.code or each.name:
            found.setdefault(each.code or each.name or "", each)
    return tuple(found.values())


def _order(line: DrugLine) -> tuple[bool, bool, int, str]:
    last = line.last_on or date.min
    return line.taking is None, line.as_needed, -last.toordinal(), line.key
