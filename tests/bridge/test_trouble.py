"""What happens when folders, the server or the disk fail: nothing lost, nothing twice, and the office hears of it."""

from __future__ import annotations

import errno
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.bridge.office import (
    ANSWER,
    LIST_ANSWER,
    LIST_REQUEST,
    REQUEST,
    Office,
    Terminal,
    answer_name,
    drop,
    eventually,
    face_name,
    request_name,
)
from tests.bridge.recording_server import RecordingServer

from otonai_bridge import credentials
from otonai_bridge.folders import Folders, read_up_to
from otonai_bridge.journal import Journal
from otonai_bridge.loop import Clock, Ending


class Locked:
    """An opener that meets another program's exclusive lock a number of times."""

    def __init__(self, times: int, *, error: int = errno.EACCES) -> None:
        self.left, self.error = times, error

    def __call__(self, path: Path, cap: int) -> bytes:
        if self.left > 0:
            self.left -= 1
            raise OSError(self.error, "locked", str(path))
        return read_up_to(path, cap)


class ReadOnly(Folders):
    """Folders without the right to write, until `allowed` is set. (As root a mode bit would not stop us.)"""

    allowed = False

    def _check(self, path: Path) -> None:
        if not self.allowed:
            raise OSError(errno.EROFS, "read-only", str(path))

    def write_temporary(self, folder: str, name: str, content: bytes) -> None:
        self._check(self.paths[folder])
        super().write_temporary(folder, name, content)

    def can_write(self, folder: str) -> bool:
        return self.allowed and super().can_write(folder)


def answer_arrives(office: Office, server: RecordingServer, serial: int = 5001) -> None:
    """A request that is confirmed, and its answer in `res`."""
    server.offer(request_name(serial), REQUEST)
    eventually(lambda: request_name(serial) in [d.meta["file_name"] for d in server.of("written")])
    drop(office.res / answer_name(serial), ANSWER)


# --- folders ----------------------------------------------------------------------------------------------------


@pytest.mark.shows("F07")
def test_a_locked_answer_is_tried_again_until_it_opens(office: Office, server: RecordingServer) -> None:
    locked = Locked(3)
    office.start(folders=Folders(office.settings.folders, read=locked))
    answer_arrives(office, server)
    office.wait_for("delete_delivered")
    assert locked.left == 0
    assert office.said("file_waits")[0]["reason"] == "locked"
    assert len(office.said("file_waits")) == 1
    assert len(server.of("answer")) == 1


@pytest.mark.shows("F08")
def test_an_answer_that_vanishes_before_it_is_opened_leaves_no_trace(office: Office, server: RecordingServer) -> None:
    def gone(path: Path, cap: int) -> bytes:
        path.unlink(missing_ok=True)
        return read_up_to(path, cap)

    office.start(folders=Folders(office.settings.folders, read=gone))
    answer_arrives(office, server)
    eventually(lambda: office.names("res") == [])
    server.offer(request_name(5002), REQUEST)
    office.wait_for("request_confirmed", 2)
    assert server.of("answer") == []
    assert office.said("file_waits") == []


@pytest.mark.shows("F09", "F60")
def test_a_share_that_goes_and_comes_back_loses_and_repeats_nothing(
    office: Office, server: RecordingServer, tmp_path: Path
) -> None:
    drop(office.face / face_name(datetime.now(UTC)), ANSWER)
    office.start()
    server.until(lambda: bool(server.of("face")))
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    away = tmp_path / "away"
    office.root.rename(away)  # the terminal reboots
    office.wait_for("folder_trouble", 3)
    server.until(lambda: server.heartbeats[-1]["folders"] == {"req": "missing", "res": "missing", "face": "missing"})
    server.offer(request_name(5002), REQUEST)
    office.root.mkdir()  # an empty mount point
    (office.root / "face").mkdir()
    office.wait_for("folder_back", 1)
    time.sleep(0.25)
    (office.root / "face").rmdir()
    office.root.rmdir()
    assert not office.root.exists()  # nothing was created meanwhile
    drop(away / "res" / LIST_ANSWER, ANSWER)
    away.rename(office.root)
    office.wait_for("request_confirmed", 2)
    office.wait_for("delete_delivered")
    server.until(lambda: set(server.heartbeats[-1]["folders"].values()) == {"ok"})
    assert len(server.of("face")) == len(server.of("answer")) == 1
    assert office.names("face") == [face_name_of(server)]
    assert sorted(office.names("req")) == [LIST_REQUEST, request_name(5002)]


def face_name_of(server: RecordingServer) -> str:
    return str(server.of("face")[0].meta["file_name"])


