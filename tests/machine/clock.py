"""One clock for everything that runs in this process: the server's, the office's, the bridge's."""

from __future__ import annotations

import datetime as real
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from tests import people
from tests.device_keys import DeviceKey

#: Where the product and the tests ask what time it is.
_ASKED = (
    "otonai.api.access.datetime",
    "otonai.api.errors.datetime",
    "tests.api.server.datetime",
)


class Clock:
    """Moves only by `move`; begins on the afternoon on which most stories play."""

    def __init__(self) -> None:
        self.now: real.datetime = people.NOW

    def move(self, milliseconds: float) -> None:
        """Time passes."""
        self.now += real.timedelta(milliseconds=milliseconds)

    @property
    def wall(self) -> float:
        """As browsers count: milliseconds since 1970."""
        return self.now.timestamp() * 1000

    @contextmanager
    def everywhere(self) -> Iterator[None]:
        """Whoever asks during the block is told this clock's time."""
        clock = self

        class Told(real.datetime):
            @classmethod
            def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
                return clock.now.astimezone(tz)

        class Key(DeviceKey):
            def __init__(self) -> None:
                super().__init__(clock=lambda: clock.wall / 1000)

        patches: list[Any] = [mock.patch(name, Told) for name in _ASKED]
        patches.append(mock.patch("tests.api.server.DeviceKey", Key))
        for each in patches:
            each.start()
        try:
            yield
        finally:
            for each in patches:
                each.stop()
