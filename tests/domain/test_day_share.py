"""Who carries medical information, and until when a day's share lives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.access import Role
from otonai.domain.dates import business_day
from otonai.domain.day_share import Withheld, medical_withheld, share_ends
from otonai.domain.devices import Ownership

CLINICS, OWN = Ownership.CLINIC, Ownership.BYOD


@pytest.mark.shows("S-031")
@pytest.mark.parametrize(
    ("role", "clinic_allows", "ownership", "byod_allowed", "expected"),
    [
        (Role.DOCTOR, True, CLINICS, False, None),
        (Role.NURSE, True, CLINICS, False, None),
        (Role.DOCTOR, False, CLINICS, False, Withheld.CARRYING_OFF),
        (Role.DOCTOR, True, OWN, False, Withheld.PRIVATE_DEVICE),
        (Role.DOCTOR, True, OWN, True, None),
        (Role.DOCTOR, False, OWN, True, Withheld.CARRYING_OFF),
        (Role.OFFICE, True, CLINICS, True, Withheld.ROLE),
        (Role.ADMIN, True, CLINICS, True, Withheld.ROLE),
        (Role.EMERGENCY, True, CLINICS, True, Withheld.ROLE),
    ],
)
def test_only_who_reads_it_carries_it_and_only_where_the_clinic_allows_it(
    role: Role, clinic_allows: bool, ownership: Ownership, byod_allowed: bool, expected: Withheld | None
) -> None:
    told = medical_withheld(role, clinic_allows=clinic_allows, ownership=ownership, byod_allowed=byod_allowed)
    assert told is expected


@pytest.mark.shows("F30")
@pytest.mark.parametrize(
    ("now", "ends"),
    [
        ("2026-11-23T14:59:59.999999+00:00", "2026-11-23T15:00:00+00:00"),  # 23:59:59 in Japan
        ("2026-11-23T15:00:00+00:00", "2026-11-24T15:00:00+00:00"),  # midnight in Japan
    ],
)
def test_a_share_ends_with_the_day_in_japan(now: str, ends: str) -> None:
    assert share_ends(datetime.fromisoformat(now)) == datetime.fromisoformat(ends)


@given(st.integers(1_577_836_800, 2_840_140_800))
def test_no_share_lives_a_whole_day_beyond_its_making_or_into_another_day(second: int) -> None:
    now = datetime.fromtimestamp(second, UTC)
    end = share_ends(now)
    assert now < end <= now + timedelta(hours=24)
    assert business_day(end - timedelta(microseconds=1)) == business_day(now)
