"""Two rows of one ingredient at the same time: found by code, else by name, and never where it is one decision."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.test_medical import drug

from otonai.domain.drug_identity import DrugEntry, DrugMaster, SameLevel
from otonai.domain.drug_merge import merged
from otonai.domain.medical import DrugEvent, DrugSource, Institution, UseClass
from otonai.domain.same_drug import SamePair, same_pairs

INTERNAL = Institution("1319999982", "みほん内科医院")
ORTHOPAEDIC = Institution("1319999966", "べつの整形外科")
TODAY = date(2025, 8, 20)

MASTER = DrugMaster(
    {
        entry.code: entry
        for entry in (
            DrugEntry(code="610407148", name="アテレック錠１０", price_code="2149037F2039", form="1"),
            DrugEntry(code="610406388", name="ハイペン錠２００ｍｇ", price_code="1149032F2023", form="1"),
            DrugEntry(code="610406383", name="オステラック錠２００", price_code="1149032F2031", form="1"),
        )
    },
    "2025-08-01",
)


def cilnidipine(**facts: Any) -> DrugEvent:
    row = drug(DrugSource.RECEIPT, date(2025, 5, 12), prescriber=INTERNAL, drug_code="610407148", times=28.0)
    return replace(row, drug_name="アテレック錠１０", ingredient="シルニジピン", times_text="28", **facts)


def etodolac_when_it_hurts() -> DrugEvent:
    return replace(
        cilnidipine(), drug_code="610406388", drug_name="ハイペン錠２００ｍｇ", ingredient="エトドラク",
        usage="疼痛時", times=10.0, times_text="10", use_class=UseClass.PRN, use_class_code="22",
    )  # fmt: skip


def etodolac_daily(day: date = date(2025, 7, 3), **facts: Any) -> DrugEvent:
    return replace(
        drug(DrugSource.DISPENSING, day, prescriber=ORTHOPAEDIC, drug_code="610406383"),
        drug_name="オステラック錠２００", ingredient="エトドラク", usage="１日２回朝夕食後",
        use_class=UseClass.UNKNOWN, use_class_code=None, **facts,
    )  # fmt: skip


def pairs(*rows: DrugEvent, master: DrugMaster = MASTER, **options: Any) -> tuple[SamePair, ...]:
    return same_pairs(merged(rows, master), today=TODAY, master=master, **options)


def test_fixture_f1_is_silent_by_default_and_shows_one_pair_with_as_needed_drugs_and_a_wider_window() -> None:
    rows = (cilnidipine(), etodolac_when_it_hurts(), etodolac_daily())
    assert pairs(*rows) == ()
    assert pairs(*rows, with_prn=True) == ()
    (pair,) = pairs(*rows, with_prn=True, prn_window_days=60)
    assert pair.level is SameLevel.SAME_STRENGTH
    assert pair.common is None


def test_two_clinics_that_give_the_same_ingredient_are_seen_by_code_although_brand_and_code_differ() -> None:
    other = etodolac_daily(date(2025, 8, 12))
    row = replace(other, prescriber=INTERNAL, drug_code="610406388", drug_name="ハイペン錠２００ｍｇ")
    (pair,) = pairs(other, replace(row, dispensed_on=date(2025, 8, 10)))
    assert pair.level is SameLevel.SAME_STRENGTH
    assert pair.reaches_today
    assert pair.common is not None
    assert (pair.common.first, pair.common.last) == (date(2025, 8, 12), date(2025, 8, 23))


def test_without_a_master_the_ingredient_name_decides_and_says_so() -> None:
    first = etodolac_daily()
    second = replace(first, prescriber=INTERNAL, drug_code="610406388", ingredient="エトドラク水和物")
    (pair,) = pairs(first, second, master=DrugMaster())
    assert pair.level is SameLevel.SAME_INGREDIENT_NAME


@pytest.mark.parametrize("code", ["666660000", "777770000", None])
def test_a_dummy_code_never_joins_two_different_drugs(code: str | None) -> None:
    first = replace(etodolac_daily(), drug_code=code)
    second = replace(cilnidipine(dispensed_on=date(2025, 7, 4)), drug_code=code)
    assert pairs(first, second) == ()


def test_a_refill_some_days_early_is_no_pair_and_a_fortnight_early_is_one() -> None:
    first = etodolac_daily()
    assert pairs(first, etodolac_daily(date(2025, 7, 14))) == ()
    assert len(pairs(first, etodolac_daily(date(2025, 7, 6)))) == 1


def test_two_strengths_of_one_prescription_are_one_decision() -> None:
    first = etodolac_daily()
    assert pairs(first, replace(first, amount_text="0.5", usage="１日１回就寝前")) == ()


def test_a_mixture_meets_its_part_by_name() -> None:
    mixture = replace(cilnidipine(), drug_code=None, ingredient="バルサルタン・シルニジピン", prescriber=ORTHOPAEDIC)
    (pair,) = pairs(cilnidipine(), replace(mixture, dispensed_on=date(2025, 5, 20)))
    assert pair.level is SameLevel.SAME_INGREDIENT_NAME


def test_rows_that_another_source_repeats_make_no_pair() -> None:
    receipt = etodolac_daily()
    assert pairs(replace(receipt, source=DrugSource.RECEIPT), receipt) == ()


@given(
    st.lists(
        st.builds(
            lambda start, days, who: replace(
                etodolac_daily(date(2025, 6, 1) + timedelta(days=start)), times=float(days), prescriber=who
            ),
            st.integers(0, 90),
            st.integers(1, 30),
            st.sampled_from([INTERNAL, ORTHOPAEDIC]),
        ),
        max_size=12,
    ),
    st.integers(0, 10_000),
)
def test_pairs_do_not_depend_on_the_order_of_rows_and_name_rows_that_exist(rows: list[DrugEvent], seed: int) -> None:
    shuffled = list(rows)
    random.Random(seed).shuffle(shuffled)
    found = pairs(*rows)
    assert found == pairs(*shuffled)
    known = {row.id for row in merged(rows, MASTER)}
    assert all({pair.newer, pair.older} <= known for pair in found)
