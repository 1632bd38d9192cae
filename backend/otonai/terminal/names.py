"""The grammar of file names in `req`, `res` and `face` (oqs-interface 2.3, 2.4, 5.1).

A name is the only thing that ties an answer to its request, and the first thing an attacker or a foreign
program controls: what does not fit the grammar wholly is not ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from ..domain.dates import parse_terminal_time, terminal_date
from ..domain.errors import Invalid

#: The day's serial numbers agreed for us, so that no other program's answer can be taken for ours (A-01).
FIRST_SERIAL = 5001
LAST_SERIAL = 9999

SINGLE = "OQSsiquc01"
BULK = "OQSmuquc01"
BULK_FETCH = "OQSmuquc02"
HOME_VISIT_LIST = "OQSmuhvq01"
HOME_VISIT_FETCH = "OQSmuhvq02"
REINQUIRY = "OQSsihvq01"
REGISTRATION = "OQSsiimm01"
BULK_REGISTRATION = "OQSmuimm01"
BULK_REGISTRATION_FETCH = "OQSmuimm02"
ONLINE_LIST = "OQSmuonq01"
ONLINE_FETCH = "OQSmuonq02"
MEDICAL_ASSISTANCE_LIST = "OQSmutic01"
MEDICAL_ASSISTANCE_FETCH = "OQSmutic02"
CONSENT_PAGE = "OQSsiurl01"
#: Hardly public (7.5, 7.6): written and read only where the caller says so.
ONLINE_SINGLE = "OQSsionq01"
END_OF_CONSENT = "OQSsihvd01"
UNPUBLISHED = frozenset({ONLINE_SINGLE, END_OF_CONSENT})
DRUG = "YZKsiquc01"
CHECKUP = "TKKsiquc01"
#: Not a request: what the card reader delivers.
FACE = "OQSsiquc01_face"

_NAME = re.compile(
    r"(?P<system>OQS|YZK|TKK|CIP|EPS|PMH)(?P<scope>si|mu)(?P<function>[a-z]{3})(?P<step>0[12])"
    r"(?P<direction>req|res)_(?P<suffix>[0-9A-Za-z_\-]{1,120})\.(?P<extension>xml|pdf|zip|err|png)",
    re.ASCII,
)
_FACE = re.compile(r"OQSsiquc01res_face_(?:(?P<id>[0-9A-Za-z+\-]{1,60})_)?(?P<stamp>[0-9]{14})\.xml", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileName:
    """One name, taken apart.

    `family` is the part before the direction (`OQSmuhvq02`, `YZKsiquc01`), or `OQSsiquc01_face` for the card
    reader; `stem` is the name without its extension. `stamped_at` and `institution_code` are known for reader files.
    """

    family: str
    system: str
    function: str
    step: int
    direction: str
    suffix: str
    extension: str
    stem: str
    stamped_at: datetime | None = None
    institution_code: str | None = None

    @property
    def is_bulk(self) -> bool:
        """Whether the message belongs to an asynchronous pair."""
        return self.family[3:5] == "mu"

    @property
    def is_face(self) -> bool:
        """Whether the card reader made it."""
        return self.family == FACE


def parse(file_name: str) -> FileName | None:
    """The parts of a name, or None when it is not of this grammar (paths, NUL and odd characters included)."""
    if face := _FACE.fullmatch(file_name):
        token = face["id"] or ""
        return FileName(
            family=FACE,
            system="OQS",
            function="quc",
            step=1,
            direction="res",
            suffix=file_name[len("OQSsiquc01res_") : -len(".xml")],
            extension="xml",
            stem=file_name[: -len(".xml")],
            stamped_at=parse_terminal_time(face["stamp"]),
            institution_code=token[:10] if len(token) == 30 and token[:10].isdigit() else None,
        )
    stem, dot, extension = file_name.rpartition(".")
    found = _NAME.fullmatch(f"{stem}{dot}{extension.lower()}")
    if found is None:
        return None
    return FileName(
        family=f"{found['system']}{found['scope']}{found['function']}{found['step']}",
        system=found["system"],
        function=found["function"],
        step=int(found["step"]),
        direction=found["direction"],
        suffix=found["suffix"],
        extension=found["extension"],
        stem=stem,
    )


def request_file_name(family: str, day: date, serial: int) -> str:
    """`OQSmuhvq01req_202611230501.xml`: family, day and the day's serial number.

    Raises Invalid `serial_out_of_range` outside 5001-9999. Does not know which serials are taken.
    """
    if not FIRST_SERIAL <= serial <= LAST_SERIAL:
        raise Invalid("outside the agreed serial numbers", code="serial_out_of_range", serial=serial)
    name = f"{family}req_{terminal_date(day)}{serial:04d}.xml"
    if parse(name) is None:
        raise Invalid("no message of this family exists", code="unknown_family", family=family)
    return name


def expected_stem(request_name: str) -> str:
    """The stem under which the answer appears in `res`: the same name with `req` replaced by `res` (2.2).

    Raises Invalid `not_a_request_name` for a name that is not that of a request.
    """
    name = parse(request_name)
    if name is None or name.direction != "req":
        raise Invalid("not the name of a request", code="not_a_request_name")
    return f"{name.family}res_{name.suffix}"
