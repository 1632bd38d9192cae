"""Names, numbers and secrets of the demo's day as a search for them needs it: every one, in every usual writing (F50).

Looks only into texts that it is given. Words shorter than four signs are left out; they stand in any text.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from otonai_simulator.people import PEOPLE
from otonai_simulator.person import Insurance, Person

#: What these fields hold says who somebody is, or opens something.
OF_A_PERSON = ("name", "name_kana", "center_name", "birth_date", "address", "telephone", "postal_code")
OF_THE_NOTE = {"password", "pin", "totp_secret", "access_token", "refresh_token", "bridge_token", "recovery_codes"}
SHORTEST = 4


def of_people(people: Iterable[Person] = PEOPLE) -> set[str]:
    """Everything that the cast is known by."""
    found: set[str] = set()
    for person in people:
        for name in OF_A_PERSON:
            found |= writings(getattr(person, name))
        for insurance in [person.insurance, *person.former]:
            found |= _of_insurance(insurance)
    return {text for text in found if len(text) >= SHORTEST}


def _of_insurance(insurance: Insurance | None) -> set[str]:
    if insurance is None:
        return set()
    held = {field.name: getattr(insurance, field.name) for field in fields(insurance)}
    told = [text for name, text in held.items() if isinstance(text, str) and "number" in name]
    return {text for each in told for text in writings(each) if len(text) >= SHORTEST}


def of_note(note: dict[str, Any]) -> set[str]:
    """The secrets that the demo handed out."""
    return {text for text in _values(note, OF_THE_NOTE) if len(text) >= SHORTEST}


def of_files(*paths: Path) -> set[str]:
    """Keys that lie in files of their own."""
    return {path.read_text(encoding="ascii").strip() for path in paths}


def writings(value: object) -> set[str]:
    """The usual ways to write one value: a date with and without strokes, a name with and without its blank."""
    if isinstance(value, date):
        return {value.isoformat(), value.strftime("%Y%m%d")}
    text = str(value or "")
    return {text, text.replace("　", " "), re.sub(r"[\s　]", "", text)} - {""}


def found_in(text: str, canaries: set[str]) -> set[str]:
    """Those that stand in the text, as they are or escaped; a number counts only where no digit goes on."""
    plain = "\n".join(_unescaped(text))
    return {
        canary
        for canary in canaries
        if canary in plain
        and (not canary.isdigit() or re.search(rf"(?<![0-9a-fA-F.-]){re.escape(canary)}(?![0-9a-fA-F.])", plain))
    }


def found_in_bytes(content: bytes, canaries: set[str]) -> set[str]:
    """Those that lie in a file in one of the encodings that our programs and the terminal write; numbers from 8 digits.

    Shorter numbers stand in any megabyte of noise by chance.
    """
    wanted = {each for each in canaries if not each.isascii() or len(each) >= 8}
    return {each for each in wanted if any(form in content for form in _encoded(each))}


def _encoded(text: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "cp932", "utf-16-le"):
        with contextlib.suppress(UnicodeEncodeError):
            yield text.encode(encoding)


def _unescaped(text: str) -> Iterator[str]:
    """Every line as it stands, and what it means to a reader of JSON."""
    for line in text.splitlines():
        yield line
        try:
            yield json.dumps(json.loads(line), ensure_ascii=False)
        except ValueError:
            continue


def _values(of: Any, names: set[str]) -> Iterator[str]:
    if isinstance(of, dict):
        for name, value in of.items():
            if name in names and isinstance(value, str):
                yield value
            elif name in names and isinstance(value, list):
                yield from map(str, value)
            else:
                yield from _values(value, names)
    elif isinstance(of, list):
        for each in of:
            yield from _values(each, names)
