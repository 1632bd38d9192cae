"""公費 and 介護保険 on a chart: typed, renewed, ended, taken back, and left alone by everything else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.flow.story import Story, off_card_of
from tests.paper import CERTIFIED, INTRACTABLE
from tests.people import SETTLED, late_elderly, record_of

from otonai.domain.errors import Conflict, NotFound
from otonai.domain.ledger import Act
from otonai.flow.type_off_card import type_care_insurance, type_public_expense, undo_on_chart
from otonai.store.ids import new_id
from otonai.store.off_card import insert_off_card, public_expenses_of
from otonai.store.patients import get_patient, history_of, undo_change
from otonai.store.session import writing
from otonai.store.tables import LedgerChange

RENEWED = replace(INTRACTABLE, valid_from=date(2026, 10, 1), valid_until=date(2027, 9, 30))


@pytest.mark.shows("S-062", "S-079", "S-107", "S-123")
def test_what_is_typed_from_paper_outlives_checks_acts_and_their_undoing(story: Story) -> None:
    chart = story.chart(replace(SETTLED, reference_number=None))
    with writing(story.engine, story.clinic.id) as session:
        patient = get_patient(session, story.clinic.id, chart)
        how = {"which": None, "actor": story.office, "now": story.now}
        for public in (replace(INTRACTABLE, valid_until=None), RENEWED):
            type_public_expense(session, patient, public, base_version=patient.version, **how)  # type: ignore[arg-type]
        type_care_insurance(session, patient, CERTIFIED, base_version=patient.version, **how)  # type: ignore[arg-type]
    typed = off_card_of(story, chart)
    assert sorted(each["valid_until"] for each in typed.values()) == ["2026-03-31", "2026-09-30", "2027-09-30"]

    dearer = late_elderly("00031031", contribution_ratio=30, valid_until=date(2027, 7, 31))
    story.fetch_list(record_of(SETTLED, address="見本市新町九丁目", coverage=dearer))
    row = story.row()
    assert off_card_of(story, chart) == typed, "a check"
    story.decide(row.id, chart, Act.OVERWRITE, "address", "contribution_ratio")
    assert off_card_of(story, chart) == typed, "上書きする"
    story.undo(row.id)
    assert off_card_of(story, chart) == typed, "元に戻す"
    story.decide(row.id, chart, Act.UPDATE, switch_date=date(2026, 8, 1))
    assert off_card_of(story, chart) == typed, "更新する"
    story.undo(row.id)
    assert off_card_of(story, chart) == typed

    with writing(story.engine, story.clinic.id) as session:
        patient = get_patient(session, story.clinic.id, chart)
        acts = [each for each in history_of(session, story.clinic.id, chart) if each.kind.endswith("_typed")]
        for act in acts:
            undo_change(session, patient, act, actor=story.office, now=story.now)
    assert off_card_of(story, chart) == {}


@pytest.mark.shows("S-123")
def test_a_correction_is_taken_back_whole_and_an_older_page_is_refused(story: Story) -> None:
    chart = story.chart(SETTLED)
    with writing(story.engine, story.clinic.id) as session:
        patient = get_patient(session, story.clinic.id, chart)
        who, now = story.office, story.now
        type_public_expense(
            session, patient, INTRACTABLE, which=None, base_version=patient.version, actor=who, now=now
        )  # fmt: skip
    (before,) = off_card_of(story, chart).items()
    with writing(story.engine, story.clinic.id) as session:
        patient = get_patient(session, story.clinic.id, chart)
        which, cheaper = next(iter(history_of(session, story.clinic.id, chart)[0].after["public_expense"])), 5_000
        assert which == before[0]
        ident, dated = type(chart)(which), replace(INTRACTABLE, monthly_limit=cheaper, valid_until=date(2026, 8, 31))
        base = patient.version
        same = type_public_expense(session, patient, INTRACTABLE, which=ident, base_version=base, actor=who, now=now)
        assert same is None
        change = type_public_expense(session, patient, dated, which=ident, base_version=base, actor=who, now=now)
        assert change is not None
        assert change.before["public_expense"] == {which: {"monthly_limit": 10_000, "valid_until": "2026-09-30"}}
        with pytest.raises(Conflict):
            type_public_expense(session, patient, RENEWED, which=None, base_version=base, actor=who, now=now)
        with pytest.raises(NotFound):
            type_care_insurance(
                session, patient, CERTIFIED, which=new_id(), base_version=patient.version, actor=who, now=now
            )  # fmt: skip
        undo_change(session, patient, change, actor=who, now=now)
    assert off_card_of(story, chart) == dict([before])


@pytest.mark.shows("S-062", "S-123")
def test_an_older_end_is_not_taken_back_under_a_newer_certificate(story: Story) -> None:
    chart = story.chart(SETTLED)
    who, now, clinic = story.office, story.now, story.clinic.id

    def act(at: int) -> LedgerChange:
        return [each for each in history_of(session, clinic, chart) if each.kind == "public_expense_typed"][at]

    with writing(story.engine, clinic) as session:
        patient = get_patient(session, clinic, chart)
        unending = replace(INTRACTABLE, valid_until=None)
        type_public_expense(
            session, patient, unending, which=None, base_version=patient.version, actor=who, now=now
        )  # fmt: skip
        (first,) = public_expenses_of(session, clinic, [chart])[chart]
        ended = replace(unending, valid_until=date(2026, 9, 30))
        type_public_expense(session, patient, ended, which=first, base_version=patient.version, actor=who, now=now)
        type_public_expense(session, patient, RENEWED, which=None, base_version=patient.version, actor=who, now=now)
    before = off_card_of(story, chart)

    with pytest.raises(Conflict) as refused, writing(story.engine, clinic) as session:
        undo_on_chart(session, get_patient(session, clinic, chart), act(1), actor=who, now=now)
    assert refused.value.code == "later_certificate"
    assert off_card_of(story, chart) == before, "nothing was written"

    with writing(story.engine, clinic) as session:
        patient = get_patient(session, clinic, chart)
        for _ in range(2):
            newest = next(each for each in (act(0), act(1)) if each.undone_at is None)
            undo_on_chart(session, patient, newest, actor=who, now=now)
    assert [each["valid_until"] for each in off_card_of(story, chart).values()] == ["None"]


@pytest.mark.shows("S-123")
def test_what_an_old_system_brought_in_each_others_way_keeps_no_act_from_being_taken_back(story: Story) -> None:
    chart = story.chart(SETTLED)
    with writing(story.engine, story.clinic.id) as session:
        patient = get_patient(session, story.clinic.id, chart)
        twice = [insert_off_card(session, story.clinic.id, chart, INTRACTABLE) for _ in range(2)]
        ended = replace(INTRACTABLE, valid_from=date(2027, 10, 1), valid_until=None)
        type_public_expense(
            session, patient, ended, which=None, base_version=patient.version, actor=story.office, now=story.now
        )  # fmt: skip
        change = history_of(session, story.clinic.id, chart)[0]
        undo_on_chart(session, patient, change, actor=story.office, now=story.now)
    assert set(off_card_of(story, chart)) == set(map(str, twice))
