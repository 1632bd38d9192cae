"""File names of the terminal's folders: which are safe, which are ours, and what may be logged of them.

Duty: the grammar of section 2.3 of the interface notes (`<family><scope><function><step><dir>_<suffix>.<ext>`).
Non-duty: what a file contains, and whether it has arrived completely.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache

JST = timezone(timedelta(hours=9))
LONGEST_NAME = 120  # characters; Windows shares break at 260 for the whole path

_REQUEST = re.compile(r"(?P<head>[A-Z]{3}[a-z]{5}[0-9]{2})req_(?P<suffix>[0-9A-Za-z]{1,64})\.xml")
_ANSWER_STEM = re.compile(r"(?P<head>[A-Z]{3}[a-z]{5}[0-9]{2})res_(?P<suffix>[0-9A-Za-z]{1,64})")
_FACE = re.compile(r"OQSsiquc01res_face_(?:.+_)?(?P<stamp>[0-9]{14})\.xml", re.IGNORECASE)
_FAMILY = re.compile(r"[A-Z]{3}[a-z]{5}[0-9]{2}re[qs](?:_face(?=_))?", re.IGNORECASE)
_RESERVED = frozenset(["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))])
_TEMPORARY_SUFFIX = ".part"


class NameProblem(StrEnum):
    """Why a name offered by the server is not written. One word per reason, the same in log and report."""

    EMPTY = "name_empty"
    TOO_LONG = "name_too_long"
    SEPARATOR = "name_has_separator"
    CONTROL_CHARACTER = "name_has_control_character"
    RESERVED = "name_reserved"
    TRAILING = "name_ends_in_dot_or_space"
    NOT_A_REQUEST = "name_not_a_request"


def request_name_problem(name: str) -> NameProblem | None:
    """The reason why `name` must not be created in `req`, or None when it is a plain request name."""
    if not name:
        return NameProblem.EMPTY
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        return NameProblem.CONTROL_CHARACTER
    if any(separator in name for separator in "/\\:"):
        return NameProblem.SEPARATOR
    if len(name.encode("utf-8", "replace")) > LONGEST_NAME:
        return NameProblem.TOO_LONG
    if name.split(".", 1)[0].strip().lower() in _RESERVED:
        return NameProblem.RESERVED
    if name[-1] in ". ":
        return NameProblem.TRAILING
    return None if _REQUEST.fullmatch(name) else NameProblem.NOT_A_REQUEST


def stem(name: str) -> str:
    """The name without its last extension; `a.b.xml` keeps `a.b`."""
    return name.rpartition(".")[0] or name


def extension(name: str) -> str:
    """The last extension in lower case without its dot; empty when there is none."""
    head, dot, tail = name.rpartition(".")
    return tail.lower() if head and dot else ""


def answer_stem_of(request_name: str) -> str | None:
    """`…req_X.xml` → `…res_X`, the name under which the terminal answers (section 2.2); None if not a request."""
    match = _REQUEST.fullmatch(request_name)
    return f"{match['head']}res_{match['suffix']}" if match else None


@lru_cache(maxsize=8192)
def bounced_stem_of(answer_stem: str) -> str | None:
    """`…res_X` → `…req_X`, the name of a bounced request in `res` (section 2.8); None if not an answer's stem.

    Also the guard for stems named by the server: anything that is not an answer's stem is not ours.
    """
    match = _ANSWER_STEM.fullmatch(answer_stem)
    return f"{match['head']}req_{match['suffix']}" if match else None


def face_stamp(name: str) -> datetime | None:
    """The time in a card reader's file name (section 5.1), or None when this is no face file."""
    match = _FACE.fullmatch(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match["stamp"], "%Y%m%d%H%M%S").replace(tzinfo=JST)
    except ValueError:
        return None


def temporary_name(request_name: str, job_id: str) -> str:
    """Where a request lies until it is whole: never ends in `.xml`, the same after every restart."""
    return f"{stem(request_name)}.{hashlib.sha256(job_id.encode()).hexdigest()[:8]}{_TEMPORARY_SUFFIX}"


def label(name: str) -> str:
    """What a log may say of a name: its family and a short hash. Suffixes can hold a clinic's own patient ids."""
    family = _FAMILY.match(name)
    return f"{family[0] if family else 'other'}#{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
