"""Everything is built once, here: the one place that knows which part is handed to which."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from otonai_bridge import events
from otonai_bridge.config import Settings
from otonai_bridge.folders import Folders
from otonai_bridge.journal import Journal
from otonai_bridge.killpoints import KillPoints
from otonai_bridge.live import LiveStream
from otonai_bridge.loop import Clock, Loop, ServerClock
from otonai_bridge.patience import Patience
from otonai_bridge.server import Server, open_client
from otonai_bridge.tools import Tools
from otonai_bridge.wakeups import Wakeups
from otonai_bridge.watch import Watcher

JOURNAL_FILE = "journal.sqlite3"


@contextmanager
def assembled(
    settings: Settings,
    wakeups: Wakeups,
    kill: KillPoints,
    *,
    folders: Folders | None = None,
    journal: Journal | None = None,
    clock: Clock | None = None,
    say: Callable[..., None] = events.say,
) -> Iterator[Loop]:
    """A loop ready to run. Parts that a test brings replace the usual ones.

    Raises JournalUnavailable, NotPaired.
    """
    clock = clock or Clock(now=lambda: datetime.now(UTC), tick=time.monotonic)
    server_clock = ServerClock(clock)
    folders = folders or Folders(settings.folders)
    folders.pause = kill.reach
    journal = journal or Journal(settings.state / JOURNAL_FILE)
    client = open_client(settings.server, settings.ca_file)
    try:
        tools = Tools(
            folders=folders,
            journal=journal,
            server=Server(client, settings.state, say=say),
            patience=Patience(random.random),
            now=server_clock.now,
            tick=clock.tick,
            new_id=lambda: str(uuid.uuid4()),
            say=say,
            reach=kill.reach,
        )
        live = LiveStream(settings.server, partial(open_client, settings.server, settings.ca_file), wakeups.post, say)
        watcher = Watcher(wakeups.post, say)
        yield Loop(settings, tools, clock, server_clock, wakeups, live, watcher)
    finally:
        client.close()
        journal.close()
