"""The eligibility terminal: watches one institution's `req`, answers in `res` (oqs-interface 2, A-02, A-03, A-16)."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from lxml import etree

from .answer_single import Desk
from .answers import latency_is_single, reply_to
from .center import Center, TakenRequest
from .clock import Clock
from .config import Dial, Institution, Settings
from .distortion import Write, distorted_message, message_bytes, writes
from .faults import Fault, FaultBook, FaultKind
from .folders import Outbox
from .messages import Reply
from .request import REQUEST_NAME, LayoutError

log = logging.getLogger(__name__)

STEP_SECONDS = 0.05
_TIDY_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A request file as it looked when it was last listed."""

    first_at: datetime
    size: int
    modified_ns: int


class Terminal:
    """Plays OQSComApp for one institution. One thread at a time calls `step`."""

    def __init__(
        self,
        institution: Institution,
        *,
        settings: Settings,
        center: Center,
        faults: FaultBook,
        outbox: Outbox,
        dial: Dial,
        clock: Clock,
    ) -> None:
        self._institution = institution
        self._settings = settings
        self._center = center
        self._faults = faults
        self._outbox = outbox
        self._dial = dial
        self._clock = clock
        self._seen: dict[str, _Seen] = {}
        self._delivering: set[str] = set()
        self._tidied_at: datetime | None = None
        for folder in (institution.requests, institution.results, institution.faces):
            folder.mkdir(parents=True, exist_ok=True)

    def run(self, stop: threading.Event) -> None:
        """Step until told to stop. An unexpected error is logged and the next step tries again."""
        while not stop.wait(STEP_SECONDS):
            try:
                self.step()
            except OSError:
                log.exception("step failed at terminal %s", self._institution.code)

    def step(self) -> None:
        """One round:

        1. look at `req` and take the requests that lay there, unchanged, for the pick-up time;
        2. answer the taken requests that are due;
        3. do the delayed writes that are due;
        4. once a minute, remove answers nobody fetched.
        """
        now = self._clock()
        self._take_requests(now)
        for taken in self._center.taken(self._institution.code):
            if taken.due_at <= now and taken.file_name not in self._delivering:
                self._answer(taken, now)
        self._outbox.flush(now)
        if self._tidied_at is None or now - self._tidied_at >= _TIDY_EVERY:
            self._tidied_at = now
            self._tidy(now)

    def _take_requests(self, now: datetime) -> None:
        pace = self._dial.pace
        listed: dict[str, _Seen] = {}
        for path in sorted(self._institution.requests.iterdir()):
            if REQUEST_NAME.match(path.name) is None:
                continue  # temporary names and files of other programs
            try:
                stat = path.stat()
            except FileNotFoundError:
                continue
            before = self._seen.get(path.name)
            as_before = before is not None and (before.size, before.modified_ns) == (stat.st_size, stat.st_mtime_ns)
            first_at = before.first_at if before is not None and as_before else now
            listed[path.name] = _Seen(first_at, stat.st_size, stat.st_mtime_ns)
            if not as_before or now - first_at < timedelta(milliseconds=pace.pickup_ms):
                continue
            wait = pace.answer_ms if latency_is_single(path.name) else 0
            taken = TakenRequest(
                institution_code=self._institution.code,
                file_name=path.name,
                content=path.read_bytes(),
                due_at=now + timedelta(milliseconds=wait),
            )
            self._center.take(taken)  # before the file goes, so that a kill loses nothing
            path.unlink()
            del listed[path.name]
        self._seen = listed

    def _answer(self, taken: TakenRequest, now: datetime) -> None:
        named = REQUEST_NAME.match(taken.file_name)
        family = named["family"] if named else ""
        fault = self._faults.take(family, self._institution.code)
        planned: tuple[Write, ...]
        if fault and fault.kind is FaultKind.ERR:
            planned = _bounce(taken, LayoutError("OQSSIM0199", "模擬エラー：依頼を処理できませんでした。"))
        else:
            try:
                reply = self._reply(taken, now)
            except LayoutError as error:
                planned = _bounce(taken, error)
            else:
                planned = self._plan(taken, reply, fault)
        self._delivering.add(taken.file_name)
        self._outbox.put(self._institution.results, planned, now, done=lambda: self._forget(taken))
        log.info("answered %s%s", taken.file_name, f" with fault {fault.kind}" if fault else "")

    def _forget(self, taken: TakenRequest) -> None:
        """Only when everything is written, so that a restart in between answers again instead of never."""
        self._center.answered(taken)
        self._delivering.discard(taken.file_name)

    def _reply(self, taken: TakenRequest, now: datetime) -> Reply:
        return reply_to(
            taken.file_name,
            taken.content,
            Desk(self._institution, self._center, now),
            known_codes=frozenset(each.code for each in self._settings.institutions),
            bulk_ready=timedelta(milliseconds=self._dial.pace.bulk_ready_ms),
        )

    def _plan(self, taken: TakenRequest, reply: Reply, fault: Fault | None) -> tuple[Write, ...]:
        stem = taken.file_name.removesuffix(".xml").replace("req_", "res_", 1)
        if reply.pdf is not None:
            return writes(f"{stem}.pdf", reply.pdf, fault)
        root = distorted_message(reply.root if reply.root is not None else etree.Element("XmlMsg"), fault)
        return writes(f"{stem}.xml", message_bytes(root, self._settings.encoding, fault), fault)

    def _tidy(self, now: datetime) -> None:
        """Forgotten results go after the stay time and leave a note (A-16)."""
        oldest = now - timedelta(minutes=self._settings.stay_minutes)
        removed = []
        for path in self._institution.results.iterdir():
            if path.suffix in (".xml", ".pdf", ".zip", ".err") and path.stat().st_mtime < oldest.timestamp():
                path.unlink(missing_ok=True)
                removed.append(path.name)
        if removed:
            note = self._institution.results / f"DELFILE_{now:%Y%m%d}.txt"
            with note.open("a", encoding="utf-8") as file:
                file.writelines(f"{name}\n" for name in removed)


def _bounce(taken: TakenRequest, error: LayoutError) -> tuple[Write, ...]:
    """The request itself under its own name, then a `.err` beside it: one line, code TAB message (2.8, A-02)."""
    stem = taken.file_name.removesuffix(".xml")
    line = f"{error.code}\t{error.message}\n".encode()
    return Write(taken.file_name, taken.content), Write(f"{stem}.err", line)
