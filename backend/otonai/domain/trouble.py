"""What a day's answers say about the way to the terminal, rather than about the patients (S-139, S-150, S-230).

Pure: counts in, named alarms out. Tells nobody and mends nothing; the office screen has the words and the steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .insurance import Validity


class Light(StrEnum):
    """What one light shows. `quiet` proves nothing either way: nothing was asked of it today."""

    WORKING = "working"
    QUIET = "quiet"
    SILENT = "silent"
    FAILING = "failing"
    UNUSABLE = "unusable"  # a folder on the way to it cannot be used
    UNKNOWN = "unknown"  # the bridge in front of it cannot be asked
    NEVER = "never"


class Alarm(StrEnum):
    """Each names a link that is broken and who should look at it first."""

    EMERGENCY_OPEN = "emergency_open"
    BRIDGE_NEVER_SEEN = "bridge_never_seen"
    BRIDGE_SILENT = "bridge_silent"
    FOLDER_UNUSABLE = "folder_unusable"
    TERMINAL_SILENT = "terminal_silent"
    EVERYTHING_FAILS = "everything_fails"
    EVERYBODY_NOT_FOUND = "everybody_not_found"
    OTHER_INSTITUTION = "other_institution"


#: Fewer than these prove nothing: one slow answer is an ordinary morning.
QUESTIONS_TO_JUDGE = 3
PEOPLE_TO_JUDGE = 5


@dataclass(frozen=True, slots=True)
class Lights:
    """One light each, in the order in which they stand on the way (S-203)."""

    bridge: Light
    terminal: Light
    reader: Light


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What happened since midnight in Japan, and how the bridge is now."""

    bridge: str = "connected"
    folders: Mapping[str, str] = field(default_factory=dict)
    answered: int = 0
    failed: int = 0
    unanswered: int = 0
    validities: Mapping[Validity, int] = field(default_factory=dict)
    other_institution_files: int = 0
    cards_read: int = 0
    emergency_open: bool = False


def alarms(day: Day) -> tuple[Alarm, ...]:
    """Every alarm that holds, the one to mend first in front: a silent bridge explains silence behind it.

    The open emergency account comes before all of them, whatever the terminal does.
    """
    loud = (Alarm.EMERGENCY_OPEN,) if day.emergency_open else ()
    return loud + _on_the_way(day)


def lights(day: Day) -> Lights:
    """What can be said of each. Behind a bridge that is away nothing is known, and nothing is claimed."""
    if day.bridge == "never":
        return Lights(Light.NEVER, Light.UNKNOWN, Light.UNKNOWN)
    if day.bridge == "silent":
        return Lights(Light.SILENT, Light.UNKNOWN, Light.UNKNOWN)
    return Lights(Light.WORKING, _terminal(day), _reader(day))


def _terminal(day: Day) -> Light:
    if any(day.folders.get(name, "ok") != "ok" for name in ("req", "res")):
        return Light.UNUSABLE
    found = _on_the_way(day)
    if Alarm.TERMINAL_SILENT in found:
        return Light.SILENT
    if Alarm.EVERYTHING_FAILS in found:
        return Light.FAILING
    return Light.WORKING if day.answered else Light.QUIET


def _reader(day: Day) -> Light:
    """A reader tells of itself only by the cards that were read with it."""
    if day.folders.get("face", "ok") != "ok":
        return Light.UNUSABLE
    return Light.WORKING if day.cards_read else Light.QUIET


def _on_the_way(day: Day) -> tuple[Alarm, ...]:
    """What the way to the terminal tells."""
    if day.bridge == "never":
        return (Alarm.BRIDGE_NEVER_SEEN,)
    if day.bridge == "silent":
        return (Alarm.BRIDGE_SILENT,)
    found = []
    if any(state != "ok" for state in day.folders.values()):
        found.append(Alarm.FOLDER_UNUSABLE)
    questions = day.answered + day.failed + day.unanswered
    if questions >= QUESTIONS_TO_JUDGE and day.answered == 0:
        found.append(Alarm.TERMINAL_SILENT if day.failed == 0 else Alarm.EVERYTHING_FAILS)
    people = sum(day.validities.values())
    if people >= PEOPLE_TO_JUDGE and day.validities.get(Validity.NOT_FOUND, 0) == people:
        found.append(Alarm.EVERYBODY_NOT_FOUND)
    if day.other_institution_files:
        found.append(Alarm.OTHER_INSTITUTION)
    return tuple(found)
