"""Drug and treatment rows as XML, in the three branches of the drug file. Pure.

Sources: oqs-interface 9.2, medical-info 2.5 and 2.6.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from lxml import etree

from .drug_histories import DrugVisit
from .procedures import ProcedureVisit
from .wire import add, add_known, day


@dataclass(frozen=True, slots=True)
class Branch:
    """How one branch of 電子処方箋 names its elements."""

    prefix: str
    stem: str
    prescriber: str
    dates: tuple[str, ...]


DISPENSING = Branch("Cz", "CzDi", "CzPrls", ("CzDiDate", "CzPrDate"))
PRESCRIPTION = Branch("Sh", "ShPr", "ShPr", ("ShPrDate",))


def add_receipts(body: etree._Element, visits: list[DrugVisit], own_code: str) -> None:
    """Append the receipts: one group per month and prescriber, in it one entry per day."""
    for month, in_month in groupby(visits, key=lambda visit: f"{visit.day:%Y%m}"):
        for place, at_place in _by_prescriber(list(in_month)):
            group = add(body, "MeTrMonthInf")
            add_known(
                group,
                MeTrMonth=month,
                DiOrg="4",
                MeTrDiHCd=at_place[0].dispenser.code,
                MeTrDiHNm=at_place[0].dispenser.name,
                PrlsHCd=place,
                PrlsHNm=at_place[0].prescriber.name,
                PrIsOrg="1" if place == own_code else "2",
                InOut="2",
            )
            days = add(group, "DiDateInfs")
            for visit in at_place:
                one = add(days, "DiDateInf")
                add_known(one, DiDate=day(visit.day), PrDate=day(visit.day))
                _add_drugs(add(one, "DrugInfs"), "DrugInf", "", visit)


def add_electronic(parent: etree._Element, branch: Branch, visits: list[DrugVisit], own_code: str) -> None:
    """Append one branch of 電子処方箋, one month group per visit; nothing when there are no visits."""
    if not visits:
        return
    whole = add(parent, f"{branch.stem}Inf")
    for visit in visits:
        group = add(whole, f"{branch.stem}MonthInf")
        add_known(
            group,
            **{
                f"{branch.stem}Month": f"{visit.day:%Y%m}",
                f"{branch.stem}Org": "1",
                f"{branch.prefix}MeTrDiHCd": visit.dispenser.code,
                f"{branch.prefix}MeTrDiHNm": visit.dispenser.name,
                f"{branch.prescriber}HCd": visit.prescriber.code,
                f"{branch.prescriber}HNm": visit.prescriber.name,
                f"{branch.prefix}PrIsOrg": "1" if visit.prescriber.code == own_code else "2",
                f"{branch.prefix}PrCl": "1",
            },
        )
        one = add(add(group, f"{branch.stem}DateInfs"), f"{branch.stem}DateInf")
        for name in branch.dates:
            add(one, name, day(visit.day))
        _add_drugs(add(one, f"{branch.prefix}DrugInfs"), f"{branch.prefix}DrugInf", branch.prefix, visit)


def _add_drugs(parent: etree._Element, name: str, prefix: str, visit: DrugVisit) -> None:
    for dose in visit.doses:
        add_known(
            add(parent, name),
            **{
                f"{prefix}UsageCl" if prefix else "MeTrIdCl": dose.medicine.use_class,
                f"{prefix}DrugC": dose.medicine.code,
                f"{prefix}DrugN": dose.medicine.name,
                f"{prefix}IngreN": dose.medicine.ingredient,
                f"{prefix}Qua1": dose.amount,
                f"{prefix}Unit": dose.medicine.unit,
                f"{prefix}UsageN": dose.usage,
                f"{prefix}SpInst": dose.instruction,
                f"{prefix}Times": str(dose.times),
            },
        )


def add_procedure(body: etree._Element, visit: ProcedureVisit) -> None:
    """Append what was done on one day, as receipts tell it."""
    group = add(body, "MeTrMonthInf")
    add_known(
        group,
        MeTrMonth=f"{visit.day:%Y%m}",
        DiOrg="1",
        MeTrDiHCd=visit.place.code,
        MeTrDiHNm=visit.place.name,
        PrIsOrg="2",
        InOut="1" if visit.is_operation else "2",
    )
    one = add(add(group, "DiDateInfs"), "DiDateInf")
    add(one, "DiDate", day(visit.day))
    rows = add(one, "MeTrInfs")
    for act in visit.acts:
        add_known(
            add(rows, "MeTrInf"),
            SinInfCd=act.code,
            SinInfN=act.name,
            MeTrIdCl=act.treatment_class,
            Qua1="1",
            Unit=act.unit,
            Times="1",
        )


def _by_prescriber(visits: list[DrugVisit]) -> list[tuple[str, list[DrugVisit]]]:
    found: dict[str, list[DrugVisit]] = {}
    for visit in visits:
        found.setdefault(visit.prescriber.code, []).append(visit)
    return list(found.items())
