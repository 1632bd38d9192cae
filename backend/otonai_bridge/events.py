"""One line per event: time, event, ids. Never a name, a number, a file's full name or an exception's text."""

from __future__ import annotations

import logging
import logging.handlers
import sys
from datetime import datetime
from pathlib import Path

_logger = logging.getLogger("otonai_bridge")


def open_log(path: Path | None) -> None:
    """To standard output (systemd keeps it), or to a file that rotates at 1 MB, five kept."""
    handler: logging.Handler
    if path is None:
        handler = logging.StreamHandler(sys.stdout)
    else:
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=1_000_000, backupCount=5, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(message)s"))
    _logger.handlers[:] = [handler]
    _logger.setLevel(logging.INFO)
    _logger.propagate = False


def say(event: str, **facts: object) -> None:
    """`2026-11-23T09:00:00.123+09:00 request_written job=… file=OQSmuhvq01req#1a2b3c4d`."""
    moment = datetime.now().astimezone().isoformat(timespec="milliseconds")
    _logger.info(" ".join([moment, event, *(f"{key}={value}" for key, value in facts.items() if value is not None)]))
