"""`otonai terminal medical`: what of an answer somebody may read, by the rules of the screens."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.terminal.messages import CHECKUPS, DRUGS, HARU, LIST, SINGLE, consented_list, message, single, tag, tags
from tests.terminal.test_medical import SUBJECT, branch, head
from typer.testing import CliRunner

from otonai.terminal_cli import terminal_commands

Put = Callable[[str, bytes], str]
HARU_CARD = "39139999//00067890"
AT = "2026-11-18T12:00:00+09:00"


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Writes one file of the terminal and gives its path."""

    def write(name: str, content: bytes) -> str:
        (tmp_path / name).write_bytes(content)
        return str(tmp_path / name)

    return write


def run(*files: str, at: str = AT, subject: str = HARU_CARD, options: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """The lines of one run; its exit code fits them."""
    done = CliRunner().invoke(terminal_commands, ["medical", *files, "--at", at, "--subject", subject, *options])
    found = [json.loads(line) for line in done.stdout_bytes.decode("utf-8").splitlines()]
    unread = any(line["outcome"] in ("incomplete", "quarantined") for line in found)
    assert done.exit_code == (1 if unread else 0), done.output
    return found


def drug_file(put: Put, name: str = DRUGS, more: str = "", head_text: str | None = None) -> str:
    return put(name, message(branch("") + branch("Cz") + more, head() if head_text is None else head_text))


def treatments(*codes: str) -> str:
    rows = "".join(
        tag("MeTrInf", tags({"SinInfN": f"見本の行為{code}", "SinInfCd": "160000000", "MeTrIdCl": code}))
        for code in codes
    )
    day = tag("DiDateInf", tag("DiDate", "20260903") + tag("MeTrInfs", rows))
    return tag("MeTrMonthInf", tags({"MeTrMonth": "202609", "MeTrDiHCd": "1318888880"}) + tag("DiDateInfs", day))


@pytest.mark.shows("S-026", "S-165")
def test_with_her_consent_harus_drugs_are_one_row_for_each_visit_and_the_repeated_row_says_so(put: Put) -> None:
    consents, drugs = run(put(LIST, consented_list()), drug_file(put))
    assert (consents["outcome"], consents["closed"]) == (
        "consents",
        [{"kind": "checkup", "reason": "no_consent"}, {"kind": "operation", "reason": "expired"}],
    )
    assert (drugs["outcome"], drugs["closed"], drugs["subject"]["birth_date"]) == ("shown", [], "1940-10-11")
    assert [(row["source"], row["superseded"]) for row in drugs["drugs"]] == [("receipt", False), ("dispensing", True)]
    assert len(drugs["medication"]["lines"]) == 1


@pytest.mark.parametrize(
    "subject",
    [HARU_CARD, "39139999//00067890/", "ﾀｶﾊｼ ﾊﾙ:1940-10-11", "たかはし　はる：1940-10-11", "20261123190000123-a1"],
)
def test_the_person_can_be_named_in_each_of_the_documented_ways(put: Put, subject: str) -> None:
    files = (put(SINGLE, single(HARU)), drug_file(put))
    assert run(*files, subject=subject, options=("--care", "home_visit"))[1]["outcome"] == "shown"


def test_without_a_consent_nothing_is_printed_and_the_kind_says_why(put: Put) -> None:
    (line,) = run(drug_file(put), subject="タカハシ ハル:1940-10-11")
    assert (line["outcome"], line["drugs"], line["medication"]) == ("closed", [], None)
    assert line["closed"] == [{"kind": "drug", "reason": "no_consent"}]


@pytest.mark.shows("S-027")
@pytest.mark.parametrize(("at", "outcome"), [("2026-11-18T11:59:59", "shown"), ("2026-11-18T12:00:00", "closed")])
def test_at_the_deadline_of_the_consent_the_drugs_are_gone_to_the_second(put: Put, at: str, outcome: str) -> None:
    until = ("--consent", "drug=2026-11-18T12:00:00+09:00")
    (line,) = run(drug_file(put), at=at, subject="タカハシ ハル:1940-10-11", options=until)
    assert line["outcome"] == outcome
    assert bool(line["drugs"]) is (outcome == "shown")


@pytest.mark.parametrize(
    ("care", "at", "outcome"),
    [
        ("home_visit", "2027-03-01T09:00:00", "shown"),
        ("house_call", "2026-11-19T10:14:59", "shown"),
        ("house_call", "2026-11-19T10:15:00", "closed"),
        ("outpatient", "2026-11-19T10:15:00", "closed"),
    ],
)
def test_a_consent_without_an_end_holds_while_home_visits_go_on_and_a_day_otherwise(
    put: Put, care: str, at: str, outcome: str
) -> None:
    files = (put(LIST, consented_list()), drug_file(put))
    assert run(*files, at=at, options=("--care", care))[1]["outcome"] == outcome


@pytest.mark.parametrize(
    "block",
    [
        SUBJECT.replace("19401011", "19401012"),
        SUBJECT.replace("ﾀｶﾊｼ ﾊﾙ", "ﾀｶﾊｼ ﾊﾙｺ"),
        "",
    ],
)
def test_fixture_f5_a_file_about_somebody_else_prints_nothing_of_it(put: Put, block: str) -> None:
    line = run(put(LIST, consented_list()), drug_file(put, head_text=head(more=block)))[1]
    assert (line["outcome"], line["subject"], line["drugs"]) == ("other_person", None, [])


def test_an_id_that_no_answer_knows_opens_nothing(put: Put) -> None:
    line = run(put(LIST, consented_list()), drug_file(put), subject="99999")[1]
    assert (line["outcome"], line["drugs"]) == ("unknown_subject", [])


def test_fixture_f10_an_operation_without_its_consent_is_hidden_and_the_treatment_beside_it_is_shown(put: Put) -> None:
    line = run(put(LIST, consented_list()), drug_file(put, more=treatments("50", "60")))[1]
    assert [row["name"] for row in line["treatments"]] == ["見本の行為60"]
    assert line["closed"] == [{"kind": "operation", "reason": "expired"}]


def test_fixture_f4_a_refusal_is_told_with_the_terminals_own_words(put: Put) -> None:
    refusal = head("9", more=tag("MessageContents", "対象者が存在しません"))
    line = run(put(LIST, consented_list()), put(DRUGS, message("", refusal)))[1]
    assert (line["outcome"], line["reason"], line["message"]) == ("refused", "9", "対象者が存在しません")


def test_a_checkup_is_shown_as_delivered_and_as_series(put: Put) -> None:
    item = tags({"ItemCode": "3D046000001920402", "ItemName": "HbA1c(NGSP値)", "DataType": "PQ", "DataValue": "6.1"})
    rows = tag("HealthCheckupResultAndQuestionInfos", tag("HealthCheckupResultAndQuestionInfo", item))
    body = tag("SpecificHealthCheckupInfo", tag("EffectiveTime", "20251008") + rows)
    (line,) = run(
        put(CHECKUPS, message(body, head())),
        subject="タカハシ ハル:1940-10-11",
        options=("--consent", "checkup"),
    )
    assert line["checkups"][0]["items"][0]["value"] == 6.1
    assert [(one["key"], one["points"][0]["flag"]) for one in line["trends"]["series"]] == [("HBA1C", "guidance")]


def test_fixture_f9_a_doctype_and_a_cut_file_are_refused_by_name(put: Put) -> None:
    whole = message(branch(""), head())
    hostile = whole.replace(b"<XmlMsg>", b'<!DOCTYPE x [<!ENTITY e "x">]><XmlMsg>')
    found = run(put(DRUGS, hostile), put("YZKsiquc01res_202611230502.xml", whole[:-40]))
    assert [(line["outcome"], line["reason"]) for line in found] == [
        ("quarantined", "doctype"),
        ("incomplete", "cut_short"),
    ]


def test_a_pdf_answer_is_a_document_and_an_absent_file_is_named(put: Put) -> None:
    found = run(put("YZKsiquc01res_202611230503.pdf", b"%PDF-1.4\n1 0 obj\n%%EOF\n"), "/nowhere/YZKsiquc01res_1.xml")
    assert [line["outcome"] for line in found] == ["document", "quarantined"]


@pytest.mark.parametrize("wrong", [("--at", "yesterday"), ("--consent", "everything"), ("--consent", "drug=soon")])
def test_an_option_that_cannot_be_meant_is_refused_with_a_hint(put: Put, wrong: tuple[str, str]) -> None:
    told = ["medical", drug_file(put), "--at", AT, "--subject", HARU_CARD, *wrong]
    assert CliRunner().invoke(terminal_commands, told).exit_code == 2
