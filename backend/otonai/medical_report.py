"""What `otonai terminal medical` prints about one file: the views of the screens, from the same rules.

The files given together are one case: eligibility answers bring the person and the consents, YZK and TKK answers the
content. Nothing is read from or written to a database. Personal data is shown on purpose, to the operator only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from .api.present_medical import checkups_out, medications_out, treatments_out
from .domain.consent import Consent, ConsentKind
from .domain.dates import business_day
from .domain.eligibility import EligibilityRecord, TerminalResult
from .domain.insurance import Sex
from .domain.medical import MedicalResult, MedicalSubject, subject_agrees
from .domain.medical_view import MEDICAL_KINDS, Closed, ClosedReason, closed_kinds, readable_treatments
from .domain.visit import VisitType
from .domain.writing import branch_key, insurer_key, kana_key, number_key
from .flow.show_medical import Shown
from .rules import checkup_programme_on
from .terminal.outcome import Outcome
from .terminal.result import ReadOutcome


class MedicalOutcome(StrEnum):
    """What became of one file."""

    SHOWN = "shown"  # content is printed
    NONE = "none"  # readable, and the file holds no rows
    CLOSED = "closed"  # consent or deadline keeps everything of it back
    OTHER_PERSON = "other_person"  # its subject block names somebody else: nothing is printed, tell the office
    UNKNOWN_SUBJECT = "unknown_subject"  # nobody of that ID is in the eligibility answers given
    REFUSED = "refused"  # the terminal answered with an error
    DOCUMENT = "document"  # a PDF: kept and shown as it is, never taken apart
    CONSENTS = "consents"  # an eligibility answer: only its consents are used
    NOT_MEDICAL = "not_medical"  # another kind of message
    INCOMPLETE = "incomplete"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """The linked person of this case."""

    kana_key: str
    birth_date: date
    sex: Sex | None
    consents: tuple[Consent, ...]
    care: VisitType


@dataclass(frozen=True, slots=True, repr=False)
class SubjectId:
    """The ID as typed: 照会番号, card `insurer/symbol/number/branch`, file identifier, or `カナ:YYYY-MM-DD`."""

    text: str

    def names(self, record: EligibilityRecord, identifiers: Iterable[str | None]) -> bool:
        """Whether a record of an eligibility answer is the person meant."""
        if self.text in (record.reference_number, *identifiers):
            return True
        facts, parts = record.coverage, self.text.split("/")
        if len(parts) not in (3, 4) or not all(parts[:1] + parts[2:3]):
            return False
        return (
            insurer_key(parts[0]) == insurer_key(facts.insurer_number)
            and number_key(parts[1]) == number_key(facts.card_symbol)
            and number_key(parts[2]) == number_key(facts.card_number)
            and (len(parts) == 3 or branch_key(parts[3]) == branch_key(facts.branch_number))
        )

    def as_person(self) -> tuple[str, date] | None:
        """Kana and birth date, when the ID is written that way."""
        kana, _, day = unicodedata.normalize("NFKC", self.text).rpartition(":")
        try:
            return (kana_key(kana), date.fromisoformat(day)) if kana_key(kana) else None
        except ValueError:
            return None


def find_person(
    found: Sequence[ReadOutcome], subject: SubjectId, granted: Sequence[Consent], care: VisitType | None
) -> Person | None:
    """The person of the ID with the newest consent of each kind; None when nobody fits."""
    typed = subject.as_person()
    answers = [one.message for one in found if isinstance(one.message, TerminalResult)]
    answers.sort(key=lambda told: told.processed_at.timestamp() if told.processed_at else 0.0)
    person: EligibilityRecord | None = None
    consents: dict[ConsentKind, Consent] = {}
    family = ""
    for told in answers:
        for unit in told.people:
            for record in unit.records:
                meant = subject.names(record, (told.file_identifier, unit.arbitrary_identifier, unit.reference_number))
                if typed is not None:
                    meant = (kana_key(record.name_kana or record.name), record.birth_date) == typed
                if meant and record.birth_date is not None:
                    person, family = record, told.family
                    consents |= {each.kind: each for each in record.consents}
    consents |= {each.kind: each for each in granted}
    held = care or (VisitType.OUTPATIENT if family[3:8] == "siquc" else VisitType.HOME_VISIT)
    if person is not None and person.birth_date is not None:
        key = kana_key(person.name_kana or person.name)
        return Person(key, person.birth_date, person.sex, tuple(consents.values()), held)
    return Person(*typed, None, tuple(consents.values()), held) if typed is not None else None


def medical_report(file: str, found: ReadOutcome, person: Person | None, at: datetime) -> dict[str, Any]:
    """One line's content."""
    told = found.message
    if found.outcome is not Outcome.READ:
        return _line(file, MedicalOutcome(found.outcome.value), reason=found.reason.value if found.reason else None)
    if isinstance(told, TerminalResult):
        closed = _closed(person, MEDICAL_KINDS, at) if person else ()
        return _line(file, MedicalOutcome.CONSENTS, closed=closed)
    if found.name is not None and found.name.family[:3] in ("YZK", "TKK") and told is None:
        return _line(file, MedicalOutcome.DOCUMENT, reason=found.reason.value if found.reason else None)
    if not isinstance(told, MedicalResult):
        return _line(file, MedicalOutcome.NOT_MEDICAL, reason=found.reason.value if found.reason else None)
    if not told.accepted:
        return _line(file, MedicalOutcome.REFUSED, reason=told.result_code, message=told.message)
    return _medical(file, told, person, at)


