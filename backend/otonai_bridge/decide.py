"""What to move next: pure rules over plain values.

`decide(view)` compares what the journal knows, what the folders hold and what the server wants, and returns named
actions in the order in which they should be carried out. It reads no clock, no folder and no file content.
Facts about the outside: oqs-interface sections 2.2, 2.8, 2.10 and 5.1.

Three promises rest on this file:
- a request is written once. A rename happens only after `temporary_written` is on disk in the journal, so a
  missing temporary file in that state proves that the rename took place (the terminal may have taken the file);
- a file is delivered once. Its delivery id is in the journal before the first byte is sent;
- nothing is deleted but answers to requests in our own journal, and only after the server's receipt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from otonai_bridge import naming
from otonai_bridge.actions import WAITS, Action, FileAct, FileAction, JobAct, JobAction, Reason, View
from otonai_bridge.facts import (
    SIZE_CAP,
    FileRecord,
    FileState,
    FolderState,
    JobRecord,
    JobState,
    OfferedJob,
    Reading,
    Stat,
)


def job_key(job_id: str) -> str:
    return f"job:{job_id}"


def file_key(folder: str, name: str) -> str:
    return f"file:{folder}:{name}"


def decide(view: View) -> list[Action]:
    """All that is to be done or waited for now: requests first (someone waits at a bedside), then files by age."""
    return [*_jobs(view), *_held(view), *_answers(view), *_faces(view), *_forgettable(view)]


# --- requests ---------------------------------------------------------------------------------------------------


def _jobs(view: View) -> Iterator[Action]:
    offers = {offer.id: offer for offer in view.offered}
    for job_id in [*offers, *(known for known in view.jobs if known not in offers)]:
        action = _job(view, job_id, view.jobs.get(job_id), offers.get(job_id))
        if action is None:
            continue
        wake = view.not_before.get(job_key(job_id), 0.0)
        patient = action.act not in (JobAct.GIVE_UP_WRITE, JobAct.WAIT_WRITE)
        if patient and wake > view.tick:
            yield JobAction(JobAct.WAIT_WRITE, job_id, Reason.BACKING_OFF, wake)
        else:
            yield action


def _job(view: View, job_id: str, job: JobRecord | None, offer: OfferedJob | None) -> JobAction | None:
    match job.state if job else None:
        case None | JobState.WRITING:
            return _unwritten(view, job, offer) if offer else None
        case JobState.TEMPORARY_WRITTEN if job:
            return _renaming(view, job)
        case JobState.WRITTEN:
            return _call(view, JobAct.CONFIRM_WRITTEN, job_id, Reason.NOT_CONFIRMED)
        case JobState.FAILED:
            return _call(view, JobAct.REPORT_FAILED, job_id, Reason.NOT_CONFIRMED)
        case JobState.CONFIRMED if offer:
            return _call(view, JobAct.CONFIRM_WRITTEN, job_id, Reason.ASKED_AGAIN)
        case JobState.FAILED_REPORTED if offer:
            return _call(view, JobAct.REPORT_FAILED, job_id, Reason.ASKED_AGAIN)
    return None


def _call(view: View, act: JobAct, job_id: str, reason: Reason) -> JobAction:
    return JobAction(act if view.server_open else JobAct.WAIT_WRITE, job_id,
                     reason if view.server_open else Reason.SERVER_AWAY)  # fmt: skip


def _unwritten(view: View, job: JobRecord | None, offer: OfferedJob) -> JobAction:
    problem = offer_problem(offer, view.now)
    if problem is not None:
        return JobAction(JobAct.GIVE_UP_WRITE, offer.id, problem)
    if view.req.state is not FolderState.OK:
        return JobAction(JobAct.WAIT_WRITE, offer.id, Reason.FOLDER_UNAVAILABLE)
    # A result of this name that we never asked for would be taken for our answer.
    answered = {naming.stem(name).lower() for name in view.res.files}
    if offer.expected_stem.lower() in answered:
        return JobAction(JobAct.GIVE_UP_WRITE, offer.id, Reason.ANSWER_NAME_TAKEN)
    if offer.file_name.lower() in {name.lower() for name in view.req.files}:
        return JobAction(JobAct.COMPARE_EXISTING, offer.id, Reason.SAME_NAME_THERE)
    return JobAction(JobAct.WRITE_REQUEST, offer.id, Reason.BEGIN_AGAIN if job else Reason.NEW)


def _renaming(view: View, job: JobRecord) -> JobAction:
    if view.req.state is not FolderState.OK:
        return JobAction(JobAct.WAIT_WRITE, job.id, Reason.FOLDER_UNAVAILABLE)
    if naming.temporary_name(job.file_name, job.id) not in view.req.files:
        return JobAction(JobAct.RECORD_WRITTEN, job.id, Reason.RENAMED_BEFORE_STOP)
    if job.answer_by is not None and view.now > job.answer_by:
        return JobAction(JobAct.GIVE_UP_WRITE, job.id, Reason.ANSWER_BY_PASSED)
    return JobAction(JobAct.FINISH_RENAME, job.id, Reason.TEMPORARY_LEFT)


def offer_problem(offer: OfferedJob, now: datetime) -> str | None:
    """The reason why this request is never written, or None. The server hears it as `write_failed`."""
    name = naming.request_name_problem(offer.file_name)
    if name is not None:
        return name
    if offer.folder != "req":
        return Reason.FOLDER_NOT_ALLOWED
    if offer.expected_stem != naming.answer_stem_of(offer.file_name):
        return Reason.STEM_MISMATCH
    if len(offer.content) > SIZE_CAP:
        return Reason.CONTENT_TOO_LARGE
    if offer.sha256 != offer.content_sha256:
        return Reason.CONTENT_DAMAGED
    if offer.answer_by is not None and now > offer.answer_by:
        return Reason.ANSWER_BY_PASSED
    return None


# --- answers and card reader files ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Owned:
    """Names in `res` that are ours: answer stem → job, bounced stem → job (None: known to the server only)."""

    answers: Mapping[str, str | None]
    bounced: Mapping[str, str | None]

    def job_of(self, name: str) -> tuple[bool, str | None]:
        """(is an answer of ours, job id)."""
        stem, extension = naming.stem(name).lower(), naming.extension(name)
        if extension in ("xml", "pdf", "zip") and stem in self.answers:
            return True, self.answers[stem]
        if extension == "err" and stem in self.bounced:
            return True, self.bounced[stem]
        return False, None

    def knows(self, name: str) -> bool:
        """Whether the file is worth a look at all."""
        return self.job_of(name)[0] or (naming.extension(name) == "xml" and naming.stem(name).lower() in self.bounced)

    def bounced_copy_of(self, name: str) -> str | None:
        """The job whose request lies in `res` again beside its `.err`."""
        return self.bounced.get(naming.stem(name).lower()) if naming.extension(name) == "xml" else None


def owned_names(jobs: Iterable[JobRecord], expected: Iterable[str]) -> Owned:
    """Stems from our journal and from the server's list; everything else in `res` belongs to other programs."""
    written = (JobState.TEMPORARY_WRITTEN, JobState.WRITTEN, JobState.CONFIRMED)
    pairs: dict[str, str | None] = dict.fromkeys(expected)
    pairs.update({job.expected_stem: job.id for job in jobs if job.state in written})
    answers: dict[str, str | None] = {}
    bounced: dict[str, str | None] = {}
    for answer_stem, job_id in pairs.items():
        bounced_stem = naming.bounced_stem_of(answer_stem)
        if bounced_stem is not None:
            answers[answer_stem.lower()] = job_id
            bounced[bounced_stem.lower()] = job_id
    return Owned(answers, bounced)


