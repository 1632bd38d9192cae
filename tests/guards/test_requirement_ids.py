"""The ids that tests carry are ids that exist."""

from __future__ import annotations

import re

from tests.guards.shown_ids import _IN_TITLE, known_ids, shown_ids


def test_the_list_holds_every_id_once_and_in_order() -> None:
    names = list(known_ids())
    assert names == [f"S-{n:03d}" for n in range(1, 238)] + [f"F{n:02d}" for n in range(1, 61)]
    assert all(known_ids().values())


def test_no_test_claims_an_id_that_does_not_exist() -> None:
    unknown = {name: sorted(where) for name, where in shown_ids().items() if name not in known_ids()}
    assert unknown == {}


def test_titles_are_read_with_one_or_several_ids() -> None:
    title = "it('locks after five tries [S-171, F39]') and [S-031] but not [see S-001]"
    assert [re.split(r"[,\s]+", group) for group in _IN_TITLE.findall(title)] == [["S-171", "F39"], ["S-031"]]
