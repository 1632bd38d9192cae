"""Pairs of rows that name the same ingredient at the same time (medical-info 3.4, levels D1 to D3).

The wording on screens stays 「同一成分の可能性（コード一致）」 with both rows, days and institutions; the official
重複投薬等チェック is another thing and is not replaced. Two rows of one prescription are one decision and no pair;
a refill a few days early is none either. Dummy and unknown codes never match; names then decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .drug_identity import NO_MASTER, DrugIdentity, DrugMaster, SameLevel, identify
from .drug_merge import day_of, prescriber_of
from .medical import DrugEvent
from .supply import Span, supply_of

EARLY_REFILL_DAYS = 3
PRN_WINDOW_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SamePair:
    """Two rows, the newer first. `common` are the days both cover; None where one of them covers no days."""

    level: SameLevel
    newer: str
    older: str
    common: Span | None
    reaches_today: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    row: DrugEvent
    identity: DrugIdentity
    day: date
    span: Span | None


def same_pairs(
    rows: Iterable[DrugEvent],
    *,
    today: date,
    master: DrugMaster = NO_MASTER,
    with_prn: bool = False,
    prn_window_days: int = PRN_WINDOW_DAYS,
) -> tuple[SamePair, ...]:
    """The newest pair for each two prescribers and ingredient, those that reach today first.

    `rows` are those of `drug_merge.merged`; superseded ones are left out. `with_prn` adds rows that cover no days
    (屯用, 外用): these are compared by their day of dispensing, give or take the window.
    """
    placed = [
        _Placed(row, identity, day, supply_of(row, identity))
        for row in rows
        if not row.superseded and (day := day_of(row)) is not None
        for identity in (identify(row, master),)
    ]
    if not with_prn:
        placed = [each for each in placed if each.span is not None]
    window = timedelta(days=prn_window_days)
    found: dict[tuple[str, ...], tuple[tuple[date, date, str, str], SamePair]] = {}
    for a, b in _candidates(placed, window):
        level = a.identity.same_as(b.identity)
        if level is None or not _at_once(a, b, window):
            continue
        newer, older = sorted((a, b), key=lambda each: (each.day, each.row.id), reverse=True)
        common = newer.span.common(older.span) if newer.span and older.span else None
        pair = SamePair(
            level=level,
            newer=newer.row.id,
            older=older.row.id,
            common=common,
            reaches_today=bool(common and common.last >= today),
        )
        about = (*sorted((a.identity.key, b.identity.key)), *sorted((prescriber_of(a.row), prescriber_of(b.row))))
        place = (newer.day, older.day, pair.newer, pair.older)
        if about not in found or place > found[about][0]:
            found[about] = (place, pair)
    newest_first = sorted(found.values(), key=lambda each: each[0], reverse=True)
    return tuple(pair for _, pair in sorted(newest_first, key=lambda each: not each[1].reaches_today))


def _candidates(placed: Sequence[_Placed], window: timedelta) -> Iterable[tuple[_Placed, _Placed]]:
    """Pairs that share an ingredient by code or by name and can meet in time, each once: never all against all."""
    shelves: dict[str, list[_Placed]] = defaultdict(list)
    for each in sorted(placed, key=lambda one: (one.day, one.row.id)):
        for name in {*each.identity.names, each.identity.key}:
            shelves[name].append(each)
    seen: set[tuple[str, str]] = set()
    for shelf in shelves.values():
        open_rows: list[_Placed] = []
        for later in shelf:
            open_rows = [each for each in open_rows if _last(each) + window >= later.day]
            for earlier in open_rows:
                if (earlier.row.id, later.row.id) not in seen:
                    seen.add((earlier.row.id, later.row.id))
                    yield earlier, later
            open_rows.append(later)


def _last(placed: _Placed) -> date:
    return placed.span.last if placed.span else placed.day


def _at_once(a: _Placed, b: _Placed, window: timedelta) -> bool:
    same_prescriber = prescriber_of(a.row) == prescriber_of(b.row)
    if same_prescriber and a.day == b.day:
        return False
    if a.span and b.span:
        common = a.span.common(b.span)
        return common is not None and (not same_prescriber or common.days > EARLY_REFILL_DAYS)
    if same_prescriber:
        return False
    first = Span((a.span.first if a.span else a.day) - window, (a.span.last if a.span else a.day) + window)
    second = b.span or Span(b.day, b.day)
    return first.common(second) is not None
