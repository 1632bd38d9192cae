"""One patient's month in one word: what is wrong or under way goes before what was well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from otonai.domain.inquiry import InquiryState, MayAsk
from otonai.domain.inquiry_outcome import InquiryOutcome
from otonai.domain.insurance import Validity
from otonai.domain.month_check import MonthFacts, month_after, month_of, month_view, past_mark

AT = datetime(2026, 7, 3, 12, 0, tzinfo=UTC)
CHECKED = MonthFacts(validity=Validity.VALID, checked_at=AT)
ANSWERED = replace(CHECKED, inquiry=InquiryState.ANSWERED, outcome=InquiryOutcome.VALID, answered_at=AT)
LATER = AT + timedelta(hours=1)


@pytest.mark.shows("S-102", "S-117", "S-133")
@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        (MonthFacts(), "due", None),
        (MonthFacts(may=MayAsk.NO_FIRST_CHECK), "not_possible", "no_first_check"),
        (MonthFacts(may=MayAsk.CONSENT_AGAIN), "not_possible", "consent_again"),
        (CHECKED, "done", None),
        (replace(CHECKED, may=MayAsk.CARE_ENDED), "done", None),
        (replace(CHECKED, validity=Validity.INVALID), "needs_person", "invalid"),
        (replace(CHECKED, validity=None), "done", None),
        (replace(CHECKED, changed=True), "changed", None),
        (replace(CHECKED, waiting_differences=True), "needs_person", "differences"),
        (replace(CHECKED, inquiry=InquiryState.ASKED), "asked", None),
        (replace(CHECKED, inquiry=InquiryState.PLANNED), "planned", None),
        (MonthFacts(inquiry=InquiryState.CALLED_OFF), "due", None),
        (ANSWERED, "done", None),
        (replace(ANSWERED, outcome=InquiryOutcome.NOT_FOUND), "needs_person", "not_found"),
        (replace(ANSWERED, outcome=InquiryOutcome.NO_ANSWER, answered_at=LATER), "needs_person", "no_answer"),
        # What was wrong and was checked again since is well.
        (replace(ANSWERED, outcome=InquiryOutcome.NO_ANSWER, checked_at=LATER), "done", None),
        (replace(ANSWERED, other_person=True), "needs_person", "other_person"),
        (replace(ANSWERED, waiting_differences=True), "needs_person", "differences"),
    ],
)
def test_where_a_patient_stands_in_the_month(facts: MonthFacts, state: str, reason: str | None) -> None:
    view = month_view(facts)
    assert (view.state, view.reason) == (state, reason)


def test_an_earlier_month_is_one_sign_and_months_are_those_of_japan() -> None:
    assert past_mark([], changed=False) is None
    assert past_mark([Validity.INVALID, Validity.VALID], changed=False) == "done"
    assert past_mark([Validity.VALID, Validity.INVALID], changed=True) == "needs_person"
    assert past_mark([None], changed=True) == "changed"
    assert month_of(datetime(2026, 6, 30, 15, 0, tzinfo=UTC)) == date(2026, 7, 1)
    assert [month_after(date(2026, 11, 1), count) for count in (-11, 1, 2)] == [
        date(2025, 12, 1), date(2026, 12, 1), date(2027, 1, 1),
    ]  # fmt: skip
