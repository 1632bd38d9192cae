"""A card at the office reader: what counts today, whose it is, and which consents it may move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.people import NOW, SETTLED, WIFE, record_of

from otonai.domain.card_reading import CardOutcome, counts_today, judged_card, moved_consents, only_record
from otonai.domain.consent import Consent, ConsentFlag, ConsentKind
from otonai.domain.eligibility import FileOutcome, PersonOutcome, PersonResult, TerminalResult
from otonai.domain.match import MatchOutcome

EARLIER, DAY_LATER = NOW - timedelta(minutes=5), NOW + timedelta(hours=24)


def told(*people: PersonResult, outcome: FileOutcome = FileOutcome.DONE) -> TerminalResult:
    return TerminalResult(family="OQSsiquc01_face", institution_code=None, outcome=outcome, people=people)


def person(*records: object, outcome: PersonOutcome = PersonOutcome.DONE) -> PersonResult:
    return PersonResult(outcome=outcome, records=records)  # type: ignore[arg-type]


def drug(flag: ConsentFlag, until: object = None) -> Consent:
    return Consent(ConsentKind.DRUG, flag, EARLIER, until)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "result",
    [
        told(),
        told(person()),
        told(person(record_of(SETTLED), record_of(WIFE))),
        told(person(record_of(SETTLED)), person(record_of(WIFE))),
        told(person(record_of(SETTLED), outcome=PersonOutcome.ERROR)),
        told(person(record_of(SETTLED)), outcome=FileOutcome.FAILED),
    ],
    ids=["nobody", "no record", "two insurances", "two people", "person failed", "file failed"],
)
def test_only_one_person_with_one_insurance_is_somebody_at_the_desk(result: TerminalResult) -> None:
    assert only_record(result) is None


def test_a_finished_session_names_its_person() -> None:
    assert only_record(told(person(record_of(SETTLED)))) == record_of(SETTLED)


@pytest.mark.shows("F05")
def test_a_day_is_a_day_in_japan() -> None:
    assert counts_today(NOW - timedelta(hours=1), NOW)
    assert not counts_today(NOW - timedelta(days=1), NOW)


@pytest.mark.parametrize("outcome", MatchOutcome)
@pytest.mark.parametrize("by_itself", [True, False])
def test_nothing_is_written_to_a_chart_that_is_not_certain(outcome: MatchOutcome, by_itself: bool) -> None:
    certain = outcome is MatchOutcome.LINKED or (outcome is MatchOutcome.MATCHED and by_itself)
    found = judged_card(outcome, NOW, None, links_by_itself=by_itself)
    assert found is (CardOutcome.MATCHED if certain else CardOutcome.UNCERTAIN)


@pytest.mark.parametrize(("before", "word"), [(NOW, "seen_before"), (DAY_LATER, "seen_before"), (EARLIER, "matched")])
def test_the_same_session_again_and_an_older_one_change_nothing(before: object, word: str) -> None:
    assert judged_card(MatchOutcome.LINKED, NOW, before, links_by_itself=True) == word  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("standing", "told_now", "moves"),
    [
        (None, drug(ConsentFlag.GIVEN, DAY_LATER), True),
        (drug(ConsentFlag.NONE), drug(ConsentFlag.GIVEN, DAY_LATER), True),
        (drug(ConsentFlag.GIVEN), drug(ConsentFlag.GIVEN, DAY_LATER), False),
        (drug(ConsentFlag.GIVEN), drug(ConsentFlag.NONE), False),
        (drug(ConsentFlag.GIVEN, NOW), drug(ConsentFlag.GIVEN, DAY_LATER), True),
        (drug(ConsentFlag.GIVEN, NOW + timedelta(hours=1)), drug(ConsentFlag.GIVEN, DAY_LATER), True),
        (drug(ConsentFlag.GIVEN, NOW + timedelta(hours=1)), drug(ConsentFlag.NONE), True),
    ],
    ids=[
        "first",
        "after a no",
        "keeps the standing one",
        "a no at the desk",
        "ended",
        "longer",
        "no after a day's yes",
    ],
)
def test_a_day_at_the_office_does_not_end_what_was_agreed_at_home(
    standing: Consent | None, told_now: Consent, moves: bool
) -> None:
    stood = {} if standing is None else {ConsentKind.DRUG: standing}
    assert bool(moved_consents((told_now,), stood, NOW)) is moves
