"""Ids of another clinic lead nowhere: every route that takes an id answers as if it did not exist (404, never 403)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import median
from time import perf_counter
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import Session, select
from tests import people
from tests.api.server import Device, Server, Somebody, refused, told
from tests.flow import answers
from tests.guards.test_routes import Route, routes
from tests.people import SETTLED, TURNED_75, record_of
from tests.soft_authenticator import SoftAuthenticator

from otonai.domain.access import Caller, Role
from otonai.flow import advance
from otonai.flow.receive_result import Delivery, take_delivery
from otonai.store.ids import new_id
from otonai.store.tables import (
    ChangeFeed,
    ConsentedPatient,
    Inquiry,
    LedgerChange,
    Patient,
    Staff,
    StaffSession,
    TerminalJob,
    Visit,
)

pytestmark = pytest.mark.shows("F42")

#: A right body for each act that takes one, so that the id is the only thing that could be refused.
BODIES: dict[str, dict[str, Any]] = {
    "/board/<uuid:attendance_id>": {"state": "left", "place": "reception", "version": 1},
    "<uuid:visit_id>/registration": {"entry_id": str(uuid4())},
    "/match": {"patient_id": None},
    "/apply": {"mode": "cancel", "patient_id": str(uuid4()), "base_version": 1},
    "/register": {"chart_number": "9"},
    "/insurance": {"base_version": 1, "coverage": {"card_number": "1"}},
    "/stop": {"typed_name": "訪問1号"},
    "/sign-up-code": {"lost": "password"},
    "<uuid:staff_id>": {"role": "nurse"},
    "<uuid:passkey_id>": {"name": "x"},
}
#: Acts that say everything by their address.
BARE = ("/undo", "/cancel", "/return", "/let-try-again", "sessions", "session_id>", "/reference-link")


@dataclass
class Belongings:
    """Everything of みなも that has an id, and the neighbour who wants to see it."""

    server: Server
    neighbour: Somebody
    neighbours_tablet: Device
    ids: dict[str, str]


@pytest.fixture
def theirs(either_server: Server) -> Belongings:
    """A chart, a visit, somebody in the house, a consented person, a change, a device and a passkey of みなも."""
    server = either_server
    office = server.admin()
    visit_id = _patient_and_visit(office)
    in_the_house = told(office.get("/api/visits"))["items"][0]["patient_id"]
    attendance = told(office.post("/api/board", {"patient_id": in_the_house}))
    certificates = _certificates(office, in_the_house)
    _consented_list(server)
    tablet = server.enrol("tablet")
    question = told(office.post("/api/passkeys/question"))["options"]
    passkey = told(office.post("/api/passkeys", SoftAuthenticator().create(question)), 201)["passkey"]
    server.add(people.OFFICE)
    with server.changing() as session:
        inquiry = Inquiry(
            clinic_id=server.clinics.minamo.id, id=new_id(), patient_id=UUID(_only(session, Patient, "000128")),
            route="number", occasion="person", state="failed", limit_consent="unknown",
            wanted_at=datetime.now(UTC), due_at=datetime.now(UTC),
        )  # fmt: skip
        session.add(inquiry)
        ids = {
            "inquiry_id": str(inquiry.id),
            "patient_id": _only(session, Patient, "000128"),
            "consented_id": str(session.exec(select(ConsentedPatient)).one().id),
            "change_id": str(session.exec(select(LedgerChange)).first().id),  # type: ignore[union-attr]
            "visit_id": visit_id,
            "attendance_id": attendance["id"],
            "device_id": str(tablet.id),
            "passkey_id": passkey["id"],
            "staff_id": str(session.exec(select(Staff).where(Staff.role == "office")).one().id),
            "public_expense_id": certificates["public_expenses"][0]["id"],
            "care_insurance_id": certificates["care_insurances"][0]["id"],
            "session_id": str(session.exec(select(StaffSession)).first().id),  # type: ignore[union-attr]
        }
    neighbour = server.neighbour()
    doctor = replace(people.NURSE, role=Role.DOCTOR)
    server.add(doctor, server.clinics.hinata, login_name="nurse@hinata")
    other = server.enrol("tablet", by=neighbour)
    first = {"login_name": "nurse@hinata", "password": people.NURSE.password, "new_pin": people.NURSE.pin}
    other.headers["Otonai-Unlock"] = told(other.post("/api/devices/me/unlock", first))["unlock_token"]
    return Belongings(server, server.sign_in(doctor, "nurse@hinata"), other, ids)


def test_no_route_tells_that_an_id_of_another_clinic_exists(theirs: Belongings) -> None:
    admin = theirs.server.neighbour()
    walked = 0
    for route in routes(theirs.server.app):
        if route.access is None or "<uuid:" not in route.rule:
            continue
        path = _filled(route, theirs.ids)
        body = _body_for(route)
        for somebody in (admin, theirs.neighbour):
            if _may(somebody, route):
                refused(somebody.ask(route.method, path, body if route.method != "GET" else None), "not_found", 404)
                walked += 1
    assert walked >= 15


@pytest.mark.prove("attack")
def test_for_everybody_an_id_of_another_clinic_and_an_id_of_nobody_are_the_same_answer(
    theirs: Belongings, sized: Callable[[int, int], int]
) -> None:
    """Every role, a tablet, a bridge, nobody at all: each declared route, every other method too, byte for byte."""
    strangers = _strangers(theirs)
    nothing = {name: str(uuid4()) for name in theirs.ids}
    walked = [route for route in routes(theirs.server.app) if "<uuid:" in route.rule]
    took: dict[str, list[float]] = {"theirs": [], "nobody's": []}
    for who, somebody in strangers.items():
        for route in walked:
            for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
                answers_ = []
                for whose, ids in (("theirs", theirs.ids), ("nobody's", nothing)):
                    path, body = _filled(route, ids), None if method == "GET" else _body_for(route)
                    began = perf_counter()
                    answer = somebody.ask(method, path, body)
                    took[whose].append(perf_counter() - began)
                    answers_.append((answer.status_code, _without_ids(answer.data, ids)))
                assert answers_[0] == answers_[1], f"{who}: {method} {route.rule}"
                assert answers_[0][0] in (400, 401, 403, 404, 405, 422), f"{who}: {method} {route.rule}"
    assert len(took["theirs"]) > 1000
    if sized(0, 1):  # on a quiet machine only
        slower, faster = sorted((median(took["theirs"]), median(took["nobody's"])), reverse=True)
        assert slower < 1.5 * faster, "the time tells what the answer does not"


def _strangers(theirs: Belongings) -> dict[str, Somebody]:
    """Everybody of ひなた, its devices, and a passer-by."""
    server, hinata = theirs.server, theirs.server.clinics.hinata
    found: dict[str, Somebody] = {"admin": server.neighbour(), "doctor": theirs.neighbour}
    for role, person in ((Role.NURSE, people.NURSE), (Role.OFFICE, people.OFFICE)):
        login = f"{role.value}-too@hinata"
        server.add(replace(person, role=role), hinata, login_name=login)
        found[role.value] = server.sign_in(person, login)
    bridge = server.bridge(by=found["admin"])
    return found | {"tablet": theirs.neighbours_tablet, "bridge": bridge, "nobody": server.nobody()}


def _body_for(route: Route) -> dict[str, Any]:
    if route.rule.endswith(BARE):
        return {}
    return next((b for end, b in BODIES.items() if route.rule.endswith(end)), {"base_version": 1})


def _without_ids(data: bytes, ids: dict[str, str]) -> str:
    """The answer without what is different in every answer: the request's own id, and the id that was asked for."""
    told_back = re.sub(r'"(instance|request_id)": *"[^"]*"', "", data.decode())
    for name, ident in ids.items():
        told_back = told_back.replace(ident, f"<{name}>")
    return told_back


