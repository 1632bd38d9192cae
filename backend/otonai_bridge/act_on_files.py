"""Carry out what `decide` says about answers and card reader files.

Order that makes a delivery happen exactly once: delivery id into the journal, bytes to the server, receipt into the
journal, then the file goes. Non-duty: choosing the step, judging content.
Everything here may raise JournalUnavailable; deliveries may raise ServerAway, DeviceStopped, NotPaired.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otonai_bridge import naming
from otonai_bridge.actions import FileAct, FileAction
from otonai_bridge.decide import file_key
from otonai_bridge.facts import SIZE_CAP, FileKey, FileRecord, FileState, Reading, continue_reading
from otonai_bridge.folders import BytesDiffer
from otonai_bridge.server import DeliveryRefused, Receipt, ServerAway, ServerBusy
from otonai_bridge.tools import Tools

HELD_CAP = 256 * 1024 * 1024  # bytes kept in the journal while the server is away


class FileActs:
    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.readings: dict[FileKey, Reading] = {}

    def act(self, action: FileAction) -> None:
        match action.act:
            case FileAct.READ_FILE:
                self._read(action)
            case FileAct.DELIVER_ANSWER | FileAct.DELIVER_FACE:
                if (taken := self._take(action)) is not None:
                    record, content = taken
                    self._tools.journal.save_file(record)
                    self._send(record, content)
            case FileAct.DELIVER_HELD:
                self._send_held(action)
            case FileAct.HOLD_COPY:
                if (taken := self._take(action)) is not None:
                    self._hold(*taken)
            case FileAct.NOTE_DUPLICATE:
                self._note_duplicate(action)
            case FileAct.REFUSE_FILE:
                self._refuse(action)
            case FileAct.DELETE_DELIVERED | FileAct.DELETE_BOUNCED:
                self._delete(action)
            case FileAct.FORGET_FILE if action.delivery_id:
                self._tools.journal.forget_file(action.delivery_id)

    def keep_only(self, present: set[FileKey]) -> None:
        """Readings of files that went away begin anew when they come back."""
        for key in self.readings.keys() - present:
            del self.readings[key]

    # --- reading ----------------------------------------------------------------------------------------------

    def _read(self, action: FileAction) -> None:
        tools, key = self._tools, (action.folder, action.name)
        tools.reach("before_read")
        try:
            content, stat = tools.folders.read_file(*key, SIZE_CAP)
        except OSError as error:
            self.readings.pop(key, None)
            tools.trouble(action.folder, file_key(*key), error, action.name)
            return
        tools.reach("after_read")
        tick = tools.tick()
        reading = Reading(stat.size, stat.mtime_ns, hashlib.sha256(content).hexdigest(), tick, tick)
        self.readings[key] = continue_reading(self.readings.get(key), reading)
        tools.patience.worked(file_key(*key))

    def _take(self, action: FileAction) -> tuple[FileRecord, bytes] | None:
        """The settled bytes with their row; None when they changed or cannot be read after all."""
        tools, key = self._tools, (action.folder, action.name)
        try:
            content, stat = tools.folders.read_file(*key, SIZE_CAP)
        except OSError as error:
            self.readings.pop(key, None)
            tools.trouble(action.folder, file_key(*key), error, action.name)
            return None
        if hashlib.sha256(content).hexdigest() != action.sha256:
            self.readings.pop(key, None)
            return None
        return replace(self._row(action), size=stat.size, mtime_ns=stat.mtime_ns), content

    def _row(self, action: FileAction) -> FileRecord:
        """The journal's row for this content under this name, or a new one with a new delivery id."""
        for record in self._tools.journal.files():
            if (record.folder, record.name, record.sha256) == (action.folder, action.name, action.sha256):
                return record
        now = self._tools.now()
        return FileRecord(
            delivery_id=self._tools.new_id(),
            kind="face" if action.folder == "face" else "answer",
            folder=action.folder,
            name=action.name,
            sha256=action.sha256,
            size=0,
            mtime_ns=0,
            state=FileState.RESERVED,
            seen_at=now,
            changed_at=now,
            job_id=action.job_id,
        )

    # --- delivering -------------------------------------------------------------------------------------------

    def _send_held(self, action: FileAction) -> None:
        record = next((r for r in self._tools.journal.files() if r.delivery_id == action.delivery_id), None)
        content = self._tools.journal.held_copy(record.delivery_id) if record else None
        if record and content is not None:
            self._send(record, content)

    def _send(self, record: FileRecord, content: bytes) -> None:
        tools, key = self._tools, file_key(record.folder, record.name)
        tools.reach("before_deliver")
        try:
            receipt = tools.server.deliver(_meta(record), content)
        except ServerAway:
            self._hold(record, content)
            raise
        except ServerBusy as error:
            if tools.patience.failed(key, tools.tick()) == 1:
                tools.say("delivery_waits", file=naming.label(record.name), reason=str(error))
            self._hold(record, content)
            return
        except DeliveryRefused as refusal:
            self._save(record, FileState.REFUSED, refusal.code)
            tools.say("file_refused", file=naming.label(record.name), reason=refusal.code)
            return
        tools.reach("after_send_before_journal")
        self._save(record, _state_after(receipt), receipt.reason)
        tools.jobs_waiting = receipt.jobs_waiting
        tools.patience.worked(key)
        self.readings.pop((record.folder, record.name), None)
        tools.say(
            "file_delivered",
            file=naming.label(record.name),
            delivery=record.delivery_id,
            job=record.job_id,
            outcome=receipt.outcome,
            reason=receipt.reason,
        )
        tools.reach("after_ack_before_delete")

    def _save(self, record: FileRecord, state: FileState, reason: str | None = None) -> None:
        self._tools.journal.save_file(replace(record, state=state, reason=reason, changed_at=self._tools.now()))

    def _hold(self, record: FileRecord, content: bytes) -> None:
        """Keep the bytes: the terminal removes forgotten results after a day, and the server may be away longer."""
        tools = self._tools
        if record.held:
            return
        if tools.journal.held_bytes() + len(content) > HELD_CAP:
            if tools.patience.failed(file_key(record.folder, record.name), tools.tick()) == 1:
                tools.say("copy_not_held", file=naming.label(record.name), reason="cap_reached")
            return
        tools.journal.save_file(record, copy=content)
        tools.say("copy_held", file=naming.label(record.name), delivery=record.delivery_id)

    # --- after the receipt ------------------------------------------------------------------------------------

    def _note_duplicate(self, action: FileAction) -> None:
        """Bytes that the server has already acknowledged: never sent again, an answer of ours is removed again."""
        reading = self.readings.pop((action.folder, action.name), None)
        if reading is None:
            return
        record = replace(self._row(action), size=reading.size, mtime_ns=reading.mtime_ns)
        again = record.state in (FileState.DELETED, FileState.RESERVED)
        self._save(record, FileState.DELIVERED if again else record.state, action.reason.value)
        self._tools.say("file_duplicate", file=naming.label(action.name), delivery=record.delivery_id)

    def _refuse(self, action: FileAction) -> None:
        tools = self._tools
        try:
            stat = (tools.folders.paths[action.folder] / action.name).stat()
        except OSError as error:
            tools.trouble(action.folder, file_key(action.folder, action.name), error, action.name)
            return
        record = replace(self._row(action), size=stat.st_size, mtime_ns=stat.st_mtime_ns)
        self._save(record, FileState.REFUSED, action.reason.value)
        tools.say("file_refused", file=naming.label(action.name), reason=action.reason.value)

    def _delete(self, action: FileAction) -> None:
        tools, key = self._tools, file_key(action.folder, action.name)
        try:
            tools.folders.delete_known(action.folder, action.name, action.sha256)
        except BytesDiffer:
            self._leave_changed(action)
            return
        except OSError as error:
            tools.trouble(action.folder, key, error, action.name, writing=True)
            return
        tools.reach("after_delete")
        tools.well(action.folder, key)
        if action.act is FileAct.DELETE_DELIVERED:
            self._save(self._row(action), FileState.DELETED)
        tools.say(str(action.act), file=naming.label(action.name), job=action.job_id)

    def _leave_changed(self, action: FileAction) -> None:
        """Other bytes than those delivered: no longer the file we know, so it is read anew and not deleted."""
        tools = self._tools
        if tools.patience.failed(file_key(action.folder, action.name), tools.tick()) == 1:
            tools.say("delete_refused", file=naming.label(action.name), reason="bytes_changed")
        if action.act is FileAct.DELETE_DELIVERED:
            record = replace(self._row(action), size=-1)
            self._save(record, record.state, "bytes_changed")


def _state_after(receipt: Receipt) -> FileState:
    """A file that the server set apart stays in the folder: it may be another program's under our name. That holds
    too when the receipt is repeated after a crash, as `duplicate` with the reason of the first time."""
    if receipt.reason == "incomplete":
        return FileState.INCOMPLETE
    apart = receipt.outcome == "quarantined" or receipt.reason not in (None, "same_content")
    return FileState.QUARANTINED if apart else FileState.DELIVERED


def _meta(record: FileRecord) -> dict[str, Any]:
    modified = datetime.fromtimestamp(record.mtime_ns / 1e9, UTC)
    return {
        "kind": record.kind,
        "job_id": record.job_id,
        "file_name": record.name,
        "sha256": record.sha256,
        "size": record.size,
        "modified_at": modified.isoformat(),
        "seen_at": record.seen_at.isoformat(),
        "delivery_id": record.delivery_id,
        "reason": None,
    }
