"""Any order: of what the office does and takes back, and of the answers that arrive."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import people
from tests.databases import Databases, known_clinics
from tests.flow import answers
from tests.flow.story import Story, everything_about, off_card_of
from tests.paper import CERTIFIED, INTRACTABLE
from tests.people import SETTLED, WIFE, late_elderly, record_of

from otonai.domain.consent import ConsentKind
from otonai.domain.errors import Conflict, Invalid
from otonai.domain.insurance import CoverageFacts
from otonai.domain.ledger import Act
from otonai.flow.type_insurance import type_insurance
from otonai.flow.type_off_card import type_care_insurance, type_public_expense
from otonai.store.patients import get_patient, undo_change
from otonai.store.session import writing
from otonai.store.tables import LedgerChange, TerminalJob

DAYS = (date(2025, 8, 1), date(2026, 3, 1), date(2026, 7, 1))
FIELDS = ("address", "contribution_ratio", "valid_until", "postal_code")
#: A tenth of the usual number: each example is a database, and several lists of the terminal.
FEWER = settings(max_examples=max(1, settings().max_examples // 10))

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "overwrite",
                "update",
                "add",
                "cancel",
                "newer facts",
                "edited",
                "corrected",
                "typed",
                "public expense",
                "care insurance",
                "wrong link",
                "undo",
            ]
        ),
        st.sets(st.sampled_from(FIELDS), min_size=1),
        st.integers(min_value=0, max_value=2),
    ),
    min_size=1,
    max_size=7,
)


class Desk:
    """One chart and its row at the office. Each act notes what there was before it; the newest goes back first."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.chart = story.chart(replace(SETTLED, reference_number=None))
        self.other = story.chart(replace(WIFE, reference_number=None, birth_date=SETTLED.birth_date))
        self.before = self.everything()
        card = story.ledger(self.chart).current_coverage
        assert card is not None
        self.card: CoverageFacts = card
        self.agreed = answers.agreed(ConsentKind.DRUG, ConsentKind.CHECKUP, at=people.NOW)
        #: (the change on the chart, or None for the row's own last act; everything before it)
        self.acts: list[tuple[UUID | None, str | None]] = []
        self.fetch(0)

    def everything(self) -> str:
        """Both charts: a wrong link must leave nothing on the other either."""
        return everything_about(self.story, self.chart) + everything_about(self.story, self.other)

    def depth(self) -> int:
        """How many acts lie on the row's own stack."""
        undo, found = self.story.row().undo, 0
        while undo is not None:
            undo, found = undo["below"], found + 1
        return found

    def fetch(self, number: int) -> None:
        """A list whose facts differ each time; links by itself when the chart is certain."""
        before, depth = self.everything(), self.depth() if self.story.rows() else 0
        card = replace(self.card, contribution_ratio=10 * (number + 1), valid_until=date(2027, 1 + number, 1))
        told = record_of(SETTLED, coverage=card, consents=self.agreed, reference_number=f"77{number}")
        self.story.fetch_list(replace(told, address=f"見本市{number}丁目", postal_code=None))
        for each in range(self.depth() - depth):
            self.acts.append((None, before if each == 0 else None))

    def act(self, name: str, fields: set[str], number: int) -> None:
        """One step; Conflict and Invalid are refusals."""
        before, row = self.everything(), self.story.row()
        if name == "undo":
            if self.acts:
                self.undo()
        elif name == "newer facts":
            self.fetch(number)
        elif name == "edited":
            self.acts.append((self.story.edit(self.chart, address=f"手入力{number}", telephone=None).id, before))
        elif name in ("corrected", "typed"):
            change = self.type(number, None if name == "corrected" else DAYS[number])
            if change is not None:
                self.acts.append((change.id, before))
        elif name in ("public expense", "care insurance"):
            change = self.type_off_card(name, number)
            if change is not None:
                self.acts.append((change.id, before))
        elif name == "wrong link":
            if all(change is None for change, _ in self.acts):
                self.story.choose(row.id, self.other)
                self.acts.clear()
                with suppress(Conflict, Invalid):
                    self.story.decide(row.id, self.other, Act.OVERWRITE, *fields)
                self.story.choose(row.id, self.chart)
                assert self.everything() == self.before
        else:
            depth = self.depth()
            self.story.decide(row.id, self.chart, Act(name), *fields, switch_date=DAYS[number])
            if self.depth() == depth + 1:
                self.acts.append((None, before))

    def type(self, number: int, begins: date | None) -> LedgerChange | None:
        """From a certificate: a ratio corrected, or an insurance that began on a day."""
        own = self.story.ledger(self.chart).current_coverage or self.card
        with writing(self.story.engine, self.story.clinic.id) as session:
            patient = get_patient(session, self.story.clinic.id, self.chart)
            typed = replace(own, contribution_ratio=10 * (number + 1))
            if begins is not None:
                typed = late_elderly(f"0003103{number}", valid_from=begins)
            return type_insurance(
                session, patient, typed, ["contribution_ratio"], begins=begins, base_version=patient.version,
                actor=self.story.office, now=self.story.now,
            )  # fmt: skip

    def type_off_card(self, name: str, number: int) -> LedgerChange | None:
        """From paper: a 公費 or a 認定 that begins on a day."""
        with writing(self.story.engine, self.story.clinic.id) as session:
            patient = get_patient(session, self.story.clinic.id, self.chart)
            how: Any = {"base_version": patient.version, "actor": self.story.office, "now": self.story.now}
            if name == "public expense":
                public = replace(INTRACTABLE, valid_from=DAYS[number], valid_until=None)
                return type_public_expense(session, patient, public, which=None, **how)
            care = replace(CERTIFIED, valid_from=DAYS[number], valid_until=None)
            return type_care_insurance(session, patient, care, which=None, **how)

    def undo(self) -> None:
        """The newest act goes back, and everything is as it was before it."""
        change, before = self.acts.pop()
        if change is None:
            self.story.undo(self.story.row().id)
        else:
            with writing(self.story.engine, self.story.clinic.id) as session:
                patient = get_patient(session, self.story.clinic.id, self.chart)
                found = session.get_one(LedgerChange, (self.story.clinic.id, change))
                undo_change(session, patient, found, actor=self.story.office, now=self.story.now)
        assert before in (None, self.everything())


