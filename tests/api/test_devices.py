"""Tablets and the bridge: taken in by the office, opened by a person's own PIN, stopped at once when lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from tests import people
from tests.api.server import Device, Server, login_of, refused, told

from otonai.domain.access import IDLE_LIMIT
from otonai.store.tables import DeviceGrant, DeviceToken, TabletPerson, Unlock

# --- taking a device in ------------------------------------------------------------------------------------


def test_a_tablet_waits_for_the_office_and_gets_its_tokens_once(server: Server) -> None:
    asked = server.nobody().client.post("/api/oauth/device", data={"client_id": "otonai-tablet", "device_name": "1号"})
    grant = told(asked)
    assert grant["verification_uri_complete"].endswith(f"/office/devices?code={grant['user_code']}")
    assert told(server.poll("tablet", grant["device_code"]), 400)["error"] == "authorization_pending"
    admin = server.admin()
    assert told(admin.get(f"/api/devices/grants/{grant['user_code']}"))["name"] == "1号"
    told(admin.post(f"/api/devices/grants/{grant['user_code']}/approve", {"name": "訪問1号"}), 201)
    _let_time_pass(server)
    assert told(server.poll("tablet", grant["device_code"]))["token_type"] == "Bearer"
    assert told(server.poll("tablet", grant["device_code"]), 400)["error"] == "expired_token"
    assert [d["name"] for d in told(admin.get("/api/devices"))["items"]] == ["訪問1号"]


def test_a_device_that_asks_too_often_is_told_to_slow_down(server: Server) -> None:
    grant = told(server.nobody().client.post("/api/oauth/device", data={"client_id": "otonai-bridge"}))
    assert told(server.poll("bridge", grant["device_code"]), 400)["error"] == "authorization_pending"
    assert told(server.poll("bridge", grant["device_code"]), 400)["error"] == "slow_down"


@pytest.mark.parametrize("form", [{}, {"client_id": "somebody-else"}, {"client_id": "otonai-tablet' OR 1=1"}])
def test_only_our_two_programs_can_ask(server: Server, form: dict[str, str]) -> None:
    answer = server.nobody().client.post("/api/oauth/device", data=form)
    assert answer.status_code in (400, 401)
    assert answer.get_json()["error"] == "invalid_client"


def test_an_invented_or_an_old_code_is_known_to_nobody(server: Server) -> None:
    admin = server.admin()
    refused(admin.get("/api/devices/grants/XXXX-XXXX"), "grant_not_found", 404)
    grant = told(server.nobody().client.post("/api/oauth/device", data={"client_id": "otonai-tablet"}))
    with server.changing() as session:
        session.execute(update(DeviceGrant).values(expires_at=datetime.now(UTC)))
    refused(admin.get(f"/api/devices/grants/{grant['user_code']}"), "grant_not_found", 404)
    assert told(server.poll("tablet", grant["device_code"]), 400)["error"] == "expired_token"


def test_the_office_may_take_devices_in_and_nurses_may_not(server: Server) -> None:
    assert server.enrol("tablet", by=server.hire(people.OFFICE))
    grant = told(server.nobody().client.post("/api/oauth/device", data={"client_id": "otonai-tablet"}))
    nurse = server.hire(people.NURSE)
    refused(nurse.post(f"/api/devices/grants/{grant['user_code']}/approve", {}), "role_not_allowed", 403)


# --- tokens ------------------------------------------------------------------------------------------------


@pytest.mark.shows("F22")
def test_an_access_token_that_ran_out_is_renewed_without_a_person(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    with server.changing() as session:
        session.execute(update(DeviceToken).values(access_expires_at=datetime.now(UTC)))
    refused(tablet.get("/api/devices/me"), "token_expired", 401)
    pair = told(server.refresh(tablet))
    tablet.headers["Authorization"] = f"Bearer {pair['access_token']}"
    told(tablet.get("/api/devices/me"))
    told(tablet.get("/api/visits"))  # still open for the doctor


@pytest.mark.shows("F44")
def test_a_refresh_token_that_is_used_again_after_its_successor_ends_both_copies(server: Server) -> None:
    tablet = server.enrol("tablet")
    stolen = tablet.refresh_token
    pair = told(server.refresh(tablet))
    tablet.headers["Authorization"] = f"Bearer {pair['access_token']}"
    told(server.refresh(tablet, token=pair["refresh_token"]))
    assert told(server.refresh(tablet, token=stolen), 400)["error"] == "invalid_grant"
    refused(tablet.get("/api/devices/me"), "token_expired", 401)
    assert told(server.refresh(tablet, token=pair["refresh_token"]), 400)["error"] == "invalid_grant"
    actions = [(e["action"], e["outcome"]) for e in told(server.admin().get("/api/audit-events"))["items"]]
    assert ("tokens_revoked", "refresh_token_reused") in actions


@pytest.mark.shows("F44")
def test_a_token_works_for_its_own_kind_of_device_only(server: Server) -> None:
    tablet = server.enrol("tablet")
    assert told(server.refresh(tablet, "bridge"), 400)["error"] == "invalid_grant"
    refused(tablet.get("/api/bridge/jobs"), "role_not_allowed", 403)
    told(server.refresh(tablet))


def test_a_device_can_leave_by_itself(server: Server) -> None:
    bridge = server.bridge()
    form = {"token": bridge.refresh_token, "client_id": "otonai-bridge"}
    told(server.nobody().client.post("/api/oauth/revoke", data=form))
    refused(bridge.get("/api/bridge/jobs"), "token_expired", 401)
    assert told(server.refresh(bridge, "bridge"), 400)["error"] == "invalid_grant"


# --- a person's own PIN ------------------------------------------------------------------------------------


@pytest.mark.shows("S-031")
@pytest.mark.parametrize(
    "pin", ["0000", "000000", "123456", "654321", "121212", "19370303", "370303", "29478", "abcdef"]
)
def test_no_pin_exists_before_a_person_chooses_one_that_is_not_easy(server: Server, pin: str) -> None:
    server.add(people.DOCTOR)
    tablet = server.enrol("tablet")
    assert told(tablet.get("/api/devices/me"))["people"] == []
    first = {"login_name": login_of(people.DOCTOR), "password": people.DOCTOR.password, "new_pin": pin}
    refused(tablet.post("/api/devices/me/unlock", first), "pin_weak", 422)
    assert told(tablet.get("/api/devices/me"))["people"] == []


@pytest.mark.shows("S-031")
def test_a_tablet_opens_by_the_pin_that_its_person_chose(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    told(tablet.delete("/api/devices/me/unlock"), 204)
    refused(tablet.get("/api/visits"), "locked", 401)
    opened = told(tablet.post("/api/devices/me/unlock", {"staff_id": tablet.staff_id, "pin": people.DOCTOR.pin}))
    assert opened["staff"]["role"] == "doctor"
    tablet.headers["Otonai-Unlock"] = opened["unlock_token"]
    told(tablet.get("/api/visits"))


@pytest.mark.shows("S-163")
def test_each_persons_pin_opens_for_that_person_alone(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    server.add(people.NURSE)
    server.open(tablet, people.NURSE)
    assert [p["name"] for p in told(tablet.get("/api/devices/me"))["people"]] == sorted(
        [people.DOCTOR.name, people.NURSE.name]
    )
    crossed = {"staff_id": tablet.staff_id, "pin": people.DOCTOR.pin}
    refused(tablet.post("/api/devices/me/unlock", crossed), "pin_wrong", 401)


def test_somebody_of_another_clinic_cannot_open_it(server: Server) -> None:
    tablet = server.enrol("tablet")
    first = {"login_name": "hinata-admin", "password": people.ADMIN.password, "new_pin": people.ADMIN.pin}
    refused(tablet.post("/api/devices/me/unlock", first), "sign_in_failed", 401)
    assert told(tablet.get("/api/devices/me"))["people"] == []


@pytest.mark.shows("F39")
def test_five_wrong_pins_lock_and_ten_stop_the_tablet_for_good(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    wrong = {"staff_id": tablet.staff_id, "pin": "350718"}
    right = {"staff_id": tablet.staff_id, "pin": people.DOCTOR.pin}
    left = [refused(tablet.post("/api/devices/me/unlock", wrong), "pin_wrong", 401)["remaining"] for _ in range(4)]
    assert left == [4, 3, 2, 1]
    refused(tablet.post("/api/devices/me/unlock", wrong), "pin_locked", 423)
    locked = refused(tablet.post("/api/devices/me/unlock", right), "pin_locked", 423)
    assert datetime.fromisoformat(locked["until"]) > datetime.now(UTC) + timedelta(minutes=29)
    with server.changing() as session:
        session.execute(update(TabletPerson).values(locked_until=datetime.now(UTC)))
    for _ in range(4):
        refused(tablet.post("/api/devices/me/unlock", wrong), "pin_wrong", 401)
    refused(tablet.post("/api/devices/me/unlock", wrong), "device_stopped", 403)
    refused(tablet.post("/api/devices/me/unlock", right), "device_stopped", 403)
    refused(tablet.get("/api/devices/me"), "device_stopped", 403)
    assert told(server.refresh(tablet), 400)["error"] == "invalid_grant"


@pytest.mark.shows("F53")
def test_guessing_on_one_tablet_leaves_the_persons_other_doors_open(server: Server) -> None:
    stolen = server.tablet(people.DOCTOR)
    own = server.open(server.enrol("tablet", name="訪問2号"), people.DOCTOR)
    for _ in range(5):
        stolen.post("/api/devices/me/unlock", {"staff_id": stolen.staff_id, "pin": "350718"})
    told(own.post("/api/devices/me/unlock", {"staff_id": own.staff_id, "pin": people.DOCTOR.pin}))
    server.sign_in(login_of(people.DOCTOR), people.DOCTOR.password)


def test_a_tablet_laid_aside_for_thirty_minutes_is_locked(server: Server) -> None:
    tablet = server.tablet(people.NURSE)
    with server.changing() as session:
        session.execute(update(Unlock).values(last_used_at=datetime.now(UTC) - IDLE_LIMIT))
    refused(tablet.get("/api/visits"), "locked", 401)


def test_an_unlock_of_one_tablet_opens_no_other(server: Server) -> None:
    mine = server.tablet(people.NURSE)
    other = server.enrol("tablet", name="訪問2号")
    other.headers["Otonai-Unlock"] = mine.headers["Otonai-Unlock"]
    refused(other.get("/api/visits"), "locked", 401)


# --- the lost tablet ---------------------------------------------------------------------------------------


@pytest.mark.shows("F41")
@pytest.mark.parametrize("kind", ["tablet", "bridge"])
def test_a_stopped_device_is_out_with_its_next_request(server: Server, kind: str) -> None:
    device = server.enrol(kind, name="なくした端末")
    admin = server.admin()
    refused(admin.post(f"/api/devices/{device.id}/stop", {"typed_name": "別の端末"}), "name_mismatch", 422)
    stopped = told(admin.post(f"/api/devices/{device.id}/stop", {"typed_name": "なくした端末"}))
    assert stopped["state"] == "stopped"
    path = "/api/devices/me" if kind == "tablet" else "/api/bridge/jobs"
    refused(device.get(path), "device_stopped", 403)
    assert told(server.refresh(device, kind), 400)["error"] == "invalid_grant"


def test_a_locked_tablet_shows_counts_and_no_patient(server: Server) -> None:
    tablet: Device = server.enrol("tablet")
    me = told(tablet.get("/api/devices/me"))
    assert me["today"] == {"visits": 0, "to_do": 0}
    assert "patients" not in str(me)
    assert me["box_key"]["suite"] == "P256-HKDF-SHA256-AES256GCM"


def test_the_database_keeps_tokens_and_secrets_only_as_hashes(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    secrets = [
        tablet.headers["Authorization"].removeprefix("Bearer "), tablet.headers["Otonai-Unlock"],
        tablet.refresh_token, people.DOCTOR.pin, people.DOCTOR.password,
    ]  # fmt: skip
    with server.changing() as session:
        kept = repr([session.exec(select(t)).all() for t in (DeviceToken, Unlock, TabletPerson, DeviceGrant)])
    assert not [s for s in secrets if s in kept]


def _let_time_pass(server: Server) -> None:
    with server.changing() as session:
        session.execute(
            update(DeviceGrant)
            .where(col(DeviceGrant.last_polled_at).is_not(None))
            .values(last_polled_at=datetime.now(UTC) - timedelta(seconds=30))
        )
