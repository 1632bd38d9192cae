"""The terminal's three folders, touched as little as possible (oqs-interface 2.10).

Duty: list, read, write whole files under a temporary name, rename without replacing, delete one file of known
bytes. Non-duty: what to do with a file (`decide`), and whether it has settled.
The bridge never creates a folder here, never replaces a file, and opens no file whose name it was not given.
Every refusal of the operating system is an `OSError`; `problem_of` gives it a name.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from otonai_bridge.facts import SIZE_CAP, FolderState, Listing, Stat


class FolderProblem(StrEnum):
    """Why a folder or file could not be used just now. All of them are retried."""

    FOLDER_MISSING = "folder_missing"
    READ_ONLY = "read_only"
    DISK_FULL = "disk_full"
    LOCKED = "locked"
    VANISHED = "vanished"
    SHARE_AWAY = "share_away"  # the computer that holds the share cannot be reached, or has forgotten us
    INPUT_OUTPUT = "input_output"


class BytesDiffer(Exception):
    """A file does not hold the bytes it should; it is left as it is."""


@dataclass(frozen=True)
class Look:
    """One look at one folder: its listing, and an identity that changes when a share is swapped or remounted."""

    listing: Listing
    identity: tuple[int, int] | None


def read_up_to(path: Path, cap: int) -> bytes:
    """The whole file, or `cap` + 1 bytes of a larger one. Shares the file with writers and readers."""
    with path.open("rb") as stream:
        return stream.read(cap + 1)


@dataclass
class Folders:
    """`read` can be exchanged in tests for an opener that meets a locked file."""

    paths: dict[str, Path]  # "req" | "res" | "face"
    read: Callable[[Path, int], bytes] = read_up_to
    pause: Callable[[str], None] = field(default=lambda _point: None)  # kill points

    def look(self, folder: str, wanted: Callable[[str], bool]) -> Look:
        """Files whose names are wanted; all others are not even asked for their size."""
        path = self.paths[folder]
        files: dict[str, Stat] = {}
        try:
            place = path.stat()
            with os.scandir(path) as entries:
                for entry in entries:
                    if not wanted(entry.name):
                        continue
                    try:
                        if entry.is_file(follow_symlinks=False):
                            stat = entry.stat(follow_symlinks=False)
                            files[entry.name] = Stat(stat.st_size, stat.st_mtime_ns)
                    except FileNotFoundError:
                        continue  # gone between listing and asking (F08)
        except (FileNotFoundError, NotADirectoryError):
            return Look(Listing(FolderState.MISSING), None)
        except OSError:
            return Look(Listing(FolderState.ERROR), None)
        state = FolderState.OK if folder == "face" or os.access(path, os.W_OK) else FolderState.READ_ONLY
        return Look(Listing(state, files), (place.st_dev, place.st_ino))

    def read_file(self, folder: str, name: str, cap: int) -> tuple[bytes, Stat]:
        """Bytes and the size and time they were read at. Raises OSError."""
        path = self.paths[folder] / name
        content = self.read(path, cap)
        stat = path.stat()
        return content, Stat(stat.st_size, stat.st_mtime_ns)

    def write_temporary(self, folder: str, name: str, content: bytes) -> None:
        """Durable and verified under a name the terminal ignores; an earlier attempt of ours is replaced."""
        path = self.paths[folder] / name
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o660)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content[: len(content) // 2])
            stream.flush()
            self.pause("during_temporary_write")
            stream.write(content[len(content) // 2 :])
            stream.flush()
            os.fsync(stream.fileno())
        if path.read_bytes() != content:
            raise OSError(errno.EIO, "the temporary file does not hold what was written")

    def rename_temporary(self, folder: str, temporary: str, name: str, sha256: str) -> None:
        """Give the whole file its name. Raises FileExistsError rather than replace, BytesDiffer if damaged."""
        source, target = self.paths[folder] / temporary, self.paths[folder] / name
        if _sha256(source.read_bytes()) != sha256:
            raise BytesDiffer(temporary)
        _rename_without_replacing(source, target)
        _sync_folder(self.paths[folder])

    def remove_temporary(self, folder: str, temporary: str) -> None:
        (self.paths[folder] / temporary).unlink(missing_ok=True)

    def can_write(self, folder: str) -> bool:
        """Try it with an empty file that the terminal ignores. Only asked after trouble."""
        path = self.paths[folder] / "otonai-bridge-probe.part"
        try:
            path.unlink(missing_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o660))
            path.unlink()
        except OSError:
            return False
        return True

    def holds(self, folder: str, name: str, sha256: str) -> bool:
        """Whether the file is there with exactly these bytes. Raises OSError."""
        return _sha256(self.read(self.paths[folder] / name, SIZE_CAP)) == sha256

    def delete_known(self, folder: str, name: str, sha256: str) -> None:
        """Delete the file only if it holds these bytes. Gone already is well. Raises BytesDiffer, OSError."""
        path = self.paths[folder] / name
        try:
            if _sha256(self.read(path, SIZE_CAP)) != sha256:
                raise BytesDiffer(name)
            path.unlink()
        except FileNotFoundError:
            if not self.paths[folder].is_dir():
                raise


#: What a mounted share answers while its server is off, restarts or is not reached (ADR 021).
_SHARE_AWAY = frozenset(
    {
        errno.ESTALE, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ENOTCONN,
        errno.ECONNABORTED, errno.ECONNREFUSED, errno.ECONNRESET, errno.EPIPE, errno.ETIMEDOUT,
    }
)  # fmt: skip
#: The same on Windows, where Python gives most of them no errno of their own: bad path, lost connection, time-out.
_SHARE_AWAY_WINDOWS = frozenset({53, 54, 55, 59, 64, 67, 121, 1231, 1236})


def problem_of(error: OSError, folder: Path) -> FolderProblem:
    """Name what went wrong. A vanished file in a folder that is gone too means the folder."""
    if error.errno in _SHARE_AWAY or getattr(error, "winerror", None) in _SHARE_AWAY_WINDOWS:
        return FolderProblem.SHARE_AWAY
    try:
        if not folder.is_dir():
            return FolderProblem.FOLDER_MISSING
    except OSError:  # a stale mount refuses even this question
        return FolderProblem.SHARE_AWAY
    match error.errno:
        case errno.ENOENT:
            return FolderProblem.VANISHED
        case errno.EROFS:
            return FolderProblem.READ_ONLY
        case errno.ENOSPC | errno.EDQUOT:
            return FolderProblem.DISK_FULL
        case errno.EACCES | errno.EPERM | errno.EBUSY | errno.ETXTBSY | errno.EAGAIN:
            return FolderProblem.LOCKED
    return FolderProblem.INPUT_OUTPUT


def replace_private_file(path: Path, content: bytes) -> None:
    """For the bridge's own state folder: mode 0600, replaced atomically, on disk when this returns."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _rename_without_replacing(source: Path, target: Path) -> None:
    """Windows refuses to replace by itself; Linux is asked to by `renameat2`. Where a file system cannot, the
    check comes first: the agreed serial range keeps other programs off these names (section 2.3)."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        at_working_folder, no_replace = -100, 1
        if hasattr(libc, "renameat2"):
            names = os.fsencode(source), os.fsencode(target)
            if libc.renameat2(at_working_folder, names[0], at_working_folder, names[1], no_replace) == 0:
                return
            code = ctypes.get_errno()
            if code not in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
                raise OSError(code, os.strerror(code), str(source), None, str(target))
    if os.name == "posix" and os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    source.rename(target)


def _sync_folder(folder: Path) -> None:
    """Make a rename durable where folders can be synced; shares and Windows order it themselves."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(descriptor)
