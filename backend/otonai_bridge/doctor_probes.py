"""Looks at this computer, the terminal's folders and the server for `otonai-bridge doctor`; concludes nothing.

Leaves everything as it was: two empty files with names that the terminal ignores are made, renamed and removed.
With a running bridge it asks nothing in its name, for a token pair used twice ends the pairing. It calls the
bridge's own three routes only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from otonai_bridge import credentials, naming, single
from otonai_bridge.assemble import JOURNAL_FILE
from otonai_bridge.config import Settings
from otonai_bridge.credentials import NotPaired
from otonai_bridge.doctor import Facts, FolderFacts, JournalFacts, Outcome, ServerFacts
from otonai_bridge.facts import FolderState, JobState
from otonai_bridge.folders import BytesDiffer, Folders, problem_of
from otonai_bridge.journal import Journal, JournalUnavailable
from otonai_bridge.live import LiveStream
from otonai_bridge.server import (
    DeliveryRefused,
    DeviceStopped,
    Live,
    Server,
    ServerAway,
    ServerBusy,
    open_client,
)
from otonai_bridge.single import AlreadyRunning

_TIMEOUT_SECONDS = 5.0
_PROBE = "otonai-bridge-doctor.part", "otonai-bridge-doctor-renamed.part"


def examine(settings: Settings, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Facts:
    """Every fact, nearest first. Raises nothing that an office could meet."""
    lock, running = _lock(settings.state)
    try:
        journal = _journal(settings.state / JOURNAL_FILE, now())
        server = _server(settings, now, may_ask=lock is not None)
        return Facts(
            host=urlsplit(settings.server).netloc,
            state=_state(settings.state),
            space=_space(settings.state),
            running=running,
            bridges=_bridges_here(Path("/proc")),
            journal=journal,
            folders={name: _folder(Folders(settings.folders), name) for name in settings.folders},
            paired=_is_paired(settings.state),
            server=server,
        )
    finally:
        if lock is not None:
            os.close(lock)


# --- this computer ----------------------------------------------------------------------------------------------


def _lock(state: Path) -> tuple[int | None, bool]:
    """(the lock while nobody else has it, whether a bridge runs with this state folder)."""
    try:
        return single.hold(state), False
    except AlreadyRunning:
        return None, True
    except OSError:
        return None, False  # `_state` tells why


def _state(state: Path) -> Outcome:
    probe = state / "otonai-bridge-doctor.tmp"
    try:
        probe.write_bytes(b"")
        probe.unlink()
        open_to_others = os.name == "posix" and state.stat().st_mode & 0o077
    except OSError:
        return Outcome.STATE_UNUSABLE
    return Outcome.STATE_EXPOSED if open_to_others else Outcome.STATE_PRIVATE


def _space(state: Path) -> int | None:
    try:
        return shutil.disk_usage(state).free
    except OSError:
        return None


def _bridges_here(processes: Path) -> int | None:
    """How many bridges run on this computer, by their command lines; None where that cannot be looked up."""
    if not (processes / "self").exists():
        return None
    running = 0
    for folder in processes.iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue  # it ended meanwhile
            named = any(word.endswith((b"otonai-bridge", b"otonai_bridge")) for word in words[:4])
            running += named and b"run" in words
    return running


def _journal(path: Path, now: datetime) -> JournalFacts:
    if not path.exists():
        return JournalFacts(Outcome.JOURNAL_NEW)
    try:
        journal = Journal(path, read_only=True)
    except JournalUnavailable as error:
        return JournalFacts(Outcome.JOURNAL_DAMAGED, str(error))
    try:
        if not journal.is_sound():
            return JournalFacts(Outcome.JOURNAL_DAMAGED, "integrity_check")
        jobs, notes = journal.jobs().values(), journal.notes()
    except JournalUnavailable as error:
        return JournalFacts(Outcome.JOURNAL_DAMAGED, str(error))
    finally:
        journal.close()
    heard = notes.get("last_contact_at")
    needed = [job for job in jobs if job.state in (JobState.WRITING, JobState.TEMPORARY_WRITTEN)]
    return JournalFacts(
        Outcome.JOURNAL_SOUND,
        stems=frozenset(job.expected_stem.lower() for job in jobs),
        temporaries=frozenset(naming.temporary_name(job.file_name, job.id) for job in needed),
        contact_age=(now - datetime.fromisoformat(heard)).total_seconds() if heard else None,
        live_open=notes.get("live") == "open",
    )


def _is_paired(state: Path) -> bool:
    try:
        credentials.load(state)
    except (NotPaired, OSError):
        return False
    return True


# --- the terminal's folders -------------------------------------------------------------------------------------


def _folder(folders: Folders, name: str) -> FolderFacts:
    look = folders.look(name, lambda _name: True)
    listing = look.listing
    state, rename = listing.state, None
    if name != "face" and state is FolderState.OK:
        if folders.can_write(name):
            rename = _rename(folders, name)
        else:
            state = FolderState.READ_ONLY
    device = look.identity[0] if look.identity is not None else None
    return FolderFacts(state, tuple(sorted(listing.files)), device, rename)


def _rename(folders: Folders, name: str) -> str:
    temporary, renamed = _PROBE
    try:
        for left in _PROBE:
            folders.remove_temporary(name, left)
        folders.write_temporary(name, temporary, b"")
        folders.rename_temporary(name, temporary, renamed, hashlib.sha256(b"").hexdigest())
        folders.remove_temporary(name, renamed)
    except BytesDiffer:
        return "bytes_differ"
    except OSError as error:
        return problem_of(error, folders.paths[name]).value
    return "works"


# --- the server -------------------------------------------------------------------------------------------------


def _server(settings: Settings, now: Callable[[], datetime], *, may_ask: bool) -> ServerFacts:
    way = _way_to(settings)
    if way is not None:
        return ServerFacts(way)
    with open_client(settings.server, settings.ca_file) as client:
        try:
            before = now()
            answer = client.get("/api/bridge/jobs", timeout=_TIMEOUT_SECONDS)
            skew = _skew(answer, before, now())
        except httpx.HTTPError:
            return ServerFacts(Outcome.NOT_REACHED)
        if answer.status_code != 401 or "json" not in answer.headers.get("Content-Type", ""):
            return ServerFacts(Outcome.OTHER_SERVER, skew)
        if not may_ask:
            return ServerFacts(Outcome.SERVER_ANSWERS, skew)
        return _asked(settings, client, skew)


def _asked(settings: Settings, client: httpx.Client, skew: float | None) -> ServerFacts:
    """In the bridge's own name, because no bridge is running."""

    def ended(access: Outcome, detail: str = "") -> ServerFacts:
        return ServerFacts(Outcome.SERVER_ANSWERS, skew, access, detail)

    try:
        jobs = Server(client, settings.state).jobs()
    except NotPaired:
        return ended(Outcome.ACCESS_FORGOTTEN if _is_paired(settings.state) else Outcome.NOT_TRIED)
    except DeviceStopped:
        return ended(Outcome.ACCESS_STOPPED)
    except (ServerAway, ServerBusy, DeliveryRefused) as error:
        return ended(Outcome.ACCESS_REFUSED, str(error))
    live, why = _live(settings, jobs.live)
    expected = frozenset(stem.lower() for stem in jobs.expected)
    return ServerFacts(Outcome.SERVER_ANSWERS, skew, Outcome.ACCESS_GRANTED, "", live, why, expected)


