"""`ResultOfQualificationConfirmation`: one person and one qualification as XML (oqs-interface 4.3, 10). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from .clock import stamp
from .consents import OUTPATIENT_WINDOW, Care, ConsentState, RegisteredConsent
from .person import ConsentItem, Insurance, Person, SpecificDisease
from .wire import add, add_known, day, half_kana, padded_insurer

#: 閲覧同意 groups: item and the beginning of its three element names.
VIEWING_CONSENTS = (
    (ConsentItem.CHECKUP, "SpecificHealthCheckupsInfo"),
    (ConsentItem.DRUG, "PharmacistsInfo"),
    (ConsentItem.DIAGNOSIS, "DiagnosisInfo"),
    (ConsentItem.OPERATION, "OperationInfo"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a record is made of. `limit_agreed_at` is the 限度額 consent of a query by insurance card (4.1)."""

    person: Person
    insurance: Insurance
    on: date
    consent: RegisteredConsent | None = None
    limit_agreed_at: datetime | None = None
    reference_number: str | None = None


def add_record(parent: etree._Element, facts: Facts) -> etree._Element:
    """Append the full record, as single, reader and home-visit answers carry it."""
    record = add(parent, "ResultOfQualificationConfirmation")
    _add_identity(record, facts)
    _add_elderly(record, facts)
    _add_limit(record, facts)
    _add_specific_diseases(record, facts)
    _add_tickets(record, facts)
    if facts.consent is not None:
        _add_viewing_consents(record, facts.consent)
    add_known(record, ReferenceNumber=facts.reference_number)
    return record


def add_reduced_record(parent: etree._Element, facts: Facts, *, limit_changed: bool) -> etree._Element:
    """Append the reduced record of the bulk inquiry: identity and insurance, no consents (6.4)."""
    record = add(parent, "ResultOfQualificationConfirmation")
    _add_identity(record, facts)
    _add_elderly(record, facts)
    add(record, "LimitApplicationCertificateChanged", "1" if limit_changed else "0")
    return record


def _add_identity(record: etree._Element, facts: Facts) -> None:
    someone, insurance = facts.person, facts.insurance
    add_known(
        record,
        InsuredCardClassification=insurance.card_class,
        InsurerNumber=padded_insurer(insurance.insurer_number),
        InsuredCardSymbol=insurance.card_symbol,
        InsuredIdentificationNumber=insurance.card_number,
        InsuredBranchNumber=insurance.branch_number,
        PersonalFamilyClassification=None if insurance.is_medical_assistance else insurance.relation,
        InsuredName=insurance.insured_name,
        Name=someone.delivered_name,
        NameKana=half_kana(someone.name_kana),
    )
    add(record, "Sex1", str(someone.sex) or None)
    first, last = insurance.period(facts.on)
    ended = insurance.lost_on is not None and insurance.lost_on <= facts.on
    add_known(
        record,
        Birthdate=day(someone.birth_date),
        Address=someone.address,
        PostNumber=someone.postal_code,
        QualificationDate=day(insurance.qualified_on),
        DisqualificationDate=day(insurance.lost_on) if ended else None,
        InsuredCertificateIssuanceDate=None if insurance.is_medical_assistance else day(first),
        InsuredCardValidDate=None if insurance.is_medical_assistance else day(first),
        InsuredCardExpirationDate=day(last),
        InsuredPartialContributionRatio=_percent(insurance.ratio),
        ReasonOfLoss=insurance.reason_of_loss if ended else None,
        InsurerName=insurance.insurer_name,
    )


def _add_elderly(record: etree._Element, facts: Facts) -> None:
    if facts.insurance.elderly_ratio is None:
        return
    first, last = _august_year(facts.on)
    add_known(
        add(record, "ElderlyRecipientCertificateInfo"),
        ElderlyRecipientCertificateDate=day(first),
        ElderlyRecipientValidStartDate=day(first),
        ElderlyRecipientValidEndDate=day(last),
        ElderlyRecipientContributionRatio=_percent(facts.insurance.elderly_ratio),
    )


