"""The one thing to do next so that a patient's insurance can be confirmed at home."""

from __future__ import annotations

from datetime import date

import pytest

from otonai.domain.readiness import CardHeld, CardUse, PaperHeld, PinState, Readiness, next_action, planned_card
from otonai.rules.readiness import readiness_rules_on

ON = date(2026, 7, 14)
RULES = readiness_rules_on(ON)
USUAL = {"card": CardHeld.CARD, "use": CardUse.REGISTERED, "pin": PinState.KNOWN}
PAPER = {"paper": PaperHeld.CERTIFICATE}


@pytest.mark.shows("S-001")
@pytest.mark.parametrize(
    ("known", "action", "plan"),
    [
        ({}, "ask_about_card", "unknown"),
        (PAPER, "bring_paper", "certificate"),
        (USUAL, "ready", "card"),
        ({"card": CardHeld.CARD}, "ready", "card"),
        (USUAL | {"pin": PinState.FORGOTTEN}, "reset_pin", "visual"),
        (USUAL | {"pin": PinState.LOCKED}, "reset_pin", "visual"),
        ({"card": CardHeld.PINLESS_CARD}, "confirm_by_sight", "visual"),
        (USUAL | {"use": CardUse.NOT_REGISTERED}, "register_card", "unknown"),
        (USUAL | {"use": CardUse.NOT_REGISTERED} | PAPER, "bring_paper", "certificate"),
        ({"card": CardHeld.NO_CARD}, "get_paper", "unknown"),
        ({"card": CardHeld.NO_CARD, "paper": PaperHeld.NOTICE}, "get_paper", "unknown"),
        ({"card": CardHeld.LOST} | PAPER, "bring_paper", "certificate"),
        ({"card": CardHeld.NO_CARD, "paper_until": date(2026, 9, 30)} | PAPER, "bring_paper", "certificate"),
        ({"card": CardHeld.NO_CARD, "paper_until": date(2026, 8, 31)} | PAPER, "renew_paper", "certificate"),
        ({"card": CardHeld.NO_CARD, "paper_until": date(2026, 7, 13)} | PAPER, "renew_paper", "certificate"),
        # Three months before and after the end of the electronic certificate; afterwards the card says nothing.
        (USUAL | {"certificate_until": date(2026, 11, 1)}, "ready", "card"),
        (USUAL | {"certificate_until": date(2026, 10, 1)}, "renew_soon", "card"),
        (USUAL | {"certificate_until": date(2026, 7, 1)}, "renew_soon", "card"),
        (USUAL | {"certificate_until": date(2026, 6, 1)}, "renew_now", "card"),
        (USUAL | {"certificate_until": date(2026, 4, 1)}, "renew_now", "card"),
        (USUAL | {"certificate_until": date(2026, 3, 1)}, "certificate_over", "unknown"),
        (USUAL | {"certificate_until": date(2026, 3, 1)} | PAPER, "bring_paper", "certificate"),
    ],
)
def test_the_most_pressing_step_comes_first(known: dict[str, object], action: str, plan: str) -> None:
    readiness = Readiness(**known)  # type: ignore[arg-type]
    assert next_action(readiness, ON, RULES) == action
    assert planned_card(readiness, ON, RULES) == plan
