"""A thief with everything but the key: copied tokens and codes, captured calls, devices from before there were keys.

What the wire and a copy of the files hold is given away here on purpose; the device's private key is not.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, update
from sqlmodel import col, select
from tests import people
from tests.api.server import ADDRESS, DEVICE_CODE, TOKEN_PATH, Server, Somebody, refused, told
from tests.attack.forgery import ME
from tests.device_keys import DeviceKey
from tests.guards.test_routes import routes
from werkzeug.test import TestResponse

from otonai.app import create_app
from otonai.domain.access import Caller
from otonai.store.tables import Device as DeviceRow
from otonai.store.tables import DeviceToken, UsedProof


def knock(server: Server, path: str = ME, method: str = "GET", **headers: str) -> TestResponse:
    """A call with these headers and nothing else."""
    return server.nobody().ask(method, path, None, **headers)


# --- copied tokens ---------------------------------------------------------------------------------------------


def reached(server: Server, somebody: Somebody, credentials: Callable[[Any], dict[str, str]]) -> set[str]:
    """Every route that is not for everybody and lets this caller in."""
    found = set()
    for route in routes(server.app):
        if route.access is None or Caller.PUBLIC in route.access.callers:
            continue
        answer = somebody.ask(route.method, route.path, {}, **credentials(route))
        if answer.status_code != 401:
            found.add(f"{route} {answer.status_code}")
    return found


@pytest.mark.shows("F44", "F41")
@pytest.mark.parametrize("kind", ["tablet", "bridge"])
def test_a_copied_token_as_a_plain_bearer_opens_no_route(server: Server, kind: str) -> None:
    device = server.enrol(kind)
    assert reached(server, server.nobody(), lambda _: {"Authorization": f"Bearer {device.access_token}"}) == set()


@pytest.mark.shows("F41")
def test_the_bridges_credentials_without_its_key_open_no_route_at_all(server: Server) -> None:
    bridge, thief = server.bridge(), DeviceKey()

    def as_thief(route: Any) -> dict[str, str]:
        proof = thief.proof(route.method, f"{ADDRESS}{route.path}", token=bridge.access_token)
        return {"Authorization": f"DPoP {bridge.access_token}", "DPoP": proof}

    assert reached(server, server.nobody(), as_thief) == set()
    form = {"grant_type": "refresh_token", "refresh_token": bridge.refresh_token, "client_id": "otonai-bridge"}
    answer = server.for_tokens(form, thief.proof("POST", f"{ADDRESS}{TOKEN_PATH}"))
    assert told(answer, 400) == {"error": "invalid_dpop_proof", "error_description": "proof_of_other_key"}
    told(bridge.get("/api/bridge/jobs"))
    trail = told(server.admin().get("/api/audit-events"))["items"]
    assert any((e["action"], e["outcome"]) == ("device_refused", "proof_of_other_key") for e in trail)


@pytest.mark.shows("F41", "F42")
def test_a_device_code_that_somebody_read_along_is_good_with_its_own_key_only(server: Server) -> None:
    key, thief = DeviceKey(), DeviceKey()
    grant = told(server.ask_for_code("bridge", key))
    told(server.approve(grant["user_code"]), 201)
    stolen = server.poll("bridge", grant["device_code"], thief, later=9)
    assert told(stolen, 400) == {"error": "invalid_dpop_proof", "error_description": "proof_of_other_key"}
    told(server.poll("bridge", grant["device_code"], key))


# --- captured calls ----------------------------------------------------------------------------------------------


@pytest.mark.shows("F20")
def test_a_captured_call_does_nothing_a_second_time_on_either_database(either_server: Server) -> None:
    server = either_server
    tablet = server.tablet(people.NURSE)
    chart = {"staff_id": tablet.staff_id, "pin": people.NURSE.pin}
    headers = tablet.headers | tablet.credentials("POST", f"{ME}/unlock")
    captured = {"headers": headers, "json": chart}
    assert server.nobody().client.post(f"{ME}/unlock", **captured).status_code == 200
    for _ in range(3):
        answer = server.nobody().client.post(f"{ME}/unlock", **captured)
        assert refused(answer, "proof_refused", 401)["reason"] == "proof_repeated"
    other_body = server.nobody().client.post(f"{ME}/unlock", headers=headers, json=chart | {"pin": "350718"})
    assert refused(other_body, "proof_refused", 401)["reason"] == "proof_repeated"


@pytest.mark.shows("F20")
def test_another_process_knows_the_call_too(server: Server) -> None:
    tablet = server.enrol("tablet")
    headers = tablet.credentials("GET", ME)
    assert server.nobody().client.get(ME, headers=headers).status_code == 200
    second = create_app(server.app.extensions["otonai"].settings, server.engine)
    answer = second.test_client().get(ME, headers=headers)
    assert refused(answer, "proof_refused", 401)["reason"] == "proof_repeated"


@pytest.mark.shows("F20")
def test_of_many_copies_sent_at_once_one_gets_through(either_server: Server) -> None:
    tablet = either_server.enrol("tablet")
    headers = tablet.credentials("GET", ME)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: knock(either_server, **headers).status_code, range(16)))
    assert sorted(statuses) == [200] + [401] * 15


@pytest.mark.shows("F20")
def test_a_captured_renewal_gives_no_second_pair(either_server: Server) -> None:
    server = either_server
    tablet = server.enrol("tablet")
    proof = tablet.key.proof("POST", f"{ADDRESS}{TOKEN_PATH}")
    form = {"grant_type": "refresh_token", "refresh_token": tablet.refresh_token, "client_id": "otonai-tablet"}
    tablet.take(told(server.for_tokens(form, proof)))
    again = server.for_tokens(form, proof)
    assert told(again, 400)["error"] == "use_dpop_nonce"
    told(tablet.get(ME))
    with server.changing() as session:
        assert session.exec(select(func.count()).select_from(DeviceToken)).one() == 2


@pytest.mark.shows("F20")
def test_a_captured_poll_does_not_use_up_the_code_of_the_device(server: Server) -> None:
    key = DeviceKey()
    grant = told(server.ask_for_code("tablet", key))
    proof = key.proof("POST", f"{ADDRESS}{TOKEN_PATH}")
    form = {
        "grant_type": DEVICE_CODE, "device_code": grant["device_code"],
        "client_id": "otonai-tablet",
    }  # fmt: skip
    assert told(server.for_tokens(form, proof), 400)["error"] == "authorization_pending"
    told(server.approve(grant["user_code"]), 201)
    assert told(server.for_tokens(form, proof), 400)["error"] == "slow_down"
    told(server.poll("tablet", grant["device_code"], key, later=3))


def test_a_device_whose_clock_is_off_gets_through_with_the_servers_nonce(server: Server) -> None:
    tablet = server.enrol("tablet")

    def off(**claims: Any) -> TestResponse:
        proof = tablet.key.proof("GET", f"{ADDRESS}{ME}", token=tablet.access_token, later=-86_400 * 365, **claims)
        return knock(server, Authorization=f"DPoP {tablet.access_token}", DPoP=proof)

    challenged = off()
    assert refused(challenged, "proof_refused", 401)["reason"] == "proof_not_now"
    assert 'error="use_dpop_nonce"' in challenged.headers["WWW-Authenticate"]
    nonce = challenged.headers["DPoP-Nonce"]
    told(off(nonce=nonce))
    told(off(nonce=nonce))
    trail = [e["action"] for e in told(server.admin().get("/api/audit-events"))["items"]]
    assert "device_refused" not in trail, "a clock that is off is no sign of a thief"


# --- devices from before there were keys -----------------------------------------------------------------------------


@pytest.mark.shows("F22")
@pytest.mark.parametrize("kind", ["tablet", "bridge"])
def test_a_device_from_before_there_were_keys_is_asked_to_enrol_again(server: Server, kind: str) -> None:
    device = server.enrol(kind)
    with server.changing() as session:
        session.execute(update(DeviceRow).where(col(DeviceRow.id) == device.id).values(key_thumbprint=None))
    path = ME if kind == "tablet" else "/api/bridge/jobs"
    refused(knock(server, path, Authorization=f"Bearer {device.access_token}"), "enrol_again", 401)
    refused(device.get(path), "enrol_again", 401)
    form = {"grant_type": "refresh_token", "refresh_token": device.refresh_token, "client_id": f"otonai-{kind}"}
    assert told(server.for_tokens(form, None), 400) == {"error": "invalid_grant", "error_description": "enrol_again"}
    admin = server.admin()
    (listed,) = told(admin.get("/api/devices"))["items"]
    assert (listed["state"], listed["enrol_again"]) == ("active", True)
    told(admin.post(f"/api/devices/{device.id}/stop", {"typed_name": device.name}))
    refused(device.get(path), "device_stopped", 403)


def test_what_was_used_is_kept_without_any_word_of_it(server: Server) -> None:
    tablet = server.enrol("tablet")
    told(tablet.get(ME))
    with server.changing() as session:
        (used,) = session.exec(select(UsedProof))
    assert used.device_id == tablet.id
    assert tablet.access_token not in repr(used)
