"""Which rows of the consented list may be accepted together with others, and what accepting one would write.

Safe is a row that takes nothing away and that leaves nothing to judge: the chart is certain, the insurance is valid,
no character was replaced by a stand-in mark, and what differs fills an empty field or is a matter of writing. Decides
about one row; who looks at the list and says yes is a person (design 7; S-085, S-090, S-098).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from .comparison import Difference, DifferenceDefault, DifferenceKind, DifferenceReason, fills_only
from .insurance import Validity
from .ledger import Act
from .match import MatchOutcome


class Hold(StrEnum):
    """Why a row waits for a person of its own."""

    CHART_UNCERTAIN = "chart_uncertain"
    NOT_VALID = "not_valid"
    STAND_IN_MARK = "stand_in_mark"
    CONTRADICTS_OURS = "contradicts_ours"
    OTHER_INSURANCE = "other_insurance"


class Acceptance(StrEnum):
    """What became of one row of a bulk accept."""

    ACCEPTED = "accepted"
    CHANGED_MEANWHILE = "changed_meanwhile"
    ALREADY_DECIDED = "already_decided"
    NOT_SAFE = "not_safe"
    NOT_FOUND = "not_found"


#: An insurance about which the center has no doubt; 5 is valid, only without a registered number (S-136).
_GOOD = frozenset({Validity.VALID, Validity.VALID_UNREGISTERED})


@dataclass(frozen=True, slots=True)
class SafeAct:
    """The act that accepting the row carries out, and the fields that it writes."""

    act: Act
    fields: tuple[str, ...] = ()


def safe_act(
    outcome: MatchOutcome, validity: Validity | None, differences: Collection[Difference], suggested: Act
) -> SafeAct | Hold:
    """The act of a safe row, else why it is none. `suggested` is what `ledger.suggested_act` says about it."""
    if not outcome.links_by_itself:
        return Hold.CHART_UNCERTAIN
    if validity not in _GOOD:
        return Hold.NOT_VALID
    if any(d.reason is DifferenceReason.STAND_IN_MARK for d in differences):
        return Hold.STAND_IN_MARK
    real = [d for d in differences if d.kind is DifferenceKind.REAL]
    if real and not fills_only(differences):
        return Hold.CONTRADICTS_OURS
    if suggested is Act.OVERWRITE:
        return SafeAct(Act.OVERWRITE, tuple(d.field for d in real if d.default is DifferenceDefault.TAKE))
    # A first insurance needs its 切替日, which a person chooses (S-110).
    return SafeAct(Act.CANCEL) if suggested is Act.CANCEL else Hold.OTHER_INSURANCE
