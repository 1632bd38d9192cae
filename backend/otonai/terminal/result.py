"""`read()`: one file of the terminal as one named outcome, whatever family it belongs to.

The file name tells the family; the content tells the rest. Does not know what was asked, so it does not
check whose answer this is: institution code and identifiers are given back for the caller to compare (F14).
Sources: oqs-interface 2.8, 3.4, 4.2, 6.2, 6.4, 7.4, 8, 9.2, 10, 11.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from ..domain.acyclic import acyclic
from ..domain.dates import parse_terminal_date, parse_terminal_time
from ..domain.eligibility import FileOutcome, PersonOutcome, PersonResult, TerminalResult
from ..domain.medical import MedicalResult
from . import archive, codes, elements, names
from .eligibility import people_of, registrations_of
from .encoding import decode
from .envelope import Envelope, all_texts, open_envelope
from .medical import MEDICAL_ROOTS, medical_result
from .outcome import Incomplete, Outcome, Quarantined, Reason
from .question import Question, question_of

#: Function and scope of the families that a visiting clinic meets (2.4).
_FAMILIES = frozenset(
    {"siquc", "muquc", "sihvq", "muhvq", "muonq", "mutic", "siimm", "muimm", "siurl"}
    | {family[3:8] for family in names.UNPUBLISHED}
)
_MEDICAL_KINDS = {"YZK": "drug", "TKK": "checkup"}
_OQS_ROOTS = frozenset({"XmlMsg"})
_LONGEST_ERROR = 64 * 1024
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"
_PNG_START, _PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
_ADDRESS = re.compile(r"https://[!-~]{4,2000}", re.ASCII)
#: Forty times the 500 people of convention A-06, so that a hostile list cannot keep a worker busy.
_MAX_RECORDS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced:
    """A request came back unprocessed (`.err`, 2.8). `request_stem` is the stem we wrote; code and text verbatim."""

    family: str
    request_stem: str
    code: str | None
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReadOutcome:
    """What one file was.

    `reason` is always set when the outcome is not `read`; with `read` it says which facts are missing and why.
    `position` is the byte of the damage where there is one; `notes` are oddities that did not stop reading:
    `label_lied`, `character_code_mismatch`, `count_mismatch`. `question` is what a request file asks; such a file,
    ours come back or somebody else's, is never a `message`.
    """

    outcome: Outcome
    reason: Reason | None
    message: TerminalResult | MedicalResult | Bounced | None
    sha256: str
    name: names.FileName | None = None
    position: int | None = None
    notes: tuple[str, ...] = ()
    question: Question | None = None

    def __repr__(self) -> str:
        family = self.name.family if self.name else None
        return f"ReadOutcome({self.outcome}, {self.reason}, {family}, {type(self.message).__name__})"


@acyclic
def read(data: bytes, file_name: str, *, unpublished: bool = False) -> ReadOutcome:
    """Reads any bytes under any name; never raises for either.

    `unpublished` also reads the families whose layout is hardly public (`names.UNPUBLISHED`).
    """
    sha256 = hashlib.sha256(data).hexdigest()
    name = names.parse(file_name)
    if name is None:
        return ReadOutcome(outcome=Outcome.QUARANTINED, reason=Reason.UNRECOGNISED_NAME, message=None, sha256=sha256)
    left_alone = name.family in names.UNPUBLISHED and not unpublished
    found = Quarantined(Reason.UNSUPPORTED_FAMILY) if left_alone else _read_named(data, name)
    if isinstance(found, Incomplete):
        return ReadOutcome(outcome=Outcome.INCOMPLETE, reason=found.reason, message=None, sha256=sha256, name=name)
    if isinstance(found, Quarantined):
        return ReadOutcome(
            outcome=Outcome.QUARANTINED,
            reason=found.reason,
            message=None,
            sha256=sha256,
            name=name,
            position=found.position,
        )
    return ReadOutcome(
        outcome=Outcome.READ,
        reason=found.reason,
        message=found.message,
        sha256=sha256,
        name=name,
        notes=found.notes,
        question=found.question,
    )


def is_registered(result: TerminalResult, reference_number: str) -> bool:
    """Success of a single 照会番号 registration (8.1): all layers say so and the echoed number is ours."""
    return (
        result.outcome is FileOutcome.DONE
        and result.error_code is None
        and len(result.people) == 1
        and result.people[0].outcome is PersonOutcome.DONE
        and result.people[0].reference_number == reference_number
    )


@dataclass(frozen=True, slots=True)
class _Read:
    message: TerminalResult | MedicalResult | Bounced | None
    reason: Reason | None
    notes: tuple[str, ...] = ()
    question: Question | None = None


def _read_named(data: bytes, name: names.FileName) -> _Read | Incomplete | Quarantined:
    medical = name.system in _MEDICAL_KINDS and name.function == "quc"
    if not medical and not (name.system == "OQS" and name.family[3:8] in _FAMILIES):
        return Quarantined(Reason.UNSUPPORTED_FAMILY)
    if name.extension == "err":
        return _bounced(data, name)
    if name.extension == "pdf":
        return _pdf(data)
    if name.extension == "png":
        return _png(data) if name.function == "url" else Quarantined(Reason.UNSUPPORTED_FAMILY)
    if archive.is_zip(data, name.extension):
        member = archive.unpack(data, name.stem)
        if not isinstance(member, bytes):
            return member
        data = member
        if data.startswith(_PDF_START):
            return _pdf(data)
    envelope = open_envelope(data, roots=MEDICAL_ROOTS if medical else _OQS_ROOTS)
    if not isinstance(envelope, Envelope):
        return envelope
    if sum(1 for _ in envelope.root.iter(elements.RECORD, elements.UNIT, elements.REGISTRATION_UNIT)) > _MAX_RECORDS:
        return Quarantined(Reason.TOO_MANY_ELEMENTS)
    if name.direction == "req":
        return _Read(None, Reason.REQUEST_COPY, envelope.notes, question_of(envelope, name.family))
    if medical:
        answer = medical_result(envelope, _MEDICAL_KINDS[name.system])
        return _Read(answer, _medical_reason(answer), envelope.notes)
    result = _terminal_result(envelope, name)
    notes = envelope.notes
    if name.is_bulk and result.stated_people not in (None, len(result.people)) and not _is_acceptance(name):
        notes = (*notes, "count_mismatch")
    return _Read(result, _eligibility_reason(result, name), notes)


def _terminal_result(envelope: Envelope, name: names.FileName) -> TerminalResult:
    header = envelope.header
    people: tuple[PersonResult, ...] = ()
    unknown: tuple[str, ...] | None = None
    if name.function == "imm" and not _is_acceptance(name):
        people = registrations_of(envelope.body)
    elif name.function != "url" and not _is_acceptance(name):
        seen: set[str] = set()
        people = people_of(envelope.body, seen, bulk=name.is_bulk)
        unknown = envelope.unknown_beside(seen)
    return TerminalResult(
        family=name.family,
        institution_code=header.get("MedicalInstitutionCode"),
        file_identifier=header.get("ArbitraryFileIdentifier"),
        processed_at=parse_terminal_time(header.get("ProcessExecutionTime")),
        confirmed_on=parse_terminal_date(header.get("QualificationConfirmationDate")),
        outcome=codes.file_outcome(header.get("SegmentOfResult")),
        error_code=header.get("ErrorCode"),
        error_message=header.get("ErrorMessage"),
        # Body of an acceptance, header of a list (2.5): the number has one meaning wherever it stands.
        reception_number=envelope.anywhere("ReceptionNumber"),
        received_at=parse_terminal_time(envelope.anywhere("ReceptionDateTime")),
        people=people,
        unknown_elements=envelope.unknown_elements if unknown is None else unknown,
        inquiry=codes.inquiry(header.get("ReferenceClassification")),
        stated_people=_count(header.get("NumberOfProcessingResult")),
        consent_page=_page_address(envelope) if name.function == "url" else None,
    )


def _is_acceptance(name: names.FileName) -> bool:
    """01res of an asynchronous pair: a 受付番号 and nothing about persons (6.2)."""
    return name.is_bulk and name.step == 1


def _count(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else None


def _page_address(envelope: Envelope) -> str | None:
    """The clinic's own page of マイナ在宅受付Web. Its element is not public, so the first https address is it."""
    texts = all_texts(envelope.body).values() if envelope.body is not None else ()
    return next((text for text in texts if _ADDRESS.fullmatch(text)), None)


