"""Bytes of unknown origin to one bounded tree with a header and a body (oqs-interface 3.1, faults F04, F12, F13).

Time and memory are bounded before the parser runs: bytes, number of tags and depth each have a cap, any
DOCTYPE is refused, nothing is resolved or fetched. A message that ends too early is told apart from one that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from . import elements
from .encoding import Decoded, decode, without_declaration
from .outcome import Incomplete, Quarantined, Reason

MAX_BYTES = 5 * 1024 * 1024
#: The densest real message holds a tag per 15 bytes; this keeps the tree of a hostile one below 100 MB.
MAX_TAGS = 400_000
MAX_DEPTH = 64
#: How many unknown names are worth reporting, and how much of each.
_REPORTED_NAMES = 50
_REPORTED_LENGTH = 80

_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_NO_XML_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_EXCESSIVE_DEPTH = 114  # XML_ERR_RESOURCE_LIMIT of libxml2

#: A character nobody could convert, as a decoder before us marked it, and as the center marks it (S-090).
_LOST_CHARACTER, _LOST_AS_THE_CENTER_WRITES_IT = "\ufffd", "●"


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """One whole message. `notes` are stable words about oddities that do not stop reading."""

    root: etree._Element
    header: dict[str, str]
    body: etree._Element | None
    unknown_elements: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Envelope({self.root.tag}, {len(self.header)} header elements, unknown={len(self.unknown_elements)})"

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
    decoded = decode(data.rstrip(b"\x00"))
    return decoded if isinstance(decoded, Quarantined) else _parse_text(decoded)


def open_envelope(data: bytes, *, roots: frozenset[str] = frozenset({"XmlMsg"})) -> Envelope | Incomplete | Quarantined:
    """The message with its header looked up by name in any order, or why there is none."""
    if len(data) > MAX_BYTES:
        return Quarantined(Reason.TOO_LARGE)
    decoded = decode(data.rstrip(b"\x00"))
    if isinstance(decoded, Quarantined):
        return decoded
    root = _parse_text(decoded)
    if isinstance(root, Incomplete | Quarantined):
        return root
    if root.tag not in roots:
        return Quarantined(Reason.UNKNOWN_ROOT)
    header = next(root.iter(elements.HEADER), None)
    if header is None:
        return Quarantined(Reason.NO_HEADER)
    texts = all_texts(header)
    notes = ["label_lied"] if decoded.label_lied else []
    if texts.get("CharacterCodeIdentifier", "") in ("0", "1"):
        stated = "utf-8" if texts["CharacterCodeIdentifier"] == "0" else "cp932"
        if stated != decoded.encoding:
            notes.append("character_code_mismatch")
    return Envelope(root, texts, next(root.iter(elements.BODY), None), _unknown_names(root), tuple(notes))


def text_of(element: etree._Element) -> str:
    """Trimmed text of one element; "" for none."""
    text = element.text
    return text.strip() if text else ""


def all_texts(element: etree._Element) -> dict[str, str]:
    """Name -> text of everything below, at any depth; the first filled one of a name counts, empty equals absent."""
    found: dict[str, str] = {}
    for below in element.iter():
        name = str(below.tag)
        if name not in found and (text := text_of(below)):
            found[name] = text
    return found


def child_texts(element: etree._Element) -> dict[str, str]:
    """Name -> text of the direct children only."""
    found: dict[str, str] = {}
    for child in element:
        name = str(child.tag)
        if name not in found and (text := text_of(child)):
            found[name] = text
    return found


def topmost(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """The elements of this name at any depth, except those inside another of the same name.

    No message nests them; reading nested ones again at every level would cost a hostile file's square.
    """
    for found in element.iter(name):
        if next(found.iterancestors(name), None) is None:
            yield found


def outside(element: etree._Element, *skipped: str) -> Iterator[etree._Element]:
    """Everything below an element except what stands inside one of the named groups."""
    for child in element:
        if child.tag not in skipped:
            yield child
            yield from outside(child, *skipped)


def _parse_text(decoded: Decoded) -> etree._Element | Incomplete | Quarantined:
    text = without_declaration(decoded.text).replace(_LOST_CHARACTER, _LOST_AS_THE_CENTER_WRITES_IT)
    if "<!" in text and _DOCTYPE.search(text):
        return Quarantined(Reason.DOCTYPE)
    if text.count("<") > MAX_TAGS:
        return Quarantined(Reason.TOO_MANY_ELEMENTS)
    start = text.lstrip()
    if start and not start.startswith("<"):
        return Quarantined(Reason.NOT_XML)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    # Fed as a stream, the parser objects only to what no continuation could repair; an early end shows in close().
    try:
        parser.feed(start)
    except etree.XMLSyntaxError as wrong:
        return Quarantined(Reason.TOO_DEEP if getattr(wrong, "code", None) == _EXCESSIVE_DEPTH else Reason.NOT_XML)
    try:
        root = parser.close()
    except etree.XMLSyntaxError:
        return Quarantined(Reason.NOT_XML) if _NO_XML_CHARACTER.search(text) else Incomplete()
    if decoded.cut:
        return Quarantined(Reason.NOT_XML)
    if _TOO_DEEP(root):
        return Quarantined(Reason.TOO_DEEP)
    if next(root.iter(etree.Entity), None) is not None:
        return Quarantined(Reason.NOT_XML)
    if "xmlns" in text:
        _drop_namespaces(root)
    return root


def _drop_namespaces(root: etree._Element) -> None:
    """Names without their namespace: the terminal uses none, a relay between might add one."""
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname


def _unknown_names(root: etree._Element) -> tuple[str, ...]:
    names = {str(element.tag) for element in root.iter()} - elements.KNOWN
    return tuple(name[:_REPORTED_LENGTH] for name in sorted(names)[:_REPORTED_NAMES])
