"""The same thing written twice: which ways of writing are equal, and which must stay different."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.writing import (
    address_key,
    branch_key,
    full_width_kana,
    insurer_key,
    is_blank,
    is_unsafe,
    kana_key,
    name_key,
    names_agree,
    number_key,
    number_writings,
    postal_key,
    reference_key,
)

#: Everything that the terminal's encoding can say, except accents standing alone (´ ¨): no name is written so.
TERMINAL_CHARACTERS = [
    sign
    for row in [*range(0x81, 0xA0), *range(0xE0, 0xFD)]
    for cell in range(0x40, 0xFD)
    if (sign := bytes([row, cell]).decode("cp932", "ignore")) and " " not in unicodedata.normalize("NFKC", sign)
] + [bytes([single]).decode("cp932") for single in [*range(0x20, 0x7F), *range(0xA1, 0xE0)]]
terminal_text = st.text(alphabet=st.sampled_from(TERMINAL_CHARACTERS), max_size=24)


@given(terminal_text)
@pytest.mark.parametrize("key", [kana_key, name_key, number_key, insurer_key, branch_key, postal_key, full_width_kana])
def test_a_key_of_a_key_is_the_same_key(key: Callable[[str], str], text: str) -> None:
    assert key(key(text)) == key(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("ｼｶｸ ｲﾁﾛｳ", "シカク　イチロウ"),
        ("ｼﾞｭﾝｺ", "ジュンコ"),
        ("しかく いちろう", "シカクイチロウ"),
        ("キャサリン", "キヤサリン"),
        ("ヒデ−コ", "ヒデーコ"),
        ("か゛", "が"),
    ],
)
def test_kana_written_in_another_way_is_equal(a: str, b: str) -> None:
    assert kana_key(a) == kana_key(b)


@pytest.mark.parametrize(("a", "b"), [("オオノ", "オーノ"), ("ツヅキ", "ツズキ"), ("ヴ", "ブ"), ("イチコ", "ニコ")])
def test_kana_that_sounds_alike_stays_different_so_that_a_person_looks(a: str, b: str) -> None:
    assert kana_key(a) != kana_key(b)


def test_half_width_kana_becomes_the_ledgers_form() -> None:
    assert full_width_kana(" ｼｹﾝ  ﾊﾅｺ ") == "シケン　ハナコ"
    assert full_width_kana("ｶﾞｷﾞ") == "ガギ"


@pytest.mark.parametrize(
    ("a", "b"), [("髙橋　花子", "高橋花子"), ("山﨑", "山崎"), ("渡邊", "渡辺"), ("齋藤", "斉藤"), ("𠮷田", "吉田")]
)
def test_variant_characters_are_one_name(a: str, b: str) -> None:
    assert name_key(a) == name_key(b)


@pytest.mark.parametrize(
    ("ours", "theirs", "agree"),
    [
        ("髙橋　花子", "●橋　花子", True),
        ("例示　髙志", "例示●志", True),
        ("髙橋　花子", "●●橋　花子", False),
        ("髙橋　花子", "●橋　花江", False),
        ("", "●", False),
        (None, None, False),
    ],
)
def test_a_stand_in_mark_is_exactly_one_character(ours: str | None, theirs: str | None, agree: bool) -> None:
    assert names_agree(ours, theirs) is agree


@pytest.mark.parametrize(
    ("text", "unsafe"), [("●橋", True), ("\ue000", True), ("\ufffd", True), ("髙橋", False), (None, False)]
)
def test_marks_and_user_defined_characters_are_unsafe(text: str | None, unsafe: bool) -> None:
    assert is_unsafe(text) is unsafe


@pytest.mark.parametrize(
    ("a", "b"),
    [("12-34", "１２・３４"), ("12-34", "１２３４"), ("００４５６７", "4567"), ("葛う10", "葛う１０"), ("ａ1", "A1")],
)
def test_symbols_and_numbers_differ_by_content_only(a: str, b: str) -> None:
    assert number_key(a) == number_key(b)


def test_zeros_inside_a_number_count() -> None:
    assert number_key("1004") != number_key("104")
    assert number_key("0") == "0"
    assert number_key("A01") != number_key("A1")


@pytest.mark.parametrize("padded", ["  139998", "139998", "00139998", "１３９９９８"])
def test_an_insurer_number_is_the_same_however_it_is_padded(padded: str) -> None:
    assert insurer_key(padded) == "139998"


@pytest.mark.shows("S-075")
def test_an_absent_branch_is_not_branch_zero() -> None:
    assert branch_key("") == branch_key(None) == ""
    assert branch_key("1") == branch_key("０１") == "01"
    assert branch_key("00") == "00"


@pytest.mark.shows("S-091")
@pytest.mark.parametrize(
    "written",
    [
        "見本市港1-99-3",
        "見本市港１－９９－３",
        "見本市港１−９９−３",
        "見本市港1ー99ー3",
        "見本市港一丁目99番3号",
        "見本市港１丁目９９番地３",
        "見本市港1丁目 99番 3号",
    ],
)
def test_a_house_number_is_one_number_in_all_its_styles(written: str) -> None:
    assert address_key(written) == address_key("見本市港1丁目99番3号")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("見本市港1-2-3 405", "見本市港1-2-3405"),
        ("見本市港1番 2号", "見本市港12"),
        ("見本市港11-1", "見本市港1-11"),
        ("見本市港1-2-3", "見本市港1-2-4"),
    ],
)
def test_two_houses_never_look_like_one(a: str, b: str) -> None:
    assert address_key(a) != address_key(b)


@given(st.tuples(*[st.integers(1, 99)] * 3), st.tuples(*[st.integers(1, 99)] * 3))
def test_equal_keys_mean_equal_house_numbers(a: tuple[int, int, int], b: tuple[int, int, int]) -> None:
    spoken = address_key("見本市港{}丁目{}番{}号".format(*a))
    dashed = address_key("見本市港{}－{}－{}".format(*b))
    assert (spoken == dashed) == (a == b)


def test_a_postal_code_is_seven_digits() -> None:
    assert postal_key("199-9901") == postal_key("〒１９９９９０１") == "1999901"


@pytest.mark.shows("S-091")
@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("見本市港十二丁目九十九番地三", "見本市港12丁目99番地三"),
        ("見本市港一二丁目1番1号", "見本市港12-1-1"),
        ("見本市百五番地", "見本市105"),
        ("見本市霞ヶ丘1", "見本市霞が丘１"),
        ("見本市霞ケ丘1", "見本市霞ヶ丘1"),
        ("見本市港1-99-3 405号室", "見本市港１丁目９９番３号４０５"),
        ("見本市港1丁目99番3号コーポ見本", "見本市港1-99-3　コ－ポ見本"),
        ("見本市澤1の2", "見本市沢1-2"),
    ],
)
def test_an_address_is_one_address_in_all_its_styles(a: str, b: str) -> None:
    assert address_key(a) == address_key(b)


@pytest.mark.parametrize("numerals", ["二十", "千二百三十四", "〇", "百", "十一", "二〇二六"])
def test_kanji_numbers_are_read_as_numbers(numerals: str) -> None:
    value = {"二十": 20, "千二百三十四": 1234, "〇": 0, "百": 100, "十一": 11, "二〇二六": 2026}[numerals]
    assert address_key(f"見本市{numerals}番") == address_key(f"見本市{value}番")


def test_a_very_long_row_of_kanji_numbers_is_no_number() -> None:
    assert address_key("一" * 5000 + "丁目")


@pytest.mark.parametrize("other", ["渡邉", "渡邊", "渡辺", "渡邉\U000e0100", "渡\ufe00邊"])
def test_a_selector_of_a_glyph_is_no_character(other: str) -> None:
    assert name_key(other) == name_key("渡辺")


@pytest.mark.parametrize("blank", [None, "", " ", "　", "\u00a0\u200b", "\ufeff"])
def test_spaces_and_invisible_signs_are_blank(blank: str | None) -> None:
    assert is_blank(blank)
    assert name_key(blank) == ""


def test_a_name_in_hiragana_and_in_katakana_is_one_name() -> None:
    assert name_key("見本　さくら") == name_key("見本 サクラ") == name_key("見本ｻｸﾗ")


@pytest.mark.parametrize(("a", "b"), [("06139992", "6139992"), ("010017", "10017"), ("00010017", "10017")])
def test_zeros_that_a_table_swallowed_do_not_make_another_insurer(a: str, b: str) -> None:
    assert insurer_key(a) == insurer_key(b)


def test_a_number_of_six_digits_and_one_of_eight_never_meet() -> None:
    assert insurer_key("139998") != insurer_key("13999800")
    assert insurer_key("  139998") != insurer_key("01139998")


@pytest.mark.parametrize(("a", "b"), [("001", "1"), ("１", "01"), ("0", "00")])
def test_a_branch_is_a_number(a: str, b: str) -> None:
    assert branch_key(a) == branch_key(b)


def test_zeros_of_a_reference_number_count_because_the_clinic_chose_them() -> None:
    assert reference_key(" ０００１２８ ") == reference_key("000128")
    assert reference_key("128") != reference_key("000128")


def test_a_number_is_looked_up_in_every_usual_writing() -> None:
    for ours in ("4567", "００４５６７", "00004567", "４５６７", "００００４５６７"):
        assert number_writings("04567") & number_writings(ours)
    assert {"4567", "00004567", "４５６７"} <= number_writings("４５６７")
    assert number_writings("　") == number_writings(None) == frozenset()
