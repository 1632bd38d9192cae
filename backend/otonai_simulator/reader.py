"""The card reader with its face files: `OQSsiquc01res_face_…xml` in `face` (oqs-interface 5, A-20)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lxml import etree

from .answer_single import prescription_code
from .center import Center
from .clock import Clock, stamp
from .config import FaceName, Institution, Settings
from .consents import Care
from .distortion import distorted_message, message_bytes, writes
from .faults import FACE, FaultBook, FaultKind
from .folders import Outbox
from .lookup import validity_of
from .person import ConsentItem, Person
from .records import Facts, add_record
from .wire import add, day


class ReaderOutcome(StrEnum):
    """How a session at the reader ended."""

    FILE_WRITTEN = "file_written"
    READER_ERROR = "reader_error"
    NOT_LINKED = "not_linked"


@dataclass(frozen=True, slots=True)
class Reading:
    """The outcome; `file_name` when a file was written, `code` when only the reader's screen shows one."""

    outcome: ReaderOutcome
    file_name: str | None = None
    code: str | None = None


class CardReader:
    """One reader per institution; every session registers a 24-hour consent and leaves one file."""

    def __init__(self, settings: Settings, *, center: Center, faults: FaultBook, outbox: Outbox, clock: Clock) -> None:
        self._settings = settings
        self._center = center
        self._faults = faults
        self._outbox = outbox
        self._clock = clock

    def read_card(
        self,
        institution: Institution,
        someone: Person,
        *,
        items: frozenset[ConsentItem],
        prescription: str = "paper",
        at: datetime | None = None,
    ) -> Reading:
        """Play one session. `at` stamps it at another time, which makes a stale file."""
        fault = self._faults.take(FACE, institution.code)
        if fault and fault.kind is FaultKind.READER_ERROR:
            return Reading(ReaderOutcome.READER_ERROR, code="001")
        if someone.insurance is None:
            return Reading(ReaderOutcome.NOT_LINKED, code="OQSSIM5001")
        now = self._clock()
        moment = at or now
        consent = self._center.register_consent(
            institution_code=institution.code,
            person=someone.key,
            care=Care.OUTPATIENT,
            items=items,
            prescription=prescription,
            consented_at=moment,
            recorded_at=now,
        )
        facts = Facts(
            person=someone,
            insurance=someone.insurance,
            on=moment.date(),
            consent=consent,
            reference_number=self._center.reference_number(institution.code, someone.key),
        )
        root = _face_message(institution, facts, moment, prescription)
        name = self._file_name(institution, moment)
        content = message_bytes(distorted_message(root, fault), self._settings.encoding, fault)
        self._outbox.put(institution.faces, writes(name, content, fault), now)
        return Reading(ReaderOutcome.FILE_WRITTEN, file_name=name)

    def _file_name(self, institution: Institution, moment: datetime) -> str:
        if self._settings.face_name is FaceName.STAMP_ONLY:
            return f"OQSsiquc01res_face_{stamp(moment)}.xml"
        return f"OQSsiquc01res_face_{institution.code}{uuid.uuid4().hex[:20]}_{stamp(moment)}.xml"


def _face_message(institution: Institution, facts: Facts, moment: datetime, prescription: str) -> etree._Element:
    """Elements in the arbitrary order of the real sample: `ResultList` before the status (5.1)."""
    root = etree.Element("XmlMsg")
    header = add(root, "MessageHeader")
    add(header, "ProcessExecutionTime", stamp(moment))
    add(header, "CharacterCodeIdentifier", "0")
    add(header, "SegmentOfResult", "1")
    add(header, "QualificationConfirmationDate", day(moment.date()))
    add(header, "ReferenceClassification", "1")
    add(header, "ArbitraryFileIdentifier", uuid.uuid4().hex[:16])
    add(header, "MedicalInstitutionCode", institution.code)
    body = add(root, "MessageBody")
    add_record(add(body, "ResultList"), facts)
    add(body, "ProcessingResultStatus", "1")
    add(body, "QualificationValidity", validity_of(facts.person, facts.insurance, facts.on))
    add(body, "PrescriptionIssueSelect", prescription_code(prescription))
    return root
