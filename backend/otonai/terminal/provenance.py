"""Which official element a fact came from, so that a screen can show it (oqs-interface 4.3, 6.4, 7.4, 9.2).

Together with the hash of the message (`ReadOutcome.sha256`) this is the whole way back to the archive. Records of
one shape share one mapping, so that it costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from ..domain.medical import DrugSource
from . import elements

_ELDERLY, _LIMIT = "ElderlyRecipientCertificateInfo", "LimitApplicationCertificateRelatedInfo"
_DISEASES, _TICKETS = "SpecificDiseasesCertificateList", "PublicExpenseResultList"

#: Our field → the elements it may come from, the preferred one first. The field's name is that of `unsafe_fields`.
_RECORD: Final[dict[str, tuple[str, ...]]] = {
    "name": ("Name",),
    "name_kana": ("NameKana",),
    "name_other": ("NameOfOther",),
    "name_other_kana": ("NameOfOtherKana",),
    "sex": ("Sex2", "Sex1"),
    "birth_date": ("Birthdate",),
    "postal_code": ("PostNumber",),
    "address": ("Address",),
    "insurer_number": ("InsurerNumber",),
    "insurer_name": ("InsurerName",),
    "card_symbol": ("InsuredCardSymbol",),
    "card_number": ("InsuredIdentificationNumber",),
    "branch_number": ("InsuredBranchNumber",),
    "relation": ("PersonalFamilyClassification",),
    "insured_name": ("InsuredName",),
    "card_class": ("InsuredCardClassification",),
    "contribution_ratio": ("InsuredPartialContributionRatio", f"{_ELDERLY}/ElderlyRecipientContributionRatio"),
    "qualified_on": ("QualificationDate",),
    "lost_on": ("DisqualificationDate",),
    "loss_reason": ("ReasonOfLoss",),
    "valid_from": ("InsuredCardValidDate",),
    "valid_until": ("InsuredCardExpirationDate",),
    "issued_on": ("InsuredCertificateIssuanceDate",),
    "preschool": ("PreschoolClassification",),
    "limit_category": (f"{_LIMIT}/LimitApplicationCertificateClassificationFlag",),
    "limit_from": (f"{_LIMIT}/LimitApplicationCertificateValidStartDate",),
    "limit_until": (f"{_LIMIT}/LimitApplicationCertificateValidEndDate",),
    "limit_certificate.class_code": (f"{_LIMIT}/LimitApplicationCertificateClassification",),
    "limit_certificate.issued_on": (f"{_LIMIT}/LimitApplicationCertificateDate",),
    "limit_certificate.long_term_from": (f"{_LIMIT}/LimitApplicationCertificateLongTermDate",),
    "limit_certificate.change_code": ("LimitApplicationCertificateChanged",),
    "elderly_certificate.issued_on": (f"{_ELDERLY}/ElderlyRecipientCertificateDate",),
    "elderly_certificate.valid_from": (f"{_ELDERLY}/ElderlyRecipientValidStartDate",),
    "elderly_certificate.valid_until": (f"{_ELDERLY}/ElderlyRecipientValidEndDate",),
    "elderly_certificate.contribution_ratio": (f"{_ELDERLY}/ElderlyRecipientContributionRatio",),
    "specific_diseases": (f"{_DISEASES}/SpecificDiseasesCertificateInfo/SpecificDiseasesDiseaseCategory",),
    "tickets": (f"{_TICKETS}/MedicalTicketInfo/TicketType",),
    "consents.limit": ("LimitApplicationCertificateRelatedConsFlg",),
    "consents.specific_disease": ("SpecificDiseasesCertificateRelatedConsFlg",),
    "consents.checkup": ("SpecificHealthCheckupsInfoConsFlg",),
    "consents.drug": ("PharmacistsInfoConsFlg",),
    "consents.diagnosis": ("DiagnosisInfoConsFlg",),
    "consents.operation": ("OperationInfoConsFlg",),
    "reference_number": ("ReferenceNumber",),
}
_NAMES: Final = frozenset(path.rpartition("/")[2] for paths in _RECORD.values() for path in paths)

#: The part of the path above a drug row, by source.
_DRUG_ROWS: Final = {
    DrugSource.RECEIPT: ("MeTrMonthInf", "DiDateInfs/DiDateInf", "DrugInfs/DrugInf", ""),
    DrugSource.DISPENSING: ("CzDiInf/CzDiMonthInf", "CzDiDateInfs/CzDiDateInf", "CzDrugInfs/CzDrugInf", "Cz"),
    DrugSource.PRESCRIPTION: ("ShPrInf/ShPrMonthInf", "ShPrDateInfs/ShPrDateInf", "ShDrugInfs/ShDrugInf", "Sh"),
}
_DRUG_FIELDS: Final = {
    "drug_code": "DrugC",
    "drug_name": "DrugN",
    "ingredient": "IngreN",
    "amount": "Qua1",
    "unit": "Unit",
    "usage": "UsageN",
    "instruction": "SpInst",
    "times": "Times",
}


def of_record(names: Iterable[str], *, number_beside: bool = False, parent: str = elements.RECORD) -> Mapping[str, str]:
    """Field → path of the element for a record that holds these names.

    `number_beside` says that the 照会番号 stood beside the record, in its unit.
    """
    return _of_shape(tuple(filter(_NAMES.__contains__, names)), number_beside, parent)


@lru_cache(maxsize=256)
def _of_shape(names: tuple[str, ...], number_beside: bool, parent: str) -> Mapping[str, str]:
    held = frozenset(names)
    found: dict[str, str] = {}
    for field, paths in _RECORD.items():
        path = next((each for each in paths if each.rpartition("/")[2] in held), None)
        if path is not None:
            found[field] = f"{parent}/{path}"
    if number_beside and "ReferenceNumber" not in held:
        found["reference_number"] = f"{elements.UNIT}/ReferenceNumber"
    return MappingProxyType(found)


@lru_cache(maxsize=8)
def of_drug(source: DrugSource) -> Mapping[str, str]:
    """Field → path of the element for a drug of one source, in the form with the source's own prefix."""
    month, day, row, prefix = _DRUG_ROWS[source]
    found = {field: f"{month}/{day}/{row}/{prefix}{name}" for field, name in _DRUG_FIELDS.items()}
    usage = "MeTrIdCl" if source is DrugSource.RECEIPT else f"{prefix}UsageCl"
    found["use_class"] = f"{month}/{day}/{row}/{usage}"
    if source is not DrugSource.PRESCRIPTION:
        found["dispensed_on"] = f"{month}/{day}/{prefix}DiDate"
    found["prescribed_on"] = f"{month}/{day}/{prefix}PrDate"
    return MappingProxyType(found)
