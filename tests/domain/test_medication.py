"""A person's drugs as a doctor asks for them: still taken, new, stopped, how many; each with its reason."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.test_medical import drug
from tests.domain.test_same_drug import MASTER

from otonai.domain.drug_merge import merged
from otonai.domain.errors import Invalid
from otonai.domain.medical import DrugEvent, DrugSource, Institution, UseClass
from otonai.domain.medication import Medication, SinceVisit, Taking, medication
from otonai.domain.notice import NoticeRule, checked_rules

TODAY = date(2026, 11, 23)
CLINIC_A, CLINIC_B = Institution("1319999982", "みほん内科医院"), Institution("1319999966", "べつの整形外科")


def row(name: str, day: date, days: float = 28, source: DrugSource = DrugSource.RECEIPT, **facts: Any) -> DrugEvent:
    """One drug, named and given for some days."""
    made = drug(source, day, drug_name=f"{name}錠", ingredient=name, drug_code=None, times=days, times_text=str(days))
    return replace(made, prescriber=CLINIC_A, **facts)


def monthly(name: str, *days: date) -> list[DrugEvent]:
    return [row(name, day) for day in days]


def taking(view: Medication, name: str) -> Taking | None:
    return next(line.taking for line in view.lines if line.ingredient == name)


@pytest.mark.parametrize(
    ("day", "days", "source", "reason"),
    [
        (TODAY - timedelta(27), 28, DrugSource.DISPENSING, Taking.SUPPLY_REACHES),
        (TODAY - timedelta(28), 28, DrugSource.DISPENSING, Taking.SUPPLY_ENDED_LATELY),
        (TODAY - timedelta(41), 28, DrugSource.DISPENSING, Taking.SUPPLY_ENDED_LATELY),
        (TODAY - timedelta(42), 28, DrugSource.DISPENSING, None),
        (date(2026, 9, 20), 28, DrugSource.RECEIPT, Taking.REACHES_DATA_END),
        (date(2026, 9, 3), 27, DrugSource.RECEIPT, None),
        (TODAY - timedelta(14), 7, DrugSource.PRESCRIPTION, Taking.PRESCRIBED_ONLY),
        (TODAY - timedelta(15), 7, DrugSource.PRESCRIPTION, None),
    ],
)
def test_a_drug_counts_as_still_taken_for_a_reason_that_has_a_name(
    day: date, days: int, source: DrugSource, reason: Taking | None
) -> None:
    assert taking(medication([row("見本", day, days, source)], today=TODAY), "見本") == reason


def test_three_dispensings_in_half_a_year_speak_for_a_drug_whose_days_have_run_out() -> None:
    days = [TODAY - timedelta(170), TODAY - timedelta(120), TODAY - timedelta(70)]
    dispensed = [row("見本", day, 7, DrugSource.DISPENSING) for day in days]
    assert taking(medication(dispensed, today=TODAY), "見本") is Taking.DISPENSED_REGULARLY
    assert taking(medication(dispensed[1:], today=TODAY), "見本") is None


def test_what_is_probably_taken_stands_first_and_what_ended_stays_readable() -> None:
    view = medication(
        [*monthly("昔", date(2025, 1, 10)), *monthly("今", date(2026, 11, 10)), *monthly("前", date(2026, 3, 1))],
        today=TODAY,
    )
    assert [line.ingredient for line in view.lines] == ["今", "前", "昔"]
    assert len(view.rows) == 3


def test_started_and_stopped_since_the_last_visit_are_told_only_as_far_as_the_data_reach() -> None:
    rows = [
        *monthly("続く", date(2026, 8, 20), date(2026, 9, 17), date(2026, 10, 15), date(2026, 11, 12)),
        *monthly("新しい", date(2026, 11, 12)),
        *monthly("やめた", date(2026, 8, 20), date(2026, 9, 17)),
    ]
    view = medication(rows, today=TODAY, since=date(2026, 10, 1))
    changes = {line.ingredient: line.change for line in view.lines}
    assert changes == {"続く": None, "新しい": SinceVisit.STARTED, "やめた": SinceVisit.STOPPED}
    first_look = medication(monthly("新しい", date(2026, 11, 12)), today=TODAY, since=date(2026, 10, 1))
    assert first_look.lines[0].change is None


def test_a_long_break_is_shown_with_its_days_and_an_ordinary_one_is_not() -> None:
    rows = monthly("見本", date(2026, 1, 1), date(2026, 2, 5), date(2026, 5, 1))
    (line,) = medication(rows, today=TODAY).lines
    assert [(gap.first, gap.last) for gap in line.gaps] == [(date(2026, 3, 5), date(2026, 4, 30))]


def test_six_regular_ingredients_are_counted_without_as_needed_and_short_ones() -> None:
    names = ["一", "二", "三", "四", "五", "六"]
    regular = [event for name in names for event in monthly(name, date(2026, 10, 20), date(2026, 11, 15))]
    others = [
        row("頓", date(2026, 11, 15), 10, use_class=UseClass.PRN, usage="疼痛時"),
        row("短い", date(2026, 11, 20), 5),
        row("貼る", date(2026, 11, 15), 28, use_class=UseClass.TOPICAL, usage="１日１回貼付"),
    ]
    view = medication([*regular, *others], today=TODAY)
    assert (view.regular_count, view.many) == (6, True)
    fewer = medication([event for event in regular if event.ingredient != "六"], today=TODAY)
    assert (fewer.regular_count, fewer.many) == (5, False)


def test_each_source_says_until_when_it_speaks_and_how_late_it_comes() -> None:
    rows = [*monthly("見本", date(2026, 8, 3), date(2026, 9, 1)), row("見本", TODAY, 7, DrugSource.DISPENSING)]
    ends = {end.source: (end.first_month, end.last_month, end.immediate) for end in medication(rows, today=TODAY).ends}
    assert ends == {
        DrugSource.RECEIPT: ("2026-08", "2026-09", False),
        DrugSource.DISPENSING: ("2026-11", "2026-11", True),
    }


def test_a_prescription_handed_out_days_later_is_one_drug_and_one_never_handed_out_says_so() -> None:
    prescribed = row("見本", date(2026, 11, 10), 14, DrugSource.PRESCRIPTION, dispensed_on=None)
    prescribed = replace(prescribed, prescribed_on=date(2026, 11, 10))
    handed_out = row("見本", date(2026, 11, 12), 14, DrugSource.DISPENSING)
    together = merged([prescribed, handed_out])
    assert [(each.source, each.superseded) for each in together] == [
        (DrugSource.DISPENSING, False),
        (DrugSource.PRESCRIPTION, True),
    ]
    late = replace(handed_out, dispensed_on=date(2026, 11, 21))
    assert not any(each.superseded for each in merged([prescribed, late]))
    (line,) = medication([prescribed], today=TODAY).lines
    assert line.prescribed_only


def test_the_clinics_own_list_tags_and_an_empty_list_tags_nothing() -> None:
    rows = [
        replace(row("シルニジピン", date(2026, 11, 10)), drug_code="610407148"),
        row("アレンドロン酸ナトリウム水和物", date(2026, 11, 10)),
    ]
    rules = checked_rules(
        (
            NoticeRule(label="降圧薬", classes=("214",)),
            NoticeRule(label="骨吸収抑制薬", words=("ドロン酸",)),
            NoticeRule(label="注射だけ", classes=("214",), use_classes=(UseClass.INJECTION,)),
        )
    )
    view = medication(rows, today=TODAY, master=MASTER, notices=rules)
    assert [(label, len(keys)) for label, keys in view.notices] == [("降圧薬", 1), ("骨吸収抑制薬", 1)]
    assert medication(rows, today=TODAY, master=MASTER).notices == ()


@pytest.mark.parametrize(
    "rule",
    [
        NoticeRule(label=" ", words=("見本",)),
        NoticeRule(label="空"),
        NoticeRule(label="桁", classes=("2",)),
        NoticeRule(label="字", classes=("２１４",)),
        NoticeRule(label="一字", words=("ン",)),
    ],
)
def test_a_rule_that_would_tag_everything_or_nothing_is_refused(rule: NoticeRule) -> None:
    with pytest.raises(Invalid):
        checked_rules((rule,))


def test_same_class_names_two_ingredients_of_two_prescriptions_never_a_catch_all_class() -> None:
    view = medication(
        [
            replace(row("シルニジピン", date(2026, 11, 10)), drug_code="610407148"),
            replace(row("エトドラク", date(2026, 11, 10)), drug_code="610406383", prescriber=CLINIC_B),
        ],
        today=TODAY,
        master=MASTER,
    )
    assert view.same_class == ()


events = st.lists(
    st.builds(
        lambda name, back, days, source, who: replace(row(name, TODAY - timedelta(back), days, source), prescriber=who),
        st.sampled_from(["一", "二", "三"]),
        st.integers(0, 400),
        st.integers(1, 60),
        st.sampled_from(DrugSource),
        st.sampled_from([CLINIC_A, CLINIC_B, Institution(None, None)]),
    ),
    max_size=15,
)


@given(events, st.integers(0, 10_000))
def test_the_view_does_not_depend_on_the_order_of_rows_and_every_standing_row_is_in_one_line(
    rows: list[DrugEvent], seed: int
) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    view = medication(rows, today=TODAY, since=TODAY - timedelta(60))
    assert view == medication(shuffled, today=TODAY, since=TODAY - timedelta(60))
    shown = [event.id for line in view.lines for event in line.rows]
    assert sorted(shown) == sorted(event.id for event in view.rows if not event.superseded)
    assert len(view.rows) == len(rows)
