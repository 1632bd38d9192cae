"""A corpus of hostile XML: nothing is fetched, nothing is believed by halves, and time and memory stay small."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.terminal import hostile
from tests.terminal.messages import (
    CHECKUPS,
    DRUGS,
    FACE,
    HARU,
    ICHIRO,
    LIST,
    SINGLE,
    consented_list,
    header,
    message,
    record,
    single,
    tag,
    unit,
)

from otonai.domain.eligibility import TerminalResult
from otonai.terminal.outcome import Outcome, Reason
from otonai.terminal.result import read

SONG = "the canary sings"
NAMES = [LIST, SINGLE, FACE, DRUGS, CHECKUPS, LIST.replace("02res", "01req"), "OQSmuimm02res_202611235001.xml"]
#: Small messages that are harmless enough to be read; every other one is refused or waited for.
READ = {
    "inclusion",
    "style sheet",
    "schema location",
    "processing instruction in a value",
    "comment in a value",
    "section in a value",
    "mark in the middle",
    "names from a namespace of theirs",
    "version of the future",
    # No UTF-8 at all, but text in code page 932: half-width kana that mean nothing, and no markup.
    "overlong slash",
    "overlong angle bracket",
}
WAITED_FOR = {"open section", "NUL everywhere"}


@pytest.fixture
def canary(tmp_path: Path) -> str:
    """The address of a file that sings when somebody opens it."""
    path = tmp_path / "canary"
    path.write_text(SONG)
    return path.as_uri()


def singing(value: object) -> bool:
    """Whether anything that was read holds what only the canary knows."""
    return SONG in json.dumps(_plain(value), default=str, ensure_ascii=False)


def _plain(value: object) -> object:
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in value]
    return str(value)


@pytest.mark.shows("F12")
@pytest.mark.parametrize("file_name", NAMES)
def test_nothing_is_fetched_and_nothing_takes_long(canary: str, file_name: str) -> None:
    for name, data in hostile.small(canary):
        started = time.process_time()
        outcome = read(data, file_name)
        assert time.process_time() - started < 0.05, name

        assert not singing(outcome), name
        expected = Outcome.READ if name in READ else Outcome.INCOMPLETE if name in WAITED_FOR else Outcome.QUARANTINED
        assert outcome.outcome is expected, (name, outcome.reason)
        if outcome.outcome is not Outcome.READ:
            assert outcome.message is None


@pytest.mark.shows("F12")
def test_whatever_declares_a_document_type_is_refused_as_that(canary: str) -> None:
    named = ("entity", "entities", "subset", "laughs", "blow-up", "attribute", "doctype")
    odd = {
        "undeclared entity",
        "doctype in UTF-16",
        "doctype in UTF-7",
        "an attribute twice",
        "external entity bracket",
    }
    for name, data in hostile.small(canary):
        if any(word in name for word in named) and name not in odd:
            assert read(data, LIST).reason is Reason.DOCTYPE, name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("高<!-- b -->橋", "高橋"),
        ("高<?a b?>橋", "高橋"),
        ("<![CDATA[高橋]]>", "高橋"),
        ("高<![CDATA[<b>]]>橋", "高<b>橋"),
        ("&#39640;&#x6A4B;", "高橋"),
        ("&lt;高橋&gt;&amp;", "<高橋>&"),
        ("\n 高橋\t", "高橋"),
    ],
)
def test_what_xml_allows_inside_a_value_does_not_change_the_value(value: str, text: str) -> None:
    outcome = read(message(tag("ResultList", record(HARU | {"Name": value}))), SINGLE)

    assert isinstance(outcome.message, TerminalResult)
    assert outcome.message.people[0].records[0].name == text


#: Reads each file named on the command line under one name; prints seconds of the slowest and the peak of memory.
_ALONE = """
import json, resource, sys, time
from pathlib import Path
from otonai.terminal.result import read
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
found = {}
for path in map(Path, sys.argv[2:]):
    data = path.read_bytes()
    started = time.process_time()
    outcome = read(data, sys.argv[1].replace(".xml", path.suffix))
    found[path.stem] = [time.process_time() - started, outcome.outcome.value]
