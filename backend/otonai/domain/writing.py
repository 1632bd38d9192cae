"""How the same thing is written twice: width, spaces, dashes, kana, variant characters, unsafe marks.

Every function gives a *key for comparing*; nothing here is ever stored in place of what was written.
Sources: registry-sync 5 (conversion), 8.3 (pitfalls); requirements S-090, S-091.
"""

from __future__ import annotations

import re
import unicodedata

#: Marks with which the center or a reader stands in for a character it cannot carry (S-090, oqs-interface 2.6).
UNSAFE_MARKS = frozenset("●■〓\ufffd")
_UNSAFE = re.compile("[●■〓\ufffd\ue000-\uf8ff]")

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－ー～〜~ｰ-"), "-")
_SPACES = re.compile(r"\s+")
_DIGIT_DASH = re.compile(r"(?<=[0-9])[ーｰ]|[ーｰ](?=[0-9])")

#: Equality classes of name characters, used for comparing only.
_VARIANTS = {
    "髙": "高",
    "﨑": "崎",
    "嵜": "崎",
    "濵": "浜",
    "濱": "浜",
    "邉": "辺",
    "邊": "辺",
    "齋": "斎",
    "齊": "斎",
    "斉": "斎",
    "德": "徳",
    "惠": "恵",
    "栁": "柳",
    "澤": "沢",
    "廣": "広",
    "櫻": "桜",
    "嶋": "島",
    "嶌": "島",
    "眞": "真",
    "瀨": "瀬",
    "𠮷": "吉",
}
_VARIANT_TABLE = {ord(a): b for a, b in _VARIANTS.items()}

_SMALL_KANA = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
#: Sound marks typed as signs of their own; NFKC would turn them into a space and a mark.
_SOUND_MARKS = {ord("゛"): "\u3099", ord("゜"): "\u309a"}
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def is_unsafe(text: str | None) -> bool:
    """Whether the text holds a stand-in mark or a user-defined character that must not enter the ledger."""
    return bool(text) and _UNSAFE.search(text or "") is not None


def full_width_kana(text: str) -> str:
    """Half-width kana as full width, one full-width space between the parts: the ledger's form."""
    composed = unicodedata.normalize("NFKC", text.translate(_SOUND_MARKS)).strip()
    return _SPACES.sub("\u3000", composed)


def kana_key(text: str | None) -> str:
    """Kana for comparing: width, hiragana, small kana, long marks and spaces folded, ヴ/ブ and ヅ/ズ not."""
    folded = unicodedata.normalize("NFKC", (text or "").translate(_SOUND_MARKS)).translate(_HIRAGANA_TO_KATAKANA)
    folded = unicodedata.normalize("NFC", folded.translate(_SMALL_KANA))
    folded = "".join(ch for ch in folded if not ch.isspace())
    return folded.translate(_DASHES).replace("-", "ー")


def name_key(text: str | None) -> str:
    """Kanji name for comparing: width, spaces and variant characters folded. Unsafe marks stay as they are."""
    folded = unicodedata.normalize("NFKC", (text or "").translate(_VARIANT_TABLE))
    return "".join(ch for ch in folded.translate(_VARIANT_TABLE) if not ch.isspace()).upper()


def names_agree(ours: str | None, theirs: str | None) -> bool:
    """Whether two names can be the same, an unsafe mark standing for exactly one character."""
    a, b = name_key(ours), name_key(theirs)
    if not a or not b or len(a) != len(b):
        return False
    return all(x == y or x in UNSAFE_MARKS or y in UNSAFE_MARKS for x, y in zip(a, b, strict=True))


def number_key(text: str | None) -> str:
    """Card symbol or number for comparing: width, separators and leading zeros of pure digits folded."""
    folded = unicodedata.normalize("NFKC", text or "").upper().translate(_DASHES)
    folded = re.sub(r"[\s\-・･/／.]+", "", folded)
    if folded.isascii() and folded.isdigit():
        folded = folded.lstrip("0") or ("0" if folded else "")
    return folded


def insurer_key(text: str | None) -> str:
    """Insurer number for comparing: padding by spaces or zeros does not matter (oqs-interface 3.3)."""
    digits = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))
    if len(digits) == 8 and digits.startswith("00"):
        digits = digits[2:]
    return digits


def branch_key(text: str | None) -> str:
    """Branch number for comparing; empty stays empty because an absent branch is not branch 00 (S-075)."""
    digits = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))
    return digits.zfill(2) if digits else ""


_KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")
_KANJI_CHOME = re.compile(r"[〇一二三四五六七八九]+(?=丁目|番|号)")


def address_key(text: str | None) -> str:
    """Address for comparing: width, dashes, 丁目/番/号 and spaces folded (S-091)."""
    raw = _KANJI_CHOME.sub(lambda m: m.group().translate(_KANJI_DIGITS), (text or "").translate(_VARIANT_TABLE))
    folded = unicodedata.normalize("NFKC", raw)
    folded = _DIGIT_DASH.sub("-", folded)
    folded = "".join("-" if ch in "‐‑‒–—―−" else ch for ch in folded)
    folded = re.sub(r"(?<=[0-9])(?:丁目|番地の|番地|番)\s*(?=[0-9])", "-", folded)
    folded = re.sub(r"(?<=[0-9])(?:番地|番|号|丁目)(?=\s|$)", "", folded)
    folded = re.sub(r"(?<=[0-9])\s+(?=[0-9])", "-", folded)  # "2-3 405" must not become "2-3405"
    return re.sub(r"\s+", "", folded)


def postal_key(text: str | None) -> str:
    """Seven digits of a postal code."""
    return re.sub(r"[^0-9]", "", unicodedata.normalize("NFKC", text or ""))
