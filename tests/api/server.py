"""The web application as its callers meet it: people at the office, tablets, a bridge.

In process, over a real database. Everybody gets in the way they do in life: by password, by device grant and
approval, by a PIN of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, delete, update
from sqlmodel import Session
from tests import people
from tests.databases import KnownClinic, TwoClinics, known_clinics
from tests.device_keys import DeviceKey
from tests.people import StaffMember
from tests.staffing import a_while_passes, employ, one_time_code
from werkzeug.test import TestResponse

from otonai.flow import boxes
from otonai.store.audit import Actor
from otonai.store.session import writing
from otonai.store.tables import Clinic, SignInTries

ADDRESS = "http://localhost"
TOKEN_PATH = "/api/oauth/token"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class Somebody:
    """One caller: a browser with its cookies, or a device with its headers."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One request; a body goes as JSON."""
        sent = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.client.open(path, method=method, headers=sent, json=body)

    def get(self, path: str, **headers: str) -> TestResponse:
        """Look."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Act."""
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Change."""
        return self.ask("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        """Replace."""
        return self.ask("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> TestResponse:
        """End."""
        return self.ask("DELETE", path, **headers)


@dataclass
class Device(Somebody):
    """An enrolled tablet or bridge: its key, its tokens, and a new proof for each call."""

    key: DeviceKey = field(default_factory=DeviceKey)
    id: UUID = field(default_factory=uuid4)
    name: str = ""
    access_token: str = ""
    refresh_token: str = ""
    staff_id: str | None = None
    next_sequence: int = 1
    address: str = ADDRESS

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """One request with a proof of its own."""
        return super().ask(method, path, body, **(self.credentials(method, path) | headers))

    def credentials(self, method: str, path: str) -> dict[str, str]:
        """The two headers of one call, good once."""
        proof = self.key.proof(method, f"{self.address}{path}", token=self.access_token)
        return {"Authorization": f"DPoP {self.access_token}", "DPoP": proof}

    def send(self, path: str, form: dict[str, Any]) -> TestResponse:
        """A form with files, as the bridge sends it."""
        headers = self.headers | self.credentials("POST", path)
        return self.client.post(path, data=form, headers=headers, content_type="multipart/form-data")

    def take(self, pair: dict[str, Any]) -> None:
        """From now on with this pair."""
        self.access_token, self.refresh_token = pair["access_token"], pair["refresh_token"]


def told(answer: TestResponse, status: int = 200) -> Any:
    """The answer's JSON; the status is part of what is expected."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json() if answer.data else None


def refused(answer: TestResponse, code: str, status: int) -> dict[str, Any]:
    """A refusal as every refusal is told (RFC 9457): stable code, what happened, what to do next."""
    body: dict[str, Any] = json.loads(answer.data)
    assert (answer.status_code, body["code"]) == (status, code), body
    assert answer.mimetype == "application/problem+json"
    assert body["status"] == status
    assert body["title"]
    assert body["next_step"]
    return body


