"""今月の確認 and 照会 as the office works them: one act for all who may be asked, exceptions named, one by number.

Real Chromium, server, bridge, simulated terminal. That a month has gone by is the only thing that is played: what was
checked by card at home is set back by 31 days.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlmodel import col, select

from otonai.store.session import open_engine, reading, writing
from otonai.store.tables import Clinic as ClinicRow
from otonai.store.tables import EligibilityCheck, Patient
from tests.journey.conftest import OFFICE, PHONE, Clinic, wait_until
from tests.journey.people_at_work import PATIENCE, row_of, sign_in_at_the_office

pytestmark = pytest.mark.browser

#: Both consented earlier today, without anybody at the office; she withdraws.
BOTH = ("ザイタク　シズコ", "タカハシ　ハナエ")
MINAMO = "1319999990"


def a_month_goes_by(clinic: Clinic) -> None:
    """Who was checked by card at home was so a month ago; waits until the terminal has told of both."""
    key = bytes.fromhex((clinic.place.home / "keys" / "database.key").read_text(encoding="ascii").strip())
    (file,) = (clinic.place.home / "data").glob("*.db")
    engine = open_engine(f"sqlite:///{file}", key)
    with reading(engine) as session:
        clinic_id = session.exec(select(ClinicRow.id).where(ClinicRow.institution_code == MINAMO)).one()

    def arrived() -> bool:
        with reading(engine, clinic_id) as session:
            both = session.exec(select(Patient.id).where(col(Patient.name_kana).in_(BOTH))).all()
            checked = session.exec(select(EligibilityCheck.patient_id)).all()
            return len(both) == len(BOTH) and set(both) <= set(checked)

    wait_until(arrived, 30)
    with writing(engine, clinic_id) as session:
        for check in session.exec(select(EligibilityCheck)):
            check.checked_at -= timedelta(days=31)
            session.add(check)
    engine.dispose()


def withdraw_on_the_phone(phone: Page, consent_page: str, holder: str) -> None:
    """すべての同意を取消す."""
    phone.goto(consent_page)
    phone.get_by_role("link", name="すべての同意を取消す").click()
    phone.get_by_role("button", name="すべての同意を取消す").click()
    phone.get_by_role("button", name=re.compile(holder)).click()


@pytest.mark.shows("S-001", "S-070", "S-102", "S-124", "S-125", "S-127", "S-128", "S-135", "S-140", "S-155")
def test_the_month_is_asked_in_one_act_and_only_exceptions_need_a_person(
    clinic: Clinic, open_context: Callable[[dict[str, int]], BrowserContext]
) -> None:
    office = open_context(OFFICE).new_page()
    a_month_goes_by(clinic)
    withdraw_on_the_phone(open_context(PHONE).new_page(), clinic.consent_page, "花江")
    sign_in_at_the_office(office, clinic.address, clinic.person("office"), "/office/month")

    # Who may be asked is chosen already; of the others it is said why not.
    expect(row_of(office, "静子")).to_contain_text("未照会", timeout=PATIENCE)
    expect(office.get_by_role("checkbox", name=re.compile("静子"))).to_be_checked()
    expect(row_of(office, "和夫")).to_contain_text("1回目のカードでの確認がまだです")
    for key in ("ArrowDown", "Space"):  # by the keyboard: the first row, left out and taken in again
        office.keyboard.press(key)
    expect(office.get_by_text("を選択中")).to_be_visible()
    expect(office.locator("tbody input:focus")).not_to_be_checked()
    office.keyboard.press("Space")
    office.get_by_role("button", name="いますぐ再照会").click()
    expect(office.get_by_text(re.compile("人の再照会を受け付けました"))).to_be_visible(timeout=PATIENCE)

    # The answers come by themselves. She withdrew her consent: she is the exception, with what to do about it.
    office.get_by_role("button", name=re.compile("^要確認 ")).click()
    expect(row_of(office, "花江")).to_contain_text("同意のやり直し", timeout=60_000)
    expect(row_of(office, "花江")).to_contain_text("もう一度カードで同意を登録")
    expect(row_of(office, "静子")).to_have_count(0)
    office.get_by_role("button", name=re.compile("^すべて ")).click()
    expect(row_of(office, "静子")).to_contain_text("済み", timeout=PATIENCE)

    # One by number: the question about the limit comes first, and the answer says what to do, codes for support last.
    office.goto(f"{clinic.address}/office/inquiries")
    office.get_by_label("氏名・カナ・生年月日・カルテ番号").fill("テンシュツ")
    office.get_by_role("button", name=re.compile("転出.*選ぶ")).click()
    ask = office.get_by_role("button", name="資格確認", exact=True)
    expect(ask).to_be_disabled()
    office.get_by_role("radio", name="同意なし").check()
    ask.click()
    expect(office.get_by_text("資格を失っています", exact=False)).to_be_visible(timeout=PATIENCE)
    expect(office.get_by_text("[資格有効性:2]")).to_be_visible()

    # The history wants a period first; the way to the terminal's own stands below it.
    office.get_by_role("button", name="照会の履歴").click()
    office.get_by_role("button", name="表示する").click()
    expect(office.get_by_text("期間を指定してください。")).to_be_visible(timeout=PATIENCE)
    for label in ("はじめの日", "おわりの日"):
        office.get_by_label(label).fill(office.evaluate("new Date(Date.now() + 9 * 36e5).toISOString().slice(0, 10)"))
    office.get_by_role("button", name="表示する").click()
    expect(row_of(office, "転出")).to_contain_text("無効", timeout=PATIENCE)
    office.get_by_text("端末の履歴から、上書きした内容を調べる").click()
    expect(office.get_by_text("資格確認履歴照会", exact=False)).to_be_visible()

    # What somebody was told about his card is written down once, with the next thing to do.
    row_of(office, "転出").get_by_role("link").click()
    office.get_by_role("button", name="変更する").click()
    office.get_by_label("マイナンバーカード").select_option("あり")
    office.get_by_label("暗証番号（4桁）").select_option("忘れた")
    office.get_by_role("button", name="保存する").click()
    expect(office.get_by_text("暗証番号の再設定", exact=False)).to_be_visible(timeout=PATIENCE)

    # His new insurance, copied from the terminal: a wrong digit is named by its field, the old one stays beside it.
    office.get_by_role("button", name="保険を入力する").click()
    office.get_by_role("button", name="新しい保険を入れる").click()
    detail = "保険者番号：３９１３９９９４\n被保険者証番号 00037199\n有効開始年月日 2026-11-01"
    office.get_by_label("端末の「詳細」から貼り付け").fill(detail)
    expect(office.get_by_label("保険者番号")).to_have_value("39139994")
    office.get_by_role("dialog").get_by_role("button", name="保存する").click()
    expect(office.get_by_text("検証番号が合いません", exact=False)).to_be_visible(timeout=PATIENCE)
    office.get_by_label("保険者番号").fill("39139993")
    office.get_by_role("dialog").get_by_role("button", name="保存する").click()
    expect(office.get_by_text("過1", exact=False)).to_be_visible(timeout=PATIENCE)
