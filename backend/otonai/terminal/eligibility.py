"""Bodies of the OQS families as persons and records (oqs-interface 4.2, 4.3, 6.4, 7.4, 8, 10).

Elements are found by name wherever the reference allows them to stand, and each is visited once: a list of
hundreds is read while somebody waits. Facts only: whether a result means success, and whose it is, others decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ..domain.consent import Consent, ConsentFlag, ConsentKind
from ..domain.dates import parse_terminal_date, parse_terminal_time
from ..domain.eligibility import EligibilityRecord, PersonOutcome, PersonResult
from ..domain.insurance import CoverageFacts
from ..domain.writing import full_width_kana, is_unsafe
from . import codes, elements, provenance
from .certificates import diseases_of, elderly_of, limit_of, percent, tickets_of
from .envelope import all_texts, topmost

_CONSENT_ELEMENTS = tuple(
    (kind, f"{prefix}ConsFlg", f"{prefix}ConsTime", f"{prefix}AvailableTime")
    for kind, prefix in (
        (ConsentKind.LIMIT, "LimitApplicationCertificateRelated"),
        (ConsentKind.SPECIFIC_DISEASE, "SpecificDiseasesCertificateRelated"),
        (ConsentKind.CHECKUP, "SpecificHealthCheckupsInfo"),
        (ConsentKind.DRUG, "PharmacistsInfo"),
        (ConsentKind.DIAGNOSIS, "DiagnosisInfo"),
        (ConsentKind.OPERATION, "OperationInfo"),
    )
)
_UNIT = frozenset({elements.UNIT})
_RECORD = frozenset({elements.RECORD})
_GROUPS = frozenset({elements.RECORD, elements.ECHO})
_REGISTRATION = frozenset({elements.REGISTRATION})
#: Elements of a record whose text must not enter the ledger when it holds a stand-in mark, with our names.
_TEXTS = (
    ("name", "Name"),
    ("name_kana", "NameKana"),
    ("name_other", "NameOfOther"),
    ("name_other_kana", "NameOfOtherKana"),
    ("postal_code", "PostNumber"),
    ("address", "Address"),
    ("insurer_number", "InsurerNumber"),
    ("insurer_name", "InsurerName"),
    ("card_symbol", "InsuredCardSymbol"),
    ("card_number", "InsuredIdentificationNumber"),
    ("branch_number", "InsuredBranchNumber"),
    ("insured_name", "InsuredName"),
)


def people_of(body: etree._Element | None, seen: set[str], *, bulk: bool) -> tuple[PersonResult, ...]:
    """Every person the answer speaks of, in the order of the file. Adds to `seen` every name below the body."""
    if body is None:
        return ()
    units = _split(body, _UNIT, seen).groups
    if units:
        return tuple([_person(unit, seen) for unit in units])
    if bulk:
        # Records outside any unit could be anybody's, so each stays a person of its own.
        return tuple([_person_of_record(record, seen) for record in _split(body, _RECORD, seen).groups])
    person = _person(body, seen)
    says_something = (
        person.records
        or person.validity
        or person.code
        or person.message
        or person.outcome is not PersonOutcome.UNSTATED
    )
    return (person,) if says_something else ()


def registrations_of(body: etree._Element | None) -> tuple[PersonResult, ...]:
    """Answers to a 照会番号 registration: the echoed number, and the insurance it was registered for as a record."""
    if body is None:
        return ()
    units = list(topmost(body, elements.REGISTRATION_UNIT)) or [body]
    results: list[PersonResult] = []
    for unit in units:
        said = _split(unit, _REGISTRATION, set())
        own, facts = said.own, all_texts(said.groups[0]) if said.groups else {}
        if not facts and not own:
            continue
        results.append(
            PersonResult(
                outcome=codes.person_outcome(own.get("ProcessingResultStatus")),
                code=own.get("ProcessingResultCode"),
                message=own.get("ProcessingResultMessage"),
                reference_number=facts.get("ReferenceNumber"),
                records=(insurance_record(facts),) if facts else (),
                provenance=(provenance.of_record(facts, parent=elements.REGISTRATION),) if facts else (),
            )
        )
    return tuple(results)


def insurance_record(facts: Mapping[str, str]) -> EligibilityRecord:
    """What a question or its echo says about a person: insurance, birth date and number, nothing from the center."""
    return EligibilityRecord(
        birth_date=parse_terminal_date(facts.get("Birthdate")),
        coverage=coverage_of(facts),
        reference_number=facts.get("ReferenceNumber"),
    )


def coverage_of(facts: Mapping[str, str]) -> CoverageFacts:
    """The insurance among the texts of one record."""
    get = facts.get
    return CoverageFacts(
        insurer_number=get("InsurerNumber"),
        insurer_name=get("InsurerName"),
        card_symbol=get("InsuredCardSymbol"),
        card_number=get("InsuredIdentificationNumber"),
        branch_number=get("InsuredBranchNumber"),
        relation=codes.relation(get("PersonalFamilyClassification")),
        insured_name=get("InsuredName"),
        card_class=get("InsuredCardClassification"),
        contribution_ratio=percent(get("InsuredPartialContributionRatio") or get("ElderlyRecipientContributionRatio")),
        qualified_on=parse_terminal_date(get("QualificationDate")),
        lost_on=parse_terminal_date(get("DisqualificationDate")),
        valid_from=parse_terminal_date(get("InsuredCardValidDate")),
        valid_until=parse_terminal_date(get("InsuredCardExpirationDate")),
        issued_on=parse_terminal_date(get("InsuredCertificateIssuanceDate")),
        limit_category=get("LimitApplicationCertificateClassificationFlag"),
        limit_from=parse_terminal_date(get("LimitApplicationCertificateValidStartDate")),
        limit_until=parse_terminal_date(get("LimitApplicationCertificateValidEndDate")),
    )


def _person_of_record(record: etree._Element, seen: set[str]) -> PersonResult:
    facts = all_texts(record, seen)
    return PersonResult(
        reference_number=facts.get("ReferenceNumber"),
        records=(_record(record, facts, None),),
        provenance=(provenance.of_record(facts),),
    )


def _person(unit: etree._Element, seen: set[str]) -> PersonResult:
    said = _split(unit, _GROUPS, seen)
    own, numbers = said.own, said.numbers
    identifier: str | None = None
    found: list[tuple[etree._Element, dict[str, str]]] = []
    for group in said.groups:
        facts = all_texts(group, seen)
        if group.tag == elements.RECORD:
            found.append((group, facts))
        else:
            identifier = identifier or facts.get("ArbitraryIdentifier")
    beside = _numbers_beside(len(found), numbers)
    pairs = list(zip(found, beside, strict=True))
    return PersonResult(
        outcome=codes.person_outcome(own.get("ProcessingResultStatus")),
        code=own.get("ProcessingResultCode"),
        message=own.get("ProcessingResultMessage"),
        validity=codes.validity(own.get("QualificationValidity")),
        validity_code=own.get("QualificationValidity"),
        prescription_form=codes.prescription_form(
            own.get("PrescriptionIssueSelect") or _first(found, "PrescriptionIssueSelect")
        ),
        reference_number=numbers[0] if numbers else _first(found, "ReferenceNumber"),
        arbitrary_identifier=identifier or own.get("ArbitraryIdentifier") or _first(found, "ArbitraryIdentifier"),
        records=tuple([_record(record, facts, number) for (record, facts), number in pairs]),
        provenance=tuple(
            [provenance.of_record(facts, number_beside=number is not None) for (_, facts), number in pairs]
        ),
    )


@dataclass(slots=True)
class _Said:
    """What a unit says itself, every 照会番号 it names, and the groups that stand inside it."""

    own: dict[str, str] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    groups: list[etree._Element] = field(default_factory=list)


def _split(unit: etree._Element, groups: frozenset[str], seen: set[str]) -> _Said:
    """Everything below a unit except inside its groups; the groups themselves are left for the caller."""
    said = _Said()
    _look(unit, groups, seen, said)
    return said


def _look(element: etree._Element, groups: frozenset[str], seen: set[str], said: _Said) -> None:
    for child in element:
        name = str(child.tag)
        seen.add(name)
        if name in groups:
            said.groups.append(child)
            continue
        text = child.text
        if text and (text := text.strip()):
            said.own.setdefault(name, text)
            if name == "ReferenceNumber":
                said.numbers.append(text)
        if len(child):
            _look(child, groups, seen, said)


def _numbers_beside(records: int, numbers: Sequence[str]) -> Sequence[str | None]:
    """The unit's 照会番号 for each record: its own when there is one for each, else the only one."""
    if len(numbers) == records:
        return numbers
    return [numbers[0] if len(set(numbers)) == 1 else None] * records


