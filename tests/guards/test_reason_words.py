"""Every reason that a rule can give has its words on the screen, in both languages."""

from __future__ import annotations

import pytest
from tests.guards.source import ROOT

from otonai.domain.evidence import Reason
from otonai.domain.ledger import Act

TEXTS = ("office.ts", "office-en.ts")


@pytest.mark.parametrize("file", TEXTS)
def test_every_reason_of_a_match_can_be_read(file: str) -> None:
    text = (ROOT / "pwa" / "src" / "text" / file).read_text(encoding="utf-8")
    assert [reason.value for reason in Reason if f'"reason.{reason.value}":' not in text] == []


@pytest.mark.parametrize("file", TEXTS)
def test_every_act_that_writes_has_its_word_in_the_history(file: str) -> None:
    text = (ROOT / "pwa" / "src" / "text" / file).read_text(encoding="utf-8")
    words = {Act.UPDATE: "updated", Act.OVERWRITE: "overwritten", Act.ADD: "added", Act.REGISTER: "registered"}
    assert [word for word in words.values() if f'"history.{word}":' not in text] == []
