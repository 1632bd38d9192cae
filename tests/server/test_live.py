"""The live channel of a served installation: it rings soon after a change, for ticket holders, and tells no more."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import OctKey
from sqlmodel import col, update
from tests.device_keys import DeviceKey
from tests.server.devices import ServedDevice
from tests.server.installation import Installation, Served, chart, signed_in, wait_until

from otonai.store.session import writing
from otonai.store.tables import DeviceToken
from otonai.tickets import check, issue


@pytest.fixture
def admin(served: Served) -> Iterator[httpx.Client]:
    """仮名 健."""
    client = signed_in(served.address)
    yield client
    client.close()


class Bell:
    """Everything that one open stream says, with the instant of its arrival."""

    def __init__(self) -> None:
        self.rings: list[tuple[float, dict[str, Any]]] = []
        self._news = threading.Condition()
        self.ended = threading.Event()

    def ring(self, line: str) -> None:
        """One line came."""
        if line.startswith("data:"):
            with self._news:
                self.rings.append((time.monotonic(), json.loads(line.removeprefix("data:"))))
                self._news.notify_all()

    def wait_for(self, count: int, seconds: float = 5.0) -> None:
        """Until so many have come."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.rings) >= count, seconds), f"{len(self.rings)} of {count}"


@contextmanager
def listening(ticket: dict[str, str], headers: dict[str, str] | None = None) -> Iterator[Bell]:
    """An open stream, which has said its first word."""
    bell = Bell()
    shown = headers or _bearer(ticket["ticket"])
    with httpx.stream("GET", ticket["url"], headers=shown, timeout=30) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")

        def read() -> None:
            try:
                for line in stream.iter_lines():
                    bell.ring(line)
            except (httpx.HTTPError, httpx.StreamError):
                pass  # the block below ended and closed it
            bell.ended.set()

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        bell.wait_for(1)
        yield bell


def test_a_change_rings_within_half_a_second_and_says_a_number_only(served: Served, admin: httpx.Client) -> None:
    ticket = admin.post("/api/live/ticket").json()
    assert ticket["url"] == f"{served.live_address}/live/clinic"
    with listening(ticket) as bell:
        delays = []
        for number in range(3):
            count = len(bell.rings)
            assert admin.post("/api/patients", json=chart(name=f"資格　鐘{number}")).status_code == 201
            committed = time.monotonic()
            bell.wait_for(count + 1)
            delays.append(bell.rings[count][0] - committed)
        assert sorted(delays)[1] < 0.5, delays
        assert all(set(told) == {"sequence"} and isinstance(told["sequence"], int) for _, told in bell.rings)


def test_nothing_rings_while_nothing_changes(admin: httpx.Client) -> None:
    # The clinic's first 情報申請 of the day goes out by itself; that is a change, so let it be over.
    wait_until(lambda: admin.get("/api/home-visit/status").json()["last_requested_at"] is not None, 20.0)
    with listening(admin.post("/api/live/ticket").json()) as bell:
        admin.get("/api/patients")  # a look writes to the audit trail, and is no news for anybody
        time.sleep(0.5)
        assert len(bell.rings) == 1


def test_the_stream_ends_with_its_ticket(served: Served, installation: Installation) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    ticket = issue(_secret(installation), uuid4(), "clinic", soon)
    began = time.monotonic()
    with httpx.stream("GET", f"{served.live_address}/live/clinic", headers=_bearer(ticket), timeout=10) as stream:
        assert stream.status_code == 200
        assert [line for line in stream.iter_lines() if line.startswith("data:")] == ['data: {"sequence": 0}']
    assert time.monotonic() - began < 5


