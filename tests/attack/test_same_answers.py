"""Who works at a clinic is not told at its door: same answers and same times for names that exist and that do not
(SEC-20), measured with the cost of hashing that clinics have."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from tests.api.server import Server, login_of, told
from tests.people import NURSE

from otonai.config import HashCost
from otonai.flow import hashing

WRONG = "not-the-right-one-at-all"
NOBODY = "nurse.of.nowhere@minamo"


@dataclass
class Knocker:
    """Somebody who tries names and looks at everything that comes back, and how long it took."""

    server: Server

    def knock(self, name: str) -> tuple[float, tuple[object, ...]]:
        """One wrong try from a browser that nobody knows: milliseconds, and all that the answer tells."""
        browser = self.server.nobody()
        body = {"login_name": name, "password": WRONG}
        began = time.perf_counter()
        answer = browser.post("/api/session", body)
        took = (time.perf_counter() - began) * 1000
        headers = {key: text for key, text in answer.headers.items() if key not in ("Date", "X-Request-Id")}
        return took, (answer.status_code, answer.get_json(), tuple(sorted(headers.items())))


@pytest.fixture
def knocker(either_server: Server) -> Iterator[Knocker]:
    """Before the door of a clinic where the nurse works, whose server hashes as in a clinic."""
    hashing.use_cost(HashCost.FULL)
    either_server.add(NURSE)
    yield Knocker(either_server)
    hashing.use_cost(HashCost.LIGHT)


def overlap(some: list[float], others: list[float]) -> float:
    """How often a guesser who is shown one time of each kind says rightly which is slower: 0.5 is guessing."""
    pairs = [(a > b) + (a == b) / 2 for a in some for b in others]
    return sum(pairs) / len(pairs)


def measured(knocker: Knocker, tries: int) -> tuple[list[float], list[float]]:
    """Times of a known and of an unknown name, in an order that chance decides, each at a door that is open."""
    order = [login_of(NURSE), NOBODY] * tries
    random.Random(20).shuffle(order)
    times: dict[str, list[float]] = {login_of(NURSE): [], NOBODY: []}
    for count, name in enumerate(order):
        if count % 4 == 0:
            knocker.server.as_on_the_first_day()
        times[name].append(knocker.knock(name)[0])
    return times[login_of(NURSE)], times[NOBODY]


@pytest.mark.prove("same_answers")
def test_a_known_and_an_unknown_name_take_the_same_time(
    knocker: Knocker, sized: Callable[[int, int], int], record_property: Callable[[str, object], None]
) -> None:
    measured(knocker, 1)
    known, unknown = measured(knocker, sized(6, 200))
    apart = abs(statistics.median(known) - statistics.median(unknown))
    found = {
        "tries of each": len(known), "median known ms": round(statistics.median(known), 2),
        "median unknown ms": round(statistics.median(unknown), 2), "apart ms": round(apart, 2),
        "guessed rightly from one time": round(overlap(known, unknown), 3),
    }  # fmt: skip
    record_property("same answers", found)
    print(found)
    # On a busy machine single tries wait for the next beat; the quickest of each never do all.
    assert abs(min(known) - min(unknown)) < 3.0, found
    assert min(*known, *unknown) >= 250.0, found
    if len(known) >= 100:
        assert apart < 1.0, found


def test_answers_are_the_same_down_to_their_headers_until_the_door_closes(knocker: Knocker) -> None:
    told_of = {}
    for name in (login_of(NURSE), NOBODY):
        knocker.server.as_on_the_first_day()
        answers = [knocker.knock(name)[1] for _ in range(6)]
        told_of[name] = [(status, {**body, "until": None}, headers) for status, body, headers in answers]  # type: ignore[dict-item]
    assert told_of[login_of(NURSE)] == told_of[NOBODY]
    assert [each[0] for each in told_of[NOBODY]] == [401] * 4 + [423] * 2


def test_somebody_who_has_left_and_somebody_who_was_only_invited_are_told_like_nobody(knocker: Knocker) -> None:
    admin = knocker.server.admin()
    invited = {"name": "例示　二郎", "login_name": "jiro@minamo", "role": "nurse"}
    told(admin.post("/api/staff", invited), 201)
    nurse = next(p for p in told(admin.get("/api/staff"))["items"] if p["login_name"] == login_of(NURSE))
    told(admin.patch(f"/api/staff/{nurse['id']}", {"active": False}))
    knocker.server.as_on_the_first_day()
    answers = [knocker.knock(name)[1] for name in (login_of(NURSE), "jiro@minamo", NOBODY)]
    assert answers[0] == answers[1] == answers[2]
