"""`otonai match` and `otonai compare`: one answer per line, whatever the line is, and no need for a database."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.people import SETTLED, TURNED_75, late_elderly, record_of
from typer.testing import CliRunner

from otonai.cli import app
from otonai.domain.eligibility import EligibilityRecord
from otonai.domain.patient import LedgerPatient

CARD = ("insurer_number", "card_symbol", "card_number", "branch_number")
Put = Callable[[list[object]], str]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes one line per value (bytes as they are) and gives the file's path."""

    def write(lines: list[object]) -> str:
        file = tmp_path / "lines.jsonl"
        told = [line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() for line in lines]
        file.write_bytes(b"".join(line + b"\n" for line in told))
        return str(file)

    return write


def run(command: str, *arguments: str, given: bytes = b"") -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the answers, and what standard error says."""
    done = CliRunner().invoke(app, [command, *arguments], input=given)
    return done.exit_code, [json.loads(line) for line in done.stdout_bytes.decode().splitlines()], done.stderr


def chart(patient: LedgerPatient, **more: object) -> dict[str, Any]:
    """A chart as an operator writes it."""
    told: dict[str, Any] = {
        "id": patient.id,
        "name": patient.name,
        "name_kana": patient.name_kana,
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "sex": patient.sex,
        "coverages": [{name: getattr(own, name) for name in CARD} for own in patient.coverages],
    }
    return told | more


def result(record: EligibilityRecord, **more: object) -> dict[str, Any]:
    """A record with the names of `otonai terminal read`."""
    told: dict[str, Any] = {
        "name": record.name,
        "name_kana": record.name_kana,
        "birth_date": record.birth_date.isoformat() if record.birth_date else None,
        "sex": record.sex,
        **{name: getattr(record.coverage, name) for name in CARD},
        "reference_number": record.reference_number,
        "consents": [],
        "unsafe_fields": sorted(record.unsafe_fields),
    }
    return told | more


def differences(put: Put, patient: object, told: object, **more: object) -> dict[str, tuple[str, str]]:
    """Kind and default of every field that the one line names."""
    code, (answer,), _ = run("compare", put([{"patient": patient, "result": told, **more}]))
    assert code == 0
    assert list(answer) == ["differences"]
    assert all(list(d) == ["field", "ours", "theirs", "kind", "default"] for d in answer["differences"])
    return {d["field"]: (d["kind"], d["default"]) for d in answer["differences"]}


# --- match -------------------------------------------------------------------------------------------------


def test_a_chart_is_named_with_its_outcome_and_its_reasons(put: Put) -> None:
    line = {"ledger": [chart(SETTLED), chart(TURNED_75)], "result": result(record_of(SETTLED))}
    code, answers, _ = run("match", put([line]))
    because = ["insurance_equal", "birth_date_equal", "kana_equal"]
    assert (code, answers) == (0, [{"outcome": "matched", "patient": "settled", "reasons": because}])


def test_an_id_comes_back_as_it_was_handed_in(put: Put) -> None:
    line = {"ledger": [chart(SETTLED, id=7)], "result": result(record_of(SETTLED))}
    _, (answer,), _ = run("match", put([line]))
    assert answer["patient"] == 7


def test_a_chart_may_lack_anything_but_its_id(put: Put) -> None:
    told = result(record_of(SETTLED, reference_number="000128"))
    known = {"id": "a", "reference_number": "000128", "birth_date": "1937-03-03"}
    for bare, outcome in (({"id": "a"}, "new"), (known, "linked"), (known | {"birth_date": None}, "conflicting")):
        _, (answer,), _ = run("match", put([{"ledger": [bare], "result": told}]))
        assert answer["outcome"] == outcome


def test_the_insurance_may_stand_in_the_chart_itself(put: Put) -> None:
    flat = {**chart(SETTLED), "insurer_number": "39139993", "card_number": "31031", "coverages": None}
    _, (answer,), _ = run("match", put([{"ledger": [flat], "result": result(record_of(SETTLED))}]))
    assert answer["outcome"] == "matched"


def test_details_name_every_candidate_with_its_score(put: Put) -> None:
    twice = [chart(SETTLED), chart(SETTLED, id="again")]
    _, (answer,), _ = run("match", put([{"ledger": twice, "result": result(record_of(SETTLED))}]), "--details")
    assert (answer["outcome"], answer["patient"], answer["score"]) == ("ambiguous", None, None)
    assert [(c["patient"], c["score"]) for c in answer["candidates"]] == [("again", 100), ("settled", 100)]


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (b"no json", "not a JSON object"),
        (b"[]", "line: Input should be an object"),
        (b'{"ledger": []}', "result: Field required"),
        (b'{"ledger": [{}], "result": {}}', "ledger.0.id: a chart needs an id"),
        (b'{"ledger": [{"id": 1}, {"id": "1"}], "result": {}}', "ledger: two charts have the same id"),
        (b'{"ledger": [{"id": 1, "birth_date": "1937-02-30"}], "result": {}}', "ledger.0.birth_date: "),
        (b'{"ledger": [], "result": {"birth_date": 19370303.5}}', "result.birth_date: "),
        (b'{"ledger": [], "result": {"sex": "m"}}', "result.sex: "),
        (b'{"ledger": [], "result": {"name": ["x"]}}', "result.name: "),
        (b'{"ledger": [], "result": {"name": "\xff"}}', "not a JSON object"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_answered(put: Put, line: bytes, detail: str) -> None:
    good: dict[str, object] = {"ledger": [], "result": {}}
    code, answers, told = run("match", put([good, line, b"", good]))
    assert code == 1
    assert [a.get("outcome") for a in answers] == ["new", None, "new"]
    assert answers[1]["line"] == 2
    assert answers[1]["detail"].startswith(detail)
    assert told.startswith(f"otonai match: line 2: {detail}")


def test_an_error_repeats_no_value(put: Put) -> None:
    line = {"ledger": [chart(SETTLED, sex="資格の性", birth_date="架空の日")], "result": {"birth_date": "見本の日"}}
    _, answers, told = run("match", put([line]))
    assert not any(value in json.dumps(answers, ensure_ascii=False) + told for value in ("資格の", "架空の", "見本の"))


@pytest.mark.parametrize("command", ["match", "compare"])
def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path, command: str) -> None:
    for missing in (str(tmp_path / "nowhere"), str(tmp_path)):
        code, answers, told = run(command, missing)
        assert (code, answers, told) == (1, [], f"otonai {command}: the file cannot be read\n")


def test_standard_input_is_answered_line_by_line_while_it_stays_open() -> None:
    line = json.dumps({"ledger": [chart(SETTLED)], "result": result(record_of(SETTLED))}).encode() + b"\n"
    asked = subprocess.Popen([sys.executable, "-m", "otonai", "match", "-"], stdin=-1, stdout=-1)
    assert asked.stdin is not None
    assert asked.stdout is not None
    for _ in range(2):
        asked.stdin.write(line)
        asked.stdin.flush()
        assert json.loads(asked.stdout.readline())["patient"] == SETTLED.id
    asked.stdin.close()
    assert asked.wait(timeout=30) == 0
    asked.stdout.close()


def test_a_byte_order_mark_of_an_editor_does_no_harm(put: Put) -> None:
    code, answers, _ = run("match", put([b'\xef\xbb\xbf{"ledger": [], "result": {}}']))
    assert (code, answers[0]["outcome"]) == (0, "new")


# --- compare -----------------------------------------------------------------------------------------------


def test_every_field_of_a_record_is_compared_in_the_order_of_the_screen(put: Put) -> None:
    told = differences(put, chart(SETTLED), result(record_of(SETTLED)))
    assert list(told) == ["name", "name_kana", "sex", "birth_date", *CARD]
    assert set(told.values()) == {("same", "keep")}


@pytest.mark.shows("S-083", "S-090", "S-091")
def test_the_four_kinds_stand_beside_each_other_with_what_is_selected(put: Put) -> None:
    switched = record_of(TURNED_75, name="例示　●志", name_kana="ﾚｲｼﾞ ﾀｶｼ", coverage=late_elderly("00451208"))
    told = differences(put, chart(TURNED_75), result(switched))
    assert told == {
        "name": ("unsafe", "keep"),
        "name_kana": ("format", "keep"),
        "sex": ("same", "keep"),
        "birth_date": ("same", "keep"),
        "insurer_number": ("real", "take"),
        "card_symbol": ("unsafe", "keep"),
        "card_number": ("real", "take"),
        "branch_number": ("unsafe", "keep"),
    }


def test_further_fields_are_compared_where_the_result_names_them(put: Put) -> None:
    ours = chart(SETTLED, address="見本市緑町三丁目９９番９号", coverages=[{"limit_category": "B04"}])
    theirs = result(record_of(SETTLED), address="見本市緑町3-99-9", limit_category="B10")
    assert differences(put, ours, theirs)["address"] == ("format", "keep")
    assert differences(put, ours, theirs)["limit_category"] == ("real", "take")
    assert "address" not in differences(put, ours, result(record_of(SETTLED)))


@pytest.mark.shows("S-095")
def test_by_number_the_limit_category_is_selected_only_with_consent_or_certificate(put: Put) -> None:
    ours, theirs = chart(SETTLED), result(record_of(SETTLED), limit_category="B10")
    selected = {
        answer: differences(put, ours, theirs, route="number", limit_consent=answer)["limit_category"][1]
        for answer in ("unknown", "refused", "agreed", "certificate_shown")
    }
    assert selected == {"unknown": "keep", "refused": "keep", "agreed": "take", "certificate_shown": "take"}


@pytest.mark.shows("S-060")
def test_without_a_chart_everything_delivered_is_selected(put: Put) -> None:
    told = differences(put, None, result(record_of(SETTLED)))
    assert told["name"] == told["card_number"] == ("real", "take")
    assert told["card_symbol"] == ("same", "keep")


def test_the_newest_insurance_is_the_one_compared_in_whatever_order_they_are_told(put: Put) -> None:
    old = {"insurer_number": "06139992", "card_symbol": "1", "card_number": "2", "valid_from": "2021-04-01"}
    new = {"insurer_number": "39139993", "card_number": "00031031", "valid_from": "20250801"}
    for listed in ([old, new], [new, old], [{**old, "valid_from": None}, {**new, "valid_from": None}]):
        told = differences(put, chart(SETTLED, coverages=listed), result(record_of(SETTLED)))
        assert set(told.values()) == {("same", "keep")}


def test_details_give_the_reason_of_a_difference_and_the_act_that_fits(put: Put) -> None:
    line = {"patient": chart(SETTLED), "result": result(record_of(SETTLED), branch_number="01")}
    _, (answer,), _ = run("compare", put([line]), "--details")
    assert [(d["field"], d["reason"]) for d in answer["differences"] if d["kind"] != "same"] == [
        ("branch_number", "newly_known")
    ]
    assert answer["suggested"] == "overwrite"
