"""Signing in by a passkey, and everything that only looks like one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select, update
from tests import people
from tests.api.server import Server, Somebody, login_of, refused, told
from tests.soft_authenticator import (
    BACKED_UP,
    BACKUP_ELIGIBLE,
    ORIGIN,
    PRESENT,
    VERIFIED,
    SoftAuthenticator,
    encoded,
)
from werkzeug.test import TestResponse

import otonai.api.access
from otonai.store.session import reading
from otonai.store.tables import AuditEvent, Passkey, SpentChallenge, StaffSession

MAHO = people.OFFICE


def enrol(somebody: Somebody, device: SoftAuthenticator, name: str = "受付のパソコン") -> dict[str, Any]:
    """Somebody signed in sets up a passkey of this device."""
    options = told(somebody.post("/api/passkeys/question"))["options"]
    return dict(told(somebody.post("/api/passkeys", device.create(options, name)), 201))


def question(somebody: Somebody) -> dict[str, Any]:
    """What the browser is asked when it wants to sign in."""
    return dict(told(somebody.post("/api/passkeys/sign-in/question"))["options"])


def show(somebody: Somebody, device: SoftAuthenticator) -> TestResponse:
    """Sign in by this device."""
    return somebody.post("/api/passkeys/sign-in", device.get(question(somebody)))


def events(server: Server, action: str) -> list[str]:
    """Outcomes of みなも's events of a kind, in their order."""
    with reading(server.engine, server.clinics.minamo.id) as session:
        wanted = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.sequence)  # type: ignore[arg-type]
        return [event.outcome for event in session.exec(wanted)]


@pytest.fixture
def enrolled(server: Server) -> tuple[Somebody, SoftAuthenticator]:
    """架空 真帆 at her computer, where she has set up a passkey."""
    somebody, computer = server.hire(MAHO), SoftAuthenticator()
    enrol(somebody, computer)
    return somebody, computer


@pytest.fixture
def maho(enrolled: tuple[Somebody, SoftAuthenticator]) -> Somebody:
    """Herself, signed in."""
    return enrolled[0]


@pytest.fixture
def device(enrolled: tuple[Somebody, SoftAuthenticator]) -> SoftAuthenticator:
    """Her computer."""
    return enrolled[1]


def test_a_passkey_alone_opens_the_office(either_server: Server) -> None:
    device = SoftAuthenticator()
    enrol(either_server.hire(MAHO), device)
    browser = either_server.nobody()
    entered = told(show(browser, device))
    assert (entered["stage"], entered["staff"]["name"]) == ("open", MAHO.name)
    assert told(browser.get("/api/session"))["staff"]["role"] == "office"
    with reading(either_server.engine, either_server.clinics.minamo.id) as session:
        row = session.exec(select(Passkey)).one()
        assert (row.sign_count, row.backup_eligible, row.backed_up) == (2, False, False)
        assert row.last_used_at is not None


def test_what_the_browser_is_asked_for_needs_a_finger_and_stays_on_the_device(server: Server) -> None:
    somebody = server.hire(MAHO)
    made = told(somebody.post("/api/passkeys/question"))["options"]
    assert made["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required",
    }  # fmt: skip
    assert (made["rp"]["id"], made["attestation"]) == ("localhost", "none")
    assert MAHO.name not in made["user"]["id"]
    asked = question(server.nobody())
    assert (asked["rpId"], asked["userVerification"], asked["allowCredentials"]) == ("localhost", "required", [])
    assert len(asked["challenge"]) == 43


def test_after_the_password_one_s_own_passkey_is_the_second_factor(server: Server, device: SoftAuthenticator) -> None:
    browser = server.nobody()
    arrived = told(browser.post("/api/session", {"login_name": login_of(MAHO), "password": MAHO.password}))
    assert (arrived["stage"], arrived["second_factors"]) == ("second_factor", ["one_time_code", "passkey"])
    assert [each["id"] for each in question(browser)["allowCredentials"]] == [encoded(device.credential_id)]
    assert told(show(browser, device))["stage"] == "open"


def test_after_the_password_somebody_else_s_passkey_is_none(server: Server, device: SoftAuthenticator) -> None:
    server.add(people.NURSE)
    browser, nurse = server.nobody(), people.NURSE
    told(browser.post("/api/session", {"login_name": login_of(nurse), "password": nurse.password}))
    refused(show(browser, device), "passkey_not_accepted", 401)
    refused(browser.get("/api/session"), "not_signed_in", 401)


