"""特定健診 over the years: one line per quantity, judgement values as facts, eGFR computed where it was not delivered.

A value is compared with 保健指導判定値 and 受診勧奨判定値 of the programme in force and named by these words, never as
normal or ill (medical-info 3.7-3.10). A missing year stays missing; another method is marked; nothing is interpolated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from .dates import age_on
from .insurance import Sex
from .medical import Checkup, CheckupItem

#: The questionnaire's items all have this beginning (3.9); their answers are shown as delivered.
_QUESTIONS = tuple(
    f"9N{number}"
    for number in (
        *(701, 706, 711, 716, 721, 726, 731, 736, 741, 746, 751, 756, 872, 766, 771, 782, 781, 786, 791, 796, 801, 808),
        *range(932, 947),
    )
)
_JUDGEMENTS = ("9N501", "9N506", "9N511", "9N516", "9N056", "9N061", "9N066", "9A110", "9E100")
_EGFR, _CREATININE = "EGFR", "CRE"


class Flag(StrEnum):
    """Where a value stands against the two judgement values. `none` is also the word where there are none."""

    NONE = "none"
    GUIDANCE = "guidance"
    REFERRAL = "referral"


@dataclass(frozen=True, slots=True)
class Limit:
    """One judgement value: reached at `at` and beyond, upward or downward; `inclusive` says whether `at` counts."""

    at: float
    upward: bool
    inclusive: bool = True

    def reached(self, value: float) -> bool:
        """Whether a value lies at or beyond it."""
        if value == self.at:
            return self.inclusive
        return value > self.at if self.upward else value < self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One quantity: its item codes in the order they are preferred (3.7 selection rules), and its two limits by sex."""

    key: str
    name: str
    unit: str | None
    codes: tuple[str, ...]
    guidance: Mapping[Sex | None, Limit]
    referral: Mapping[Sex | None, Limit]
    coded: bool = False
    likely: bool = False

    def limits(self, sex: Sex | None) -> tuple[Limit | None, Limit | None]:
        """保健指導判定値 and 受診勧奨判定値 for a person; None where the programme has none, or none for that sex."""
        return self.guidance.get(None) or self.guidance.get(sex), self.referral.get(None) or self.referral.get(sex)

    def flag(self, value: float, sex: Sex | None) -> Flag:
        """Decides by the limits alone; referral before guidance."""
        guidance, referral = self.limits(sex)
        if referral is not None and referral.reached(value):
            return Flag.REFERRAL
        return Flag.GUIDANCE if guidance is not None and guidance.reached(value) else Flag.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The groups in force, in the order of reading, and where their limits come from."""

    source: str
    valid_from: date
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Point:
    """One value on one day. `computed` marks our eGFR; `method_changed` another item code than the point before."""

    on: date
    value: float
    text: str
    code: str
    item_name: str
    flag: Flag
    computed: bool = False
    method_changed: bool = False

    def __repr__(self) -> str:
        return f"Point({self.on.year})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Series:
    """One quantity over the years, oldest first; `missing` are fiscal years with a checkup but without this value."""

    key: str
    name: str
    unit: str | None
    points: tuple[Point, ...]
    guidance: Limit | None
    referral: Limit | None
    likely: bool

    def __repr__(self) -> str:
        return f"Series({self.key}, points={len(self.points)})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """One answer or judgement by its words as delivered."""

    code: str
    name: str
    text: str

    def __repr__(self) -> str:
        return f"Answer({self.code})"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class CheckupView:
    """Everything the screens show. `missing_years` are fiscal years (from April) in which there was no checkup."""

    days: tuple[date, ...]
    series: tuple[Series, ...]
    judgements: tuple[Answer, ...]
    questionnaire: tuple[Answer, ...]
    asked_on: date | None
    others: tuple[Answer, ...]
    missing_years: tuple[int, ...]
    gfr_stage: str | None
    source: str

    def __repr__(self) -> str:
        return f"CheckupView(days={len(self.days)}, series={len(self.series)})"


def checkup_view(
    checkups: Iterable[Checkup], *, birth_date: date, sex: Sex | None, today: date, programme: Programme, years: int = 5
) -> CheckupView:
    """The last `years` fiscal years. Judgements and other items are those of the newest checkup."""
    first_year = fiscal_year(today) - years + 1
    dated = sorted(
        (each for each in _one_a_day(checkups) if each.performed_on and fiscal_year(each.performed_on) >= first_year),
        key=lambda each: each.performed_on or date.min,
    )
    series = tuple(found for group in programme.groups if (found := _series(group, dated, birth_date, sex)) is not None)
    known = {code for group in programme.groups for code in group.codes}
    newest = dated[-1] if dated else None
    asked = next((c for c in reversed(dated) if any(_is_question(item) for item in c.items)), None)
    gfr = next((one.points[-1].value for one in series if one.key == _EGFR), None)
    days = tuple(each.performed_on for each in dated if each.performed_on)
    return CheckupView(
        days=days,
        series=series,
        judgements=_answers(newest, lambda item: item.code.startswith(_JUDGEMENTS)),
        questionnaire=_answers(asked, _is_question),
        asked_on=asked.performed_on if asked else None,
        others=_answers(
            newest,
            lambda item: item.code not in known and not item.code.startswith(_JUDGEMENTS) and not _is_question(item),
        ),
        missing_years=_missing(days, first_year, fiscal_year(today)),
        gfr_stage=gfr_stage(gfr) if gfr is not None else None,
        source=programme.source,
    )


def fiscal_year(day: date) -> int:
    """年度: from April to March."""
    return day.year if day.month >= 4 else day.year - 1


def estimated_gfr(creatinine: float, age: int, sex: Sex) -> float | None:
    """日本腎臓学会's equation for adults, mL/min/1.73 m² (3.8); None under 18, without a known sex or for no amount."""
    if age < 18 or creatinine <= 0 or sex is Sex.UNSET:
        return None
    value = 194 * creatinine**-1.094 * age**-0.287
    return float(value * 0.739 if sex is Sex.FEMALE else value)


