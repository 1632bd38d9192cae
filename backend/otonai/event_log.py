"""How our programs log: one event, one line, on standard error; ids and words, never what a person typed.

An exception is told by its kind and the places it passed, not by its text: the text may quote a value (F50).
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from types import TracebackType

#: How many of the innermost places are told.
PLACES = 6
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(logging.Formatter):
    """Time, logger, level, message; line breaks and other control characters become visible escapes."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(name)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The whole event as one line, its exception included."""
        record.exc_text = record.stack_info = None  # another handler may have left its own form
        line = super().format(record).replace("\n", " ") if record.exc_info else super().format(record)
        return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)

    def formatException(self, ei: _ExcInfo) -> str:
        """Kind and places; outermost of them first."""
        places = traceback.extract_tb(ei[2])[-PLACES:]
        told = ">".join(f"{Path(place.filename).name}:{place.lineno}" for place in places)
        return f"error={ei[0].__name__ if ei[0] else None} at={told}"


def log_to_stderr() -> None:
    """Set up this process's logging; called once by each program before it does anything else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("alembic", "httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
