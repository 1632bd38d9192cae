"""Bytes of unknown origin to one bounded tree with a header and a body (oqs-interface 3.1, faults F04, F12, F13).

Time and memory are bounded before the parser runs: bytes, number of tags, attributes and depth have a cap, any
DOCTYPE is refused, nothing is resolved or fetched. A message that ends too early is told apart from one that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from . import elements
from .encoding import UTF_8, UTF_8_MARK, Decoded, decode, without_declaration
from .outcome import Incomplete, Quarantined, Reason

MAX_BYTES = 5 * 1024 * 1024
#: The densest real message holds a tag per 15 bytes; this keeps the tree of a hostile one below 100 MB.
MAX_TAGS = 400_000
#: Messages have no attributes at all (3.1); each one of a hostile message costs more memory than an element.
MAX_EQUALS_SIGNS = 100_000
MAX_DEPTH = 64
#: How many unknown names are worth reporting, and how much of each.
_REPORTED_NAMES = 50
_REPORTED_LENGTH = 80

_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NO_XML_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_EXCESSIVE_DEPTH = 114  # XML_ERR_RESOURCE_LIMIT of libxml2
#: Errors that show at the end only and are no early end: undeclared entities (1, 26, 27) and namespaces (200-204).
_BEYOND_REPAIR = frozenset({1, 26, 27, 200, 201, 202, 203, 204})

#: A character nobody could convert, as a decoder before us marked it, and as the center marks it (S-090).
_LOST_CHARACTER, _LOST_AS_THE_CENTER_WRITES_IT = "\ufffd".encode(), "●".encode()


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """One whole message. `notes` are stable words about oddities that do not stop reading."""

    root: etree._Element
    header: dict[str, str]
    body: etree._Element | None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Envelope({self.root.tag}, {len(self.header)} header elements)"

    @property
    def unknown_elements(self) -> tuple[str, ...]:
        """Names that the reference does not know, sorted; looks at every element."""
        return unknown_names({element.tag for element in self.root.iter()})

    def unknown_beside(self, seen: set[str]) -> tuple[str, ...]:
        """The same for a caller who has already seen every name below the body."""
        if self.body is not None and self.body.getparent() is not self.root:
            return self.unknown_elements
        beside = {str(below.tag) for child in self.root if child is not self.body for below in child.iter()}
        return unknown_names(seen | beside)

    def anywhere(self, name: str) -> str | None:
        """The first filled element of this name in document order, wherever it stands."""
        for element in self.root.iter(name):
            if found := text_of(element):
                return found
        return None

    def below_body(self, name: str) -> Iterator[etree._Element]:
        """Every element of this name in the body, at any depth, none inside another."""
        return iter(()) if self.body is None else topmost(self.body, name)


def parse(data: bytes) -> etree._Element | Incomplete | Quarantined:
    """The root element, without caring what it is."""
    if len(data) > MAX_BYTES:
        return Quarantined(Reason.TOO_LARGE)
    # A file reserved at full length but not yet written ends in zeros; they are not part of any message.
    data = data.rstrip(b"\x00")
    decoded = decode(data)
    return decoded if isinstance(decoded, Quarantined) else _parse_decoded(data, decoded)


def open_envelope(data: bytes, *, roots: frozenset[str] = frozenset({"XmlMsg"})) -> Envelope | Incomplete | Quarantined:
    """The message with its header looked up by name in any order, or why there is none."""
    if len(data) > MAX_BYTES:
        return Quarantined(Reason.TOO_LARGE)
    data = data.rstrip(b"\x00")
    decoded = decode(data)
    if isinstance(decoded, Quarantined):
        return decoded
    root = _parse_decoded(data, decoded)
    if isinstance(root, Incomplete | Quarantined):
        return root
    if root.tag not in roots:
        return Quarantined(Reason.UNKNOWN_ROOT)
    header = _first_of(root, elements.HEADER)
    if header is None:
        return Quarantined(Reason.NO_HEADER)
    texts = all_texts(header)
    notes = ["label_lied"] if decoded.label_lied else []
    if texts.get("CharacterCodeIdentifier", "") in ("0", "1"):
        stated = "utf-8" if texts["CharacterCodeIdentifier"] == "0" else "cp932"
        if stated != decoded.encoding:
            notes.append("character_code_mismatch")
    return Envelope(root, texts, _first_of(root, elements.BODY), tuple(notes))


def unknown_names(seen: set[str]) -> tuple[str, ...]:
    """Those names that the reference does not know, sorted, cut to what is worth reporting."""
    unknown = sorted(seen - elements.KNOWN)
    return tuple(name[:_REPORTED_LENGTH] for name in unknown[:_REPORTED_NAMES])


def text_of(element: etree._Element) -> str:
    """Trimmed text of one element; "" for none."""
    text = element.text
    return text.strip() if text else ""


def all_texts(element: etree._Element, seen: set[str] | None = None) -> dict[str, str]:
    """Name -> text of everything below, at any depth; the first filled one of a name counts, empty equals absent.

    Every name that occurs is added to `seen`.
    """
    found: dict[str, str] = {}
    empty: set[str] = set()
    for below in element.iter():
        text = below.text
        if text and (text := text.strip()):
            found.setdefault(below.tag, text)
        else:
            empty.add(below.tag)
    if seen is not None:
        seen.update(found, empty)
    return found


def child_texts(element: etree._Element) -> dict[str, str]:
    """Name -> text of the direct children only."""
    # From the last to the first, so that the first filled one of a name is the one that stays.
    children = element.iterchildren(reversed=True)
    return {child.tag: text for child in children if (text := child.text) and (text := text.strip())}


def topmost(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of this name at any depth, except those inside another of the same name.

    No message nests them; reading nested ones again at every level would cost a hostile file's square.
    """
    parent = None
    for found in element.iter(name):
        beside = found.getparent()
        # A sibling of a topmost one needs no look upwards.
        if beside is parent or next(found.iterancestors(name), None) is None:
            parent = beside
            yield found


