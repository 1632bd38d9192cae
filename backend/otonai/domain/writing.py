"""How the same thing is written twice: width, spaces, dashes, kana, variant characters, unsafe marks.

Every function gives a *key for comparing*; nothing here is ever stored in place of what was written. Two texts that
differ in width, in the family of a dash, in spaces or in invisible signs have one key, whatever the field.
Sources: registry-sync 5 (conversion), 8.3 (pitfalls); oqs-interface 2.6, 3.3; requirements S-090, S-091.
"""

from __future__ import annotations

import re
import unicodedata

from .variant_characters import ONE_FORM

#: Marks with which the center or a reader stands in for a character it cannot carry (S-090, oqs-interface 2.6), and
#: signs that mean something only where they were made: user-defined characters and halves of a pair.
_UNSAFE = re.compile("[●■〓\ufffd\ue000-\uf8ff\ud800-\udfff\U000f0000-\U0010fffd]")

#: Signs of no width: selectors of a glyph (IVS), joiners, marks of direction, soft hyphen, byte-order mark.
_INVISIBLE = dict.fromkeys(
    (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD), None
)
_VISIBLE = re.compile(f"[^\\s{''.join(map(chr, _INVISIBLE))}]")
#: Sound marks typed as signs of their own: Unicode's normal form would make a space and a mark of them.
_SOUND_MARKS = {ord("゛"): "\u3099", ord("゜"): "\u309a"}
#: Accents alone, likewise; and 0x5C and 0x7E, which are yen and overline for one reader of Shift_JIS and backslash
#: and tilde for another.
_BEFORE = (
    _INVISIBLE
    | _SOUND_MARKS
    | {
        ord("´"): "'",
        ord("¨"): '"',
        ord("¸"): ",",
        **dict.fromkeys(map(ord, "¯￣‾"), "~"),
        **dict.fromkeys(map(ord, "¥￥"), "\\"),
    }
)
#: One dash for all of them, the long mark of kana and the wave dash included: each is typed for each.
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー〜～~ｰ─━﹣⁓˗➖"), "-")
_SAME_SIGN = {ord("‖"): "∥", ord("’"): "'", ord("‘"): "'", ord("“"): '"', ord("”"): '"', ord("′"): "'", ord("″"): '"'}
_SPACES = re.compile(r"\s+")

#: Hiragana as katakana, small letters as large ones: ゃ and ャ are ヤ. Sounds stay apart: ヅ is not ズ, ヴ not ブ.
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_KANA = {ord(small): large for small, large in _SMALL.items()} | {
    code: _SMALL.get(chr(code + 0x60), chr(code + 0x60)) for code in (*range(0x3041, 0x3097), 0x309D, 0x309E)
}
_PLAIN = _DASHES | _SAME_SIGN | _KANA
_ONE_FORM = ONE_FORM | _PLAIN


def is_unsafe(text: str | None) -> bool:
    """Whether the text holds a stand-in mark or a user-defined character that must not enter the ledger."""
    return bool(text) and _UNSAFE.search(text or "") is not None


def is_blank(text: str | None) -> bool:
    """Whether there is nothing to read: no text, or only spaces of any width and invisible signs."""
    return not text or _VISIBLE.search(text) is None


def _folded(text: str | None, table: dict[int, str] = _ONE_FORM) -> str:
    """Width, kana, dashes and, with the usual table, variant characters as one form. Spaces stay."""
    if not text:
        return ""
    if text.isascii():
        return text.translate(_DASHES)
    usual = unicodedata.normalize("NFKC", text.translate(_BEFORE))
    return unicodedata.normalize("NFC", usual.translate(table))


def full_width_kana(text: str) -> str:
    """Half-width kana as full width, one full-width space between the parts: the ledger's form."""
    composed = unicodedata.normalize("NFKC", text.translate(_SOUND_MARKS)).strip()
    return _SPACES.sub("\u3000", composed)


def kana_key(text: str | None) -> str:
    """Kana for comparing: width, hiragana, small kana, long marks, spaces and dots folded, ヴ/ブ and ヅ/ズ not."""
    folded = _SPACES.sub("", _folded(text, _PLAIN)).upper()
    return folded.replace("・", "").replace("-", "ー")


def name_key(text: str | None) -> str:
    """A written name for comparing: width, kana, spaces, dots and variant characters folded. Unsafe marks stay."""
    return _SPACES.sub("", _folded(text)).replace("・", "").upper()


