"""Carry out what `decide` says about requests: a journal commit around every step that shows outside.

Non-duty: choosing the step. Trouble with a folder is named, remembered and left to the next try.
Everything here may raise JournalUnavailable; reports may raise ServerAway, DeviceStopped, NotPaired.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from otonai_bridge import naming
from otonai_bridge.actions import JobAct, JobAction, Reason
from otonai_bridge.decide import job_key
from otonai_bridge.facts import JobRecord, JobState, OfferedJob
from otonai_bridge.folders import BytesDiffer
from otonai_bridge.server import DeliveryRefused, ServerBusy
from otonai_bridge.tools import Tools

_ASKED_AGAIN_SECONDS = 5.0  # a server that keeps offering a confirmed job is answered, but not in a hot loop


class RequestActs:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def act(self, action: JobAction, offer: OfferedJob | None) -> bool:
        """One step. True when the server has settled this job, so that its offer is spent."""
        job = self._tools.journal.jobs().get(action.job_id)
        if job is None and offer is not None:
            job = self._first_record(offer)
        if job is None:
            return False
        match action.act:
            case JobAct.WRITE_REQUEST if offer:
                self._write(job, offer.content)
            case JobAct.FINISH_RENAME:
                self._finish_rename(job)
            case JobAct.COMPARE_EXISTING:
                self._compare_existing(job)
            case JobAct.RECORD_WRITTEN:
                self._record_written(job, action.reason)
            case JobAct.GIVE_UP_WRITE:
                self._give_up(job, action.reason)
            case JobAct.CONFIRM_WRITTEN:
                return self._report(job, "written", JobState.CONFIRMED)
            case JobAct.REPORT_FAILED:
                self._remove_temporary(job)
                return self._report(job, "write_failed", JobState.FAILED_REPORTED)
            case JobAct.FORGET_JOB:
                self._tools.journal.forget_job(job.id)
        return False

    def _first_record(self, offer: OfferedJob) -> JobRecord:
        return JobRecord(
            id=offer.id,
            file_name=offer.file_name,
            sha256=offer.sha256,
            expected_stem=offer.expected_stem,
            answer_by=offer.answer_by,
            state=JobState.WRITING,
            delivery_id=self._tools.new_id(),
            changed_at=self._tools.now(),
            size=len(offer.content),
        )

    def _save(self, job: JobRecord, state: JobState, reason: str | None = None) -> JobRecord:
        saved = replace(job, state=state, reason=reason, changed_at=self._tools.now())
        self._tools.journal.save_job(saved)
        return saved

    def _write(self, job: JobRecord, content: bytes) -> None:
        tools = self._tools
        job = self._save(job, JobState.WRITING)
        tools.reach("before_write")
        try:
            tools.folders.write_temporary("req", naming.temporary_name(job.file_name, job.id), content)
        except OSError as error:
            tools.trouble("req", job_key(job.id), error, job.file_name, writing=True)
            return
        tools.reach("after_temporary_write")
        # From here on a missing temporary file means: renamed. Nothing may be renamed before this commit.
        self._finish_rename(self._save(job, JobState.TEMPORARY_WRITTEN))

    def _finish_rename(self, job: JobRecord) -> None:
        tools = self._tools
        temporary = naming.temporary_name(job.file_name, job.id)
        tools.reach("before_rename")
        try:
            tools.folders.rename_temporary("req", temporary, job.file_name, job.sha256)
        except FileExistsError:
            self._compare_existing(job)
            return
        except BytesDiffer:
            tools.say("temporary_damaged", job=job.id)
            self._save(job, JobState.WRITING)  # it was not renamed, so writing it anew is safe
            return
        except OSError as error:
            tools.trouble("req", job_key(job.id), error, job.file_name, writing=True)
            return
        tools.reach("after_rename")
        self._record_written(job, None)

    def _record_written(self, job: JobRecord, reason: str | None) -> None:
        self._save(job, JobState.WRITTEN, reason)
        self._tools.well("req", job_key(job.id))
        self._tools.say("request_written", job=job.id, file=naming.label(job.file_name), reason=reason)

    def _compare_existing(self, job: JobRecord) -> None:
        """A file of this name is in `req`. The same bytes are our request (another bridge's, an earlier life's);
        anything else belongs to another program and stays."""
        try:
            same = self._tools.folders.holds("req", job.file_name, job.sha256)
        except OSError as error:
            self._tools.trouble("req", job_key(job.id), error, job.file_name, writing=True)
            return
        if same:
            self._record_written(job, Reason.SAME_NAME_THERE)
            self._remove_temporary(job)
        else:
            self._give_up(job, Reason.NAME_TAKEN)

    def _give_up(self, job: JobRecord, reason: str) -> None:
        """The journal first: a temporary file that is missing too early would read as a finished rename."""
        job = self._save(job, JobState.FAILED, reason)
        self._tools.patience.worked(job_key(job.id))
        self._tools.say("request_given_up", job=job.id, file=naming.label(job.file_name), reason=reason)
        self._remove_temporary(job)

    def _remove_temporary(self, job: JobRecord) -> None:
        if naming.request_name_problem(job.file_name) is not None:
            return  # such a name never reached the folder
        try:
            self._tools.folders.remove_temporary("req", naming.temporary_name(job.file_name, job.id))
        except OSError as error:
            self._tools.say("temporary_left", job=job.id, reason=type(error).__name__)

    def _report(self, job: JobRecord, kind: str, done: JobState) -> bool:
        tools = self._tools
        if kind == "written":
            tools.reach("before_confirm")
        meta: dict[str, Any] = {
            "kind": kind,
            "job_id": job.id,
            "file_name": job.file_name,
            "sha256": job.sha256,
            "size": job.size,
            "modified_at": job.changed_at.isoformat(),
            "seen_at": job.changed_at.isoformat(),
            "delivery_id": job.delivery_id,
            "reason": job.reason if kind == "write_failed" else None,
        }
        try:
            receipt = tools.server.deliver(meta, None)
        except ServerBusy:
            tools.patience.failed(job_key(job.id), tools.tick())
            return False
        except DeliveryRefused as refusal:
            tools.say("report_refused", job=job.id, reason=refusal.code)
        else:
            tools.jobs_waiting = receipt.jobs_waiting
            if kind == "written":
                tools.reach("after_confirm_before_journal")
        if job.state is done:
            tools.patience.failed(job_key(job.id), tools.tick(), _ASKED_AGAIN_SECONDS)
        else:
            tools.patience.worked(job_key(job.id))
        self._save(job, done, job.reason)
        tools.say("request_confirmed" if kind == "written" else "failure_reported", job=job.id)
        return True
