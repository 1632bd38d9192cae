"""The groups inside one record: certificates, 特定疾病 and 医療券・調剤券 (oqs-interface 4.3, 10, 17).

Single groups are read from the record's flat texts; lists are looked up as elements, by name at any depth, because
their nesting differs between sources.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from lxml import etree

from ..domain.certificates import ElderlyCertificate, LimitCertificate, MedicalTicket, SpecificDisease
from ..domain.dates import parse_terminal_date
from .envelope import all_texts, topmost

_ELDERLY = (
    "ElderlyRecipientCertificateDate",
    "ElderlyRecipientValidStartDate",
    "ElderlyRecipientValidEndDate",
    "ElderlyRecipientContributionRatio",
)
_LIMIT = (
    "LimitApplicationCertificateClassification",
    "LimitApplicationCertificateDate",
    "LimitApplicationCertificateLongTermDate",
    "LimitApplicationCertificateChanged",
)
_DISEASE = (
    "SpecificDiseasesDiseaseCategory",
    "SpecificDiseasesCertificateDate",
    "SpecificDiseasesValidStartDate",
    "SpecificDiseasesValidEndDate",
    "SpecificDiseasesSelfPay",
)


def percent(text: str | None) -> int | None:
    """`030` -> 30; None for what is no percentage."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 3:
        return None
    return int(text) if int(text) <= 100 else None


def yen(text: str | None) -> int | None:
    """`10,000` in any width -> 10000; None for what is no amount."""
    digits = unicodedata.normalize("NFKC", text or "").replace(",", "").removesuffix("円").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else None


def elderly_of(facts: Mapping[str, str]) -> ElderlyCertificate | None:
    """高齢受給者証情報; None when nothing of it was delivered."""
    if facts.keys().isdisjoint(_ELDERLY):
        return None
    issued, first, last, ratio = map(facts.get, _ELDERLY)
    return ElderlyCertificate(
        issued_on=parse_terminal_date(issued),
        valid_from=parse_terminal_date(first),
        valid_until=parse_terminal_date(last),
        contribution_ratio=percent(ratio),
    )


def limit_of(facts: Mapping[str, str]) -> LimitCertificate | None:
    """限度額適用認定証 beyond what the coverage holds; None when nothing of it was delivered."""
    if facts.keys().isdisjoint(_LIMIT):
        return None
    class_code, issued, long_term, change = map(facts.get, _LIMIT)
    return LimitCertificate(
        class_code=class_code,
        issued_on=parse_terminal_date(issued),
        long_term_from=parse_terminal_date(long_term),
        change_code=change,
    )


def diseases_of(record: etree._Element, facts: Mapping[str, str]) -> tuple[SpecificDisease, ...]:
    """特定疾病療養受療証: one list of groups, or one list per disease (section 17 knows both)."""
    if facts.keys().isdisjoint(_DISEASE):
        return ()
    groups = list(topmost(record, "SpecificDiseasesCertificateInfo")) or list(
        topmost(record, "SpecificDiseasesCertificateList")
    )
    found: list[SpecificDisease] = []
    for group in groups:
        category, issued, first, last, self_pay = map(all_texts(group).get, _DISEASE)
        found.append(
            SpecificDisease(
                category_code=category,
                issued_on=parse_terminal_date(issued),
                valid_from=parse_terminal_date(first),
                valid_until=parse_terminal_date(last),
                self_pay=yen(self_pay),
            )
        )
    return tuple(found)


def tickets_of(record: etree._Element, facts: Mapping[str, str]) -> tuple[MedicalTicket, ...]:
    """医療券・調剤券 of the asked month, 1-n."""
    if "TicketType" not in facts and "IssueNumber" not in facts:
        return ()
    return tuple(_ticket(all_texts(group)) for group in topmost(record, "MedicalTicketInfo"))


def _ticket(facts: Mapping[str, str]) -> MedicalTicket:
    get = facts.get
    return MedicalTicket(
        ticket_code=get("TicketType"),
        issue_number=get("IssueNumber"),
        treatment_month=get("MedicalTreatmentMonth"),
        valid_from=parse_terminal_date(get("MedicalTicketValidDate")),
        valid_until=parse_terminal_date(get("MedicalTicketExpirationDate")),
        designated_institution_code=get("DesignatedMedicalInstitutionCode"),
        designated_institution_name=get("DesignatedMedicalInstitutionName"),
        designated_code=get("DesignatedMedicalInstitutionFlag"),
        issuer_institution_code=get("PrescriptionIssuerMedicalInstitutionCode"),
        issuer_institution_name=get("PrescriptionIssuerMedicalInstitutionName"),
        injuries=_numbered(facts, "InjuryName"),
        treatment_code=get("MedicalTreatmentType"),
        self_pay=yen(get("SelfPayAmount")),
        district_contact=get("DistrictContactName"),
        handling_contact=get("HandlingContactName"),
        use_code=get("SingleOrCombinedUse"),
        social_insurance_code=get("StatusOfSocialInsurance"),
        consistency_code=get("ConsistencyFlag"),
        infection_code=get("StatusOfInfecton"),  # spelled so by the center
        late_elderly_code=get("StatusOfElderlyMedicalCare"),
        prefecture_code=get("StatusOfPrefecturalExpenses"),
        remarks=_numbered(facts, "Remarks"),
    )


def _numbered(facts: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(facts[f"{name}{number}"] for number in (1, 2, 3) if f"{name}{number}" in facts)
