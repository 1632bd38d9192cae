"""A file from the `req` folder as a value. Layout is checked here; what it means is decided elsewhere.

Sources: oqs-interface 2.3 (names), 2.8 and A-02 (what is bounced), 3 (envelope).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from lxml import etree

from .lookup import SearchKey
from .wire import decoded

#: `<family><scope><function><step>req_<suffix>.xml`
REQUEST_NAME = re.compile(r"^(?P<family>[A-Z]{3}(?:si|mu)[a-z]{3}\d{2})req_(?P<suffix>[0-9A-Za-z_-]{1,40})\.xml$")


class LayoutError(Exception):
    """The request does not satisfy the layout: it comes back with a `.err` beside it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, repr=False)
class Request:
    """One request. `family` is for example `OQSsiquc01`; `stem` is the file name without extension."""

    family: str
    stem: str
    header: etree._Element
    body: etree._Element

    @property
    def answer_stem(self) -> str:
        """The base name of the answer: `req` becomes `res`, nothing else changes (2.2)."""
        return self.stem.replace("req_", "res_", 1)

    @property
    def institution_code(self) -> str:
        """医療機関コード of the header."""
        return text_of(self.header, "MedicalInstitutionCode")

    @property
    def file_identifier(self) -> str:
        """任意のファイル識別子, to be echoed."""
        return text_of(self.header, "ArbitraryFileIdentifier")

    def groups(self, name: str) -> list[etree._Element]:
        """The repeated groups of the body, at least one."""
        found = self.body.findall(name)
        if not found:
            raise LayoutError("OQSSIM0104", f"{name} がありません。")
        return found


def read_request(file_name: str, content: bytes) -> Request:
    """Parse one file; raises LayoutError with a code of this simulator (A-05) when the layout is not satisfied."""
    named = REQUEST_NAME.match(file_name)
    if named is None:
        raise LayoutError("OQSSIM0101", "ファイル名が規約に合いません。")
    try:
        text = decoded(content)
        if "<!DOCTYPE" in text:
            raise LayoutError("OQSSIM0102", "DOCTYPE は使えません。")
        root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, UnicodeDecodeError, ValueError) as reason:
        raise LayoutError("OQSSIM0102", "XMLとして読めません。") from reason
    header, body = root.find("MessageHeader"), root.find("MessageBody")
    if root.tag != "XmlMsg" or header is None or body is None:
        raise LayoutError("OQSSIM0103", "XmlMsg・MessageHeader・MessageBody がそろっていません。")
    if not text_of(header, "MedicalInstitutionCode"):
        raise LayoutError("OQSSIM0104", "MedicalInstitutionCode がありません。")
    return Request(named["family"], file_name.removesuffix(".xml"), header, body)


def text_of(parent: etree._Element, name: str) -> str:
    """Trimmed text of a child, empty when it is absent or empty."""
    return (parent.findtext(name) or "").strip()


def date_of(parent: etree._Element, name: str) -> date | None:
    """`YYYYMMDD` of a child as a date, None when absent or no date."""
    return as_date(text_of(parent, name))


def as_date(text: str) -> date | None:
    """`YYYYMMDD` as a date, None for anything else."""
    if not re.fullmatch(r"\d{8}", text, re.ASCII):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def search_key(group: etree._Element) -> SearchKey:
    """The insurance key of a `QualificationConfirmSearchInfo` or `ReferenceNumberRegistrationInfo`.

    Raises LayoutError when a number that every layout requires is missing. A missing birth date is no layout error:
    it is answered as an error of the person (oqs-interface 3.4).
    """
    for required in ("InsurerNumber", "InsuredIdentificationNumber"):
        if not text_of(group, required):
            raise LayoutError("OQSSIM0104", f"{required} がありません。")
    return SearchKey(
        insurer_number=text_of(group, "InsurerNumber"),
        card_symbol=text_of(group, "InsuredCardSymbol"),
        card_number=text_of(group, "InsuredIdentificationNumber"),
        branch_number=text_of(group, "InsuredBranchNumber"),
        birth_date=date_of(group, "Birthdate"),
    )
