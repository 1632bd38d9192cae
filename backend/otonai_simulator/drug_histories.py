"""What the people take: invented drug histories, told in months before today so that a demo never grows old.

`visits(profile, on)` is the contract. Receipts arrive about two months late (medical-info 1.2); dispensing records of
electronic prescriptions are there at once and for about 100 days. Both may tell of the same visit.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from .medicines import MEDICINES, Medicine

RECEIPT_LAG_MONTHS = 2
ELECTRONIC_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Place:
    """An institution: ten-digit code and name, both invented."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Dose:
    """One line of a prescription. `times` is days for drugs taken daily, a count for the rest."""

    medicine: Medicine
    amount: str
    usage: str
    times: int
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class DrugVisit:
    """Drugs given on one day. `source` is `receipt`, `dispensing` or `prescription`."""

    source: str
    day: date
    prescriber: Place
    dispenser: Place
    doses: tuple[Dose, ...]


@dataclass(frozen=True, slots=True)
class Regimen:
    """A prescription repeated every `every` months on the same day of the month, `first` to `last` months ago."""

    prescriber: Place
    day: int
    lines: tuple[tuple[str, str, str, int], ...]
    electronic: bool = True
    every: int = 1
    first: int = 14
    last: int = 0


MORNING = "１日１回朝食後"
MORNING_EVENING = "１日２回朝夕食後"
THREE_MEALS = "１日３回毎食後"
BEDTIME = "１日１回就寝前"

_CLINIC = Place("1319999982", "みほん内科医院")
_HEART = Place("1319999974", "例示循環器クリニック")
_BONE = Place("1319999966", "例示整形外科")
_HOSPITAL = Place("1318888880", "見本中央病院")
_DENTIST = Place("1339999983", "かくう歯科")
_PHARMACY = Place("1349999991", "みほん薬局")

