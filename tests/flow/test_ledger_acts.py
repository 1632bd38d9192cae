"""What the office does with a difference: 更新, 上書き, キャンセル, 新患登録; and that all of it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import people
from tests.databases import Databases, known_clinics
from tests.flow import answers
from tests.flow.story import Story, everything_about
from tests.people import SETTLED, TURNED_75, family_card, late_elderly, record_of

from otonai.domain.consent import ConsentKind
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.errors import Conflict, Invalid
from otonai.domain.ledger import Act
from otonai.store.patients import search, undo_change
from otonai.store.session import writing
from otonai.store.tables import LedgerChange, Patient

SWITCH_DAY = date(2026, 7, 1)
NEW_CARD = late_elderly("00451208", valid_from=SWITCH_DAY, valid_until=date(2027, 7, 31))
DRUGS_AND_CHECKUPS = answers.agreed(ConsentKind.DRUG, ConsentKind.CHECKUP, at=people.NOW)
SWITCHED = record_of(
    TURNED_75,
    name="例示　●志",
    address="見本市港一丁目９９番４号",
    coverage=NEW_CARD,
    reference_number=None,
    consents=DRUGS_AND_CHECKUPS,
)
UNLINKED = replace(SETTLED, reference_number=None)
DEARER = record_of(
    SETTLED,
    address="見本市新町九丁目",
    coverage=late_elderly("00031031", contribution_ratio=30, valid_until=date(2027, 7, 31)),
    consents=DRUGS_AND_CHECKUPS,
)


@pytest.fixture
def turned_75(story: Story) -> UUID:
    """His chart, and a delivered row with another insurance."""
    chart = story.chart(TURNED_75)
    story.fetch_list(SWITCHED)
    return chart


@pytest.fixture
def dearer(story: Story) -> UUID:
    """A chart whose ratio changed; linked by itself, the difference waits."""
    chart = story.chart(UNLINKED)
    story.fetch_list(DEARER)
    return chart


# --- 確認日 --------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-098", "S-099", "S-034")
@pytest.mark.parametrize("told", [record_of(SETTLED), DEARER], ids=["unchanged", "changed"])
@pytest.mark.parametrize(("code", "word"), [("1", "valid"), ("2", "invalid"), ("3", "invalid_new_exists")])
def test_every_check_writes_its_day_its_way_and_its_validity(
    small_story: Story, told: EligibilityRecord, code: str, word: str
) -> None:
    story = small_story
    chart = story.chart(UNLINKED)
    made = story.now + timedelta(seconds=7)
    story.wait(minutes=1).fetch_list(answers.consented(told, validity=code), at=made)

    (check,) = story.checks(chart)
    assert (check.checked_at, check.kind, check.validity, check.validity_code) == (made, "myna_home_visit", word, code)
    patient = story.patient(chart)
    assert (patient.last_checked_at, patient.last_check_kind) == (made, "myna_home_visit")
    assert (patient.last_validity, patient.last_validity_code) == (word, code)


@pytest.mark.shows("S-098")
def test_cancelling_leaves_the_values_and_writes_the_day(story: Story, dearer: UUID) -> None:
    before = story.ledger(dearer)
    story.decide(story.row().id, dearer, Act.CANCEL)
    row = story.row()
    assert (row.state, row.result, row.decided_by) == ("confirmed", "cancelled", story.office.id)
    assert story.ledger(dearer) == before
    assert story.patient(dearer).last_checked_at == story.row().confirmed_at


# --- overwrite -----------------------------------------------------------------------------------------------


@pytest.mark.shows("S-085", "S-087")
def test_only_ticked_fields_are_written_into_the_same_insurance(story: Story, dearer: UUID) -> None:
    before = story.ledger(dearer)
    card = story.coverages(dearer)[0].id
    story.decide(story.row().id, dearer, Act.OVERWRITE, "contribution_ratio")

    after = story.ledger(dearer)
    (was,) = before.coverages
    assert after == replace(before, coverages=(replace(was, contribution_ratio=30),))
    assert [c.id for c in story.coverages(dearer)] == [card]
    assert (story.row().result, story.row().result_count) == ("overwritten", 1)


@pytest.mark.shows("S-090", "F11")
@pytest.mark.parametrize("act", [Act.OVERWRITE, Act.UPDATE])
def test_a_stand_in_mark_never_enters_the_ledger_even_when_it_is_ticked(
    story: Story, turned_75: UUID, act: Act
) -> None:
    before = everything_about(story, turned_75)
    with pytest.raises(Invalid) as refused:
        story.decide(story.row().id, turned_75, act, "name", switch_date=SWITCH_DAY)
    assert refused.value.code == "unsafe_field"
    assert everything_about(story, turned_75) == before
    assert story.row().state == "needs_check"


# --- update --------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-087", "S-106", "S-110", "S-113")
def test_a_change_of_insurance_keeps_the_old_one_as_past_one(story: Story, turned_75: UUID) -> None:
    old = story.coverages(turned_75)[0]
    story.decide(story.row().id, turned_75, Act.UPDATE, switch_date=SWITCH_DAY)

    now, past = story.coverages(turned_75)
    assert (now.position, now.card_number, now.valid_from) == (0, "00451208", SWITCH_DAY)
    assert (past.position, past.id) == (1, old.id)
    assert past.valid_until == SWITCH_DAY - timedelta(days=1)
    kept = {"position", "valid_until"}
    assert past.model_dump(exclude=kept) == old.model_dump(exclude=kept)
    assert story.patient(turned_75).name == "例示　髙志"
    assert story.row().result == "updated"


@pytest.mark.shows("S-110")
def test_a_change_without_its_day_is_refused(story: Story, turned_75: UUID) -> None:
    with pytest.raises(Invalid) as refused:
        story.decide(story.row().id, turned_75, Act.UPDATE)
    assert refused.value.code == "switch_date_missing"
    assert len(story.coverages(turned_75)) == 1


@pytest.mark.shows("S-096", "S-123")
def test_a_forgotten_insurance_is_added_between_the_kept_ones_and_taken_back(story: Story) -> None:
    chart = story.chart(TURNED_75)
    story.fetch_list(SWITCHED)
    story.decide(story.row().id, chart, Act.UPDATE, switch_date=SWITCH_DAY)
    between = family_card("01", card_number="77", valid_from=date(2024, 4, 1))
    story.wait(hours=1).fetch_list(record_of(TURNED_75, coverage=between))
    before = everything_about(story, chart)
    row = next(r for r in story.rows() if r.state == "needs_check")

    story.decide(row.id, chart, Act.ADD, switch_date=date(2024, 4, 1))
    kept = story.coverages(chart)
    assert [(c.position, c.card_number) for c in kept] == [(0, "00451208"), (1, "77"), (2, "1639")]
    assert [c.valid_until for c in kept] == [date(2027, 7, 31), SWITCH_DAY - timedelta(days=1), date(2026, 6, 30)]
    assert [c.kind for c in story.history(chart)][-1] == "added"

    story.undo(row.id)
    assert everything_about(story, chart) == before


@pytest.mark.shows("S-118")
def test_an_insurance_on_a_chart_without_one_leaves_no_empty_past_tab(story: Story) -> None:
    chart = story.chart(replace(TURNED_75, coverages=()))
    story.fetch_list(SWITCHED)
    story.decide(story.row().id, chart, Act.UPDATE, switch_date=SWITCH_DAY)
    assert [c.card_number for c in story.coverages(chart)] == ["00451208"]


@pytest.mark.shows("S-113")
def test_two_changes_of_insurance_leave_three_in_their_order(small_story: Story) -> None:
    story = small_story
    chart = story.chart(TURNED_75)
    for number, day in (("1", SWITCH_DAY), ("2", date(2026, 8, 1))):
        card = late_elderly(f"0045120{number}", valid_from=day)
        story.wait(hours=1).fetch_list(record_of(TURNED_75, coverage=card))
        row = next(r for r in story.rows() if r.state == "needs_check")
        story.decide(row.id, chart, Act.UPDATE, switch_date=day)

    assert [(c.position, c.card_number) for c in story.coverages(chart)] == [
        (0, "00451202"),
        (1, "00451201"),
        (2, "1639"),
    ]


# --- register ------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-059", "S-066", "S-077")
def test_a_registered_person_has_the_delivered_values_what_was_typed_and_the_link(story: Story) -> None:
    story.fetch_list(SWITCHED)
    chart = story.register(story.row().id, name="例示　髙志")

    kept = story.ledger(chart)
    assert (kept.name, kept.name_kana, kept.birth_date) == ("例示　髙志", "レイジ　タカシ", TURNED_75.birth_date)
    assert kept.current_coverage == NEW_CARD
    assert story.patient(chart).linked
    assert [c.kind.value for c in story.consents(chart)] == ["checkup", "drug"]
    assert [c.kind for c in story.history(chart)] == ["registered", "linked"]
    assert (story.row().state, story.row().result, story.row().patient_id) == ("confirmed", "registered", chart)


@pytest.mark.shows("S-159")
def test_a_second_press_registers_nobody_twice(story: Story) -> None:
    story.fetch_list(record_of(SETTLED))
    story.register(story.row().id)
    with pytest.raises(Conflict) as refused:
        story.register(story.row().id)
    assert refused.value.code == "already_decided"
    assert story.look(lambda s: search(s, story.clinic.id, None, after=None, limit=9))[1] == 1


# --- two people at once --------------------------------------------------------------------------------------


@pytest.mark.shows("F17", "S-159")
def test_an_act_on_what_somebody_else_changed_meanwhile_writes_nothing(story: Story, dearer: UUID) -> None:
    seen = story.patient(dearer).version
    story.edit(dearer, telephone="000-0000-0000")
    before = everything_about(story, dearer)

    with pytest.raises(Conflict) as refused:
        story.decide(story.row().id, dearer, Act.OVERWRITE, "contribution_ratio", version=seen)
    assert refused.value.code == "changed_meanwhile"
    assert everything_about(story, dearer) == before


@pytest.mark.shows("S-159")
def test_a_decided_row_is_not_decided_again(story: Story, dearer: UUID) -> None:
    story.decide(story.row().id, dearer, Act.OVERWRITE, "contribution_ratio")
    with pytest.raises(Conflict) as refused:
        story.decide(story.row().id, dearer, Act.CANCEL)
    assert refused.value.code == "already_decided"


# --- undo ----------------------------------------------------------------------------------------------------


@pytest.mark.shows("S-123", "S-120", "F56")
def test_a_change_of_insurance_is_taken_back_with_link_and_consents(story: Story, turned_75: UUID) -> None:
    before = everything_about(story, turned_75)
    story.decide(story.row().id, turned_75, Act.UPDATE, "address", switch_date=SWITCH_DAY)
    assert everything_about(story, turned_75) != before

    story.wait(minutes=3).undo(story.row().id)
    assert everything_about(story, turned_75) == before
    row = story.row()
    assert (row.state, row.result, row.match_outcome) == ("needs_check", None, "proposed")


@pytest.mark.shows("S-123")
def test_an_overwrite_is_taken_back_first_and_the_link_after_it(story: Story) -> None:
    chart = story.chart(UNLINKED)
    unlinked = everything_about(story, chart)
    story.fetch_list(DEARER)
    linked = everything_about(story, chart)
    story.decide(story.row().id, chart, Act.OVERWRITE, "contribution_ratio", "address")

    story.undo(story.row().id)
    assert everything_about(story, chart) == linked
    story.undo(story.row().id)
    assert everything_about(story, chart) == unlinked
    with pytest.raises(Conflict) as refused:
        story.undo(story.row().id)
    assert refused.value.code == "nothing_to_undo"


@pytest.mark.shows("S-120", "F56")
def test_an_undone_registration_leaves_the_ledger_but_not_its_history(story: Story) -> None:
    story.fetch_list(record_of(SETTLED, consents=DRUGS_AND_CHECKUPS))
    chart = story.register(story.row().id, chart_number="000900")
    story.undo(story.row().id)

    assert story.look(lambda s: search(s, story.clinic.id, None, after=None, limit=9)) == ([], 0)
    assert (story.patient(chart).withdrawn, story.patient(chart).linked) == (True, False)
    assert story.consents(chart) == []
    assert [c.kind for c in story.history(chart)] == ["registered", "linked", "undone", "undone"]
    assert (story.row().patient_id, story.row().state) == (None, "needs_check")
    assert story.register(story.row().id) != chart, "the person can be registered again"


@pytest.mark.shows("S-123")
def test_a_registration_is_not_undone_over_later_work_on_the_chart(story: Story) -> None:
    story.fetch_list(record_of(SETTLED))
    chart = story.register(story.row().id)
    story.edit(chart, telephone="000-0000-0000")
    with pytest.raises(Conflict) as refused:
        story.undo(story.row().id)
    assert refused.value.code == "changed_meanwhile"
    assert not story.patient(chart).withdrawn
    assert story.patient(chart).linked, "a refused undo takes nothing back"


@pytest.mark.shows("S-123")
def test_an_undo_never_overwrites_what_was_corrected_after_the_act(story: Story, dearer: UUID) -> None:
    story.decide(story.row().id, dearer, Act.OVERWRITE, "address")
    story.edit(dearer, address="見本市新町九丁目９番")
    with pytest.raises(Conflict) as refused:
        story.undo(story.row().id)
    assert refused.value.code == "changed_meanwhile"
    assert story.patient(dearer).address == "見本市新町九丁目９番"


@pytest.mark.shows("S-123")
def test_a_later_change_of_another_field_does_not_stand_in_the_way(story: Story, dearer: UUID) -> None:
    story.decide(story.row().id, dearer, Act.OVERWRITE, "address")
    story.edit(dearer, telephone="000-0000-0000")
    story.undo(story.row().id)
    assert story.patient(dearer).address == SETTLED.address
    assert story.patient(dearer).telephone == "000-0000-0000"


@pytest.mark.shows("S-123", "F56")
def test_an_act_taken_back_on_the_charts_history_does_not_block_the_rows_undo(story: Story, dearer: UUID) -> None:
    change = story.decide(story.row().id, dearer, Act.OVERWRITE, "contribution_ratio")
    assert change is not None
    with writing(story.engine, story.clinic.id) as session:
        patient = session.get_one(Patient, (story.clinic.id, dearer))
        found = session.get_one(LedgerChange, (story.clinic.id, change.id))
        undo_change(session, patient, found, actor=story.office, now=story.now)

    story.undo(story.row().id)
    story.undo(story.row().id)
    assert not story.patient(dearer).linked
    assert story.coverages(dearer)[0].contribution_ratio == 10


@pytest.mark.shows("S-120", "S-121", "F56")
def test_a_wrong_link_is_taken_away_whole_even_after_newer_facts_came_through_it(story: Story, dearer: UUID) -> None:
    story.wait(hours=2).fetch_list(replace(DEARER, address="見本市別町一番地"))
    assert story.patient(dearer).linked
    asked = story.newest_job("drug")
    story.answer(asked, answers.drugs(DEARER, "見本錠", at=story.now))
    story.advance()
    assert story.document(dearer, "drug") is not None

    story.choose(story.row().id, None)
    assert not story.patient(dearer).linked
    assert story.consents(dearer) == []
    assert story.document(dearer, "drug") is None
    assert story.document(dearer, "checkup") is None
    assert story.row().patient_id is None


@pytest.mark.shows("S-120", "F56")
def test_a_file_that_arrives_after_its_link_was_undone_is_shown_to_nobody(story: Story, dearer: UUID) -> None:
    asked = story.newest_job("drug")
    story.undo(story.row().id)
    story.answer(asked, answers.drugs(DEARER, "見本錠", at=story.now))
    story.advance()
    assert story.document(dearer, "drug") is None
    assert story.messages()[-1].outcome == "read"


@pytest.mark.shows("S-123")
def test_the_history_tells_every_value_before_and_after_and_by_whom(story: Story, dearer: UUID) -> None:
    card = str(story.coverages(dearer)[0].id)
    story.decide(story.row().id, dearer, Act.OVERWRITE, "contribution_ratio", "address")
    story.undo(story.row().id)

    created, linked, overwritten, undone = story.history(dearer)
    assert (linked.actor_kind, linked.before["patient"]["linked"], linked.after["patient"]["linked"]) == (
        "rule",
        False,
        True,
    )
    assert (overwritten.actor_kind, overwritten.actor_id) == ("staff", story.office.id)
    assert overwritten.before == {
        "patient": {"address": SETTLED.address},
        "coverage": {card: {"contribution_ratio": 10}},
    }
    assert overwritten.after == {
        "patient": {"address": "見本市新町九丁目"},
        "coverage": {card: {"contribution_ratio": 30}},
    }
    assert (undone.before, undone.after, undone.undoes) == (overwritten.after, overwritten.before, overwritten.id)
    assert overwritten.undone_at == story.now
    assert created.kind == "created"


# --- any sequence --------------------------------------------------------------------------------------------

#: Before, on and after the first day of his insurance, and the day on which the new one begins.
DAYS = (date(2020, 4, 1), date(2025, 8, 1), date(2026, 3, 1), SWITCH_DAY)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["overwrite", "update", "add", "cancel", "newer facts", "undo"]),
        st.sets(st.sampled_from(["address", "contribution_ratio", "valid_until", "postal_code"]), min_size=1),
        st.integers(min_value=0, max_value=3),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.prove("undo")
@pytest.mark.shows("S-123", "F56")
@settings(max_examples=settings().max_examples // 4)  # each example is a database and several lists
@given(ACTS)
def test_undoing_everything_gives_back_the_ledger_as_it_was(
    databases: Databases, acts: list[tuple[str, set[str], int]]
) -> None:
    engine, remove = databases.fresh("sqlite")
    story = Story(engine, known_clinics(engine).minamo)
    story.switch(automatic_requests=False)
    chart = story.chart(UNLINKED)
    before = everything_about(story, chart)
    card = story.ledger(chart).current_coverage
    assert card is not None
    told = record_of(SETTLED, coverage=card, consents=DRUGS_AND_CHECKUPS)
    story.fetch_list(told)
    row_id = story.row().id

    for name, fields, number in acts:
        story.wait(minutes=1)
        try:
            if name == "newer facts":
                newer = replace(card, contribution_ratio=10 * number, valid_until=date(2027, 1 + number, 1))
                story.fetch_list(replace(told, address=f"見本市{number}丁目", postal_code=None, coverage=newer))
            elif name == "undo":
                story.undo(row_id)
            else:
                story.decide(row_id, chart, Act(name), *fields, switch_date=DAYS[number])
        except (Conflict, Invalid):
            continue  # a refused act is an act that changed nothing

    while story.row().undo is not None:
        story.undo(row_id)
    assert everything_about(story, chart) == before
    remove()