@pytest.mark.prove("undo")
@pytest.mark.shows("S-079", "S-120", "S-123", "F56")
@FEWER
@given(STEPS)
def test_whatever_was_done_each_undo_gives_back_what_was_before_it(
    databases: Databases, steps: list[tuple[str, set[str], int]]
) -> None:
    engine, remove = databases.fresh("sqlite")
    story = Story(engine, known_clinics(engine).minamo)
    story.switch(automatic_requests=False)
    desk = Desk(story)
    for name, fields, number in steps:
        story.wait(minutes=1)
        held, off_card = desk.everything(), off_card_of(story, desk.chart)
        try:
            desk.act(name, fields, number)
        except (Conflict, Invalid):
            assert name != "undo", "the newest act can always be taken back"
            assert desk.everything() == held, "a refused act changes nothing"
        if name not in ("public expense", "care insurance", "undo"):
            assert off_card_of(story, desk.chart) == off_card, "what is typed from paper is nobody else's to change"
    while desk.acts:
        desk.undo()
    assert desk.everything() == desk.before
    remove()


ANSWERS = st.tuples(st.permutations(range(3)), st.lists(st.booleans(), min_size=3, max_size=3))


@pytest.mark.prove("undo")
@pytest.mark.shows("F06")
@settings(max_examples=max(1, settings().max_examples // 15))
@given(ANSWERS)
def test_answers_in_any_order_leave_one_state(databases: Databases, drawn: tuple[list[int], list[bool]]) -> None:
    order, allowed = drawn
    assert _after(databases, order, allowed) == _after(databases, sorted(order), allowed)


def _after(databases: Databases, order: list[int], allowed: list[bool]) -> tuple[object, ...]:
    engine, remove = databases.fresh("sqlite")
    story = Story(engine, known_clinics(engine).minamo)
    story.switch(automatic_requests=False)
    chart = story.chart(SETTLED)
    jobs: list[TerminalJob] = []
    for number in range(3):
        story.ask()
        story.answer(story.newest_job("home_visit_list"), answers.acceptance(f"77{number}", at=story.now))
        story.advance()
        jobs.append(story.newest_job("home_visit_fetch"))
        story.wait(minutes=10)
    for number in order:
        made = people.NOW + timedelta(minutes=10 * number + 1)
        kinds = [ConsentKind.DRUG]
        consents = answers.agreed(
            *(kinds if allowed[number] else ()), at=made, refused=[] if allowed[number] else kinds
        )
        told = record_of(SETTLED, reference_number="000128", consents=consents)
        told = replace(told, address=f"見本市{number}丁目" if number else told.address)
        story.wait(seconds=1).answer(jobs[number], story.list_of(told, at=made))
        story.advance()
    row, patient = story.row(), story.patient(chart)
    state = (
        row.record, row.confirmed_at, row.state, row.result, row.match_outcome, row.patient_id == chart,
        patient.name, patient.address, patient.linked, patient.reference_number, patient.last_checked_at,
        patient.last_check_kind, patient.last_validity,
        [(c.kind, c.flag, c.consented_at, c.available_until) for c in story.consents(chart)],
        [(c.contribution_ratio, c.valid_from, c.valid_until, c.position) for c in story.coverages(chart)],
        sorted(check.checked_at for check in story.checks(chart))[-1],
    )  # fmt: skip
    remove()
    return state