@pytest.mark.shows("F09")
def test_a_share_exchanged_behind_the_same_path_is_noticed_and_watched_anew(
    office: Office, server: RecordingServer, tmp_path: Path
) -> None:
    office.start(rescan_seconds=0.2)
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    office.res.rename(tmp_path / "old_res")
    office.res.mkdir()
    office.wait_for("folder_exchanged")
    drop(office.res / LIST_ANSWER, ANSWER)
    office.wait_for("delete_delivered")


@pytest.mark.shows("F37")
def test_a_read_only_folder_is_told_to_the_office_and_the_request_goes_out_later(
    office: Office, server: RecordingServer
) -> None:
    folders = ReadOnly(office.settings.folders)
    office.start(folders=folders)
    server.offer(LIST_REQUEST, REQUEST)
    server.until(lambda: server.heartbeats[-1:] != [] and server.heartbeats[-1]["folders"]["req"] == "read_only")
    assert office.said("file_waits")[0]["reason"] == "read_only"
    folders.allowed = True
    office.wait_for("request_confirmed")
    server.until(lambda: server.heartbeats[-1]["folders"]["req"] == "ok")
    assert office.names("req") == [LIST_REQUEST]


@pytest.mark.shows("F37")
def test_a_full_disk_under_the_journal_stops_all_moves_until_there_is_room(
    office: Office, server: RecordingServer
) -> None:
    class Full(Journal):
        """SQLite's own "database or disk is full", switched by the test."""

        def __init__(self, state: Path) -> None:
            super().__init__(state / "journal.sqlite3")
            self.full = True
            journals.append(self)

        def _commit(self):  # type: ignore[no-untyped-def]
            pages = self._db.execute("PRAGMA page_count").fetchone()[0]
            self._db.execute(f"PRAGMA max_page_count={pages if self.full else 1_000_000}")
            return super()._commit()

        def note(self, **values: str) -> None:
            super().note(**values, filler="x" * 50_000)  # larger than any free page

    journals: list[Full] = []
    office.start(journal=Full)
    server.offer(LIST_REQUEST, REQUEST + b"x" * 10)
    office.wait_for("journal_unavailable")
    server.until(lambda: server.heartbeats[-1]["folders"] == dict.fromkeys(("req", "res", "face"), "error"))
    assert office.names("req") == []
    journals[0].full = False
    office.wait_for("journal_back")
    office.wait_for("request_confirmed")
    assert office.names("req") == [LIST_REQUEST]


def test_a_request_whose_time_has_passed_is_given_up_with_its_reason(office: Office, server: RecordingServer) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST, answer_by=(datetime.now(UTC) - timedelta(minutes=1)).isoformat())
    office.wait_for("failure_reported")
    assert [d.meta["reason"] for d in server.of("write_failed")] == ["answer_by_passed"]
    assert office.names("req") == []


@pytest.mark.parametrize("skew", [timedelta(hours=-9), timedelta(days=400)])
def test_a_wrong_clock_on_this_computer_changes_no_decision(
    office: Office, server: RecordingServer, skew: timedelta
) -> None:
    drop(office.face / face_name(datetime.now(UTC)), ANSWER)
    office.start(clock=Clock(now=lambda: datetime.now(UTC) + skew, tick=time.monotonic))
    answer_arrives(office, server)
    office.wait_for("delete_delivered")
    server.until(lambda: bool(server.of("face")))
    assert server.of("write_failed") == []


@pytest.mark.shows("F15")
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../OQSmuhvq01req_202611235001.xml", "name_has_separator"),
        ("..\\OQSmuhvq01req_202611235001.xml", "name_has_separator"),
        ("C:OQSmuhvq01req_202611235001.xml", "name_has_separator"),
        ("OQSmuhvq01req_2026\x0011235001.xml", "name_has_control_character"),
        ("OQSmuhvq01req_" + "1" * 300 + ".xml", "name_too_long"),
        ("NUL.xml", "name_reserved"),
        ("com1", "name_reserved"),
        ("OQSmuhvq01req_202611235001.xml.", "name_ends_in_dot_or_space"),
        ("autorun.inf", "name_not_a_request"),
        ("OQSmuhvq01res_202611235001.xml", "name_not_a_request"),
        ("", "name_empty"),
    ],
)
def test_a_bad_name_from_the_server_is_refused_by_name(
    office: Office, server: RecordingServer, name: str, reason: str
) -> None:
    before = sorted(p for p in office.base.rglob("*") if office.state not in p.parents)
    server.offer(name, REQUEST, quiet=True)
    office.start()
    office.wait_for("failure_reported")
    assert [d.meta["reason"] for d in server.of("write_failed")] == [reason]
    assert sorted(p for p in office.base.rglob("*") if office.state not in p.parents) == before


