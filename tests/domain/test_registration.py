"""照会番号登録: once, when a person asks; after a silence only by somebody who has looked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otonai.domain.registration import Chart, Registering, RegistrationState, registering, registration_state

NEW = Chart(chart_number="000128", reference_number=None, taken=False, state=RegistrationState.NOT_ASKED)


@pytest.mark.parametrize(
    ("job_state", "reason", "state"),
    [
        (None, None, RegistrationState.NOT_ASKED),
        ("waiting", None, RegistrationState.ASKED),
        ("written", None, RegistrationState.ASKED),
        ("answered", None, RegistrationState.REGISTERED),
        ("failed", "refused", RegistrationState.REFUSED),
        ("failed", "bounced", RegistrationState.REFUSED),
        ("failed", "name_taken", RegistrationState.NOT_SENT),
        ("failed", "name_has_separator", RegistrationState.NOT_SENT),
        ("failed", "answer_by_passed", RegistrationState.NOT_SENT),
        ("failed", "unexpected_answer", RegistrationState.UNCERTAIN),
        ("failed", "not_xml", RegistrationState.UNCERTAIN),
        ("failed", None, RegistrationState.UNCERTAIN),
        ("unanswered", "no_answer", RegistrationState.UNCERTAIN),
        ("unanswered", "not_written", RegistrationState.UNCERTAIN),
        ("a state of a later version", None, RegistrationState.UNCERTAIN),
    ],
)
def test_what_is_not_proved_is_uncertain(job_state: str | None, reason: str | None, state: RegistrationState) -> None:
    assert registration_state(job_state, reason) is state


@pytest.mark.parametrize(
    ("changes", "looked", "decision"),
    [
        ({}, False, Registering.SEND),
        ({"state": RegistrationState.REFUSED}, False, Registering.SEND),
        ({"state": RegistrationState.NOT_SENT}, False, Registering.SEND),
        ({"state": RegistrationState.ASKED}, True, Registering.REGISTRATION_WAITS),
        ({"state": RegistrationState.UNCERTAIN}, False, Registering.REGISTRATION_UNCERTAIN),
        ({"state": RegistrationState.UNCERTAIN}, True, Registering.SEND),
        ({"state": RegistrationState.REGISTERED}, False, Registering.REGISTRATION_UNCERTAIN),
        ({"chart_number": None}, True, Registering.CHART_NUMBER_MISSING),
        ({"chart_number": ""}, True, Registering.CHART_NUMBER_MISSING),
        ({"reference_number": "77"}, True, Registering.ALREADY_REGISTERED),
        ({"taken": True}, True, Registering.REFERENCE_NUMBER_TAKEN),
    ],
)
def test_it_is_sent_only_when_nothing_speaks_against_it(
    changes: dict[str, object], looked: bool, decision: Registering
) -> None:
    assert registering(replace(NEW, **changes), looked=looked) is decision  # type: ignore[arg-type]
