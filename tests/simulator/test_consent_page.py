"""The consent page, walked in the official order without JavaScript (S-004…S-008, S-032, S-194)."""

from __future__ import annotations

import re

import pytest
from tests.simulator.practice import MINAMO, Practice

from otonai_simulator.consents import Care, ConsentState
from otonai_simulator.people import PEOPLE, people_of
from otonai_simulator.person import ConsentItem

ALL_YES = {item.value: "yes" for item in ConsentItem} | {"prescription": "electronic"}
ONLY_DRUGS = {item.value: "no" for item in ConsentItem} | {"drug": "yes", "prescription": "paper"}


def shown(practice: Practice, path: str) -> str:
    answer = practice.page.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def sent(practice: Practice, path: str, form: dict[str, str]) -> str:
    answer = practice.page.post(path, data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([a-z_0-9]+)"', page))


def register(practice: Practice, who: str, answers: dict[str, str]) -> str:
    return sent(practice, "/visit/minamo/register", answers | {"person": who})


@pytest.mark.shows("S-194")
def test_the_official_order_of_screens_ends_with_a_registered_consent(practice: Practice) -> None:
    menu = shown(practice, "/visit/minamo")
    assert "同意登録をする" in menu
    assert "みなも在宅クリニック" in menu

    items = shown(practice, "/visit/minamo/items")
    assert "処方箋の発行形態" in items
    assert "同意内容を確認する" in items
    assert 'action="/visit/minamo/confirm"' in items

    confirm = sent(practice, "/visit/minamo/confirm", ONLY_DRUGS)
    assert "同意内容を登録する" in confirm
    assert confirm.count("<dd>同意しない</dd>") == 5
    assert 'action="/visit/minamo/card"' in confirm

    card = sent(practice, "/visit/minamo/card", hidden_fields(confirm))
    assert 'value="dialysis"' in card
    assert 'action="/visit/minamo/register"' in card

    done = sent(practice, "/visit/minamo/register", hidden_fields(card) | {"person": "dialysis"})
    assert '<h1 class="done">同意登録完了</h1>' in done
    assert "在宅　松子" in done
    assert "ザイタク　マツコ" in done
    assert "被保険者証区分" in done
    assert "この画面を閉じてください" in done

    consent = practice.simulator.center.consent(MINAMO, "dialysis", Care.HOME_VISIT)
    assert consent is not None
    assert consent.items == {ConsentItem.DRUG}
    assert consent.prescription == "paper"
    assert consent.consented_at == practice.now


def test_the_completion_page_names_the_specific_disease_only_with_consent(practice: Practice) -> None:
    assert "人工透析を要する慢性腎不全" in register(practice, "dialysis", ALL_YES)
    assert "<dt>特定疾病区分</dt><dd>同意なし</dd>" in register(practice, "dialysis", ONLY_DRUGS)
    assert "<dt>特定疾病区分</dt><dd>なし</dd>" in register(practice, "settled", ALL_YES)
    assert "<dt>被保険者証区分</dt><dd>医療扶助</dd>" in register(practice, "assistance", ALL_YES)


def test_refusing_everything_is_an_ordinary_answer(practice: Practice) -> None:
    nothing = {item.value: "no" for item in ConsentItem} | {"prescription": "paper"}
    assert "同意登録完了" in register(practice, "settled", nothing)
    consent = practice.simulator.center.consent(MINAMO, "settled", Care.HOME_VISIT)
    assert consent is not None
    assert consent.items == frozenset()


@pytest.mark.parametrize("missing", ["drug", "prescription"])
@pytest.mark.parametrize("path", ["confirm", "card", "register"])
def test_an_open_question_leads_back_to_it_and_keeps_the_answers(practice: Practice, missing: str, path: str) -> None:
    answers = {name: value for name, value in ALL_YES.items() if name != missing}
    page = sent(practice, f"/visit/minamo/{path}", answers)
    assert "選んでいない項目があります" in page
    assert page.count(" checked") == len(answers)
    assert practice.simulator.center.consents() == ()


def test_no_answer_is_chosen_beforehand(practice: Practice) -> None:
    assert " checked" not in shown(practice, "/visit/minamo/items")


def test_reloading_the_completion_page_registers_nothing_more(practice: Practice) -> None:
    answer = practice.page.post("/visit/minamo/register", data=ALL_YES | {"person": "settled"})
    assert answer.status_code == 303
    for _ in range(2):
        assert "同意登録完了" in shown(practice, answer.location)
    assert len(practice.simulator.center.consents()) == 1


def test_no_screen_asks_for_a_pin_or_a_number(practice: Practice) -> None:
    pages = [
        shown(practice, "/visit/minamo"),
        shown(practice, "/visit/minamo/items"),
        sent(practice, "/visit/minamo/confirm", ALL_YES),
        sent(practice, "/visit/minamo/card", ALL_YES),
        shown(practice, "/visit/minamo/inquiry"),
    ]
    for page in pages:
        assert set(re.findall(r'<input type="([a-z]+)"', page)) <= {"radio", "hidden"}
        assert "練習用" in page
        assert "<script" not in page


def test_this_clinics_people_can_be_chosen_first_and_everybody_else_below(practice: Practice) -> None:
    page = sent(practice, "/visit/hinata/card", ALL_YES)
    keys = re.findall(r'name="person" value="([a-z_0-9]+)"', page)
    assert keys[: len(people_of(2))] == [someone.key for someone in people_of(2)]
    assert sorted(keys) == sorted(someone.key for someone in PEOPLE)


def test_a_card_never_linked_to_an_insurance_is_turned_away(practice: Practice) -> None:
    page = register(practice, "never_linked", ALL_YES)
    assert "同意を登録できませんでした" in page
    assert "OQSSIM5001" in page
    assert practice.simulator.center.consents() == ()


def test_the_hidden_mark_stands_on_the_completion_page_too(practice: Practice) -> None:
    assert "例示　●志" in register(practice, "turned_75_hidden_mark", ALL_YES)


def test_a_consent_can_be_looked_up_and_updated(practice: Practice) -> None:
    register(practice, "settled", ALL_YES)
    found = sent(practice, "/visit/minamo/inquiry", {"person": "settled"})
    assert "同意日時　2026/11/23 10:00" in found
    items = sent(practice, "/visit/minamo/items", hidden_fields(found))
    assert items.count(" checked") == 7
    confirm = sent(practice, "/visit/minamo/confirm", hidden_fields(items) | ONLY_DRUGS)
    assert 'action="/visit/minamo/register"' in confirm
    done = sent(practice, "/visit/minamo/register", hidden_fields(confirm))
    assert "同意更新完了" in done
    consent = practice.simulator.center.consent(MINAMO, "settled", Care.HOME_VISIT)
    assert consent is not None
    assert consent.items == {ConsentItem.DRUG}


def test_looking_up_without_a_consent_says_so(practice: Practice) -> None:
    assert "登録されている同意はありません" in sent(practice, "/visit/minamo/inquiry", {"person": "settled"})


def test_all_consents_can_be_cancelled(practice: Practice) -> None:
    register(practice, "settled", ALL_YES)
    assert "すべての同意を取消す" in shown(practice, "/visit/minamo/cancel")
    assert 'value="settled"' in sent(practice, "/visit/minamo/cancel/card", {})
    assert "同意取消完了" in sent(practice, "/visit/minamo/cancelled", {"person": "settled"})
    assert practice.simulator.center.consents()[0].state is ConsentState.CANCELLED
    assert "取り消す同意はありません" in sent(practice, "/visit/minamo/cancelled", {"person": "settled"})


@pytest.mark.parametrize("path", ["/visit/elsewhere", "/visit/minamo/done/0/registered", "/visit/minamo/nowhere"])
def test_unknown_addresses_are_not_found(practice: Practice, path: str) -> None:
    assert practice.page.get(path).status_code == 404


def test_a_completion_page_belongs_to_its_clinic(practice: Practice) -> None:
    answer = practice.page.post("/visit/minamo/register", data=ALL_YES | {"person": "settled"})
    assert practice.page.get(answer.location.replace("minamo", "hinata")).status_code == 404


def test_the_pages_allow_no_script_and_no_foreign_asset(practice: Practice) -> None:
    answer = practice.page.get("/visit/minamo")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self';")
    assert answer.headers["Cache-Control"] == "no-store"
    assert practice.page.get("/static/simulator.css").status_code == 200
    assert "://" not in answer.get_data(as_text=True)
