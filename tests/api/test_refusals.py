"""How the API refuses: always as problem details, always with the next step, never with what was typed."""

from __future__ import annotations

import ast
import json
import logging
from typing import Any, TypeGuard
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from sqlmodel import select
from tests import people
from tests.api.server import Server, Somebody, refused, told
from tests.guards.source import package_files, tree

from otonai.api.errors import CATALOGUE
from otonai.event_log import OneLine
from otonai.store.tables import AuditEvent, IdempotentAnswer, Patient

#: Twelve digits with a right check digit; belongs to nobody.
MY_NUMBER = "123456789018"
#: An id that nobody has.
NOBODY = "019a0000-0000-7000-8000-000000000001"
CHART = {"chart_number": "000128", "name": "資格　一郎", "name_kana": "シカク　イチロウ", "birth_date": "1937-03-03"}


@pytest.fixture
def office(server: Server) -> Somebody:
    """架空 真帆 at her desk."""
    return server.hire(people.OFFICE)


# --- one shape ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "code", "status"),
    [
        ("GET", "/api/nothing-here", "not_found", 404),
        ("PUT", "/api/patients", "method_not_allowed", 405),
        ("GET", f"/api/patients/{NOBODY}", "not_found", 404),
        ("GET", "/api/patients/not-an-id", "not_found", 404),
        ("POST", "/api/patients", "invalid_input", 422),
        ("GET", "/api/patients?limit=0", "invalid_input", 422),
        ("GET", "/api/patients?limit=many", "invalid_input", 422),
        ("GET", "/api/patients?cursor=invented", "invalid_input", 422),
        ("GET", "/api/visits?day=yesterday", "invalid_input", 422),
    ],
)
def test_every_refusal_has_one_shape(office: Somebody, method: str, path: str, code: str, status: int) -> None:
    refused(office.ask(method, path, {}), code, status)


def test_a_body_that_is_no_json_is_told_as_such(office: Somebody) -> None:
    for text in ("{", "null", "[]", '"x"', '{"name": "\udcff"}'.encode("utf-8", "surrogateescape")):
        answer = office.client.post("/api/patients", data=text, content_type="application/json")
        assert answer.status_code in (400, 422)
        assert json.loads(answer.data)["next_step"]


@pytest.mark.shows("F54")
def test_a_body_that_is_too_large_is_refused_before_it_is_read(office: Somebody) -> None:
    body = {"name": "x" * (6 * 1024 * 1024)}
    refused(office.post("/api/patients", body), "entry_too_long", 413)


def test_each_wrong_field_is_named_and_none_hides_another(office: Somebody) -> None:
    body = {"name": "", "birth_date": "37-3-3", "sex": "x", "coverage": {"contribution_ratio": 300}}
    errors = refused(office.post("/api/patients", body), "invalid_input", 422)["errors"]
    assert {e["path"] for e in errors} == {"name", "birth_date", "sex", "coverage.contribution_ratio"}


def test_the_words_come_in_the_readers_language(server: Server) -> None:
    japanese = refused(server.nobody().get("/api/session"), "not_signed_in", 401)
    english = refused(server.nobody().get("/api/session", Accept_Language="en"), "not_signed_in", 401)
    assert japanese["title"] == "ログインが切れています。"
    assert english["title"] == "You are signed out."


def test_every_code_that_a_caller_can_meet_has_its_sentence() -> None:
    raised = set()
    for path in package_files("otonai"):
        if path.parent.name == "terminal":  # refusals of request building stay inside the flow, as reasons
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                raised |= {str(k.value.value) for k in node.keywords if k.arg == "code" and _is_text(k.value)}
    assert len(raised) > 20
    assert raised - set(CATALOGUE) == INSIDE_RECEIPTS


