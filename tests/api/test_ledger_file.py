"""A clinic's first day and its last: the ledger comes in from a file, goes out as one, and nothing is overwritten."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlmodel import SQLModel
from tests import people
from tests.api.server import Server, Somebody, refused, told

from otonai.flow.ledger_file import NOT_OURS

HEAD = "カルテ番号,氏名,カナ氏名,性別,生年月日,住所,保険の順,保険者番号,番号,負担割合"
TWO = f"""{HEAD}
000501,取込　花子,トリコミ　ハナコ,女,1940-05-05,=HYPERLINK("x"),0,39139993,00011111,10
000501,取込　花子,トリコミ　ハナコ,女,1940-05-05,=HYPERLINK("x"),1,06139997,5,30
000502,取込　太郎,トリコミ　タロウ,男,1950-01-02,,,,,
"""


@pytest.fixture
def admin(either_server: Server) -> Somebody:
    """仮名 健."""
    return either_server.admin()


def sent(by: Somebody, content: str, *, take: bool) -> dict[str, Any]:
    """The report of a file."""
    return dict(told(by.post("/api/ledger/import", {"content": content, "take": take})))


def test_a_file_is_looked_at_first_taken_in_once_and_sent_again_changes_nothing(admin: Somebody) -> None:
    seen = sent(admin, TWO, take=False)
    assert (seen["new"], seen["taken"], seen["bad"]) == (2, 0, [])
    assert told(admin.get("/api/patients"))["total"] == 0

    assert sent(admin, TWO, take=True)["taken"] == 2
    again = sent(admin, TWO, take=True)
    assert (again["new"], again["same"], again["taken"]) == (0, 2, 0)

    (hanako,) = told(admin.get("/api/patients?query=000501"))["items"]
    assert (hanako["name"], hanako["coverage"]["insurer_number"]) == ("取込　花子", "39139993")
    history = told(admin.get(f"/api/patients/{hanako['id']}/history"))["items"]
    assert [change["kind"] for change in history] == ["registered"]


def test_what_somebody_changed_here_stays_and_is_told(admin: Somebody) -> None:
    sent(admin, TWO, take=True)
    (taro,) = told(admin.get("/api/patients?query=000502"))["items"]
    told(admin.patch(f"/api/patients/{taro['id']}", {"name": "取込　太朗", "base_version": taro["version"]}))

    report = sent(admin, TWO, take=True)

    assert (report["same"], report["differs"], report["taken"]) == (1, [4], 0)
    assert told(admin.get(f"/api/patients/{taro['id']}"))["name"] == "取込　太朗"


def test_bad_cells_are_named_and_the_others_come_in(admin: Somebody) -> None:
    report = sent(admin, TWO + "000503,,,,1950-99-99,,,,,\n", take=True)

    assert report["taken"] == 2
    assert {(cell["row"], cell["column"], cell["problem"]) for cell in report["bad"]} == {
        (5, "氏名", "missing"), (5, "生年月日", "no_date"),
    }  # fmt: skip
    refused(admin.post("/api/ledger/import", {"content": "名前\nx\n", "take": True}), "ledger_file_unreadable", 422)


@pytest.mark.shows("F47")
def test_the_export_is_safe_to_open_and_another_clinic_reads_it_back_whole(
    admin: Somebody, either_server: Server
) -> None:
    sent(admin, TWO, take=True)
    answer = admin.get("/api/ledger/export")
    text = answer.get_data(as_text=True)

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert text.startswith("\ufeff")
    assert "\"'=HYPERLINK" in text, "no cell is a formula"
    neighbour = either_server.neighbour()
    assert sent(neighbour, text, take=True)["taken"] == 2
    assert neighbour.get("/api/ledger/export").get_data(as_text=True) == text


def test_everything_about_one_person_is_one_file_with_every_table_that_names_them(
    admin: Somebody, either_server: Server
) -> None:
    sent(admin, TWO, take=True)
    (hanako,) = told(admin.get("/api/patients?query=000501"))["items"]

    found = json.loads(admin.get(f"/api/ledger/patients/{hanako['id']}").data)

    naming = {table.name for table in SQLModel.metadata.tables.values() if "patient_id" in table.c}
    assert set(found) == {"patient"} | naming - NOT_OURS
    assert found["patient"]["name"] == "取込　花子"
    assert [row["insurer_number"] for row in found["coverage"]] == ["39139993", "06139997"]
    assert "太郎" not in json.dumps(found, ensure_ascii=False)
    refused(either_server.neighbour().get(f"/api/ledger/patients/{hanako['id']}"), "not_found", 404)


def test_files_are_the_administrators_business(either_server: Server) -> None:
    office = either_server.hire(people.OFFICE)
    refused(office.get("/api/ledger/export"), "role_not_allowed", 403)
    refused(office.post("/api/ledger/import", {"content": TWO, "take": True}), "role_not_allowed", 403)