def _first_of(root: etree._Element, name: str) -> etree._Element | None:
    """The child of this name, else the first one at any depth."""
    child = root.find(name)
    return child if child is not None else next(root.iter(name), None)


def _parse_decoded(data: bytes, decoded: Decoded) -> etree._Element | Incomplete | Quarantined:
    # The parser gets UTF-8, which is its own encoding and twice as fast as text; what the bytes are is decided already.
    whole_utf_8 = decoded.encoding == UTF_8 and not decoded.cut
    utf_8 = data.removeprefix(UTF_8_MARK) if whole_utf_8 else decoded.text.encode()
    utf_8 = without_declaration(utf_8).lstrip()
    if _LOST_CHARACTER in utf_8:
        utf_8 = utf_8.replace(_LOST_CHARACTER, _LOST_AS_THE_CENTER_WRITES_IT)
    if b"!" in utf_8 and _DOCTYPE.search(utf_8):
        return Quarantined(Reason.DOCTYPE)
    if utf_8.count(b"<") > MAX_TAGS or utf_8.count(b"=") > MAX_EQUALS_SIGNS:
        return Quarantined(Reason.TOO_MANY_ELEMENTS)
    if utf_8 and not utf_8.startswith(b"<"):
        return Quarantined(Reason.NOT_XML)
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    # Fed as a stream, the parser objects only to what no continuation could repair; an early end shows in close().
    try:
        parser.feed(utf_8)
    except etree.XMLSyntaxError as wrong:
        return Quarantined(Reason.TOO_DEEP if getattr(wrong, "code", None) == _EXCESSIVE_DEPTH else Reason.NOT_XML)
    try:
        root = parser.close()
    except etree.XMLSyntaxError as wrong:
        beyond_repair = getattr(wrong, "code", None) in _BEYOND_REPAIR or _NO_XML_CHARACTER.search(decoded.text)
        return Quarantined(Reason.NOT_XML) if beyond_repair else Incomplete()
    if decoded.cut:
        return Quarantined(Reason.NOT_XML)
    if _TOO_DEEP(root):
        return Quarantined(Reason.TOO_DEEP)
    if b"&" in utf_8 and next(root.iter(etree.Entity), None) is not None:
        return Quarantined(Reason.NOT_XML)
    if b"xmlns" in utf_8:
        _drop_namespaces(root)
    return root


def _drop_namespaces(root: etree._Element) -> None:
    """Names without their namespace: the terminal uses none, a relay between might add one."""
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname
