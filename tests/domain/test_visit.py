"""Until when a tablet may hold medical information."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.consent import Consent, ConsentFlag, ConsentKind
from otonai.domain.dates import end_of_business_day
from otonai.domain.visit import LONGEST_CARRY, VisitType, not_after

MIDNIGHT = datetime(2026, 7, 14, 15, 0, tzinfo=UTC)  # 24:00 in Japan


def drug_consent(until: datetime | None) -> Consent:
    return Consent(ConsentKind.DRUG, ConsentFlag.GIVEN, available_until=until)


def test_a_continuing_consent_still_leaves_the_tablet_with_the_day(now: datetime) -> None:
    assert not_after(drug_consent(None), fetched_at=now, now=now) == MIDNIGHT


def test_the_stated_end_wins_when_it_is_earlier(now: datetime) -> None:
    end = now + timedelta(hours=2)
    assert not_after(drug_consent(end), fetched_at=now, now=now) == end


def test_what_was_fetched_yesterday_goes_after_24_hours(now: datetime) -> None:
    fetched = now - timedelta(hours=23)
    assert not_after(drug_consent(None), fetched_at=fetched, now=now) == now + timedelta(hours=1)


@given(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=2)),
    st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=3)) | st.none(),
)
def test_no_limit_is_ever_outlived(age: timedelta, left: timedelta | None) -> None:
    now = datetime(2026, 7, 14, 5, 0, tzinfo=UTC)
    until = None if left is None else now + left
    limit = not_after(drug_consent(until), fetched_at=now - age, now=now)
    assert limit <= end_of_business_day(now)
    assert limit <= now - age + LONGEST_CARRY
    assert until is None or limit <= until


@pytest.mark.parametrize(
    ("visit", "continues"),
    [(VisitType.HOME_VISIT, True), (VisitType.HOUSE_CALL, False), (VisitType.OUTPATIENT, False)],
)
def test_only_planned_home_care_carries_a_consent_to_the_next_visit(visit: VisitType, continues: bool) -> None:
    assert visit.care_continues is continues
