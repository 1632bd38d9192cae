"""Bodies of the OQS families as persons and records (oqs-interface 4.2, 4.3, 6.4, 7.4, 8).

Elements are found by name wherever the reference allows them to stand. Facts only: whether a result means
success, and whose it is, others decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree

from ..domain.consent import Consent, ConsentFlag, ConsentKind
from ..domain.dates import parse_terminal_date, parse_terminal_time
from ..domain.eligibility import EligibilityRecord, PersonResult
from ..domain.insurance import CoverageFacts
from ..domain.writing import full_width_kana, is_unsafe
from . import codes, elements
from .envelope import Envelope, all_texts, child_texts, outside, text_of, topmost

_CONSENT_PREFIXES = (
    (ConsentKind.LIMIT, "LimitApplicationCertificateRelated"),
    (ConsentKind.SPECIFIC_DISEASE, "SpecificDiseasesCertificateRelated"),
    (ConsentKind.CHECKUP, "SpecificHealthCheckupsInfo"),
    (ConsentKind.DRUG, "PharmacistsInfo"),
    (ConsentKind.DIAGNOSIS, "DiagnosisInfo"),
    (ConsentKind.OPERATION, "OperationInfo"),
)


def people_of(envelope: Envelope, *, bulk: bool) -> tuple[PersonResult, ...]:
    """Every person the answer speaks of, in the order of the file."""
    body = envelope.body
    if body is None:
        return ()
    units = list(topmost(body, elements.UNIT))
    if units:
        return tuple(_person(unit) for unit in units)
    if bulk:
        # Records outside any unit could be anybody's, so each stays a person of its own.
        return tuple(_person_of_record(record) for record in topmost(body, elements.RECORD))
    person = _person(body)
    says_something = person.records or person.validity or person.code or person.message or person.outcome != "unstated"
    return (person,) if says_something else ()


def registrations_of(envelope: Envelope) -> tuple[PersonResult, ...]:
    """Answers to a 照会番号 registration: the echoed number, and the insurance it was registered for as a record."""
    if envelope.body is None:
        return ()
    units = list(topmost(envelope.body, elements.REGISTRATION_UNIT)) or [envelope.body]
    results: list[PersonResult] = []
    for unit in units:
        echo = next(unit.iter(elements.REGISTRATION), None)
        facts = all_texts(echo) if echo is not None else {}
        own = _first_texts(outside(unit, elements.REGISTRATION))
        if not facts and not own:
            continue
        record = EligibilityRecord(coverage=_coverage(facts), reference_number=facts.get("ReferenceNumber"))
        results.append(
            PersonResult(
                outcome=codes.person_outcome(own.get("ProcessingResultStatus")),
                code=own.get("ProcessingResultCode"),
                message=own.get("ProcessingResultMessage"),
                reference_number=facts.get("ReferenceNumber"),
                records=(record,) if facts else (),
            )
        )
    return tuple(results)


def _person_of_record(record: etree._Element) -> PersonResult:
    facts = all_texts(record)
    return PersonResult(reference_number=facts.get("ReferenceNumber"), records=(_record(facts, None),))


def _person(unit: etree._Element) -> PersonResult:
    own_elements = list(outside(unit, elements.RECORD, elements.ECHO, elements.UNIT))
    own = _first_texts(own_elements)
    numbers = [text for e in own_elements if e.tag == "ReferenceNumber" and (text := text_of(e))]
    echo = next(unit.iter(elements.ECHO), None)
    facts = [all_texts(element) for element in topmost(unit, elements.RECORD)]
    form = own.get("PrescriptionIssueSelect") or _first(facts, "PrescriptionIssueSelect")
    identifier = child_texts(echo).get("ArbitraryIdentifier") if echo is not None else None
    return PersonResult(
        outcome=codes.person_outcome(own.get("ProcessingResultStatus")),
        code=own.get("ProcessingResultCode"),
        message=own.get("ProcessingResultMessage"),
        validity=codes.validity(own.get("QualificationValidity")),
        validity_code=own.get("QualificationValidity"),
        prescription_form=codes.prescription_form(form),
        reference_number=numbers[0] if numbers else _first(facts, "ReferenceNumber"),
        arbitrary_identifier=identifier or own.get("ArbitraryIdentifier") or _first(facts, "ArbitraryIdentifier"),
        records=tuple(_record(each, _number_for(index, len(facts), numbers)) for index, each in enumerate(facts)),
    )


def _number_for(index: int, records: int, numbers: Sequence[str]) -> str | None:
    """The unit's 照会番号 for one record: its own when there is one for each, else the only one."""
    if len(numbers) == records:
        return numbers[index]
    return numbers[0] if len(set(numbers)) == 1 else None