def _add_limit(record: etree._Element, facts: Facts) -> None:
    consent, agreed_at = facts.consent, facts.limit_agreed_at
    if consent is not None and consent.state is ConsentState.GIVEN and ConsentItem.LIMIT in consent.items:
        agreed_at = consent.consented_at
    add(record, "LimitApplicationCertificateRelatedConsFlg", "1" if agreed_at else "0")
    if agreed_at is None:
        return
    add(record, "LimitApplicationCertificateRelatedConsTime", stamp(agreed_at))
    limit = facts.insurance.limit
    if limit is None:
        return
    first, last = _august_year(facts.on)
    add_known(
        add(record, "LimitApplicationCertificateRelatedInfo"),
        LimitApplicationCertificateClassification=limit.certificate,
        LimitApplicationCertificateClassificationFlag=limit.category,
        LimitApplicationCertificateDate=day(first),
        LimitApplicationCertificateValidStartDate=day(first),
        LimitApplicationCertificateValidEndDate=day(last),
        LimitApplicationCertificateLongTermDate=day(limit.long_term_from),
    )


def _add_specific_diseases(record: etree._Element, facts: Facts) -> None:
    consent = facts.consent
    if consent is None:
        return
    given = consent.state is ConsentState.GIVEN and ConsentItem.SPECIFIC_DISEASE in consent.items
    add(record, "SpecificDiseasesCertificateRelatedConsFlg", "1" if given else "0")
    if not given:
        return
    add(record, "SpecificDiseasesCertificateRelatedConsTime", stamp(consent.consented_at))
    if facts.insurance.specific_diseases:
        group = add(record, "SpecificDiseasesCertificateList")
        for disease in facts.insurance.specific_diseases:
            _add_disease(group, disease)


def _add_disease(group: etree._Element, disease: SpecificDisease) -> None:
    add_known(
        add(group, "SpecificDiseasesCertificateInfo"),
        SpecificDiseasesDiseaseCategory=disease.category,
        SpecificDiseasesCertificateDate=day(disease.issued_on),
        SpecificDiseasesValidStartDate=day(disease.issued_on),
        SpecificDiseasesSelfPay=str(disease.self_pay),
    )


def _add_tickets(record: etree._Element, facts: Facts) -> None:
    if not facts.insurance.tickets:
        return
    group = add(record, "PublicExpenseResultList")
    for ticket in facts.insurance.tickets:
        first, last = _month(facts.on, ticket.months_ago)
        add_known(
            add(group, "MedicalTicketInfo"),
            TicketType=ticket.ticket_type,
            MedicalTicketValidDate=day(first),
            MedicalTicketExpirationDate=day(last),
            IssueNumber=ticket.issue_number,
            MedicalTreatmentMonth=f"{first:%Y%m}",
            DesignatedMedicalInstitutionFlag="0",
            InjuryName1=ticket.injury,
            MedicalTreatmentType=ticket.treatment_type,
            SelfPayAmount=str(ticket.self_pay),
            DistrictContactName="見本　担当",
            SingleOrCombinedUse="01",
            StatusOfSocialInsurance="02",
            StatusOfInfecton="02",
            StatusOfElderlyMedicalCare="02",
            StatusOfPrefecturalExpenses="02",
        )


def _add_viewing_consents(record: etree._Element, consent: RegisteredConsent) -> None:
    for item, name in VIEWING_CONSENTS:
        if item not in consent.items:
            add(record, f"{name}ConsFlg", "0")
        elif consent.state is ConsentState.GIVEN:
            add(record, f"{name}ConsFlg", "1")
            add(record, f"{name}ConsTime", stamp(consent.consented_at))
            if consent.care is Care.OUTPATIENT:
                add(record, f"{name}AvailableTime", stamp(consent.consented_at + OUTPATIENT_WINDOW))
        else:
            # a consent that merely ran out is delivered as 2 without times.
            add(record, f"{name}ConsFlg", "2")


def _august_year(on: date) -> tuple[date, date]:
    year = on.year if on.month >= 8 else on.year - 1
    return date(year, 8, 1), date(year + 1, 7, 31)


def _month(on: date, months_ago: int) -> tuple[date, date]:
    year, month = divmod(on.year * 12 + on.month - 1 - months_ago, 12)
    following_year, following_month = divmod(year * 12 + month + 1, 12)
    last = date.fromordinal(date(following_year, following_month + 1, 1).toordinal() - 1)
    return date(year, month + 1, 1), last


def _percent(ratio: int | None) -> str | None:
    return None if ratio is None else f"{ratio:03d}"
