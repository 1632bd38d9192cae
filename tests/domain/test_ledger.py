"""Taking over: what is suggested, what is written, and what can never be lost."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import ASSISTED, SETTLED, TURNED_75, WIFE, family_card, late_elderly, record_of

from otonai.domain.comparison import COVERAGE_FIELDS, FIELDS, PERSON_FIELDS, DifferenceDefault, compare
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.errors import Invalid
from otonai.domain.insurance import CoverageFacts
from otonai.domain.ledger import Act, default_switch_date, overwrite, register, suggested_act, update
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