def _first_texts(found: Iterable[etree._Element]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for element in found:
        name = str(element.tag)
        if name not in texts and (text := text_of(element)):
            texts[name] = text
    return texts


def _first(facts: Sequence[dict[str, str]], name: str) -> str | None:
    return next((each[name] for each in facts if name in each), None)


def _record(facts: dict[str, str], unit_number: str | None) -> EligibilityRecord:
    coverage = _coverage(facts)
    kana, other_kana = facts.get("NameKana"), facts.get("NameOfOtherKana")
    text_fields = {
        "name": facts.get("Name"),
        "name_kana": full_width_kana(kana) if kana else None,
        "name_other": facts.get("NameOfOther"),
        "name_other_kana": full_width_kana(other_kana) if other_kana else None,
        "postal_code": facts.get("PostNumber"),
        "address": facts.get("Address"),
    }
    insured = {
        name: getattr(coverage, name)
        for name in ("insurer_number", "insurer_name", "card_symbol", "card_number", "branch_number", "insured_name")
    }
    return EligibilityRecord(
        **text_fields,
        # 性別2 is filled where the card states the sex on its back only; it is then the one to use.
        sex=codes.sex(facts.get("Sex2")) or codes.sex(facts.get("Sex1")),
        birth_date=parse_terminal_date(facts.get("Birthdate")),
        coverage=coverage,
        consents=_consents(facts),
        reference_number=facts.get("ReferenceNumber") or unit_number,
        unsafe_fields=frozenset(
            name for name, text in (text_fields | insured).items() if text and not text.isascii() and is_unsafe(text)
        ),
    )


def _coverage(facts: dict[str, str]) -> CoverageFacts:
    return CoverageFacts(
        insurer_number=facts.get("InsurerNumber"),
        insurer_name=facts.get("InsurerName"),
        card_symbol=facts.get("InsuredCardSymbol"),
        card_number=facts.get("InsuredIdentificationNumber"),
        branch_number=facts.get("InsuredBranchNumber"),
        relation=codes.relation(facts.get("PersonalFamilyClassification")),
        insured_name=facts.get("InsuredName"),
        card_class=facts.get("InsuredCardClassification"),
        contribution_ratio=_percent(
            facts.get("InsuredPartialContributionRatio") or facts.get("ElderlyRecipientContributionRatio")
        ),
        qualified_on=parse_terminal_date(facts.get("QualificationDate")),
        lost_on=parse_terminal_date(facts.get("DisqualificationDate")),
        valid_from=parse_terminal_date(facts.get("InsuredCardValidDate")),
        valid_until=parse_terminal_date(facts.get("InsuredCardExpirationDate")),
        issued_on=parse_terminal_date(facts.get("InsuredCertificateIssuanceDate")),
        limit_category=facts.get("LimitApplicationCertificateClassificationFlag"),
        limit_from=parse_terminal_date(facts.get("LimitApplicationCertificateValidStartDate")),
        limit_until=parse_terminal_date(facts.get("LimitApplicationCertificateValidEndDate")),
    )


def _consents(facts: dict[str, str]) -> tuple[Consent, ...]:
    return tuple(
        _consent(kind, flag, facts.get(f"{prefix}ConsTime"), facts.get(f"{prefix}AvailableTime"))
        for kind, prefix in _CONSENT_PREFIXES
        if (flag := facts.get(f"{prefix}ConsFlg")) is not None
    )


def _consent(kind: ConsentKind, flag: str, consented: str | None, available: str | None) -> Consent:
    """One item. No available-time means no fixed end (A-15); one that cannot be read must not mean that.

    Such a consent is `unknown`: nothing is asked for or shown on it until the terminal says it readably.
    """
    until = parse_terminal_time(available)
    unreadable = bool(available and available.strip()) and until is None
    meaning = ConsentFlag.UNKNOWN if unreadable else codes.consent_flag(flag)
    return Consent(kind, meaning, parse_terminal_time(consented), until)


def _percent(text: str | None) -> int | None:
    """`030` -> 30; None for what is no percentage."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 3:
        return None
    return int(text) if int(text) <= 100 else None
