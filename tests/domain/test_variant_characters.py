"""The table of kanji forms: what it unites, and that it unites nothing by accident."""

from __future__ import annotations

import unicodedata

import pytest

from otonai.domain.variant_characters import ONE_FORM
from otonai.domain.writing import name_key


@pytest.mark.shows("S-091")
@pytest.mark.parametrize(
    "forms",
    [
        "高髙", "崎﨑嵜", "浜濱濵", "辺邊邉", "斎斉齋齊", "沢澤", "広廣", "桜櫻", "島嶋嶌", "真眞", "瀬瀨", "吉𠮷",
        "柳栁", "徳德", "恵惠", "富冨", "峰峯", "曽曾", "滝瀧", "国國", "桑桒", "野埜", "郎郞", "神\ufa19",
        "福\ufa1b", "塚\ufa10",
    ],
)  # fmt: skip
def test_forms_of_one_character_are_one_name(forms: str) -> None:
    assert len({name_key(f"見本{form}一") for form in forms}) == 1


def test_no_form_leads_to_another_form_and_none_to_itself() -> None:
    for other, one in ONE_FORM.items():
        assert chr(other) != one
        assert ord(one) not in ONE_FORM, f"{chr(other)} leads to {one}, which leads on"


def test_every_form_is_a_kanji_that_unicode_leaves_as_it_is() -> None:
    for sign in {*map(chr, ONE_FORM), *ONE_FORM.values()}:
        # U+FA11 is named a compatibility character, and is none: it has no other form.
        assert unicodedata.name(sign).startswith("CJK UNIFIED IDEOGRAPH") or sign == "﨑"
        assert unicodedata.normalize("NFKC", sign) == sign


def test_every_old_form_of_the_official_list_that_people_bear_is_known() -> None:
    old = "亞惡爲榮衞圓應櫻奧橫溫價壞懷樂勳實壽收將條眞愼盡瀨靜攝專戰纖禪壯莊搜聰藏帶彌傳德賴龍綠壘禮戀錄廣澤濱邊齋"
    assert [sign for sign in old if ord(sign) not in ONE_FORM] == []