def unreadable(file: str) -> dict[str, Any]:
    """One line's content for what is no file or cannot be opened."""
    return _line(file, MedicalOutcome.QUARANTINED, reason="unreadable_file")


def _medical(file: str, told: MedicalResult, person: Person | None, at: datetime) -> dict[str, Any]:
    kinds = (ConsentKind.CHECKUP,) if told.kind == "checkup" else (ConsentKind.DRUG, *_treatment_kinds(told))
    if person is None:
        return _line(file, MedicalOutcome.UNKNOWN_SUBJECT, closed=_all(kinds, ClosedReason.UNKNOWN_SUBJECT))
    if not _agrees(told.subject, person):
        return _line(file, MedicalOutcome.OTHER_PERSON, closed=_all(kinds, ClosedReason.OTHER_PERSON))
    closed = _closed(person, kinds, at)
    shut = {each.kind for each in closed}
    drugs = told.drugs if ConsentKind.DRUG not in shut else ()
    checkups = told.checkups if ConsentKind.CHECKUP not in shut else ()
    treatments, _ = readable_treatments(told.treatments, closed)
    anything = bool(drugs or checkups or treatments)
    outcome = MedicalOutcome.SHOWN if anything else MedicalOutcome.CLOSED if closed else MedicalOutcome.NONE
    today = business_day(at)
    medicines = medications_out(Shown(outcome.value, drugs=drugs), today=today).model_dump(mode="json")
    sex = person.sex if person.sex is not None else told.subject.sex
    examined = checkups_out(
        Shown(outcome.value, checkups=checkups),
        birth_date=person.birth_date,
        sex=sex,
        today=today,
        programme=checkup_programme_on(today),
    ).model_dump(mode="json")
    return _line(
        file,
        outcome,
        subject=told.subject,
        drugs=medicines["drugs"],
        checkups=examined["checkups"],
        closed=closed,
        treatments=[each.model_dump(mode="json") for each in treatments_out(treatments)],
        medication={name: medicines[name] for name in _MEDICATION} if drugs else None,
        trends={name: examined[name] for name in _TRENDS} if checkups else None,
        bad_rows=told.bad_rows,
    )


_MEDICATION = ("lines", "pairs", "same_class", "ends", "regular_count", "many")
_TRENDS = ("days", "series", "judgements", "questionnaire", "others", "missing_years", "gfr_stage", "source")


def _treatment_kinds(told: MedicalResult) -> tuple[ConsentKind, ...]:
    return tuple(ConsentKind(kind) for kind in sorted({row.kind.value for row in told.treatments}))


def _agrees(subject: MedicalSubject, person: Person) -> bool:
    return subject_agrees(
        subject,
        name_kana_key=person.kana_key,
        subject_kana_key=kana_key(subject.name_kana or subject.name),
        birth_date=person.birth_date,
    )


def _closed(person: Person, kinds: Iterable[ConsentKind], at: datetime) -> tuple[Closed, ...]:
    return closed_kinds(person.consents, kinds, person.care, at)


def _all(kinds: Iterable[ConsentKind], reason: ClosedReason) -> tuple[Closed, ...]:
    return tuple(Closed(kind, reason) for kind in kinds)


def _line(
    file: str,
    outcome: MedicalOutcome,
    *,
    subject: MedicalSubject | None = None,
    drugs: Sequence[Any] = (),
    checkups: Sequence[Any] = (),
    closed: Iterable[Closed] = (),
    treatments: Sequence[Any] = (),
    medication: dict[str, Any] | None = None,
    trends: dict[str, Any] | None = None,
    reason: str | None = None,
    message: str | None = None,
    bad_rows: int = 0,
) -> dict[str, Any]:
    return {
        "file": file,
        "outcome": outcome.value,
        "reason": reason,
        "message": message,
        "subject": None
        if subject is None
        else {
            "name": subject.name,
            "name_kana": subject.name_kana,
            "birth_date": subject.birth_date.isoformat() if subject.birth_date else None,
            "sex": subject.sex.value if subject.sex else None,
        },
        "drugs": list(drugs),
        "checkups": list(checkups),
        "treatments": list(treatments),
        "closed": [{"kind": each.kind.value, "reason": each.reason.value} for each in closed],
        "medication": medication,
        "trends": trends,
        "bad_rows": bad_rows,
    }
