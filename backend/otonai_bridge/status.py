"""What `otonai-bridge status` prints: read from the journal, beside a running bridge or without one."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from otonai_bridge import naming
from otonai_bridge.assemble import JOURNAL_FILE
from otonai_bridge.facts import FileState, JobState
from otonai_bridge.journal import Journal


def lines(state: Path) -> list[str]:
    """Facts only, ids only. Raises JournalUnavailable."""
    if not (state / JOURNAL_FILE).exists():
        return [f"no bridge has run with {state} yet"]
    journal = Journal(state / JOURNAL_FILE, read_only=True)
    try:
        notes, files, jobs = journal.notes(), journal.files(), journal.jobs().values()
    finally:
        journal.close()
    done = [f for f in files if f.state in (FileState.DELIVERED, FileState.DELETED)]
    last = max(done, key=lambda f: f.changed_at, default=None)
    waiting = [f for f in files if f.state is FileState.RESERVED]
    apart = [f for f in files if f.state in (FileState.QUARANTINED, FileState.REFUSED, FileState.INCOMPLETE)]
    undone = [j for j in jobs if j.state not in (JobState.CONFIRMED, JobState.FAILED_REPORTED)]
    answered = {f.job_id for f in files if f.job_id}
    newest = max((j.changed_at for j in jobs), default=None)
    unanswered = [
        j
        for j in jobs
        if j.state in (JobState.WRITTEN, JobState.CONFIRMED)
        and j.id not in answered
        and newest is not None
        and newest - j.changed_at < timedelta(days=1)
    ]
    folders = " ".join(f"{f}={notes.get(f'folder_{f}', 'unknown')}" for f in ("req", "res", "face"))
    return [
        f"last contact: {notes.get('last_contact_at', 'never')}",
        f"folders: {folders}",
        f"last file: {f'{naming.label(last.name)} at {last.changed_at.isoformat()}' if last else 'none'}",
        f"waiting for the server: {len(waiting)} (copies held: {sum(f.held for f in waiting)})",
        f"requests under way: {len(undone)}, without an answer: {len(unanswered)}",
        *(f"set apart: {naming.label(f.name)} {f.state.value} {f.reason or ''}".rstrip() for f in apart),
    ]
