"""What a mounted share answers when its server is away or another program holds a file, and what the bridge does then.

At the client: the refusals that a CIFS mount and Windows hand to a program, met by the real bridge. No Samba runs here.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.bridge.office import ANSWER, Office, drop, eventually, face_name
from tests.bridge.recording_server import RecordingServer

from otonai_bridge.facts import FolderState
from otonai_bridge.folders import FolderProblem, Folders, problem_of, read_up_to

REFUSALS = {
    errno.ESTALE: FolderProblem.SHARE_AWAY,
    errno.EHOSTDOWN: FolderProblem.SHARE_AWAY,
    errno.EHOSTUNREACH: FolderProblem.SHARE_AWAY,
    errno.ENOTCONN: FolderProblem.SHARE_AWAY,
    errno.ECONNRESET: FolderProblem.SHARE_AWAY,
    errno.ETIMEDOUT: FolderProblem.SHARE_AWAY,
    errno.EACCES: FolderProblem.LOCKED,  # also a sharing violation of Windows
    errno.EPERM: FolderProblem.LOCKED,
    errno.EBUSY: FolderProblem.LOCKED,
    errno.ETXTBSY: FolderProblem.LOCKED,
    errno.EAGAIN: FolderProblem.LOCKED,  # a byte range is locked
    errno.EIO: FolderProblem.INPUT_OUTPUT,
    errno.ENOENT: FolderProblem.VANISHED,
}
TRIES = 2


@pytest.mark.shows("F07", "F09")
def test_every_refusal_of_a_share_is_waited_out_and_each_file_arrives_once(
    office: Office, server: RecordingServer
) -> None:
    codes = list(REFUSALS)
    begin = datetime.now(UTC)
    names = {face_name(begin - timedelta(seconds=n), n): code for n, code in enumerate(codes)}
    refused: Counter[str] = Counter()

    def read(path: Path, cap: int) -> bytes:
        if path.name in names and refused[path.name] < TRIES:
            refused[path.name] += 1
            raise OSError(names[path.name], "the share refuses", str(path))
        return read_up_to(path, cap)

    for number, name in enumerate(names):
        drop(office.face / name, ANSWER + str(number).encode())
    office.start(folders=Folders({name: office.root / name for name in ("req", "res", "face")}, read=read))
    eventually(lambda: len(server.effects("face")) == len(codes), 20)

    assert set(refused.values()) == {TRIES}
    assert Counter(name for name, _ in server.effects("face")) == Counter(list(names))
    assert office.names("face") == sorted(names)  # the reader's files are never deleted by us
    told = Counter(fact["reason"] for fact in office.said("file_waits"))
    wanted = Counter(problem.value for problem in REFUSALS.values() if problem is not FolderProblem.VANISHED)
    assert told == wanted


@pytest.mark.parametrize("number", [53, 59, 64, 121])
def test_windows_says_by_its_own_numbers_that_a_share_is_away(tmp_path: Path, number: int) -> None:
    error = OSError(errno.EINVAL, "network")
    error.winerror = number  # type: ignore[attr-defined]
    assert problem_of(error, tmp_path) is FolderProblem.SHARE_AWAY


@pytest.mark.shows("F09")
def test_a_stale_mount_is_neither_an_empty_folder_nor_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stale(type(tmp_path)):  # type: ignore[misc]
        def stat(self, **_: bool) -> object:
            raise OSError(errno.ESTALE, "Stale file handle", str(self))

        def is_dir(self) -> bool:
            raise OSError(errno.ESTALE, "Stale file handle", str(self))

    stale = Stale(tmp_path)
    assert problem_of(FileNotFoundError(errno.ENOENT, "gone"), stale) is FolderProblem.SHARE_AWAY
    look = Folders({"res": stale}).look("res", lambda _: True)
    assert (look.listing.state, look.identity) == (FolderState.ERROR, None)

    def scandir(_: Path) -> None:
        raise OSError(errno.EHOSTDOWN, "Host is down")

    monkeypatch.setattr(os, "scandir", scandir)
    assert Folders({"res": tmp_path}).look("res", lambda _: True).listing.state is FolderState.ERROR
