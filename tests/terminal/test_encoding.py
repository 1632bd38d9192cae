"""What the terminal wrote is what we read: every character of code page 932, and labels that say something else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.terminal.messages import ICHIRO, LIST, SINGLE, consented_list, header, message, record, single, tag

from otonai.domain.errors import Invalid
from otonai.domain.writing import is_unsafe
from otonai.terminal.encoding import Decoded, decode, encode
from otonai.terminal.outcome import Outcome, Quarantined, Reason
from otonai.terminal.result import read


def _double_byte() -> list[bytes]:
    pairs = [bytes((lead, trail)) for lead in (*range(0x81, 0xA0), *range(0xE0, 0xFD)) for trail in range(0x40, 0xFD)]
    defined = []
    for pair in pairs:
        try:
            character = pair.decode("cp932")
        except UnicodeDecodeError:
            continue
        if len(character) == 1:
            defined.append(pair)
    return defined


STANDARD = [pair for pair in _double_byte() if not is_unsafe(pair.decode("cp932")) or pair.decode("cp932") in "●■〓"]
USER_DEFINED = [pair for pair in _double_byte() if 0xE000 <= ord(pair.decode("cp932")) <= 0xF8FF]


def _named(pair: bytes) -> bytes:
    """A whole single answer in Shift_JIS whose patient is called 見本 and one more character."""
    return single(ICHIRO | {"Name": "見本#"}, encoding="cp932").replace(b"#", pair)


@pytest.mark.shows("F10")
def test_there_are_7724_standard_and_1880_user_defined_characters() -> None:
    assert (len(STANDARD), len(USER_DEFINED)) == (7724, 1880)


@pytest.mark.shows("F10")
def test_every_standard_character_of_code_page_932_arrives_as_itself() -> None:
    names = "".join(f"<Name>{pair.decode('cp932')}</Name>" for pair in STANDARD)
    text = f'<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg>{names}</XmlMsg>'
    data = b"".join(b"<Name>" + pair + b"</Name>" for pair in STANDARD)
    data = b'<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg>' + data + b"</XmlMsg>"

    decoded = decode(data)

    assert isinstance(decoded, Decoded)
    assert decoded.text == text
    assert not decoded.label_lied
    assert "\ufffd" not in decoded.text


@pytest.mark.shows("F10")
@pytest.mark.parametrize("character", ["髙", "﨑", "①", "㈱", "～", "－", "∥", "￢", "Ⅲ", "纊", "鴎"])
def test_characters_that_an_xml_parser_alone_would_lose_are_read_in_a_name(character: str) -> None:
    outcome = read(_named(character.encode("cp932")), SINGLE)

    assert outcome.outcome is Outcome.READ
    assert outcome.message is not None
    assert outcome.message.people[0].records[0].name == "見本" + character  # type: ignore[union-attr]


@pytest.mark.shows("F10", "F11")
@pytest.mark.parametrize(
    "pair", [USER_DEFINED[0], USER_DEFINED[940], USER_DEFINED[-1], "●".encode("cp932"), "〓".encode("cp932")]
)
def test_user_defined_characters_and_stand_in_marks_make_the_field_unsafe(pair: bytes) -> None:
    outcome = read(_named(pair), SINGLE)

    found = outcome.message.people[0].records[0]  # type: ignore[union-attr]
    assert "name" in found.unsafe_fields
    assert "name_kana" not in found.unsafe_fields


@pytest.mark.shows("F10")
def test_a_replacement_character_in_the_answer_becomes_the_centers_own_mark() -> None:
    outcome = read(single(ICHIRO | {"Name": "見本\ufffd"}), SINGLE)

    found = outcome.message.people[0].records[0]  # type: ignore[union-attr]
    assert found.name == "見本●"
    assert "name" in found.unsafe_fields


@pytest.mark.shows("F10")
@pytest.mark.parametrize(
    "label", ["Shift_JIS", "shift_jis", "shift-jis", "SJIS", "x-sjis", "Windows-31J", "windows31j", "MS932", "CP932"]
)
def test_odd_labels_of_the_same_encoding_are_understood(label: str) -> None:
    outcome = read(consented_list("cp932", label), LIST)

    assert outcome.message.people[0].records[0].name == "髙橋　ハル"  # type: ignore[union-attr]
    assert outcome.notes == ()


@pytest.mark.shows("F10")
@pytest.mark.parametrize(
    ("encoding", "label", "notes"),
    [
        ("utf-8", "Shift_JIS", ("label_lied",)),
        ("utf-8", "Windows-31J", ("label_lied",)),
        ("cp932", "UTF-8", ("label_lied",)),
        ("cp932", "no-such-encoding", ()),
        ("utf-8", "no-such-encoding", ()),
    ],
)
def test_a_label_that_lies_is_believed_less_than_the_bytes(encoding: str, label: str, notes: tuple[str, ...]) -> None:
    outcome = read(consented_list(encoding, label), LIST)

    assert outcome.outcome is Outcome.READ
    assert [p.records[0].name for p in outcome.message.people] == ["髙橋　ハル", "見﨑　一郎"]  # type: ignore[union-attr]
    assert outcome.notes == notes


@pytest.mark.shows("F10")
def test_a_short_kana_name_in_utf_8_under_a_shift_jis_label_does_not_turn_into_other_characters() -> None:
    # 「アイ」 in UTF-8 is six bytes that code page 932 would accept as 「繧｢繧､」.
    data = b'<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg><N>' + "アイ".encode() + b"</N></XmlMsg>"

    decoded = decode(data)

    assert isinstance(decoded, Decoded)
    assert "アイ" in decoded.text
    assert decoded.label_lied


@pytest.mark.shows("F10")
@pytest.mark.parametrize("label", ["UTF-8", "Shift_JIS"])
def test_damaged_utf_8_is_refused_with_the_byte_and_never_read_as_something_else(label: str) -> None:
    data = bytearray(consented_list("utf-8", label))
    where = data.index("橋".encode()) + 1
    data[where] = 0x20

    outcome = read(bytes(data), LIST)

    assert (outcome.outcome, outcome.reason) == (Outcome.QUARANTINED, Reason.UNDECODABLE)
    assert outcome.position is not None
    assert abs(outcome.position - where) <= 1


@pytest.mark.shows("F10")
def test_bytes_of_no_encoding_are_refused_with_their_position() -> None:
    data = single(ICHIRO | {"Name": "見本#"}, encoding="cp932")
    where = data.index(b"#")

    for stray in (b"\xff", b"\xfd", b"\x80", b"\xa0", b"\x81\x20"):
        outcome = read(data.replace(b"#", stray), SINGLE)
        assert (outcome.outcome, outcome.reason, outcome.position) == (Outcome.QUARANTINED, Reason.UNDECODABLE, where)


@pytest.mark.shows("F10")
def test_a_byte_order_mark_is_no_part_of_the_message() -> None:
    outcome = read(b"\xef\xbb\xbf" + consented_list(), LIST)

    assert len(outcome.message.people) == 2  # type: ignore[union-attr]


@pytest.mark.shows("F10")
@pytest.mark.parametrize("encoding", ["euc_jp", "utf-16", "iso2022_jp"])
def test_encodings_the_terminal_never_uses_are_refused_and_not_guessed(encoding: str) -> None:
    label = encoding.replace("_", "-").upper()
    text = f'<?xml version="1.0" encoding="{label}"?><XmlMsg>{header()}<Name>高橋　春</Name></XmlMsg>'

    assert read(text.encode(encoding), LIST).outcome is Outcome.QUARANTINED


def test_a_message_without_any_declaration_is_read_in_either_encoding() -> None:
    text = "<XmlMsg>" + header() + tag("MessageBody", tag("ResultList", record(ICHIRO))) + "</XmlMsg>"

    for encoding in ("utf-8", "cp932"):
        outcome = read(text.encode(encoding), SINGLE)
        assert outcome.message.people[0].records[0].name == "見﨑　一郎"  # type: ignore[union-attr]


@pytest.mark.shows("F10")
def test_a_stated_character_code_that_differs_is_noted_and_harms_nothing() -> None:
    outcome = read(message(tag("ResultList", record(ICHIRO)), header("1")), SINGLE)

    assert outcome.outcome is Outcome.READ
    assert outcome.notes == ("character_code_mismatch",)


@pytest.mark.parametrize(
    ("text", "code_point"),
    [("𠮷田", "U+20BB7"), ("山😀", "U+1F600"), ("é", "U+00E9"), ("\ue000", "U+E000"), ("a\x00", "U+0000")],
)
def test_a_character_that_cannot_travel_is_named_and_never_replaced(text: str, code_point: str) -> None:
    with pytest.raises(Invalid) as refusal:
        encode(text, field="InsuredCardSymbol")

    assert refusal.value.code == "unencodable_character"
    assert refusal.value.facts["field"] == "InsuredCardSymbol"
    assert refusal.value.facts["code_point"] == code_point
    assert text not in str(refusal.value)


@settings(derandomize=True)
@given(st.text(st.sampled_from([pair.decode("cp932") for pair in STANDARD]), max_size=30))
def test_what_code_page_932_carries_comes_back_the_same(text: str) -> None:
    data = b'<?xml version="1.0" encoding="Shift_JIS"?><A>' + encode("見本" + text) + b"</A>"

    decoded = decode(data)

    assert isinstance(decoded, Decoded)
    assert decoded.text.endswith(f"<A>見本{text}</A>")


@settings(derandomize=True)
@given(st.binary(max_size=200))
def test_no_bytes_decode_to_a_replacement_character_that_was_not_there(data: bytes) -> None:
    decoded = decode(data)

    if isinstance(decoded, Quarantined):
        assert decoded.position is not None
        assert 0 <= decoded.position <= len(data)
    else:
        assert decoded.text.count("\ufffd") == data.count(b"\xef\xbf\xbd")
