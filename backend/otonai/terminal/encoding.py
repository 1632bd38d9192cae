"""Bytes to text and back, strictly: never a replacement character, never a guess that cannot be justified.

The XML parser gets text, not bytes: libxml2's own Shift_JIS knows neither 髙 nor ① and moves ～ to another
character, while code page 932 is what the terminal means (oqs-interface 2.6, fault F10).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from ..domain.errors import Invalid
from .outcome import Quarantined, Reason

UTF_8 = "utf-8"
CP932 = "cp932"

UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(rb"^\s*<\?xml\s[^>]{0,400}?encoding\s*=\s*[\"']([A-Za-z0-9._:\-]{1,40})[\"']")
_DECLARATION = re.compile(rb"^\s*<\?xml\s[^>]{0,500}\?>")
_CP932_LABELS = frozenset(
    ("shiftjis", "sjis", "xsjis", "mskanji", "csshiftjis", "windows31j", "cswindows31j", "ms932", "cp932", "932")
)
_UTF_8_LABELS = frozenset(("utf8", "cp65001"))

#: Three bytes that in UTF-8 are one kana, kanji or full-width sign; rare by accident in code page 932.
_JAPANESE_IN_UTF_8 = re.compile(rb"[\xe3-\xe9\xef][\x80-\xbf][\x80-\xbf]")
_ASCII = bytes(range(0x80))
#: Single bytes that are no character of code page 932 though Python's codec lets them through.
_STRAY_IN_CP932 = re.compile("[\x80\uf8f0-\uf8f3]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with what was learnt on the way.

    `cut` says that the input ends inside a character: the rest has not been written yet. `label_lied` says
    that the declaration named the other encoding.
    """

    text: str
    encoding: str
    label_lied: bool = False
    cut: bool = False

    def __repr__(self) -> str:
        return f"Decoded({self.encoding}, {len(self.text)} characters, lied={self.label_lied}, cut={self.cut})"


def decode(data: bytes) -> Decoded | Quarantined:
    """Text of one message: byte-order mark, then declaration, then strict UTF-8, then strict code page 932.

    A label that lies is believed less than the bytes: Japanese text that is valid UTF-8 *is* UTF-8, because
    the opposite accident practically does not happen while the mojibake the other way round does. Damaged UTF-8
    is refused with the position of the damage and never read as code page 932.
    """
    if data.startswith(_UTF_16_MARKS):
        return Quarantined(Reason.UNSUPPORTED_ENCODING, 0)
    if data.startswith(UTF_8_MARK):
        return _as(data, UTF_8, skip=len(UTF_8_MARK))

    label = _DECLARED.match(data)
    family = _family_of(label.group(1).decode("ascii")) if label else None
    if family == "":
        first = _as(data, UTF_8)
        return first if isinstance(first, Decoded) else Quarantined(Reason.UNSUPPORTED_ENCODING, first.position)

    utf_8 = _as(data, UTF_8)
    if isinstance(utf_8, Decoded):
        if family == CP932 and not _JAPANESE_IN_UTF_8.search(data):
            declared = _as(data, CP932)
            if isinstance(declared, Decoded):
                return declared
        return Decoded(utf_8.text, UTF_8, label_lied=family == CP932, cut=utf_8.cut)
    if _is_damaged_utf_8(data):
        return utf_8
    cp932 = _as(data, CP932)
    if isinstance(cp932, Decoded):
        return Decoded(cp932.text, CP932, label_lied=family == UTF_8, cut=cp932.cut)
    return cp932 if family == CP932 else utf_8


def encode(text: str, encoding: str = CP932, *, field: str = "") -> bytes:
    """Bytes for the terminal.

    Raises Invalid `unencodable_character` with `field`, `position` and `code_point` when the encoding cannot
    carry a character (a numeric entity would arrive as something else) or when XML cannot.
    """
    for position, character in enumerate(text):
        if (character < " " and character not in "\t\n\r") or 0xE000 <= ord(character) <= 0xF8FF:
            raise _unencodable(text, position, field)
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as refusal:
        raise _unencodable(text, refusal.start, field) from None


def without_declaration(utf_8: bytes) -> bytes:
    """UTF-8 without its XML declaration, which speaks of bytes that are no more."""
    found = _DECLARATION.match(utf_8)
    return utf_8[found.end() :] if found else utf_8


def _unencodable(text: str, position: int, field: str) -> Invalid:
    return Invalid(
        "a character cannot be carried to the terminal",
        code="unencodable_character",
        field=field,
        position=position,
        code_point=f"U+{ord(text[position]):04X}",
    )


def _family_of(label: str) -> str | None:
    """Our codec for a label; "" when it names an encoding we do not read; None when it names nothing."""
    plain = re.sub(r"[^a-z0-9]", "", label.lower())
    if plain in _CP932_LABELS:
        return CP932
    if plain in _UTF_8_LABELS:
        return UTF_8
    try:
        codecs.lookup(label)
    except LookupError:
        return None
    return ""


def _as(data: bytes, encoding: str, *, skip: int = 0) -> Decoded | Quarantined:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        text = decoder.decode(data[skip:] if skip else data, False)
    except UnicodeDecodeError as refusal:
        return Quarantined(Reason.UNDECODABLE, refusal.start + skip)
    if encoding == CP932 and (stray := _STRAY_IN_CP932.search(text)):
        return Quarantined(Reason.UNDECODABLE, len(text[: stray.start()].encode(CP932)) + skip)
    return Decoded(text, encoding, cut=bool(decoder.getstate()[0]))


def _is_damaged_utf_8(data: bytes) -> bool:
    """Whether nearly all that is not ASCII reads as Japanese in UTF-8 although the whole does not.

    Honest code page 932 stays far below the share asked for here, UTF-8 with a few broken bytes far above.
    """
    beyond_ascii = len(data.translate(None, _ASCII))
    japanese = len(_JAPANESE_IN_UTF_8.findall(data)) * 3
    return japanese >= 9 and japanese * 5 > beyond_ascii * 4