def gfr_stage(value: float) -> str:
    """GFR区分 of one value. One value is never a disease: screens write 「GFR区分 G3a相当」."""
    for stage, lowest in (("G1", 90), ("G2", 60), ("G3a", 45), ("G3b", 30), ("G4", 15)):
        if value >= lowest:
            return stage
    return "G5"


def _series(group: Group, checkups: Sequence[Checkup], birth_date: date, sex: Sex | None) -> Series | None:
    points: list[Point] = []
    for checkup in checkups:
        point = _point(group, checkup, birth_date, sex)
        if point is not None:
            changed = bool(points) and points[-1].code != point.code
            points.append(replace(point, method_changed=changed))
    if not points:
        return None
    guidance, referral = group.limits(sex)
    return Series(
        key=group.key, name=group.name, unit=group.unit, points=tuple(points),
        guidance=guidance, referral=referral, likely=group.likely,
    )  # fmt: skip


def _point(group: Group, checkup: Checkup, birth_date: date, sex: Sex | None) -> Point | None:
    on = checkup.performed_on
    if on is None:
        return None
    for code in group.codes:
        item = next((each for each in checkup.items if each.code == code), None)
        value = _value(group, item) if item is not None else None
        if item is not None and value is not None:
            return Point(
                on=on, value=value, text=item.code_name or item.text, code=code, item_name=item.name,
                flag=group.flag(value, sex),
            )  # fmt: skip
    if group.key == _EGFR and sex is not None:
        return _computed_gfr(group, checkup, on, birth_date, sex)
    return None


def _computed_gfr(group: Group, checkup: Checkup, on: date, birth_date: date, sex: Sex) -> Point | None:
    """eGFR from creatinine where none was delivered; marked as computed."""
    item = next((each for each in checkup.items if each.code.startswith("3C015") and each.number is not None), None)
    value = estimated_gfr(item.number, age_on(birth_date, on), sex) if item and item.number is not None else None
    if item is None or value is None:
        return None
    return Point(
        on=on, value=round(value, 2), text=f"{value:.1f}", code=f"computed:{item.code}", item_name=item.name,
        flag=group.flag(value, sex), computed=True,
    )  # fmt: skip


def _value(group: Group, item: CheckupItem) -> float | None:
    """The number of a quantity; of a coded answer the place of its code, as the value set orders it."""
    if item.number is not None:
        return item.number
    return float(item.text) if group.coded and item.text.isascii() and item.text.isdigit() else None


def _one_a_day(checkups: Iterable[Checkup]) -> list[Checkup]:
    """Two records of one checkup (insurer's and clinic's, 2.7) as one: all items, of equal codes the later received."""
    by_day: dict[date | None, dict[str, CheckupItem]] = {}
    order: dict[date | None, list[str]] = {}
    for checkup in checkups:
        items = by_day.setdefault(checkup.performed_on, {})
        places = order.setdefault(checkup.performed_on, [])
        for number, item in enumerate(checkup.items):
            key = item.code or f"{item.name}#{number}"
            if key not in items:
                places.append(key)
            items[key] = item
    return [Checkup(performed_on=day, items=tuple(items[key] for key in order[day])) for day, items in by_day.items()]


def _is_question(item: CheckupItem) -> bool:
    return item.code.startswith(_QUESTIONS)


def _answers(checkup: Checkup | None, wanted: Callable[[CheckupItem], bool]) -> tuple[Answer, ...]:
    return tuple(
        Answer(code=item.code, name=item.name, text=_words(item))
        for item in (checkup.items if checkup else ())
        if wanted(item)
    )


def _words(item: CheckupItem) -> str:
    """The delivered display of a code comes first: answer codes changed in fiscal year 2024 (fact 10)."""
    words = item.code_name or item.text
    return f"{words} {item.unit}" if item.unit and not item.code_name else words


def _missing(days: Sequence[date], first_year: int, this_year: int) -> tuple[int, ...]:
    """Fiscal years before this one, from the first that has a checkup, in which there was none."""
    if not days:
        return ()
    had = {fiscal_year(day) for day in days}
    return tuple(year for year in range(max(first_year, min(had)), this_year) if year not in had)
