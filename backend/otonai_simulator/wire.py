"""How values look in the terminal's files: half-width kana, padded numbers, encodings. Pure.

Sources: oqs-interface 2.6, 3.3, A-17. Knows characters and XML text, no persons and no folders.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum

from lxml import etree

#: What the center writes where it has no character (oqs-interface 2.6).
HIDDEN_MARK = "●"

_SAME_IN_CP932 = str.maketrans({"〜": "～", "−": "－", "—": "―", "‖": "∥", "¢": "￠", "£": "￡", "¬": "￢"})


class Encoding(StrEnum):
    """The institution's setting for all answers (A-17)."""

    UTF_8 = "utf-8"
    CP932 = "cp932"

    @property
    def label(self) -> str:
        """The word in the XML declaration."""
        return "UTF-8" if self is Encoding.UTF_8 else "Shift_JIS"

    @property
    def identifier(self) -> str:
        """文字コード識別 (OQSCD005)."""
        return "0" if self is Encoding.UTF_8 else "1"


def _half_width_table() -> dict[str, str]:
    table = {"\u3000": " "}
    singles = [chr(code) for code in range(0xFF61, 0xFFA0)]
    table.update({unicodedata.normalize("NFKC", half): half for half in singles if half not in "ﾞﾟ"})
    for full, half in list(table.items()):
        for mark, half_mark in (("\u3099", "ﾞ"), ("\u309a", "ﾟ")):
            voiced = unicodedata.normalize("NFC", full + mark)
            if len(voiced) == 1:
                table[voiced] = half + half_mark
    table.update({"゛": "ﾞ", "゜": "ﾟ"})
    return table


_HALF = _half_width_table()


def half_kana(text: str) -> str:
    """Full-width katakana to half width, 全角スペース to a space; other characters stay."""
    return "".join(_HALF.get(char, char) for char in text)


def padded_insurer(number: str) -> str:
    """保険者番号 as delivered: eight places, six-digit numbers with two spaces in front."""
    return number.rjust(8)


def day(value: date | None) -> str | None:
    """`YYYYMMDD`, or None for no date."""
    return f"{value:%Y%m%d}" if value else None


def add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """Append a child element, with text where there is one."""
    child = etree.SubElement(parent, name)
    if text is not None:
        child.text = text
    return child


def add_known(parent: etree._Element, **elements: str | None) -> None:
    """Append the children that have a value, in the order given; empty optional items are omitted (3.1)."""
    for name, text in elements.items():
        if text is not None and text != "":
            add(parent, name, text)


def encoded(root: etree._Element, encoding: Encoding) -> bytes:
    """The whole file. Sets 文字コード識別 where the message has one; what cp932 cannot hold becomes ●."""
    for element in root.iter("CharacterCodeIdentifier"):
        element.text = encoding.identifier
    etree.indent(root)
    declaration = f'<?xml version="1.0" encoding="{encoding.label}" standalone="no"?>'
    text = f"{declaration}\n{etree.tostring(root, encoding='unicode')}\n"
    if encoding is Encoding.UTF_8:
        return text.encode()
    safe = "".join(char if _fits(char) else HIDDEN_MARK for char in text.translate(_SAME_IN_CP932))
    return safe.encode("cp932")


def _fits(char: str) -> bool:
    try:
        char.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding=["']([A-Za-z0-9_.:-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def decoded(content: bytes) -> str:
    """Text of a request without its declaration: BOM, then the declared name, then UTF-8, then cp932 (A-17).

    Raises UnicodeDecodeError when nothing fits.
    """
    if content.startswith(b"\xef\xbb\xbf"):
        return _DECLARATION.sub("", content[3:].decode("utf-8"))
    declared = _DECLARED.match(content)
    says_utf_8 = declared is not None and declared.group(1).lower() in (b"utf-8", b"utf8")
    first, second = ("utf-8", "cp932") if says_utf_8 or declared is None else ("cp932", "utf-8")
    try:
        return _DECLARATION.sub("", content.decode(first))
    except UnicodeDecodeError:
        return _DECLARATION.sub("", content.decode(second))