status = Path("/proc/self/status")
if status.exists():  # getrusage would also count what the test run itself had needed before it started us
    peak = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"peak": peak, "found": found}))
"""


@pytest.mark.shows("F13")
@pytest.mark.parametrize("file_name", [LIST, DRUGS, CHECKUPS, "OQSmuimm02res_1.xml", "OQSmuquc01req_1.xml"])
def test_five_megabytes_of_malice_cost_two_seconds_and_256_megabytes_at_most(file_name: str, tmp_path: Path) -> None:
    pytest.importorskip("resource")
    paths = []
    for number, (_, data) in enumerate(hostile.large()):
        paths.append(tmp_path / f"{number:02d}{'.zip' if data.startswith(b'PK') else '.xml'}")
        paths[-1].write_bytes(data)

    done = subprocess.run(
        [sys.executable, "-c", _ALONE, file_name, *map(str, paths)], capture_output=True, text=True, check=True
    )

    told = json.loads(done.stdout)
    assert len(told["found"]) == len(paths)
    slowest = max(told["found"].items(), key=lambda item: item[1][0])
    assert slowest[1][0] < 2, slowest
    assert 10 * 1024 * 1024 < told["peak"] < 256 * 1024 * 1024


@pytest.mark.shows("F13")
def test_reading_grows_with_the_length_and_not_with_its_square() -> None:
    def seconds(people: int) -> float:
        data = message("".join(unit(record(ICHIRO)) for _ in range(people)))
        best = 9.0
        for _ in range(3):
            started = time.process_time()
            read(data, LIST)
            best = min(best, time.process_time() - started)
        return best

    assert seconds(2000) < seconds(500) * 10


REAL = {
    LIST: consented_list(),
    LIST.replace("5001", "5002"): consented_list("cp932"),
    SINGLE: single(ICHIRO),
    DRUGS: message(
        tag("MeTrMonthInf", tag("DiDateInf", tag("DrugInf", tag("DrugN", "見本錠")))), header(ResultCode="1")
    ),
    "OQSmuquc01req_202611235001.xml": message(
        tag("QualificationConfirmSearchInfo", tag("InsuredIdentificationNumber", "1"))
    ),
}
PIECES = ["<", ">", "&", "</", "<![CDATA[", "]]>", "<!--", "-->", "<?", "<!DOCTYPE x>", "\x00", "\ufffd", "&#0;", "'"]


@settings(derandomize=True)
@given(st.data())
def test_no_piece_of_markup_put_anywhere_is_half_believed(draw: st.DataObject) -> None:
    file_name = draw.draw(st.sampled_from(sorted(REAL)))
    data = REAL[file_name]
    where = draw.draw(st.integers(0, len(data)))
    piece = draw.draw(st.sampled_from(PIECES)).encode()

    outcome = read(data[:where] + piece + data[where:], file_name)

    assert outcome.outcome in Outcome
    if outcome.outcome is Outcome.READ:
        assert outcome.message is not None or outcome.question is not None
    assert "\ufffd" not in json.dumps(_plain(outcome.message), default=str, ensure_ascii=False)


@settings(derandomize=True)
@given(st.data())
def test_no_swapped_repeated_or_lost_stretch_raises_anything(draw: st.DataObject) -> None:
    file_name = draw.draw(st.sampled_from(sorted(REAL)))
    data = REAL[file_name]
    first, second = sorted(draw.draw(st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))))
    damaged = draw.draw(
        st.sampled_from(
            [data[:first] + data[second:], data[:second] + data[first:], data[second:] + data[:first], data * 2]
        )
    )

    assert read(damaged, file_name).outcome in Outcome
