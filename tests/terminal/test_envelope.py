"""Hostile and half-written input: refused or awaited within small bounds, never half-believed."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.terminal.messages import (
    ACCEPTANCE,
    CHECKUPS,
    DRUGS,
    FACE,
    HARU,
    LIST,
    REGISTERED,
    SINGLE,
    consented_list,
    header,
    message,
    single,
    tag,
)

from otonai.terminal.envelope import MAX_BYTES, Envelope, open_envelope, parse
from otonai.terminal.outcome import Incomplete, Outcome, Quarantined, Reason
from otonai.terminal.result import read

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.shows("F12")
@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE XmlMsg>",
        '<!DOCTYPE XmlMsg SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE XmlMsg [<!ENTITY x SYSTEM "CANARY">]>',
        '<!DOCTYPE XmlMsg [<!ENTITY % p SYSTEM "CANARY"> %p;]>',
        LAUGHS + "]>",
        "<!doctype XmlMsg>",
        "<!-- first --><!DOCTYPE XmlMsg>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_any_document_type_is_refused_at_once(doctype: str, encoding: str, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("the canary sings")
    text = consented_list(encoding).decode(encoding).replace("CANARY", canary.as_uri())
    declaration, _, rest = text.partition("\n")
    data = (declaration + doctype.replace("CANARY", canary.as_uri()) + rest.replace("ハル", "&x;")).encode(encoding)

    started = time.perf_counter()
    outcome = read(data, LIST)

    assert time.perf_counter() - started < 0.05
    assert (outcome.outcome, outcome.reason, outcome.message) == (Outcome.QUARANTINED, Reason.DOCTYPE, None)


@pytest.mark.shows("F12")
def test_an_inclusion_is_an_unknown_element_and_nothing_is_included(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("the canary sings")
    inclusion = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{canary.as_uri()}" parse="text"/>'

    outcome = read(message(inclusion + tag("ReceptionNumber", "1")), ACCEPTANCE)

    assert outcome.message.unknown_elements == ("include",)  # type: ignore[union-attr]
    assert outcome.message.reception_number == "1"  # type: ignore[union-attr]


@pytest.mark.shows("F12")
def test_an_entity_that_nobody_declared_is_not_xml() -> None:
    outcome = read(message(tag("ReceptionNumber", "12&nope;34")), ACCEPTANCE)

    assert outcome.outcome is not Outcome.READ


@pytest.mark.shows("F13")
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"<a>" * 100_000, Reason.TOO_DEEP, id="depth 100,000, open"),
        pytest.param(b"<a>" * 100_000 + b"</a>" * 100_000, Reason.TOO_DEEP, id="depth 100,000, closed"),
        pytest.param(
            b"<XmlMsg><MessageHeader/><MessageBody>"
            + b"<BulkConfirmUnit>" * 50
            + b"<ResultOfQualificationConfirmation/>" * 100_000
            + b"</BulkConfirmUnit>" * 50
            + b"</MessageBody></XmlMsg>",
            Reason.TOO_MANY_ELEMENTS,
            id="100,000 people in nested units",
        ),
        pytest.param(b"<a>" * 100 + b"</a>" * 100, Reason.TOO_DEEP, id="depth 100"),
        pytest.param(b"<XmlMsg>" + b"<a/>" * 1_200_000 + b"</XmlMsg>", Reason.TOO_MANY_ELEMENTS, id="1.2 M elements"),
        pytest.param(b"<XmlMsg>" + b" " * MAX_BYTES + b"</XmlMsg>", Reason.TOO_LARGE, id="a little over 5 MB"),
        pytest.param(b"<" * 4_000_000, Reason.TOO_MANY_ELEMENTS, id="only angle brackets"),
        pytest.param(
            b"<XmlMsg " + b"a='1' " * 800_000 + b"/>", Reason.TOO_MANY_ELEMENTS, id="one attribute again and again"
        ),
    ],
)
def test_too_much_is_refused_in_bounded_time_and_memory(data: bytes, reason: Reason) -> None:
    tracemalloc.start()
    started = time.perf_counter()
    outcome = read(data, LIST)
    elapsed = time.perf_counter() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (outcome.outcome, outcome.reason) == (Outcome.QUARANTINED, reason)
    assert elapsed < 2
    assert peak < 64 * 1024 * 1024


@pytest.mark.shows("F13")
def test_a_huge_file_is_refused_by_its_size_alone() -> None:
    data = bytes(100 * 1024 * 1024)
    started = time.perf_counter()

    assert parse(data) == Quarantined(Reason.TOO_LARGE)

    assert time.perf_counter() - started < 0.01


FAMILIES = {
    LIST: consented_list(),
    SINGLE: single(HARU, encoding="cp932"),
    FACE: b"\xef\xbb\xbf" + single(HARU),
    ACCEPTANCE: message(tag("ReceptionNumber", "202611231900050007") + tag("ReceptionDateTime", "20261123190005")),
    REGISTERED: message(tag("ReferenceNumberRegistrationInfo", tag("ReferenceNumber", "24031"))),
    DRUGS: message(tag("MeTrMonthInf", tag("MeTrMonth", "202609")), header(ResultCode="1")),
    CHECKUPS: message(tag("SpecificHealthCheckupInfo", tag("EffectiveTime", "20251008")), header(ResultCode="1")),
    LIST.replace("0501", "0502"): consented_list("cp932", "UTF-8"),
    LIST.replace("0501", "0503"): consented_list("utf-8", "Shift_JIS"),
}


@pytest.mark.shows("F04")
@pytest.mark.parametrize("file_name", FAMILIES)
def test_no_beginning_of_an_answer_is_taken_for_one(file_name: str) -> None:
    data = FAMILIES[file_name]

    seen = {read(data[:cut], file_name).outcome for cut in range(len(data))}

    assert seen == {Outcome.INCOMPLETE}
    assert read(data, file_name).outcome is Outcome.READ


@pytest.mark.shows("F04")
@pytest.mark.parametrize("zeros", [1, 4096])
def test_room_reserved_but_not_yet_written_is_no_part_of_the_message(zeros: int) -> None:
    data = consented_list()

    assert read(data[:-400] + bytes(zeros), LIST).outcome is Outcome.INCOMPLETE
    assert read(data + bytes(zeros), LIST).outcome is Outcome.READ


@pytest.mark.shows("F04")
@pytest.mark.parametrize("stored", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_no_beginning_of_an_archive_is_taken_for_one(stored: int) -> None:
    data = _zip({LIST: consented_list()}, stored)
    file_name = LIST.replace(".xml", ".zip")

    seen = {read(data[:cut], file_name).outcome for cut in range(len(data))}

    assert seen == {Outcome.INCOMPLETE}
    assert len(read(data, file_name).message.people) == 2  # type: ignore[union-attr]


def _zip(members: dict[str, bytes], stored: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", stored) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 23, 0, 0, 0)), content, stored)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"../evil.xml": b"<XmlMsg/>"}, Reason.BAD_ZIP),
        ({"C:\\evil.xml": b"<XmlMsg/>"}, Reason.BAD_ZIP),
        ({"a.xml": b"<XmlMsg/>", "b.xml": b"<XmlMsg/>"}, Reason.BAD_ZIP),
        ({"note.txt": b"nothing"}, Reason.BAD_ZIP),
        ({f"{n}.txt": b"" for n in range(40)}, Reason.BAD_ZIP),
        ({"bomb.xml": bytes(MAX_BYTES + 1)}, Reason.TOO_LARGE),
        ({LIST: b"<!DOCTYPE x><XmlMsg/>"}, Reason.DOCTYPE),
    ],
)
def test_archives_that_are_not_one_plain_message_are_refused(members: dict[str, bytes], reason: Reason) -> None:
    outcome = read(_zip(members), LIST.replace(".xml", ".zip"))

    assert (outcome.outcome, outcome.reason) == (Outcome.QUARANTINED, reason)


def test_the_member_with_the_expected_name_is_taken_from_several() -> None:
    data = _zip({"other.xml": b"<XmlMsg/>", LIST: consented_list()})

    assert len(read(data, LIST.replace(".xml", ".zip")).message.people) == 2  # type: ignore[union-attr]


def test_an_encrypted_archive_has_its_own_reason_because_a_setting_causes_it() -> None:
    data = bytearray(_zip({LIST: consented_list()}))
    data[6] |= 1
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1

    outcome = read(bytes(data), LIST.replace(".xml", ".zip"))

    assert (outcome.outcome, outcome.reason) == (Outcome.QUARANTINED, Reason.ENCRYPTED_ZIP)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"hello", Reason.NOT_XML),
        (b'{"XmlMsg": {}}', Reason.NOT_XML),
        (b"<XmlMsg><a></b></XmlMsg>", Reason.NOT_XML),
        (b"<XmlMsg></XmlMsg><XmlMsg>", Reason.NOT_XML),
        (b"<XmlMsg>\x01</XmlMsg>", Reason.NOT_XML),
        (b"<html><MessageHeader/></html>", Reason.UNKNOWN_ROOT),
        (b"<XmlMsg><MessageBody/></XmlMsg>", Reason.NO_HEADER),
    ],
)
def test_what_no_continuation_could_repair_is_refused(data: bytes, reason: Reason) -> None:
    outcome = read(data, LIST)

    assert (outcome.outcome, outcome.reason) == (Outcome.QUARANTINED, reason)


def test_a_namespace_added_on_the_way_changes_nothing() -> None:
    data = consented_list().replace(b"<XmlMsg>", b'<XmlMsg xmlns="urn:example:relay">')

    assert len(read(data, LIST).message.people) == 2  # type: ignore[union-attr]


@pytest.mark.shows("F13")
def test_groups_inside_their_own_kind_are_read_once() -> None:
    people = b"<ResultOfQualificationConfirmation><Name>x</Name></ResultOfQualificationConfirmation>" * 3
    nested = b"<BulkConfirmUnit>" * 40 + people + b"</BulkConfirmUnit>" * 40

    outcome = read(message("@").replace(b"@", nested), LIST)

    assert [len(person.records) for person in outcome.message.people] == [3]  # type: ignore[union-attr]


def test_unknown_elements_are_reported_by_name_and_never_by_value() -> None:
    more = "".join(tag(f"New{n:03d}" + "x" * 200, "秘密") for n in range(200))
    envelope = open_envelope(message(more))

    assert isinstance(envelope, Envelope)
    assert len(envelope.unknown_elements) == 50
    assert all(len(name) <= 80 and "秘密" not in name for name in envelope.unknown_elements)


@settings(derandomize=True, max_examples=300)
@given(
    st.binary(max_size=400),
    st.sampled_from(
        [
            LIST,
            SINGLE,
            DRUGS,
            LIST.replace("xml", "zip"),
            DRUGS.replace("xml", "pdf"),
            LIST.replace("res", "req").replace("xml", "err"),
        ]
    ),
)
def test_no_bytes_raise_anything(data: bytes, file_name: str) -> None:
    assert read(data, file_name).outcome in Outcome


@settings(derandomize=True, max_examples=300)
@given(st.data())
def test_no_damage_to_a_real_answer_raises_anything(draw: st.DataObject) -> None:
    file_name = draw.draw(st.sampled_from(sorted(FAMILIES)))
    data = bytearray(FAMILIES[file_name])
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))

    outcome = read(bytes(data), file_name)

    assert (outcome.outcome is Outcome.READ) == (outcome.message is not None)


@settings(derandomize=True, max_examples=100)
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_no_damage_to_an_archive_raises_anything(before: bytes, after: bytes) -> None:
    data = _zip({LIST: consented_list()})

    for damaged in (
        data[:40] + before + data[40:],
        data[: len(data) // 2] + after,
        b"PK\x03\x04" + before + data[-22:],
    ):
        assert read(damaged, LIST.replace("xml", "zip")).outcome in Outcome


def test_an_empty_file_is_waited_for() -> None:
    assert parse(b"") == Incomplete()
    assert read(b"", LIST).outcome is Outcome.INCOMPLETE
