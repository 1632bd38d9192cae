"""How our programs log: one event, one line of JSON, on standard error; ids and words, never what a person typed (F50).

A line is written as `log.info("refused request=%s code=%s", …)` and told as `{"event": "refused", "request": …}`. An
exception is told by its kind and the places it passed, not by its text, and a library's event by its place alone: the
text of either may quote a value.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

#: How many of the innermost places are told.
PLACES = 6
LONGEST_VALUE = 200
OUR_PROGRAMS = ("otonai", "otonai_bridge")
_FACT = re.compile(r"(\w+)=%s")
_OWN_WORDS = frozenset({"at", "level", "program", "event", "error", "passed"})


class OneLine(logging.Formatter):
    """A record as one line of JSON. Everything but plain ASCII is escaped, so no value can begin a line or a colour."""

    def format(self, record: logging.LogRecord) -> str:
        """The whole event, its exception included."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "program": record.name,
        }
        if record.name.split(".", 1)[0] in OUR_PROGRAMS:
            told |= _ours(record)
        else:
            told["event"] = f"library at {Path(record.pathname).name}:{record.lineno}"
        if record.exc_info:
            told |= _exception(*record.exc_info[::2])
        return json.dumps(told)


def _ours(record: logging.LogRecord) -> dict[str, Any]:
    """The event's words, and the facts that the line names, each under its own name."""
    names = _FACT.findall(record.msg) if isinstance(record.msg, str) else []
    values = record.args if isinstance(record.args, tuple) else ()
    if len(names) != len(values) or _OWN_WORDS & set(names) or len(set(names)) != len(names):
        return {"event": _short(record.getMessage())}
    event = " ".join(_FACT.sub("", record.msg).split())
    return {"event": event} | {name: _short(value) for name, value in zip(names, values, strict=True)}


def _short(value: object) -> str | int | float | None:
    return value if isinstance(value, int | float | None) else str(value)[:LONGEST_VALUE]


def _exception(kind: type[BaseException] | None, passed: TracebackType | None) -> dict[str, Any]:
    """Kind and places; outermost of them first."""
    places = traceback.extract_tb(passed)[-PLACES:]
    return {
        "error": kind.__name__ if kind else None,
        "passed": [f"{Path(place.filename).name}:{place.lineno}" for place in places],
    }


def log_to_stderr() -> None:
    """Set up this process's logging; called once by each program before it does anything else.

    What nobody caught is told the same way (ASVS 16.5.4): Python's own report would quote the exception's text.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.captureWarnings(True)
    for chatty in ("alembic", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    for own_way in ("_granian", "granian", "py.warnings"):
        library = logging.getLogger(own_way)
        library.handlers, library.propagate = [], True
    sys.excepthook = _last_resort
    threading.excepthook = lambda told: _last_resort(told.exc_type, told.exc_value, told.exc_traceback)


def _last_resort(kind: type[BaseException], error: BaseException | None, passed: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("otonai").critical("not caught", exc_info=(kind, error or BaseException(), passed))
