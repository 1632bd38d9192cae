"""Entries as tablets of each version have sealed them are read as they were meant, by the server of today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.flow.story import Story
from tests.flow.test_tablet import Tablet, now_of
from tests.people import SETTLED

ENTRIES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "tablet_entries.json").read_text(encoding="utf-8")
)["entries"]


@pytest.mark.shows("F32")
def test_what_a_tablet_of_any_version_registered_stands_as_it_was_told(story: Story) -> None:
    tablet = Tablet(story)
    for stored in ENTRIES:
        visit = story.visit(story.chart(SETTLED, chart_number=f"{ENTRIES.index(stored):06d}"))
        result = tablet.send(tablet.entry(stored["kind"], visit, stored["data"]))
        assert (result.outcome, result.code) == ("applied", None), stored["version"]
        kept = now_of(story, visit).registration
        assert kept is not None
        assert {name: kept[name] for name in stored["keeps"]} == stored["keeps"], stored["version"]


@pytest.mark.shows("F32")
def test_a_kind_of_entry_that_only_later_tablets_know_is_named_and_kept_sealed(story: Story) -> None:
    tablet = Tablet(story)
    visit = story.visit(story.chart(SETTLED))
    entry = tablet.entry("visit_sung_about", visit, {"song": "あとの版から"})
    result = tablet.send(entry)
    assert (result.outcome, result.code) == ("rejected", "entry_unreadable")
    (receipt,) = tablet.receipts()
    assert receipt.box == entry.box
    assert tablet.next_sequence == 2