def _is_text(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


RAISED = {"NotFound", "Refused", "NotSignedIn", "Conflict", "Invalid", "Locked"}
#: Told inside the receipt of an entry, where the tablet has the words; never by a status of HTTP.
INSIDE_RECEIPTS = {"entry_unreadable", "box_unreadable", "my_number_refused", "visit_exists", "visit_made"}


# --- what is never taken -----------------------------------------------------------------------------------


@pytest.mark.shows("S-010", "S-183")
@pytest.mark.parametrize(
    "text", [MY_NUMBER, "1234-5678-9018", "１２３４５６７８９０１８", "1234 5678 9018", f"番号は{MY_NUMBER}です"]
)
@pytest.mark.parametrize("field", ["name", "chart_number", "address", "telephone", "card_number"])
def test_a_my_number_is_refused_with_an_explanation_and_kept_nowhere(
    server: Server, office: Somebody, text: str, field: str, caplog: pytest.LogCaptureFixture
) -> None:
    body: dict[str, Any] = dict(CHART)
    if field == "card_number":
        body["coverage"] = {field: text}
    else:
        body[field] = text
    with caplog.at_level(logging.DEBUG):
        answer = refused(office.post("/api/patients", body), "invalid_input", 422)
    (error,) = answer["errors"]
    assert error["path"].endswith(field)
    assert "マイナンバー" in error["message"]
    assert text not in json.dumps(answer, ensure_ascii=False)
    assert text not in caplog.text
    with server.changing() as session:
        assert session.exec(select(Patient)).all() == []


@pytest.mark.shows("F43")
@pytest.mark.parametrize(
    "more", [{"clinic_id": NOBODY}, {"linked": True}, {"version": 99}, {"id": NOBODY}, {"verified": True}]
)
def test_fields_that_nobody_may_set_are_refused_and_not_ignored(
    server: Server, office: Somebody, more: dict[str, Any]
) -> None:
    refused(office.post("/api/patients", CHART | more), "invalid_input", 422)
    with server.changing() as session:
        assert session.exec(select(Patient)).all() == []


@pytest.mark.shows("F43")
def test_an_act_without_content_takes_none(office: Somebody) -> None:
    refused(office.post("/api/home-visit/requests/fetch", {"clinic_id": str(uuid4())}), "invalid_input", 422)


# --- what is logged ----------------------------------------------------------------------------------------


@pytest.mark.shows("F50")
def test_an_unforeseen_failure_is_calm_outside_and_one_line_of_ids_inside(
    server: Server, office: Somebody, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*_: Any, **__: Any) -> None:
        raise RuntimeError("資格　一郎\n2026-01-01 otonai INFO forged line")

    monkeypatch.setattr("otonai.api.patients.search", burst)
    with caplog.at_level(logging.INFO):
        body = refused(office.get("/api/patients"), "internal_error", 500)
    assert "資格" not in json.dumps(body, ensure_ascii=False)
    (record,) = [r for r in caplog.records if r.name == "otonai.api" and r.exc_info]
    line = OneLine().format(record)
    assert "\n" not in line
    assert "資格" not in line
    assert "forged" not in line
    assert json.loads(line)["error"] == "RuntimeError"
    assert server.app.testing is False


@pytest.mark.shows("F50")
def test_a_whole_round_of_work_leaves_no_name_or_number_in_the_log(
    office: Somebody, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        made = told(office.post("/api/patients", CHART | {"coverage": {"card_number": "00031031"}}), 201)
        office.get(f"/api/patients/{made['id']}")
        office.get("/api/patients?query=シカク")
        office.post("/api/patients", CHART)
        office.patch(f"/api/patients/{made['id']}", {"telephone": "000-0000-1234", "base_version": 99})
    for canary in ("資格", "シカク", "00031031", "1937-03-03", "000-0000-1234"):
        assert canary not in caplog.text


# --- once ---------------------------------------------------------------------------------------------------


@pytest.mark.shows("F19", "S-159")
def test_the_same_write_twice_has_one_effect_and_one_answer(server: Server, office: Somebody) -> None:
    key = str(uuid4())
    first = office.post("/api/patients", CHART, Idempotency_Key=key)
    again = office.post("/api/patients", CHART, Idempotency_Key=key)
    assert told(first, 201) == told(again, 201)
    with server.changing() as session:
        assert len(session.exec(select(Patient)).all()) == 1
        assert len(session.exec(select(AuditEvent).where(AuditEvent.action == "ledger_registered")).all()) == 1


def test_one_key_for_two_contents_is_refused(office: Somebody) -> None:
    key = str(uuid4())
    told(office.post("/api/patients", CHART, Idempotency_Key=key), 201)
    other = CHART | {"chart_number": "000129"}
    refused(office.post("/api/patients", other, Idempotency_Key=key), "idempotency_key_reused", 422)


def test_a_refused_write_may_be_tried_again_under_its_key(server: Server, office: Somebody) -> None:
    key = str(uuid4())
    told(office.post("/api/patients", CHART), 201)
    refused(office.post("/api/patients", CHART, Idempotency_Key=key), "chart_number_taken", 409)
    with server.changing() as session:
        assert session.exec(select(IdempotentAnswer)).all() == []
    refused(office.post("/api/patients", CHART, Idempotency_Key=key), "chart_number_taken", 409)


def test_a_key_belongs_to_its_person(server: Server, office: Somebody) -> None:
    key = str(uuid4())
    told(office.post("/api/patients", CHART, Idempotency_Key=key), 201)
    refused(server.admin().post("/api/patients", CHART, Idempotency_Key=key), "chart_number_taken", 409)


# --- searching ----------------------------------------------------------------------------------------------


@pytest.mark.shows("F48")
@pytest.mark.parametrize("query", ["%", "_", "' OR 1=1 --", "\\", "%%%%", "*", "（"])
def test_signs_of_the_query_language_find_only_themselves(office: Somebody, query: str) -> None:
    told(office.post("/api/patients", CHART), 201)
    found = told(office.get(f"/api/patients?{urlencode({'query': query})}"))
    assert found["total"] == 0


@pytest.mark.shows("F48")
def test_text_that_no_database_can_hold_is_refused_on_both(either_server: Server) -> None:
    admin = either_server.admin()
    refused(admin.get("/api/patients?query=%00"), "invalid_input", 422)
    refused(admin.get("/api/devices/grants/A%00"), "not_found", 404)
    refused(admin.post("/api/patients", CHART | {"address": "a\0b"}), "invalid_input", 422)
    refused(admin.post("/api/patients", CHART | {"overrides": {"\0": "x"}}), "invalid_input", 422)
    half = admin.client.post("/api/patients", data=b'{"name": "\\ud83d"}', content_type="application/json")
    refused(half, "invalid_input", 422)
    asked = either_server.ask_for_code("tablet", name="1\0号")
    assert told(admin.get(f"/api/devices/grants/{told(asked)['user_code']}"))["name"] == "1号"


# --- the ends of what a value can be ------------------------------------------------------------------------


@pytest.mark.shows("F54")
@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"a":' * 3_000 + "1" + "}" * 3_000, '{"name": ' + "9" * 5_000 + "}", "[" * 950 + "]" * 950]
)
def test_json_that_no_parser_holds_is_the_senders_error(office: Somebody, text: str) -> None:
    answer = office.client.post("/api/patients", data=text, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert json.loads(answer.data)["code"] in ("bad_request", "invalid_input")


@pytest.mark.parametrize(
    "at", ["2026-07-14T05:00:00", "2026-07-14", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_visit_is_planned_at_an_instant_of_our_time(office: Somebody, at: str) -> None:
    made = told(office.post("/api/patients", CHART), 201)
    body = {"patient_id": made["id"], "planned_at": at, "visit_type": "home_visit"}
    (error,) = refused(office.post("/api/visits", body), "invalid_input", 422)["errors"]
    assert error["path"] == "planned_at"


@pytest.mark.parametrize("day", ["0001-01-01", "1867-12-31", "9999-12-31"])
def test_nobody_is_born_in_the_future_or_before_meiji(office: Somebody, day: str) -> None:
    (error,) = refused(office.post("/api/patients", CHART | {"birth_date": day}), "invalid_input", 422)["errors"]
    assert error["path"] == "birth_date"


@pytest.mark.shows("F49")
@pytest.mark.parametrize(
    "address",
    [
        "http://[::1", "https://consent.example\\@evil.example/", "https://consent.example/\u202e",
        "https://consent.example/a b", "https://consent.example/\ta", "//consent.example/minamo",
    ],
)  # fmt: skip
def test_an_address_that_readers_could_read_differently_becomes_nobodys_link(server: Server, address: str) -> None:
    refused(server.admin().patch("/api/settings", {"consent_url": address}), "link_not_official", 422)