def names_agree(ours: str | None, theirs: str | None) -> bool:
    """Whether two names can be the same, an unsafe mark standing for exactly one character.

    At least one character must speak for it: marks alone agree with nobody.
    """
    a, b = name_key(ours), name_key(theirs)
    if not a or len(a) != len(b):
        return False
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if not _UNSAFE.match(x) and not _UNSAFE.match(y)]
    return bool(pairs) and all(x == y for x, y in pairs)


_SEPARATORS = re.compile(r"[\s\-・/.,、。・'()]+")


def number_key(text: str | None) -> str:
    """Card symbol or number for comparing: width, separators and leading zeros of pure digits folded."""
    if text and text.isascii() and text.isdigit():
        return text.lstrip("0") or "0"
    folded = _SEPARATORS.sub("", _folded(text)).upper()
    if folded.isascii() and folded.isdigit():
        folded = folded.lstrip("0") or "0"
    return folded


_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def number_writings(text: str | None) -> frozenset[str]:
    """The usual writings of a card number, for looking one up where nobody keeps its key: as it came, without and with
    leading zeros, in both widths. Separators inside a number are not among them."""
    if is_blank(text):
        return frozenset()
    key = number_key(text)
    narrow = {key, key.zfill(8), unicodedata.normalize("NFKC", text or "").strip()}
    return frozenset({text or "", *narrow, *(each.translate(_FULL_WIDTH) for each in narrow)})


def insurer_key(text: str | None) -> str:
    """Insurer number for comparing: padding by spaces or zeros does not matter, nor a first zero lost in a table.

    Six digits for 国保, eight for everything else; the value as a number decides which (oqs-interface 3.3, 17). What
    cannot be such a number stays as it is.
    """
    digits = _SPACES.sub("", _folded(text)).replace("-", "")
    value = digits.lstrip("0")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 8 or len(value) < 5:
        return digits
    return value.zfill(6 if len(value) <= 6 else 8)


def branch_key(text: str | None) -> str:
    """Branch number for comparing; empty stays empty because an absent branch is not branch 00 (S-075)."""
    digits = _SPACES.sub("", _folded(text)).replace("-", "")
    return (digits.lstrip("0") or "0").zfill(2) if digits else ""


def reference_key(text: str | None) -> str:
    """照会番号 for comparing: width and outer spaces folded; zeros count, the clinic chose them."""
    return unicodedata.normalize("NFKC", text or "").strip()


_DIGIT_OF = {kanji: digit for digit, kanji in enumerate("〇一二三四五六七八九")}
_TENS = {"十": 10, "百": 100, "千": 1000}
_COUNTED = re.compile(r"[〇一二三四五六七八九十百千]{1,12}(?=丁目|番|号)")
_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9])\s*(?:丁目|番地ノ|番地|番|号|ノ)\s*(?=[0-9])")
_AFTER_THE_LAST = re.compile(r"(?<=[0-9])(?:(?:番地|番|号室|号|丁目)(?=\s|$)|(?:番地|号)(?=[^0-9\s室棟館線]))")
_GA_OF_PLACES = re.compile(r"(?<=[\u4e00-\u9fff々])ガ(?=[\u4e00-\u9fff])")


def address_key(text: str | None) -> str:
    """Address for comparing: width, dashes, 丁目/番/号, kanji numbers, ヶ/が of places and spaces folded (S-091)."""
    counted = _COUNTED.sub(lambda found: str(_number(found.group())), text or "")
    folded = _folded(counted).upper()
    folded = _AFTER_THE_LAST.sub("", _BETWEEN_NUMBERS.sub("-", folded))
    folded = re.sub(r"(?<=[0-9])\s+(?=[0-9])", "-", folded)  # "2-3 405" must not become "2-3405"
    return _GA_OF_PLACES.sub("ケ", _SPACES.sub("", folded))


def _number(kanji: str) -> int:
    """十二 and 一二 are twelve, 百五 is a hundred and five."""
    if not any(sign in _TENS for sign in kanji):
        return int("".join(str(_DIGIT_OF[sign]) for sign in kanji))
    total, digit = 0, 0
    for sign in kanji:
        if sign in _TENS:
            total, digit = total + max(digit, 1) * _TENS[sign], 0
        else:
            digit = _DIGIT_OF[sign]
    return total + digit


def postal_key(text: str | None) -> str:
    """Seven digits of a postal code."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text or ""))
