"""`/api/policy-reports`: browsers tell what the content security policy stopped (ASVS 3.4.7).

One log line for each report, made of words from closed lists: a report's addresses may hold what somebody searched
for, so none of its text is passed on. Anybody can send reports; only a few a minute are written, the rest is counted.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from flask import Response, request
from pydantic import ValidationError

from ..domain.access import Caller
from .access import access, now, settings
from .models.policy import PolicyReportIn, PolicyViolation
from .resource import Resource

blp = Resource("policy_reports", "/api/policy-reports", about="Reports of the content security policy")

log = logging.getLogger("otonai.policy")

LINES_A_MINUTE = 20
_DIRECTIVES = frozenset(
    {
        "base-uri", "connect-src", "default-src", "font-src", "form-action", "frame-ancestors", "frame-src", "img-src",
        "manifest-src", "media-src", "object-src", "require-trusted-types-for", "script-src", "script-src-attr",
        "script-src-elem", "style-src", "style-src-attr", "style-src-elem", "trusted-types", "worker-src",
    }
)  # fmt: skip
_KINDS = frozenset({"inline", "eval", "wasm-eval", "self", "trusted-types-policy", "trusted-types-sink"})
_SCREENS = frozenset({"office", "tablet"})


@dataclass(slots=True)
class Pace:
    """How many lines the current minute still has room for, and how many reports it had none for."""

    minute: datetime | None = None
    written: int = 0
    unwritten: int = 0

    def admit(self, at: datetime) -> bool:
        """Whether one more line may be written at this instant."""
        if self.minute is None or at - self.minute >= timedelta(minutes=1):
            if self.unwritten:
                log.warning("policy reports not written count=%s", self.unwritten)
            self.minute, self.written, self.unwritten = at, 0, 0
        if self.written >= LINES_A_MINUTE:
            self.unwritten += 1
            return False
        self.written += 1
        return True


_pace, _one_at_a_time = Pace(), Lock()


@blp.post("")
@access(Caller.PUBLIC, own_transaction=True)
@blp.takes_form("application/csp-report", PolicyReportIn)
@blp.gives(204)
def take() -> Response:
    """Write one line; what is no report is dropped without a word, because nobody waits for an answer."""
    try:
        report = PolicyReportIn.model_validate_json(request.get_data())
    except (ValidationError, ValueError):
        return Response(status=204)
    with _one_at_a_time:
        admitted = _pace.admit(now())
    if admitted:
        stopped = told(report.csp_report, settings().base_url)
        log.warning("policy stopped directive=%s blocked=%s screen=%s", *stopped)
    return Response(status=204)


def told(violation: PolicyViolation, base_url: str) -> tuple[str, str, str]:
    """Which directive, what it stopped, on which screens; in words of our own."""
    named = (violation.effective_directive or violation.violated_directive).split(" ", 1)[0]
    screen = urlsplit(violation.document_uri).path.split("/")[1:2] if _parses(violation.document_uri) else []
    return (
        named if named in _DIRECTIVES else "unknown",
        _source(violation.blocked_uri, base_url),
        screen[0] if screen and screen[0] in _SCREENS else "other",
    )


def _source(blocked: str, base_url: str) -> str:
    if blocked in _KINDS:
        return blocked
    if not _parses(blocked):
        return "unknown"
    ours, theirs = urlsplit(base_url), urlsplit(blocked)
    return "own_address" if (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc) else "other_address"


def _parses(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True
