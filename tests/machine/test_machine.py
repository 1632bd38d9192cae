"""The convergence machine (R-03): whatever two tablets, a network and a clock do to each other, nothing is lost,
doubled, overwritten in silence, stuck, told next door, readable too long, or readable to a thief (I1–I9).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import delete
from sqlmodel import col

from otonai.flow.bedside import register_visit
from otonai.flow.sync_tablet import EntryResult, take_entry
from otonai.store.tables import SyncReceipt, Visit
from tests.databases import Databases
from tests.machine import clinic, invariants
from tests.machine.clock import Clock
from tests.machine.run import Run
from tests.machine.tablets import Tablets, build

#: Seeds that once failed are played first, at the length at which they failed: one `SEED STEPS` a line.
FAILED = Path(__file__).with_name("failed-seeds.txt")


class Machine:
    """Everything that runs share."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        with self.clock.everywhere(), clinic.template(databases, folder, self.clock) as made:
            self.template = made
        self.began = self.clock.now

    def run(self, tablets: Tablets, seed: int, steps: int) -> None:
        """One run and its evening. Raises AssertionError with the seed and what was done."""
        self.clock.now = self.began
        with self.clock.everywhere(), clinic.world(self.template, self.folder, self.clock) as world:
            run = Run(world, tablets, seed)
            try:
                run.begin()
                run.play(steps)
                invariants.at_rest(run, run.heal())
            except AssertionError as error:
                acts = "\n  ".join(run.trace)
                raise AssertionError(f"seed {seed}, {steps} steps: {error}\n  {acts}") from error


@pytest.fixture(scope="module")
def machine(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """The clinics, made once."""
    return Machine(databases, tmp_path_factory.mktemp("machine"))


@pytest.fixture(scope="module")
def tablets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablets]:
    """The shipped modules in Node."""
    found = Tablets(build(tmp_path_factory.mktemp("tablets")))
    yield found
    found.close()


@pytest.mark.prove("machine")
@pytest.mark.shows("F16", "F17", "F18", "F19", "F20", "F25", "F28")
def test_whatever_happens_everything_entered_arrives_once_and_all_agree(
    machine: Machine, tablets: Tablets, sized: Callable[[int, int], int]
) -> None:
    for line in FAILED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            seed, steps = map(int, line.split())
            machine.run(tablets, seed, steps)
    runs, steps = sized(5, 10_000), sized(50, 100)
    for seed in range(runs):
        machine.run(tablets, seed, steps)


#: What is done wrong on the tablet (pwa/machine/mutants), and the invariant that must notice.
WRONG_TABLETS = {
    "pull-first": "I1",
    "deadline-ignored": "I7",
    "written-down": "I9",
    "taken-for-sent": "I1",
    "receipt-dropped": "I5",
}


@pytest.mark.prove("machine")
def test_a_tablet_that_does_one_thing_wrong_is_found(
    machine: Machine, tmp_path: Path, sized: Callable[[int, int], int]
) -> None:
    for name, invariant in list(WRONG_TABLETS.items())[: sized(1, len(WRONG_TABLETS))]:
        wrong = Tablets(build(tmp_path / name, name))
        try:
            assert invariant in _first_failure(machine, wrong), name
        finally:
            wrong.close()


def _forget_the_receipt(*told: Any) -> EntryResult:
    result = take_entry(*told)
    session, device, entry = told[0], told[1], told[2]
    session.execute(
        delete(SyncReceipt).where(col(SyncReceipt.clinic_id) == device.clinic_id, col(SyncReceipt.id) == entry.id)
    )
    return result


def _let_the_last_win(visit: Visit, *told: Any) -> str:
    outcome = register_visit(visit, *told)
    visit.registration = dict(visit.registration or {}) | {"before": None, "also": []}
    return outcome


def _write_nothing_down(*told: Any, **more: Any) -> None:
    pass


#: What is done wrong at the server: where, instead of what, and the invariants one of which must notice. Without a
#: receipt an entry that is sent twice is stuck (I5), and one that is sent once was never received (I1).
WRONG_SERVERS: list[tuple[str, Callable[..., Any], tuple[str, ...]]] = [
    ("otonai.api.sync.take_entry", _forget_the_receipt, ("I1", "I5")),
    ("otonai.flow.sync_tablet.register_visit", _let_the_last_win, ("I4",)),
    ("otonai.flow.sync_tablet.write_event", _write_nothing_down, ("I8",)),
]


@pytest.mark.prove("machine")
def test_a_server_that_does_one_thing_wrong_is_found(
    machine: Machine, tablets: Tablets, sized: Callable[[int, int], int]
) -> None:
    for where, wrong, noticing in WRONG_SERVERS[: sized(1, len(WRONG_SERVERS))]:
        with mock.patch(where, wrong):
            found = _first_failure(machine, tablets)
            assert any(each in found.splitlines()[0] for each in noticing), f"{where}: {found}"


def _first_failure(machine: Machine, tablets: Tablets) -> str:
    """What the machine says of it, within twenty runs."""
    for seed in range(20):
        try:
            machine.run(tablets, seed, 50)
        except AssertionError as found:
            return str(found)
    return "nothing"
