"""What granian loads: each role with its logging set up first. The applications themselves know no process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .event_log import log_to_stderr

if TYPE_CHECKING:  # each process imports its own role only
    from flask import Flask

    from .live import LiveApp


def web() -> Flask:
    """The API and the built PWA."""
    log_to_stderr()
    from .app import create_app  # noqa: PLC0415

    return create_app()


def live() -> LiveApp:
    """The live channel."""
    log_to_stderr()
    from .live import create_live_app  # noqa: PLC0415

    return create_live_app()
