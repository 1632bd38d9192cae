"""What a fault does to an answer before it is written: pure functions over the message and its bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from lxml import etree

from .faults import Fault, FaultKind
from .wire import Encoding, add, encoded

#: The institution whose answer arrives by mistake.
STRANGER_CODE = "1319999974"

_DOCTYPE = '<!DOCTYPE XmlMsg [<!ENTITY far SYSTEM "file:///etc/hostname"><!ENTITY near "x">]>'


@dataclass(frozen=True, slots=True)
class Write:
    """One write to be done `after` seconds. `append_from` continues a half-written file at that byte;
    `holds` waits until another answer was written; `direct` writes into place without a temporary name."""

    name: str
    content: bytes
    after: float = 0.0
    direct: bool = False
    append_from: int | None = None
    holds: bool = False


def distorted_message(root: etree._Element, fault: Fault | None) -> etree._Element:
    """The message as the fault wants it said; faults of delivery leave it alone."""
    kind = fault.kind if fault else None
    header = root.find("MessageHeader")
    body = root.find("MessageBody")
    if kind is FaultKind.UNKNOWN_XML:
        return _foreign_document()
    if header is None or body is None:
        return root
    if kind is FaultKind.OTHER_CLINIC:
        _set(header, "MedicalInstitutionCode", STRANGER_CODE)
    elif kind is FaultKind.PROCESSING:
        body.clear()
        _set(header, "SegmentOfResult", "2")
    elif kind is FaultKind.FAILED:
        body.clear()
        if header.find("ResultCode") is not None:
            _set(header, "ResultCode", "9")
            _set(header, "MessageContents", "模擬エラー：時間をおいて再実行してください。")
        else:
            _set(header, "SegmentOfResult", "9")
            _set(header, "ErrorCode", "OQSSIM9001")
            _set(header, "ErrorMessage", "模擬エラー：時間をおいて再実行してください。")
    elif kind is FaultKind.NO_RECEPTION_NUMBER:
        for element in body.findall("ReceptionNumber"):
            body.remove(element)
    return root


def message_bytes(root: etree._Element, encoding: Encoding, fault: Fault | None) -> bytes:
    """The file's bytes, with a lying label or a DOCTYPE when that is the fault."""
    if fault and fault.kind is FaultKind.WRONG_LABEL:
        other = Encoding.CP932 if encoding is Encoding.UTF_8 else Encoding.UTF_8
        truth, lie = f'encoding="{encoding.label}"'.encode(), f'encoding="{other.label}"'.encode()
        content = encoded(root, encoding).replace(truth, lie, 1)
        right = f"<CharacterCodeIdentifier>{encoding.identifier}<".encode()
        return content.replace(right, f"<CharacterCodeIdentifier>{other.identifier}<".encode())
    content = encoded(root, encoding)
    if fault and fault.kind is FaultKind.DOCTYPE:
        return content.replace(b"?>\n", b"?>\n" + _DOCTYPE.encode() + b"\n", 1)
    return content


def writes(name: str, content: bytes, fault: Fault | None) -> tuple[Write, ...]:
    """When and how the file appears in its folder; no writes at all for an answer that never comes."""
    kind = fault.kind if fault else None
    seconds = fault.lasts if fault else 0.0
    if kind is FaultKind.NEVER:
        return ()
    if kind is FaultKind.SLOW:
        return (Write(name, content, after=seconds),)
    if kind is FaultKind.OUT_OF_ORDER:
        return (Write(name, content, after=seconds, holds=True),)
    if kind is FaultKind.HALF_WRITTEN:
        half = len(content) // 2
        return (
            Write(name, content[:half], direct=True),
            Write(name, content, after=seconds, direct=True, append_from=half),
        )
    if kind is FaultKind.TWICE:
        return Write(name, content), Write(name, content, after=seconds)
    if kind is FaultKind.COPY:
        stem, dot, extension = name.rpartition(".")
        return Write(name, content), Write(f"{stem}_copy{dot}{extension}", content, after=seconds)
    if kind is FaultKind.ZIP and name.endswith(".xml"):
        return (Write(name.removesuffix(".xml") + ".zip", zipped(name, content)),)
    return (Write(name, content),)


def zipped(name: str, content: bytes) -> bytes:
    """A plain ZIP with the one XML of the same base name (A-22)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _foreign_document() -> etree._Element:
    root = etree.Element("Delivery", version="3")
    add(root, "Sender", "別の仕組み")
    add(root, "Payload", "この文書は資格確認の電文ではありません。")
    return root


def _set(header: etree._Element, name: str, text: str) -> None:
    element = header.find(name)
    (add(header, name) if element is None else element).text = text
