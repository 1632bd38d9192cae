"""The public drug master: read by place, and refused whole when it is another file."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from otonai.domain.drug_master_file import FEWEST_ROWS, MasterFile, MasterRefusal, Refused, read_master


def line(code: str, name: str, *, price: str = "2149999F1ZZ0", ended: str = "99999999", columns: int = 42) -> str:
    """One row of the master with its 42 columns, or as many as an older file has."""
    row = ["0"] * 42
    row[1], row[2], row[4], row[6], row[9] = "Y", code, name, "ﾃｽﾄ", "錠"
    row[16], row[27], row[29], row[30], row[31] = "1", "1", "20250401", ended, price
    row[36], row[37] = "2149999F1ZZZ", "【般】テスト降圧錠５ｍｇ"
    return ",".join(f'"{each}"' for each in row[:columns])


def master(*lines: str) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("cp932")


def taken(content: bytes) -> MasterFile:
    told = read_master(content, fewest_rows=1)
    assert isinstance(told, MasterFile)
    return told


def test_a_row_becomes_an_entry_with_its_codes_and_an_ended_drug_stays() -> None:
    told = taken(master(line("699990001", "テスト降圧錠５ｍｇ"), line("699990002", "廃止錠", ended="20240331")))
    first, second = told.entries
    assert (first.code, first.name, first.price_code, first.generic_code) == (
        "699990001", "テスト降圧錠５ｍｇ", "2149999F1ZZ0", "2149999F1ZZZ",
    )  # fmt: skip
    assert (first.form, first.generic, first.valid_to, second.valid_to) == ("1", True, None, date(2024, 3, 31))
    assert told.version == "20250401"


def test_an_older_file_without_general_names_is_read_and_a_dummy_code_is_no_code() -> None:
    told = taken(master(line("699990001", "旧形式錠", price="2000000X0000", columns=35)))
    assert (told.entries[0].price_code, told.entries[0].generic_code) == (None, None)


def test_the_zip_of_the_publisher_is_read_as_it_is() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "x")
        archive.writestr("y.csv", master(line("699990001", "テスト錠")))
    assert len(taken(packed.getvalue()).entries) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", MasterRefusal.NOT_DRUG_MASTER),
        (master("0,S,110000110,4,初診"), MasterRefusal.NOT_DRUG_MASTER),
        (b"\x81\xff,\xfd\xfe", MasterRefusal.NOT_CP932),
        (b"PK\x03\x04damaged", MasterRefusal.BAD_ZIP),
        (master(line("699990001", "テスト錠")), MasterRefusal.TOO_FEW_ROWS),
    ],
)
def test_another_file_is_refused_by_name(content: bytes, reason: MasterRefusal) -> None:
    told = read_master(content)
    assert isinstance(told, Refused)
    assert told.reason is reason


def test_one_foreign_row_in_a_hundred_is_left_out_and_two_refuse_the_file() -> None:
    rows = [line(f"6{number:08d}", f"錠{number}") for number in range(FEWEST_ROWS)]
    foreign = ["0,S,110000110,4,初診"] * (FEWEST_ROWS // 100)
    told = read_master(master(*rows, *foreign))
    assert isinstance(told, MasterFile)
    assert told.skipped == len(foreign)
    assert isinstance(read_master(master(*rows, *foreign, *foreign)), Refused)
