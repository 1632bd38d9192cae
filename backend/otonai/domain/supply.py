"""How long a dispensed drug reaches, and runs of supply without a break (medical-info 2.11 `coverage`, 4).

Arithmetic on delivered days only: what was handed out, never what was taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .drug_identity import DrugIdentity
from .drug_merge import day_of
from .medical import DrugEvent, UseClass

#: More days than any prescription may name; a larger number is no number of days.
LONGEST_SUPPLY = 400
#: Breaks up to this long are ordinary: a visit a few days late, doses left over (4: "coverage end >= today - 14 d").
ORDINARY_BREAK = timedelta(days=14)

_BY_THE_DAY = re.compile(r"^1日\d")
_NOT_SWALLOWED = re.compile(r"[塗貼]|点眼|点鼻|吸入|注射")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    def common(self, other: Span) -> Span | None:
        """The days that both have; None without one."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else None


def supply_of(event: DrugEvent, identity: DrugIdentity) -> Span | None:
    """The days a row covers when it is taken daily from its day on; None where its number means no days.

    Only swallowed drugs with a whole number of days: 屯用, 外用 and injections name counts (8, open point 2).
    """
    start = day_of(event)
    if start is None or not is_daily(event, identity) or event.times is None:
        return None
    if event.times != int(event.times) or not 1 <= event.times <= LONGEST_SUPPLY:
        return None
    return Span(start, start + timedelta(days=int(event.times) - 1))


def is_daily(event: DrugEvent, identity: DrugIdentity) -> bool:
    """Whether the number of times means days: by 使用区分, and where that is unknown by the words of the usage."""
    if identity.use_class is UseClass.ORAL:
        return not _as_needed(event)
    usage = unicodedata.normalize("NFKC", event.usage or "")
    return (
        identity.use_class is UseClass.UNKNOWN
        and _BY_THE_DAY.search(usage) is not None
        and _NOT_SWALLOWED.search(usage) is None
    )


def is_prn(event: DrugEvent, identity: DrugIdentity) -> bool:
    """屯用, by class or by words."""
    return identity.use_class is UseClass.PRN or _as_needed(event)


def _as_needed(event: DrugEvent) -> bool:
    usage = unicodedata.normalize("NFKC", event.usage or "")
    return "時" in usage and any(word in usage for word in ("疼痛時", "発熱時", "不眠時", "便秘時", "頓", "屯"))


def runs(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans joined where the break between them is ordinary; in order of time."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.first - joined[-1].last <= ORDINARY_BREAK + timedelta(days=1):
            joined[-1] = Span(joined[-1].first, max(joined[-1].last, span.last))
        else:
            joined.append(span)
    return tuple(joined)
