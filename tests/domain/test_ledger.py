"""Taking over: what is suggested, what is written, and what can never be lost."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.people import ASSISTED, SETTLED, TURNED_75, WIFE, family_card, late_elderly, record_of

from otonai.domain.comparison import COVERAGE_FIELDS, FIELDS, PERSON_FIELDS, DifferenceDefault, compare
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.errors import Conflict, Invalid
from otonai.domain.insurance import CoverageFacts
from otonai.domain.ledger import Act, add, default_switch_date, overwrite, register, suggested_act, update
from otonai.domain.ledger_decision import LedgerDecision, carried_out, taken_back
from otonai.domain.patient import LedgerPatient
from otonai.domain.writing import is_unsafe

SWITCHED = record_of(
    TURNED_75,
    name="例示　●志",
    name_kana="ﾚｲｼﾞ ﾀｶｼ",
    address="見本市港1-99-3",
    coverage=late_elderly("00451208", valid_from=date(2026, 7, 1), valid_until=date(2027, 7, 31)),
)


def coverage_with(patient: LedgerPatient, **facts: Any) -> EligibilityRecord:
    """The record that agrees with the chart except in these facts of its insurance."""
    assert patient.current_coverage is not None
    return record_of(patient, coverage=replace(patient.current_coverage, **facts))


# --- what is suggested -------------------------------------------------------------------------------------


@pytest.mark.shows("S-088")
@pytest.mark.parametrize(
    "facts",
    [
        {"valid_until": date(2027, 7, 31)},
        {"branch_number": "01"},
        {"contribution_ratio": 20},
        {"limit_category": "B04"},
    ],
)
def test_a_later_expiry_or_a_first_branch_is_a_correction(facts: dict[str, Any]) -> None:
    record = coverage_with(SETTLED, **facts)
    differences = compare(SETTLED, record)
    assert [d.field for d in differences if d.default is DifferenceDefault.TAKE] == list(facts)
    assert suggested_act(SETTLED, differences) is Act.OVERWRITE


@pytest.mark.parametrize("facts", [{"insurer_number": "06139992"}, {"card_number": "00451208"}])
def test_another_insurer_or_number_is_another_insurance(facts: dict[str, Any]) -> None:
    assert suggested_act(SETTLED, compare(SETTLED, coverage_with(SETTLED, **facts))) is Act.UPDATE


def test_the_75th_birthday_suggests_an_update() -> None:
    assert suggested_act(TURNED_75, compare(TURNED_75, SWITCHED)) is Act.UPDATE


def test_the_first_insurance_of_a_chart_is_an_update_too() -> None:
    blank = replace(SETTLED, coverages=())
    assert suggested_act(blank, compare(blank, record_of(SETTLED))) is Act.UPDATE


def test_only_an_old_address_is_nothing_to_do() -> None:
    record = record_of(SETTLED, address="見本市山手1-1")
    assert suggested_act(SETTLED, compare(SETTLED, record)) is Act.CANCEL


# --- 上書きする ----------------------------------------------------------------------------------------------


@pytest.mark.shows("S-085")
def test_overwriting_writes_the_ticked_fields_and_no_other() -> None:
    record = record_of(SETTLED, address="見本市山手1-1", coverage=late_elderly("00031031", contribution_ratio=20))
    decision = overwrite(SETTLED, record, {"contribution_ratio"})
    assert [(c.field, c.before, c.after) for c in decision.coverage] == [("contribution_ratio", 10, 20)]
    assert decision.person == ()
    assert decision.new_coverage is None


@pytest.mark.shows("S-089")
def test_a_branch_that_arrives_is_taken_over_into_the_same_insurance() -> None:
    record = coverage_with(WIFE, branch_number="02")
    decision = overwrite(WIFE, record, {"branch_number"})
    assert [(c.field, c.before, c.after) for c in decision.coverage] == [("branch_number", None, "02")]
    assert decision.new_coverage is None


@pytest.mark.shows("S-090")
def test_with_the_mark_unticked_the_rest_can_be_overwritten() -> None:
    record = record_of(TURNED_75, name="例示　●志", address="見本市山手1-1")
    assert [c.field for c in overwrite(TURNED_75, record, {"address"}).person] == ["address"]
    with pytest.raises(Invalid) as refusal:
        overwrite(TURNED_75, record, {"name", "address"})
    assert refusal.value.code == "unsafe_field"


@pytest.mark.parametrize("field", ["name", "birth_date"])
def test_no_chart_is_left_without_name_or_birth_date(field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        overwrite(SETTLED, record_of(SETTLED, **{field: None}), {field})
    assert refusal.value.code == "unsafe_field"


def test_an_empty_value_is_written_only_by_an_explicit_tick() -> None:
    decision = overwrite(SETTLED, coverage_with(SETTLED, valid_until=None), {"valid_until"})
    assert [(c.field, c.after) for c in decision.coverage] == [("valid_until", None)]


@pytest.mark.parametrize(("ticked", "code"), [(set(), "nothing_ticked"), ({"telephone"}, "unknown_field")])
def test_nothing_and_unknown_fields_are_refused(ticked: set[str], code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        overwrite(SETTLED, record_of(SETTLED), ticked)
    assert refusal.value.code == code


@pytest.mark.shows("S-092")
def test_a_record_with_another_birth_date_is_refused_whatever_was_clicked() -> None:
    other = record_of(SETTLED, birth_date=date(1937, 3, 13))
    with pytest.raises(Invalid, match="birth date"):
        overwrite(SETTLED, other, {"name"})
    with pytest.raises(Invalid, match="birth date"):
        update(SETTLED, other, switch_date=date(2026, 7, 1))
    with pytest.raises(Invalid, match="birth date") as refusal:
        add(SETTLED, other, begins=date(2020, 7, 1))
    assert refusal.value.code == "conflicting_person"


@given(st.sets(st.sampled_from(list(FIELDS)), min_size=1))
def test_overwriting_twice_is_overwriting_once(ticked: set[str]) -> None:
    record = record_of(
        SETTLED, name="資格　市郎", address="見本市山手1-1", coverage=late_elderly("00099999", contribution_ratio=30)
    )
    after = carried_out(SETTLED, overwrite(SETTLED, record, ticked))
    assert overwrite(after, record, ticked).changes_nothing
    untouched = [d for d in compare(SETTLED, record) if d.field not in ticked]
    assert all(value_of(after, d.field) == d.ours for d in untouched)


def value_of(patient: LedgerPatient, field: str) -> object:
    return getattr(patient if field in PERSON_FIELDS else patient.current_coverage, field)


# --- 更新する ------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-087", "S-113")
def test_an_update_begins_a_new_insurance_and_ends_the_old_one_on_the_day_before() -> None:
    decision = update(TURNED_75, SWITCHED, switch_date=date(2026, 7, 1))
    assert decision.new_coverage == SWITCHED.coverage
    assert [(c.field, c.before, c.after) for c in decision.coverage] == [("valid_until", None, date(2026, 6, 30))]
    assert decision.person == ()
    assert decision.switch_date == date(2026, 7, 1)


@pytest.mark.shows("S-110")
def test_the_switch_date_is_proposed_from_the_delivered_start() -> None:
    assert default_switch_date(SWITCHED) == date(2026, 7, 1)
    qualified = record_of(TURNED_75, coverage=CoverageFacts(qualified_on=date(2026, 6, 1)))
    assert default_switch_date(qualified) == date(2026, 6, 1)
    assert default_switch_date(record_of(ASSISTED)) is None


def test_the_old_insurance_lends_nothing_to_the_new_one() -> None:
    decision = update(TURNED_75, SWITCHED, switch_date=date(2026, 7, 1))
    assert decision.new_coverage is not None
    assert decision.new_coverage.card_symbol is None
    assert decision.new_coverage.branch_number is None


def test_an_update_without_its_day_or_without_an_insurance_is_refused() -> None:
    with pytest.raises(Invalid) as no_day:
        update(TURNED_75, SWITCHED, switch_date=None)
    assert no_day.value.code == "switch_date_missing"
    with pytest.raises(Invalid) as no_insurance:
        update(TURNED_75, replace(SWITCHED, coverage=CoverageFacts()), switch_date=date(2026, 7, 1))
    assert no_insurance.value.code == "insurance_not_delivered"


@pytest.mark.shows("F11")
@pytest.mark.parametrize(
    ("insured_name", "kept"), [("例示　●志", "例示　髙志"), ("見本　●子", None), ("例示　高志", "例示　高志")]
)
def test_a_mark_does_not_slip_in_with_the_new_insurance(insured_name: str, kept: str | None) -> None:
    card = family_card("01", card_number="777", card_symbol="●７", insured_name=insured_name)
    decision = update(TURNED_75, record_of(TURNED_75, coverage=card), switch_date=date(2026, 7, 1))
    assert decision.new_coverage is not None
    assert decision.new_coverage.insured_name == kept
    assert decision.new_coverage.card_symbol is None
    stored = [getattr(decision.new_coverage, f.name) for f in fields(CoverageFacts)]
    assert not any(is_unsafe(value) for value in stored if isinstance(value, str))


def test_ticked_person_fields_go_with_an_update_and_insurance_fields_do_not_count_as_such() -> None:
    decision = update(
        TURNED_75, SWITCHED, switch_date=date(2026, 7, 1), ticked_person_fields={"address", "card_number"}
    )
    assert [c.field for c in decision.person] == ["address"]


# --- 新患登録 ------------------------------------------------------------------------------------------------


def test_a_new_chart_takes_what_is_safe_and_what_was_typed_instead() -> None:
    record = record_of(TURNED_75, name="例示　●志")
    values = register(record, {"name": "例示　髙志", "address": ""})
    assert values["name"] == "例示　髙志"
    assert values["address"] == TURNED_75.address
    assert set(values) >= {"birth_date", *COVERAGE_FIELDS} - {"name"}


@pytest.mark.shows("S-090")
def test_without_a_typed_name_the_kana_stands_in_for_a_marked_one() -> None:
    assert register(record_of(TURNED_75, name="●示　髙志"), {})["name"] == "レイジ　タカシ"


def test_a_chart_needs_a_birth_date() -> None:
    with pytest.raises(Invalid) as refusal:
        register(record_of(SETTLED, birth_date=None), {})
    assert refusal.value.code == "field_missing"


# --- the old insurance at the switch (S-110 … S-113, S-118) --------------------------------------------------


def starting(day: date, **facts: Any) -> EligibilityRecord:
    """What the center says of the man of 75 when his new insurance begins on a day."""
    return record_of(TURNED_75, coverage=late_elderly("00451208", valid_from=day, valid_until=None, **facts))


def chart_with(**facts: Any) -> LedgerPatient:
    """His chart, with these facts of the old insurance."""
    return replace(TURNED_75, coverages=(replace(TURNED_75.coverages[0], **facts),))


@pytest.mark.shows("S-113")
@pytest.mark.parametrize("ended", [date(2026, 6, 30), date(2026, 5, 31)], ids=["the day before", "with a gap"])
def test_an_insurance_that_ended_keeps_its_end(ended: date) -> None:
    decision = update(chart_with(valid_until=ended), starting(date(2026, 7, 1)), switch_date=date(2026, 7, 1))
    assert decision.coverage == ()


@pytest.mark.shows("S-110", "S-113")
def test_an_insurance_replaced_from_its_very_first_day_keeps_its_values() -> None:
    decision = update(chart_with(valid_from=date(2026, 7, 1)), starting(date(2026, 7, 1)), switch_date=date(2026, 7, 1))
    assert decision.coverage == ()
    assert decision.new_coverage is not None


@pytest.mark.shows("S-110")
def test_no_insurance_begins_before_the_one_it_replaces() -> None:
    with pytest.raises(Invalid) as refusal:
        update(chart_with(valid_from=date(2026, 7, 2)), starting(date(2026, 7, 1)), switch_date=date(2026, 7, 1))
    assert refusal.value.code == "switch_date_too_early"


@pytest.mark.shows("S-118")
def test_a_forgotten_insurance_fills_the_empty_one_and_leaves_no_empty_past_tab() -> None:
    blank = replace(TURNED_75, coverages=(CoverageFacts(), family_card("01", valid_from=date(2010, 1, 1))))
    decision = update(blank, starting(date(2026, 7, 1)), switch_date=date(2026, 7, 1))
    after = carried_out(blank, decision)
    assert after.coverages == (starting(date(2026, 7, 1)).coverage, blank.coverages[1])
    assert taken_back(after, decision) == blank


def test_the_switch_date_stands_in_for_a_start_that_was_not_delivered() -> None:
    told = record_of(TURNED_75, coverage=late_elderly("1", valid_from=None, valid_until=None))
    decision = update(TURNED_75, told, switch_date=date(2026, 7, 1))
    assert decision.new_coverage is not None
    assert decision.new_coverage.valid_from == date(2026, 7, 1)


# --- 保険追加 ------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-096")
def test_an_added_period_of_the_same_insurance_keeps_the_old_values_as_past_one() -> None:
    dearer = record_of(SETTLED, coverage=late_elderly("00031031", limit_category="B09", valid_from=date(2026, 8, 1)))
    decision = add(SETTLED, dearer, begins=date(2026, 8, 1))
    after = carried_out(SETTLED, decision)
    assert [c.limit_category for c in after.coverages] == ["B09", None]
    assert after.coverages[1] == SETTLED.coverages[0], "it ended on the day before anyway"


def test_an_earlier_insurance_goes_among_the_past_ones_and_touches_none_of_them() -> None:
    kept = (late_elderly("1", valid_from=date(2025, 8, 1)), family_card("01", valid_from=date(2015, 4, 1)))
    chart = replace(TURNED_75, coverages=kept)
    told = record_of(TURNED_75, coverage=family_card("05", card_number="9", valid_from=date(2020, 4, 1)))
    decision = add(chart, told, begins=date(2020, 4, 1))
    assert (decision.place, decision.coverage) == (1, ())
    after = carried_out(chart, decision)
    assert (after.coverages[0], after.coverages[2]) == kept
    assert after.coverages[1].valid_until == date(2025, 7, 31), "it ends before the next one begins"
    assert taken_back(after, decision) == chart


def test_an_earlier_insurance_that_ended_by_itself_keeps_its_end() -> None:
    told = record_of(SETTLED, coverage=family_card("05", valid_from=date(2010, 1, 1), valid_until=date(2012, 1, 1)))
    decision = add(SETTLED, told, begins=date(2010, 1, 1))
    assert decision.new_coverage is not None
    assert (decision.place, decision.new_coverage.valid_until) == (1, date(2012, 1, 1))


def test_what_is_in_the_ledger_from_this_day_is_not_added_again() -> None:
    with pytest.raises(Invalid) as refusal:
        add(SETTLED, record_of(SETTLED), begins=date(2025, 8, 1))
    assert refusal.value.code == "insurance_already_kept"
    with pytest.raises(Invalid) as no_day:
        add(SETTLED, record_of(SETTLED), begins=None)
    assert no_day.value.code == "switch_date_missing"


# --- an answer that is older than the ledger -----------------------------------------------------------------


@pytest.mark.shows("S-092")
def test_an_insurance_that_ended_is_not_proposed_again_because_an_insurer_reports_late() -> None:
    moved_on = replace(TURNED_75, coverages=(late_elderly("1", valid_from=date(2026, 7, 1)), *TURNED_75.coverages))
    differences = compare(moved_on, record_of(TURNED_75))
    assert {d.reason for d in differences if d.kind == "real"} == {"earlier_insurance"}
    assert not any(d.default is DifferenceDefault.TAKE for d in differences)
    assert suggested_act(moved_on, differences) is Act.CANCEL


def test_somebody_who_returned_to_a_former_insurer_has_a_new_start() -> None:
    moved_on = replace(TURNED_75, coverages=(late_elderly("1", valid_from=date(2022, 7, 1)), *TURNED_75.coverages))
    back = replace(TURNED_75.coverages[0], valid_from=date(2026, 7, 1))
    assert suggested_act(moved_on, compare(moved_on, record_of(TURNED_75, coverage=back))) is Act.UPDATE


# --- undo ----------------------------------------------------------------------------------------------------

_DAYS = st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2027, 12, 31)))
_TEXTS = st.sampled_from([None, "", "１", "1", "●", "見本", "06139992", "39139993"])
_COVERAGES = st.builds(
    CoverageFacts,
    insurer_number=_TEXTS,
    card_symbol=_TEXTS,
    card_number=_TEXTS,
    branch_number=_TEXTS,
    insured_name=_TEXTS,
    contribution_ratio=st.sampled_from([None, 10, 30]),
    valid_from=_DAYS,
    valid_until=_DAYS,
    limit_category=st.sampled_from([None, "B04"]),
)
_ANSWERS = st.builds(
    lambda coverage, name, address: record_of(SETTLED, coverage=coverage, name=name, address=address),
    _COVERAGES,
    _TEXTS,
    _TEXTS,
)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["update", "overwrite", "add", "undo"]),
        _ANSWERS,
        _DAYS,
        st.sets(st.sampled_from(list(FIELDS)), max_size=4),
    ),
    max_size=12,
)


def decided(
    chart: LedgerPatient, act: str, answer: EligibilityRecord, day: date | None, ticked: set[str]
) -> LedgerDecision | None:
    """What a person's act on an answer would write, or None when the act is refused."""
    try:
        if act == "overwrite":
            return overwrite(chart, answer, ticked)
        if act == "add":
            return add(chart, answer, begins=day)
        return update(chart, answer, switch_date=day)
    except Invalid:
        return None