def test_a_name_that_is_taken_is_never_overwritten(office: Office, server: RecordingServer) -> None:
    (office.req / LIST_REQUEST).write_bytes(b"another program's")
    server.offer(LIST_REQUEST, REQUEST, quiet=True)
    office.start()
    office.wait_for("failure_reported")
    assert [d.meta["reason"] for d in server.of("write_failed")] == ["name_taken"]
    assert (office.req / LIST_REQUEST).read_bytes() == b"another program's"


def test_a_name_whose_answer_lies_there_already_is_not_used(office: Office, server: RecordingServer) -> None:
    drop(office.res / LIST_ANSWER, ANSWER)
    server.offer(LIST_REQUEST, REQUEST, quiet=True)
    office.start()
    office.wait_for("failure_reported")
    assert [d.meta["reason"] for d in server.of("write_failed")] == ["answer_name_taken"]
    assert office.names("res") == [LIST_ANSWER]


def test_a_damaged_request_is_not_written(office: Office, server: RecordingServer) -> None:
    server.offer(LIST_REQUEST, REQUEST, quiet=True, sha256="0" * 64)
    office.start()
    office.wait_for("failure_reported")
    assert [d.meta["reason"] for d in server.of("write_failed")] == ["content_damaged"]


def test_an_answer_above_the_size_cap_is_refused_unread(office: Office, server: RecordingServer) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    with (office.res / "large.tmp").open("wb") as stream:
        stream.truncate(6 * 1024 * 1024)
    (office.res / "large.tmp").rename(office.res / LIST_ANSWER)
    office.wait_for("file_refused")
    time.sleep(0.3)
    assert server.of("answer") == []
    assert office.names("res") == [LIST_ANSWER]
    assert len(office.said("file_refused")) == 1


def test_two_bridges_on_the_same_folders_write_one_request(
    office: Office, server: RecordingServer, tmp_path: Path
) -> None:
    other = Office(tmp_path / "other", server)
    other.root = office.root
    other.start()
    office.start()
    for serial in range(5001, 5011):
        server.offer(request_name(serial), REQUEST)
    eventually(lambda: len({d.meta["job_id"] for d in server.of("written")}) == 10)
    time.sleep(0.2)
    other.stop()
    assert server.of("write_failed") == []
    assert office.names("req") == [request_name(s) for s in range(5001, 5011)]


# --- the server -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", ["dropping", "failing"])
def test_while_the_server_is_away_files_are_kept_even_when_the_terminal_forgets_them(
    office: Office, server: RecordingServer, trouble: str
) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    setattr(server, trouble, 503 if trouble == "failing" else True)
    office.wait_for("server_away")
    drop(office.res / LIST_ANSWER, ANSWER)
    drop(office.face / face_name(datetime.now(UTC)), REQUEST)
    office.wait_for("copy_held", 2)
    (office.res / LIST_ANSWER).unlink()  # ResponseFileStayTime is over
    office.stop()
    office.start()
    setattr(server, trouble, None if trouble == "failing" else False)
    server.until(lambda: bool(server.of("answer")) and bool(server.of("face")))
    assert [d.content for d in server.of("answer")] == [ANSWER]
    assert len(office.said("server_away")) <= 2  # once per life
    eventually(lambda: _held(office) == 0)


def _held(office: Office) -> int:
    journal = Journal(office.state / "journal.sqlite3", read_only=True)
    try:
        return journal.held_bytes()
    finally:
        journal.close()


def test_a_held_copy_leaves_no_bytes_behind(office: Office, server: RecordingServer) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    server.dropping = True
    drop(office.res / LIST_ANSWER, b"<XmlMsg>" + b"very private " * 500 + b"</XmlMsg>")
    office.wait_for("copy_held")
    server.dropping = False
    office.wait_for("delete_delivered")
    assert not any(b"very private" in path.read_bytes() for path in office.state.iterdir())


@pytest.mark.shows("F02")
def test_a_receipt_that_got_lost_is_asked_for_again_under_the_same_id(office: Office, server: RecordingServer) -> None:
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    server.drop_after_commit = 1
    drop(office.res / LIST_ANSWER, ANSWER)
    office.wait_for("delete_delivered")
    assert [d.outcome for d in server.of("answer")] == ["accepted", "duplicate"]
    assert len(server.effects("answer")) == 1


