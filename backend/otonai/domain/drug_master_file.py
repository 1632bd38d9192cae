"""The public 医薬品マスター ("y") as entries: read by place, because the file has no header (medical-info 5.2, 5.3).

Decides whether a file is that master at all; never guesses a row. The operator downloads it under the terms of its
publisher: it is not part of this software.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .drug_identity import DUMMY_PRICE_CODES, DrugEntry

MAX_BYTES = 64 * 1024 * 1024
#: The real master has about 20,000 rows; fewer than half of that is a torn or another file.
FEWEST_ROWS = 10_000
_MOST_FOREIGN = 0.01
_IN_USE = "99999999"

# Places counted from 0; the file's description counts from 1.
_KIND, _CODE, _NAME, _FORM, _CHANGED, _ENDED, _PRICE, _GENERIC, _GENERIC_NAME = 1, 2, 4, 27, 29, 30, 31, 36, 37
_BRAND_CLASS = 16
_FEWEST_COLUMNS = 32


class MasterRefusal(StrEnum):
    """Why a file is not taken as drug master."""

    TOO_LARGE = "too_large"
    BAD_ZIP = "bad_zip"
    NOT_CP932 = "not_cp932"
    NOT_DRUG_MASTER = "not_drug_master"
    TOO_FEW_ROWS = "too_few_rows"


@dataclass(frozen=True, slots=True)
class Refused:
    """The reason, and how many rows were seen."""

    reason: MasterRefusal
    rows: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class MasterFile:
    """All entries, also ended ones. `version` is the newest 変更年月日; `skipped` rows were of no drug or damaged."""

    entries: tuple[DrugEntry, ...]
    version: str
    sha256: str
    skipped: int


def read_master(content: bytes, *, fewest_rows: int = FEWEST_ROWS) -> MasterFile | Refused:
    """The master in a CSV file or in a ZIP that holds one. Of a code that comes twice the later row counts."""
    if len(content) > MAX_BYTES:
        return Refused(MasterRefusal.TOO_LARGE)
    inner = _unpacked(content) if content[:2] == b"PK" else content
    if isinstance(inner, Refused):
        return inner
    try:
        text = inner.decode("cp932")
    except UnicodeDecodeError:
        return Refused(MasterRefusal.NOT_CP932)
    entries: dict[str, DrugEntry] = {}
    rows = foreign = 0
    newest = ""
    for row in csv.reader(io.StringIO(text)):
        if not row:
            continue
        rows += 1
        entry = _entry(row)
        if entry is None:
            foreign += 1
            continue
        entries[entry.code] = entry
        newest = max(newest, row[_CHANGED].strip())
    if rows == 0 or foreign > rows * _MOST_FOREIGN:
        return Refused(MasterRefusal.NOT_DRUG_MASTER, rows)
    if rows < fewest_rows:
        return Refused(MasterRefusal.TOO_FEW_ROWS, rows)
    return MasterFile(tuple(entries.values()), newest, hashlib.sha256(content).hexdigest(), foreign)


def _unpacked(content: bytes) -> bytes | Refused:
    """The largest CSV of a ZIP, its size checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = [one for one in archive.infolist() if one.filename.lower().endswith(".csv")]
            if not found:
                return Refused(MasterRefusal.NOT_DRUG_MASTER)
            largest = max(found, key=lambda one: one.file_size)
            if largest.file_size > MAX_BYTES:
                return Refused(MasterRefusal.TOO_LARGE)
            with archive.open(largest) as opened:
                inner = opened.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        return Refused(MasterRefusal.BAD_ZIP)
    return inner if len(inner) <= MAX_BYTES else Refused(MasterRefusal.TOO_LARGE)


def _entry(row: list[str]) -> DrugEntry | None:
    """One row; None for one that is no drug. Older files end before the general-name columns."""
    if len(row) < _FEWEST_COLUMNS or row[_KIND].strip() != "Y":
        return None
    code = row[_CODE].strip()
    if len(code) != 9 or not (code.isascii() and code.isdigit()) or not row[_NAME].strip():
        return None
    price = row[_PRICE].strip()
    return DrugEntry(
        code=code,
        name=row[_NAME].strip(),
        price_code=price if len(price) == 12 and price not in DUMMY_PRICE_CODES else None,
        generic_code=_place(row, _GENERIC),
        generic_name=_place(row, _GENERIC_NAME),
        form=row[_FORM].strip() or None,
        generic=row[_BRAND_CLASS].strip() == "1",
        valid_to=_day(row[_ENDED].strip()),
    )


def _place(row: list[str], place: int) -> str | None:
    return (row[place].strip() or None) if len(row) > place else None


def _day(text: str) -> date | None:
    """The day of 廃止; None while in use or when it is no day."""
    if text in ("", "0", _IN_USE):
        return None
    try:
        return date.fromisoformat(f"{text[:4]}-{text[4:6]}-{text[6:8]}")
    except ValueError:
        return None
