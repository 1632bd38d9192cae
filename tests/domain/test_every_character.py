"""Every character that the terminal can say, in every way it may be written: none of them is a change (R-07).

The other ways come from a library and from other readers of the same bytes, not from the keys that are tested.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator

import jaconv
import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.domain.comparison import DifferenceKind, kind_of
from otonai.domain.writing import is_unsafe

#: One field for each way of comparing text.
FIELDS = ("name", "name_kana", "address", "card_symbol", "card_number", "insurer_name")
DASHES = "-‐‑‒–—―−－ーｰ〜～─"
SPACES = (" ", "　", "\u00a0", "\u2003", "  ", "　 ")
STAND_INS = {"●", "■", "〓"}


def double_byte_characters() -> Iterator[tuple[bytes, str]]:
    """Every double-byte code of code page 932 and its character, without the rows that users define themselves."""
    for row in [*range(0x81, 0xA0), *range(0xE0, 0xFD)]:
        for cell in range(0x40, 0xFD):
            code = bytes((row, cell))
            try:
                sign = code.decode("cp932")
            except UnicodeDecodeError:
                continue
            if len(sign) == 1 and not "\ue000" <= sign <= "\uf8ff":
                yield code, sign


TABLE = list(double_byte_characters())
SINGLE = [(bytes((code,)), bytes((code,)).decode("cp932")) for code in [*range(0x21, 0x7F), *range(0xA1, 0xE0)]]


def other_reading(code: bytes, sign: str) -> str:
    """The same bytes as another reader of Shift_JIS understands them: 0x8160 is ～ for one and 〜 for the other."""
    try:
        return code.decode("shift_jis")
    except UnicodeDecodeError:
        return sign


def other_ways(text: str) -> Iterator[str]:
    """The text in other widths and with other spaces."""
    yield jaconv.h2z(text, kana=True, ascii=True, digit=True)
    yield jaconv.z2h(text, kana=True, ascii=True, digit=True)
    yield jaconv.z2h(text, kana=False, ascii=True, digit=True)
    normal = unicodedata.normalize("NFKC", text)
    if " " not in normal:  # it would pull ´ apart into a space and a mark, which nobody types
        yield normal
    yield f"　{text[:1]} {text[1:]}\u00a0"


def test_the_table_is_the_whole_table() -> None:
    assert len(TABLE) == 7724


@pytest.mark.shows("F10")
@pytest.mark.parametrize("field", FIELDS)
def test_no_character_written_in_another_way_is_a_change(field: str) -> None:
    changed = []
    for code, sign in [*TABLE, *SINGLE]:
        ours = f"試{sign}験"
        theirs = {f"試{other_reading(code, sign)}験"}
        if sign in DASHES:
            theirs |= {f"試{dash}験" for dash in DASHES}
        ways = {way for text in (ours, *theirs) for way in (text, *other_ways(text))}
        expected = {DifferenceKind.UNSAFE} if sign in STAND_INS else {DifferenceKind.SAME, DifferenceKind.FORMAT}
        kinds = {kind_of(field, ours, way) for way in ways} | {kind_of(field, way, ours) for way in ways}
        if not kinds <= expected:
            changed.append((code.hex(), sign, sorted(kinds)))
    assert changed == []


_SAFE = [sign for _, sign in [*TABLE, *SINGLE] if not is_unsafe(sign)]
_texts = st.text(st.one_of(st.sampled_from(_SAFE), st.sampled_from("アガﾊﾟ゛ー-－１2 　あ髙")), min_size=1, max_size=16)


@given(_texts, st.randoms(use_true_random=False))
@pytest.mark.parametrize("field", FIELDS)
def test_no_text_in_another_width_dash_or_space_is_a_change(field: str, text: str, chance: random.Random) -> None:
    theirs = re.sub(r"\s+", lambda _: chance.choice(SPACES), text)
    theirs = "".join(chance.choice(DASHES) if sign in DASHES else sign for sign in theirs)
    width = chance.choice(("as it is", "full", "half"))
    if width != "as it is":
        rewrite = jaconv.h2z if width == "full" else jaconv.z2h
        theirs = rewrite(theirs, kana=True, ascii=True, digit=True)
    kind = kind_of(field, text, theirs)
    assert kind in (DifferenceKind.SAME, DifferenceKind.FORMAT)


@pytest.mark.parametrize(
    ("one", "other"),
    [("一", "ー"), ("ロ", "口"), ("カ", "力"), ("ニ", "二"), ("エ", "工"), ("ト", "卜"), ("タ", "夕"), ("ハ", "八")],
)
def test_signs_that_only_look_alike_stay_different(one: str, other: str) -> None:
    assert kind_of("name", f"見本{one}郎", f"見本{other}郎") is DifferenceKind.REAL


@pytest.mark.parametrize(("one", "other"), [("坂", "阪"), ("薗", "園"), ("藤", "籐"), ("太", "大"), ("未", "末")])
def test_characters_of_different_names_stay_different(one: str, other: str) -> None:
    assert kind_of("name", f"{one}本　太郎", f"{other}本　太郎") is DifferenceKind.REAL
