"""The bridge's loop: look, decide, act. `turn` lists its numbered steps and does exactly those.

One thread does all the work, so nothing here is locked; `live` and `watch` only post wake-ups. Nothing sleeps
longer than until the next thing that is due, and nothing at all while there is work.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum
from functools import partial

from otonai_bridge import health, naming
from otonai_bridge.act_on_files import FileActs
from otonai_bridge.act_on_requests import RequestActs
from otonai_bridge.actions import WAITS, Action, JobAction, Limits, View
from otonai_bridge.config import Settings
from otonai_bridge.credentials import NotPaired
from otonai_bridge.decide import decide, owned_names
from otonai_bridge.facts import FolderState, JobState, Listing, OfferedJob
from otonai_bridge.folders import Look
from otonai_bridge.journal import JournalUnavailable
from otonai_bridge.live import LiveStream
from otonai_bridge.server import DeliveryRefused, DeviceStopped, Live, ServerAway, ServerBusy
from otonai_bridge.tools import Tools
from otonai_bridge.wakeups import Wake, Wakeups
from otonai_bridge.watch import Watcher

SERVER, JOURNAL, LIVE = "server", "journal", "live"  # keys of the back-off
_SAFETY_POLL_SECONDS = 60.0  # with an open event stream
_BUDGET_SECONDS = 0.2  # work in one turn before wake-ups are looked at again
_FRUITLESS_SECONDS = 1.0  # "there is more" from a server that then has nothing new is not asked in a hot loop
_REFUSED_SECONDS = 30.0
_LONGEST_ASKED_SECONDS = 300.0  # a `Retry-After` of hours (a proxy's page) must not keep a whole morning's files
_LOST_SECONDS = 0.5  # a sound stream that ends: what came up meanwhile is asked for at once
_SOUND_SECONDS = 20.0  # a stream that was open this long was sound; one that keeps ending sooner is left to polling


class Ending(IntEnum):
    """Why the loop ended; also the process's exit code."""

    STOPPED_BY_OPERATOR = 0
    DEVICE_STOPPED = 3
    NOT_PAIRED = 4


@dataclass
class Clock:
    now: Callable[[], datetime]
    tick: Callable[[], float]


