"""Which rows may be accepted together: those that take nothing away and leave nothing to judge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.people import LEDGER, SETTLED, late_elderly, record_of

from otonai.domain.comparison import DifferenceKind, compare
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.insurance import Validity
from otonai.domain.ledger import Act, overwrite, suggested_act
from otonai.domain.match import MatchOutcome
from otonai.domain.patient import LedgerPatient
from otonai.domain.safe_row import Hold, SafeAct, safe_act

WITHOUT_ADDRESS = replace(SETTLED, address=None)


def judged(
    chart: LedgerPatient,
    record: EligibilityRecord,
    outcome: MatchOutcome = MatchOutcome.LINKED,
    validity: Validity | None = Validity.VALID,
) -> SafeAct | Hold:
    differences = compare(chart, record)
    return safe_act(outcome, validity, differences, suggested_act(chart, differences))


@pytest.mark.shows("S-085")
def test_an_empty_field_is_filled_and_nothing_else_is_written() -> None:
    assert judged(WITHOUT_ADDRESS, record_of(SETTLED)) == SafeAct(Act.OVERWRITE, ("address",))


@pytest.mark.shows("S-091")
def test_another_way_of_writing_keeps_ours() -> None:
    record = record_of(SETTLED, name_kana="ｼｶｸ ｲﾁﾛｳ", address="見本市緑町3-99-9")
    assert judged(SETTLED, record) == SafeAct(Act.CANCEL)


@pytest.mark.parametrize("outcome", MatchOutcome)
def test_only_a_certain_chart_is_accepted_with_others(outcome: MatchOutcome) -> None:
    found = judged(WITHOUT_ADDRESS, record_of(SETTLED), outcome)
    assert isinstance(found, SafeAct) is (outcome in (MatchOutcome.LINKED, MatchOutcome.MATCHED))


@pytest.mark.parametrize("validity", [*Validity, None])
def test_only_a_valid_insurance_is_accepted_with_others(validity: Validity | None) -> None:
    found = judged(WITHOUT_ADDRESS, record_of(SETTLED), validity=validity)
    assert isinstance(found, SafeAct) is (validity in (Validity.VALID, Validity.VALID_UNREGISTERED))


@pytest.mark.shows("S-090")
@pytest.mark.parametrize("address", ["見本市緑町●丁目", "●"])
def test_a_stand_in_mark_waits_for_a_person(address: str) -> None:
    assert judged(WITHOUT_ADDRESS, record_of(SETTLED, address=address)) is Hold.STAND_IN_MARK


def test_a_value_of_ours_that_is_contradicted_waits_for_a_person() -> None:
    dearer = record_of(SETTLED, coverage=late_elderly("00031031", contribution_ratio=30))
    assert judged(SETTLED, dearer) is Hold.CONTRADICTS_OURS
    assert judged(WITHOUT_ADDRESS, dearer) is Hold.CONTRADICTS_OURS, "also where another field would only be filled"


@pytest.mark.shows("S-110")
def test_a_first_insurance_waits_for_its_day() -> None:
    assert judged(replace(SETTLED, coverages=()), record_of(SETTLED)) is Hold.OTHER_INSURANCE


@given(
    chart=st.sampled_from(LEDGER),
    other=st.sampled_from(LEDGER),
    emptied=st.sets(st.sampled_from(["name_kana", "sex", "postal_code", "address"])),
)
def test_whatever_is_accepted_replaces_no_value_of_ours(
    chart: LedgerPatient, other: LedgerPatient, emptied: set[str]
) -> None:
    own = replace(chart, **dict.fromkeys(emptied))  # type: ignore[arg-type]
    record = record_of(other)
    found = judged(own, record)
    if isinstance(found, Hold) or found.act is Act.CANCEL:
        return
    decision = overwrite(own, record, found.fields)
    assert all(c.before in (None, "") for c in decision.person + decision.coverage)
    assert {d.field for d in compare(own, record) if d.kind is DifferenceKind.REAL} == set(found.fields)
