"""Checkups over five years: values against the programme's two judgement values, gaps and methods told as they are."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.checkup import CheckupView, Flag, Series, checkup_view, estimated_gfr, fiscal_year, gfr_stage
from otonai.domain.insurance import Sex
from otonai.domain.medical import Checkup, CheckupItem
from otonai.rules import checkup_programme_on

TODAY = date(2025, 11, 23)
PROGRAMME = checkup_programme_on(TODAY)
BORN = date(1953, 4, 12)
SBP, SBP_FIRST = "9A755000000000001", "9A751000000000001"
HBA1C_HPLC, HBA1C_ENZYME = "3D046000001920402", "3D046000001927102"
LDL_DIRECT, LDL_COMPUTED = "3F077000002327101", "3F077000002391901"


def item(
    code: str, value: float | str, *, name: str = "", unit: str | None = None, words: str | None = None
) -> CheckupItem:
    number = value if isinstance(value, float | int) else None
    return CheckupItem(
        code=code, name=name or code, data_type="PQ" if number is not None else "CD", number=number,
        text=str(value), unit=unit, code_name=words,
    )  # fmt: skip


def on(day: date, *items: CheckupItem) -> Checkup:
    return Checkup(performed_on=day, items=items)


def view(*checkups: Checkup, sex: Sex | None = Sex.FEMALE) -> CheckupView:
    return checkup_view(checkups, birth_date=BORN, sex=sex, today=TODAY, programme=PROGRAMME)


def series(found: CheckupView, key: str) -> Series:
    return next(one for one in found.series if one.key == key)


@pytest.mark.parametrize(
    ("key", "code", "value", "flag"),
    [
        ("SBP", SBP, 129, Flag.NONE),
        ("SBP", SBP, 130, Flag.GUIDANCE),
        ("SBP", SBP, 139.9, Flag.GUIDANCE),
        ("SBP", SBP, 140, Flag.REFERRAL),
        ("HBA1C", HBA1C_HPLC, 5.5, Flag.NONE),
        ("HBA1C", HBA1C_HPLC, 5.6, Flag.GUIDANCE),
        ("HBA1C", HBA1C_HPLC, 6.5, Flag.REFERRAL),
        ("HDL", "3F070000002327101", 40, Flag.NONE),
        ("HDL", "3F070000002327101", 39, Flag.GUIDANCE),
        ("EGFR", "8A065000002391901", 60, Flag.NONE),
        ("EGFR", "8A065000002391901", 59.9, Flag.GUIDANCE),
        ("EGFR", "8A065000002391901", 44.9, Flag.REFERRAL),
        ("TG_C", "3F015129902327101", 174, Flag.NONE),
        ("TG_C", "3F015129902327101", 175, Flag.GUIDANCE),
        ("FPG", "3D010000001926101", 126, Flag.REFERRAL),
        ("AST", "3B035000002327201", 31, Flag.GUIDANCE),
        ("UA", "3C020000002327101", 9.9, Flag.NONE),
    ],
)
def test_a_value_stands_at_its_judgement_value_or_below_it(key: str, code: str, value: float, flag: Flag) -> None:
    assert series(view(on(date(2025, 10, 1), item(code, value))), key).points[0].flag is flag


@pytest.mark.parametrize(
    ("sex", "waist", "flag"),
    [
        (Sex.MALE, 85, Flag.GUIDANCE),
        (Sex.FEMALE, 85, Flag.NONE),
        (Sex.FEMALE, 90, Flag.GUIDANCE),
        (Sex.UNSET, 120, Flag.NONE),
        (None, 120, Flag.NONE),
    ],
)
def test_a_limit_that_depends_on_sex_is_silent_where_the_sex_is_not_known(
    sex: Sex | None, waist: int, flag: Flag
) -> None:
    found = view(on(date(2025, 10, 1), item("9N016160100000001", waist)), sex=sex)
    assert series(found, "WAIST").points[0].flag is flag


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "value", "stage"),
    [
        (0.80, 50, Sex.MALE, 80.58, "G2"),
        (0.80, 50, Sex.FEMALE, 59.55, "G3a"),
        (1.20, 72, Sex.MALE, 46.57, "G3a"),
        (0.95, 72, Sex.FEMALE, 44.44, "G3b"),
        (1.55, 80, Sex.MALE, 34.15, "G3b"),
    ],
)
def test_egfr_follows_the_published_equation(creatinine: float, age: int, sex: Sex, value: float, stage: str) -> None:
    found = estimated_gfr(creatinine, age, sex)
    assert found is not None
    assert round(found, 2) == value
    assert gfr_stage(found) == stage


def test_egfr_is_not_guessed_for_a_child_or_an_unknown_sex() -> None:
    assert estimated_gfr(0.8, 17, Sex.MALE) is None
    assert estimated_gfr(0.0, 40, Sex.MALE) is None
    assert estimated_gfr(0.8, 40, Sex.UNSET) is None


def test_a_delivered_egfr_stands_before_a_computed_one_and_the_computed_one_says_so() -> None:
    creatinine, delivered = item("3C015000002327101", 0.95), item("8A065000002391901", 50.0)
    found = series(view(on(date(2024, 10, 1), creatinine), on(date(2025, 10, 1), creatinine, delivered)), "EGFR")
    assert [(point.value, point.computed) for point in found.points] == [(44.62, True), (50.0, False)]
    assert view(on(date(2025, 10, 1), delivered)).gfr_stage == "G3a"


def test_fixture_f3_a_change_of_method_is_marked_and_a_missing_year_stays_missing() -> None:
    found = view(
        on(date(2021, 6, 1), item(HBA1C_HPLC, 6.0)),
        on(date(2022, 6, 1), item(HBA1C_HPLC, 6.1)),
        on(date(2024, 6, 1), item(HBA1C_ENZYME, 6.2)),
        on(date(2025, 6, 1), item(HBA1C_ENZYME, 6.4)),
    )
    points = series(found, "HBA1C").points
    assert [(point.on.year, point.method_changed) for point in points] == [
        (2021, False), (2022, False), (2024, True), (2025, False),
    ]  # fmt: skip
    assert found.missing_years == (2023,)


def test_of_several_codes_of_one_quantity_the_preferred_one_is_shown_by_its_own_name() -> None:
    day = date(2025, 6, 1)
    found = view(on(day, item(SBP_FIRST, 150), item(SBP, 138, name="収縮期血圧(その他)"), item(LDL_COMPUTED, 130),
                    item(LDL_DIRECT, 118)))  # fmt: skip
    assert (series(found, "SBP").points[0].value, series(found, "SBP").points[0].item_name) == (
        138, "収縮期血圧(その他)",
    )  # fmt: skip
    assert series(found, "LDL").points[0].value == 118


def test_fasting_and_casual_values_never_share_a_line() -> None:
    found = view(on(date(2025, 6, 1), item("3F015000002327101", 140.0)),
                 on(date(2024, 6, 1), item("3F015129902327101", 240.0)))  # fmt: skip
    assert len(series(found, "TG_F").points) == len(series(found, "TG_C").points) == 1


def test_answers_are_shown_by_the_words_that_came_with_them() -> None:
    smoking = item("9N736000000000011", "2", name="喫煙", words="以前は吸っていたが、最近1か月間は吸っていない")
    strip = CheckupItem(code="1A010000000191111", name="尿蛋白", data_type="CO", number=None, text="2", unit=None,
                        code_name="±")  # fmt: skip
    comment = item("9N511000000000049", "経過をみてください", name="医師の診断(判定)")
    found = view(on(date(2025, 6, 1), smoking, strip, comment))
    assert [(answer.name, answer.text) for answer in found.questionnaire] == [
        ("喫煙", "以前は吸っていたが、最近1か月間は吸っていない")
    ]
    assert [answer.text for answer in found.judgements] == ["経過をみてください"]
    protein = series(found, "U_PRO").points[0]
    assert (protein.text, protein.flag) == ("±", Flag.GUIDANCE)


def test_two_records_of_one_checkup_are_one_day_and_the_later_received_value_counts() -> None:
    day = date(2025, 6, 1)
    found = view(on(day, item(SBP, 128), item(HBA1C_HPLC, 5.9)), on(day, item(SBP, 131)))
    assert found.days == (day,)
    assert series(found, "SBP").points[0].value == 131
    assert series(found, "HBA1C").points[0].value == 5.9


@pytest.mark.parametrize(("day", "year"), [(date(2025, 3, 31), 2024), (date(2025, 4, 1), 2025)])
def test_a_fiscal_year_begins_in_april(day: date, year: int) -> None:
    assert fiscal_year(day) == year


def test_only_five_fiscal_years_are_shown() -> None:
    found = view(on(date(2021, 3, 31), item(SBP, 120)), on(date(2021, 4, 1), item(SBP, 121)))
    assert [point.value for point in series(found, "SBP").points] == [121]


@given(
    st.lists(st.tuples(st.integers(0, 1500), st.integers(60, 200)), max_size=8, unique_by=lambda each: each[0]),
    st.integers(0, 10_000),
)
def test_the_order_of_checkups_in_the_file_changes_nothing(told: list[tuple[int, int]], seed: int) -> None:
    checkups = [on(date.fromordinal(TODAY.toordinal() - back), item(SBP, value)) for back, value in told]
    shuffled = list(checkups)
    random.Random(seed).shuffle(shuffled)
    assert view(*checkups) == view(*shuffled)


def test_every_group_has_a_source_and_no_code_belongs_to_two() -> None:
    codes = [code for group in PROGRAMME.groups for code in group.codes]
    assert len(codes) == len(set(codes))
    assert all(len(code) == 17 for code in codes)
    assert "令和6年度版" in PROGRAMME.source
    assert checkup_programme_on(date(2020, 1, 1)) == PROGRAMME
