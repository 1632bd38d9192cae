"""Hostile messages: what somebody who can write into the shared folder might put there. Every one is harmless to hold.

`small()` are bytes that must be refused or read as text; `large()` are close to the cap of 5 MB, so that reading them
costs the most that it can. Canaries are named by the caller: if their content ever appears, something was fetched.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from otonai.terminal.envelope import MAX_BYTES, MAX_EQUALS_SIGNS, MAX_TAGS

_HEAD = "<MessageHeader><MedicalInstitutionCode>1319999990</MedicalInstitutionCode></MessageHeader>"
_ROOM = MAX_BYTES - 1000


def whole(body: str, *, before: str = "", head: str = _HEAD) -> bytes:
    """A message in UTF-8 around a body, with something between declaration and root."""
    declaration = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{declaration}{before}<XmlMsg>{head}<MessageBody>{body}</MessageBody></XmlMsg>".encode()


def _doctype(inside: str) -> str:
    return f"<!DOCTYPE XmlMsg {inside}>"


def small(canary: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes. `canary` is the address of a file that must never be opened."""
    name = "<Name>&x;</Name>"
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    quadratic = f'<!ENTITY x "{"a" * 50_000}">'
    yield "external entity", whole(name, before=_doctype(f'[<!ENTITY x SYSTEM "{canary}">]'))
    yield "external entity, public id", whole(name, before=_doctype(f'[<!ENTITY x PUBLIC "a" "{canary}">]'))
    yield "parameter entity", whole(name, before=_doctype(f'[<!ENTITY % p SYSTEM "{canary}"> %p;]'))
    yield "external subset", whole(name, before=_doctype(f'SYSTEM "{canary}"'))
    yield "billion laughs", whole("&l9;", before=_doctype(f'[<!ENTITY l0 "ha">{laughs}]'))
    yield "quadratic blow-up", whole("&x;" * 5000, before=_doctype(f"[{quadratic}]"))
    yield "entity in an attribute", whole('<Name a="&x;"/>', before=_doctype(f"[{quadratic}]"))
    yield "default attribute", whole("<Name/>", before=_doctype('[<!ATTLIST Name a CDATA "b">]'))
    yield "undeclared entity", whole(name)
    yield "doctype in lower case", whole("", before="<!doctype XmlMsg>")
    yield "doctype after a comment", whole("", before="<!-- a --><!DOCTYPE XmlMsg>")
    yield "doctype in UTF-16", whole("", before=_doctype("")).decode().encode("utf-16")
    yield "doctype in UTF-7", whole("", before="+ADw-!DOCTYPE XmlMsg+AD4-").replace(b"UTF-8", b"UTF-7")
    yield "doctype in cp932", whole("", before=_doctype("")).replace(b"UTF-8", b"Shift_JIS")
    yield "conditional section", whole(f'<![INCLUDE[<!ENTITY x SYSTEM "{canary}">]]>')
    yield "inclusion", whole(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{canary}" parse="text"/>')
    yield "style sheet", whole("", before=f'<?xml-stylesheet type="text/xsl" href="{canary}"?>')
    yield (
        "schema location",
        whole(
            f'<Name xmlns:s="http://www.w3.org/2001/XMLSchema-instance" s:noNamespaceSchemaLocation="{canary}">a</Name>'
        ),
    )
    yield "processing instruction in a value", whole("<Name>高<?a b?>橋</Name>")
    yield "comment in a value", whole("<Name>高<!-- b -->橋</Name>")
    yield "section in a value", whole("<Name><![CDATA[高<b>&x;]]>橋</Name>")
    yield "open section", whole("<Name><![CDATA[高")
    yield "second root", whole("") + b"<XmlMsg/>"
    yield "text after the root", whole("") + b"\x00 ' OR 1=1 --"
    yield "declaration in the middle", whole('<?xml version="1.0"?>')
    yield "two marks", b"\xef\xbb\xbf\xef\xbb\xbf" + whole("")
    yield "mark of the other kind", b"\xff\xfe" + whole("")
    yield "mark of UTF-32", b"\xff\xfe\x00\x00" + whole("").decode().encode("utf-32-le")
    yield "mark in the middle", whole("<Name>\ufeff高橋</Name>")
    yield "NUL in a value", whole("<Name>高\x00橋</Name>")
    yield "NUL in a name", whole("<Na\x00me>a</Na\x00me>")
    yield "NUL everywhere", bytes(5000)
    yield "NUL as a reference", whole("<Name>&#0;</Name>")
    yield "reference beyond Unicode", whole("<Name>&#x110000;</Name>")
    yield "reference to half a character", whole("<Name>&#xD800;</Name>")
    yield "overlong slash", whole("<Name>@</Name>").replace(b"@", b"\xc0\xaf")
    yield "overlong angle bracket", whole("@!DOCTYPE x>").replace(b"@", b"\xe0\x80\xbc")
    yield "half a pair in UTF-8", whole("<Name>@</Name>").replace(b"@", b"\xed\xa0\x80")
    yield "beyond Unicode", whole("<Name>@</Name>").replace(b"@", b"\xf4\x90\x80\x80")
    yield "names from a namespace of theirs", whole('<a:Name xmlns:a="urn:a">a</a:Name>')
    yield "prefix that nobody bound", whole("<a:Name>a</a:Name>")
    yield "version of the future", whole("").replace(b'"1.0"', b'"9.9"')
    yield "an attribute twice", whole("<Name a='1' a='2'/>")
    yield "names of nothing", whole("<>x</>")
    yield "control characters", whole("<Name>\x01\x02\x1b[2J</Name>")


def large() -> Iterator[tuple[str, bytes]]:
    """Name and bytes, each near the cap."""
    people = "<BulkConfirmUnit><{0}><Name>{1}</Name></{0}></BulkConfirmUnit>"
    one = "ResultOfQualificationConfirmation"
    yield "one long value", whole("<Name>" + "あ" * (_ROOM // 3 - 200) + "</Name>")
    yield "one long name", whole(f"<{'N' * (_ROOM // 2 - 300)}/>")
    yield "one long attribute", whole(f'<Name a="{"x" * (_ROOM - 300)}"/>')
    yield "as many tags as may be", whole("<a/>" * (MAX_TAGS - 20))
    yield "as many tags as may be, each with a text", whole("<a>b</a>" * ((MAX_TAGS - 20) // 2))
    yield "as many tags as may be, each of another name", whole("".join(f"<a{n:06d}/>" for n in range(MAX_TAGS - 20)))
    yield "tags beyond the cap", whole("<a/>" * (_ROOM // 4 - 100))
    yield (
        "as many attributes as may be",
        whole("<a " + " ".join(f"b{n:05d}='{n}'" for n in range(MAX_EQUALS_SIGNS - 20)) + "/>"),
    )
    yield "attributes beyond the cap", whole("<a " + " ".join(f"b{n:06d}='1'" for n in range(380_000)) + "/>")
    yield (
        "as many namespaces as may be",
        whole("<a " + " ".join(f"xmlns:b{n:05d}='urn:{n}'" for n in range(MAX_EQUALS_SIGNS - 20)) + "/>"),
    )
    yield "references", whole("<Name>" + "&amp;" * (_ROOM // 5 - 100) + "</Name>")
    yield "numeric references", whole("<Name>" + "&#x3042;" * (_ROOM // 8 - 100) + "</Name>")
    yield "undeclared references", whole("<Name>" + "&x;" * (_ROOM // 3 - 100) + "</Name>")
    yield "comments", whole("<!-- -->" * (_ROOM // 8 - 100))
    yield "one long comment", whole("<!--" + " -" * (_ROOM // 2 - 200) + "-->")
    yield "processing instructions", whole("<?a?>" * (_ROOM // 5 - 100))
    yield "sections", whole("<Name>" + "<![CDATA[]]>" * (_ROOM // 12 - 100) + "</Name>")
    yield "depth", b"<a>" * (_ROOM // 3)
    yield "depth just allowed, often", whole(("<b>" * 55 + "</b>" * 55) * (MAX_TAGS // 110 - 10))
    yield "units in units", whole("<BulkConfirmUnit>" * 55 + "<Name>a</Name>" * 190_000 + "</BulkConfirmUnit>" * 55)
    yield "as many people as may be", whole("".join(people.format(one, n) for n in range(9_900)))
    yield "people beyond the cap", whole("".join(people.format(one, "") for _ in range(21_000)))
    yield (
        "people with every number of theirs",
        whole(
            "<BulkConfirmUnit>"
            + "<ResultOfQualificationConfirmation/>" * 19_000
            + "<ReferenceNumber>1</ReferenceNumber>" * 80_000
            + "</BulkConfirmUnit>"
        ),
    )
    yield (
        "specific diseases",
        whole(
            "<ResultOfQualificationConfirmation>"
            + "<SpecificDiseasesCertificateList><SpecificDiseasesDiseaseCategory>1</SpecificDiseasesDiseaseCategory>"
            "</SpecificDiseasesCertificateList>" * 38_000 + "</ResultOfQualificationConfirmation>"
        ),
    )
    yield "white space", whole(" " * (_ROOM - 200))
    yield "white space before the declaration", b" " * (_ROOM - 200) + whole("")
    yield "a declaration without end", b"<?xml " + b"encoding= " * (_ROOM // 10)
    yield "dates that are long", whole("<Birthdate>" + "1" * (_ROOM - 300) + "</Birthdate>")
    yield "one name in cp932 and UTF-8 by turns", ("高".encode("cp932") + "橋".encode()) * (_ROOM // 5)
    yield "kana that may be either", b"\xb1" * _ROOM
    yield "a bomb of zeros", _bomb(MAX_BYTES * 40)
    yield "a bomb just below the cap", _bomb(_ROOM)


def _bomb(size: int) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("OQSmuhvq02res_202611235001.xml", "w") as member,
    ):
        member.write(b"<XmlMsg>")
        for _ in range(size // 1000):
            member.write(b" " * 1000)
    return buffer.getvalue()