@pytest.mark.shows("S-123", "F56")
@settings(max_examples=300)
@given(st.lists(_COVERAGES, max_size=3), _STEPS)
def test_any_sequence_of_acts_and_undos_leads_back_to_the_same_ledger(
    coverages: list[CoverageFacts], steps: list[tuple[str, EligibilityRecord, date | None, set[str]]]
) -> None:
    first = replace(SETTLED, coverages=tuple(coverages))
    done: list[tuple[LedgerPatient, LedgerDecision]] = []
    now = first
    for act, answer, day, ticked in steps:
        if act == "undo":
            if done:
                before, decision = done.pop()
                now = taken_back(now, decision)
                assert now == before
            continue
        wanted = decided(now, act, answer, day, ticked)
        if wanted is not None:
            done.append((now, wanted))
            now = carried_out(now, wanted)
    for before, decision in reversed(done):
        now = taken_back(now, decision)
        assert now == before
    assert now == first


@pytest.mark.shows("S-123")
def test_what_a_later_act_touched_is_not_taken_back_under_it() -> None:
    dearer = overwrite(SETTLED, coverage_with(SETTLED, contribution_ratio=20), {"contribution_ratio"})
    twice = carried_out(SETTLED, dearer)
    dearest = overwrite(twice, coverage_with(twice, contribution_ratio=30), {"contribution_ratio"})
    with pytest.raises(Conflict):
        taken_back(carried_out(twice, dearest), dearer)


@pytest.mark.shows("S-123")
def test_a_decision_is_carried_out_only_on_the_values_it_was_made_on() -> None:
    decision = overwrite(SETTLED, coverage_with(SETTLED, contribution_ratio=20), {"contribution_ratio"})
    meanwhile = replace(SETTLED, coverages=(late_elderly("00031031", contribution_ratio=30),))
    with pytest.raises(Conflict):
        carried_out(meanwhile, decision)
    earlier = record_of(SETTLED, coverage=family_card("01", valid_from=date(2010, 1, 1)))
    begun = add(SETTLED, earlier, begins=date(2010, 1, 1))
    with pytest.raises(Conflict):
        taken_back(SETTLED, begun)


def test_a_change_does_not_print_its_values() -> None:
    decision = overwrite(SETTLED, coverage_with(SETTLED, card_number="4711"), {"card_number"})
    assert "4711" not in repr(decision)