def test_a_passkey_proves_anew_before_a_sensitive_act(
    server: Server, maho: Somebody, device: SoftAuthenticator
) -> None:
    with server.changing() as session:
        session.execute(update(StaffSession).values(proved_at=people.NOW))
    refused(maho.post("/api/passkeys/question"), "proof_needed", 403)
    told(maho.post("/api/passkeys/proof", device.get(question(maho))))
    told(maho.post("/api/passkeys/question"))


def test_a_new_person_may_choose_a_passkey_instead_of_an_app(server: Server) -> None:
    admin, browser, device = server.admin(), server.nobody(), SoftAuthenticator()
    invited = told(admin.post("/api/staff", {"name": "新人　花", "login_name": "hana@minamo", "role": "nurse"}), 201)
    told(browser.post("/api/session/sign-up", {"code": invited["code"]}))
    chosen = told(browser.put("/api/account/password", {"new": "seven lanterns by the river"}))
    assert chosen["stage"] == "enrol_second_factor"
    added = enrol(browser, device)
    assert added["sign_in"]["stage"] == "open"
    assert len(added["recovery_codes"]) == 10
    assert told(browser.get("/api/account"))["second_factors"] == ["passkey"]
    assert told(show(server.nobody(), device))["stage"] == "open"


def test_passkeys_are_listed_named_and_taken_away(server: Server, maho: Somebody, device: SoftAuthenticator) -> None:
    (row,) = told(maho.get("/api/passkeys"))["items"]
    assert row["name"] == "受付のパソコン"
    renamed = told(maho.patch(f"/api/passkeys/{row['id']}", {"name": "窓ぎわのパソコン"}))
    assert renamed["name"] == "窓ぎわのパソコン"
    assert events(server, "passkey_named") == ["done"]
    told(maho.delete(f"/api/passkeys/{row['id']}"), 204)
    assert told(maho.get("/api/passkeys"))["items"] == []
    refused(show(server.nobody(), device), "passkey_not_accepted", 401)
    assert events(server, "second_factor_added")[-1:] == ["passkey"]
    assert events(server, "second_factor_removed")[-1:] == ["passkey"]


def test_a_taken_passkey_ends_the_sessions_at_other_browsers(
    server: Server, maho: Somebody, device: SoftAuthenticator
) -> None:
    thief = server.nobody()
    told(show(thief, device))
    (row,) = told(maho.get("/api/passkeys"))["items"]
    told(maho.delete(f"/api/passkeys/{row['id']}"), 204)
    refused(thief.get("/api/session"), "not_signed_in", 401)
    told(maho.get("/api/session"))


def test_the_only_second_factor_cannot_be_taken_away(maho: Somebody) -> None:
    told(maho.delete("/api/account/authenticator"), 204)
    (row,) = told(maho.get("/api/passkeys"))["items"]
    refused(maho.delete(f"/api/passkeys/{row['id']}"), "last_second_factor", 409)


def test_whoever_lost_everything_loses_the_passkeys_too(
    server: Server, maho: Somebody, device: SoftAuthenticator
) -> None:
    me = told(maho.get("/api/session"))["staff"]["id"]
    told(server.admin().post(f"/api/staff/{me}/sign-up-code", {"lost": "second_factor"}))
    refused(show(server.nobody(), device), "passkey_not_accepted", 401)


def test_a_stopped_person_s_passkey_opens_nothing(server: Server, maho: Somebody, device: SoftAuthenticator) -> None:
    me = told(maho.get("/api/session"))["staff"]["id"]
    told(server.admin().patch(f"/api/staff/{me}", {"active": False}))
    refused(show(server.nobody(), device), "passkey_not_accepted", 401)
    assert events(server, "passkey_refused") == ["stopped"]


@pytest.mark.shows("F53")
def test_an_account_locked_by_a_guesser_still_opens_by_its_passkey(server: Server, device: SoftAuthenticator) -> None:
    guesser = server.nobody()
    for _ in range(6):
        guesser.post("/api/session", {"login_name": login_of(MAHO), "password": "not-the-right-one"})
    assert told(show(server.nobody(), device))["stage"] == "open"


# --- what only looks like one --------------------------------------------------------------------------------


def test_an_answer_works_once(server: Server, device: SoftAuthenticator) -> None:
    browser = server.nobody()
    asked = question(browser)
    kept = browser.client.get_cookie("otonai_pending")
    assert kept is not None
    answer = device.get(asked)
    told(browser.post("/api/passkeys/sign-in", answer))
    thief = server.nobody()
    thief.client.set_cookie("otonai_pending", kept.value)
    refused(thief.post("/api/passkeys/sign-in", answer), "passkey_not_accepted", 401)
    assert events(server, "passkey_refused") == ["repeated"]
    refused(browser.post("/api/passkeys/sign-in", device.get(asked)), "passkey_too_late", 401)


