"""What the center states about a person beside the insurance itself: certificates, specific diseases, tickets.

Codes stay as delivered; their Japanese labels are in the terminal's tables. Sources: oqs-interface 4.3, 10, 12.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ElderlyCertificate:
    """高齢受給者証: its dates and the share to pay, in percent."""

    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    contribution_ratio: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitCertificate:
    """限度額適用認定証 beyond category and validity, which stand in the coverage.

    `class_code` is OQSCD011. `long_term_from` is 長期入院該当年月日. `change_code` is OQSCD014, sent by a bulk
    inquiry in place of the certificate: whether what the chart holds still applies.
    """

    class_code: str | None = None
    issued_on: date | None = None
    long_term_from: date | None = None
    change_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SpecificDisease:
    """特定疾病療養受療証: `category_code` is OQSCD013, `self_pay` the monthly limit in yen."""

    category_code: str | None = None
    issued_on: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    self_pay: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MedicalTicket:
    """医療券・調剤券 of 医療扶助 for one month. `treatment_month` is `YYYYMM`, `self_pay` in yen.

    Codes: `ticket_code` OQSCD018, `treatment_code` 019, `use_code` 020, `social_insurance_code` 021,
    `consistency_code` 022, `infection_code` 023, `late_elderly_code` 024, `prefecture_code` 025,
    `designated_code` 026.
    """

    ticket_code: str | None = None
    issue_number: str | None = None
    treatment_month: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    designated_institution_code: str | None = None
    designated_institution_name: str | None = None
    designated_code: str | None = None
    issuer_institution_code: str | None = None
    issuer_institution_name: str | None = None
    injuries: tuple[str, ...] = ()
    treatment_code: str | None = None
    self_pay: int | None = None
    district_contact: str | None = None
    handling_contact: str | None = None
    use_code: str | None = None
    social_insurance_code: str | None = None
    consistency_code: str | None = None
    infection_code: str | None = None
    late_elderly_code: str | None = None
    prefecture_code: str | None = None
    remarks: tuple[str, ...] = ()
