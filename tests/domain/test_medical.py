"""Drug events and checkups as facts: whose they are, and which source of one visit is preferred."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import SETTLED

from otonai.domain.drug_merge import merged
from otonai.domain.medical import (
    DrugEvent,
    DrugSource,
    Institution,
    MedicalSubject,
    UseClass,
    subject_agrees,
)
from otonai.domain.writing import kana_key

CLINIC = Institution("1319999990", "みなも在宅クリニック")
PHARMACY = Institution("1349999992", "見本薬局")


def drug(source: DrugSource, day: date, **facts: Any) -> DrugEvent:
    """One invented drug on one day."""
    own = DrugEvent(
        source=source,
        month=f"{day:%Y-%m}",
        dispensed_on=day,
        prescribed_on=None,
        prescriber=CLINIC,
        dispenser=PHARMACY,
        own_institution=True,
        drug_code="620000001",
        drug_name="みほん錠５ｍｇ",
        ingredient="見本成分",
        amount=1.0,
        amount_text="1",
        unit="錠",
        usage="１日１回朝食後",
        instruction=None,
        times=14.0,
        times_text="14",
        use_class=UseClass.ORAL,
        use_class_code="1",
    )
    return replace(own, **facts)


JUNE = date(2026, 6, 10)
JULY = date(2026, 7, 8)


def test_of_one_visit_the_receipt_speaks_and_the_others_stay_readable() -> None:
    events = tuple(drug(source, JUNE) for source in DrugSource)
    marked = {event.source: event.superseded for event in merged(events)}
    assert marked == {DrugSource.RECEIPT: False, DrugSource.DISPENSING: True, DrugSource.PRESCRIPTION: True}


def test_a_visit_without_a_receipt_yet_shows_its_dispensing() -> None:
    events = (drug(DrugSource.RECEIPT, JUNE), drug(DrugSource.DISPENSING, JULY), drug(DrugSource.PRESCRIPTION, JULY))
    kept = [(e.source, e.dispensed_on) for e in merged(events) if not e.superseded]
    assert kept == [(DrugSource.DISPENSING, JULY), (DrugSource.RECEIPT, JUNE)]


def test_another_prescriber_on_the_same_day_is_another_visit() -> None:
    events = (
        drug(DrugSource.RECEIPT, JUNE),
        drug(DrugSource.DISPENSING, JUNE, prescriber=Institution("1319999991", None)),
    )
    assert not any(event.superseded for event in merged(events))


drug_lists = st.lists(
    st.builds(
        drug,
        st.sampled_from(DrugSource),
        st.sampled_from([JUNE, JULY]),
        drug_name=st.sampled_from(["みほん錠５ｍｇ", "例示カプセル"]),
        amount_text=st.sampled_from(["1", "2", None]),
    ),
    max_size=8,
)


@given(drug_lists, st.integers(0, 10_000))
def test_the_order_of_the_file_changes_nothing_and_no_row_is_lost(events: list[DrugEvent], seed: int) -> None:
    shuffled = list(events)
    random.Random(seed).shuffle(shuffled)
    result = merged(tuple(events))
    assert result == merged(tuple(shuffled))
    assert len(result) == len(events)
    assert merged(result) == result


@pytest.mark.parametrize(
    ("kana", "born", "agrees"),
    [
        ("ｼｶｸ ｲﾁﾛｳ", SETTLED.birth_date, True),
        ("ｼｶｸ ｼﾞﾛｳ", SETTLED.birth_date, False),
        ("ｼｶｸ ｲﾁﾛｳ", date(1937, 3, 4), False),
        ("ｼｶｸ ｲﾁﾛｳ", None, False),
        ("", SETTLED.birth_date, False),
    ],
)
def test_a_medical_file_counts_only_for_the_person_it_names(kana: str, born: date | None, agrees: bool) -> None:
    subject = MedicalSubject(name="資格　一郎", name_kana=kana, birth_date=born)
    assert (
        subject_agrees(
            subject,
            name_kana_key=kana_key(SETTLED.name_kana),
            subject_kana_key=kana_key(kana),
            birth_date=date(1937, 3, 3),
        )
        is agrees
    )


def test_a_drug_and_its_subject_do_not_print_who_takes_what() -> None:
    assert "みほん" not in repr(drug(DrugSource.RECEIPT, JUNE))
    assert "資格" not in repr(MedicalSubject(name="資格　一郎", name_kana="ｼｶｸ ｲﾁﾛｳ", birth_date=None))
