"""The tablet's lock and its end: a PIN checked at the server, the day's shares, and how fast a lost tablet is noise.

`python3 run.py bench bag`. One served installation, real HTTP, argon2id at the product's cost. *Unlock* is the answer
to a right PIN; *keys* adds the day's shares, after which the tablet opens its pages. *Stopped* runs from the office's
press until the server has deleted the shares and refuses the tablet. Goal: stopped within a second.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from sqlmodel import col, func, select
from tests import people
from tests.bench.medical import line
from tests.server.devices import ServedDevice
from tests.server.installation import Installation, signed_in

from otonai.store.session import reading
from otonai.store.tables import DayShare

TABLETS, UNLOCKS = 12, 60


def main() -> int:
    """Measure and print; a benchmark asserts nothing."""
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder))
        installation.open_clinic()
        with installation.serve() as served, httpx.Client(timeout=20) as client:
            admin = signed_in(served.address)
            tablets = [
                ServedDevice.enrol(served.address, admin, "tablet", f"訪問{number}号") for number in range(TABLETS)
            ]
            staff = [_first_use(client, tablet) for tablet in tablets]
            opened, keyed = [], []
            for number in range(UNLOCKS):
                tablet = tablets[number % TABLETS]
                began = time.perf_counter()
                answer = _call(
                    client, tablet, "/api/devices/me/unlock", {"staff_id": staff[0], "pin": people.ADMIN.pin}
                )
                opened.append(time.perf_counter() - began)
                token = answer.json()["unlock_token"]
                _call(client, tablet, "/api/devices/me/day-shares", {}, unlock=token).raise_for_status()
                keyed.append(time.perf_counter() - began)
            stopped = [_stop(installation, admin, client, tablet) for tablet in tablets]
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {UNLOCKS} unlocks, {TABLETS} tablets stopped")
    for name, took in (("unlock by PIN", opened), ("with the day's shares", keyed), ("stopped for good", stopped)):
        ordered = sorted(took)
        slow = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        line(name, statistics.median(took) * 1000, f"p95 {slow * 1000:.0f} ms")
    return 0


def _first_use(client: httpx.Client, tablet: ServedDevice) -> str:
    body = {
        "login_name": people.ADMIN.login_name,
        "password": people.ADMIN.password,
        "new_pin": people.ADMIN.pin,
    }
    answer = _call(client, tablet, "/api/devices/me/unlock", body)
    answer.raise_for_status()
    return str(answer.json()["staff"]["id"])


def _stop(installation: Installation, admin: httpx.Client, client: httpx.Client, tablet: ServedDevice) -> float:
    name = next(d["name"] for d in admin.get("/api/devices").json()["items"] if d["id"] == tablet.id)
    engine = installation.engine()
    living = select(func.count()).where(col(DayShare.secret).is_not(None), col(DayShare.device_id) == UUID(tablet.id))
    began = time.perf_counter()
    admin.post(
        f"/api/devices/{tablet.id}/stop",
        json={"typed_name": name, "because": "lost"},
        headers={"Sec-Fetch-Site": "same-origin"},
    ).raise_for_status()
    refused = _call(client, tablet, "/api/devices/me", None, method="GET")
    with reading(engine, installation.clinic_id(engine)) as session:
        left = session.exec(living).one()
    took = time.perf_counter() - began
    if refused.status_code != 403 or left:
        raise RuntimeError(f"still there: {refused.status_code}, {left} shares")
    return took


def _call(
    client: httpx.Client, tablet: ServedDevice, path: str, body: Any, *, unlock: str = "", method: str = "POST"
) -> httpx.Response:
    url = f"{tablet.address}{path}"
    headers = {
        "Authorization": f"DPoP {tablet.access_token}",
        "DPoP": tablet.key.proof(method, url, token=tablet.access_token),
        "Otonai-Unlock": unlock,
    }
    return client.request(method, url, json=body, headers=headers)


if __name__ == "__main__":
    sys.exit(main())
