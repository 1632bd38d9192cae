"""What a tablet may hold, and what becomes of what was entered on it: once, in order, and never lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from tests import people
from tests.databases import known_clinics
from tests.flow.story import Story
from tests.people import DOCTOR, NURSE, SETTLED, TURNED_75, WIFE, StaffMember
from tests.staffing import employ

from otonai.domain.dates import business_day
from otonai.domain.errors import Invalid, NotFound
from otonai.flow.bedside import choose_registration
from otonai.flow.boxes import aad_of, current_key, open_box, seal
from otonai.flow.sync_tablet import Changes, EntryResult, SealedEntry, changes_for, scope_of, take_entry
from otonai.store.audit_reading import viewings
from otonai.store.changes import current_sequence
from otonai.store.ids import new_id
from otonai.store.session import writing
from otonai.store.tables import Device, SyncReceipt, TabletPerson, Visit
from otonai.store.visits import save_visit

SCHEMA = "entry/1"


class Tablet:
    """One enrolled tablet with the nurse and the doctor on it; it seals what is entered as the app does."""

    def __init__(self, story: Story, name: str = "一台目", staff: dict[str, UUID] | None = None) -> None:
        self.story, self.clinic = story, story.clinic
        self.id = new_id()
        self.sequence = 0
        with writing(story.engine, story.clinic.id) as session:
            session.add(Device(clinic_id=self.clinic.id, id=self.id, kind="tablet", name=name, enrolled_at=story.now))
        self.staff = staff or {who.login_name: _staff(story, who) for who in (NURSE, DOCTOR)}
        with writing(story.engine, story.clinic.id) as session:
            for staff_id in self.staff.values():
                session.add(
                    TabletPerson(
                        clinic_id=self.clinic.id,
                        id=new_id(),
                        device_id=self.id,
                        staff_id=staff_id,
                        pin_hash="unused here",
                        chosen_at=story.now,
                    )
                )

    def entry(
        self,
        kind: str,
        visit: Visit,
        data: dict[str, Any],
        *,
        by: str = "nurse",
        base: int = 1,
        at: datetime | None = None,
    ) -> SealedEntry:
        """The next entry, sealed."""
        self.sequence += 1
        told = {
            "kind": kind,
            "staff_id": str(self.staff[by]),
            "visit_id": str(visit.id),
            "base_version": base,
            "entered_at": (at or self.story.now).isoformat(),
            "data": data,
        }
        return self.sealed(json.dumps(told).encode())

    def sealed(self, plain: bytes) -> SealedEntry:
        """Any bytes, sealed to the clinic's key under the current sequence."""
        key = self.story.look(lambda s: current_key(s, self.clinic.id))
        ident = new_id()
        aad = aad_of(self.clinic.id, self.id, self.sequence, ident, SCHEMA)
        return SealedEntry(self.sequence, ident, SCHEMA, key.key_id, seal(key.public_key, plain, aad))

    def send(self, entry: SealedEntry) -> EntryResult:
        """One entry, in one transaction."""
        with writing(self.story.engine, self.story.clinic.id) as session:
            device = session.get_one(Device, (self.clinic.id, self.id))
            return take_entry(session, device, entry, self.story.now)

    @property
    def next_sequence(self) -> int:
        """What the server expects next."""
        return self.story.look(lambda s: s.get_one(Device, (self.clinic.id, self.id)).next_sequence)

    def receipts(self) -> list[SyncReceipt]:
        """What the server keeps of this tablet's entries."""
        query = select(SyncReceipt).where(SyncReceipt.device_id == self.id)
        return self.story.look(lambda s: sorted(s.exec(query), key=lambda r: r.sequence))


def _staff(story: Story, who: StaffMember) -> UUID:
    with writing(story.engine, story.clinic.id) as session:
        made = employ(session, story.clinic.id, who, story.now, by=story.office)
        return made.id


def registered(note: str | None = None, method: str = "web_pin", outcome: str = "completed") -> dict[str, Any]:
    """A visit as registered at the bedside."""
    items = [{"kind": "drug", "given": True}]
    return {"identity_method": method, "outcome": outcome, "items": items, "helper": "family", "note": note}


def reported(outcome: str = "completed") -> dict[str, Any]:
    """What the phone showed."""
    return {"outcome": outcome, "reason": None, "name_confirmed": True}


