"""I1–I9 of the convergence machine, read from the server's rows, the tablets' storage and what went over the line."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from otonai.store.audit import first_bad_event
from otonai.store.session import reading
from otonai.store.tables import AuditEvent, SyncReceipt, Visit
from tests.machine import clinic

if TYPE_CHECKING:
    from tests.machine.run import Run

KINDS = (
    "handover_opened", "consent_reported", "visit_registered", "visit_registration_undone",
    "visit_added", "visit_taken_off", "route_set",
)  # fmt: skip


def receipts(world: clinic.World) -> dict[str, SyncReceipt]:
    """What the server has said about entries, by entry."""
    with reading(world.server.engine, world.server.clinics.minamo.id) as session:
        return {str(row.id): row for row in session.exec(select(SyncReceipt))}


def effects(world: clinic.World) -> tuple[int, int]:
    """How many receipts and audited acts of tablets there are."""
    taken = receipts(world)
    with reading(world.server.engine, world.server.clinics.minamo.id) as session:
        events = session.exec(select(AuditEvent.action)).all()
    return len(taken), sum(action in KINDS for action in events)


def added_visits(world: clinic.World) -> list[str]:
    """Visits that tablets added and the server knows, the oldest first."""
    with reading(world.server.engine, world.server.clinics.minamo.id) as session:
        added = select(AuditEvent.subject).where(AuditEvent.action == "visit_added").order_by(col(AuditEvent.sequence))
        return [str(subject) for subject in session.exec(added)]


def always(run: Run, name: str, shown: dict[str, Any]) -> None:
    """What holds after every single act."""
    _note_deadlines(run)
    if not shown["alive"]:
        return
    held, now = run.held[name], run.world.clock.now
    for patient in shown["readable"]:
        until = held.deadlines.get(patient)
        assert until is not None, f"I7: {name} reads medical information that nobody gave it"
        assert now < until, f"I7: {name} reads medical information that ended at {until}"
    if shown["stage"] == "stopped":
        assert not shown["readable"], f"I7: {name} was stopped and reads"
    if shown["open"] and shown["day"] == run.day:
        _own_work_is_seen(run, name, shown)


def _own_work_is_seen(run: Run, name: str, shown: dict[str, Any]) -> None:
    """A visit that somebody registered here is never shown as still to come (design 8: order of the exchange)."""
    seen = {visit["id"]: visit["state"] for visit in shown["seen"]}
    attention = {row["id"] for row in shown["outbox"] if row["state"] != "waiting"}
    for entry in run.registered():
        if entry.tablet == name and entry.visit in seen and entry.staff == shown["open"] and entry.id not in attention:
            assert seen[entry.visit] == "visited", f"I1: {name} shows {entry.visit} as planned after it was registered"
    for entry in run.entered.values():
        if (entry.kind, entry.tablet, entry.day) != ("visit_added", name, run.day) or entry.staff != shown["open"]:
            continue
        if not entry.gone and entry.id not in attention and entry.visit not in run.taken_off:
            assert entry.visit in seen, f"I1: {name} no longer shows {entry.visit}, which was added on it"


def at_rest(run: Run, shown: dict[str, dict[str, Any]]) -> None:
    """What holds when everything was healed and time has passed."""
    taken = receipts(run.world)
    _nothing_lost(run, shown, taken)
    _one_effect_each(run, taken)
    _nothing_overwritten(run, taken)
    _added_visits_stand(run, taken)
    for name in ("a", "b"):
        if not run.held[name].stopped:
            _the_same(run, name, shown[name])
    _walls_hold(run)
    _the_trail_is_whole(run)
    _nothing_readable(run)


def _nothing_lost(run: Run, shown: dict[str, dict[str, Any]], taken: dict[str, SyncReceipt]) -> None:
    for name, each in shown.items():
        assert each["alive"], f"I5: {name} does not start"
        if run.held[name].stopped:
            wiped = run.tablets.counted(name)["/api/devices/me/last-words"] > 0
            assert each["stage"] in ("stopped", "enrol"), f"I5: {name} does not know that it was stopped"
            assert wiped, f"I1: last words of {name}: {each['farewell']}"
            continue
        waiting = [row for row in each["outbox"] if row["state"] == "waiting"]
        assert (waiting, each["waiting"]) == ([], 0), f"I5: {name} still holds {waiting}"
    for entry in run.entered.values():
        assert entry.gone or entry.id in taken, f"I1: {entry} was saved and the server never got it"


def _one_effect_each(run: Run, taken: dict[str, SyncReceipt]) -> None:
    places = Counter((row.device_id, row.sequence) for row in taken.values())
    assert max(places.values(), default=1) == 1, "I2: one place in a tablet's row was taken twice"
    with reading(run.world.server.engine, run.world.server.clinics.minamo.id) as session:
        counts = Counter(session.exec(select(AuditEvent.action)).all())
    told = sum(counts[kind] for kind in KINDS)
    effective = sum(row.outcome in ("applied", "conflict") for row in taken.values())
    assert told == effective, f"I2/I8: {effective} entries had an effect, {told} are in the trail"


def _nothing_overwritten(run: Run, taken: dict[str, SyncReceipt]) -> None:
    with reading(run.world.server.engine, run.world.server.clinics.minamo.id) as session:
        rows = {str(row.id): row.registration for row in session.exec(select(Visit))}
    for entry in run.registered():
        receipt = taken.get(entry.id)
        if receipt is None or receipt.outcome not in ("applied", "conflict"):
            continue
        kept = set(_entries_in(rows[entry.visit]))
        assert entry.id in kept, f"I4: {entry} was taken ({receipt.outcome}) and stands nowhere"


def _added_visits_stand(run: Run, taken: dict[str, SyncReceipt]) -> None:
    with reading(run.world.server.engine, run.world.server.clinics.minamo.id) as session:
        states = {str(row.id): row.state for row in session.exec(select(Visit))}
    for entry in run.entered.values():
        receipt = taken.get(entry.id)
        if entry.kind == "visit_added" and receipt is not None and receipt.outcome == "applied":
            assert entry.visit in states, f"I1: {entry} was taken and there is no such visit"
            if entry.visit not in run.taken_off:
                assert states[entry.visit] != "cancelled", f"I4: nobody took {entry} off the day"


def _entries_in(registration: dict[str, Any] | None) -> Iterator[str]:
    if registration is None:
        return
    yield registration["entry_id"]
    yield from _entries_in(registration.get("before"))
    for each in registration.get("also", []):
        yield from _entries_in(each)


def _the_same(run: Run, name: str, shown: dict[str, Any]) -> None:
    assert shown["open"], f"I3: {name} is not open"
    assert shown["day"] == run.day, f"I3: {name} holds {shown['day']}"
    fresh = run.tablets.order("fresh", name)
    assert fresh is not None, f"I3: {name} gets no day"
    for what in ("visits", "patients"):
        ours = {row["id"]: row for row in shown["held"][what]}
        theirs = {row["id"]: row for row in fresh[what]}
        assert ours.keys() == theirs.keys(), f"I3: {what} of {name}: {ours.keys() ^ theirs.keys()}"
        differing = [key for key in ours if ours[key] != theirs[key]]
        told = [[(f, ours[k][f], theirs[k][f]) for f in ours[k] if ours[k][f] != theirs[k].get(f)] for k in differing]
        assert not differing, f"I3: {what} of {name} differ: {told}"


def _walls_hold(run: Run) -> None:
    for name in run.held:
        words = clinic.OURS if name == "n" else clinic.THEIRS
        line = b"".join(heard.body for heard in run.tablets.heard if heard.tablet == name).decode()
        line += run.tablets.order("dump", name)
        for word in words:
            for spelt in (word, json.dumps(word)[1:-1]):
                assert spelt not in line, f"I6: {word} came to {name}"


def _the_trail_is_whole(run: Run) -> None:
    world = run.world
    with reading(world.server.engine, world.server.clinics.minamo.id) as session:
        counts = Counter(session.exec(select(AuditEvent.action)).all())
        bad = first_bad_event(session, world.server.clinics.minamo.id)
    assert bad is None, f"I8: the chain breaks at {bad}"
    told = Counter[str]()
    for heard in run.tablets.heard:
        if heard.tablet == "n" or heard.status >= 300:
            continue
        path = heard.path.partition("?")[0]
        if path == "/api/sync/pack":
            told["day_packed"] += 1
        elif path == "/api/sync/changes":
            body = json.loads(heard.body)
            told["changes_pulled"] += bool(body["visits"] or body["patients"])
        elif path == "/api/devices/me/last-words":
            told["device_wiped"] += 1
    for action in ("day_packed", "changes_pulled", "device_wiped"):
        assert counts[action] == told[action], f"I8: {action} {counts[action]} times in the trail, {told[action]} told"


def _nothing_readable(run: Run) -> None:
    for name in ("a", "b"):
        dump = run.tablets.order("dump", name)
        for word in (*clinic.OURS, *clinic.THEIRS):
            assert word not in dump, f"I9: {word} lies open in the storage of {name}"


def _note_deadlines(run: Run) -> None:
    for heard in run.tablets.heard[run.tablets.read :]:
        if heard.path == "/api/sync/medical" and heard.status == 200:
            for document in json.loads(heard.body)["documents"]:
                until = datetime.fromisoformat(document["not_after"])
                known = run.held[heard.tablet].deadlines
                known[document["patient_id"]] = max(until, known.get(document["patient_id"], until))
    run.tablets.read = len(run.tablets.heard)
