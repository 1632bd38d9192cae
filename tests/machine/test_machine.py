"""The convergence machine (R-03): whatever two tablets, a network and a clock do to each other, nothing is lost,
doubled, overwritten in silence, stuck, told next door, readable too long, or readable to a thief (I1–I9).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

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
@pytest.mark.shows("F16", "F17", "F18", "F19", "F20", "F21", "F24", "F25", "F28", "F30")
def test_whatever_happens_everything_entered_arrives_once_and_all_agree(
    machine: Machine, tablets: Tablets, sized: Callable[[int, int], int]
) -> None:
    for line in FAILED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            seed, steps = map(int, line.split())
            machine.run(tablets, seed, steps)
    began, runs, steps = time.monotonic(), sized(6, 10_000), sized(50, 100)
    for seed in range(runs):
        machine.run(tablets, seed, steps)
    print(f"{runs} runs of {steps} steps, {runs * steps / (time.monotonic() - began):.0f} steps/s")