def test_one_file_that_the_server_chokes_on_does_not_stop_the_others(office: Office, server: RecordingServer) -> None:
    poison = answer_name(5001)
    server.judge = lambda meta, _: ({"code": "internal_error"}, 500) if meta["file_name"] == poison else None
    office.start()
    answer_arrives(office, server, 5001)
    office.wait_for("delivery_waits")
    answer_arrives(office, server, 5002)
    office.wait_for("delete_delivered")
    assert server.effects("answer")[0][0] == answer_name(5002)
    server.judge = None
    office.wait_for("delete_delivered", 2)


def test_a_file_refused_for_good_is_not_sent_again(office: Office, server: RecordingServer) -> None:
    calls: list[str] = []

    def judge(meta: dict[str, object], _: bytes) -> tuple[dict[str, object], int]:
        calls.append(str(meta["file_name"]))
        return {"code": "too_large"}, 413

    server.judge = judge
    office.start()
    answer_arrives(office, server)
    office.wait_for("file_refused")
    time.sleep(0.3)
    assert calls == [LIST_ANSWER]
    assert office.names("res") == [LIST_ANSWER]


def test_polling_takes_over_when_the_stream_breaks_and_the_stream_returns(
    office: Office, server: RecordingServer, terminal: Terminal
) -> None:
    office.start()
    office.wait_for("live_connected")
    server.live = False
    server.end_streams()
    office.wait_for("live_lost")
    server.offer(LIST_REQUEST, REQUEST, quiet=True)
    server.until(lambda: bool(server.of("answer")))
    server.live = True
    office.wait_for("live_connected", 2)
    assert len(terminal.taken) == 1


def test_a_stream_on_another_host_gets_no_ticket(office: Office, server: RecordingServer) -> None:
    elsewhere = {"url": "http://192.0.2.7/live/bridge", "ticket": "ticket-1"}
    server._live = lambda: elsewhere  # type: ignore[method-assign]
    office.start()
    office.wait_for("live_refused")
    assert server.streams() == 0


# --- the pairing ------------------------------------------------------------------------------------------------


def test_an_expired_token_is_rotated_and_the_new_pair_is_stored_before_use(
    office: Office, server: RecordingServer
) -> None:
    server.access_token = "access-changed-at-the-server"
    office.start()
    server.offer(LIST_REQUEST, REQUEST)
    office.wait_for("request_confirmed")
    kept = credentials.load(office.state)
    assert (kept.access_token, kept.refresh_token) == (server.access_token, server.refresh_token)
    assert [g["refresh_token"] for g in server.grants] == ["refresh-0"]


def test_a_token_about_to_end_is_rotated_in_time(office: Office, server: RecordingServer) -> None:
    old = credentials.load(office.state)
    credentials.save(office.state, credentials.Credentials(old.server, old.device_name, "access-0", "refresh-0", 5.0))
    office.start()
    server.until(lambda: bool(server.heartbeats))
    assert server.paths[0] == "POST /api/oauth/token"


@pytest.mark.shows("F41")
def test_a_bridge_stopped_by_the_office_stops_working_at_once(office: Office, server: RecordingServer) -> None:
    office.start()
    office.wait_for("live_connected")
    server.stopped = True
    server.offer(LIST_REQUEST, REQUEST)
    office.joined()
    assert office.ending is Ending.DEVICE_STOPPED
    assert office.names("req") == []


@pytest.mark.shows("F41")
def test_a_bridge_the_server_no_longer_knows_ends_and_says_so(office: Office, server: RecordingServer) -> None:
    server.access_token, server.refresh_token = "revoked", "revoked"
    office.start()
    office.joined()
    assert office.ending is Ending.NOT_PAIRED
    assert office.said("not_paired")


def test_no_line_of_the_log_holds_a_file_name_or_a_token(office: Office, server: RecordingServer) -> None:
    drop(office.face / face_name(datetime.now(UTC)), ANSWER)
    office.start()
    answer_arrives(office, server)
    office.wait_for("delete_delivered")
    server.dropping = True
    office.wait_for("server_away")
    office.stop()
    told = repr(office.events)
    for secret in ("202611235001", "1319999990", "access-", "refresh-", "ticket-", "consented", "受付"):
        assert secret not in told
    assert "OQSmuhvq01res#" in told


def test_threads_end_with_the_bridge(office: Office, server: RecordingServer) -> None:
    office.start()
    office.wait_for("live_connected")
    office.stop()
    server.end_streams()
    eventually(lambda: not [t for t in threading.enumerate() if t.name in ("watch", "live")])