@pytest.fixture
def tablet(story: Story) -> Tablet:
    """A tablet of the clinic."""
    return Tablet(story)


@pytest.fixture
def visit(story: Story) -> Visit:
    """Today's visit to SETTLED."""
    return story.visit(story.chart(SETTLED))


def now_of(story: Story, visit: Visit) -> Visit:
    """The visit as the database holds it."""
    return story.look(lambda s: s.get_one(Visit, (story.clinic.id, visit.id)))


# --- scope and changes ---------------------------------------------------------------------------------------


@pytest.mark.shows("F39")
def test_a_tablet_may_hold_the_people_visited_today_and_nobody_else(story: Story) -> None:
    today = story.visit(story.chart(SETTLED))
    story.visit(story.chart(TURNED_75), day=people.TODAY + timedelta(days=1))
    story.visit(story.chart(WIFE), state="cancelled")
    scope = story.look(lambda s: scope_of(s, story.clinic.id, people.TODAY))
    assert set(scope.visits) == {today.id}
    assert scope.patients == {today.patient_id}


def _since(story: Story, cursor: int, limit: int = 500) -> Changes:
    return story.look(lambda s: changes_for(s, story.clinic.id, people.TODAY, cursor, limit))


def _cursor(story: Story) -> int:
    return story.look(lambda s: current_sequence(s, story.clinic.id))


def _change(story: Story, visit: Visit, **facts: Any) -> None:
    with writing(story.engine, story.clinic.id) as session:
        found = session.get_one(Visit, (story.clinic.id, visit.id))
        for name, value in facts.items():
            setattr(found, name, value)
        save_visit(session, found)


def test_a_tablet_is_told_what_changed_since_it_looked_and_nothing_twice(story: Story, visit: Visit) -> None:
    cursor = _cursor(story)
    assert _since(story, cursor) == Changes(cursor, [], [], [], False)
    story.edit(visit.patient_id, telephone="000-0000-0000")
    _change(story, visit, place_note="裏口から")
    story.edit(visit.patient_id, telephone="000-0000-0001")

    found = _since(story, cursor)
    assert (found.visits, found.patients, found.forget) == ([visit.id], [visit.patient_id], [])
    assert found.sequence == _cursor(story)
    assert _since(story, found.sequence).visits == []


def test_a_visit_added_today_brings_its_patient(story: Story) -> None:
    chart = story.chart(SETTLED)
    cursor = _cursor(story)
    visit = story.visit(chart)
    _change(story, visit, place_note="三階")
    assert (_since(story, cursor).visits, _since(story, cursor).patients) == ([visit.id], [chart])


def test_a_visit_of_today_comes_again_when_the_one_before_it_was_told_late(story: Story) -> None:
    chart = story.chart(SETTLED)
    before = story.visit(chart, day=people.TODAY - timedelta(days=1))
    somebody_else = story.visit(story.chart(WIFE), day=people.TODAY - timedelta(days=1))
    today = story.visit(chart)
    cursor = _cursor(story)
    _change(story, before, state="visited")
    _change(story, somebody_else, state="visited")
    found = _since(story, cursor)
    assert (found.visits, found.patients) == ([today.id], [])
    assert found.forget == [("visit", before.id), ("visit", somebody_else.id), ("patient", somebody_else.patient_id)]


@pytest.mark.shows("F18")
def test_a_cancelled_visit_and_its_patient_are_to_be_forgotten(story: Story, visit: Visit) -> None:
    cursor = _cursor(story)
    _change(story, visit, state="cancelled")
    found = _since(story, cursor)
    assert (found.visits, found.patients) == ([], [])
    assert ("visit", visit.id) in found.forget
    assert ("patient", visit.patient_id) in found.forget