def _answers(view: View) -> Iterator[Action]:
    if view.res.state not in (FolderState.OK, FolderState.READ_ONLY):
        return
    # A stem we were only just asked to write cannot have an answer of ours yet.
    unwritten = {
        offer.expected_stem
        for offer in view.offered
        if offer.id not in view.jobs or view.jobs[offer.id].state in (JobState.WRITING, JobState.FAILED)
    }
    owned = owned_names(view.jobs.values(), view.expected - unwritten)
    errors_done = {
        record.job_id
        for record in view.files
        if record.state in (FileState.DELIVERED, FileState.DELETED) and naming.extension(record.name) == "err"
    }
    history = _by_name(view.files, "res")
    for name, stat in _by_age(view.res.files):
        ours, job_id = owned.job_of(name)
        if ours:
            action = _file(view, "res", name, stat, history.get(name, ()), job_id)
        elif (bounced := owned.bounced_copy_of(name)) and bounced in errors_done:
            action = FileAction(FileAct.DELETE_BOUNCED, "res", name, Reason.ERROR_DELIVERED,
                                view.jobs[bounced].sha256, job_id=bounced)  # fmt: skip
        else:
            action = None
        if action:
            yield _patient(view, action)


def _faces(view: View) -> Iterator[Action]:
    if view.face.state not in (FolderState.OK, FolderState.READ_ONLY):
        return
    history = _by_name(view.files, "face")
    oldest = view.now - timedelta(days=view.limits.face_days)
    stored = (FileState.DELIVERED, FileState.QUARANTINED)
    taken = frozenset(r.sha256 for r in view.files if r.kind == "face" and r.state in stored)
    for name, stat in _by_age(view.face.files):
        stamp = naming.face_stamp(name)
        if stamp is None or (stamp < oldest and name not in history):
            continue
        action = _file(view, "face", name, stat, history.get(name, ()), None, taken)
        if action:
            yield _patient(view, action)


def _by_age(files: Mapping[str, Stat]) -> list[tuple[str, Stat]]:
    return sorted(files.items(), key=lambda item: (item[1].mtime_ns, item[0]))


def _by_name(files: Iterable[FileRecord], folder: str) -> dict[str, list[FileRecord]]:
    """Records of one folder, newest first per name."""
    history: dict[str, list[FileRecord]] = {}
    for record in sorted(files, key=lambda r: r.changed_at, reverse=True):
        if record.folder == folder:
            history.setdefault(record.name, []).append(record)
    return history


