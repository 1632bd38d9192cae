"""Envelopes of the terminal's answers: header and body in the order of the layout (oqs-interface 3). Pure.

What stands in a record is built in `records.py`; what is answered is decided in the `answer_*` modules.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from .clock import stamp
from .request import Request
from .wire import add, add_known, day


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request: an XML message or a PDF."""

    root: etree._Element | None = None
    pdf: bytes | None = None


def envelope(
    request: Request,
    now: datetime,
    *,
    segment: str | None = None,
    confirmed_on: date | None = None,
    classification: str | None = None,
    reception_number: str | None = None,
    counts: tuple[int, int] | None = None,
    error: tuple[str, str] | None = None,
    file_identifier: str | None = None,
) -> tuple[etree._Element, etree._Element]:
    """Root and body of an answer of the OQS family. `counts` are normal and failed persons; `error` code and message.

    文字コード識別 is filled in when the message is encoded.
    """
    root = etree.Element("XmlMsg")
    header = add(root, "MessageHeader")
    add_known(
        header,
        ProcessExecutionTime=stamp(now),
        QualificationConfirmationDate=day(confirmed_on),
        MedicalInstitutionCode=request.institution_code,
        ArbitraryFileIdentifier=request.file_identifier if file_identifier is None else file_identifier,
        ReferenceClassification=classification,
        ReceptionNumber=reception_number,
        SegmentOfResult=segment,
        NumberOfProcessingResult=str(sum(counts)) if counts else None,
        NumberOfNormalProcessing=str(counts[0]) if counts else None,
        NumberOfError=str(counts[1]) if counts else None,
        ErrorCode=error[0] if error else None,
        ErrorMessage=error[1] if error else None,
    )
    add(header, "CharacterCodeIdentifier", "0")
    return root, add(root, "MessageBody")


def failure(request: Request, now: datetime, code: str, message: str, *, reception_number: str | None = None) -> Reply:
    """異常終了 of the whole file with an empty body (A-05)."""
    root, _ = envelope(request, now, segment="9", error=(code, message), reception_number=reception_number)
    return Reply(root)


def add_person_status(
    parent: etree._Element, *, error: tuple[str, str] | None = None, validity: str | None = None
) -> None:
    """Layers 2 and 3 (3.4): 処理結果状況 with code and message when it is an error, 資格有効性 otherwise."""
    add_known(
        parent,
        ProcessingResultStatus="2" if error else "1",
        ProcessingResultCode=error[0] if error else None,
        ProcessingResultMessage=error[1] if error else None,
        QualificationValidity=validity,
    )


def add_echo(parent: etree._Element, group: etree._Element) -> None:
    """The query as it was asked."""
    echo = deepcopy(group)
    echo.tail = None
    parent.append(echo)
