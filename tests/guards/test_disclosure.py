"""Whoever sees a patient's data leaves a trace: no answer holds any without an event of the audit trail.

The published document says which answers can hold some; each of those is asked for here with data that exists.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlmodel import select
from tests import people
from tests.api.conftest import app, pages  # noqa: F401 -- fixtures
from tests.api.server import Device, Server, Somebody, told
from tests.api.terminal import Terminal
from tests.api.test_ledger import typed
from tests.databases import Databases
from tests.guards.source import BACKEND
from tests.people import SETTLED, record_of

from otonai.api.cursor import pack
from otonai.domain.dates import business_day
from otonai.store.tables import AuditEvent

DOCUMENT: dict[str, Any] = json.loads((BACKEND / "openapi.json").read_text(encoding="utf-8"))
#: Fields that say something about a patient; an answer with one of them is a disclosure.
TELLING = {
    "birth_date", "chart_number", "patient_name", "name_kana", "drug_name", "performed_on", "insurer_number", "before",
    "place_note", "drugs", "checkups",
}  # fmt: skip
#: Names and numbers of SETTLED that no other answer may hold.
CANARIES = ("資格", "シカク", "1937-03-03", "00031031", "000128")


def fields_of(shape: Any, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every field name that an answer of this shape can hold."""
    if isinstance(shape, dict):
        name = str(shape.get("$ref", "")).rsplit("/", 1)[-1]
        if name and name not in seen:
            yield from fields_of(DOCUMENT["components"]["schemas"][name], seen | {name})
        yield from shape.get("properties", {})
        for part in ("properties", "items", "anyOf", "allOf"):
            inner = shape.get(part, [])
            for each in inner.values() if isinstance(inner, dict) and part == "properties" else [inner]:
                yield from fields_of(each, seen)
    elif isinstance(shape, list):
        for each in shape:
            yield from fields_of(each, seen)


def looks() -> Iterator[tuple[str, bool]]:
    """Every GET of the document, and whether its answer can say something about a patient."""
    for path, methods in DOCUMENT["paths"].items():
        if "get" in methods:
            content = methods["get"]["responses"].get("200", {}).get("content", {})
            fields = set(fields_of(content.get("application/json", {}).get("schema", {})))
            # A file that is taken away says nothing of its fields, and is always about people.
            file = content.get("application/json", {}).get("schema", {}).get("type") == "object"
            yield path, file or "text/csv" in content or bool(TELLING & fields)


DISCLOSING = [path for path, telling in looks() if telling]
OTHERS = [path for path, telling in looks() if not telling]


@pytest.fixture(scope="module")
def server(app: Any, databases: Databases) -> Iterator[Server]:  # noqa: F811 -- a fixture
    """One clinic with SETTLED in its ledger, on its list and on today's board."""
    engine, remove = databases.fresh("sqlite")
    app.extensions["otonai"].engine = engine
    yield Server(app, engine)
    remove()


@pytest.fixture(scope="module")
def ids(server: Server, tablet: Device) -> dict[str, str]:
    """His ids, and those of who looks."""
    admin = server.admin()
    chart = told(admin.post("/api/patients", typed(SETTLED)), 201)
    (row,) = Terminal(server).bring_list(admin, record_of(SETTLED))
    body = {"patient_id": chart["id"], "planned_at": datetime.now(UTC).isoformat(), "visit_type": "home_visit"}
    told(admin.post("/api/visits", body), 201)
    told(admin.post("/api/board", {"patient_id": chart["id"]}))
    staff_id = str(server.clinics.minamo.admin_id)
    return {
        "patient_id": chart["id"],
        "consented_id": row["id"],
        "staff_id": staff_id,
        "device_id": str(tablet.id),
        "passkey_id": str(uuid4()),
        "inquiry_id": _asked(server, chart["id"]),
    }


@pytest.fixture(scope="module")
def doctor(server: Server) -> Somebody:
    """例示 慎一, who may see everything about a patient."""
    return server.hire(people.DOCTOR)


@pytest.fixture(scope="module")
def tablet(server: Server, doctor: Somebody) -> Device:
    """His tablet, open."""
    assert doctor
    return server.open(server.enrol("tablet"), people.DOCTOR)


