"""An insurance as a value."""

from __future__ import annotations

from otonai.domain.insurance import CoverageFacts


def test_an_insurance_does_not_print_its_values() -> None:
    shown = repr(CoverageFacts(insurer_number="06139992", card_number="4567"))
    assert "4567" not in shown
    assert "06139992" not in shown
    assert "card_number" in shown
