"""Invented checkup results (特定健診, 後期高齢者健診), one examination each autumn, told in years before today.

`examinations(profile, sex, on)` is the contract. Item codes and value sets: medical-info 3.7 and 3.9.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .person import Sex


@dataclass(frozen=True, slots=True)
class Item:
    """One measured or asked item; `code_name` and `oid` are set for coded answers."""

    code: str
    name: str
    data_type: str
    value: str
    unit: str = ""
    code_name: str = ""
    oid: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """One day's results."""

    day: date
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """Years ago examined, and (newest value, change per year backwards) for each quantity."""

    years: tuple[int, ...]
    values: dict[str, tuple[float, float]]
    urine_protein: str = "1"
    smokes: bool = False


_QUANTITIES: dict[str, tuple[str, str, str, int]] = {
    "HEIGHT": ("9N001000000000001", "身長", "cm", 1),
    "WEIGHT": ("9N006000000000001", "体重", "kg", 1),
    "BMI": ("9N011000000000001", "ＢＭＩ", "kg/m2", 1),
    "SBP": ("9A755000000000001", "収縮期血圧(その他)", "mmHg", 0),
    "DBP": ("9A765000000000001", "拡張期血圧(その他)", "mmHg", 0),
    "TG": ("3F015000002327101", "空腹時中性脂肪", "mg/dL", 0),
    "HDL": ("3F070000002327101", "ＨＤＬコレステロール", "mg/dL", 0),
    "LDL": ("3F077000002327101", "ＬＤＬコレステロール", "mg/dL", 0),
    "AST": ("3B035000002327201", "ＡＳＴ(ＧＯＴ)", "U/L", 0),
    "ALT": ("3B045000002327201", "ＡＬＴ(ＧＰＴ)", "U/L", 0),
    "GGT": ("3B090000002327101", "γ－ＧＴ(γ－ＧＴＰ)", "U/L", 0),
    "FPG": ("3D010000001926101", "空腹時血糖", "mg/dL", 0),
    "HBA1C": ("3D046000001920402", "ＨｂＡ１ｃ(ＮＧＳＰ値)", "%", 1),
    "CRE": ("3C015000002327101", "血清クレアチニン", "mg/dL", 2),
    "EGFR": ("8A065000002391901", "ｅＧＦＲ", "mL/min/1.73m2", 1),
    "UA": ("3C020000002327101", "血清尿酸", "mg/dL", 1),
    "HB": ("2A030000001930101", "血色素量", "g/dL", 1),
}
#: The newest examination of one course used another HbA1c method: same analyte, other code.
_HBA1C_ENZYME = "3D046000001927102"

_USUAL: dict[str, tuple[float, float]] = {
    "HEIGHT": (155.2, 0.3),
    "WEIGHT": (52.4, 0.4),
    "SBP": (128, -1),
    "DBP": (74, 0),
    "TG": (98, 3),
    "HDL": (58, 0),
    "LDL": (108, 2),
    "AST": (23, 0),
    "ALT": (18, 0),
    "GGT": (24, 1),
    "FPG": (97, 0),
    "HBA1C": (5.5, 0),
    "CRE": (0.72, -0.01),
    "EGFR": (61.8, 1.2),
    "UA": (5.1, 0),
    "HB": (12.6, 0.1),
}

COURSES: dict[str, Course] = {
    "steady": Course((1, 2, 3), {}),
    "kidney_and_sugar": Course(
        (1, 2, 3, 5),
        {
            "HBA1C": (6.8, -0.2),
            "FPG": (134, -4),
            "CRE": (1.18, -0.06),
            "EGFR": (43.1, 3.1),
            "SBP": (138, -2),
            "DBP": (82, 0),
        },
        urine_protein="3",
    ),
    "blood_pressure_rising": Course((1, 2, 3, 4), {"SBP": (152, -6), "DBP": (88, -2), "LDL": (131, -3)}),
    "sugar_improving": Course(
        (1, 2), {"HBA1C": (6.4, 0.5), "FPG": (118, 12), "WEIGHT": (71.0, 2.5)}, urine_protein="2"
    ),
    "smoker": Course((1, 3), {"TG": (188, 8), "HDL": (38, 1), "GGT": (72, 4), "UA": (7.2, -0.1)}, smokes=True),
}


def examinations(profile: str, sex: Sex, on: date) -> tuple[Examination, ...]:
    """Examinations of the profile known on `on`, newest first; none for an unknown profile."""
    course = COURSES.get(profile)
    if course is None:
        return ()
    return tuple(
        Examination(date(on.year - ago, 10, 8), _items(course, sex, ago, newest=ago == course.years[0]))
        for ago in course.years
    )


def _items(course: Course, sex: Sex, years_ago: int, *, newest: bool) -> tuple[Item, ...]:
    values = {name: _at(pair, years_ago) for name, pair in (_USUAL | course.values).items()}
    if sex is Sex.MALE:
        values["HEIGHT"] += 10
        values["HB"] += 1.4
    values["BMI"] = values["WEIGHT"] / (values["HEIGHT"] / 100) ** 2
    items = []
    for name, (code, label, unit, digits) in _QUANTITIES.items():
        own_code = _HBA1C_ENZYME if name == "HBA1C" and newest and "HBA1C" in course.values else code
        items.append(Item(own_code, label, "PQ", f"{values[name]:.{digits}f}", unit))
    strip = {"1": "－", "2": "±", "3": "＋"}[course.urine_protein]
    items.append(Item("1A010000000191111", "尿蛋白", "CO", course.urine_protein, "", strip, "1.2.392.200119.6.2102"))
    answer = ("1", "はい") if course.smokes else ("3", "いいえ")
    items.append(Item("9N736000000000011", "喫煙", "CD", answer[0], "", answer[1], "1.2.392.200119.6.2003"))
    items.append(Item("9N511000000000049", "医師の診断(判定)", "ST", "かかりつけ医で経過をみてください。"))
    return tuple(items)


def _at(pair: tuple[float, float], years_ago: int) -> float:
    newest, change = pair
    return newest + change * (years_ago - 1)