def test_the_document_names_the_disclosures_we_know() -> None:
    assert set(DISCLOSING) == {
        "/api/audit-events",
        "/api/audit-events/export",
        "/api/consented-patients",
        "/api/consented-patients/changes",
        "/api/consented-patients/safe",
        "/api/consented-patients/{consented_id}",
        "/api/consented-patients/{consented_id}/comparison",
        "/api/devices/{device_id}/loss-report",
        "/api/board",
        "/api/inquiries",
        "/api/ledger/export",
        "/api/ledger/patients/{patient_id}",
        "/api/inquiries/{inquiry_id}",
        "/api/inquiries/options/{patient_id}",
        "/api/month-board",
        "/api/patients",
        "/api/patients/{patient_id}",
        "/api/patients/{patient_id}/history",
        "/api/patients/{patient_id}/medications",
        "/api/patients/{patient_id}/checkups",
        "/api/sync/changes",
        "/api/viewing-evidence",
        "/api/viewing-evidence/export",
        "/api/visits",
        "/api/visits/of/{patient_id}",
        "/api/visits/people",
    }
    assert len(OTHERS) > 8


@pytest.mark.parametrize("path", DISCLOSING)
def test_every_look_at_a_patient_leaves_its_event(
    server: Server, ids: dict[str, str], doctor: Somebody, tablet: Somebody, path: str
) -> None:
    of_the_administrator = "{device_id}" in path or path.startswith(("/api/audit-events", "/api/ledger"))
    at_the_office = server.admin() if of_the_administrator else doctor
    before = _events(server)
    bedside = path == "/api/sync/changes"
    # The cursor is number 0 of today: everything since the beginning.
    today = business_day(datetime.now(UTC)).isoformat()
    query = "?cursor=" + _beginning() if bedside else "?month=2026-11" if "evidence" in path else ""
    query = f"?first={today}&last={today}" if path == "/api/inquiries" else query
    query = "?since=" + pack(0) if path.endswith("/changes") and not bedside else query
    query = "?query=%E3%82%B7%E3%82%AB%E3%82%AF" if path == "/api/visits/people" else query
    answer = (tablet if bedside else at_the_office).get(path.format(**ids) + query)
    assert answer.status_code == 200
    new = _events(server)[len(before) :]
    assert len(new) == 1
    assert new[0].actor_id is not None
    assert new[0].actor_kind == ("bedside" if bedside else "staff")
    if "{patient_id}" in path:
        assert str(new[0].patient_id) == ids["patient_id"]
    assert not [word for word in CANARIES if word in repr((new[0].subject, new[0].outcome, new[0].action))]
    assert answer.data


@pytest.mark.parametrize("path", OTHERS)
def test_no_other_look_says_anything_about_a_patient(
    server: Server, ids: dict[str, str], doctor: Somebody, tablet: Somebody, path: str
) -> None:
    for somebody in (doctor, tablet, server.admin()):
        told_there = somebody.get(path.format(**ids, user_code="BDFH-KMPR", number="39139993")).get_data(as_text=True)
        assert not [word for word in CANARIES if word in told_there]


@pytest.mark.shows("S-163")
def test_a_look_that_is_refused_leaves_no_sign_of_success(server: Server, ids: dict[str, str]) -> None:
    office = server.hire(people.OFFICE)
    before = _events(server)
    assert office.get(f"/api/patients/{ids['patient_id']}/medications").status_code == 403
    assert [e.action for e in _events(server)[len(before) :] if e.action.startswith("medical")] == []


def _events(server: Server) -> list[AuditEvent]:
    with server.changing() as session:
        found = session.exec(select(AuditEvent).where(AuditEvent.clinic_id == server.clinics.minamo.id))
        return sorted(found, key=lambda e: e.sequence)


def _asked(server: Server, patient_id: str) -> str:
    question = {"patient_id": patient_id, "route": "number", "limit_consent": "refused"}
    inquiry_id: str = told(server.admin().post("/api/inquiries", question), 202)["id"]
    return inquiry_id


def _beginning() -> str:
    return pack(0, business_day(datetime.now(UTC)).isoformat())
