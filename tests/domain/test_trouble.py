"""One slow answer is an ordinary morning; a day on which nothing works names the link that is broken."""

from __future__ import annotations

import pytest

from otonai.domain.insurance import Validity
from otonai.domain.trouble import Alarm, Day, Light, Lights, alarms, lights


def test_an_ordinary_day_with_a_failure_or_two_raises_nothing() -> None:
    assert alarms(Day(answered=8, failed=1, unanswered=1, folders={"req": "ok", "res": "ok"})) == ()


@pytest.mark.shows("S-139", "S-230")
def test_when_every_question_fails_the_path_is_suspected_and_not_the_patients() -> None:
    assert alarms(Day(failed=2, unanswered=1)) == (Alarm.EVERYTHING_FAILS,)
    assert alarms(Day(unanswered=3)) == (Alarm.TERMINAL_SILENT,)
    assert alarms(Day(failed=1, unanswered=1)) == ()


@pytest.mark.shows("S-150", "S-230")
def test_when_everybody_is_not_found_the_institution_code_is_suspected() -> None:
    assert alarms(Day(answered=1, validities={Validity.NOT_FOUND: 5})) == (Alarm.EVERYBODY_NOT_FOUND,)
    assert alarms(Day(answered=1, validities={Validity.NOT_FOUND: 4})) == ()
    assert alarms(Day(answered=1, validities={Validity.NOT_FOUND: 9, Validity.VALID: 1})) == ()


@pytest.mark.parametrize(("bridge", "alarm"), [("never", Alarm.BRIDGE_NEVER_SEEN), ("silent", Alarm.BRIDGE_SILENT)])
def test_a_bridge_that_is_away_explains_everything_behind_it(bridge: str, alarm: Alarm) -> None:
    assert alarms(Day(bridge=bridge, unanswered=9, folders={"req": "missing"})) == (alarm,)


@pytest.mark.shows("S-203")
@pytest.mark.parametrize("state", ["missing", "read_only", "error"])
def test_a_folder_that_cannot_be_used_is_told_before_what_follows_from_it(state: str) -> None:
    assert alarms(Day(folders={"req": "ok", "res": state}, unanswered=3)) == (
        Alarm.FOLDER_UNUSABLE,
        Alarm.TERMINAL_SILENT,
    )


@pytest.mark.shows("F14")
def test_a_file_of_another_institution_is_told_to_the_administrator() -> None:
    assert alarms(Day(answered=3, other_institution_files=1)) == (Alarm.OTHER_INSTITUTION,)


@pytest.mark.shows("S-203")
@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (Day(bridge="never"), Lights(Light.NEVER, Light.UNKNOWN, Light.UNKNOWN)),
        (Day(bridge="silent", answered=4, cards_read=9), Lights(Light.SILENT, Light.UNKNOWN, Light.UNKNOWN)),
        (Day(), Lights(Light.WORKING, Light.QUIET, Light.QUIET)),
        (Day(answered=1, cards_read=1), Lights(Light.WORKING, Light.WORKING, Light.WORKING)),
        (Day(unanswered=3), Lights(Light.WORKING, Light.SILENT, Light.QUIET)),
        (Day(failed=3), Lights(Light.WORKING, Light.FAILING, Light.QUIET)),
        (Day(folders={"res": "missing"}, answered=2), Lights(Light.WORKING, Light.UNUSABLE, Light.QUIET)),
        (Day(folders={"face": "error"}, cards_read=2), Lights(Light.WORKING, Light.QUIET, Light.UNUSABLE)),
    ],
)
def test_bridge_terminal_and_reader_have_one_light_each_and_none_claims_what_nobody_knows(
    day: Day, shown: Lights
) -> None:
    assert lights(day) == shown