PROFILES: dict[str, tuple[Regimen, ...]] = {
    "many_medicines": (
        Regimen(
            _CLINIC,
            2,
            (
                ("amlodipine", "1", MORNING, 28),
                ("metformin", "2", MORNING_EVENING, 28),
                ("rosuvastatin", "1", "１日１回夕食後", 28),
                ("lansoprazole", "1", MORNING, 28),
                ("magnesium_oxide", "3", THREE_MEALS, 28),
            ),
            first=30,
        ),
        Regimen(_HEART, 9, (("edoxaban", "1", MORNING, 28), ("bisoprolol", "1", MORNING, 28)), first=30),
        Regimen(
            _BONE,
            6,
            (("lansoprazole_other", "1", MORNING, 14), ("loxoprofen_patch", "21", "１日１回　患部に貼付", 1)),
            electronic=False,
            every=2,
            first=9,
            last=1,
        ),
    ),
    "blood_pressure": (
        Regimen(_CLINIC, 12, (("amlodipine", "1", MORNING, 28), ("olmesartan", "1", MORNING, 28))),
        Regimen(
            _DENTIST, 20, (("amoxicillin", "3", THREE_MEALS, 3), ("acetaminophen", "2", "疼痛時", 5)), first=5, last=5
        ),
    ),
    "heart": (
        Regimen(
            _HEART,
            9,
            (
                ("furosemide", "1", MORNING, 28),
                ("spironolactone", "1", MORNING, 28),
                ("bisoprolol", "1", MORNING, 28),
                ("aspirin", "1", MORNING, 28),
            ),
            first=24,
        ),
        Regimen(_CLINIC, 16, (("suvorexant", "1", BEDTIME, 14),), electronic=False, every=3),
    ),
    "anticoagulant": (
        Regimen(_HEART, 5, (("warfarin", "2", MORNING, 28), ("cilnidipine", "1", MORNING, 28))),
        Regimen(_BONE, 11, (("etodolac", "1", "疼痛時", 10),), electronic=False, every=4),
        Regimen(_BONE, 11, (("lansoprazole_other", "1", MORNING, 28),), electronic=False, first=8, last=1),
        Regimen(
            _CLINIC,
            3,
            (
                ("etodolac_other", "2", MORNING_EVENING, 14),
                ("lansoprazole", "1", MORNING, 28),
                ("carbocisteine", "3", THREE_MEALS, 14),
            ),
            first=1,
            last=0,
        ),
    ),
    "memory": (
        Regimen(
            _CLINIC, 7, (("donepezil", "1", MORNING, 28), ("memantine", "1", "１日１回夕食後", 28)), electronic=False
        ),
    ),
    "bones": (
        Regimen(
            _BONE,
            15,
            (("alendronate", "1", "週１回　起床時", 4), ("eldecalcitol", "1", MORNING, 28)),
        ),
        Regimen(_CLINIC, 22, (("amlodipine", "1", MORNING, 56),), every=2, electronic=False),
    ),
    "stomach": (
        Regimen(_CLINIC, 19, (("famotidine", "1", MORNING_EVENING, 28), ("magnesium_oxide", "3", THREE_MEALS, 28))),
    ),
    "sugar": (
        Regimen(
            _CLINIC,
            8,
            (
                ("metformin", "3", THREE_MEALS, 28),
                ("sitagliptin", "1", MORNING, 28),
                ("voglibose", "3", "１日３回毎食直前", 28),
            ),
        ),
    ),
    "dialysis": (
        Regimen(
            _HOSPITAL,
            4,
            (
                ("calcium_carbonate", "3", "１日３回毎食直後", 14),
                ("amlodipine", "1", "１日１回夕食後　透析日も服用", 14),
                ("insulin_glargine", "1", "１日１回朝　皮下注射　６単位", 1),
            ),
            first=20,
        ),
    ),
    "breathing": (
        Regimen(_CLINIC, 25, (("tiotropium", "28", "１日１回吸入", 1), ("carbocisteine", "3", THREE_MEALS, 28))),
    ),
    "movement": (
        Regimen(_HOSPITAL, 13, (("levodopa", "3", THREE_MEALS, 28), ("magnesium_oxide", "2", MORNING_EVENING, 28))),
    ),
    "seizures": (
        Regimen(_HOSPITAL, 18, (("levetiracetam", "2", MORNING_EVENING, 28), ("valproate", "2", MORNING_EVENING, 28))),
    ),
    "gout": (Regimen(_CLINIC, 10, (("febuxostat", "1", MORNING, 56), ("olmesartan", "1", MORNING, 56)), every=2),),
    "thyroid": (Regimen(_CLINIC, 24, (("levothyroxine", "1", MORNING, 84),), every=3),),
    "sleep": (Regimen(_CLINIC, 17, (("suvorexant", "1", BEDTIME, 28),)),),
    "rare_disease": (
        Regimen(_HOSPITAL, 21, (("riluzole", "2", "１日２回朝夕食前", 28), ("lansoprazole", "1", MORNING, 28))),
    ),
}


def visits(profile: str, on: date) -> tuple[DrugVisit, ...]:
    """Every visit of the profile that the center knows on `on`, newest first; no visits for an unknown profile."""
    found: list[DrugVisit] = []
    for regimen in PROFILES.get(profile, ()):
        for months_ago in range(regimen.last, regimen.first + 1, regimen.every):
            day = _day_in_month(on, months_ago, regimen.day)
            if day > on:
                continue
            found.extend(
                DrugVisit(source, day, regimen.prescriber, _PHARMACY, _doses(regimen))
                for source in _sources(regimen, months_ago)
            )
    return tuple(sorted(found, key=lambda visit: visit.day, reverse=True))


def _sources(regimen: Regimen, months_ago: int) -> tuple[str, ...]:
    sources = []
    if months_ago >= RECEIPT_LAG_MONTHS:
        sources.append("receipt")
    if regimen.electronic and months_ago <= ELECTRONIC_MONTHS:
        sources.append("dispensing")
    if regimen.electronic and months_ago == 0:
        sources.append("prescription")
    return tuple(sources)


def _doses(regimen: Regimen) -> tuple[Dose, ...]:
    return tuple(Dose(MEDICINES[key], amount, usage, times) for key, amount, usage, times in regimen.lines)


def _day_in_month(on: date, months_ago: int, day: int) -> date:
    index = on.year * 12 + on.month - 1 - months_ago
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))