def _way_to(settings: Settings) -> Outcome | None:
    """Name, connection and TLS one after the other, so that the first that fails has its own name; None: all well."""
    parts = urlsplit(settings.server)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        return Outcome.NAME_UNKNOWN
    try:
        with socket.create_connection((host, port), timeout=_TIMEOUT_SECONDS) as connection:
            if parts.scheme != "https":
                return None
            context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
            try:
                context.wrap_socket(connection, server_hostname=host).close()
            except ssl.SSLCertVerificationError as error:
                return _certificate(error.verify_code)
            except ssl.SSLError:
                return Outcome.NO_TLS
    except OSError:
        return Outcome.NOT_REACHED
    return None


def _certificate(verify_code: int) -> Outcome:
    """OpenSSL's X509_V_ERR_* numbers: 9 not yet valid, 10 expired, 62 host name, 64 address."""
    if verify_code in (9, 10):
        return Outcome.CERTIFICATE_EXPIRED
    return Outcome.CERTIFICATE_OTHER_HOST if verify_code in (62, 64) else Outcome.CERTIFICATE_UNTRUSTED


def _skew(answer: httpx.Response, before: datetime, after: datetime) -> float | None:
    """Seconds by which this computer is ahead of the answer's `Date`, which counts whole seconds."""
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
    middle = before + (after - before) / 2
    return (middle - told).total_seconds() - 0.5


def _live(settings: Settings, live: Live | None) -> tuple[Outcome, str]:
    if live is None:
        return Outcome.LIVE_CLOSED, "not_offered"
    settled, told = threading.Event(), dict[str, Any]()

    def say(event: str, **facts: Any) -> None:
        told[event] = facts.get("reason", "")
        settled.set()

    client = partial(open_client, settings.server, settings.ca_file)
    stream = LiveStream(settings.server, client, lambda _wake: None, say)
    stream.offer(live)
    settled.wait(_TIMEOUT_SECONDS)
    stream.stop()
    if "live_connected" in told:
        return Outcome.LIVE_OPEN, ""
    return Outcome.LIVE_CLOSED, str(told.get("live_lost") or told.get("live_refused") or "no_answer")
