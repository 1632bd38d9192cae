"""The day of five hundred patients over a bad line: 256 kbit/s, 400 ms there and back, 2 % of segments lost (F27).

`python3 run.py bench slow_network`. A served installation behind the tests' proxy. *First sync* runs from the right PIN
until the whole day is there, verified by its count: unlock, day keys, pack, each on a new connection. *Cut* resets the
pack once at half its way; what came is lost with it, because the pack is one answer. *Changes* are ten charts that the
office changed. Goal: first sync within 20 s. The line's loss delays, as retransmission does; slow start and TLS are not
in it. The browser's own work (sealing) is in `bench first_sync`.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from tests import people
from tests.bench._ten_thousand import visited_people
from tests.bench.medical import line
from tests.server.cutting_proxy import Cut, CuttingProxy, Slow
from tests.server.devices import ServedDevice
from tests.server.installation import Installation, signed_in

from otonai.store.session import writing
from otonai.store.tables import Patient

PATIENTS, CHANGED, ROUNDS = 500, 10, 1
LINE = Slow(round_trip=0.4, bandwidth=256_000 / 8, loss=0.02)


class Tablet:
    """One tablet behind the line."""

    def __init__(self, device: ServedDevice, proxy: CuttingProxy) -> None:
        self._device, self._proxy, self._unlock = device, proxy, ""
        self.sizes: dict[str, int] = {}
        self.refused = 0

    def open(self, body: dict[str, str]) -> str:
        """By PIN, or for the first time; returns who it is."""
        told = self.ask("POST", "/api/devices/me/unlock", body)
        self._unlock = told["unlock_token"]
        return str(told["staff"]["id"])

    def first_sync(self, staff: str) -> dict[str, Any]:
        """Everything of the day."""
        self.open({"staff_id": staff, "pin": people.ADMIN.pin})
        self.ask("POST", "/api/devices/me/day-shares", {})
        pack = self.ask("POST", "/api/sync/pack", {})
        assert len(pack["patients"]) == len(pack["visits"]) == PATIENTS
        return pack

    def ask(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """One call, as often as the line or the server fails."""
        while True:
            url = f"{self._device.address}{path}"
            token = self._device.access_token
            headers = {
                "Host": url.split("/")[2], "Authorization": f"DPoP {token}", "Otonai-Unlock": self._unlock,
                "DPoP": self._device.key.proof(method, url, token=token),
            }  # fmt: skip
            try:
                near = f"http://127.0.0.1:{self._proxy.port}{path}"
                answer = httpx.request(method, near, json=body, headers=headers, timeout=120)
            except httpx.TransportError:
                continue  # the line broke
            if answer.status_code >= 500:  # the tablet says so calmly and asks again
                self.refused += 1
                continue
            assert answer.status_code == 200, answer.text
            self.sizes[path.partition("?")[0]] = answer.num_bytes_downloaded
            told: dict[str, Any] = answer.json()
            return told


def main() -> int:
    """Measure and print; a benchmark asserts nothing of speed."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder))
        installation.open_clinic()
        engine = installation.engine()
        clinic = installation.clinic_id(engine)
        with writing(engine, clinic) as session:
            rows = visited_people(clinic, datetime.now(UTC), random.Random(1), PATIENTS)
            session.add_all(row for row in rows if isinstance(row, Patient))
            session.flush()
            session.add_all(row for row in rows if not isinstance(row, Patient))
        with installation.serve() as served:
            admin = signed_in(served.address)
            device = ServedDevice.enrol(served.address, admin, "tablet", "訪問1号")
            with CuttingProxy(int(served.address.rpartition(":")[2]), LINE) as proxy:
                _measure(Tablet(device, proxy), proxy, admin)
    return 0


def _measure(tablet: Tablet, proxy: CuttingProxy, admin: httpx.Client) -> None:
    first_use = {
        "login_name": people.ADMIN.login_name, "password": people.ADMIN.password, "new_pin": people.ADMIN.pin,
    }  # fmt: skip
    staff = tablet.open(first_use)
    whole = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        pack = tablet.first_sync(staff)
        whole.append(time.perf_counter() - began)
    size = tablet.sizes["/api/sync/pack"]
    began = time.perf_counter()
    proxy.cut(Cut("answer", size // 2))
    tablet.ask("POST", "/api/sync/pack", {})
    cut = time.perf_counter() - began
    for patient in pack["patients"][:CHANGED]:
        typed = {"telephone": "03-0000-0099", "base_version": patient["version"]}
        admin.patch(f"/api/patients/{patient['id']}", json=typed).raise_for_status()
    began = time.perf_counter()
    found = tablet.ask("GET", f"/api/sync/changes?cursor={pack['cursor']}")
    changed = time.perf_counter() - began
    assert len(found["patients"]) == CHANGED
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {PATIENTS} patients, 256 kbit/s, 400 ms, 2 % lost")
    print(f"    the server answered with an error {tablet.refused} times")
    spread = f"{min(whole):.1f}–{max(whole):.1f} s, goal 20 s, {size / 1000:.0f} KB on the line"
    line("first sync", statistics.median(whole) * 1000, spread)
    line("pack, cut once at half its way", cut * 1000, "asked for again by itself")
    line(f"{CHANGED} changes", changed * 1000, f"{tablet.sizes['/api/sync/changes'] / 1000:.1f} KB on the line")


if __name__ == "__main__":
    sys.exit(main())
