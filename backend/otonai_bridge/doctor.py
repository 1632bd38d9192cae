"""What `otonai-bridge doctor` concludes from what it saw: one named outcome per check. Pure.

Non-duty: looking (`doctor_probes`), wording (`doctor_words`), mending anything.
Sources: oqs-interface 2.3 (serial range), 2.10 (rules for shared folders); trust-and-speed B3 F07, F09, F29, F37.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from otonai_bridge import naming
from otonai_bridge.facts import FolderState

FIRST_SERIAL, LAST_SERIAL = 5001, 9999  # agreed for us on a terminal shared with other programs
CLOCK_NOTE_SECONDS, CLOCK_TROUBLE_SECONDS = 5.0, 60.0
LITTLE_SPACE, NO_SPACE = 500 * 2**20, 50 * 2**20  # bytes
RECENT_SECONDS = 120.0  # a running bridge tells the server how it is at least once a minute

_SERIAL = re.compile(r"[A-Z]{3}[a-z]{5}[0-9]{2}re[qs]_[0-9]{8}(?P<serial>[0-9]{4})", re.IGNORECASE)
_TEMPORARY = re.compile(r"[A-Z]{3}[a-z]{5}[0-9]{2}req_[0-9A-Za-z]+\.[0-9a-f]{8}\.part|otonai-bridge-.*\.part")


class Level(StrEnum):
    """`trouble` makes the command exit with 1."""

    WELL = "well"
    NOTE = "note"
    TROUBLE = "trouble"


class Check(StrEnum):
    """In the order in which they are told: nearest to this computer first."""

    SETTINGS = "settings"
    STATE_FOLDER = "state_folder"
    DISK_SPACE = "disk_space"
    RUNNING = "running"
    JOURNAL = "journal"
    FOLDER = "folder"
    RENAMING = "renaming"
    FILE_SYSTEM = "file_system"
    LEFT_OVER = "left_over"
    OTHER_PROGRAMS = "other_programs"
    SERIAL_RANGE = "serial_range"
    CREDENTIALS = "credentials"
    SERVER = "server"
    CLOCK = "clock"
    ACCESS = "access"
    LIVE = "live"


class Outcome(StrEnum):
    """Every way a check can end. `not_tried`: something before it stands in the way."""

    NOT_TRIED = "not_tried"
    SETTINGS_READABLE = "settings_readable"
    SETTINGS_REFUSED = "settings_refused"
    STATE_PRIVATE = "state_private"
    STATE_UNUSABLE = "state_unusable"
    STATE_EXPOSED = "state_exposed"
    SPACE_ENOUGH = "space_enough"
    SPACE_LITTLE = "space_little"
    SPACE_NONE = "space_none"
    NOT_RUNNING = "not_running"
    RUNNING_ONCE = "running_once"
    RUNNING_SEVERAL = "running_several"
    JOURNAL_SOUND = "journal_sound"
    JOURNAL_NEW = "journal_new"
    JOURNAL_DAMAGED = "journal_damaged"
    FOLDER_USABLE = "folder_usable"
    FOLDER_MISSING = "folder_missing"
    FOLDER_READ_ONLY = "folder_read_only"
    FOLDER_ERROR = "folder_error"
    RENAME_WORKS = "rename_works"
    RENAME_REFUSED = "rename_refused"
    SAME_FILE_SYSTEM = "same_file_system"
    OTHER_FILE_SYSTEM = "other_file_system"
    NOTHING_LEFT = "nothing_left"
    TEMPORARY_LEFT = "temporary_left"
    NO_OTHERS_SEEN = "no_others_seen"
    OTHERS_SEEN = "others_seen"
    SERIALS_FREE = "serials_free"
    SERIALS_USED_BY_OTHERS = "serials_used_by_others"
    PAIRED = "paired"
    NOT_PAIRED = "not_paired"
    SERVER_ANSWERS = "server_answers"
    NAME_UNKNOWN = "name_unknown"
    NOT_REACHED = "not_reached"
    CERTIFICATE_UNTRUSTED = "certificate_untrusted"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_OTHER_HOST = "certificate_other_host"
    NO_TLS = "no_tls"
    OTHER_SERVER = "other_server"
    CLOCK_RIGHT = "clock_right"
    CLOCK_A_LITTLE_OFF = "clock_a_little_off"
    CLOCK_WRONG = "clock_wrong"
    CLOCK_UNKNOWN = "clock_unknown"
    ACCESS_GRANTED = "access_granted"
    ACCESS_STOPPED = "access_stopped"
    ACCESS_FORGOTTEN = "access_forgotten"
    ACCESS_REFUSED = "access_refused"
    HEARD_RECENTLY = "heard_recently"
    SILENT = "silent"
    LIVE_OPEN = "live_open"
    LIVE_CLOSED = "live_closed"


_NOTES = frozenset(
    {
        Outcome.NOT_TRIED,
        Outcome.SPACE_LITTLE,
        Outcome.NOT_RUNNING,
        Outcome.JOURNAL_NEW,
        Outcome.OTHER_FILE_SYSTEM,
        Outcome.TEMPORARY_LEFT,
        Outcome.OTHERS_SEEN,
        Outcome.CLOCK_A_LITTLE_OFF,
        Outcome.CLOCK_UNKNOWN,
        Outcome.LIVE_CLOSED,
    }
)
_WELL = frozenset(
    {
        Outcome.SETTINGS_READABLE,
        Outcome.STATE_PRIVATE,
        Outcome.SPACE_ENOUGH,
        Outcome.RUNNING_ONCE,
        Outcome.JOURNAL_SOUND,
        Outcome.FOLDER_USABLE,
        Outcome.RENAME_WORKS,
        Outcome.SAME_FILE_SYSTEM,
        Outcome.NOTHING_LEFT,
        Outcome.NO_OTHERS_SEEN,
        Outcome.SERIALS_FREE,
        Outcome.PAIRED,
        Outcome.SERVER_ANSWERS,
        Outcome.CLOCK_RIGHT,
        Outcome.ACCESS_GRANTED,
        Outcome.HEARD_RECENTLY,
        Outcome.LIVE_OPEN,
    }
)


def level_of(outcome: Outcome) -> Level:
    """Whatever is not known to be well or only worth a note is trouble."""
    if outcome in _WELL:
        return Level.WELL
    return Level.NOTE if outcome in _NOTES else Level.TROUBLE


@dataclass(frozen=True)
class Finding:
    """One line: a check, what it looked at (`req`, a host), how it ended, and a figure that helps."""

    check: Check
    outcome: Outcome
    subject: str = ""
    detail: str = ""

    @property
    def level(self) -> Level:
        return level_of(self.outcome)


@dataclass(frozen=True)
class FolderFacts:
    """One of the terminal's folders as it was met."""

    state: FolderState
    names: tuple[str, ...] = field(default=(), repr=False)
    device: int | None = None
    rename: str | None = None  # "works", or the operating system's word for the refusal; None: not tried