@pytest.mark.shows("F18")
def test_a_visit_that_was_made_after_it_was_cancelled_is_of_the_day_again_and_waits_for_a_look(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    entry = tablet.entry("visit_registered", visit, registered("電波なしで登録"))
    _change(story, visit, state="cancelled")
    assert [tablet.send(entry).outcome for _ in range(2)] == ["conflict", "conflict"]
    made = now_of(story, visit)
    assert made.state == "visited"
    assert made.registration is not None
    assert (made.registration["note"], made.registration["after_cancellation"]) == ("電波なしで登録", True)
    assert tablet.receipts()[0].box == entry.box
    assert (
        tablet.send(tablet.entry("visit_registration_undone", visit, {"entry_id": str(entry.id)})).outcome == "applied"
    )
    assert now_of(story, visit).state == "cancelled"


def test_a_long_feed_comes_in_parts_and_loses_nothing(small_story: Story) -> None:
    story = small_story
    visits = [story.visit(story.chart(p)) for p in (SETTLED, TURNED_75, WIFE)]
    cursor = _cursor(story)
    for visit in visits:
        _change(story, visit, place_note="後で")
    seen: list[UUID] = []
    more = True
    while more:
        part = _since(story, cursor, limit=2)
        seen += part.visits
        cursor, more = part.sequence, part.more
    assert seen == [v.id for v in visits]


# --- entries, once -------------------------------------------------------------------------------------------


@pytest.mark.shows("F19", "F20", "S-014")
def test_an_entry_sent_again_gets_its_first_answer_and_no_second_effect(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    entry = tablet.entry("visit_registered", visit, registered("玄関で確認"))
    assert tablet.send(entry) == EntryResult(entry.id, 1, "applied")
    first = now_of(story, visit)
    story.wait(minutes=5)
    assert tablet.send(entry) == EntryResult(entry.id, 1, "duplicate")
    assert now_of(story, visit) == first
    assert tablet.next_sequence == 2
    assert len(story.events("visit_registered")) == 1


@pytest.mark.shows("S-014", "S-015", "S-032")
def test_a_registered_visit_keeps_who_when_and_how_and_an_applied_box_is_let_go(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    at_the_door = story.now - timedelta(minutes=20)
    tablet.send(tablet.entry("visit_registered", visit, registered("玄関で確認"), at=at_the_door))

    kept = now_of(story, visit)
    assert kept.registration is not None
    assert (kept.state, kept.registered_at) == ("visited", at_the_door)
    assert kept.registration["staff_id"] == str(tablet.staff["nurse"])
    assert (kept.registration["identity_method"], kept.registration["helper"]) == ("web_pin", "family")
    assert kept.registration["items"] == [{"kind": "drug", "given": True}]
    (event,) = story.events("visit_registered")
    assert (event.actor_kind, event.device_id, event.device_time) == ("bedside", tablet.id, at_the_door)
    (receipt,) = tablet.receipts()
    assert (receipt.outcome, receipt.box) == ("applied", None)


@pytest.mark.shows("S-165")
def test_a_look_without_a_network_is_in_the_trail_once_and_counts_as_evidence_for_its_own_time(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    in_the_mountains = story.now - timedelta(hours=3)
    period = {"kind": "drug", "first": "2025-12-01", "last": "2026-10-10"}
    look = tablet.entry("medical_opened", visit, period, by="doctor", at=in_the_mountains)

    assert [tablet.send(look).outcome, tablet.send(look).outcome] == ["applied", "duplicate"]

    (event,) = story.events("drug_viewed")
    assert (event.actor_id, event.device_id, event.patient_id) == (tablet.staff["doctor"], tablet.id, visit.patient_id)
    assert (event.outcome, event.subject) == ("carried", "2025-12-01/2026-10-10")
    assert (event.at, event.device_time) == (story.now, in_the_mountains)
    day = business_day(story.now)
    (viewing,) = story.look(lambda s: viewings(s, story.clinic.id, day, day, None))
    assert (viewing.at, viewing.kind) == (in_the_mountains, "drug")
    assert now_of(story, visit).version == visit.version, "a look changes nothing about the visit"


@pytest.mark.shows("F21")
def test_entries_of_one_batch_move_the_expected_number_on_one_by_one(tablet: Tablet, visit: Visit) -> None:
    entries = [tablet.entry("handover_opened", visit, {}) for _ in range(3)]
    assert [tablet.send(e).outcome for e in entries] == ["applied"] * 3
    assert tablet.next_sequence == 4
    tablet.send(entries[0])
    assert tablet.next_sequence == 4, "a late repetition does not move it back"


def test_a_late_hand_over_does_not_turn_the_clock_back(story: Story, tablet: Tablet, visit: Visit) -> None:
    noon, earlier = story.now, story.now - timedelta(hours=2)
    tablet.send(tablet.entry("handover_opened", visit, {}, at=noon))
    tablet.send(tablet.entry("handover_opened", visit, {}, at=earlier))
    assert now_of(story, visit).handover_opened_at == noon


# --- refused, but never lost ---------------------------------------------------------------------------------


def test_a_refused_entry_is_kept_sealed_with_its_reason_and_the_next_one_is_taken(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    bad = tablet.entry("visit_registered", visit, registered() | {"identity_method": "palm reading"})
    good = tablet.entry("visit_registered", visit, registered())
    assert tablet.send(bad) == EntryResult(bad.id, 1, "rejected", "entry_unreadable")
    assert tablet.send(good).outcome == "applied"

    kept = tablet.receipts()[0]
    assert (kept.outcome, kept.code, kept.box, kept.key_id) == ("rejected", "entry_unreadable", bad.box, bad.key_id)
    aad = aad_of(tablet.clinic.id, tablet.id, 1, bad.id, SCHEMA)
    plain = story.look(lambda s: open_box(s, tablet.clinic.id, kept.key_id, kept.box or "", aad))
    assert b"palm reading" in plain


@pytest.mark.shows("S-183", "S-010")
def test_a_note_with_a_my_number_is_refused_and_not_even_kept_sealed(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    entry = tablet.entry("visit_registered", visit, registered("番号は 1234 5678 9018"))
    assert tablet.send(entry).code == "my_number_refused"
    (receipt,) = tablet.receipts()
    assert receipt.box is None
    assert now_of(story, visit).registration is None


@pytest.mark.shows("F20")
@pytest.mark.parametrize("moved", ["sequence", "id", "schema", "device"])
def test_a_box_moved_to_another_place_does_not_open(story: Story, tablet: Tablet, visit: Visit, moved: str) -> None:
    entry = tablet.entry("visit_registered", visit, registered())
    places = {
        "sequence": replace(entry, sequence=2),
        "id": replace(entry, id=new_id()),
        "schema": replace(entry, schema="entry/2"),
        "device": entry,
    }
    sender = Tablet(story, "二台目", tablet.staff) if moved == "device" else tablet
    assert sender.send(places[moved]).code == "box_unreadable"
    assert now_of(story, visit).registration is None


@pytest.mark.shows("F42")
def test_an_entry_about_another_clinics_visit_is_refused(story: Story, tablet: Tablet) -> None:
    neighbour = Story(story.engine, known_clinics(story.engine).hinata)
    theirs = neighbour.visit(neighbour.chart(SETTLED))
    entry = tablet.entry("visit_registered", theirs, registered())
    assert tablet.send(entry) == EntryResult(entry.id, 1, "rejected", "not_found")
    assert now_of(neighbour, theirs).registration is None


def test_an_entry_in_the_name_of_somebody_who_is_not_on_this_tablet_is_refused(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    tablet.staff["stranger"] = story.clinic.admin_id
    entry = tablet.entry("visit_registered", visit, registered(), by="stranger")
    assert tablet.send(entry).code == "person_not_on_tablet"


@pytest.mark.parametrize("plain", [b"", b"[]", b"{", b"\xff\xfe", b'{"kind": "visit_deleted"}', b"null"])
def test_whatever_a_box_holds_the_answer_is_a_word(small_story: Story, plain: bytes) -> None:
    tablet = Tablet(small_story)
    tablet.sequence = 1
    told = tablet.send(tablet.sealed(plain))
    assert (told.outcome, told.code) == ("rejected", "entry_unreadable")


# --- two tablets ---------------------------------------------------------------------------------------------


@pytest.mark.shows("F17")
def test_two_registrations_of_one_visit_are_both_kept_and_one_waits_for_a_person(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    second = Tablet(story, "二台目", tablet.staff)
    first_entry = tablet.entry("visit_registered", visit, registered("看護師の記録"), by="nurse")
    second_entry = second.entry("visit_registered", visit, registered("医師の記録"), by="doctor")
    assert tablet.send(first_entry).outcome == "applied"
    assert second.send(second_entry).outcome == "conflict"

    kept = now_of(story, visit).registration
    assert kept is not None
    assert kept["note"] == "看護師の記録"
    assert [r["note"] for r in kept["also"]] == ["医師の記録"]
    assert second.receipts()[0].box == second_entry.box


@pytest.mark.shows("F17", "F19")
def test_a_tablet_that_lost_the_word_of_a_second_registration_hears_it_again_and_the_office_chooses(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    second = Tablet(story, "二台目", tablet.staff)
    first_entry = tablet.entry("visit_registered", visit, registered("看護師の記録"), by="nurse")
    second_entry = second.entry("visit_registered", visit, registered("医師の記録"), by="doctor")
    tablet.send(first_entry)
    assert [second.send(second_entry).outcome for _ in range(2)] == ["conflict", "conflict"]
    assert tablet.send(first_entry).outcome == "duplicate"

    def choose(entry_id: UUID) -> None:
        with writing(story.engine, story.clinic.id) as session:
            row = session.get_one(Visit, (story.clinic.id, visit.id))
            choose_registration(row, entry_id)
            save_visit(session, row)

    with pytest.raises(NotFound):
        choose(uuid4())
    choose(second_entry.id)
    kept = now_of(story, visit).registration
    assert kept is not None
    assert (kept["note"], kept["also"]) == ("医師の記録", [])
    assert [each["note"] for each in kept["set_aside"]] == ["看護師の記録"]
    with pytest.raises(Invalid, match="no two"):
        choose(first_entry.id)


@pytest.mark.shows("F17")
def test_taking_one_of_two_registrations_back_leaves_the_other_standing(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    second = Tablet(story, "二台目", tablet.staff)
    first_entry = tablet.entry("visit_registered", visit, registered("看護師の記録"), by="nurse")
    tablet.send(first_entry)
    second.send(second.entry("visit_registered", visit, registered("医師の記録"), by="doctor"))
    undo = tablet.entry("visit_registration_undone", visit, {"entry_id": str(first_entry.id)})
    assert tablet.send(undo).outcome == "applied"

    kept = now_of(story, visit)
    assert kept.registration is not None
    assert (kept.state, kept.registration["note"]) == ("visited", "医師の記録")


@pytest.mark.shows("F17")
def test_the_one_who_came_second_can_take_theirs_back(story: Story, tablet: Tablet, visit: Visit) -> None:
    second = Tablet(story, "二台目", tablet.staff)
    tablet.send(tablet.entry("visit_registered", visit, registered("看護師の記録"), by="nurse"))
    mine = second.entry("visit_registered", visit, registered("医師の記録"), by="doctor")
    second.send(mine)
    undo = second.entry("visit_registration_undone", visit, {"entry_id": str(mine.id)}, by="doctor")
    assert second.send(undo).outcome == "applied"

    kept = now_of(story, visit).registration
    assert kept is not None
    assert (kept["note"], kept["also"]) == ("看護師の記録", [])


def test_ones_own_correction_replaces_and_its_undo_gives_the_first_back(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    tablet.send(tablet.entry("visit_registered", visit, registered("はじめ")))
    correction = tablet.entry("visit_registered", visit, registered("あとで直した"))
    assert tablet.send(correction).outcome == "applied"
    tablet.send(tablet.entry("visit_registration_undone", visit, {"entry_id": str(correction.id)}))
    kept = now_of(story, visit)
    assert kept.registration is not None
    assert (kept.state, kept.registration["note"]) == ("visited", "はじめ")


@pytest.mark.shows("F17")
def test_a_correction_of_ones_own_does_not_hide_what_somebody_else_registered(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    second = Tablet(story, "二台目", tablet.staff)
    tablet.send(tablet.entry("visit_registered", visit, registered("看護師の記録"), by="nurse"))
    second.send(second.entry("visit_registered", visit, registered("医師の記録"), by="doctor"))
    correction = tablet.entry("visit_registered", visit, registered("看護師の訂正"), by="nurse", base=9)
    tablet.send(correction)
    kept = now_of(story, visit).registration
    assert kept is not None
    assert (kept["note"], [r["note"] for r in kept["also"]]) == ("看護師の訂正", ["医師の記録"])

    tablet.send(tablet.entry("visit_registration_undone", visit, {"entry_id": str(correction.id)}))
    kept = now_of(story, visit).registration
    assert kept is not None
    assert (kept["note"], [r["note"] for r in kept["also"]]) == ("看護師の記録", ["医師の記録"])


def test_an_undone_registration_leaves_the_visit_planned_and_cannot_be_undone_twice(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    entry = tablet.entry("visit_registered", visit, registered())
    tablet.send(entry)
    undo = {"entry_id": str(entry.id)}
    assert tablet.send(tablet.entry("visit_registration_undone", visit, undo)).outcome == "applied"
    kept = now_of(story, visit)
    assert (kept.state, kept.registration, kept.registered_at) == ("planned", None, None)
    assert tablet.send(tablet.entry("visit_registration_undone", visit, undo)).code == "nothing_to_undo"


def test_the_consent_told_with_a_registration_goes_with_its_undo_but_one_told_before_stays(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    entry = tablet.entry("visit_registered", visit, registered())
    tablet.send(entry)
    assert now_of(story, visit).consent_outcome is not None
    tablet.send(tablet.entry("visit_registration_undone", visit, {"entry_id": str(entry.id)}))
    kept = now_of(story, visit)
    assert (kept.consent_outcome, kept.consent_reported_at, kept.consent_awaited) == (None, None, False)

    tablet.send(tablet.entry("consent_reported", visit, reported()))
    again = tablet.entry("visit_registered", visit, registered())
    tablet.send(again)
    tablet.send(tablet.entry("visit_registration_undone", visit, {"entry_id": str(again.id)}))
    assert now_of(story, visit).consent_outcome == "completed"


@pytest.mark.shows("S-012", "S-014")
def test_another_way_after_a_failed_hand_over_waits_for_the_center_and_its_undo_leaves_the_failure(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    failed = {"outcome": "failed", "reason": "pin_locked", "name_confirmed": False}
    tablet.send(tablet.entry("consent_reported", visit, failed))
    assert now_of(story, visit).consent_awaited is False

    by_sight = tablet.entry("visit_registered", visit, registered(method="app_visual") | {"reason": "pin_locked"})
    tablet.send(by_sight)
    kept = now_of(story, visit)
    assert (kept.consent_outcome, kept.consent_awaited) == ("completed", True)
    assert kept.registration is not None
    assert (kept.registration["identity_method"], kept.registration["reason"]) == ("app_visual", "pin_locked")

    tablet.send(tablet.entry("visit_registration_undone", visit, {"entry_id": str(by_sight.id)}))
    kept = now_of(story, visit)
    assert (kept.consent_outcome, kept.consent_reason, kept.consent_awaited) == ("failed", "pin_locked", False)
    assert kept.state == "planned"


@pytest.mark.parametrize(
    ("reported_as", "registered_as", "method", "stands", "awaited"),
    [
        ("completed", "refused", "none", "refused", False),
        ("completed", "failed", "none", "failed", False),
        ("refused", "completed", "web_pin", "completed", True),
        ("refused", "failed", "none", "refused", False),
        ("failed", "completed", "certificate", "failed", False),
        ("completed", "partial", "web_pin", "completed", True),
    ],
)
def test_what_is_registered_on_purpose_corrects_a_slip_on_the_hand_over_screen(
    story: Story, tablet: Tablet, visit: Visit, reported_as: str, registered_as: str, method: str, stands: str,
    awaited: bool,
) -> None:  # fmt: skip
    tablet.send(tablet.entry("consent_reported", visit, reported(reported_as)))
    tablet.send(tablet.entry("visit_registered", visit, registered(method=method, outcome=registered_as)))
    kept = now_of(story, visit)
    assert (kept.consent_outcome, kept.consent_awaited) == (stands, awaited)


# --- the day itself, changed at the bedside ------------------------------------------------------------------


def test_an_unplanned_visit_comes_onto_the_day_of_every_tablet_and_can_be_taken_off_until_it_was_made(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    cursor = _cursor(story)
    called = Visit(clinic_id=story.clinic.id, id=new_id(), patient_id=story.chart(WIFE), planned_at=story.now,
                   day=business_day(story.now), visit_type="house_call")  # fmt: skip
    data = {"patient_id": str(called.patient_id), "planned_at": story.now.isoformat(), "visit_type": "house_call"}
    assert tablet.send(tablet.entry("visit_added", called, data)).outcome == "applied"

    part = _since(story, cursor)
    assert called.id in part.visits
    assert called.patient_id in part.patients
    (event,) = story.events("visit_added")
    assert (event.actor_kind, event.patient_id) == ("bedside", called.patient_id)

    assert tablet.send(tablet.entry("visit_added", called, data)).code == "visit_exists"
    assert tablet.send(tablet.entry("visit_taken_off", called, {})).outcome == "applied"
    assert now_of(story, called).state == "cancelled"
    tablet.send(tablet.entry("visit_registered", visit, registered()))
    assert tablet.send(tablet.entry("visit_taken_off", visit, {})).code == "visit_made"
    assert now_of(story, visit).state == "visited"


@pytest.mark.shows("F42")
def test_nobody_visits_a_patient_of_another_clinic(story: Story, tablet: Tablet) -> None:
    neighbour = Story(story.engine, known_clinics(story.engine).hinata)
    called = Visit(clinic_id=story.clinic.id, id=new_id(), patient_id=neighbour.chart(SETTLED),
                   planned_at=story.now, day=business_day(story.now), visit_type="house_call")  # fmt: skip
    data = {"patient_id": str(called.patient_id), "planned_at": story.now.isoformat(), "visit_type": "house_call"}
    assert tablet.send(tablet.entry("visit_added", called, data)).outcome == "rejected"


def test_the_round_keeps_its_order_for_all_tablets_and_makes_no_conflict(story: Story, tablet: Tablet) -> None:
    visits = [story.visit(story.chart(p)) for p in (SETTLED, TURNED_75, WIFE)]
    cursor = _cursor(story)
    order = [str(visits[2].id), str(visits[0].id)]
    assert tablet.send(tablet.entry("route_set", visits[0], {"order": order})).outcome == "applied"

    assert [now_of(story, v).route_position for v in visits] == [2, None, 1]
    assert set(_since(story, cursor).visits) == {visits[0].id, visits[2].id}
    assert [now_of(story, v).version for v in visits] == [v.version for v in visits]
    tablet.send(tablet.entry("route_set", visits[0], {"order": []}))
    assert [now_of(story, v).route_position for v in visits] == [None, None, None]


# --- what a report sets going --------------------------------------------------------------------------------


@pytest.mark.shows("S-006", "S-042")
def test_a_finished_consent_makes_a_request_due_at_once_and_only_once(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    story.fetch_list()
    story.wait(minutes=3)
    tablet.send(tablet.entry("consent_reported", visit, reported()))
    story.advance()
    assert [r.trigger for r in story.requests()] == ["automatic", "consent_reported"]
    for _ in range(3):
        story.wait(seconds=10).advance()
    assert len(story.requests()) == 2


@pytest.mark.parametrize("outcome", ["refused", "failed"])
@pytest.mark.shows("S-195")
def test_a_consent_that_was_not_given_asks_for_nothing(small_story: Story, outcome: str) -> None:
    story = small_story
    story.fetch_list()
    tablet, visit = Tablet(story), story.visit(story.chart(SETTLED))
    story.wait(minutes=3)
    tablet.send(tablet.entry("consent_reported", visit, reported(outcome)))
    story.advance()
    assert len(story.requests()) == 1
    assert (now_of(story, visit).consent_outcome, now_of(story, visit).consent_awaited) == (outcome, False)


@pytest.mark.shows("S-037")
def test_the_wait_for_a_person_ends_with_their_row(story: Story, tablet: Tablet, visit: Visit) -> None:
    tablet.send(tablet.entry("consent_reported", visit, reported()))
    assert now_of(story, visit).consent_awaited
    story.fetch_list(people.record_of(SETTLED, reference_number="000128"))
    assert not now_of(story, visit).consent_awaited


@pytest.mark.shows("F29")
def test_a_tablet_whose_clock_is_wrong_still_makes_the_request_due_now(
    story: Story, tablet: Tablet, visit: Visit
) -> None:
    story.fetch_list()
    story.wait(minutes=3)
    yesterday = story.now - timedelta(days=1)
    tablet.send(tablet.entry("consent_reported", visit, reported(), at=yesterday))
    story.advance()
    assert story.requests()[-1].trigger == "consent_reported"
    assert (now_of(story, visit).consent_reported_at, now_of(story, visit).consent_received_at) == (
        yesterday,
        story.now,
    )