@pytest.mark.shows("F44")
@pytest.mark.parametrize("path", ["clinic", "bridge"])
def test_no_forged_old_or_borrowed_ticket_opens_a_stream(
    served: Served, installation: Installation, admin: httpx.Client, path: str
) -> None:
    secret, later = _secret(installation), datetime.now(UTC) + timedelta(minutes=5)
    clinic = UUID(admin.get("/api/session").json()["clinic"]["id"])
    good = issue(secret, clinic, path, later)
    assert check(secret, good, path, datetime.now(UTC)) is not None
    header, claims, signature = good.split(".")

    def signed(head: dict[str, str], **said: Any) -> str:
        right = {
            "iss": "otonai-web", "aud": "otonai-live", "clinic": str(clinic), "topic": path,
            "exp": int(later.timestamp()),
        }  # fmt: skip
        key, told_head = OctKey.import_key(secret), {"alg": "HS256", "typ": "otonai-ticket+jwt"} | head
        registry = jws.JWSRegistry(algorithms=[told_head["alg"]], strict_check_header=False)
        return jws.serialize_compact(
            told_head, json.dumps(right | said), key, algorithms=[told_head["alg"]], registry=registry
        )

    assert check(secret, signed({}), path, datetime.now(UTC)) is not None
    wrong = [
        signed({"alg": "HS512"}), signed({"typ": "JWT"}), signed({"typ": "dpop+jwt"}), signed({"kid": "../../x"}),
        signed({"jku": "https://evil.example"}), signed({"x5u": "https://evil.example"}), signed({"zip": "DEF"}),
        signed({}, iss="somebody"), signed({}, aud="otonai"), signed({}, topic=["clinic", "bridge"]),
        signed({}, clinic="everybody"), signed({}, exp="later"), signed({}, exp=None), signed({}, exp=10**20),
        signed({}, sub=str(uuid4())), signed({}, sub="x", cnf={"jkt": "x"}), signed({}, sub=str(uuid4()), cnf="x"),
        "x", "a.b.c", f"{header}.{claims}.", f"{header}.{claims}.{signature[::-1]}",
        f"eyJhbGciOiJub25lIn0.{claims}.",
        issue(bytes(32), clinic, path, later),
        issue(secret, clinic, path, datetime.now(UTC) - timedelta(seconds=1)),
        issue(secret, clinic, "bridge" if path == "clinic" else "clinic", later),
    ]  # fmt: skip
    for ticket in wrong:
        answer = httpx.get(f"{served.live_address}/live/{path}", headers=_bearer(ticket), timeout=5)
        assert answer.status_code == 401, ticket
        assert answer.headers["content-type"] == "application/problem+json"
    assert httpx.get(f"{served.live_address}/live/{path}", timeout=5).status_code == 401
    assert httpx.get(f"{served.live_address}/live/{path}?ticket={good}", timeout=5).status_code == 401


@pytest.fixture
def tablet(served: Served, admin: httpx.Client) -> ServedDevice:
    """A tablet of みなも."""
    return ServedDevice.enrol(served.address, admin, "tablet", "訪問1号")


@pytest.mark.shows("F20", "F44")
def test_a_devices_ticket_is_good_with_the_devices_own_fresh_proof_only(tablet: ServedDevice) -> None:
    given = tablet.ask("POST", "/api/live/ticket").json()
    url, ticket, thief = given["url"], given["ticket"], DeviceKey()
    good = tablet.key.proof("GET", url, token=ticket)

    def opens(authorization: str, *proofs: str) -> int:
        headers = [("Authorization", authorization), *(("DPoP", proof) for proof in proofs)]
        with httpx.stream("GET", url, headers=headers, timeout=5) as stream:
            return stream.status_code

    assert opens(f"Bearer {ticket}") == 401
    assert opens(f"Bearer {ticket}", good) == 401
    assert opens(f"DPoP {ticket}") == 401
    assert opens(f"DPoP {ticket}", good, tablet.key.proof("GET", url, token=ticket)) == 401
    assert opens(f"DPoP {ticket}", thief.proof("GET", url, token=ticket)) == 401
    assert opens(f"DPoP {ticket}", tablet.key.proof("POST", url, token=ticket)) == 401
    assert opens(f"DPoP {ticket}", tablet.key.proof("GET", url.replace("/clinic", "/bridge"), token=ticket)) == 401
    assert opens(f"DPoP {ticket}", tablet.key.proof("GET", url, token="another")) == 401
    assert opens(f"DPoP {ticket}", tablet.key.proof("GET", url, token=ticket, later=-120)) == 401
    assert opens(f"DPoP {ticket}", good) == 200
    assert opens(f"DPoP {ticket}", good) == 401, "the same call, captured and sent again"
    assert opens(f"DPoP {ticket}", tablet.key.proof("GET", url, token=ticket)) == 200


