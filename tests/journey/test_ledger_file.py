"""The administrator brings the clinic's patients from a file of the old system, and takes them away again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journey.conftest import Clinic
from tests.journey.people_at_work import PATIENCE, sign_in_at_the_office

pytestmark = pytest.mark.browser

FILE = """カルテ番号,氏名,カナ氏名,性別,生年月日,保険者番号,番号
900001,取込　花子,トリコミ　ハナコ,女,1940-05-05,39139993,00011111
900002,取込　太郎,トリコミ　タロウ,男,1950/1/2,,
900003,取込　三郎,トリコミ　サブロウ,男,昭和の日,,
"""


def test_a_file_is_looked_at_taken_in_and_taken_away(
    clinic: Clinic, open_context: Callable[[dict[str, int]], BrowserContext], pictures: Callable[[Page, str], Path]
) -> None:
    office = open_context({"width": 820, "height": 1180}).new_page()
    sign_in_at_the_office(office, clinic.address, clinic.person("admin"), "/office/patients")
    office.get_by_role("button", name="CSVから取り込む").click(timeout=PATIENCE)
    dialog = office.get_by_role("dialog")
    old_system = {"name": "patients.csv", "mimeType": "text/csv", "buffer": FILE.encode("cp932")}
    dialog.get_by_label("CSVファイル").set_input_files(old_system)  # type: ignore[arg-type]

    expect(dialog).to_contain_text("4行目 生年月日: 日付として読めません", timeout=PATIENCE)
    pictures(office, "import")
    dialog.get_by_role("button", name="2人を取り込む").click()
    expect(dialog).to_contain_text("2人を取り込みました", timeout=PATIENCE)
    dialog.get_by_role("button", name="閉じる").last.click()

    with office.expect_download() as saved:
        office.get_by_role("link", name="CSVに書き出す").click()
    assert '"900001","取込　花子"' in saved.value.path().read_text(encoding="utf-8")
    office.get_by_role("searchbox").fill("900001")
    office.keyboard.press("Enter")
    office.get_by_role("link", name="花子").click(timeout=PATIENCE)
    with office.expect_download() as records:
        office.get_by_role("link", name="この患者の全記録を保存").click()
    assert "取込　花子" in records.value.path().read_text(encoding="utf-8")