def _eligibility_reason(result: TerminalResult, name: names.FileName) -> Reason | None:
    if result.outcome is FileOutcome.FAILED:
        return Reason.FAILED
    if result.outcome is FileOutcome.PROCESSING:
        return Reason.PROCESSING
    if _is_acceptance(name):
        return None if result.reception_number else Reason.NOT_ACCEPTED
    if name.function == "url":
        return None if result.consent_page else Reason.NO_ADDRESS
    if name.is_bulk and not result.people:
        return Reason.EMPTY_LIST
    if result.people and all(person.outcome is PersonOutcome.ERROR for person in result.people):
        return Reason.PERSON_ERROR
    if not any(person.records for person in result.people):
        return Reason.NO_RECORD
    return None


def _medical_reason(result: MedicalResult) -> Reason | None:
    if not result.accepted:
        return Reason.REFUSED
    return None if result.drugs or result.checkups or result.treatments else Reason.NO_INFORMATION


def _bounced(data: bytes, name: names.FileName) -> _Read | Incomplete:
    """The wait ends here even when the text cannot be read, so an unreadable one is a bounce without words."""
    if not data.strip(b"\x00\r\n\t \xef\xbb\xbf"):
        return Incomplete()
    decoded = decode(data[:_LONGEST_ERROR])
    line = "" if isinstance(decoded, Quarantined) else (decoded.text.strip("\x00\r\n ").splitlines() or [""])[0]
    code, tab, message = line.partition("\t")
    if not tab:
        code, message = "", line
    return _Read(
        Bounced(
            family=name.family,
            request_stem=name.stem,
            code=code.strip() or None,
            message=message.strip() or None,
        ),
        Reason.BOUNCED,
    )


def _pdf(data: bytes) -> _Read | Incomplete | Quarantined:
    """A document is kept and shown as it is, never parsed (medical-info 2.8); only its ends are looked at."""
    if not data.startswith(_PDF_START[: len(data)]):
        return Quarantined(Reason.NOT_PDF)
    return _Read(None, Reason.PDF) if _PDF_END in data[-1024:] else Incomplete()


def _png(data: bytes) -> _Read | Incomplete | Quarantined:
    """The code of the consent page as a picture; only its ends are looked at."""
    if not data.startswith(_PNG_START[: len(data)]):
        return Quarantined(Reason.NOT_PNG)
    return _Read(None, Reason.PNG) if _PNG_END in data[-1024:] else Incomplete()
