"""Drug (YZK) and checkup (TKK) answers as events and examinations (oqs-interface 9.2, medical-info 2.4-2.9).

One bad row never fails the file: it is counted. Numbers that are no numbers stay as text. Which source is
preferred, and what a value means, is not decided here.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from lxml import etree

from ..domain.dates import parse_terminal_date
from ..domain.medical import (
    Checkup,
    CheckupItem,
    DrugEvent,
    DrugSource,
    Institution,
    MedicalResult,
    MedicalSubject,
    TreatmentEvent,
    UseClass,
)
from ..domain.writing import full_width_kana
from . import codes
from .envelope import Envelope, all_texts, child_texts, topmost

MEDICAL_ROOTS = frozenset({"XmlMsg", "Message"})
_SUCCESS = "1"


@dataclass(frozen=True, slots=True)
class _Branch:
    """Where one source keeps the same things. Rows may carry the prefix or not, so both are looked for."""

    source: DrugSource
    prefix: str
    month: str
    month_text: str
    day: str
    dispensed: str | None
    prescribed: str
    dispenser: str
    prescriber: str
    own: str


_BRANCHES = (
    _Branch(
        DrugSource.RECEIPT,
        "",
        "MeTrMonthInf",
        "MeTrMonth",
        "DiDateInf",
        "DiDate",
        "PrDate",
        "MeTrDiH",
        "PrlsH",
        "PrIsOrg",
    ),
    _Branch(
        DrugSource.DISPENSING,
        "Cz",
        "CzDiMonthInf",
        "DiMonth",
        "DiDateInf",
        "DiDate",
        "PrDate",
        "MeTrDiH",
        "PrlsH",
        "PrIsOrg",
    ),
    _Branch(
        DrugSource.PRESCRIPTION,
        "Sh",
        "ShPrMonthInf",
        "PrMonth",
        "PrDateInf",
        None,
        "PrDate",
        "MeTrDiH",
        "PrH",
        "PrIsOrg",
    ),
)


def medical_result(envelope: Envelope, kind: str) -> MedicalResult:
    """The answer to a drug or checkup request; nothing is read from one that the terminal refused."""
    result_code = envelope.anywhere("ResultCode")
    accepted = result_code == _SUCCESS
    drugs: list[DrugEvent] = []
    treatments: list[TreatmentEvent] = []
    checkups: list[Checkup] = []
    bad_rows = 0
    if accepted and kind == "drug":
        drugs, bad_rows = _drugs(envelope)
        treatments, bad_treatments = _treatments(envelope)
        bad_rows += bad_treatments
    elif accepted:
        checkups, bad_rows = _checkups(envelope)
    return MedicalResult(
        kind=kind,
        institution_code=envelope.header.get("MedicalInstitutionCode"),
        file_identifier=envelope.header.get("ArbitraryFileIdentifier"),
        accepted=accepted,
        result_code=result_code or envelope.header.get("ErrorCode"),
        message=(
            envelope.anywhere("MessageContents")
            or envelope.header.get("ErrorMessage")
            or envelope.anywhere("ProcessingResultMessage")
        ),
        subject=_subject(envelope),
        drugs=tuple(drugs),
        checkups=tuple(checkups),
        bad_rows=bad_rows,
        unknown_elements=envelope.unknown_elements,
        treatments=tuple(treatments),
    )


def _subject(envelope: Envelope) -> MedicalSubject:
    for block_name in ("QuaInf", "QualificationsInfo"):
        block = next(envelope.root.iter(block_name), None)
        if block is not None:
            facts = all_texts(block)
            kana = facts.get("KanaName") or facts.get("KanasName") or facts.get("NameKana")
            return MedicalSubject(
                name=facts.get("Name"),
                name_kana=full_width_kana(kana) if kana else None,
                birth_date=parse_terminal_date(facts.get("Birth") or facts.get("Birthday") or facts.get("Birthdate")),
                sex=codes.sex(facts.get("AdmGendCode") or facts.get("AdministrativeGenderCode")),
            )
    return MedicalSubject(name=None, name_kana=None, birth_date=None)


def _drugs(envelope: Envelope) -> tuple[list[DrugEvent], int]:
    events: list[DrugEvent] = []
    bad_rows = 0
    for branch in _BRANCHES:
        for month in envelope.below_body(branch.month):
            about = _plain_texts(branch, month)
            prescriber = Institution(about.get(f"{branch.prescriber}Cd"), about.get(f"{branch.prescriber}Nm"))
            dispenser = Institution(about.get(f"{branch.dispenser}Cd"), about.get(f"{branch.dispenser}Nm"))
            days = [day for name in _both(branch, branch.day) for day in topmost(month, name)]
            for day in days:
                when = _plain_texts(branch, day)
                of_day = _Day(
                    branch.source,
                    about.get(branch.month_text),
                    parse_terminal_date(when.get(branch.dispensed)) if branch.dispensed else None,
                    parse_terminal_date(when.get(branch.prescribed)),
                    prescriber,
                    dispenser,
                    about.get(branch.own) == "1",
                )
                for row in _rows(branch, day):
                    event = _drug(of_day, _plain_texts(branch, row))
                    if event is None:
                        bad_rows += 1
                    else:
                        events.append(event)
    return events, bad_rows


@dataclass(frozen=True, slots=True)
class _Day:
    """What all rows of one day share."""

    source: DrugSource
    month: str | None
    dispensed_on: date | None
    prescribed_on: date | None
    prescriber: Institution
    dispenser: Institution
    own: bool


def _rows(branch: _Branch, day: etree._Element) -> Iterator[etree._Element]:
    for name in _both(branch, "DrugInf"):
        yield from topmost(day, name)


def _both(branch: _Branch, name: str) -> tuple[str, ...]:
    return (f"{branch.prefix}{name}", name) if branch.prefix else (name,)


def _plain_texts(branch: _Branch, element: etree._Element) -> dict[str, str]:
    """The children's texts under their names without the branch's prefix; the prefixed one of two counts (2.5)."""
    texts = child_texts(element)
    if not branch.prefix:
        return texts
    named = {name.removeprefix(branch.prefix): text for name, text in texts.items() if name.startswith(branch.prefix)}
    return texts | named


def _drug(day: _Day, row: dict[str, str]) -> DrugEvent | None:
    name = row.get("DrugN")
    if name is None:
        return None
    use_code, use = _use(row)
    amount, times = row.get("Qua1"), row.get("Times")
    return DrugEvent(
        source=day.source,
        month=day.month,
        dispensed_on=day.dispensed_on,
        prescribed_on=day.prescribed_on,
        prescriber=day.prescriber,
        dispenser=day.dispenser,
        own_institution=day.own,
        drug_code=row.get("DrugC"),
        drug_name=name,
        ingredient=row.get("IngreN"),
        amount=_number(amount),
        amount_text=amount,
        unit=row.get("Unit"),
        usage=row.get("UsageN"),
        instruction=row.get("SpInst"),
        times=_number(times),
        times_text=times,
        use_class=use,
        use_class_code=use_code,
    )


def _use(row: dict[str, str]) -> tuple[str | None, UseClass]:
    """使用区分: 診療識別 has a public table, the class of electronic prescriptions has none and stays `unknown`."""
    treatment = row.get("MeTrIdCl")
    if treatment is not None:
        return treatment, codes.use_class(treatment)
    return row.get("UsageCl"), UseClass.UNKNOWN


def _treatments(envelope: Envelope) -> tuple[list[TreatmentEvent], int]:
    """診療行為 of the receipt branch, the only one that is known to hold them (medical-info 2.6)."""
    events: list[TreatmentEvent] = []
    bad_rows = 0
    if next(envelope.below_body("MeTrInf"), None) is None:
        return events, bad_rows
    for month in envelope.below_body("MeTrMonthInf"):
        about = child_texts(month)
        for day in topmost(month, "DiDateInf"):
            when = child_texts(day)
            for element in topmost(day, "MeTrInf"):
                event = _treatment(about, when, child_texts(element))
                if event is None:
                    bad_rows += 1
                else:
                    events.append(event)
    return events, bad_rows


def _treatment(about: dict[str, str], when: dict[str, str], row: dict[str, str]) -> TreatmentEvent | None:
    code, name, class_code = row.get("SinInfCd"), row.get("SinInfN"), row.get("MeTrIdCl")
    if code is None and name is None:
        return None
    return TreatmentEvent(
        month=about.get("MeTrMonth"),
        treated_on=parse_terminal_date(when.get("DiDate")),
        institution=Institution(about.get("MeTrDiHCd"), about.get("MeTrDiHNm")),
        own_institution=about.get("PrIsOrg") == "1",
        code=code,
        name=name or code or "",
        kind=codes.treatment_kind(class_code),
        class_code=class_code,
        amount=_number(row.get("Qua1")),
        amount_text=row.get("Qua1"),
        unit=row.get("Unit"),
        times=_number(row.get("Times")),
        times_text=row.get("Times"),
    )


def _checkups(envelope: Envelope) -> tuple[list[Checkup], int]:
    checkups: list[Checkup] = []
    bad_rows = 0
    for examination in envelope.below_body("SpecificHealthCheckupInfo"):
        items: list[CheckupItem] = []
        for row in topmost(examination, "HealthCheckupResultAndQuestionInfo"):
            item = _item(child_texts(row))
            if item is None:
                bad_rows += 1
            else:
                items.append(item)
        day = child_texts(examination).get("EffectiveTime")
        checkups.append(Checkup(performed_on=parse_terminal_date(day[:8]) if day else None, items=tuple(items)))
    return checkups, bad_rows


def _item(row: dict[str, str]) -> CheckupItem | None:
    code, name, text = row.get("ItemCode"), row.get("ItemName"), row.get("DataValue")
    if (code is None and name is None) or (text is None and "DataValueName" not in row):
        return None
    data_type = row.get("DataType")
    return CheckupItem(
        code=code or "",
        name=name or code or "",
        data_type=data_type,
        number=_number(text) if data_type in (None, "PQ") else None,
        text=text or "",
        unit=row.get("Unit"),
        code_name=row.get("DataValueName"),
        value_set=row.get("Oid"),
    )


@lru_cache(maxsize=4096)
def _number(text: str | None) -> float | None:
    """A finite decimal number in any width; None for free text such as `適量` or `<5`."""
    plain = unicodedata.normalize("NFKC", text or "").strip().replace(",", "")
    if not plain or not set(plain) <= set("0123456789.+-"):
        return None
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