def test_an_answer_to_another_browser_s_question_is_none(server: Server, device: SoftAuthenticator) -> None:
    hers, thief = server.nobody(), server.nobody()
    answer = device.get(question(hers))
    question(thief)
    refused(thief.post("/api/passkeys/sign-in", answer), "passkey_not_accepted", 401)
    refused(server.nobody().post("/api/passkeys/sign-in", answer), "passkey_too_late", 401)


@pytest.mark.parametrize("minutes", [5, 60])
def test_a_question_is_too_old_after_five_minutes(
    server: Server, device: SoftAuthenticator, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    browser = server.nobody()
    answer = device.get(question(browser))

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(minutes=minutes)

    # The cookie would have been forgotten by the browser; a copy of it is refused by the server.
    kept = browser.client.get_cookie("otonai_pending")
    assert kept is not None
    monkeypatch.setattr(otonai.api.access, "datetime", Later)
    browser.client.set_cookie("otonai_pending", kept.value)
    refused(browser.post("/api/passkeys/sign-in", answer), "passkey_too_late", 401)


def test_a_question_to_add_a_passkey_is_none_to_sign_in_by_one(
    server: Server, maho: Somebody, device: SoftAuthenticator
) -> None:
    browser = server.nobody()
    kept_by_maho = told(maho.post("/api/passkeys/question"))["options"]
    cookie = maho.client.get_cookie("otonai_pending")
    assert cookie is not None
    browser.client.set_cookie("otonai_pending", cookie.value)
    refused(browser.post("/api/passkeys/sign-in", device.get(kept_by_maho)), "passkey_too_late", 401)


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://otonai.example.com"},
        {"origin": f"{ORIGIN}:8080"},
        {"rp_id": "example.com"},
        {"framed": True},
        {"flags": VERIFIED},
        {"user_handle": encoded(bytes(16))},
    ],
    ids="-".join,
)
def test_an_answer_made_elsewhere_or_for_somebody_else_does_not_fit(
    server: Server, device: SoftAuthenticator, lie: dict[str, Any]
) -> None:
    for name, value in lie.items():
        setattr(device, name, value)
    refused(show(server.nobody(), device), "passkey_not_accepted", 401)
    assert events(server, "passkey_refused") == ["not_fitting"]


def test_an_answer_signed_by_another_key_does_not_fit(server: Server, device: SoftAuthenticator) -> None:
    forged = SoftAuthenticator(credential_id=device.credential_id, user_handle=device.user_handle, count=50)
    refused(show(server.nobody(), forged), "passkey_not_accepted", 401)
    assert told(show(server.nobody(), device))["stage"] == "open"


def test_a_device_that_did_not_ask_its_owner_proves_nothing(server: Server, device: SoftAuthenticator) -> None:
    device.flags = PRESENT
    refused(show(server.nobody(), device), "passkey_unverified", 401)
    assert events(server, "passkey_refused") == ["unverified"]


def test_a_copied_passkey_is_suspended_for_thief_and_owner(
    server: Server, maho: Somebody, device: SoftAuthenticator
) -> None:
    thief = device.copy()
    told(show(server.nobody(), device))
    told(show(server.nobody(), device))
    refused(show(server.nobody(), thief), "passkey_copied", 401)
    refused(show(server.nobody(), device), "passkey_not_accepted", 401)
    (row,) = told(maho.get("/api/passkeys"))["items"]
    assert row["suspended_at"] is not None
    assert told(maho.get("/api/account"))["second_factors"] == ["one_time_code"]
    assert events(server, "passkey_refused") == ["copied", "suspended"]


def test_a_passkey_kept_in_step_over_devices_needs_no_counter(server: Server) -> None:
    device = SoftAuthenticator(counts=False, flags=PRESENT | VERIFIED | BACKUP_ELIGIBLE | BACKED_UP)
    somebody = server.hire(MAHO)
    assert enrol(somebody, device)["passkey"]["backed_up"] is True
    for _ in range(2):
        told(show(server.nobody(), device))
    device.flags = PRESENT | VERIFIED
    refused(show(server.nobody(), device), "passkey_copied", 401)


def test_nobody_s_passkey_is_told_like_a_wrong_one(server: Server) -> None:
    refused(show(server.nobody(), SoftAuthenticator()), "passkey_not_accepted", 401)


