"""Requests whose body nobody has published: behind a switch that is off unless the caller says `unpublished=True`.

Family names are known from installers' scripts, code tables fit them, element names do not appear anywhere in public
(oqs-interface 7.5, 7.6, 11; A-10). What is written here for them is our own convention, to be replaced by the official
layout before a real terminal sees one. Activation and visual-check codes have no public file name and are left out.
Without the switch every builder raises Invalid `layout_unpublished`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from ..domain.consent import ConsentKind
from ..domain.dates import terminal_date
from ..domain.eligibility import TerminalRequest
from ..domain.errors import Invalid
from ..domain.insurance import CoverageFacts
from . import names
from .layout import Item, Treatment, build, insurance, oqs_header, single_search

#: 閲覧同意情報種別 (OQSCD036). 限度額 has no code there: it is not a consent to look at records.
_CONSENT_CODES = {
    ConsentKind.SPECIFIC_DISEASE: "TSR",
    ConsentKind.CHECKUP: "TKK",
    ConsentKind.DRUG: "YZK",
    ConsentKind.DIAGNOSIS: "SRJ",
    ConsentKind.OPERATION: "SHJ",
}


class CodeFormat(StrEnum):
    """二次元コード形式 (OQSCD034)."""

    PDF = "1"
    PNG = "2"


def online_single(
    *,
    institution_code: str,
    coverage: CoverageFacts,
    birth_date: date,
    confirmed_on: date,
    limit_consent: bool,
    file_identifier: str,
    day: date,
    serial: int,
    arbitrary_identifier: str | None = None,
    unpublished: bool = False,
) -> TerminalRequest:
    """オンライン診療等 単件, in the shape of convention A-10 with 診療区分 3."""
    _require(unpublished)
    search = single_search(coverage, birth_date, limit_consent, arbitrary_identifier)
    search.append(("MedicalTreatmentFlag", Treatment.ONLINE.value))
    head = oqs_header(institution_code, file_identifier, confirmed_on=confirmed_on)
    return build(names.ONLINE_SINGLE, day, serial, head, [("QualificationConfirmSearchInfo", search)])


def end_of_consent(
    *,
    institution_code: str,
    coverage: CoverageFacts,
    birth_date: date,
    kinds: Collection[ConsentKind],
    file_identifier: str,
    day: date,
    serial: int,
    unpublished: bool = False,
) -> TerminalRequest:
    """同意取消 by the institution when care ends: the kinds of information it gives up."""
    _require(unpublished)
    without_code = [kind for kind in kinds if kind not in _CONSENT_CODES]
    if without_code or not kinds:
        raise Invalid("no kind of information with a code", code="consent_kind_invalid", kinds=without_code)
    codes = [code for kind, code in _CONSENT_CODES.items() if kind in kinds]
    search: list[Item] = [
        *insurance(coverage),
        ("Birthdate", terminal_date(birth_date)),
        ("MedicalTreatmentFlag", Treatment.HOME_VISIT.value),
        *(("ConsentInfoType", code) for code in codes),
    ]
    head = oqs_header(institution_code, file_identifier)
    return build(names.END_OF_CONSENT, day, serial, head, [("QualificationConfirmSearchInfo", search)])


def consent_page(
    *,
    institution_code: str,
    file_identifier: str,
    day: date,
    serial: int,
    treatment: Treatment = Treatment.HOME_VISIT,
    code_format: CodeFormat = CodeFormat.PDF,
    change: bool = False,
    unpublished: bool = False,
) -> TerminalRequest:
    """The clinic's own page of マイナ在宅受付Web and its code. `change` makes every printed code worthless."""
    _require(unpublished)
    if treatment not in (Treatment.HOME_VISIT, Treatment.ONLINE):  # OQSCD033 knows these two
        raise Invalid("there is no page for this kind of care", code="treatment_invalid")
    body: list[Item] = [
        ("UrlAcquisitionClassification", treatment.value),
        ("TwoDimensionalCodeFormat", code_format.value),
        ("UrlChangeFlag", "1" if change else "0"),
    ]
    return build(names.CONSENT_PAGE, day, serial, oqs_header(institution_code, file_identifier), body)


def _require(unpublished: bool) -> None:
    if not unpublished:
        raise Invalid("the layout of this message is not public", code="layout_unpublished")