def test_an_id_inside_a_body_or_a_query_leads_nowhere_either(theirs: Belongings) -> None:
    admin, ids = theirs.server.neighbour(), theirs.ids
    visit = {"patient_id": ids["patient_id"], "planned_at": "2026-11-23T04:30:00Z", "visit_type": "home_visit"}
    refused(admin.post("/api/visits", visit), "not_found", 404)
    with theirs.server.changing() as session:
        assert session.exec(select(Visit).where(Visit.clinic_id == theirs.server.clinics.hinata.id)).all() == []


def test_a_row_of_ones_own_cannot_be_tied_to_a_chart_of_another(theirs: Belongings) -> None:
    """みなも's own row with ひなた's chart: the row is found, the chart is not."""
    own = told(theirs.server.neighbour().post("/api/patients", _typed()), 201)["id"]
    office, row = theirs.server.admin(), theirs.ids["consented_id"]
    apply = {"mode": "cancel", "patient_id": own, "base_version": 1}
    refused(office.get(f"/api/consented-patients/{row}/comparison?patient_id={own}"), "not_found", 404)
    refused(office.post(f"/api/consented-patients/{row}/match", {"patient_id": own}), "not_found", 404)
    refused(office.post(f"/api/consented-patients/{row}/apply", apply), "not_found", 404)