@pytest.mark.parametrize("part", ["client_data", "authenticator_data", "signature"])
@pytest.mark.parametrize("bytes_", [b"", b"\xff" * 40, b"{}", b"\x9f" * 200])
def test_bytes_of_any_kind_are_refused_calmly(
    server: Server, maho: Somebody, device: SoftAuthenticator, part: str, bytes_: bytes
) -> None:
    browser = server.nobody()
    answer = device.get(question(browser)) | {part: encoded(bytes_)}
    refused(browser.post("/api/passkeys/sign-in", answer), "passkey_not_accepted", 401)
    asked = told(maho.post("/api/passkeys/question"))["options"]
    made = SoftAuthenticator().create(asked) | {"attestation" if part != "client_data" else part: encoded(bytes_)}
    refused(maho.post("/api/passkeys", made), "passkey_not_made", 422)


@pytest.mark.parametrize(
    "lie",
    [{"origin": "https://otonai.example.com"}, {"rp_id": "example.com"}, {"flags": PRESENT}, {"framed": True}],
    ids="-".join,
)
def test_a_key_made_elsewhere_or_without_asking_its_owner_is_not_kept(server: Server, lie: dict[str, Any]) -> None:
    somebody = server.hire(MAHO)
    asked = told(somebody.post("/api/passkeys/question"))["options"]
    refused(somebody.post("/api/passkeys", SoftAuthenticator(**lie).create(asked)), "passkey_not_made", 422)


def test_a_made_key_is_kept_once_and_for_whoever_asked(server: Server, maho: Somebody) -> None:
    asked, device = told(maho.post("/api/passkeys/question"))["options"], SoftAuthenticator()
    cookie = maho.client.get_cookie("otonai_pending")
    assert cookie is not None
    made = device.create(asked)
    nurse = server.hire(people.NURSE)
    nurse.client.set_cookie("otonai_pending", cookie.value)
    refused(nurse.post("/api/passkeys", made), "passkey_not_made", 422)
    told(maho.post("/api/passkeys", made), 201)
    maho.client.set_cookie("otonai_pending", cookie.value)
    refused(maho.post("/api/passkeys", made), "passkey_not_made", 422)


def test_one_key_belongs_to_one_person(server: Server, maho: Somebody, device: SoftAuthenticator) -> None:
    asked = told(maho.post("/api/passkeys/question"))["options"]
    assert [each["id"] for each in asked["excludeCredentials"]] == [encoded(device.credential_id)]
    refused(maho.post("/api/passkeys", device.create(asked)), "passkey_known", 409)
    nurse = server.hire(people.NURSE)
    asked = told(nurse.post("/api/passkeys/question"))["options"]
    refused(nurse.post("/api/passkeys", device.create(asked)), "passkey_known", 409)


def test_ten_passkeys_are_the_most(maho: Somebody) -> None:
    for _ in range(9):
        enrol(maho, SoftAuthenticator())
    asked = told(maho.post("/api/passkeys/question"))["options"]
    refused(maho.post("/api/passkeys", SoftAuthenticator().create(asked)), "passkeys_full", 409)


@pytest.mark.shows("F42")
def test_a_passkey_of_the_neighbour_is_nobody_s_here(either_server: Server) -> None:
    server = either_server
    neighbour, device = server.neighbour(), SoftAuthenticator()
    added = enrol(neighbour, device)
    # After a password of みなも, a passkey of ひなた proves nothing.
    server.add(MAHO)
    browser = server.nobody()
    told(browser.post("/api/session", {"login_name": login_of(MAHO), "password": MAHO.password}))
    refused(show(browser, device), "passkey_not_accepted", 401)
    admin = server.admin()
    refused(admin.delete(f"/api/passkeys/{added['passkey']['id']}"), "not_found", 404)
    refused(admin.patch(f"/api/passkeys/{added['passkey']['id']}", {"name": "x"}), "not_found", 404)
    # Alone it leads into its own clinic.
    assert told(show(server.nobody(), device))["session"]["clinic"]["name"] == people.OTHER_CLINIC_NAME


def test_another_person_s_passkey_cannot_be_named_or_taken_away(server: Server, maho: Somebody) -> None:
    (row,) = told(maho.get("/api/passkeys"))["items"]
    admin = server.admin()
    refused(admin.delete(f"/api/passkeys/{row['id']}"), "not_found", 404)
    refused(admin.patch(f"/api/passkeys/{row['id']}", {"name": "x"}), "not_found", 404)


def test_answered_challenges_are_forgotten_when_they_are_too_old(server: Server, device: SoftAuthenticator) -> None:
    told(show(server.nobody(), device))
    with server.changing() as session:
        session.execute(update(SpentChallenge).values(forget_at=people.NOW))
    told(show(server.nobody(), device))
    with reading(server.engine, server.clinics.minamo.id) as session:
        assert len(session.exec(select(SpentChallenge)).all()) == 1
