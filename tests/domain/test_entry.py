"""What a tablet's box holds is read strictly: it fits, or it is refused by name and nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.bedside import PaperKind, PaperSeen, Present
from otonai.domain.consent import ConsentKind, ReportedOutcome
from otonai.domain.entry import (
    ConsentReported,
    Entry,
    HelperKind,
    MedicalOpened,
    RegistrationUndone,
    RouteSet,
    VisitAdded,
    VisitRegistered,
    VisitTakenOff,
    read_entry,
)
from otonai.domain.errors import Invalid
from otonai.domain.visit import IdentityMethod, VisitType

DOCTOR = "019a0000-0000-7000-8000-000000000001"
VISIT = "019a0000-0000-7000-8000-0000000000f1"


def told(kind: str, data: dict[str, Any], **other: Any) -> dict[str, Any]:
    """An entry as Dr 例示 慎一's tablet writes it."""
    return {
        "staff_id": DOCTOR, "kind": kind, "visit_id": VISIT, "base_version": 3, "stamp": "tab:9f2c",
        "entered_at": "2026-11-23T13:40:00+09:00", "data": data, **other,
    }  # fmt: skip


REGISTERED = {
    "identity_method": "web_pin", "outcome": "partial", "items": [{"kind": "drug", "given": True}],
    "prescription_form": "paper", "helper": "family", "note": "娘さんが支えて操作",
}  # fmt: skip


@pytest.mark.shows("S-006", "S-015", "S-032")
def test_a_registered_visit_keeps_what_was_told_item_by_item() -> None:
    entry = read_entry(told("visit_registered", REGISTERED))

    assert isinstance(entry.data, VisitRegistered)
    assert entry.entered_at.astimezone(UTC) == datetime(2026, 11, 23, 4, 40, tzinfo=UTC)
    assert entry.data.identity_method is IdentityMethod.WEB_PIN
    assert [(i.kind, i.given) for i in entry.data.items] == [(ConsentKind.DRUG, True)]
    assert entry.data.helper is HelperKind.FAMILY


@pytest.mark.shows("S-008", "S-010", "S-012", "S-021")
def test_a_visit_keeps_times_company_and_the_kinds_and_days_of_papers_but_no_number_of_any() -> None:
    more = {
        "started_at": "2026-11-23T13:31:00+09:00", "ended_at": "2026-11-23T13:48:00+09:00",
        "present": ["family", "care_manager", "family"], "next_visit_on": "2026-12-07", "page_code": "OQC-OWSE0900000",
        "name_confirmed": True,
        "papers": [{"kind": "certificate", "until": "2027-07-31", "number": "12345678"}, {"kind": "statement"}],
    }  # fmt: skip
    entry = read_entry(told("visit_registered", REGISTERED | more))

    assert isinstance(entry.data, VisitRegistered)
    assert entry.data.present == (Present.FAMILY, Present.CARE_MANAGER)
    seen = PaperSeen(PaperKind.CERTIFICATE, date(2027, 7, 31)), PaperSeen(PaperKind.STATEMENT, None)
    assert entry.data.papers == seen
    assert entry.data.next_visit_on == date(2026, 12, 7)
    assert (entry.data.page_code, entry.data.name_confirmed) == ("OQC-OWSE0900000", True)
    assert (entry.data.ended_at, entry.data.started_at) == (
        datetime(2026, 11, 23, 4, 48, tzinfo=UTC),
        datetime(2026, 11, 23, 4, 31, tzinfo=UTC),
    )


@pytest.mark.shows("F32")
def test_an_item_answered_on_a_tablet_of_the_first_version_is_read_as_it_was_meant() -> None:
    items = [{"kind": "drug", "flag": "given"}, {"kind": "checkup", "flag": "none"}]
    entry = read_entry(told("visit_registered", REGISTERED | {"items": items}))

    assert isinstance(entry.data, VisitRegistered)
    assert [(i.kind.value, i.given) for i in entry.data.items] == [("drug", True), ("checkup", False)]


@pytest.mark.shows("S-032")
def test_a_refusal_is_an_ordinary_report() -> None:
    entry = read_entry(told("consent_reported", {"outcome": "refused"}))

    assert entry.data == ConsentReported(ReportedOutcome.REFUSED, None, False)


def test_an_undone_registration_names_the_entry_it_takes_back() -> None:
    entry = read_entry(told("visit_registration_undone", {"entry_id": VISIT}))

    assert entry.data == RegistrationUndone(UUID(VISIT))