def test_lists_and_tablets_hold_nothing_of_another_clinic(theirs: Belongings) -> None:
    admin = theirs.server.neighbour()
    for path in (
        "/api/patients",
        "/api/consented-patients",
        "/api/visits",
        "/api/board",
        "/api/devices",
        "/api/home-visit/requests",
    ):
        shown = admin.get(path).get_data(as_text=True)
        assert not [i for i in theirs.ids.values() if i in shown], path
    pack = told(theirs.neighbours_tablet.post("/api/sync/pack", {}))
    assert (pack["visits"], pack["patients"]) == ([], [])
    with theirs.server.changing() as session:
        newest = max(f.sequence for f in session.exec(select(ChangeFeed)))
    assert newest > 3
    changes = told(theirs.neighbours_tablet.get(f"/api/sync/changes?cursor={pack['cursor']}"))
    assert (changes["visits"], changes["patients"], changes["forget"]) == ([], [], [])


def test_a_bridge_cannot_speak_for_a_job_of_another_clinic(theirs: Belongings) -> None:
    bridge = theirs.server.bridge(by=theirs.server.neighbour())
    with theirs.server.changing() as session:
        job = session.exec(select(TerminalJob)).first()
    assert job is not None
    before = job.state
    meta = f'{{"kind": "write_failed", "job_id": "{job.id}", "file_name": "x.xml", "delivery_id": "{uuid4()}"}}'
    answer = bridge.send("/api/bridge/files", {"meta": meta})
    assert told(answer)["outcome"] == "quarantined"
    with theirs.server.changing() as session:
        assert session.get_one(TerminalJob, (job.clinic_id, job.id)).state == before


def _may(somebody: Somebody, route: Route) -> bool:
    role = somebody.client.get("/api/session").get_json()["staff"]["role"]
    return Caller.STAFF in route.access.callers and role in {r.value for r in route.access.roles}


def _filled(route: Route, ids: dict[str, str]) -> str:
    path = route.rule
    for name, ident in ids.items():
        path = path.replace(f"<uuid:{name}>", ident)
    assert "<" not in path, f"{route} takes an id that this test does not know"
    return path


def _typed() -> dict[str, Any]:
    return {
        "chart_number": SETTLED.chart_number, "name": SETTLED.name, "name_kana": SETTLED.name_kana,
        "birth_date": people.born(SETTLED).isoformat(),
    }  # fmt: skip


def _patient_and_visit(office: Somebody) -> str:
    patient = told(office.post("/api/patients", _typed()), 201)["id"]
    plan = {"patient_id": patient, "planned_at": datetime.now(UTC).isoformat(), "visit_type": "home_visit"}
    visit: str = told(office.post("/api/visits", plan), 201)["id"]
    return visit


def _certificates(office: Somebody, patient_id: str) -> dict[str, Any]:
    """A 公費 and a 認定, as the chart shows them."""
    chart = f"/api/patients/{patient_id}"
    public = {
        "payer_number": "54139993", "recipient_number": "1234566", "priority": 1, "valid_from": "2026-10-01",
        "base_version": told(office.get(chart))["version"],
    }  # fmt: skip
    seen = told(office.post(f"{chart}/public-expenses", public), 201)["version"]
    care = {
        "insurer_number": "139998", "insured_number": "0000012345", "care_level": "care_3",
        "valid_from": "2026-04-01", "base_version": seen,
    }  # fmt: skip
    return dict(told(office.post(f"{chart}/care-insurances", care), 201))


def _consented_list(server: Server) -> None:
    now, clinic = datetime.now(UTC), server.clinics.minamo
    for family, content in (
        ("home_visit_list", answers.acceptance("202611230001", at=now)),
        ("home_visit_fetch", answers.consented_list(answers.consented(record_of(TURNED_75)), at=now)),
    ):
        advance(server.engine, clinic.id, now)
        with server.changing() as session:
            job = session.exec(select(TerminalJob).where(TerminalJob.family == family)).one()
            take_delivery(session, clinic.id, Delivery(uuid4(), "answer", f"{job.expected_stem}.xml"), content, now)
        advance(server.engine, clinic.id, now)


def _only(session: Session, table: type[Patient], chart_number: str) -> str:
    return str(session.exec(select(table).where(table.chart_number == chart_number)).one().id)
