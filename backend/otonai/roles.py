"""What granian loads: each role with its logging set up first. The applications themselves know no process."""

from __future__ import annotations

from multiprocessing import parent_process
from typing import TYPE_CHECKING

from .event_log import log_to_stderr
from .lifeline import end_with_parent

if TYPE_CHECKING:  # each process imports its own role only
    from flask import Flask

    from .live import LiveApp


def web() -> Flask:
    """The API and the built PWA."""
    _begin()
    from .app import create_app  # noqa: PLC0415

    return create_app()


def live() -> LiveApp:
    """The live channel."""
    _begin()
    from .live import create_live_app  # noqa: PLC0415

    return create_live_app()


def _begin() -> None:
    """granian runs each application in a process of its own; it must not outlive the one that started it."""
    log_to_stderr()
    if (parent := parent_process()) is not None and parent.pid is not None:
        end_with_parent(parent.pid)
