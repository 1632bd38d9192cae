"""Every call of a tablet's day, cut at any byte on its way there or back, and made again: one effect, the same answer.

A served installation, a tablet with a real key, and a proxy that resets the connection. The suite tries the edges of
head and body and some points between; `run.py prove cuts` tries every byte.
"""

from __future__ import annotations

import http.client
import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from sqlmodel import col, func, select
from tests import people
from tests.server.cutting_proxy import Cut, CuttingProxy
from tests.server.devices import ServedDevice
from tests.server.installation import Installation, Served, chart, signed_in

from otonai.flow import boxes
from otonai.store.session import reading
from otonai.store.tables import AuditEvent, SyncReceipt, TabletPerson, Visit

WRONG_PIN = "417263"
Made = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back whole."""

    status: int
    body: Any
    size: int


@dataclass
class Tablet:
    """訪問1号 behind the proxy, opened by 仮名 健, with one visit of today."""

    device: ServedDevice
    proxy: CuttingProxy
    clinic: str
    visit: str
    staff: str
    unlock: str
    me: dict[str, Any] = field(default_factory=dict)
    opened_at: float = field(default_factory=time.monotonic)

    def stay_open(self) -> None:
        """All bytes take longer than an access token lives: once a minute a new pair, and the PIN again."""
        if time.monotonic() - self.opened_at < 60:
            return
        self.opened_at = time.monotonic()
        self.device.refresh()
        pin = {"staff_id": self.staff, "pin": people.ADMIN.pin}
        self.unlock = self.whole(self.request("POST", "/api/devices/me/unlock", pin)).body["unlock_token"]

    def request(self, method: str, path: str, body: Any = None, form: dict[str, str] | None = None) -> bytes:
        """One call as bytes, signed anew."""
        url, token = f"{self.device.address}{path}", None if form else self.device.access_token
        head = {"Host": url.split("/")[2], "Connection": "close", "Accept": "application/json"}
        head["DPoP"] = self.device.key.proof(method, url, token=token)
        if token:
            head |= {"Authorization": f"DPoP {token}", "Otonai-Unlock": self.unlock}
        content = b""
        if body is not None or form:
            content = urlencode(form).encode() if form else json.dumps(body).encode()
            kind = "application/x-www-form-urlencoded" if form else "application/json"
            head |= {"Content-Type": kind, "Content-Length": str(len(content))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + content

    def send(self, request: bytes) -> Answer | None:
        """The answer, or nothing where it did not come whole."""
        try:
            with socket.create_connection(("127.0.0.1", self.proxy.port), 20) as line:
                line.sendall(request)
                answer = http.client.HTTPResponse(line)
                answer.begin()
                body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
        size = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n\r\n") + head + len(body)
        return Answer(answer.status, json.loads(body), size)

    def whole(self, request: bytes) -> Answer:
        """An answer that must come."""
        answer = self.send(request)
        assert answer is not None
        return answer

    def entry(self, sequence: int) -> dict[str, Any]:
        """The patient was handed the page once more: applied each time, so that every effect can be counted."""
        said = {
            "kind": "handover_opened", "staff_id": self.staff, "visit_id": self.visit, "base_version": 1,
            "entered_at": datetime.now(UTC).isoformat(timespec="seconds"), "data": {},
        }  # fmt: skip
        ident, key = uuid4(), self.me["box_key"]
        aad = boxes.aad_of(UUID(self.clinic), UUID(self.device.id), sequence, ident, "entry/1")
        box = boxes.seal(boxes.decode(key["public_key"]), json.dumps(said).encode(), aad)
        return {"sequence": sequence, "id": str(ident), "schema": "entry/1", "key_id": key["key_id"], "box": box}


@pytest.fixture(scope="module")
def tablet(served: Served) -> Iterator[Tablet]:
    admin = signed_in(served.address)
    patient = admin.post("/api/patients", json=chart(name="資格　切子")).json()
    planned = {"patient_id": patient["id"], "planned_at": datetime.now(UTC).isoformat(), "visit_type": "home_visit"}
    visit = admin.post("/api/visits", json=planned).json()["id"]
    device = ServedDevice.enrol(served.address, admin, "tablet", "訪問21号")
    clinic = admin.get("/api/session").json()["clinic"]["id"]
    with CuttingProxy(int(served.address.rpartition(":")[2])) as proxy:
        made = Tablet(device, proxy, clinic, visit, "", "")
        first_use = {
            "login_name": people.ADMIN.login_name, "password": people.ADMIN.password, "new_pin": people.ADMIN.pin,
        }  # fmt: skip
        opened = made.whole(made.request("POST", "/api/devices/me/unlock", first_use)).body
        made.staff, made.unlock = opened["staff"]["id"], opened["unlock_token"]
        made.me = made.whole(made.request("GET", "/api/devices/me")).body
        yield made
    assert "Traceback" not in served.log.read_text(encoding="utf-8")
    admin.close()


@pytest.fixture
def cuts(sized: Callable[[int, int], int]) -> Callable[[bytes, Answer], list[Cut]]:
    """Where to cut a call of this size, in an order of chance."""

    def choose(request: bytes, answer: Answer) -> list[Cut]:
        chance = random.Random(len(request))
        found = []
        for side, size, head in (
            ("request", len(request) + 1, request.index(b"\r\n\r\n") + 4),
            ("answer", answer.size, answer.size - len(json.dumps(answer.body))),
        ):
            edges = {0, 1, head - 1, head, head + 1, size - 2, size - 1} & set(range(size))
            others = sorted(set(range(size)) - edges)
            found += [
                Cut("request" if side == "request" else "answer", each)
                for each in edges | set(chance.sample(others, min(sized(3, size), len(others))))
            ]
        chance.shuffle(found)
        return found

    return choose


Cuts = Callable[[bytes, Answer], list[Cut]]


def cut_short(tablet: Tablet, cut: Cut, request: bytes) -> None:
    """The call that nobody gets a whole answer to."""
    tablet.proxy.cut(cut)
    answer = tablet.send(request)
    assert answer is None or cut.after >= answer.size, cut


@pytest.mark.prove("cuts")
@pytest.mark.shows("F19", "S-055")
def test_entries_are_applied_once_each(tablet: Tablet, cuts: Cuts, installation: Installation) -> None:
    def sent(entry: dict[str, Any]) -> bytes:
        return tablet.request("POST", "/api/sync/entries", {"entries": [entry], "unsent": 0})

    sequence = tablet.me["next_sequence"]
    last = tablet.entry(sequence)
    first = tablet.whole(sent(last))
    assert [result["outcome"] for result in first.body["results"]] == ["applied"]
    again = tablet.whole(sent(last)).body
    for cut in cuts(sent(last), first):
        tablet.stay_open()
        sequence += 1
        entry = tablet.entry(sequence)
        cut_short(tablet, cut, sent(entry))
        answer = tablet.whole(sent(entry))
        (result,) = answer.body["results"]
        assert (answer.status, result["id"], result["code"]) == (200, entry["id"], None), cut
        assert result["outcome"] == "duplicate" if cut.side == "answer" else result["outcome"] in OUTCOMES, cut
        assert answer.body["expected_sequence"] == sequence + 1
        third = tablet.whole(sent(entry)).body
        assert third == again | {
            "results": [again["results"][0] | {"id": entry["id"], "sequence": sequence}],
            "expected_sequence": sequence + 1,
        }
    with reading(installation.engine(), UUID(tablet.clinic)) as session:
        device = UUID(tablet.device.id)
        receipts = session.exec(select(func.count()).where(col(SyncReceipt.device_id) == device)).one()
        told = select(func.count()).where(
            col(AuditEvent.action) == "handover_opened", col(AuditEvent.subject) == tablet.visit
        )
        visit = session.exec(select(Visit).where(Visit.id == UUID(tablet.visit))).one()
        counted = session.exec(told).one()
    assert receipts == counted == visit.version - 1 == sequence


OUTCOMES = ("applied", "duplicate")


@pytest.mark.prove("cuts")
@pytest.mark.shows("F19")
def test_the_day_and_its_changes_are_told_again_as_they_were(tablet: Tablet, cuts: Cuts) -> None:
    def packing() -> bytes:
        return tablet.request("POST", "/api/sync/pack", {})

    def told(body: Any) -> Any:
        return {name: value for name, value in body.items() if name not in ("server_time", "cursor")}

    tablet.stay_open()
    packed = tablet.whole(packing())
    assert [visit["id"] for visit in packed.body["visits"]] == [tablet.visit]
    for cut in cuts(packing(), packed):
        tablet.stay_open()
        cut_short(tablet, cut, packing())
        again = tablet.whole(packing())
        assert (again.status, told(again.body)) == (200, told(packed.body)), cut

    cursor = packed.body["cursor"]
    entry = tablet.entry(tablet.whole(tablet.request("GET", "/api/devices/me")).body["next_sequence"])
    tablet.whole(tablet.request("POST", "/api/sync/entries", {"entries": [entry]}))

    def following() -> bytes:
        return tablet.request("GET", f"/api/sync/changes?cursor={cursor}")

    changed = tablet.whole(following())
    assert [visit["id"] for visit in changed.body["visits"]] == [tablet.visit]
    for cut in cuts(following(), changed):
        tablet.stay_open()
        cut_short(tablet, cut, following())
        again = tablet.whole(following())
        assert (again.status, again.body) == (200, changed.body), cut


@pytest.mark.prove("cuts")
@pytest.mark.shows("F19", "F39")
def test_one_try_at_a_pin_counts_once_and_the_right_one_opens(
    tablet: Tablet, cuts: Cuts, installation: Installation
) -> None:
    def typing(pin: str) -> bytes:
        return tablet.request("POST", "/api/devices/me/unlock", {"staff_id": tablet.staff, "pin": pin})

    engine = installation.engine()

    def counted() -> int:
        with reading(engine, UUID(tablet.clinic)) as session:
            mine = select(TabletPerson.wrong_in_row).where(col(TabletPerson.device_id) == UUID(tablet.device.id))
            return session.exec(mine).one()

    tablet.stay_open()
    opened = tablet.whole(typing(people.ADMIN.pin))
    assert opened.status == 200
    for number, cut in enumerate(cuts(typing(people.ADMIN.pin), opened)):
        tablet.stay_open()
        request = typing(WRONG_PIN if number % 2 else people.ADMIN.pin)
        cut_short(tablet, cut, request)
        wrong = counted()
        if number % 2 == 0 or (cut.side == "request" and cut.after < len(request)):
            assert wrong == 0, cut
        else:
            assert wrong == 1 or (wrong == 0 and cut.side == "request"), cut
        again = tablet.whole(typing(people.ADMIN.pin))
        assert (again.status, again.body["staff"]) == (200, opened.body["staff"]), cut
        assert counted() <= (1 if cut.side == "request" and cut.after == len(request) else 0), cut


@pytest.mark.prove("cuts")
@pytest.mark.shows("F19", "F22")
def test_a_tablet_whose_new_tokens_got_lost_gets_others(tablet: Tablet, cuts: Cuts) -> None:
    device = tablet.device

    def renewing(token: str) -> bytes:
        form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "otonai-tablet"}
        return tablet.request("POST", "/api/oauth/token", form=form)

    tablet.stay_open()
    renewed = tablet.whole(renewing(device.refresh_token))
    device.refresh_token = renewed.body["refresh_token"]
    for cut in cuts(renewing(device.refresh_token), renewed):
        request = renewing(device.refresh_token)
        cut_short(tablet, cut, request)
        again = tablet.whole(renewing(device.refresh_token))
        assert again.status == 200, cut
        device.access_token, device.refresh_token = again.body["access_token"], again.body["refresh_token"]
        assert tablet.whole(tablet.request("GET", "/api/devices/me")).status == 200, cut
