"""Reports of the content security policy: words of our own, few a minute, and nobody waits for an answer."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.api.server import Server
from tests.people import NOW

from otonai.api.models.policy import PolicyViolation
from otonai.api.policy_reports import LINES_A_MINUTE, Pace, told

BASE = "https://otonai.example.jp"


def violation(document: str = "", directive: str = "", blocked: str = "") -> PolicyViolation:
    """As a browser sends it."""
    return PolicyViolation.model_validate(
        {"document-uri": document, "effective-directive": directive, "blocked-uri": blocked}
    )


@pytest.mark.shows("F50")
@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ((f"{BASE}/office/list", "script-src-elem", "inline"), ("script-src-elem", "inline", "office")),
        ((f"{BASE}/tablet/visit/1", "img-src", f"{BASE}/x"), ("img-src", "own_address", "tablet")),
        ((f"{BASE}/", "connect-src", "https://evil.example/?q=a"), ("connect-src", "other_address", "other")),
        ((f"{BASE}/office/patients?query=資格", "資格 一郎", "資格"), ("unknown", "other_address", "office")),
        (("http://[", "", "http://["), ("unknown", "unknown", "other")),
    ],
)
def test_a_report_is_told_in_words_from_closed_lists(sent: tuple[str, str, str], words: tuple[str, str, str]) -> None:
    assert told(violation(*sent), BASE) == words


@pytest.mark.shows("F50")
@given(st.text(), st.text(), st.text())
def test_nothing_of_a_report_is_passed_on(document: str, directive: str, blocked: str) -> None:
    known = (*told(violation(f"{BASE}/office", "img-src", "inline"), BASE), "unknown", "other", "other_address")
    assert set(told(violation(document[:4000], directive[:200], blocked[:4000]), BASE)) <= set(known) | {
        "tablet", "self", "eval", "own_address", "script-src",
    }  # fmt: skip


def test_few_are_written_each_minute_and_the_rest_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    pace = Pace()
    admitted = [pace.admit(NOW + timedelta(seconds=n / 10)) for n in range(LINES_A_MINUTE + 30)]
    assert admitted.count(True) == LINES_A_MINUTE
    with caplog.at_level(logging.WARNING):
        assert pace.admit(NOW + timedelta(minutes=1))
    assert caplog.messages == ["policy reports not written count=30"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"no json", b"\xff", json.dumps({"csp-report": 1}).encode()])
def test_what_is_no_report_is_dropped_without_a_word(server: Server, body: bytes) -> None:
    answer = server.nobody().client.post("/api/policy-reports", data=body, content_type="application/csp-report")
    assert answer.status_code == 204
    assert answer.data == b""
