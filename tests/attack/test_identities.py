"""Everybody tries everything: the whole published API, played by Schemathesis as each kind of caller (SEC-18).

Beside the contract's own checks each answer must fit what the route declares about its callers: who may not gets a
refusal, whatever the input, and leaves no trace in anybody's data. Small in `test`; `prove attack` plays more than
twenty thousand cases.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import allow_header_conformance, response_headers_conformance
from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel
from tests import people
from tests.api.server import Device, Server, Somebody, login_of, told
from tests.api.terminal import Terminal
from tests.api.test_contract_run import CHECKS, OPERATIONS
from tests.api.test_ledger import typed
from tests.guards.test_routes import routes
from tests.people import SETTLED, TURNED_75, record_of

from otonai.api.access import Access
from otonai.domain.access import Caller, Role

#: How many requests each of them made.
CASES: Counter[str] = Counter()
ALL_CHECKS = [*CHECKS, response_headers_conformance, allow_header_conformance]
#: Who tries, and as whom the routes know them. Doctor, office and administrator sign in at the office.
IDENTITIES = ("nobody", "doctor", "office", "administrator", "tablet", "bridge")
PEOPLE = {"doctor": people.DOCTOR, "office": people.OFFICE, "administrator": people.ADMIN}
#: Answers to somebody who may not; a malformed address is not found before anybody is asked who he is.
REFUSALS = {400, 401, 403, 404, 405, 411, 413, 415}
#: Knocking itself is noted: in the audit trail, as a proof that was used, as a sign of life.
MOVING = {"audit_event", "clinic_clock", "staff_session", "device_token", "device", "device_unlock", "used_proof"}


@dataclass(frozen=True)
class Played:
    """The application, everybody who tries, ids that exist, and what each route declares."""

    server: Server
    everybody: dict[str, Somebody]
    known: dict[str, str]
    declared: dict[tuple[str, str], Access]

    def somebody(self, who: str) -> Somebody:
        """One of them, let in again if what was played before has signed him out."""
        known, server = self.everybody[who], self.server
        if who == "tablet" and known.get("/api/visits").status_code != 200:
            self.everybody[who] = server.open(server.enrol("tablet"), people.NURSE)
        elif who == "bridge" and known.get("/api/bridge/jobs").status_code != 200:
            self.everybody[who] = server.bridge()
        elif who in PEOPLE and known.get("/api/session").status_code != 200:
            person = PEOPLE[who]
            name = person.login_name if person is people.ADMIN else login_of(person)
            server.as_on_the_first_day()
            self.everybody[who] = server.sign_in(person, name)
        return self.everybody[who]


@pytest.fixture(scope="module")
def played(app: Flask, one_database: Engine) -> Played:
    """One clinic at work; what the callers who may leave behind is part of the play."""
    app.extensions["otonai"].engine = one_database
    server = Server(app, one_database)
    admin, terminal = server.admin(), Terminal(server)
    everybody: dict[str, Somebody] = {
        "nobody": server.nobody(),
        "doctor": server.hire(people.DOCTOR),
        "office": server.hire(people.OFFICE),
        "administrator": admin,
        "tablet": server.tablet(people.NURSE),
        "bridge": terminal.bridge,
    }
    chart = told(admin.post("/api/patients", typed(SETTLED)), 201)
    (row,) = terminal.bring_list(admin, record_of(TURNED_75))
    planned = {"patient_id": chart["id"], "planned_at": "2026-07-14T05:00:00Z", "visit_type": "home_visit"}
    known = {
        "patient_id": chart["id"],
        "consented_id": row["id"],
        "visit_id": told(admin.post("/api/visits", planned), 201)["id"],
        "device_id": str(server.enrol("tablet", name="訪問9号").id),
    }
    return Played(server, everybody, known, {(r.method, _published(r.rule)): r.access for r in routes(app)})


def _published(rule: str) -> str:
    """A route as the document writes it."""
    parts = (f"{{{part.strip('<>').split(':')[-1]}}}" if part.startswith("<") else part for part in rule.split("/"))
    return "/".join(parts)


def may(who: str, declared: Access) -> bool:
    """Whether the route names this caller."""
    if Caller.PUBLIC in declared.callers:
        return True
    if who in PEOPLE:
        return Caller.STAFF in declared.callers and PEOPLE[who].role in declared.roles
    if who == "tablet":
        return Caller.TABLET in declared.callers or (
            Caller.BEDSIDE in declared.callers and Role.NURSE in declared.roles
        )
    return who == "bridge" and Caller.BRIDGE in declared.callers


def test_every_operation_of_the_document_declares_its_callers(played: Played) -> None:
    assert {(o.method.upper(), o.path) for o in OPERATIONS} <= set(played.declared)
    reached = {who: sum(may(who, a) for a in played.declared.values() if a is not None) for who in IDENTITIES}
    assert reached["nobody"] < reached["bridge"] < reached["tablet"] < reached["office"] <= reached["administrator"]


@pytest.mark.prove("attack")
@pytest.mark.shows("F41", "F44", "F54")
@pytest.mark.parametrize("who", IDENTITIES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: o.label)
def test_nobody_gets_further_than_a_route_declares(
    played: Played, operation: Any, who: str, sized: Callable[[int, int], int]
) -> None:
    declared = played.declared[operation.method.upper(), operation.path]
    allowed, somebody = may(who, declared), played.somebody(who)
    before = None if allowed else _rows(played.server.engine)
    examples = sized(3 if allowed else 2, 150)

    @seed(20260714)
    @settings(
        max_examples=examples, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(data=st.data(), existing=st.booleans())
    def play(data: Any, existing: bool) -> None:
        mode = data.draw(st.sampled_from(list(GenerationMode)))
        case = data.draw(operation.as_strategy(generation_mode=mode))
        if existing:
            ids = {name: played.known[name] for name in case.path_parameters or {} if name in played.known}
            case.path_parameters.update(ids)
        answer = _sent(played.server, somebody, case)
        CASES[who] += 1
        case.validate_response(answer, checks=ALL_CHECKS)
        if not allowed:
            assert answer.status_code in REFUSALS, f"{who} got {answer.status_code} from {operation.label}"

    play()
    if before is not None:
        assert _rows(played.server.engine) == before


@pytest.mark.prove("attack")
def test_enough_was_played(sized: Callable[[int, int], int]) -> None:
    assert CASES.total() >= sized(600, 20_000), dict(CASES)


def _sent(server: Server, somebody: Somebody, case: Any) -> Any:
    headers = somebody.headers | {"Accept-Encoding": "identity"}  # nobody unpacks on this way
    if isinstance(somebody, Device):
        headers |= somebody.credentials(case.method, unquote(case.formatted_path))
    cookies = {cookie.key: cookie.value for cookie in (somebody.client._cookies or {}).values()}
    return case.call(app=server.app, headers=headers, cookies=cookies or None)


def _rows(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
            if name not in MOVING
        }