def _first(found: Sequence[tuple[etree._Element, Mapping[str, str]]], name: str) -> str | None:
    for _, facts in found:
        if name in facts:
            return facts[name]
    return None


def _record(element: etree._Element, facts: dict[str, str], unit_number: str | None) -> EligibilityRecord:
    get = facts.get
    kana, other_kana = get("NameKana"), get("NameOfOtherKana")
    return EligibilityRecord(
        name=get("Name"),
        name_kana=full_width_kana(kana) if kana else None,
        name_other=get("NameOfOther"),
        name_other_kana=full_width_kana(other_kana) if other_kana else None,
        # 性別2 is filled where the card states the sex on its back only; it is then the one to use.
        sex=codes.sex(get("Sex2")) or codes.sex(get("Sex1")),
        birth_date=parse_terminal_date(get("Birthdate")),
        postal_code=get("PostNumber"),
        address=get("Address"),
        coverage=coverage_of(facts),
        consents=_consents(facts),
        reference_number=get("ReferenceNumber") or unit_number,
        unsafe_fields=_unsafe_fields(facts),
        loss_reason=get("ReasonOfLoss"),
        preschool=get("PreschoolClassification") == "1",
        elderly_certificate=elderly_of(facts),
        limit_certificate=limit_of(facts),
        specific_diseases=diseases_of(element, facts),
        tickets=tickets_of(element, facts),
    )


def _unsafe_fields(facts: Mapping[str, str]) -> frozenset[str]:
    if not is_unsafe("".join(facts.values())):  # nearly everybody: one look instead of twelve
        return frozenset()
    return frozenset([ours for ours, name in _TEXTS if is_unsafe(facts.get(name))])


def _consents(facts: Mapping[str, str]) -> tuple[Consent, ...]:
    return tuple(
        [
            _consent(kind, facts[flag], facts.get(consented), facts.get(available))
            for kind, flag, consented, available in _CONSENT_ELEMENTS
            if flag in facts
        ]
    )


def _consent(kind: ConsentKind, flag: str, consented: str | None, available: str | None) -> Consent:
    """One item. No available-time means no fixed end (A-15); one that cannot be read must not mean that.

    Such a consent is `unknown`: nothing is asked for or shown on it until the terminal says it readably.
    """
    until = parse_terminal_time(available)
    meaning = ConsentFlag.UNKNOWN if available and until is None else codes.consent_flag(flag)
    return Consent(kind, meaning, parse_terminal_time(consented), until)
