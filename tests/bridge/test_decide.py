"""Every decision of the bridge, in tables, without a folder, a server or a clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import NOW

from otonai_bridge import naming
from otonai_bridge.actions import FileAct, FileAction, JobAct, Limits, Reason, View
from otonai_bridge.decide import decide, file_key, job_key, offer_problem, owned_names
from otonai_bridge.facts import (
    SIZE_CAP,
    FileRecord,
    FileState,
    FolderState,
    JobRecord,
    JobState,
    Listing,
    OfferedJob,
    Reading,
    Stat,
    continue_reading,
)

REQUEST, ANSWER = "OQSmuhvq01req_202611235001.xml", "OQSmuhvq01res_202611235001.xml"
BOUNCED = REQUEST.replace(".xml", ".err")
STEM = "OQSmuhvq01res_202611235001"
TEMPORARY = naming.temporary_name(REQUEST, "job-1")
FACE = f"OQSsiquc01res_face_{NOW.astimezone(naming.JST):%Y%m%d%H%M%S}.xml"
OLD_FACE = "OQSsiquc01res_face_20200101090000.xml"
HASH, OTHER = "a" * 64, "b" * 64
STAT = Stat(100, 1_000)
MISSING = Listing(FolderState.MISSING)

OFFER = OfferedJob("job-1", REQUEST, "req", HASH, HASH, STEM, NOW + timedelta(minutes=10), b"whole")


def job(state: JobState, **changes: Any) -> JobRecord:
    record = JobRecord("job-1", REQUEST, HASH, STEM, NOW + timedelta(minutes=10), state, "delivery-1", NOW, 5)
    return replace(record, **changes)


def file(state: FileState, **changes: Any) -> FileRecord:
    record = FileRecord("delivery-2", "answer", "res", ANSWER, HASH, 100, 1_000, state, NOW, NOW, "job-1")
    return replace(record, **changes)


def face(state: FileState, **changes: Any) -> FileRecord:
    return replace(file(state, kind="face", folder="face", name=FACE, job_id=None), **changes)


def reading(first: float, last: float, sha256: str = HASH) -> Reading:
    return Reading(STAT.size, STAT.mtime_ns, sha256, first, last)


def view(**changes: Any) -> View:
    return replace(View(now=NOW, tick=100.0), **changes)


def told(decided: View) -> list[tuple[str, str]]:
    return [(action.act.value, str(action.reason)) for action in decide(decided)]


# --- requests ---------------------------------------------------------------------------------------------------

JOBS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "nothing to do": ({}, []),
    "a new request": ({"offered": (OFFER,)}, [("write_request", "new")]),
    "begun before a crash": (
        {"offered": (OFFER,), "jobs": {"job-1": job(JobState.WRITING)}},
        [("write_request", "begin_again")],
    ),
    "begun, and the server no longer wants it": ({"jobs": {"job-1": job(JobState.WRITING)}}, []),
    "the share is away": ({"offered": (OFFER,), "req": MISSING}, [("wait_write", "folder_unavailable")]),
    "the share is read-only": (
        {"offered": (OFFER,), "req": Listing(FolderState.READ_ONLY)},
        [("wait_write", "folder_unavailable")],
    ),
    "the name is there": (
        {"offered": (OFFER,), "req": Listing(files={REQUEST: STAT})},
        [("compare_existing", "same_name_there")],
    ),
    "the name is there in other letters": (
        {"offered": (OFFER,), "req": Listing(files={REQUEST.upper(): STAT})},
        [("compare_existing", "same_name_there")],
    ),
    "an answer of this name is there": (
        {"offered": (OFFER,), "res": Listing(files={ANSWER: STAT})},
        [("give_up_write", "answer_name_taken")],
    ),
    "an archive of this name is there": (
        {"offered": (OFFER,), "res": Listing(files={STEM + ".zip": STAT}), "expected": frozenset({STEM})},
        [("give_up_write", "answer_name_taken")],
    ),
    "trouble a moment ago": (
        {"offered": (OFFER,), "not_before": {job_key("job-1"): 101.0}},
        [("wait_write", "backing_off")],
    ),
    "the wait is over": ({"offered": (OFFER,), "not_before": {job_key("job-1"): 100.0}}, [("write_request", "new")]),
    "temporary file written, not renamed": (
        {"jobs": {"job-1": job(JobState.TEMPORARY_WRITTEN)}, "req": Listing(files={TEMPORARY: STAT})},
        [("finish_rename", "temporary_left")],
    ),
    "renamed, and the terminal took it": (
        {"jobs": {"job-1": job(JobState.TEMPORARY_WRITTEN)}},
        [("record_written", "renamed_before_stop")],
    ),
    "whether it was renamed cannot be seen": (
        {"jobs": {"job-1": job(JobState.TEMPORARY_WRITTEN)}, "req": MISSING},
        [("wait_write", "folder_unavailable")],
    ),
    "not renamed in time": (
        {
            "jobs": {"job-1": job(JobState.TEMPORARY_WRITTEN, answer_by=NOW - timedelta(seconds=1))},
            "req": Listing(files={TEMPORARY: STAT}),
        },
        [("give_up_write", "answer_by_passed")],
    ),
    "written, to be confirmed": ({"jobs": {"job-1": job(JobState.WRITTEN)}}, [("confirm_written", "not_confirmed")]),
    "written and offered": (
        {"offered": (OFFER,), "jobs": {"job-1": job(JobState.WRITTEN)}},
        [("confirm_written", "not_confirmed")],
    ),
    "written, the server is away": (
        {"jobs": {"job-1": job(JobState.WRITTEN)}, "server_open": False},
        [("wait_write", "server_away")],
    ),
    "confirmed": ({"jobs": {"job-1": job(JobState.CONFIRMED)}}, []),
    "confirmed and offered again": (
        {"offered": (OFFER,), "jobs": {"job-1": job(JobState.CONFIRMED)}},
        [("confirm_written", "asked_again")],
    ),
    "given up": ({"jobs": {"job-1": job(JobState.FAILED)}}, [("report_failed", "not_confirmed")]),
    "given up and told": ({"jobs": {"job-1": job(JobState.FAILED_REPORTED)}}, []),
    "given up, told and offered again": (
        {"offered": (OFFER,), "jobs": {"job-1": job(JobState.FAILED_REPORTED)}},
        [("report_failed", "asked_again")],
    ),
    "long done": (
        {"jobs": {"job-1": job(JobState.CONFIRMED, changed_at=NOW - timedelta(days=15))}},
        [("forget_job", "long_done")],
    ),
    "long waiting for the server is not forgotten": (
        {"jobs": {"job-1": job(JobState.WRITTEN, changed_at=NOW - timedelta(days=15))}, "server_open": False},
        [("wait_write", "server_away")],
    ),
}


@pytest.mark.parametrize(("given_view", "expected"), JOBS.values(), ids=JOBS.keys())
def test_what_is_done_about_a_request(given_view: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(view(**given_view)) == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"file_name": "../" + REQUEST}, naming.NameProblem.SEPARATOR),
        ({"folder": "res"}, Reason.FOLDER_NOT_ALLOWED),
        ({"expected_stem": "OQSmuhvq01res_202611239999"}, Reason.STEM_MISMATCH),
        ({"expected_stem": "patients"}, Reason.STEM_MISMATCH),
        ({"content": b"x" * (SIZE_CAP + 1)}, Reason.CONTENT_TOO_LARGE),
        ({"content_sha256": OTHER}, Reason.CONTENT_DAMAGED),
        ({"answer_by": NOW - timedelta(seconds=1)}, Reason.ANSWER_BY_PASSED),
        ({"answer_by": None}, None),
    ],
)
def test_what_makes_an_offer_unwritable(changes: dict[str, Any], reason: str | None) -> None:
    assert offer_problem(replace(OFFER, **changes), NOW) == reason


# --- answers and card reader files ------------------------------------------------------------------------------

OURS = {"jobs": {"job-1": job(JobState.CONFIRMED)}}
HERE = OURS | {"res": Listing(files={ANSWER: STAT})}
SETTLED = HERE | {"readings": {("res", ANSWER): reading(99.0, 99.4)}}
FACE_HERE = {"face": Listing(files={FACE: STAT})}
FACE_SETTLED = FACE_HERE | {"readings": {("face", FACE): reading(99.0, 99.4)}}

FILES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "seen for the first time": (HERE, [("read_file", "first_look")]),
    "read a moment ago": (
        HERE | {"readings": {("res", ANSWER): reading(99.9, 99.9)}},
        [("wait_settling", "second_look")],
    ),
    "time for the second look": (
        HERE | {"readings": {("res", ANSWER): reading(99.7, 99.7)}},
        [("read_file", "second_look")],
    ),
    "changed since it was read": (
        HERE | {"readings": {("res", ANSWER): Reading(99, 1_000, HASH, 99.0, 99.4)}},
        [("read_file", "first_look")],
    ),
    "settled": (SETTLED, [("deliver_answer", "new")]),
    "settled, the server is away": (SETTLED | {"server_open": False}, [("hold_copy", "server_away")]),
    "locked a moment ago": (
        HERE | {"not_before": {file_key("res", ANSWER): 101.0}},
        [("wait_retry", "backing_off")],
    ),
    "empty": (OURS | {"res": Listing(files={ANSWER: Stat(0, 1)})}, [("wait_settling", "empty")]),
    "an empty error file is an answer": (
        OURS | {"res": Listing(files={BOUNCED: Stat(0, 1)})},
        [("read_file", "first_look")],
    ),
    "too large": (OURS | {"res": Listing(files={ANSWER: Stat(SIZE_CAP + 1, 1)})}, [("refuse_file", "too_large")]),
    "sent, receipt unknown": (
        SETTLED | {"files": (file(FileState.RESERVED),)},
        [("deliver_answer", "resend")],
    ),
    "sent, receipt unknown, not read yet": (
        HERE | {"files": (file(FileState.RESERVED),)},
        [("read_file", "first_look")],
    ),
    "held": (HERE | {"files": (file(FileState.RESERVED, held=True),)}, [("deliver_held", "resend")]),
    "held, the file is gone": (
        OURS | {"files": (file(FileState.RESERVED, held=True),)},
        [("deliver_held", "resend")],
    ),
    "held, the server is away": (
        SETTLED | {"files": (file(FileState.RESERVED, held=True),), "server_open": False},
        [],
    ),
    "acknowledged": (HERE | {"files": (file(FileState.DELIVERED),)}, [("delete_delivered", "acknowledged")]),
    "acknowledged, but not in our journal": (
        {
            "expected": frozenset({STEM}),
            "res": Listing(files={ANSWER: STAT}),
            "files": (file(FileState.DELIVERED, job_id=None),),
        },
        [],
    ),
    "acknowledged, then other bytes under its name": (
        SETTLED | {"files": (file(FileState.DELIVERED, sha256=OTHER, mtime_ns=1),)},
        [("deliver_answer", "new")],
    ),
    "there again with the same bytes": (
        SETTLED | {"files": (file(FileState.DELETED, mtime_ns=1),)},
        [("note_duplicate", "same_content")],
    ),
    "half, and unchanged": (
        HERE | {"files": (file(FileState.INCOMPLETE),), "readings": {("res", ANSWER): reading(99.0, 99.4)}},
        [("wait_settling", "still_incomplete")],
    ),
    "half, time to look again": (
        HERE | {"files": (file(FileState.INCOMPLETE),), "readings": {("res", ANSWER): reading(90.0, 97.0)}},
        [("read_file", "still_incomplete")],
    ),
    "half, then other bytes of the same size and time": (
        HERE | {"files": (file(FileState.INCOMPLETE),), "readings": {("res", ANSWER): reading(99.0, 99.4, OTHER)}},
        [("deliver_answer", "new")],
    ),
    "half, then longer": (
        HERE | {"files": (file(FileState.INCOMPLETE, size=50),)},
        [("read_file", "first_look")],
    ),
    "set apart": (HERE | {"files": (file(FileState.QUARANTINED),)}, []),
    "refused": (HERE | {"files": (file(FileState.REFUSED),)}, []),
    "another program's answer": ({"res": Listing(files={ANSWER: STAT})}, []),
    "an answer to a request only just offered": (
        {"offered": (OFFER,), "expected": frozenset({STEM}), "req": MISSING, "res": Listing(files={ANSWER: STAT})},
        [("wait_write", "folder_unavailable")],
    ),
    "only the server knows of it": (
        {"expected": frozenset({STEM}), "res": Listing(files={ANSWER: STAT})},
        [("read_file", "first_look")],
    ),
    "a bounced copy, its error not here yet": (OURS | {"res": Listing(files={REQUEST: STAT})}, []),
    "a bounced copy whose error is delivered": (
        OURS | {"res": Listing(files={REQUEST: STAT}), "files": (file(FileState.DELETED, name=BOUNCED),)},
        [("delete_bounced", "error_delivered")],
    ),
    "a bounced copy of a request we never wrote": (
        {
            "expected": frozenset({STEM}),
            "res": Listing(files={REQUEST: STAT}),
            "files": (file(FileState.DELIVERED, name=BOUNCED, job_id=None),),
        },
        [],
    ),
    "res is away": (OURS | {"res": Listing(FolderState.MISSING, {ANSWER: STAT})}, []),
    "a card reader's file": (FACE_SETTLED, [("deliver_face", "new")]),
    "a card reader's file, delivered": (FACE_HERE | {"files": (face(FileState.DELIVERED),)}, []),
    "the same card reader's bytes under a new name": (
        FACE_SETTLED | {"files": (face(FileState.DELIVERED, name="elsewhere.xml"),)},
        [("note_duplicate", "same_content")],
    ),
    "the same half under a new name": (
        FACE_SETTLED | {"files": (face(FileState.INCOMPLETE, name="elsewhere.xml"),)},
        [("deliver_face", "new")],
    ),
    "an old leftover": ({"face": Listing(files={OLD_FACE: STAT})}, []),
    "an old file that was begun": (
        {"face": Listing(files={OLD_FACE: STAT}), "files": (face(FileState.RESERVED, name=OLD_FACE),)},
        [("read_file", "first_look")],
    ),
    "other kinds in face": ({"face": Listing(files={"OQSprescription_20261123090000.xml": STAT})}, []),
    "long gone": (
        {"files": (file(FileState.DELETED, changed_at=NOW - timedelta(days=15)),)},
        [("forget_file", "long_done")],
    ),
    "long done but still there": (
        FACE_HERE | {"files": (face(FileState.DELIVERED, changed_at=NOW - timedelta(days=15)),)},
        [],
    ),
    "long gone, but the share is away": (
        {"files": (file(FileState.DELETED, changed_at=NOW - timedelta(days=15)),), "res": MISSING},
        [],
    ),
    "a held copy is never forgotten": (
        {
            "files": (file(FileState.RESERVED, held=True, changed_at=NOW - timedelta(days=99)),),
            "server_open": False,
        },
        [],
    ),
}


@pytest.mark.parametrize(("given_view", "expected"), FILES.values(), ids=FILES.keys())
def test_what_is_done_about_a_file(given_view: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told(view(**given_view)) == expected


def test_a_bedside_request_goes_before_files_and_files_go_by_age() -> None:
    decided = view(
        offered=(replace(OFFER, id="job-2", file_name=REQUEST.replace("5001", "5002"), expected_stem=STEM[:-1] + "2"),),
        jobs={"job-1": job(JobState.CONFIRMED)},
        res=Listing(files={ANSWER: Stat(1, 20), STEM + ".pdf": Stat(1, 10)}),
    )
    actions = decide(decided)
    assert [a.act for a in actions] == [JobAct.WRITE_REQUEST, FileAct.READ_FILE, FileAct.READ_FILE]
    assert [a.name for a in actions[1:]] == [STEM + ".pdf", ANSWER]  # type: ignore[union-attr]


def test_reading_the_same_bytes_goes_on_settling_and_others_begin_anew() -> None:
    first = reading(1.0, 1.0)
    assert continue_reading(None, first) == first
    assert continue_reading(first, reading(1.3, 1.3)) == reading(1.0, 1.3)
    assert continue_reading(first, reading(1.3, 1.3, OTHER)) == reading(1.3, 1.3, OTHER)


def test_the_server_cannot_name_a_file_that_is_no_answer() -> None:
    owned = owned_names([], ["patients", "../../etc/passwd", "OQSsiquc01req_1", "OQSsiquc01res_face_20261123090000"])
    assert (owned.answers, owned.bounced) == ({}, {})


names = st.sampled_from([ANSWER, STEM + ".pdf", STEM + ".zip", BOUNCED, REQUEST, "OQSsiquc01res_1.xml", "a.txt", FACE])
states = st.sampled_from(list(FileState))


@st.composite
def views(draw: st.DrawFn) -> View:
    """Any view over a handful of names."""
    listed = {name: Stat(draw(st.integers(0, 2)), 0) for name in draw(st.sets(names))}
    records = tuple(
        file(draw(states), delivery_id=f"d{n}", name=name, folder=folder, size=draw(st.integers(0, 2)), mtime_ns=0,
             sha256=draw(st.sampled_from([HASH, OTHER])), held=draw(st.booleans()))
        for n, (folder, name) in enumerate(draw(st.sets(st.tuples(st.sampled_from(["res", "face"]), names))))
    )  # fmt: skip
    readings = {
        (folder, name): Reading(listed[name].size, 0, draw(st.sampled_from([HASH, OTHER])), 99.0, 99.9)
        for name in listed
        for folder in ("res", "face")
        if draw(st.booleans())
    }
    state = draw(st.sampled_from(list(JobState)))
    return view(
        jobs={"job-1": job(state)} if draw(st.booleans()) else {},
        offered=(OFFER,) if draw(st.booleans()) else (),
        expected=frozenset({STEM}) if draw(st.booleans()) else frozenset(),
        files=records,
        readings=readings,
        server_open=draw(st.booleans()),
        req=Listing(draw(st.sampled_from(list(FolderState))), listed),
        res=Listing(draw(st.sampled_from(list(FolderState))), listed),
        face=Listing(draw(st.sampled_from(list(FolderState))), listed),
        limits=Limits(),
    )


@given(views())
def test_whatever_the_view_nothing_foreign_or_unacknowledged_is_deleted(decided: View) -> None:
    acknowledged = {(r.folder, r.name, r.sha256) for r in decided.files if r.state is FileState.DELIVERED}
    for action in decide(decided):
        if action.act is FileAct.DELETE_DELIVERED:
            assert action.folder == "res"
            assert decided.jobs
            assert (action.folder, action.name, action.sha256) in acknowledged
        if action.act is FileAct.DELETE_BOUNCED:
            assert (action.folder, action.sha256) == ("res", decided.jobs["job-1"].sha256)


@given(views())
def test_whatever_the_view_a_written_request_is_not_written_again(decided: View) -> None:
    writing = {JobAct.WRITE_REQUEST, JobAct.COMPARE_EXISTING}
    for action in decide(decided):
        if action.act in writing and "job-1" in decided.jobs:
            assert decided.jobs["job-1"].state is JobState.WRITING


@given(views())
def test_whatever_the_view_each_file_gets_at_most_one_action_beside_its_held_copy(decided: View) -> None:
    acts = [
        (a.folder, a.name)
        for a in decide(decided)
        if isinstance(a, FileAction) and a.act not in {FileAct.DELIVER_HELD, FileAct.FORGET_FILE}
    ]
    assert len(acts) == len(set(acts))
