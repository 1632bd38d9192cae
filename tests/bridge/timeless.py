"""A bridge under a clock that only its own waits move: days of an outage take seconds, and every call is counted.

Real: loop, decisions, journal, folders. Played: the server (by a timetable), its event stream, the folder watcher.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from tests.bridge.office import request_name

from otonai_bridge.config import Settings
from otonai_bridge.facts import OfferedJob
from otonai_bridge.folders import Folders
from otonai_bridge.journal import Journal
from otonai_bridge.live import LiveStream
from otonai_bridge.loop import Clock, Loop, ServerClock
from otonai_bridge.naming import answer_stem_of
from otonai_bridge.patience import Patience
from otonai_bridge.server import Jobs, Live, Pulse, Receipt, Server, ServerAway
from otonai_bridge.tools import Tools
from otonai_bridge.wakeups import Wake, Wakeups
from otonai_bridge.watch import Watcher

BEGIN = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass
class Time:
    """Seconds since the story began."""

    tick: float = 0.0

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.tick)


@dataclass
class TimetabledServer:
    """Away in the given stretches of time; what it takes outside of them is counted by delivery id."""

    time: Time
    away: list[tuple[float, float]] = field(default_factory=list)
    live_away: list[tuple[float, float]] = field(default_factory=list)
    poll_after: float = 2.0
    retry_after: float | None = None
    offers: list[OfferedJob] = field(default_factory=list)
    calls: list[tuple[float, str]] = field(default_factory=list)
    taken: dict[str, tuple[str, str]] = field(default_factory=dict)  # delivery id → kind, file name
    repeats: int = 0

    def _call(self, what: str) -> None:
        self.calls.append((self.time.tick, what))
        if _within(self.away, self.time.tick):
            raise ServerAway("ConnectError", self.retry_after)

    def jobs(self) -> Jobs:
        self._call("jobs")
        stems = frozenset(job.expected_stem for job in self.offers)
        live = Live("http://127.0.0.1/live", "ticket", lambda: "proof")
        waiting = tuple(job for job in self.offers if job.id not in self._done())
        return Jobs(waiting, stems, self.poll_after, live)

    def deliver(self, meta: dict[str, Any], content: bytes | None) -> Receipt:
        self._call("deliver")
        told = (meta["kind"], meta["file_name"])
        if meta["delivery_id"] in self.taken:
            self.repeats += 1
            return Receipt("duplicate", None, False)
        if content is not None:
            assert hashlib.sha256(content).hexdigest() == meta["sha256"]
        if meta["kind"] == "written":
            self._written.add(meta["job_id"])
        self.taken[meta["delivery_id"]] = told
        return Receipt("accepted", None, False)

    def heartbeat(self, _pulse: dict[str, Any]) -> Pulse:
        self._call("heartbeat")
        return Pulse(self.time.now(), False, Live("http://127.0.0.1/live", "ticket", lambda: "proof"))

    def __post_init__(self) -> None:
        self._written: set[str] = set()

    def _done(self) -> set[str]:
        return self._written

    def offer(self, serial: int) -> None:
        name, content = request_name(serial), b"<XmlMsg/>"
        digest, stem = hashlib.sha256(content).hexdigest(), answer_stem_of(name)
        assert stem is not None
        self.offers.append(OfferedJob(f"job-{serial}", name, "req", digest, digest, stem, None, content))

    def asked(self, what: str, since: float, until: float) -> int:
        """How often something was asked in a stretch of time."""
        return sum(1 for at, name in self.calls if name == what and since <= at < until)


class TimetabledStream:
    """An event stream that is refused while its channel is away and ends when the channel goes."""

    def __init__(self, time: Time, server: TimetabledServer, wakeups: Wakeups) -> None:
        self._time, self._server, self._wakeups = time, server, wakeups
        self.connected, self.lasted, self._opened_at = False, 0.0, 0.0
        self.tried: list[float] = []

    def offer(self, live: Live | None) -> None:
        if live is None or self.connected:
            return
        self.tried.append(self._time.tick)
        if _within(self._server.live_away, self._time.tick):
            self.lasted = 0.0
            self._wakeups.post(Wake.LIVE_LOST)
        else:
            self.connected, self._opened_at = True, self._time.tick
            self._wakeups.post(Wake.JOBS)

    def check(self) -> None:
        """The channel went: the stream ends, as a closed connection would end it."""
        if self.connected and _within(self._server.live_away, self._time.tick):
            self.connected, self.lasted = False, self._time.tick - self._opened_at
            self._wakeups.post(Wake.LIVE_LOST)

    def stop(self) -> None:
        """Nothing to stop."""


class NoWatcher:
    """Change events that all got lost: rescans do the work (oqs-interface 2.10 rule 4)."""

    def follow(self, folders: object) -> None:
        """Nothing."""

    def stop(self) -> None:
        """Nothing."""


class TimelessWakeups(Wakeups):
    """Waiting moves the clock instead of taking time."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self._time = time
        self.waits: list[float] = []

    def take(self, seconds: float) -> frozenset[Wake]:
        posted = super().take(0)
        if not posted:
            self.waits.append(seconds)
            self._time.tick += seconds
        return posted


@dataclass
class Timeless:
    """One bridge with its folders; `run_until` plays it."""

    time: Time
    server: TimetabledServer
    stream: TimetabledStream
    wakeups: TimelessWakeups
    journal: Journal
    loop: Loop
    root: Path
    said: Counter[str]
    turns: int = 0

    def run_until(self, tick: float) -> None:
        while self.time.tick < tick:
            self.stream.check()
            assert self.loop.turn()
            self.turns += 1


@contextmanager
def timeless(base: Path, chance: float = 0.5, **server: Any) -> Iterator[Timeless]:
    """A bridge at the beginning of its story. `chance` is every random number it draws."""
    time = Time()
    told = TimetabledServer(time, **server)
    wakeups = TimelessWakeups(time)
    stream = TimetabledStream(time, told, wakeups)
    for name in ("req", "res", "face"):
        (base / name).mkdir(parents=True)
    folders = {name: base / name for name in ("req", "res", "face")}
    settings = Settings(server="http://127.0.0.1", folders=folders, state=base, rescan_seconds=60.0)
    journal = Journal(base / "journal.sqlite3")
    journal._db.execute("PRAGMA synchronous=OFF")  # days of heartbeats; durability has its own tests
    clock, ids, said = Clock(now=time.now, tick=lambda: time.tick), itertools.count(), Counter[str]()
    server_clock = ServerClock(clock)
    tools = Tools(
        folders=Folders(folders),
        journal=journal,
        server=cast(Server, told),
        patience=Patience(lambda: chance),
        now=server_clock.now,
        tick=clock.tick,
        new_id=lambda: f"delivery-{next(ids)}",
        say=lambda event, **_: said.update([event]),
        reach=lambda _point: None,
    )
    loop = Loop(
        settings, tools, clock, server_clock, wakeups, cast(LiveStream, stream), cast(Watcher, NoWatcher())
    )  # fmt: skip
    try:
        yield Timeless(time, told, stream, wakeups, journal, loop, base, said)
    finally:
        journal.close()


def _within(stretches: list[tuple[float, float]], tick: float) -> bool:
    return any(begin <= tick < end for begin, end in stretches)
