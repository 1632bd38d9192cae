"""Searches that try to be more than a search (F48): no error, nobody extra, nobody missing, nothing changed.

What should be found is decided here a second time, by plain comparison in Python, over both databases.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select
from tests.api.server import Server, Somebody, told
from tests.api.test_ledger import typed
from tests.databases import ENGINES, Databases, known_clinics, rows_of_all
from tests.people import ASSISTED, SETTLED, TURNED_75

from otonai.domain.writing import kana_key
from otonai.store.patients import search
from otonai.store.session import reading
from otonai.store.tables import Patient

ODD = "'\"`;%_\\*?()[]{}-+|&^~:<>=!@#$/ \t"
INJECTIONS = [
    "' OR '1'='1", "' OR 1=1 --", "'; DROP TABLE patient; --", "') UNION SELECT * FROM staff --", "\\' OR 1=1 --",
    "%", "_", "%%", "%_%", "\\%", "\\", "*", "シ*", '"シカク"', "シカク OR 名", "NEAR(シカク, 1)", "kana_key:シカク",
    "-シカク", "^シカク", "シカク\\", "[シ]", "(?i)シ", "シカク' AND pg_sleep(5) --", "$$シカク$$", "{{7*7}}", "${7*7}",
    "' || (SELECT password_hash FROM staff LIMIT 1) || '", "1937-03-03' OR '1'='1", "0 OR 1=1", "＇ ＯＲ １＝１",
]  # fmt: skip
TEXTS = st.sampled_from(INJECTIONS) | st.text(ODD + "シカク一郎0128", max_size=12) | st.text(max_size=40)
#: Charts whose own names hold the signs that mean something in a pattern.
CAST = (
    SETTLED,
    TURNED_75,
    replace(ASSISTED, name="百％　五十", chart_number="50%_\\'--"),
    replace(SETTLED, name='O\'Brien "Pat"', name_kana="オブライエン　パット", chart_number="A_1*"),
)


@pytest.fixture(scope="module", params=ENGINES)
def ledger(request: pytest.FixtureRequest, app: Flask, databases: Databases) -> Iterator[Engine]:
    """みなも with these charts; ひなた, next door, with one of its own that no search of みなも may bring."""
    engine, remove = databases.fresh(request.param)
    app.extensions["otonai"].engine = engine
    server = Server(app, engine)
    admin, neighbour = server.admin(), server.neighbour()
    for chart in CAST:
        told(admin.post("/api/patients", typed(chart, coverage=None)), 201)
    told(neighbour.post("/api/patients", typed(SETTLED, coverage=None, name="隣の　資格一郎")), 201)
    yield engine
    remove()


def expected(rows: list[Patient], query: str, fold: Callable[[str], str]) -> set[str]:
    """Chart numbers that hold this text, sign by sign."""
    text = query.strip()
    key = kana_key(text)
    return {
        str(row.chart_number)
        for row in rows
        if not text
        or (key and key in (row.kana_key or ""))
        or fold(text) in fold(row.name)
        or fold(text) in fold(row.chart_number or "")
        or _is_birthday(row.birth_date, text)
    }


def _is_birthday(born: date, text: str) -> bool:
    return text in (born.isoformat(), born.strftime("%Y%m%d"))


@pytest.mark.prove("attack")
@pytest.mark.shows("F48")
@given(query=TEXTS.filter(lambda text: "\0" not in text))
@example(query="' OR '1'='1")
@example(query="%")
@example(query="_")
@example(query="\\")
def test_a_search_brings_who_holds_the_text_and_nobody_else(ledger: Engine, query: str) -> None:
    clinic = known_clinics(ledger).minamo.id
    with reading(ledger, clinic) as session:
        rows = list(session.exec(select(Patient).where(Patient.clinic_id == clinic)).all())
        found, total = search(session, clinic, query, after=None, limit=100)
    assert total == len(found)
    brought = {str(row.chart_number) for row in found}
    # The embedded database takes a and A for the same letter, PostgreSQL does not.
    assert expected(rows, query, str) <= brought <= expected(rows, query, str.casefold)
    assert all(row.clinic_id == clinic for row in found)


@pytest.mark.shows("F48")
@pytest.mark.parametrize("parameter", ["query", "cursor", "limit", "filter", "from", "until"])
@pytest.mark.parametrize("path", ["/api/patients", "/api/consented-patients", "/api/audit-events", "/api/visits"])
def test_no_parameter_of_a_list_is_more_than_a_value(app: Flask, ledger: Engine, path: str, parameter: str) -> None:
    app.extensions["otonai"].engine = ledger
    admin = _administrator(app, ledger)
    before = _counts(ledger)
    for text in [*INJECTIONS, "\0", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "x" * 5000]:
        answer = admin.get(f"{path}?{urlencode({parameter: text})}")
        assert answer.status_code in (200, 422), (path, parameter, text, answer.status_code)
        assert "password_hash" not in json.dumps(answer.get_json())
        assert "隣の" not in answer.get_data(as_text=True)
    assert _counts(ledger) == before


_signed_in: dict[int, Somebody] = {}


def _administrator(app: Flask, engine: Engine) -> Somebody:
    """One sign-in for all parameters of one database."""
    if id(engine) not in _signed_in:
        _signed_in[id(engine)] = Server(app, engine).admin()
    return _signed_in[id(engine)]


def _counts(engine: Engine) -> int:
    return rows_of_all(engine)["patient"]
