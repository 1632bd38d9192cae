"""Ours left, theirs right: which difference is real, and what is selected before anybody decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import LEDGER, SETTLED, TODAY, TURNED_75, record_of

from otonai.domain.comparison import FIELDS, Difference, DifferenceDefault, DifferenceKind, compare, fills_only, kind_of
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.insurance import Sex
from otonai.domain.ledger import Act, suggested_act
from otonai.domain.patient import LedgerPatient
from otonai.domain.writing import is_unsafe


def difference(patient: LedgerPatient | None, record: EligibilityRecord, field: str) -> Difference:
    return next(d for d in compare(patient, record) if d.field == field)


def coverage_with(patient: LedgerPatient, **facts: Any) -> EligibilityRecord:
    """The record that agrees with the chart except in these facts of its insurance."""
    assert patient.current_coverage is not None
    return record_of(patient, coverage=replace(patient.current_coverage, **facts))


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
    assert all(d.default is DifferenceDefault.TAKE for d in differences if d.theirs is not None)
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
def test_another_way_of_writing_is_a_matter_of_format_and_not_selected(field: str, theirs: str) -> None:
    found = difference(TURNED_75, record_of(TURNED_75, **{field: theirs}), field)
    assert (found.kind, found.default) == (DifferenceKind.FORMAT, DifferenceDefault.KEEP)


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
def test_a_stand_in_mark_is_shown_and_never_selected(theirs: str) -> None:
    found = difference(TURNED_75, record_of(TURNED_75, name=theirs), "name")
    assert (found.kind, found.default, found.reason) == (DifferenceKind.UNSAFE, DifferenceDefault.KEEP, "stand_in_mark")


@pytest.mark.shows("S-093")
def test_an_empty_expiry_is_no_error_and_replaces_nothing() -> None:
    record = coverage_with(SETTLED, valid_until=None)
    found = difference(SETTLED, record, "valid_until")
    assert (found.kind, found.default, found.reason) == (
        DifferenceKind.UNSAFE,
        DifferenceDefault.KEEP,
        "delivered_empty",
    )
    assert suggested_act(SETTLED, compare(SETTLED, record)) is Act.CANCEL


@pytest.mark.shows("S-054")
@pytest.mark.parametrize("sex", [None, Sex.UNSET])
def test_an_unset_sex_never_replaces_a_known_one_by_itself(sex: Sex | None) -> None:
    assert difference(SETTLED, record_of(SETTLED, sex=sex), "sex").default is DifferenceDefault.KEEP


def test_a_known_sex_fills_an_unset_one() -> None:
    chart = replace(SETTLED, sex=Sex.UNSET)
    assert difference(chart, record_of(SETTLED), "sex").default is DifferenceDefault.TAKE


def test_another_address_is_shown_but_left_to_the_person() -> None:
    found = difference(SETTLED, record_of(SETTLED, address="見本市山手1-1"), "address")
    assert (found.kind, found.default) == (DifferenceKind.REAL, DifferenceDefault.KEEP)


def test_kana_is_taken_only_where_ours_is_empty() -> None:
    record = record_of(SETTLED, name_kana="シカク　カズロウ")
    assert difference(SETTLED, record, "name_kana").default is DifferenceDefault.KEEP
    assert difference(replace(SETTLED, name_kana=None), record, "name_kana").default is DifferenceDefault.TAKE


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
def test_whatever_arrives_no_default_ever_takes_a_known_value_away(
    patient: LedgerPatient, person: dict[str, Any], card: dict[str, Any]
) -> None:
    record = record_of(patient, **person)
    record = replace(record, coverage=replace(record.coverage, **card))
    for found in compare(patient, record):
        if found.default is DifferenceDefault.TAKE:
            assert found.kind is DifferenceKind.REAL
            assert found.theirs not in (None, "")
            assert not (isinstance(found.theirs, str) and is_unsafe(found.theirs))


def test_a_difference_does_not_print_its_values() -> None:
    shown = repr(difference(SETTLED, record_of(SETTLED, name="資格　市郎"), "name"))
    assert "資格" not in shown
    assert "name" in shown


@pytest.mark.shows("S-083", "S-089")
@pytest.mark.parametrize(
    ("field", "theirs"),
    [("branch_number", "01"), ("issued_on", date(2026, 7, 1)), ("limit_category", "B10"), ("qualified_on", TODAY)],
)
def test_a_value_that_we_did_not_have_is_a_real_difference_that_contradicts_nothing(
    field: str, theirs: str | date
) -> None:
    differences = compare(SETTLED, coverage_with(SETTLED, **{field: theirs}))
    (found,) = (d for d in differences if d.kind is not DifferenceKind.SAME)
    assert (found.field, found.kind, found.reason) == (field, DifferenceKind.REAL, "newly_known")
    assert found.default is DifferenceDefault.TAKE
    assert fills_only(differences), "it waits for a person, who may accept it with others in one step"


@pytest.mark.parametrize(
    "record",
    [
        record_of(SETTLED),
        record_of(SETTLED, address="見本市山手1-1"),
        coverage_with(SETTLED, contribution_ratio=20),
        coverage_with(SETTLED, contribution_ratio=20, issued_on=date(2026, 7, 1)),
        coverage_with(
            replace(SETTLED, coverages=(replace(SETTLED.coverages[0], valid_until=None),)), insurer_number="06139992"
        ),
    ],
    ids=["nothing", "an old address", "another ratio", "another ratio among new values", "another insurer"],
)
def test_nothing_that_contradicts_us_is_accepted_with_others(record: EligibilityRecord) -> None:
    assert not fills_only(compare(SETTLED, record))


@pytest.mark.parametrize("blank", ["", " ", "　", "\u00a0", "\u200b"])
@pytest.mark.parametrize("field", ["name", "name_kana", "address", "postal_code"])
def test_spaces_are_no_value_on_either_side(field: str, blank: str) -> None:
    ours = difference(TURNED_75, record_of(TURNED_75, **{field: blank}), field)
    assert (ours.kind, ours.reason) == (DifferenceKind.UNSAFE, "delivered_empty")
    chart = record_of(TURNED_75)
    empty: dict[str, Any] = {field: blank}
    theirs = difference(replace(TURNED_75, **empty), chart, field)
    assert (theirs.kind, theirs.reason) == (DifferenceKind.REAL, "newly_known")
    assert difference(replace(TURNED_75, **empty), record_of(TURNED_75, **{field: None}), field).kind == "same"


@pytest.mark.shows("S-090")
def test_a_field_that_the_reader_marked_unsafe_is_unsafe_though_no_mark_is_left() -> None:
    record = record_of(TURNED_75, name="例示　志", unsafe_fields=frozenset({"name"}))
    found = difference(TURNED_75, record, "name")
    assert (found.kind, found.default, found.reason) == (DifferenceKind.UNSAFE, DifferenceDefault.KEEP, "stand_in_mark")


@pytest.mark.shows("S-090")
@pytest.mark.parametrize("mark", ["●", "■", "〓", "\ufffd", "\ue000", "\U000f0000"])
def test_every_sign_that_means_nothing_elsewhere_is_unsafe_in_every_text(mark: str) -> None:
    for field in ("name", "address", "insurer_name", "insured_name", "card_symbol"):
        assert kind_of(field, "見本", f"見{mark}") is DifferenceKind.UNSAFE
        assert kind_of(field, None, f"見{mark}") is DifferenceKind.UNSAFE


@pytest.mark.shows("S-092")
def test_another_birthday_or_sex_is_never_selected_because_it_is_another_person() -> None:
    record = record_of(SETTLED, sex=Sex.FEMALE, birth_date=date(1937, 3, 4))
    for field in ("sex", "birth_date"):
        found = difference(SETTLED, record, field)
        assert (found.kind, found.default) == (DifferenceKind.REAL, DifferenceDefault.KEEP)


def test_a_birthday_or_sex_that_we_lacked_is_selected() -> None:
    chart = replace(SETTLED, sex=None, birth_date=None)
    for field in ("sex", "birth_date"):
        assert difference(chart, record_of(SETTLED), field).default is DifferenceDefault.TAKE


@given(st.sampled_from(list(FIELDS)), st.sampled_from([None, "", "見本", "●", "１", "1"]))
def test_a_value_beside_itself_is_the_same_or_unsafe(field: str, value: str | None) -> None:
    assert kind_of(field, value, value) in (DifferenceKind.SAME, DifferenceKind.UNSAFE)
