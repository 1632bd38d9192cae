"""The one message inside a ZIP (oqs-interface 2.7). Nothing is ever unpacked to disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from .envelope import MAX_BYTES
from .outcome import Incomplete, Quarantined, Reason

_LOCAL_HEADER = b"PK\x03\x04"
_END_OF_DIRECTORY = b"PK\x05\x06"
_MAX_MEMBERS = 16
_AES = 99


def is_zip(data: bytes, extension: str) -> bool:
    """Whether the bytes are a ZIP, or the beginning of one where the name promises it."""
    return data.startswith((_LOCAL_HEADER, _END_OF_DIRECTORY)) or extension == "zip"


def unpack(data: bytes, stem: str) -> bytes | Incomplete | Quarantined:
    """The member that starts with the expected stem, else the only XML member, else the only document.

    An encrypted archive is a setting of the terminal that must be changed there, so it has its own reason.
    """
    if len(data) > MAX_BYTES:
        return Quarantined(Reason.TOO_LARGE)
    if not data.startswith((_LOCAL_HEADER[: len(data)], _END_OF_DIRECTORY[: len(data)])):
        return Quarantined(Reason.BAD_ZIP)
    if data.rfind(_END_OF_DIRECTORY) < 0 or len(data) < data.rfind(_END_OF_DIRECTORY) + 22:
        return Incomplete()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _member(archive, stem)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        struct.error,
        EOFError,
        KeyError,
        NotImplementedError,
        OSError,
        OverflowError,
        RuntimeError,
        ValueError,
    ):
        return Quarantined(Reason.BAD_ZIP)


def _member(archive: zipfile.ZipFile, stem: str) -> bytes | Quarantined:
    members = archive.infolist()
    if len(members) > _MAX_MEMBERS or any(_is_hostile(member.filename) for member in members):
        return Quarantined(Reason.BAD_ZIP)
    if any(member.flag_bits & 0x1 or member.compress_type == _AES for member in members):
        return Quarantined(Reason.ENCRYPTED_ZIP)
    messages = [member for member in members if member.filename.lower().endswith(".xml")] or [
        member for member in members if member.filename.lower().endswith(".pdf")
    ]
    expected = [member for member in messages if member.filename.startswith(stem)] or messages
    if len(expected) != 1 or expected[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Quarantined(Reason.BAD_ZIP)
    with archive.open(expected[0]) as member:
        content = member.read(MAX_BYTES + 1)
    return Quarantined(Reason.TOO_LARGE) if len(content) > MAX_BYTES else content


def _is_hostile(name: str) -> bool:
    return ".." in name or name.startswith(("/", "\\")) or ":" in name or "\x00" in name or "\\" in name