def test_an_added_visit_and_a_round_name_their_people_and_places() -> None:
    added = read_entry(
        told(
            "visit_added", {"patient_id": DOCTOR, "planned_at": "2026-11-23T15:00:00+09:00", "visit_type": "house_call"}
        )
    )
    assert added.data == VisitAdded(UUID(DOCTOR), datetime(2026, 11, 23, 6, 0, tzinfo=UTC), VisitType.HOUSE_CALL)
    assert read_entry(told("visit_taken_off", {})).data == VisitTakenOff()
    assert read_entry(told("route_set", {"order": [VISIT, DOCTOR, VISIT]})).data == RouteSet(
        (UUID(VISIT), UUID(DOCTOR))
    )


def test_a_look_at_what_was_carried_names_its_kind_and_its_days() -> None:
    entry = read_entry(told("medical_opened", {"kind": "checkup", "first": "2022-06-01", "last": "2026-06-12"}))

    assert entry.data == MedicalOpened(ConsentKind.CHECKUP, date(2022, 6, 1), date(2026, 6, 12))


@pytest.mark.parametrize(
    "data",
    [{"kind": "limit"}, {"kind": "everything"}, {}, {"kind": "drug", "first": "soon"}, {"kind": "drug", "last": 7}],
)
def test_a_look_at_what_no_tablet_carries_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        read_entry(told("medical_opened", data))
    assert refused.value.code == "entry_unreadable"


@pytest.mark.shows("S-010")
@pytest.mark.parametrize("note", ["番号は 123456789018 です", "１２３４ー５６７８ー９０１８", "1234 5678 9018"])
def test_a_my_number_in_a_note_is_refused_by_its_own_name(note: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_entry(told("visit_registered", REGISTERED | {"note": note}))

    assert refused.value.code == "my_number_refused"
    assert "1234" not in refused.value.detail


@pytest.mark.parametrize(
    "broken",
    [
        told("visit_forgotten", {}),
        told("consent_reported", {"outcome": "perhaps"}),
        told("consent_reported", {"outcome": "failed", "reason": "x" * 61}),
        told("visit_registered", REGISTERED | {"items": [{"kind": "tax", "given": True}]}),
        told("visit_registered", REGISTERED | {"items": "all"}),
        told("visit_registered", REGISTERED | {"note": "あ" * 2001}),
        told("visit_registered", REGISTERED | {"helper": "neighbour"}),
        told("visit_registered", REGISTERED | {"present": ["the cat"]}),
        told("visit_registered", REGISTERED | {"papers": [{"kind": "statement"}, {"kind": "statement"}]}),
        told("visit_registered", REGISTERED | {"papers": [{"kind": "certificate", "until": "some day"}]}),
        told("visit_registered", REGISTERED | {"next_visit_on": "tomorrow"}),
        told("visit_registered", REGISTERED | {"page_code": "<script>"}),
        told("visit_registered", REGISTERED | {"started_at": "2026-11-23T13:48:00"}),
        told(
            "visit_registered",
            REGISTERED | {"started_at": "2026-11-23T13:48:00+09:00", "ended_at": "2026-11-23T13:31:00+09:00"},
        ),
        told("visit_added", {"patient_id": VISIT, "planned_at": "soon", "visit_type": "house_call"}),
        told("visit_added", {"patient_id": VISIT, "planned_at": "2026-11-23T15:00:00+09:00", "visit_type": "stroll"}),
        told("route_set", {"order": ["first this one"]}),
        told("route_set", {"order": "as ever"}),
        told("handover_opened", {}, staff_id="the doctor"),
        told("handover_opened", {}, entered_at="2026-11-23T13:40:00"),
        told("handover_opened", {}, base_version=-1),
        told("handover_opened", {}, base_version=True),
        told("handover_opened", {}) | {"data": None},
        [],
        None,
    ],
)
def test_whatever_does_not_fit_is_refused_as_unreadable(broken: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_entry(broken)

    assert refused.value.code == "entry_unreadable"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=6),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["handover_opened", "consent_reported", "visit_registered", "visit_registration_undone"]))
def test_any_json_is_an_entry_or_a_named_refusal(data: Any, kind: str) -> None:
    refusals: list[str] = []
    try:
        found: Entry | None = read_entry(told(kind, data) if isinstance(data, dict) else data)
    except Invalid as refusal:
        found = None
        refusals.append(refusal.code)

    assert found is not None or refusals in (["entry_unreadable"], ["my_number_refused"])