@pytest.mark.shows("F41", "F23")
@pytest.mark.parametrize("kind", ["tablet", "bridge"])
def test_the_stream_of_a_device_that_is_stopped_ends_within_a_second(
    served: Served, admin: httpx.Client, tablet: ServedDevice, kind: str
) -> None:
    device = ServedDevice.enrol(served.address, admin, kind, "なくした端末")
    if kind == "bridge":
        given = device.ask("GET", "/api/bridge/jobs").json()["live"]
    else:
        given = device.ask("POST", "/api/live/ticket").json()
    others = tablet.ask("POST", "/api/live/ticket").json()
    with listening(given, device.shown(given)) as bell, listening(others, tablet.shown(others)) as other:
        stopped = admin.post(f"/api/devices/{device.id}/stop", json={"typed_name": "なくした端末"})
        assert stopped.status_code == 200
        began = time.monotonic()
        assert bell.ended.wait(5)
        assert time.monotonic() - began < 1
        assert not other.ended.is_set()
    again = httpx.get(given["url"], headers=device.shown(given), timeout=5)
    assert (again.status_code, again.json()["code"]) == (403, "device_stopped")
    path = "/api/bridge/jobs" if kind == "bridge" else "/api/devices/me"
    assert device.ask("GET", path).json()["code"] == "device_stopped"


@pytest.mark.shows("F41")
def test_a_copied_family_of_tokens_loses_its_stream_too(
    served: Served, admin: httpx.Client, installation: Installation
) -> None:
    tablet = ServedDevice.enrol(served.address, admin, "tablet", "訪問3号")
    given, copied = tablet.ask("POST", "/api/live/ticket").json(), tablet.refresh_token
    with listening(given, tablet.shown(given)) as bell:
        tablet.refresh()
        assert tablet.ask("GET", "/api/devices/me").status_code == 200
        assert not bell.ended.is_set()
        # So soon after its own renewal it may be a request that the network kept; later it is a copy.
        assert tablet.tokens({"grant_type": "refresh_token", "refresh_token": copied}).status_code == 400
        assert not bell.ended.wait(0.3)
        clinic = UUID(admin.get("/api/session").json()["clinic"]["id"])
        with writing(installation.engine(), clinic) as session:
            mine = (col(DeviceToken.device_id) == UUID(tablet.id), col(DeviceToken.spent_at).is_not(None))
            session.execute(update(DeviceToken).where(*mine).values(spent_at=datetime.now(UTC) - timedelta(minutes=3)))
        assert tablet.tokens({"grant_type": "refresh_token", "refresh_token": copied}).status_code == 400
        assert bell.ended.wait(1)


@pytest.mark.shows("F45")
def test_only_pages_of_our_own_address_may_listen(served: Served, admin: httpx.Client) -> None:
    ticket = admin.post("/api/live/ticket").json()
    for origin in (served.address, "https://evil.example", "null"):
        asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
        preflight = httpx.options(ticket["url"], headers=asked, timeout=5)
        assert preflight.headers["access-control-allow-origin"] == served.address
        assert "access-control-allow-credentials" not in preflight.headers
    with httpx.stream(
        "GET", ticket["url"], headers=_bearer(ticket["ticket"]) | {"Origin": "https://evil.example"}, timeout=5
    ) as stream:
        assert stream.headers["access-control-allow-origin"] == served.address


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/live", 404),
        ("GET", "/live/../api/health", 404),
        ("POST", "/live/clinic", 405),
        ("PUT", "/live/bridge", 405),
    ],
)
def test_there_is_nothing_else_behind_that_port(served: Served, method: str, path: str, status: int) -> None:
    answer = httpx.request(method, f"{served.live_address}{path}", timeout=5)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def _bearer(ticket: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {ticket}"}


def _secret(installation: Installation) -> bytes:
    return bytes.fromhex(installation.key_file.with_name("ticket.secret").read_text(encoding="ascii"))
