"""Comparing and taking over: what is ticked, what is written, and what can never be lost."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import ASSISTED, LEDGER, SETTLED, TURNED_75, WIFE, family_card, late_elderly, record_of

from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.errors import Invalid
from otonai.domain.insurance import CoverageFacts, Sex
from otonai.domain.ledger import (
    COVERAGE_FIELDS,
    FIELDS,
    PERSON_FIELDS,
    Act,
    Difference,
    DifferenceKind,
    compare,
    default_switch_date,
    overwrite,
    register,
    suggested_act,
    update,
)
from otonai.domain.patient import LedgerPatient
from otonai.domain.writing import is_unsafe

SWITCHED = record_of(
    TURNED_75,
    name="例示　●志",
    name_kana="ﾚｲｼﾞ ﾀｶｼ",
    address="見本市港1-99-3",
    coverage=late_elderly("00451208", valid_from=date(2026, 7, 1), valid_until=date(2027, 7, 31)),
)


def difference(patient: LedgerPatient | None, record: EligibilityRecord, field: str) -> Difference:
    return next(d for d in compare(patient, record) if d.field == field)


def coverage_with(patient: LedgerPatient, **facts: Any) -> EligibilityRecord:
    """The record that agrees with the chart except in these facts of its insurance."""
    assert patient.current_coverage is not None
    return record_of(patient, coverage=replace(patient.current_coverage, **facts))


# --- comparing ---------------------------------------------------------------------------------------------


@pytest.mark.shows("S-084")
@pytest.mark.parametrize("patient", LEDGER, ids=lambda p: p.id)
def test_a_record_that_agrees_changes_nothing(patient: LedgerPatient) -> None:
    differences = compare(patient, record_of(patient))
    assert {d.kind for d in differences} == {DifferenceKind.SAME}
    assert suggested_act(patient, differences) is Act.CANCEL


@pytest.mark.shows("S-060")
def test_for_a_new_patient_the_left_side_is_empty_and_the_right_is_everything() -> None:
    differences = compare(None, record_of(SETTLED))
    assert [d.field for d in differences] == list(FIELDS)
    assert all(d.ours is None for d in differences)
    assert all(d.ticked for d in differences if d.theirs is not None)
    assert suggested_act(None, differences) is Act.REGISTER


@pytest.mark.shows("S-091")
@pytest.mark.parametrize(
    ("field", "theirs"),
    [
        ("address", "見本市港1-99-3"),
        ("name_kana", "ﾚｲｼﾞ ﾀｶｼ"),
        ("name", "例示髙志"),
        ("name", "例示　高志"),
        ("postal_code", "1999902"),
    ],
)
def test_another_way_of_writing_is_a_matter_of_format_and_not_ticked(field: str, theirs: str) -> None:
    found = difference(TURNED_75, record_of(TURNED_75, **{field: theirs}), field)
    assert (found.kind, found.ticked) == (DifferenceKind.FORMAT, False)


@pytest.mark.parametrize(
    ("field", "theirs"),
    [
        ("card_symbol", "葛う１０"),
        ("card_number", "００１６３９"),
        ("branch_number", "1"),
        ("insurer_number", "０６１３９９９２"),
    ],
)
def test_an_insurance_written_otherwise_is_no_change_of_insurance(field: str, theirs: str) -> None:
    record = coverage_with(TURNED_75, **{field: theirs})
    assert difference(TURNED_75, record, field).kind is DifferenceKind.FORMAT
    assert suggested_act(TURNED_75, compare(TURNED_75, record)) is Act.CANCEL


@pytest.mark.shows("S-090", "F11")
@pytest.mark.parametrize("theirs", ["例示　●志", "例示　■志", "例示　\ue000志", "●●　●●"])
def test_a_stand_in_mark_is_shown_and_never_ticked(theirs: str) -> None:
    found = difference(TURNED_75, record_of(TURNED_75, name=theirs), "name")
    assert (found.kind, found.ticked, found.reason) == (DifferenceKind.UNSAFE, False, "stand_in_mark")


@pytest.mark.shows("S-093")
def test_an_empty_expiry_is_no_error_and_replaces_nothing() -> None:
    record = coverage_with(SETTLED, valid_until=None)
    found = difference(SETTLED, record, "valid_until")
    assert (found.kind, found.ticked, found.reason) == (DifferenceKind.UNSAFE, False, "delivered_empty")
    assert suggested_act(SETTLED, compare(SETTLED, record)) is Act.CANCEL


@pytest.mark.shows("S-054")
@pytest.mark.parametrize("sex", [None, Sex.UNSET])
def test_an_unset_sex_never_replaces_a_known_one_by_itself(sex: Sex | None) -> None:
    assert not difference(SETTLED, record_of(SETTLED, sex=sex), "sex").ticked


def test_a_known_sex_fills_an_unset_one() -> None:
    chart = replace(SETTLED, sex=Sex.UNSET)
    assert difference(chart, record_of(SETTLED), "sex").ticked


def test_another_address_is_shown_but_left_to_the_person() -> None:
    found = difference(SETTLED, record_of(SETTLED, address="見本市山手1-1"), "address")
    assert (found.kind, found.ticked) == (DifferenceKind.REAL, False)


def test_kana_is_taken_only_where_ours_is_empty() -> None:
    record = record_of(SETTLED, name_kana="シカク　カズロウ")
    assert not difference(SETTLED, record, "name_kana").ticked
    assert difference(replace(SETTLED, name_kana=None), record, "name_kana").ticked


@given(
    st.sampled_from(LEDGER),
    st.dictionaries(
        st.sampled_from(["name", "name_kana", "address", "postal_code"]), st.sampled_from([None, "", "●", "見本", "１"])
    ),
    st.dictionaries(
        st.sampled_from(["card_symbol", "card_number", "branch_number", "insured_name"]),
        st.sampled_from([None, "", "●", "９"]),
    ),
)
def test_whatever_arrives_no_tick_ever_takes_a_known_value_away(
    patient: LedgerPatient, person: dict[str, str | None], card: dict[str, str | None]
) -> None:
    record = record_of(patient, **person)
    record = replace(record, coverage=replace(record.coverage, **card))
    for found in compare(patient, record):
        if found.ticked:
            assert found.kind is DifferenceKind.REAL
            assert found.theirs not in (None, "")
            assert not (isinstance(found.theirs, str) and is_unsafe(found.theirs))


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
    assert [d.field for d in differences if d.ticked] == list(facts)
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
    for act in (
        lambda: overwrite(SETTLED, other, {"name"}),
        lambda: update(SETTLED, other, switch_date=date(2026, 7, 1)),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.code == "conflicting_person"


@given(st.sets(st.sampled_from(list(FIELDS)), min_size=1))
def test_overwriting_twice_is_overwriting_once(ticked: set[str]) -> None:
    record = record_of(
        SETTLED, name="資格　市郎", address="見本市山手1-1", coverage=late_elderly("00099999", contribution_ratio=30)
    )
    after = applied(SETTLED, record, ticked)
    assert overwrite(after, record, ticked).changes_nothing
    untouched = [d for d in compare(SETTLED, record) if d.field not in ticked]
    assert all(value_of(after, d.field) == d.ours for d in untouched)


def applied(patient: LedgerPatient, record: EligibilityRecord, ticked: set[str]) -> LedgerPatient:
    """The chart after the decision was carried out."""
    decision = overwrite(patient, record, ticked)
    assert patient.current_coverage is not None
    coverage = replace(patient.current_coverage, **{c.field: c.after for c in decision.coverage})
    person = {c.field: c.after for c in decision.person}
    return replace(patient, **person, coverages=(coverage, *patient.coverages[1:]))


def value_of(patient: LedgerPatient, field: str) -> object:
    return getattr(patient if field in PERSON_FIELDS else patient.current_coverage, field)


# --- 更新する ------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-087", "S-113")
def test_an_update_begins_a_new_insurance_and_touches_no_old_value() -> None:
    decision = update(TURNED_75, SWITCHED, switch_date=date(2026, 7, 1))
    assert decision.new_coverage == SWITCHED.coverage
    assert decision.coverage == ()
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


def test_a_difference_does_not_print_its_values() -> None:
    shown = repr(difference(SETTLED, record_of(SETTLED, name="資格　市郎"), "name"))
    assert "資格" not in shown
    assert "name" in shown