class Server:
    """The application over one test's database."""

    def __init__(self, app: Flask, engine: Engine) -> None:
        self.app, self.engine = app, engine
        self.clinics: TwoClinics = known_clinics(engine)
        #: What proofs name: the address under which the application knows itself.
        self.address: str = app.extensions["otonai"].settings.base_url

    def nobody(self) -> Somebody:
        """A caller that nobody knows."""
        return Somebody(self.app.test_client())

    def as_on_the_first_day(self) -> None:
        """The door as it was: no wrong tries, and the clinic's rules as it began with."""
        with self.changing() as session:
            session.execute(delete(SignInTries))
            session.execute(update(Clinic).values(password_policy="long_phrase", two_factors=True))

    def sign_in(self, person: StaffMember, login_name: str | None = None) -> Somebody:
        """A browser at the office: name and password, then the code of the person's app."""
        browser = self.nobody()
        self.come_in(browser, person, login_name)
        return browser

    def come_in(self, browser: Somebody, person: StaffMember, login_name: str | None = None) -> Any:
        """The same at a browser that exists; the answer of the second step."""
        name = login_name or login_of(person)
        first = told(browser.post("/api/session", {"login_name": name, "password": person.password}))
        assert first["stage"] == "second_factor", first
        with self.changing() as session:
            a_while_passes(session)
        opened = told(browser.post("/api/session/second-factor", {"code": one_time_code(person, datetime.now(UTC))}))
        assert opened["stage"] == "open", opened
        return opened

    def admin(self, login_name: str = people.ADMIN.login_name) -> Somebody:
        """仮名 健, or the neighbour's administrator."""
        return self.sign_in(people.ADMIN, login_name)

    def neighbour(self) -> Somebody:
        """The administrator of ひなた, who must never see anything of みなも."""
        return self.admin("hinata-admin")

    def hire(self, person: StaffMember) -> Somebody:
        """A person of みなも, added by the administrator and signed in at the office."""
        self.add(person)
        return self.sign_in(person)

    def add(self, person: StaffMember, clinic: KnownClinic | None = None, *, login_name: str | None = None) -> str:
        """The same without signing in; returns the id. (`test_first_use.py` shows how it is done at the screens.)"""
        clinic = clinic or self.clinics.minamo
        with self.changing(clinic) as session:
            by = Actor("staff", clinic.admin_id)
            name = login_name or login_of(person)
            return str(employ(session, clinic.id, person, datetime.now(UTC), by=by, login_name=name).id)

    def enrol(self, kind: str, *, name: str = "訪問1号", by: Somebody | None = None) -> Device:
        """A tablet or bridge: grant, approval at the office, tokens."""
        key = DeviceKey()
        grant = told(self.ask_for_code(kind, key, name))
        device = told(self.approve(grant["user_code"], name=name, by=by), 201)
        tokens = told(self.poll(kind, grant["device_code"], key))
        enrolled = Device(self.app.test_client(), key=key, id=UUID(device["id"]), name=name, address=self.address)
        enrolled.take(tokens)
        return enrolled

    def ask_for_code(self, kind: str, key: DeviceKey | None = None, name: str = "訪問1号") -> TestResponse:
        """A device wants to be taken in."""
        form = {"client_id": f"otonai-{kind}", "device_name": name, "dpop_jkt": (key or DeviceKey()).thumbprint}
        return self.nobody().client.post("/api/oauth/device", data=form)

    def approve(
        self, user_code: str, *, name: str | None = None, ownership: str = "clinic", by: Somebody | None = None
    ) -> TestResponse:
        """The office takes the device in that shows this code."""
        office = by or self.admin()
        return office.post(f"/api/devices/grants/{user_code}/approve", {"name": name, "ownership": ownership})

    def poll(self, kind: str, device_code: str, key: DeviceKey, *, later: int = 0) -> TestResponse:
        """A device asks whether somebody has approved it, `later` seconds from now by its own clock."""
        form = {"grant_type": DEVICE_CODE, "device_code": device_code, "client_id": f"otonai-{kind}"}
        return self.for_tokens(form, key.proof("POST", f"{self.address}{TOKEN_PATH}", later=later))

    def refresh(self, device: Device, kind: str = "tablet", token: str | None = None) -> TestResponse:
        """A device asks for a new pair."""
        form = {
            "grant_type": "refresh_token", "refresh_token": token or device.refresh_token,
            "client_id": f"otonai-{kind}",
        }  # fmt: skip
        return self.for_tokens(form, device.key.proof("POST", f"{self.address}{TOKEN_PATH}"))

    def for_tokens(self, form: dict[str, str], proof: str | None) -> TestResponse:
        """One call of the token route."""
        return self.nobody().client.post(TOKEN_PATH, data=form, headers={"DPoP": proof} if proof else {})

    def bridge(self, by: Somebody | None = None) -> Device:
        """The office's bridge."""
        return self.enrol("bridge", name="事務所のブリッジ", by=by)

    def tablet(self, person: StaffMember) -> Device:
        """A tablet opened by a person of みなも, who chose a PIN there."""
        self.add(person)
        return self.open(self.enrol("tablet"), person)

    def open(self, device: Device, person: StaffMember) -> Device:
        """First use by one person."""
        first = {"login_name": login_of(person), "password": person.password, "new_pin": person.pin}
        opened = told(device.post("/api/devices/me/unlock", first))
        device.headers["Otonai-Unlock"] = opened["unlock_token"]
        device.staff_id = opened["staff"]["id"]
        return device

    @contextmanager
    def changing(self, clinic: KnownClinic | None = None) -> Iterator[Session]:
        """Put the database into a state that only time or an accident brings about; at みなも unless it is said."""
        with writing(self.engine, (clinic or self.clinics.minamo).id) as session:
            yield session


def login_of(person: StaffMember) -> str:
    """Login names carry the clinic, so that they are unique on one installation."""
    return f"{person.login_name}@minamo"


def sealed(
    device: Device, clinic: KnownClinic, visit_id: str, kind: str, data: dict[str, Any], *,
    at: datetime, base_version: int = 1, sequence: int | None = None, entry_id: UUID | None = None,
) -> dict[str, Any]:  # fmt: skip
    """One entry as the tablet seals it to the clinic's public key; takes the tablet's next number by default."""
    me = told(device.get("/api/devices/me"))
    number, ident = sequence or device.next_sequence, entry_id or uuid4()
    entry = {
        "kind": kind,
        "staff_id": device.staff_id,
        "visit_id": visit_id,
        "base_version": base_version,
        "entered_at": at.isoformat(),
        "data": data,
    }
    aad = boxes.aad_of(clinic.id, device.id, number, ident, "entry/1")
    box = boxes.seal(boxes.decode(me["box_key"]["public_key"]), json.dumps(entry).encode(), aad)
    if sequence is None:
        device.next_sequence += 1
    return {"sequence": number, "id": str(ident), "schema": "entry/1", "key_id": me["box_key"]["key_id"], "box": box}