@dataclass(frozen=True)
class JournalFacts:
    """`outcome` is one of the three about the journal; the rest is empty unless it is sound."""

    outcome: Outcome = Outcome.JOURNAL_NEW
    reason: str = ""
    stems: frozenset[str] = frozenset()  # lower case: answers to requests of ours
    temporaries: frozenset[str] = frozenset()  # temporary files that are still needed
    contact_age: float | None = None  # seconds since the server was last heard
    live_open: bool = False


@dataclass(frozen=True)
class ServerFacts:
    """How far the way to the server could be gone."""

    outcome: Outcome
    skew: float | None = None  # seconds by which this computer is ahead
    access: Outcome = Outcome.NOT_TRIED
    access_detail: str = ""
    live: Outcome = Outcome.NOT_TRIED
    live_detail: str = ""
    expected: frozenset[str] = frozenset()  # stems that the server waits for, lower case


@dataclass(frozen=True)
class Facts:
    """Everything that was seen. `bridges` counts running bridges of this computer; None: cannot be known here."""

    host: str
    state: Outcome
    space: int | None
    running: bool
    bridges: int | None
    journal: JournalFacts
    folders: Mapping[str, FolderFacts]
    paired: bool
    server: ServerFacts


def refused(reason: str) -> list[Finding]:
    """Without settings nothing else can be looked at."""
    return [Finding(Check.SETTINGS, Outcome.SETTINGS_REFUSED, detail=reason)]


def findings(facts: Facts) -> list[Finding]:
    """One finding per check, folders one by one, in the order of `Check`."""
    return [
        Finding(Check.SETTINGS, Outcome.SETTINGS_READABLE),
        Finding(Check.STATE_FOLDER, facts.state),
        _space(facts.space),
        _running(facts),
        Finding(Check.JOURNAL, facts.journal.outcome, detail=facts.journal.reason),
        *(_folder(name, folder) for name, folder in facts.folders.items()),
        *(_renaming(name, folder) for name, folder in facts.folders.items() if name != "face"),
        _file_system(facts.folders),
        _left_over(facts),
        *_others(facts),
        Finding(Check.CREDENTIALS, Outcome.PAIRED if facts.paired else Outcome.NOT_PAIRED),
        Finding(Check.SERVER, facts.server.outcome, facts.host),
        _clock(facts.server.skew),
        _access(facts),
        _live(facts),
    ]


def _space(free: int | None) -> Finding:
    if free is None:
        return Finding(Check.DISK_SPACE, Outcome.NOT_TRIED)
    outcome = Outcome.SPACE_ENOUGH
    if free < LITTLE_SPACE:
        outcome = Outcome.SPACE_NONE if free < NO_SPACE else Outcome.SPACE_LITTLE
    return Finding(Check.DISK_SPACE, outcome, detail=f"{free // 2**20} MB")


def _running(facts: Facts) -> Finding:
    if facts.bridges is not None and facts.bridges > 1:
        return Finding(Check.RUNNING, Outcome.RUNNING_SEVERAL, detail=str(facts.bridges))
    return Finding(Check.RUNNING, Outcome.RUNNING_ONCE if facts.running else Outcome.NOT_RUNNING)


