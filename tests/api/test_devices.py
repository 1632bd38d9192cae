"""Tablets and the bridge: taken in by the office, opened by a person's own PIN, stopped at once when lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select
from tests import people
from tests.api.server import ADDRESS, Device, Server, Somebody, login_of, refused, sealed, told
from tests.api.test_ledger import typed
from tests.device_keys import DeviceKey

from otonai.domain.access import IDLE_LIMIT
from otonai.store.tables import DeviceGrant, DeviceToken, TabletPerson, Unlock

# --- taking a device in ------------------------------------------------------------------------------------


def test_a_tablet_waits_for_the_office_and_gets_its_tokens_once(server: Server) -> None:
    key = DeviceKey()
    grant = told(server.ask_for_code("tablet", key, "1号"))
    assert grant["verification_uri_complete"].endswith(f"/office/devices?code={grant['user_code']}")
    assert grant["qr_svg"].startswith("<")
    assert told(server.poll("tablet", grant["device_code"], key), 400)["error"] == "authorization_pending"
    admin = server.admin()
    shown = told(admin.get(f"/api/devices/grants/{grant['user_code']}"))
    assert (shown["name"], shown["kind"], shown["user_code"]) == ("1号", "tablet", grant["user_code"])
    told(server.approve(grant["user_code"], name="訪問1号", by=admin), 201)
    _let_time_pass(server)
    assert told(server.poll("tablet", grant["device_code"], key, later=5))["token_type"] == "DPoP"
    assert told(server.poll("tablet", grant["device_code"], key, later=9), 400)["error"] == "expired_token"
    assert [d["name"] for d in told(admin.get("/api/devices"))["items"]] == ["訪問1号"]


def test_a_device_that_asks_too_often_is_told_to_slow_down(server: Server) -> None:
    key = DeviceKey()
    grant = told(server.ask_for_code("bridge", key))
    assert told(server.poll("bridge", grant["device_code"], key), 400)["error"] == "authorization_pending"
    assert told(server.poll("bridge", grant["device_code"], key, later=1), 400)["error"] == "slow_down"


@pytest.mark.parametrize("form", [{}, {"client_id": "somebody-else"}, {"client_id": "otonai-tablet' OR 1=1"}])
def test_only_our_two_programs_can_ask(server: Server, form: dict[str, str]) -> None:
    answer = server.nobody().client.post("/api/oauth/device", data=form | {"dpop_jkt": DeviceKey().thumbprint})
    assert answer.status_code in (400, 401)
    assert answer.get_json()["error"] == "invalid_client"


@pytest.mark.shows("F44")
@pytest.mark.parametrize("thumbprint", [None, "", "short", "x" * 44, "é" * 43, "a" * 42 + "="])
def test_a_device_without_a_key_of_its_own_gets_no_code(server: Server, thumbprint: str | None) -> None:
    form = {"client_id": "otonai-tablet"} | ({} if thumbprint is None else {"dpop_jkt": thumbprint})
    answer = server.nobody().client.post("/api/oauth/device", data=form)
    assert told(answer, 400)["error"] == "invalid_request"


def test_a_very_long_name_is_cut_and_an_empty_one_says_what_it_is(server: Server) -> None:
    admin = server.admin()
    for told_name, kept in (("訪" * 500, "訪" * 60), ("\u0000\u200b \n", "タブレット"), (" 訪問\t1号 ", "訪問1号")):
        code = told(server.ask_for_code("tablet", name=told_name))["user_code"]
        assert told(admin.get(f"/api/devices/grants/{code}"))["name"] == kept


def test_an_invented_or_an_old_code_is_known_to_nobody(server: Server) -> None:
    admin, key = server.admin(), DeviceKey()
    refused(admin.get("/api/devices/grants/XXXX-XXXX"), "grant_not_found", 404)
    grant = told(server.ask_for_code("tablet", key))
    with server.changing() as session:
        session.execute(update(DeviceGrant).values(expires_at=datetime.now(UTC)))
    refused(admin.get(f"/api/devices/grants/{grant['user_code']}"), "grant_not_found", 404)
    assert told(server.poll("tablet", grant["device_code"], key), 400)["error"] == "expired_token"


def test_codes_of_yesterday_are_forgotten_when_somebody_asks_for_a_new_one(server: Server) -> None:
    for _ in range(3):
        told(server.ask_for_code("tablet"))
    with server.changing() as session:
        session.execute(update(DeviceGrant).values(expires_at=datetime.now(UTC) - timedelta(days=2)))
    told(server.ask_for_code("tablet"))
    with server.changing() as session:
        assert len(session.exec(select(DeviceGrant)).all()) == 1


def test_the_office_may_take_devices_in_and_nurses_may_not(server: Server) -> None:
    assert server.enrol("tablet", by=server.hire(people.OFFICE))
    grant = told(server.ask_for_code("tablet"))
    nurse = server.hire(people.NURSE)
    refused(server.approve(grant["user_code"], by=nurse), "role_not_allowed", 403)


@pytest.mark.shows("S-187")
def test_the_office_says_whose_tablet_it_is_and_a_private_one_keeps_no_medical_information(server: Server) -> None:
    admin = server.admin()
    told(admin.patch("/api/settings", {"carry_medical": True, "carrying_accepted": True}))
    carries = {}
    for ownership in ("clinic", "byod"):
        key = DeviceKey()
        grant = told(server.ask_for_code("tablet", key))
        refused(admin.post(f"/api/devices/grants/{grant['user_code']}/approve", {}), "invalid_input", 422)
        assert told(server.approve(grant["user_code"], ownership=ownership), 201)["ownership"] == ownership
        tablet = Device(server.app.test_client(), key=key)
        tablet.take(told(server.poll("tablet", grant["device_code"], key)))
        carries[ownership] = told(tablet.get("/api/devices/me"))["medical_offline"]
    assert carries == {"clinic": True, "byod": False}


# --- tokens ------------------------------------------------------------------------------------------------


@pytest.mark.shows("F22")
def test_an_access_token_that_ran_out_is_renewed_without_a_person(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    with server.changing() as session:
        session.execute(update(DeviceToken).values(access_expires_at=datetime.now(UTC)))
    refused(tablet.get("/api/devices/me"), "token_expired", 401)
    tablet.take(told(server.refresh(tablet)))
    told(tablet.get("/api/devices/me"))
    told(tablet.get("/api/visits"))  # still open for the doctor


@pytest.mark.shows("F44")
def test_a_refresh_token_that_is_used_again_after_its_successor_ends_both_copies(server: Server) -> None:
    tablet = server.enrol("tablet")
    copied = tablet.refresh_token
    tablet.take(told(server.refresh(tablet)))
    told(tablet.get("/api/devices/me"))
    assert told(server.refresh(tablet, token=copied), 400)["error"] == "invalid_grant"
    told(tablet.get("/api/devices/me"))  # so soon after, it may be the device's own request, kept by the network
    with server.changing() as session:
        while_ago = datetime.now(UTC) - timedelta(minutes=2)
        session.execute(update(DeviceToken).where(col(DeviceToken.spent_at).is_not(None)).values(spent_at=while_ago))
    assert told(server.refresh(tablet, token=copied), 400)["error"] == "invalid_grant"
    refused(tablet.get("/api/devices/me"), "token_expired", 401)
    assert told(server.refresh(tablet), 400)["error"] == "invalid_grant"
    assert ("tokens_revoked", "refresh_token_reused") in _trail(server)


@pytest.mark.shows("F22", "F19")
def test_a_tablet_that_never_got_the_answer_may_ask_again_however_late(server: Server) -> None:
    tablet = server.enrol("tablet")
    for _ in range(3):
        lost = told(server.refresh(tablet))
    with server.changing() as session:
        long_ago, spent = datetime.now(UTC) - timedelta(days=20), col(DeviceToken.spent_at).is_not(None)
        session.execute(update(DeviceToken).where(spent).values(spent_at=long_ago))
    tablet.take(told(server.refresh(tablet)))
    told(tablet.get("/api/devices/me"))
    assert told(server.refresh(tablet, token=lost["refresh_token"]), 400)["error"] == "invalid_grant"


@pytest.mark.shows("F44")
def test_a_token_works_for_its_own_kind_of_device_only(server: Server) -> None:
    tablet = server.enrol("tablet")
    assert told(server.refresh(tablet, "bridge"), 400)["error"] == "invalid_grant"
    refused(tablet.get("/api/bridge/jobs"), "role_not_allowed", 403)
    told(server.refresh(tablet))


def test_a_device_can_leave_by_itself(server: Server) -> None:
    bridge = server.bridge()
    form, path = {"token": bridge.refresh_token, "client_id": "otonai-bridge"}, "/api/oauth/revoke"
    somebody = server.nobody().client
    assert told(somebody.post(path, data=form), 400)["error"] == "invalid_dpop_proof"
    told(bridge.get("/api/bridge/jobs"))
    told(somebody.post(path, data=form, headers={"DPoP": bridge.key.proof("POST", f"{ADDRESS}{path}")}))
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
    server.sign_in(people.DOCTOR)


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


@pytest.mark.shows("F23")
def test_a_stopped_tablet_that_the_office_takes_back_is_the_same_tablet_with_its_unsent_entries(server: Server) -> None:
    tablet, admin = server.tablet(people.NURSE), server.admin()
    visit = told(admin.post("/api/visits", _visit(admin)), 201)
    minamo, now = server.clinics.minamo, datetime.now(UTC)
    waiting = sealed(tablet, minamo, visit["id"], "handover_opened", {}, at=now)
    for _ in range(10):
        tablet.post("/api/devices/me/unlock", {"staff_id": tablet.staff_id, "pin": "350718"})
        with server.changing() as session:
            session.execute(update(TabletPerson).values(locked_until=None))
    refused(tablet.post("/api/sync/entries", {"entries": [waiting], "unsent": 0}), "device_stopped", 403)

    grant = told(server.ask_for_code("tablet", tablet.key))
    back = told(server.approve(grant["user_code"], name="訪問1号", by=admin), 201)
    assert (back["id"], back["state"]) == (str(tablet.id), "active")
    assert told(server.refresh(tablet), 400)["error"] == "invalid_grant"
    tablet.take(told(server.poll("tablet", grant["device_code"], tablet.key)))
    (result,) = told(tablet.post("/api/sync/entries", {"entries": [waiting], "unsent": 0}))["results"]
    assert result["outcome"] == "applied"
    told(tablet.post("/api/devices/me/unlock", {"staff_id": tablet.staff_id, "pin": people.NURSE.pin}))
    assert [d["id"] for d in told(admin.get("/api/devices"))["items"]] == [str(tablet.id)]
    assert ("device_enrolled_again", "tablet") in _trail(server)


def test_the_key_of_another_clinics_tablet_takes_nothing_over(server: Server) -> None:
    theirs = server.enrol("tablet", by=server.neighbour())
    grant = told(server.ask_for_code("tablet", theirs.key))
    ours = told(server.approve(grant["user_code"]), 201)
    assert ours["id"] != str(theirs.id)
    told(theirs.get("/api/devices/me"))


def test_a_locked_tablet_shows_counts_and_no_patient(server: Server) -> None:
    tablet: Device = server.enrol("tablet")
    me = told(tablet.get("/api/devices/me"))
    assert me["today"] == {"visits": 0, "to_do": 0}
    assert "patients" not in str(me)
    assert me["box_key"]["suite"] == "P256-HKDF-SHA256-AES256GCM"


def test_the_database_keeps_tokens_and_secrets_only_as_hashes(server: Server) -> None:
    tablet = server.tablet(people.DOCTOR)
    secrets = [
        tablet.access_token, tablet.refresh_token, tablet.headers["Otonai-Unlock"], people.DOCTOR.pin,
        people.DOCTOR.password,
    ]  # fmt: skip
    with server.changing() as session:
        kept = repr([session.exec(select(t)).all() for t in (DeviceToken, Unlock, TabletPerson, DeviceGrant)])
    assert not [s for s in secrets if s in kept]


def _visit(admin: Somebody) -> dict[str, str]:
    """Today's visit to somebody."""
    chart = told(admin.post("/api/patients", typed(people.SETTLED)), 201)
    return {"patient_id": chart["id"], "planned_at": datetime.now(UTC).isoformat(), "visit_type": "home_visit"}


def _trail(server: Server) -> list[tuple[str, str]]:
    """Actions and outcomes of the audit trail."""
    return [(e["action"], e["outcome"]) for e in told(server.admin().get("/api/audit-events"))["items"]]


def _let_time_pass(server: Server) -> None:
    with server.changing() as session:
        session.execute(
            update(DeviceGrant)
            .where(col(DeviceGrant.last_polled_at).is_not(None))
            .values(last_polled_at=datetime.now(UTC) - timedelta(seconds=30))
        )
