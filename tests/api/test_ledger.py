"""The ledger over HTTP: found by what people know of somebody, read in pages without loss, changed on its version."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.people import SETTLED, TURNED_75, TWIN_FIRST, TWIN_SECOND

from otonai.domain.patient import LedgerPatient
from otonai.store.audit import THE_RULES
from otonai.store.patients import create_patient

#: An id that nobody has.
SOMEBODY = "019a0000-0000-7000-8000-000000000001"


@pytest.fixture
def office(server: Server) -> Somebody:
    """架空 真帆 at her desk."""
    return server.hire(people.OFFICE)


def typed(patient: LedgerPatient, **changes: Any) -> dict[str, Any]:
    """A chart of the cast as the office types it."""
    card = patient.current_coverage
    body: dict[str, Any] = {
        "chart_number": patient.chart_number,
        "name": patient.name,
        "name_kana": patient.name_kana,
        "birth_date": people.born(patient).isoformat(),
        "coverage": {"insurer_number": card.insurer_number, "card_number": card.card_number} if card else None,
    }
    return body | changes


def found(office: Somebody, query: str) -> list[str]:
    """Chart numbers that a search brings, in its order."""
    return [p["chart_number"] for p in told(office.get(f"/api/patients?{urlencode({'query': query})}"))["items"]]


@pytest.mark.parametrize(
    ("query", "charts"),
    [
        ("シカク", ["000128"]),
        ("しかく", ["000128"]),
        ("ｼｶｸ ｲﾁﾛｳ", ["000128"]),
        ("資格", ["000128"]),
        ("資格　一郎", ["000128"]),
        ("000128", ["000128"]),
        ("1937-03-03", ["000128"]),
        ("19370303", ["000128"]),
        ("髙志", ["000311"]),
        ("シケン", ["000401", "000402"]),
        ("1986-04-02", ["000401", "000402"]),
        ("", ["000401", "000402", "000128", "000311"]),
        ("ナニモ", []),
        ("2023-02-30", []),
    ],
)
def test_people_are_found_by_kana_kanji_chart_number_and_birthday(
    office: Somebody, query: str, charts: list[str]
) -> None:
    for patient in (SETTLED, TURNED_75, TWIN_FIRST, TWIN_SECOND):
        told(office.post("/api/patients", typed(patient)), 201)
    assert sorted(found(office, query)) == sorted(charts)


@pytest.mark.shows("F48")
@pytest.mark.parametrize("sign", ["%", "_", "\\"])
def test_a_sign_of_the_query_language_finds_the_name_that_holds_it(office: Somebody, sign: str) -> None:
    told(office.post("/api/patients", typed(SETTLED)), 201)
    told(office.post("/api/patients", typed(TURNED_75, name=f"例示{sign}志")), 201)
    assert found(office, sign) == ["000311"]
    assert found(office, f"示{sign}") == ["000311"]


@pytest.mark.shows("F46")
def test_a_name_that_looks_like_a_program_stays_a_name(office: Somebody) -> None:
    name = "<script>alert(1)</script>"
    made = told(office.post("/api/patients", typed(SETTLED, name=name)), 201)
    answer = office.get(f"/api/patients/{made['id']}")
    assert told(answer)["name"] == name
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("limit", "count"), [(1, 12), (7, 50), (100, 251), (50, 100), (500, 60)])
def test_pages_hold_everybody_once_also_where_many_share_one_name(server: Server, limit: int, count: int) -> None:
    everybody = _many(server, count)
    office, seen, cursor = server.hire(people.OFFICE), [], None
    while True:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = told(office.get(f"/api/patients?{urlencode(query)}"))
        assert page["total"] == count
        seen += [(p["name_kana"], p["id"]) for p in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(ident for _, ident in seen) == sorted(everybody)
    assert len(seen) == count
    assert [kana for kana, _ in seen] == sorted(kana for kana, _ in seen)


def test_somebody_who_comes_in_between_moves_nobody_to_another_page(server: Server) -> None:
    everybody = _many(server, 30)
    office = server.hire(people.OFFICE)
    first = told(office.get("/api/patients?limit=10"))
    told(office.post("/api/patients", typed(SETTLED, name_kana="ア", chart_number=None)), 201)
    rest = told(office.get(f"/api/patients?limit=100&cursor={first['next_cursor']}"))
    seen = [p["id"] for p in first["items"] + rest["items"]]
    assert sorted(seen) == sorted(everybody)


def _cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.shows("F44")
@pytest.mark.parametrize("path", ["/api/patients", "/api/consented-patients", "/api/audit-events"])
@pytest.mark.parametrize(
    "cursor",
    [
        "x", "💥", "bnVsbA", "e30", _cursor(), _cursor("x"), _cursor(None), _cursor("x", "y"), _cursor(1, 2),
        _cursor(-1), _cursor(1 << 70), _cursor(float("nan")), _cursor(float("inf")), _cursor(True, False),
        _cursor("ア\0", SOMEBODY), _cursor("\ud800", SOMEBODY),
        _cursor("2026-07-14", "019a0000-0000-7000-8000-0000000000"), _cursor([], {}), _cursor("x", "y", "z"),
        base64.urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)  # fmt: skip
def test_a_cursor_that_was_not_made_here_is_refused(server: Server, path: str, cursor: str) -> None:
    refused(server.admin().get(f"{path}?{urlencode({'cursor': cursor})}"), "invalid_input", 422)


def test_a_chart_is_changed_only_on_the_version_it_was_read_from(office: Somebody) -> None:
    made = told(office.post("/api/patients", typed(SETTLED)), 201)
    path = f"/api/patients/{made['id']}"
    after = told(office.patch(path, {"telephone": "000-1111-2222", "base_version": made["version"]}))
    assert after["version"] > made["version"]
    refused(office.patch(path, {"address": "見本市", "base_version": made["version"]}), "changed_meanwhile", 409)
    assert told(office.get(path))["address"] == made["address"]


def test_a_chart_number_belongs_to_one_chart_however_it_is_given(office: Somebody) -> None:
    told(office.post("/api/patients", typed(SETTLED)), 201)
    other = told(office.post("/api/patients", typed(TURNED_75)), 201)
    refused(office.post("/api/patients", typed(TWIN_FIRST, chart_number="000128")), "chart_number_taken", 409)
    change = {"chart_number": "000128", "base_version": other["version"]}
    path = f"/api/patients/{other['id']}"
    refused(office.patch(path, change), "chart_number_taken", 409)
    moved = told(office.patch(path, {"chart_number": "000999", "base_version": other["version"]}))
    assert moved["chart_number"] == "000999"
    told(office.post("/api/patients", typed(TWIN_FIRST, chart_number=other["chart_number"])), 201)
    newest = told(office.get(f"{path}/history"))["items"][0]
    refused(office.post(f"{path}/history/{newest['id']}/undo"), "chart_number_taken", 409)
    told(office.patch(path, {"chart_number": "000999", "base_version": moved["version"]}))


def test_charts_without_a_number_are_no_double_of_each_other(office: Somebody) -> None:
    first = told(office.post("/api/patients", typed(SETTLED, chart_number="")), 201)
    second = told(office.post("/api/patients", typed(TURNED_75)), 201)
    assert first["chart_number"] is None
    emptied = {"chart_number": "", "base_version": second["version"]}
    assert told(office.patch(f"/api/patients/{second['id']}", emptied))["chart_number"] is None
    told(office.post("/api/patients", typed(TWIN_FIRST, chart_number="")), 201)


@pytest.mark.shows("S-123")
def test_an_edit_is_in_the_history_and_can_be_taken_back(office: Somebody) -> None:
    made = told(office.post("/api/patients", typed(SETTLED)), 201)
    path = f"/api/patients/{made['id']}"
    told(office.patch(path, {"name": "資格　一朗", "base_version": made["version"]}))
    newest, oldest = told(office.get(f"{path}/history"))["items"]
    assert (newest["kind"], newest["by"], newest["can_undo"]) == ("edited", people.OFFICE.name, True)
    assert newest["fields"] == [{"field": "name", "before": "資格　一郎", "after": "資格　一朗"}]
    back = told(office.post(f"{path}/history/{newest['id']}/undo"))
    assert back["name"] == "資格　一郎"
    refused(office.post(f"{path}/history/{newest['id']}/undo"), "nothing_to_undo", 409)
    refused(office.post(f"{path}/history/{oldest['id']}/undo"), "nothing_to_undo", 409)


@pytest.mark.shows("S-062", "S-079", "S-123")
def test_public_expense_and_care_insurance_are_typed_renewed_corrected_and_taken_back(office: Somebody) -> None:
    made = told(office.post("/api/patients", typed(SETTLED)), 201)
    path = f"/api/patients/{made['id']}"
    public: dict[str, Any] = {
        "payer_number": "５４１３９９９３", "recipient_number": "1234566", "priority": 1,
        "valid_from": "2024-10-01", "valid_until": None, "monthly_limit": 10000, "base_version": 1,
    }  # fmt: skip
    wrong = refused(
        office.post(f"{path}/public-expenses", public | {"recipient_number": "1234567"}), "off_card_wrong", 422
    )
    assert wrong["errors"] == [{"path": "recipient_number", "message": "check_digit"}]
    first = told(office.post(f"{path}/public-expenses", public), 201)
    renewed = public | {"valid_from": "2025-10-01", "monthly_limit": 5000, "base_version": first["version"]}
    chart = told(office.post(f"{path}/public-expenses", renewed), 201)
    newest, past = chart["public_expenses"]
    assert (newest["payer_number"], newest["past_label"]) == ("54139993", None)
    assert (past["valid_until"], past["monthly_limit"], past["past_label"]) == ("2025-09-30", 10000, "過1")
    care = {
        "insurer_number": "139998", "insured_number": "0000012345", "care_level": "applied",
        "valid_from": "2026-04-01", "base_version": chart["version"],
    }  # fmt: skip
    refused(office.post(f"{path}/care-insurances", care | {"base_version": 1}), "changed_meanwhile", 409)
    chart = told(office.post(f"{path}/care-insurances", care), 201)
    (level,) = chart["care_insurances"]
    care |= {"care_level": "care_3", "base_version": chart["version"]}
    chart = told(office.put(f"{path}/care-insurances/{level['id']}", care))
    assert chart["care_insurances"][0]["care_level"] == "care_3"
    newest_act, *_ = told(office.get(f"{path}/history"))["items"]
    assert newest_act["fields"] == [{"field": "care_level", "before": "applied", "after": "care_3"}]
    assert (newest_act["kind"], newest_act["can_undo"]) == ("care_insurance_typed", True)
    told(office.post(f"{path}/history/{newest_act['id']}/undo"))
    assert told(office.get(path))["care_insurances"][0]["care_level"] == "applied"


def _many(server: Server, count: int) -> list[str]:
    """So many charts; five share each kana."""
    made = []
    with server.changing() as session:
        for number in range(count):
            values = {
                "chart_number": f"{number:06}", "name": f"例示　{number}", "name_kana": f"レイジ　{number // 5:03}",
                "birth_date": SETTLED.birth_date,
            }  # fmt: skip
            patient = create_patient(
                session, server.clinics.minamo.id, values, None, kind="registered", actor=THE_RULES,
                source=("person", None), now=people.NOW,
            )  # fmt: skip
            made.append(str(patient.id))
    return made
