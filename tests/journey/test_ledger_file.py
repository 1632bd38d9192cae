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
900001,取込　花子,トリコミ　ハナコ,女,1940-05-05,01139989,00011111
900002,取込　太郎,トリコミ　タロウ,男,1950/1/2,,
900003,取込　三郎,トリコミ　サブロウ,男,昭和の日,,
"""
INSURERS = """保険者番号,保険者名,電話番号,郵便番号,住所
01139989,見本健康保険協会,03-0000-0000,100-0000,見本都見本区1-2-3
01139980,ちがう番号,,,
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
    _the_insurers_address_comes_from_a_file_too(office, pictures)
    _type_from_paper(office, pictures)
    with office.expect_download() as records:
        office.get_by_role("link", name="この患者の全記録を保存").click()
    kept = records.value.path().read_text(encoding="utf-8")
    assert "取込　花子" in kept
    assert "54139993" in kept


def _the_insurers_address_comes_from_a_file_too(office: Page, pictures: Callable[[Page, str], Path]) -> None:
    expect(office.get_by_text("この番号の保険者は、まだ登録されていません", exact=False)).to_be_visible(
        timeout=PATIENCE
    )
    here = office.url
    office.goto(here.rpartition("/")[0])
    office.get_by_role("button", name="保険者を取り込む").click(timeout=PATIENCE)
    dialog = office.get_by_role("dialog")
    insurers = {"name": "insurers.csv", "mimeType": "text/csv", "buffer": INSURERS.encode("cp932")}
    dialog.get_by_label("CSVファイル").set_input_files(insurers)  # type: ignore[arg-type]
    expect(dialog).to_contain_text("3行目 保険者番号: 番号の最後の数字が合いません", timeout=PATIENCE)
    pictures(office, "insurers")
    dialog.get_by_role("button", name="1件を取り込む").click()
    expect(dialog).to_contain_text("1件を取り込みました", timeout=PATIENCE)
    dialog.get_by_role("button", name="閉じる").last.click()

    # A person knows better; what stood before is one press away.
    office.goto(here)
    expect(office.get_by_text("03-0000-0000")).to_be_visible(timeout=PATIENCE)
    office.get_by_role("button", name="保険者の連絡先を直す").click()
    dialog.get_by_label("電話番号").fill("06-0000-0000")
    pictures(office, "insurer")
    dialog.get_by_role("button", name="保存する").click()
    expect(office.get_by_text("06-0000-0000")).to_be_visible(timeout=PATIENCE)
    office.get_by_role("button", name="保険を入力する").click()
    expect(dialog.get_by_text("見本健康保険協会", exact=False).first).to_be_visible(timeout=PATIENCE)
    pictures(office, "typed-insurance")
    dialog.get_by_role("button", name="やめる").click()


def _type_from_paper(office: Page, pictures: Callable[[Page, str], Path]) -> None:
    """A wrong number is told at its field, a renewed certificate leaves 過1, an act is taken back."""
    panel = office.locator(".off-card")
    panel.get_by_role("button", name="公費を追加").click(timeout=PATIENCE)
    dialog = office.get_by_role("dialog")
    dialog.get_by_label("公費負担者番号").fill("54139994")
    dialog.get_by_label("公費受給者番号").fill("1234566")
    dialog.get_by_label("自己負担上限月額").fill("10,000")
    dialog.get_by_label("はじめの日").fill("R6.10.1")
    dialog.get_by_label("最後の日").fill("R7.9.30")
    dialog.get_by_role("button", name="保存する").click()
    expect(dialog).to_contain_text("番号が証と合いません", timeout=PATIENCE)
    pictures(office, "public-expense")
    dialog.get_by_label("公費負担者番号").fill("54139993")
    dialog.get_by_role("button", name="保存する").click()
    expect(panel).to_contain_text("過1 公費1", timeout=PATIENCE)
    panel.get_by_text("過1 公費1").click()
    panel.get_by_role("button", name="新しい証").click()
    dialog.get_by_label("はじめの日").fill("R7.10.1")
    dialog.get_by_role("button", name="保存する").click()
    expect(panel.get_by_role("article", name="公費1")).to_contain_text("期限なし", timeout=PATIENCE)
    panel.get_by_role("button", name="介護保険を追加").click()
    dialog.get_by_label("介護保険者番号").fill("139998")
    dialog.get_by_label("介護被保険者番号").fill("0000012345")
    dialog.get_by_label("要介護度").select_option("要介護3")
    dialog.get_by_label("はじめの日", exact=True).fill("R8.4.1")
    dialog.get_by_role("button", name="保存する").click()
    expect(panel.get_by_role("article", name="要介護3")).to_contain_text("0000012345", timeout=PATIENCE)
    pictures(office, "off-card")
    act = office.get_by_role("listitem").filter(has_text="介護保険（手入力）")
    act.get_by_role("button", name="元に戻す").click()
    expect(panel).to_contain_text("介護保険の記録はありません", timeout=PATIENCE)
