"""院内患者 through the API: put there, moved, moved back; two desks never lose each other's moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select
from tests import people
from tests.api.server import Server, refused, told
from tests.api.test_ledger import typed
from tests.people import SETTLED

from otonai.store.session import reading
from otonai.store.tables import AuditEvent


def arrived(server: Server) -> dict[str, Any]:
    """資格 一郎, put there by the desk."""
    chart = told(server.admin().post("/api/patients", typed(SETTLED)), 201)
    row: dict[str, Any] = told(server.hire(people.OFFICE).post("/api/board", {"patient_id": chart["id"]}))
    return row


def events(server: Server) -> list[tuple[str, str | None]]:
    with reading(server.engine, server.clinics.minamo.id) as session:
        rows = session.exec(
            select(AuditEvent).where(col(AuditEvent.action).in_(["attendance_added", "attendance_moved"]))
        ).all()
        return [(row.action, row.outcome) for row in rows]


@pytest.mark.shows("S-055")
def test_somebody_comes_waits_is_seen_and_leaves_and_each_step_is_told(server: Server) -> None:
    row = arrived(server)
    assert (row["state"], row["place"], row["arrival"], row["waited_minutes"]) == ("waiting", "waiting_room", "desk", 0)
    assert (row["patient_name"], row["chart_number"]) == (SETTLED.name, SETTLED.chart_number)
    doctor = server.hire(people.DOCTOR)
    board = told(doctor.get("/api/board"))
    (shinichi,) = board["doctors"]
    assert [each["id"] for each in board["items"]] == [row["id"]]
    body = {"state": "in_care", "place": "consulting_room", "doctor_id": shinichi["id"], "version": 1}
    seen = told(doctor.put(f"/api/board/{row['id']}", body))
    assert (seen["state"], seen["doctor_id"], seen["version"], seen["waited_minutes"]) == (
        "in_care", shinichi["id"], 2, None,
    )  # fmt: skip
    assert told(doctor.put(f"/api/board/{row['id']}", body))["version"] == 2, "sent twice, done once"
    back = {"state": "waiting", "place": "waiting_room", "doctor_id": None, "version": 2}
    told(doctor.put(f"/api/board/{row['id']}", back))
    assert events(server) == [
        ("attendance_added", "desk"),
        ("attendance_moved", "waiting/waiting_room>in_care/consulting_room"),
        ("attendance_moved", "in_care/consulting_room>waiting/waiting_room"),
    ]


def test_the_slower_of_two_desks_is_told_and_writes_nothing(server: Server) -> None:
    row = arrived(server)
    nurse = server.hire(people.NURSE)
    told(nurse.put(f"/api/board/{row['id']}", {"state": "paying", "place": "reception", "version": 1}))
    late = {"state": "left", "place": "reception", "version": 1}
    refused(nurse.put(f"/api/board/{row['id']}", late), "changed_meanwhile", 409)
    assert told(nurse.get("/api/board"))["items"][0]["state"] == "paying"


def test_who_stands_there_already_stays_and_who_left_waits_again(server: Server) -> None:
    row = arrived(server)
    desk = server.hire(people.NURSE)
    again = told(desk.post("/api/board", {"patient_id": row["patient_id"]}))
    assert (again["id"], again["version"]) == (row["id"], 1)
    told(desk.put(f"/api/board/{row['id']}", {"state": "left", "place": "reception", "version": 1}))
    back = told(desk.post("/api/board", {"patient_id": row["patient_id"]}))
    assert (back["id"], back["state"], back["version"]) == (row["id"], "waiting", 3)


def test_another_clinics_doctor_and_strangers_are_nobody_here(server: Server) -> None:
    row = arrived(server)
    wanted = {"state": "in_care", "place": "consulting_room", "version": 1}
    stranger = wanted | {"doctor_id": str(UUID(int=7))}
    refused(server.admin().put(f"/api/board/{row['id']}", stranger), "not_a_doctor", 422)
    refused(server.admin().put(f"/api/board/{UUID(int=8)}", wanted), "not_found", 404)
    refused(server.admin().post("/api/board", {"patient_id": str(UUID(int=9))}), "not_found", 404)
