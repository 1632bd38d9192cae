"""Folders: whole files or nothing, never replaced, never created, and every refusal has a name."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from tests.bridge.office import sha256

from otonai_bridge.facts import FolderState, Stat
from otonai_bridge.folders import BytesDiffer, FolderProblem, Folders, problem_of, replace_private_file

NAME, TEMPORARY = "OQSmuhvq01req_202611235001.xml", "OQSmuhvq01req_202611235001.1234abcd.part"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    paths = {name: tmp_path / name for name in ("req", "res", "face")}
    for path in paths.values():
        path.mkdir()
    return Folders(paths)


def test_a_request_appears_whole_under_its_name(folders: Folders) -> None:
    seen: list[list[str]] = []
    folders.pause = lambda _: seen.append(os.listdir(folders.paths["req"]))
    folders.write_temporary("req", TEMPORARY, b"whole")
    assert seen == [[TEMPORARY]]
    folders.rename_temporary("req", TEMPORARY, NAME, sha256(b"whole"))
    assert os.listdir(folders.paths["req"]) == [NAME]
    assert (folders.paths["req"] / NAME).read_bytes() == b"whole"


def test_an_earlier_attempt_of_ours_is_replaced(folders: Folders) -> None:
    (folders.paths["req"] / TEMPORARY).write_bytes(b"hal")
    folders.write_temporary("req", TEMPORARY, b"whole")
    assert (folders.paths["req"] / TEMPORARY).read_bytes() == b"whole"


@pytest.mark.parametrize("asked", [True, False], ids=["by the system", "by ourselves"])
def test_a_file_of_that_name_is_never_replaced(folders: Folders, monkeypatch: pytest.MonkeyPatch, asked: bool) -> None:
    if not asked:  # a file system that knows no "do not replace"
        monkeypatch.setattr("otonai_bridge.folders.ctypes.CDLL", lambda *_, **__: object())
    (folders.paths["req"] / NAME).write_bytes(b"theirs")
    folders.write_temporary("req", TEMPORARY, b"ours")
    with pytest.raises(FileExistsError):
        folders.rename_temporary("req", TEMPORARY, NAME, sha256(b"ours"))
    assert (folders.paths["req"] / NAME).read_bytes() == b"theirs"


def test_a_damaged_temporary_file_gets_no_name(folders: Folders) -> None:
    folders.write_temporary("req", TEMPORARY, b"whole")
    (folders.paths["req"] / TEMPORARY).write_bytes(b"whol?")
    with pytest.raises(BytesDiffer):
        folders.rename_temporary("req", TEMPORARY, NAME, sha256(b"whole"))
    assert os.listdir(folders.paths["req"]) == [TEMPORARY]


def test_a_missing_folder_is_not_created(folders: Folders) -> None:
    folders.paths["req"].rmdir()
    with pytest.raises(FileNotFoundError) as refused:
        folders.write_temporary("req", TEMPORARY, b"whole")
    assert problem_of(refused.value, folders.paths["req"]) is FolderProblem.FOLDER_MISSING
    assert not folders.paths["req"].exists()
    assert folders.look("req", lambda _: True).listing.state is FolderState.MISSING
    assert not folders.can_write("req")


def test_only_known_bytes_are_deleted(folders: Folders) -> None:
    answer = folders.paths["res"] / "OQSmuhvq01res_1.xml"
    answer.write_bytes(b"other bytes")
    with pytest.raises(BytesDiffer):
        folders.delete_known("res", answer.name, sha256(b"known bytes"))
    assert answer.exists()
    folders.delete_known("res", answer.name, sha256(b"other bytes"))
    folders.delete_known("res", answer.name, sha256(b"other bytes"))  # gone already is well
    assert not answer.exists()


def test_a_look_lists_files_only_and_only_those_wanted(folders: Folders) -> None:
    (folders.paths["res"] / "wanted.xml").write_bytes(b"12345")
    (folders.paths["res"] / "foreign.xml").write_bytes(b"")
    (folders.paths["res"] / "wanted.folder").mkdir()
    (folders.paths["res"] / "wanted.link").symlink_to("/etc/passwd")
    look = folders.look("res", lambda name: name.startswith("wanted"))
    assert {name: stat.size for name, stat in look.listing.files.items()} == {"wanted.xml": 5}
    assert look.listing.state is FolderState.OK


@pytest.mark.shows("F08")
def test_a_file_that_vanishes_during_the_listing_is_left_out(folders: Folders) -> None:
    gone = folders.paths["res"] / "a.xml"
    gone.write_bytes(b"1")

    def wanted(name: str) -> bool:
        gone.unlink(missing_ok=True)
        return name == "a.xml"

    assert folders.look("res", wanted).listing.files in ({}, {"a.xml": Stat(1, 0)})


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (errno.ENOENT, FolderProblem.VANISHED),
        (errno.EROFS, FolderProblem.READ_ONLY),
        (errno.ENOSPC, FolderProblem.DISK_FULL),
        (errno.EACCES, FolderProblem.LOCKED),
        (errno.EBUSY, FolderProblem.LOCKED),
        (errno.EIO, FolderProblem.INPUT_OUTPUT),
        (errno.EHOSTDOWN, FolderProblem.SHARE_AWAY),
    ],
)
def test_trouble_has_a_name(tmp_path: Path, code: int, problem: FolderProblem) -> None:
    assert problem_of(OSError(code, "trouble"), tmp_path) is problem


def test_a_private_file_is_private_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_bytes(b"old")
    path.chmod(0o644)
    replace_private_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["credentials.json"]