def _folder(name: str, folder: FolderFacts) -> Finding:
    outcome = {
        FolderState.OK: Outcome.FOLDER_USABLE,
        FolderState.MISSING: Outcome.FOLDER_MISSING,
        FolderState.READ_ONLY: Outcome.FOLDER_READ_ONLY,
    }.get(folder.state, Outcome.FOLDER_ERROR)
    return Finding(Check.FOLDER, outcome, name)


def _renaming(name: str, folder: FolderFacts) -> Finding:
    if folder.rename is None:
        return Finding(Check.RENAMING, Outcome.NOT_TRIED, name)
    if folder.rename == "works":
        return Finding(Check.RENAMING, Outcome.RENAME_WORKS, name)
    return Finding(Check.RENAMING, Outcome.RENAME_REFUSED, name, folder.rename)


def _file_system(folders: Mapping[str, FolderFacts]) -> Finding:
    devices = [folder.device for folder in folders.values()]
    if None in devices:
        return Finding(Check.FILE_SYSTEM, Outcome.NOT_TRIED)
    return Finding(Check.FILE_SYSTEM, Outcome.SAME_FILE_SYSTEM if len(set(devices)) == 1 else Outcome.OTHER_FILE_SYSTEM)


def _left_over(facts: Facts) -> Finding:
    if not _seen(facts, "req"):
        return Finding(Check.LEFT_OVER, Outcome.NOT_TRIED)
    left = [n for n in _names(facts, "req") if _TEMPORARY.fullmatch(n) and n not in facts.journal.temporaries]
    if not left:
        return Finding(Check.LEFT_OVER, Outcome.NOTHING_LEFT)
    return Finding(Check.LEFT_OVER, Outcome.TEMPORARY_LEFT, detail=str(len(left)))


def _others(facts: Facts) -> Iterable[Finding]:
    """What other programs put there, and whether one of them uses the numbers agreed for us."""
    if not (_seen(facts, "req") and _seen(facts, "res")):
        yield Finding(Check.OTHER_PROGRAMS, Outcome.NOT_TRIED)
        yield Finding(Check.SERIAL_RANGE, Outcome.NOT_TRIED)
        return
    ours = facts.journal.stems | facts.server.expected
    foreign = [
        name
        for folder in ("req", "res")
        for name in _names(facts, folder)
        if not _TEMPORARY.fullmatch(name) and naming.stem(name).lower().replace("req_", "res_", 1) not in ours
    ]
    seen = Outcome.OTHERS_SEEN if foreign else Outcome.NO_OTHERS_SEEN
    yield Finding(Check.OTHER_PROGRAMS, seen, detail=str(len(foreign)) if foreign else "")
    clashes = [name for name in foreign if _is_our_serial(name)]
    if facts.journal.outcome is Outcome.JOURNAL_DAMAGED:
        yield Finding(Check.SERIAL_RANGE, Outcome.NOT_TRIED)  # nobody can tell ours from theirs
    elif clashes:
        yield Finding(Check.SERIAL_RANGE, Outcome.SERIALS_USED_BY_OTHERS, detail=str(len(clashes)))
    else:
        yield Finding(Check.SERIAL_RANGE, Outcome.SERIALS_FREE)


def _is_our_serial(name: str) -> bool:
    match = _SERIAL.fullmatch(naming.stem(name))
    return match is not None and FIRST_SERIAL <= int(match["serial"]) <= LAST_SERIAL


def _seen(facts: Facts, folder: str) -> bool:
    return facts.folders[folder].state in (FolderState.OK, FolderState.READ_ONLY)


def _names(facts: Facts, folder: str) -> tuple[str, ...]:
    return facts.folders[folder].names


def _clock(skew: float | None) -> Finding:
    if skew is None:
        return Finding(Check.CLOCK, Outcome.CLOCK_UNKNOWN)
    off = abs(skew)
    outcome = Outcome.CLOCK_RIGHT
    if off > CLOCK_NOTE_SECONDS:
        outcome = Outcome.CLOCK_WRONG if off > CLOCK_TROUBLE_SECONDS else Outcome.CLOCK_A_LITTLE_OFF
    return Finding(Check.CLOCK, outcome, detail=f"{skew:+.0f} s")


def _access(facts: Facts) -> Finding:
    """Beside a running bridge nothing is asked in its name: using its token pair twice would end the pairing."""
    if not facts.running:
        return Finding(Check.ACCESS, facts.server.access, detail=facts.server.access_detail)
    age = facts.journal.contact_age
    recently = age is not None and age <= RECENT_SECONDS
    detail = "" if age is None else f"{age:.0f} s"
    return Finding(Check.ACCESS, Outcome.HEARD_RECENTLY if recently else Outcome.SILENT, detail=detail)


def _live(facts: Facts) -> Finding:
    if not facts.running:
        return Finding(Check.LIVE, facts.server.live, detail=facts.server.live_detail)
    return Finding(Check.LIVE, Outcome.LIVE_OPEN if facts.journal.live_open else Outcome.LIVE_CLOSED)
