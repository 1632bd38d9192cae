"""One run: seeded acts of two tablets, an office, a network and a clock; then everything is healed and looked at.

A script of our own instead of a Hypothesis state machine: a run is real cryptography and a real database, so that a
thousand runs by seed tell more than ten shrunk ones, and a seed that failed is one number in a file.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from otonai.domain.dates import business_day, end_of_business_day
from otonai.flow import advance
from tests import people
from tests.machine import invariants
from tests.machine.clinic import NEIGHBOUR, World, first_use
from tests.machine.tablets import Tablets
from tests.people import StaffMember

PEOPLE: dict[str, StaffMember] = {"a": people.DOCTOR, "b": people.NURSE, "n": NEIGHBOUR}
OURS = ("a", "b")


@dataclass
class Entered:
    """Something a person was told is saved."""

    id: str
    tablet: str
    staff: str
    visit: str
    kind: str
    undoes: str | None = None
    #: The day on which it was entered by a tablet whose clock was right.
    day: str | None = None
    #: The browser or the person threw the storage away while it was unsent.
    gone: bool = False


@dataclass
class Tablet:
    """What a person who carries it knows of it."""

    name: str
    staff_id: str = ""
    device_id: str = ""
    #: By how much its wall clock is wrong, in milliseconds.
    skew: float = 0
    alive: bool = True
    stopped: bool = False
    #: How often somebody tried a wrong PIN.
    tried: int = 0
    #: Latest deadline that the server ever gave for somebody's medical information on it.
    deadlines: dict[str, datetime] = field(default_factory=dict)


class Run:
    """The acts, and the model of what they must have led to."""

    def __init__(self, world: World, tablets: Tablets, seed: int) -> None:
        self.world, self.tablets, self.seed = world, tablets, seed
        self.chance = random.Random(seed)
        self.entered: dict[str, Entered] = {}
        #: The neighbour comes to every third run: what its walls hold back is the same in each.
        self.here = PEOPLE if seed % 3 == 0 else {name: PEOPLE[name] for name in OURS}
        self.held = {name: Tablet(name) for name in self.here}
        self.visits: list[str] = []
        #: Visits that somebody somewhere took off the day, whether or not the server has heard of it.
        self.taken_off: set[str] = set()
        self.trace: list[str] = []
        self.words = 0
        tablets.begin(world.server.app, world.clock, random.Random(seed + 1))

    # --- the morning ---------------------------------------------------------------------------------------

    def begin(self) -> None:
        """The tablets are taken in and opened; the day is planned."""
        for _ in range(2):
            self._plan()
        self._plan(theirs=True)
        for number, name in enumerate(self.here):
            self.tablets.add(name, self.world.clock, self.seed * 8 + number)
            self._take_in(name)

    def _take_in(self, name: str) -> None:
        held = self.held[name]
        by = "hinata-admin" if name == "n" else people.ADMIN.login_name
        known = self._devices(by)
        code = self.tablets.order("ask_in", name, called=f"訪問{name}")
        body = {"name": f"訪問{name}", "ownership": "clinic"}
        self.world.office("POST", f"/api/devices/grants/{code}/approve", body, by=by)
        self.world.clock.move(5_000)
        self.tablets.order("pass", ms=5_000)
        assert self.tablets.order("come_in", name) == "approved"
        assert self.tablets.order("unlock", name, body=first_use(PEOPLE[name])) == "open"
        held.staff_id = self.look(name)["open"]
        # One that was taken in anew has the name of the one that it was: the office knows which of the two it holds.
        (held.device_id,) = self._devices(by) - known

    def _devices(self, by: str) -> set[str]:
        rows = self.world.office("GET", "/api/devices", by=by)["items"]
        return {row["id"] for row in rows if row["kind"] == "tablet" and row["state"] != "stopped"}

    # --- acts ----------------------------------------------------------------------------------------------

    def play(self, steps: int) -> None:
        """So many acts; after each one, what must always be so is looked at."""
        names = [name for name, (_, weight) in ACTS.items() for _ in range(weight)]
        for _ in range(steps):
            act = self.chance.choice(names)
            self.trace.append(act)
            ACTS[act][0](self)
            for name in OURS:
                invariants.always(self, name, self.look(name))

    def _any(self) -> Tablet:
        return self.held[self.chance.choice(OURS)]

    def _say(self, what: object) -> None:
        self.trace[-1] += f" {what}"

    def word(self) -> str:
        """A note that nobody else wrote."""
        self.words += 1
        return f"ミナモヒミツ{self.words}"

    def _plan(self, theirs: bool = False) -> None:
        now = self.world.clock.now
        patient = self.world.template.theirs if theirs else self.chance.choice(self.world.template.patients)
        body = {
            "patient_id": str(patient), "planned_at": now.isoformat(), "visit_type": "home_visit",
            "place_note": "ヒナタヒミツ" if theirs else self.word(),
        }  # fmt: skip
        made = self.world.office("POST", "/api/visits", body, by="hinata-admin" if theirs else people.ADMIN.login_name)
        if not theirs:
            self.visits.append(made["id"])

    def plan(self) -> None:
        """The office adds a visit of today."""
        self._plan()

    def cancel(self) -> None:
        """The office takes one off, whatever the tablets do with it."""
        visit = self.chance.choice([*self.visits, *invariants.added_visits(self.world)])
        self._say(visit[-4:])
        self.taken_off.add(visit)
        self.world.office("POST", f"/api/visits/{visit}/cancel")

    def rename(self) -> None:
        """The office corrects a chart."""
        patient = str(self.chance.choice(self.world.template.patients))
        chart = self.world.office("GET", f"/api/patients/{patient}")
        body = {"base_version": chart["version"], "address": self.word()}
        self.world.office("PATCH", f"/api/patients/{patient}", body)

    def offline(self) -> None:
        """A house without a signal."""
        held = self._any()
        self._say(held.name)
        self.tablets.networks[held.name].online = False

    def online(self) -> None:
        """Back in the car."""
        held = self._any()
        self._say(held.name)
        self.tablets.networks[held.name].online = True

    def bad_line(self) -> None:
        """The next calls are lost on one way or the other, break off, or end at a hotel's page."""
        held = self._any()
        fates = ("before", "after", "after", "torn", "portal", "")
        chosen = [self.chance.choice(fates) for _ in range(self.chance.randint(1, 5))]
        self._say(f"{held.name} {chosen}")
        self.tablets.networks[held.name].fates.extend(chosen)

    def enter(self) -> None:
        """Somebody saves something about a visit on the screen; mostly a tablet is taken up for that."""
        held = self._any()
        shown = self.look(held.name)
        if not held.stopped and self.chance.random() < 0.7 and not shown.get("open"):
            if not shown["alive"]:
                self.tablets.order("start", held.name)
            self._say(f"{held.name} {self.open(held.name)}")
            shown = self.look(held.name)
        if not shown["alive"] or not shown["open"] or not shown["seen"]:
            return
        visit = self.chance.choice(shown["seen"])
        kind = self.chance.choice(("visit_registered", "visit_registered", "handover_opened", "consent_reported"))
        data: dict[str, Any] = {}
        if kind == "consent_reported":
            data = {"outcome": "completed", "reason": None, "name_confirmed": True}
        elif kind == "visit_registered":
            data = {
                "identity_method": "web_pin", "outcome": "completed", "reason": None,
                "items": [{"kind": "drug", "flag": "given"}], "prescription_form": None, "helper": None,
                "note": self.word(),
            }  # fmt: skip
        self._save(held, visit["id"], kind, data)

    def take_back(self) -> None:
        """Somebody takes a registration of theirs back."""
        held = self._any()
        undone = {each.undoes for each in self.entered.values()}
        own = [e for e in self.entered.values() if e.tablet == held.name and e.kind == "visit_registered"]
        own = [e for e in own if e.id not in undone and not e.gone]
        if own:
            wanted = self.chance.choice(own)
            data = {"entry_id": wanted.id}
            self._save(held, wanted.visit, "visit_registration_undone", data, undoes=wanted.id)

    def _save(self, held: Tablet, visit: str, kind: str, data: dict[str, Any], undoes: str | None = None) -> None:
        saved = self.tablets.order("enter", held.name, visit=visit, kind=kind, data=data)
        if not self._told(held, kind, saved, undoes) and undoes:
            # Nobody said "saved", and yet it may have been written in the moment the page died.
            self.entered[undoes].undoes = "perhaps"

    def _told(self, held: Tablet, kind: str, saved: dict[str, Any] | None, undoes: str | None = None) -> bool:
        """Whether a person was told that it is saved; from then on it counts."""
        self._say(f"{held.name} {kind} {saved and (saved['visit_id'][-4:], saved['sequence'])}")
        if saved is None:
            return False
        entry = Entered(saved["id"], held.name, saved["staff_id"], saved["visit_id"], kind, undoes)
        entry.day = None if held.skew else self.day
        self.entered[entry.id] = entry
        return True

    def add_visit(self) -> None:
        """往診: somebody is called and puts the visit on the day, with a signal or without."""
        held = self._any()
        patient = str(self.chance.choice(self.world.template.patients))
        self._told(held, "visit_added", self.tablets.order("add_visit", held.name, patient=patient))

    def take_off(self) -> None:
        """Somebody takes a visit off the day again, whoever added it."""
        held = self._any()
        shown = self.look(held.name)
        if shown["alive"] and shown["seen"]:
            visit = self.chance.choice(shown["seen"])["id"]
            self.taken_off.add(visit)  # also when the page dies in the write: it may have been in time
            self._told(held, "visit_taken_off", self.tablets.order("take_off", held.name, visit=visit))

    def set_route(self) -> None:
        """Somebody decides the order in which the day is driven."""
        held = self._any()
        shown = self.look(held.name)
        if shown["alive"] and shown["seen"]:
            order = [visit["id"] for visit in shown["seen"]]
            self.chance.shuffle(order)
            self._told(held, "route_set", self.tablets.order("set_route", held.name, order=order))

    def lock(self) -> None:
        """Put down."""
        held = self._any()
        self._say(held.name)
        self.tablets.order("lock", held.name)

    def unlock(self) -> None:
        """Taken up again."""
        held = self._any()
        if not held.stopped:
            self._say(f"{held.name} {self.open(held.name)}")

    def open(self, name: str) -> str:
        """By PIN."""
        body = {"staff_id": self.held[name].staff_id, "pin": PEOPLE[name].pin}
        found: str = self.tablets.order("unlock", name, body=body)
        return found

    def wrong_pin(self) -> None:
        """Somebody who has found the tablet tries once."""
        held = self._any()
        if held.stopped or held.tried >= 3 or self.look(held.name).get("open"):
            return
        held.tried += 1  # A fifth would close the tablet for half an hour.
        found = self.tablets.order("unlock", held.name, body={"staff_id": held.staff_id, "pin": "918273"})
        self._say(f"{held.name} {found}")
        assert found != "open", f"{held.name} opens with a wrong PIN"

    def kill(self) -> None:
        """The browser ends the page."""
        held = self._any()
        self._say(held.name)
        self.tablets.order("kill", held.name)
        held.alive = False

    def kill_in_write(self) -> None:
        """The page will die in the middle of one of its next writes, just before or just after it counts."""
        held, writes, undone = self._any(), self.chance.randint(1, 6), self.chance.random() < 0.6
        self._say(f"{held.name} {writes} {'undone' if undone else 'done'}")
        self.tablets.order("kill_after", held.name, transactions=writes, abort=undone)

    def start(self) -> None:
        """The app is opened again."""
        held = self._any()
        self._say(held.name)
        self.tablets.order("start", held.name)
        held.alive = True

    def pass_seconds(self) -> None:
        """A while."""
        self._pass(self.chance.choice((1_000, 5_000, 20_000, 60_000)))

    def sleep(self) -> None:
        """Hours in a bag."""
        self._pass(self.chance.choice((6 * 60_000, 40 * 60_000, 3 * 3_600_000)))

    def midnight(self) -> None:
        """To just before the day's end, and over it."""
        now = self.world.clock.now
        left = (end_of_business_day(now) - now).total_seconds() * 1000
        if left > 15_000:
            self._pass(left - 10_000)
        self._pass(20_000)
        self._plan()

    def _pass(self, milliseconds: float) -> None:
        self._say(f"{milliseconds / 1000:.0f} s")
        self.world.clock.move(milliseconds)
        self.tablets.order("pass", ms=milliseconds)

    def turn_clock(self) -> None:
        """Somebody sets a tablet's clock."""
        held = self._any()
        hours = self.chance.choice((-48, -2, -0.1, 0.1, 2, 72))
        self._say(f"{held.name} {hours} h")
        held.skew += hours * 3_600_000
        self.tablets.order("turn", held.name, ms=hours * 3_600_000)

    def replay(self) -> None:
        """Somebody who listened sends a tablet's last call again."""
        held = self._any()
        before = invariants.effects(self.world)
        status = self.tablets.again(held.name)
        if status is not None:
            assert status >= 400 or status == 204, f"I2: a replayed call was answered {status}"
            assert invariants.effects(self.world) == before, "I2: a replayed call had an effect"

    def result(self) -> None:
        """Drugs of somebody arrive by the bridge: more than once, and the older answer last."""
        patient = self.chance.choice(list(self.world.template.records))
        self.words += 1
        job, content = self.world.medical(patient, f"持出錠{self.words}")
        story = self.world.story
        for _ in range(self.chance.randint(1, 3)):
            story.answer(job, content)
        story.advance()

    def evict(self) -> None:
        """The browser throws everything away; the tablet is taken in anew."""
        held = self._any()
        if held.stopped or self.chance.random() < 0.5:
            return
        for each in self.look(held.name).get("outbox", []):
            if each["id"] in self.entered:
                self.entered[each["id"]].gone = True
        if not self.look(held.name)["alive"]:
            receipts = invariants.receipts(self.world)
            for entry in self.entered.values():
                entry.gone |= entry.tablet == held.name and entry.id not in receipts
        self._say(held.name)
        self._heal_line(held.name)
        self.tablets.order("evict", held.name)
        self.tablets.order("start", held.name)
        held.alive, held.deadlines = True, {}
        self._take_in(held.name)

    def revoke(self) -> None:
        """The office stops a lost tablet; seldom."""
        held = self._any()
        if held.stopped or self.chance.random() < 0.6 or any(self.held[name].stopped for name in OURS):
            return
        self._say(held.name)
        body = {"typed_name": f"訪問{held.name}", "because": "lost"}
        self.world.office("POST", f"/api/devices/{held.device_id}/stop", body)
        held.stopped = True

    # --- looking -------------------------------------------------------------------------------------------

    def look(self, name: str) -> dict[str, Any]:
        """The tablet as it is now."""
        found: dict[str, Any] = self.tablets.order("look", name)
        return found

    # --- the evening ---------------------------------------------------------------------------------------

    def _heal_line(self, name: str) -> None:
        network, held = self.tablets.networks[name], self.held[name]
        network.online = True
        network.fates.clear()
        if held.skew:
            self.tablets.order("turn", name, ms=-held.skew)
            held.skew = 0

    def heal(self) -> dict[str, dict[str, Any]]:
        """Everything works again; 30 seconds later each tablet is looked at (I5)."""
        self.trace.append("heal")
        for name in self.here:
            self._heal_line(name)
            self.tablets.order("kill_after", name, transactions=None)
            if not self.look(name)["alive"]:
                self.tablets.order("start", name)
        self._pass(30_000)
        for name in self.here:
            opened = self.open(name)
            assert opened == "open" or self.held[name].stopped, f"I5: {name} does not open any more: {opened}"
        advance(self.world.server.engine, self.world.server.clinics.minamo.id, self.world.clock.now)
        self._pass(30_000)
        return {name: self.look(name) for name in self.here}

    @property
    def day(self) -> str:
        """Today in Japan."""
        return business_day(self.world.clock.now).isoformat()

    def registered(self) -> list[Entered]:
        """Registrations that stand, as far as anybody was told."""
        undone = {each.undoes for each in self.entered.values()}
        return [
            e for e in self.entered.values()
            if e.kind == "visit_registered" and e.id not in undone and not e.gone and e.undoes is None
        ]  # fmt: skip


ACTS: dict[str, tuple[Callable[[Run], None], int]] = {
    "enter": (Run.enter, 10),
    "take_back": (Run.take_back, 2),
    "add_visit": (Run.add_visit, 2),
    "take_off": (Run.take_off, 1),
    "set_route": (Run.set_route, 1),
    "offline": (Run.offline, 3),
    "online": (Run.online, 4),
    "bad_line": (Run.bad_line, 4),
    "lock": (Run.lock, 2),
    "unlock": (Run.unlock, 5),
    "wrong_pin": (Run.wrong_pin, 1),
    "kill": (Run.kill, 1),
    "kill_in_write": (Run.kill_in_write, 2),
    "start": (Run.start, 3),
    "pass_seconds": (Run.pass_seconds, 5),
    "sleep": (Run.sleep, 1),
    "midnight": (Run.midnight, 1),
    "turn_clock": (Run.turn_clock, 1),
    "replay": (Run.replay, 2),
    "result": (Run.result, 1),
    "plan": (Run.plan, 2),
    "cancel": (Run.cancel, 1),
    "rename": (Run.rename, 1),
    "evict": (Run.evict, 1),
    "revoke": (Run.revoke, 1),
}