def _patient(view: View, action: FileAction) -> FileAction:
    wake = view.not_before.get(file_key(action.folder, action.name), 0.0)
    if action.act not in WAITS and wake > view.tick:
        return FileAction(FileAct.WAIT_RETRY, action.folder, action.name, Reason.BACKING_OFF, until=wake)
    return action


def _file(
    view: View,
    folder: str,
    name: str,
    stat: Stat,
    history: Iterable[FileRecord],
    job_id: str | None,
    taken: frozenset[str] = frozenset(),
) -> FileAction | None:
    """One file of ours: read it until it has settled, deliver it once, delete it if it is our answer."""

    def act(what: FileAct, reason: Reason, sha256: str = "", delivery_id: str | None = None) -> FileAction:
        return FileAction(what, folder, name, reason, sha256, delivery_id, job_id)

    known = next((r for r in history if (r.size, r.mtime_ns) == (stat.size, stat.mtime_ns)), None)
    reading = view.readings.get((folder, name))
    if reading and (reading.size, reading.mtime_ns) != (stat.size, stat.mtime_ns):
        reading = None

    # 1. Files whose story is told: nothing more to read.
    if known:
        match known.state:
            case FileState.DELIVERED if folder == "res" and job_id:
                return act(FileAct.DELETE_DELIVERED, Reason.ACKNOWLEDGED, sha256=known.sha256,
                           delivery_id=known.delivery_id)  # fmt: skip
            case FileState.DELIVERED | FileState.QUARANTINED | FileState.REFUSED:
                return None
            case FileState.RESERVED if known.held:
                return None  # `_held` sends the copy
            case FileState.INCOMPLETE if not _changed(reading, known):
                due = reading.last_at + view.limits.incomplete_look_seconds if reading else view.tick
                if view.tick < due:
                    return FileAction(FileAct.WAIT_SETTLING, folder, name, Reason.STILL_INCOMPLETE, until=due)
                # Some shares keep size and time while bytes change, so look again now and then.
                return act(FileAct.READ_FILE, Reason.STILL_INCOMPLETE)

    # 2. Refuse by size before reading a byte; an empty file is not there yet (an empty .err is an answer).
    if stat.size > SIZE_CAP:
        return act(FileAct.REFUSE_FILE, Reason.TOO_LARGE)
    if stat.size == 0 and naming.extension(name) != "err":
        return act(FileAct.WAIT_SETTLING, Reason.EMPTY)

    # 3. Two equal readings, `settle_seconds` apart.
    if reading is None:
        return act(FileAct.READ_FILE, Reason.FIRST_LOOK)
    due = reading.first_at + view.limits.settle_seconds
    if reading.last_at < due:
        if view.tick < due:
            return FileAction(FileAct.WAIT_SETTLING, folder, name, Reason.SECOND_LOOK, job_id=job_id, until=due)
        return act(FileAct.READ_FILE, Reason.SECOND_LOOK)

    # 4. Settled: new content, a repetition, or one whose receipt never came.
    same = next((r for r in history if r.sha256 == reading.sha256), None)
    if (same and same.state is not FileState.RESERVED) or (not same and reading.sha256 in taken):
        return act(FileAct.NOTE_DUPLICATE, Reason.SAME_CONTENT, sha256=reading.sha256,
                   delivery_id=same.delivery_id if same else None)  # fmt: skip
    if not view.server_open:
        if same and same.held:
            return None
        return act(FileAct.HOLD_COPY, Reason.SERVER_AWAY, sha256=reading.sha256)
    deliver = FileAct.DELIVER_FACE if folder == "face" else FileAct.DELIVER_ANSWER
    return act(deliver, Reason.RESEND if same else Reason.NEW, sha256=reading.sha256)


def _changed(reading: Reading | None, known: FileRecord) -> bool:
    return reading is not None and reading.sha256 != known.sha256


def _held(view: View) -> Iterator[Action]:
    """Copies kept while the server was away go first, oldest first, whether or not the file is still there."""
    if not view.server_open:
        return
    waiting = [record for record in view.files if record.held and record.state is FileState.RESERVED]
    for record in sorted(waiting, key=lambda r: r.seen_at):
        yield _patient(view, FileAction(FileAct.DELIVER_HELD, record.folder, record.name, Reason.RESEND,
                                        record.sha256, record.delivery_id, record.job_id))  # fmt: skip


def _forgettable(view: View) -> Iterator[Action]:
    """Old rows whose file is really gone. A missing folder proves nothing, so it forgets nothing."""
    limit = view.now - timedelta(days=view.limits.forget_days)
    listings = {"res": view.res, "face": view.face}
    for record in view.files:
        there = listings[record.folder]
        gone = there.state is FolderState.OK and record.name not in there.files
        if gone and not record.held and record.changed_at < limit:
            yield FileAction(FileAct.FORGET_FILE, record.folder, record.name, Reason.LONG_DONE,
                             delivery_id=record.delivery_id)  # fmt: skip
    for job in view.jobs.values():
        if job.changed_at < limit and job.state in (JobState.CONFIRMED, JobState.FAILED_REPORTED, JobState.WRITING):
            yield JobAction(JobAct.FORGET_JOB, job.id, Reason.LONG_DONE)