class ServerClock:
    """The server's time carried on by the monotonic clock: a jump of this computer's clock changes nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: tuple[datetime, float] | None = None

    def learn(self, server_time: datetime) -> None:
        self._known = server_time, self._clock.tick()

    def now(self) -> datetime:
        if self._known is None:
            return self._clock.now()
        return self._known[0] + timedelta(seconds=self._clock.tick() - self._known[1])


class Loop:
    def __init__(
        self,
        settings: Settings,
        tools: Tools,
        clock: Clock,
        server_clock: ServerClock,
        wakeups: Wakeups,
        live: LiveStream,
        watcher: Watcher,
        limits: Limits | None = None,
    ) -> None:
        self._settings = settings
        self._tools = tools
        self._clock = clock
        self._server_clock = server_clock
        self._wakeups = wakeups
        self._live = live
        self._watcher = watcher
        self._limits = replace(limits or Limits(), settle_seconds=settings.settle_seconds)
        self._requests = RequestActs(tools)
        self._files = FileActs(tools)
        self._offered: dict[str, OfferedJob] = {}
        self._expected: frozenset[str] = frozenset()
        self._listings = {folder: Listing() for folder in settings.folders}
        self._identities: dict[str, tuple[int, int] | None] = {}
        self._started_at = clock.now()
        self._told: dict[str, str] = {}
        self._next_jobs = self._next_heartbeat = self._next_rescan = float("-inf")
        self._until = float("inf")  # the end of the nearest wait that `decide` named
        self._poll_seconds = 5.0
        self._hinted = False  # the next question for jobs was asked for by a receipt
        self._hints_from = float("-inf")
        self._busy = True  # something was done, so look again at once

    def run(self) -> Ending:
        """Until the operator or the office stops it. Raises only what is a defect."""
        self._tools.say("bridge ready", server=self._settings.server)
        self._look()
        try:
            while self.turn():
                pass
        except DeviceStopped:
            self._tools.say("device_stopped")
            return Ending.DEVICE_STOPPED
        except NotPaired:
            self._tools.say("not_paired")
            return Ending.NOT_PAIRED
        finally:
            self._live.stop()
            self._watcher.stop()
        self._tools.say("bridge stopped")
        return Ending.STOPPED_BY_OPERATOR

    def turn(self) -> bool:
        """One turn; False when it is time to stop."""
        # 1. Wait for a wake-up or for the next thing that is due.
        wakes = self._wakeups.take(self._pause())
        if Wake.STOP in wakes:
            return False
        self._busy = False
        # 2. Ask the server: heartbeat and jobs, each when due.
        self._ask(wakes)
        if not self._journal_works():
            self._next_rescan = self._clock.tick() + self._settings.rescan_seconds
            return True
        # 3. Look at the folders.
        self._look()
        # 4. Decide.
        actions = decide(self._view())
        # 5. Act, in the order decided.
        self._act(actions)
        # 6. Remember when the next wait ends.
        ends = (action.until for action in actions if action.act in WAITS and action.until is not None)
        self._until = min(ends, default=float("inf"))
        return True

    def _pause(self) -> float:
        if self._busy:
            return 0.0
        due = min(self._next_jobs, self._next_heartbeat)
        due = max(due, self._tools.patience.not_before.get(SERVER, due))
        return max(0.0, min(due, self._next_rescan, self._until) - self._clock.tick())

    # --- step 2 -------------------------------------------------------------------------------------------------

    def _ask(self, wakes: frozenset[Wake]) -> None:
        tick = self._clock.tick()
        if Wake.JOBS in wakes:
            self._next_jobs = tick
        if Wake.LIVE_LOST in wakes:
            self._next_jobs = min(self._next_jobs, tick + self._pause_after_loss(tick))
        if self._tools.jobs_waiting:
            self._next_jobs = min(self._next_jobs, max(tick, self._hints_from))
            self._tools.jobs_waiting, self._hinted = False, True
        if self._states() != self._told:
            self._next_heartbeat = min(self._next_heartbeat, tick)
        if self._tools.patience.waits(SERVER, tick) and Wake.JOBS not in wakes:
            return  # (whoever wakes us is there again)
        try:
            if tick >= self._next_heartbeat:
                self._heartbeat()
            if self._clock.tick() >= self._next_jobs:
                self._ask_for_jobs()
        except ServerAway as away:
            self._server_away(away.kind, away.retry_after)
        except ServerBusy as error:
            self._server_away(str(error))
        except DeliveryRefused as refusal:
            self._server_away(refusal.code, _REFUSED_SECONDS)

    def _pause_after_loss(self, tick: float) -> float:
        """Seconds until the next question for jobs. A channel that is down, or opens and ends, is not asked after."""
        patience = self._tools.patience
        if self._live.lasted >= _SOUND_SECONDS:
            patience.worked(LIVE)
        if patience.failed(LIVE, tick) == 1:
            return _LOST_SECONDS
        return patience.poll_pause(self._poll_seconds)

    def _ask_for_jobs(self) -> None:
        answer = self._tools.server.jobs()
        self._server_there(answer.live)
        new = [job for job in answer.jobs if job.id not in self._offered and job.id not in self._tools.journal.jobs()]
        for job in new:
            self._tools.say("job_learned", job=job.id, file=naming.label(job.file_name))
        if self._hinted and not new:
            self._hints_from = self._clock.tick() + _FRUITLESS_SECONDS
        self._hinted = False
        self._offered = {job.id: job for job in answer.jobs}
        self._expected = answer.expected
        self._poll_seconds = answer.poll_after_seconds
        wait = _SAFETY_POLL_SECONDS if self._live.connected else self._tools.patience.poll_pause(self._poll_seconds)
        self._next_jobs = self._clock.tick() + wait

    def _heartbeat(self) -> None:
        for folder in [f for f in self._tools.problems if self._tools.folders.can_write(f)]:
            del self._tools.problems[folder]
        states = self._states()
        files = self._tools.journal.files() if self._journal_works() else ()
        queue, last = health.waiting(files, self._listings), health.last_delivered_at(files)
        pulse = self._tools.server.heartbeat(
            health.heartbeat(
                started_at=self._started_at,
                states=states,
                queue=queue,
                flow=health.flow(files, self._listings),
                last=last,
                clock=self._clock.now(),
            )
        )
        self._server_clock.learn(pulse.server_time)
        self._server_there(pulse.live)
        self._told = states
        self._next_heartbeat = self._clock.tick() + self._settings.heartbeat_seconds
        if pulse.jobs_waiting:
            self._next_jobs = self._clock.tick()
        if self._journal_works():
            self._with_journal(
                lambda: self._tools.journal.note(
                    last_contact_at=self._clock.now().isoformat(),
                    live="open" if self._live.connected else "closed",
                    **{f"folder_{folder}": state for folder, state in states.items()},
                )
            )

    def _server_there(self, live: Live | None) -> None:
        if self._tools.patience.worked(SERVER):
            self._tools.say("server_back")
        if not self._tools.patience.waits(LIVE, self._clock.tick()):
            self._live.offer(live)

    def _server_away(self, kind: str, at_least: float | None = None) -> None:
        tick = self._clock.tick()
        if self._tools.patience.failed(SERVER, tick, min(at_least or 0.0, _LONGEST_ASKED_SECONDS)) == 1:
            self._tools.say("server_away", reason=kind)
        # The pause ends with a question for jobs, so that it is known whether the server is back before deciding.
        self._next_jobs = self._tools.patience.not_before[SERVER]

    # --- steps 3 to 5 -------------------------------------------------------------------------------------------

    def _look(self) -> None:
        jobs = self._tools.journal.jobs()
        open_states = (JobState.WRITING, JobState.TEMPORARY_WRITTEN)
        ours_in_req = {offer.file_name.lower() for offer in self._offered.values()}
        for job in jobs.values():
            if job.state in open_states:
                ours_in_req |= {job.file_name.lower(), naming.temporary_name(job.file_name, job.id).lower()}
        owned = owned_names(jobs.values(), self._expected | {o.expected_stem for o in self._offered.values()})
        looks = {
            "req": self._tools.folders.look("req", lambda name: name.lower() in ours_in_req),
            "res": self._tools.folders.look("res", owned.knows),
            "face": self._tools.folders.look("face", lambda name: naming.face_stamp(name) is not None),
        }
        for folder, look in looks.items():
            self._notice(folder, look)
        self._files.keep_only({(f, name) for f, look in looks.items() for name in look.listing.files})
        watched = ("res", "face")
        paths = self._settings.folders
        self._watcher.follow({paths[f]: i for f in watched if (i := looks[f].identity) is not None})
        self._next_rescan = self._clock.tick() + self._settings.rescan_seconds

    def _notice(self, folder: str, look: Look) -> None:
        """Say once when a folder changes its state, or when the share behind it was exchanged."""
        before, now = self._listings[folder].state, look.listing.state
        if before is not now:
            back = now is FolderState.OK
            self._tools.say("folder_back" if back else "folder_trouble", folder=folder, state=now.value)
        elif look.identity != self._identities.get(folder, look.identity):
            self._tools.say("folder_exchanged", folder=folder)
        if look.identity != self._identities.get(folder):
            self._tools.problems.pop(folder, None)
        self._listings[folder], self._identities[folder] = look.listing, look.identity

    def _view(self) -> View:
        tick = self._clock.tick()
        return View(
            now=self._server_clock.now(),
            tick=tick,
            jobs=self._tools.journal.jobs(),
            files=self._tools.journal.files(),
            offered=tuple(self._offered.values()),
            expected=self._expected,
            req=self._listings["req"],
            res=self._listings["res"],
            face=self._listings["face"],
            readings=self._files.readings,
            not_before=self._tools.patience.not_before,
            server_open=not self._tools.patience.waits(SERVER, tick),
            limits=self._limits,
        )

    def _act(self, actions: list[Action]) -> None:
        began = self._clock.tick()
        for action in actions:
            if action.act in WAITS:
                continue
            if self._clock.tick() - began > _BUDGET_SECONDS:
                return  # `_busy` is set: the rest is decided again after a look at the wake-ups
            try:
                self._with_journal(partial(self._carry_out, action))
            except ServerAway as away:
                self._server_away(away.kind, away.retry_after)
                self._busy = True
                return
            if not self._journal_works():
                return
            self._busy = True

    def _carry_out(self, action: Action) -> None:
        if isinstance(action, JobAction):
            if self._requests.act(action, self._offered.get(action.job_id)):
                self._offered.pop(action.job_id, None)
        else:
            self._files.act(action)

    # --- health -------------------------------------------------------------------------------------------------

    def _states(self) -> dict[str, str]:
        return health.folder_states(self._listings, self._tools.problems, journal_works=self._journal_works())

    def _journal_works(self) -> bool:
        """False while the journal cannot be written; tried again as its back-off says."""
        patience = self._tools.patience
        if JOURNAL not in patience.not_before:
            return True
        if patience.waits(JOURNAL, self._clock.tick()):
            return False
        self._with_journal(lambda: self._tools.journal.note(journal_tried_at=self._clock.now().isoformat()))
        return JOURNAL not in patience.not_before

    def _with_journal(self, step: Callable[[], None]) -> None:
        try:
            step()
        except JournalUnavailable:
            if self._tools.patience.failed(JOURNAL, self._clock.tick(), at_least=1.0) == 1:
                self._tools.say("journal_unavailable")
            return
        if JOURNAL in self._tools.patience.not_before:
            self._tools.patience.worked(JOURNAL)
            self._tools.say("journal_back")
